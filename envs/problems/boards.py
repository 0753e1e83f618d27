"""Problems of boards and networks: ways, regions, dependencies."""

from __future__ import annotations

from typing import Any

from rlvr.envs.problems.family import Family, Phrase
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT, INTS, TABLE, TEXTS


def _board(inputs: Inputs) -> list[Any]:
    width, height = inputs.integer(2, 3 + inputs.size // 3), inputs.integer(2, 3 + inputs.size // 3)
    rows = [[inputs.choice("......#+") for _ in range(width)] for _ in range(height)]
    rows[0][0] = rows[-1][-1] = "."
    return [["".join(row) for row in rows]]


def _letters(inputs: Inputs) -> list[Any]:
    width, height = inputs.integer(1, 2 + inputs.size // 2), inputs.integer(1, 2 + inputs.size // 2)
    return [["".join(inputs.choice("aab.") for _ in range(width)) for _ in range(height)]]


def _roads(inputs: Inputs) -> list[Any]:
    towns = inputs.integer(2, 3 + inputs.size // 3)
    chain = [[town, town + 1, inputs.integer(1, 20)] for town in range(1, towns)]
    extra = [[inputs.integer(1, towns), inputs.integer(1, towns), inputs.integer(1, 30)] for _ in range(towns)]
    roads = [road for road in chain + extra if road[0] != road[1] and inputs.rng.random() < 0.85]
    return [towns, roads]


def _jobs(inputs: Inputs) -> list[Any]:
    jobs = inputs.integer(1, 3 + inputs.size // 2)
    pairs = [sorted((inputs.integer(1, jobs), inputs.integer(1, jobs))) for _ in range(inputs.count(jobs + 2))]
    order = inputs.rng.sample(range(1, jobs + 1), jobs)
    rows = {(order[one - 1], order[other - 1]) for one, other in pairs if one != other}
    return [jobs, sorted([list(row) for row in rows])]


_STEPS = (
    Phrase("one field to the left, right, up or down", "[(0, 1), (1, 0), (0, -1), (-1, 0)]"),
    Phrase(
        "one field in any direction, diagonals included",
        "[(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)]",
    ),
    Phrase("one field to the right or down", "[(0, 1), (1, 0)]"),
    Phrase("one field to the right, down, or diagonally down to the right", "[(0, 1), (1, 0), (1, 1)]"),
    Phrase("one or two fields to the right or down, over anything", "[(0, 1), (1, 0), (0, 2), (2, 0)]"),
    Phrase("one field to the right, left or down", "[(0, 1), (0, -1), (1, 0)]"),
)

WAY = Family(
    name="cheapest_way",
    statement=(
        "A board is given as a list of rows of equal length, in which # is a wall, + is mud and . is free. A way "
        "begins at the left of the first row and ends at the right of the last row, which are free. A step goes "
        "$steps, never onto a wall. $sides A step onto a free field costs $free, one onto mud costs $mud. Give the "
        "least cost of a way, or -1 if there is none."
    ),
    params={"board": TEXTS},
    returns=INT,
    source="""
def cheapest_way(board):
    height, width = len(board), len(board[0])
    costs = {(0, 0): 0}
    todo = [(0, 0)]
    while todo:
        row, column = min(todo, key=costs.get)
        todo.remove((row, column))
        for down, right in $steps:
            field = $sides
            if not (0 <= field[0] < height and 0 <= field[1] < width) or board[field[0]][field[1]] == "#":
                continue
            cost = costs[row, column] + ($mud if board[field[0]][field[1]] == "+" else $free)
            if field not in costs or cost < costs[field]:
                costs[field] = cost
                todo.append(field)
    return costs.get((height - 1, width - 1), -1)
""",
    choices={
        "steps": _STEPS,
        "sides": [
            Phrase("A step does not leave the board.", "(row + down, column + right)"),
            Phrase(
                "A step that leaves the board at its left or right comes in at the other side of the same row; none "
                "leaves it at the top or bottom.",
                "(row + down, (column + right) % width)",
            ),
        ],
        "free": range(1, 6),
        "mud": range(6, 18),
    },
    draw=_board,
    edges=[[["..", ".."]], [[".#", "#."]], [[".+.", "###", "..."]]],
)

REGIONS = Family(
    name="regions",
    statement=(
        "A board is given as a list of rows of equal length, in which a field holds a letter or is free (a dot). A "
        "region is as many fields with one letter as hang together, where fields hang together that are neighbours "
        "$near. A region of fewer than $least fields is left out, and one with the letter b counts $k times its "
        "fields. Give $result."
    ),
    params={"board": TEXTS},
    returns=INTS,
    source="""
def regions(board):
    left = {(row, column) for row, line in enumerate(board) for column, c in enumerate(line) if c != "."}
    sizes = []
    for row, line in enumerate(board):
        for column, c in enumerate(line):
            if (row, column) not in left:
                continue
            todo = [(row, column)]
            left.remove((row, column))
            size = 0
            while todo:
                y, x = todo.pop()
                size += 1
                for down, right in $near:
                    field = (y + down, x + right)
                    if field in left and board[field[0]][field[1]] == c:
                        left.remove(field)
                        todo.append(field)
            if size >= $least:
                sizes.append(size * $k if c == "b" else size)
    return $result
""",
    choices={
        "near": [
            Phrase("to the left, right, up or down", "[(0, 1), (1, 0), (0, -1), (-1, 0)]"),
            Phrase(
                "to the left, right, up, down or diagonally",
                "[(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1)]",
            ),
            Phrase("diagonally", "[(1, 1), (1, -1), (-1, 1), (-1, -1)]"),
            Phrase("to the left or right", "[(0, 1), (0, -1)]"),
        ],
        "least": range(2, 5),
        "k": range(2, 10),
        "result": [
            Phrase("how much each region counts, in increasing order", "sorted(sizes)"),
            Phrase("how much each region counts, in the order of their first fields, row by row", "sizes"),
            Phrase(
                "two numbers, how many regions there are and how much they count together", "[len(sizes), sum(sizes)]"
            ),
            Phrase(
                "two numbers, how much the region counts that counts most, and how many count as much (0 and 0 without "
                "regions)",
                "[max(sizes, default=0), sizes.count(max(sizes, default=0))]",
            ),
        ],
    },
    draw=_letters,
    edges=[[["."]], [["a"]], [["ab", "ba"]]],
)

ROADS = Family(
    name="trip",
    statement=(
        "Towns have the numbers 1 to n. Each row of a table is a road: two towns and its length. $ways On a trip from "
        "town 1 to town n, $rule. Each road on the trip costs its length plus $toll. Give the least cost of a trip, or "
        "-1 if there is none."
    ),
    params={"n": INT, "roads": TABLE},
    returns=INT,
    source="""
def trip(n, roads):
    edges = [tuple(road) for road in roads]$ways
    best = {(1, 0): 0}
    todo = [(1, 0)]
    while todo:
        town, used = todo.pop(0)
        for a, b, length in edges:
            most, offers = $rule
            for more, paid in offers if a == town else []:
                state = (b, used + more)
                cost = best[town, used] + paid + $toll
                if used + more <= most and (state not in best or cost < best[state]):
                    best[state] = cost
                    todo.append(state)
    return min([cost for (town, _), cost in best.items() if town == n], default=-1)
""",
    choices={
        "ways": [
            Phrase("Roads lead both ways.", " + [(b, a, length) for a, b, length in roads]"),
            Phrase("Roads lead from the first of their towns to the second only.", ""),
        ],
        "rule": [
            *(
                Phrase(
                    f"at most {k} roads longer than {limit} may be taken",
                    f"{k}, [(1 if length > {limit} else 0, length)]",
                )
                for k in (1, 2)
                for limit in range(5, 16, 2)
            ),
            *(
                Phrase(
                    f"for up to {k} of its roads only half of the length, rounded down, is paid",
                    f"{k}, [(0, length), (1, length // 2)]",
                )
                for k in (1, 2, 3)
            ),
            *(
                Phrase(
                    f"of a road longer than {limit} only {limit} is paid as its length",
                    f"0, [(0, min(length, {limit}))]",
                )
                for limit in range(5, 16, 2)
            ),
        ],
        "toll": range(1, 9),
    },
    draw=_roads,
    edges=[[2, []], [2, [[1, 2, 5]]], [2, [[2, 1, 5]]], [3, [[1, 2, 20], [2, 3, 20]]]],
)

JOBS = Family(
    name="finishing_times",
    statement=(
        "Jobs have the numbers 1 to n. Job i takes $base days plus the remainder of i when divided by $m. Each row of "
        "a table has two jobs, of which the first must be finished before the second begins; this never goes in a "
        "circle. There $workers, each at one job at a time. Whenever somebody is free, the job with the $first number "
        "of those that can begin is begun at once; before that, all jobs that end on that day are finished. Work "
        "begins on day 0. Give the days on which the jobs are finished, in the order of their numbers."
    ),
    params={"n": INT, "pairs": TABLE},
    returns=INTS,
    source="""
def finishing_times(n, pairs):
    ends = {}
    day = 0
    while len(ends) < n:
        running = sum(1 for end in ends.values() if end > day)
        ready = [
            job
            for job in range(1, n + 1)
            if job not in ends and all(ends.get(a, day + 1) <= day for a, b in pairs if b == job)
        ]
        if running < $workers and ready:
            job = $first(ready)
            ends[job] = day + $base + job % $m
        else:
            day += 1
    return [ends[job] for job in range(1, n + 1)]
""",
    choices={
        "base": range(1, 7),
        "m": range(2, 9),
        "workers": [
            Phrase("is one worker", "1"),
            *(Phrase(f"are {k} workers", str(k)) for k in range(2, 5)),
        ],
        "first": [Phrase("smallest", "min"), Phrase("largest", "max")],
    },
    draw=_jobs,
    edges=[[1, []], [4, []], [3, [[3, 1], [2, 1]]]],
)
