"""Problems of the best of very many ways."""

from __future__ import annotations

import itertools
from typing import Any

from rlvr.envs.problems.family import Family, Phrase
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT, INTS, TABLE, TEXT


def _numbers(inputs: Inputs) -> list[Any]:
    return [inputs.numbers(24, -20, 30)]


def _intervals(inputs: Inputs) -> list[Any]:
    starts = [inputs.integer(-60, 60) for _ in range(inputs.count(10))]
    return [[[start, start + inputs.integer(0, 18)] for start in starts]]


def _two_words(inputs: Inputs) -> list[Any]:
    one = inputs.word(inputs.size + 2, "abcd", least=0)
    if inputs.rng.random() < 0.6:
        cut = inputs.integer(0, len(one))
        return [one, one[:cut] + inputs.word(3, "abcd", least=0) + one[cut + inputs.integer(0, 2) :]]
    return [one, inputs.word(inputs.size + 2, "abcd", least=0)]


def _things(inputs: Inputs) -> list[Any]:
    things = [[inputs.integer(1, 12), inputs.integer(1, 30)] for _ in range(inputs.count(9))]
    return [things, inputs.integer(0, 30)]


def _heap(inputs: Inputs) -> list[Any]:
    return [inputs.integer(0, 4 * inputs.size)]


APART = Family(
    name="best_sum",
    statement=(
        "Given a list of integers, choose some of them, or none, so that between any two that are chosen there are at "
        "least $gap others in the list. Each chosen number counts $fee less than it is, and if it is $condition, "
        "$bonus more. Give the largest sum that the chosen numbers can have."
    ),
    params={"numbers": INTS},
    returns=INT,
    source="""
def best_sum(numbers):
    best = [0]
    for place, x in enumerate(numbers):
        worth = x - $fee + ($bonus if $condition else 0)
        best.append(max(best[-1], best[max(place - $gap, 0)] + worth))
    return best[-1]
""",
    choices={
        "gap": range(1, 5),
        "fee": range(1, 9),
        "condition": [
            Phrase("even", "x % 2 == 0"),
            Phrase("odd", "x % 2 == 1"),
            *(Phrase(f"divisible by {k}", f"x % {k} == 0") for k in range(3, 6)),
            Phrase("negative", "x < 0"),
        ],
        "bonus": range(2, 9),
    },
    draw=_numbers,
    edges=[[[]], [[-5]], [[9]]],
)

BLOCK = Family(
    name="best_block",
    statement=(
        "A block of a list is one or more of its neighbouring numbers. Its worth is the sum of its numbers minus $fee "
        "for each of them but the first. Given a list of integers, consider its blocks of at least $least and at most "
        "$most numbers. Give $result; without such a block, give 0."
    ),
    params={"numbers": INTS},
    returns=INT,
    source="""
def best_block(numbers):
    found = [
        (sum(numbers[start:end]) - $fee * (end - start - 1), end - start)
        for start in range(len(numbers))
        for end in range(start + $least, min(start + $most, len(numbers)) + 1)
    ]
    return $result if found else 0
""",
    choices={
        "fee": range(1, 9),
        "least": range(1, 5),
        "most": range(5, 11),
        "result": [
            Phrase("the largest worth", "max(worth for worth, _ in found)"),
            Phrase("the smallest worth", "min(worth for worth, _ in found)"),
            Phrase("how many of them have a positive worth", "sum(1 for worth, _ in found if worth > 0)"),
            Phrase(
                "the number of numbers in the longest of those with a worth above 0, or 0 if there is none",
                "max([length for worth, length in found if worth > 0], default=0)",
            ),
        ],
    },
    draw=_numbers,
    edges=[[[]], [[-5]], [[9]]],
)

MERGED = Family(
    name="merged",
    statement=(
        "Each row of a table has the start and the end of an interval. Intervals that overlap, touch, or are at most "
        "$gap apart are merged into one, from the smallest start to the largest end, again and again until no more can "
        "be. Merged intervals that are shorter than $least are then left out. Give $result."
    ),
    params={"intervals": TABLE},
    returns=INTS,
    source="""
def merged(intervals):
    found = []
    for start, end in sorted(intervals):
        if found and start - found[-1][1] <= $gap:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    lengths = [end - start for start, end in found if end - start >= $least]
    return $result
""",
    choices={
        "gap": range(1, 12),
        "least": range(1, 12),
        "result": [
            Phrase("the lengths of those that are left, in order of their starts", "lengths"),
            Phrase("the lengths of those that are left, the longest first", "sorted(lengths, reverse=True)"),
            Phrase(
                "two numbers, how many are left and how many are left out", "[len(lengths), len(found) - len(lengths)]"
            ),
            Phrase(
                "two numbers, the sum and the smallest of the lengths of those that are left, or 0 and 0",
                "[sum(lengths), min(lengths, default=0)]",
            ),
        ],
    },
    draw=_intervals,
    edges=[[[]], [[[0, 0]]], [[[0, 9], [2, 3]]]],
)

EDIT = Family(
    name="edit_cost",
    statement=(
        "Given two texts, give the least cost of turning the first into the second. To insert a letter costs $insert, "
        "to delete one costs $delete, to replace one by another costs $replace, and to insert a letter that is equal "
        "to the one before it in the second text costs $double. Letters are not moved, and no letter is edited twice."
    ),
    params={"one": TEXT, "other": TEXT},
    returns=INT,
    source="""
def edit_cost(one, other):
    inserts = [$double if place and other[place - 1] == c else $insert for place, c in enumerate(other)]
    costs = [0]
    for cost in inserts:
        costs.append(costs[-1] + cost)
    for a in one:
        below = [costs[0] + $delete]
        for place, b in enumerate(other):
            change = costs[place] + (0 if a == b else $replace)
            below.append(min(change, costs[place + 1] + $delete, below[-1] + inserts[place]))
        costs = below
    return costs[-1]
""",
    choices={"insert": range(3, 9), "delete": range(2, 9), "replace": range(2, 9), "double": range(1, 5)},
    draw=_two_words,
    edges=[["", ""], ["a", ""], ["", "aab"], ["abcd", "bcda"]],
)

KNAPSACK = Family(
    name="best_load",
    statement=(
        "Each row of a table has the weight and the value of a thing. Take at most $most things with a total weight of "
        "at most the given limit; a thing whose weight is divisible by $d may be taken twice and then counts as two "
        "things. From $many things on, their total value grows by $bonus. Give the largest total value."
    ),
    params={"things": TABLE, "limit": INT},
    returns=INT,
    source="""
def best_load(things, limit):
    best = {(0, 0): 0}
    for weight, value in things:
        for _ in range(2 if weight % $d == 0 else 1):
            for (number, load), total in list(best.items()):
                key = (number + 1, load + weight)
                if key[0] <= $most and key[1] <= limit:
                    best[key] = max(best.get(key, 0), total + value)
    return max(total + ($bonus if number >= $many else 0) for (number, _), total in best.items())
""",
    choices={"most": range(3, 8), "d": range(2, 7), "many": range(2, 5), "bonus": range(5, 31, 3)},
    draw=_things,
    edges=[[[], 10], [[[5, 5]], 4], [[[5, 5]], 5], [[[4, 7], [6, 8]], 20]],
)

GAME = Family(
    name="winning_moves",
    statement=(
        "Two players take turns to take $moves things from a heap. $again Who cannot move $end. Given the number n of "
        "things in the heap, give the first moves with which the player who begins can win whatever the other does, in "
        "increasing order."
    ),
    params={"n": INT},
    returns=INTS,
    source="""
def winning_moves(n):
    moves = $moves
    wins = {}
    for size in range(n + 1):
        for last in [0] + moves:
            options = [move for move in moves if move <= size and $again]
            wins[size, last] = any(not wins[size - move, move] for move in options) if options else $end
    return [move for move in moves if move <= n and not wins[n - move, move]]
""",
    choices={
        "moves": [
            Phrase(f"{one}, {two} or {three}", f"[{one}, {two}, {three}]")
            for one, two, three in itertools.combinations(range(1, 10), 3)
        ],
        "again": [
            Phrase("Any of these numbers may be taken each time.", "move > 0"),
            Phrase("Nobody may take the number that the other has just taken.", "move != last"),
            Phrase("Nobody may take a smaller number than the other has just taken.", "move >= last"),
        ],
        "end": [Phrase("loses", "False"), Phrase("wins", "True")],
    },
    draw=_heap,
    edges=[[0], [1], [5], [9]],
)
