"""Problems of following commands: a stack, a walker, a store."""

from __future__ import annotations

from typing import Any

from rlvr.envs.problems.family import Family, Phrase
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT, INTS, TEXT, TEXTS


def _commands(inputs: Inputs) -> list[Any]:
    words = ("add", "mul", "swap", "dup", "mix", "drop")
    found = []
    for number in range(inputs.count(16)):
        is_push = inputs.rng.random() < (0.85 if number < 3 else 0.4)
        found.append(f"push {inputs.integer(0, 12)}" if is_push else inputs.choice(words))
    return [found]


def _walk(inputs: Inputs) -> list[Any]:
    return ["".join(inputs.choice("FFFLRJ") for _ in range(inputs.count(24)))]


def _events(inputs: Inputs) -> list[Any]:
    return [[f"{inputs.choice(('in', 'in', 'out'))} {inputs.integer(1, 14)}" for _ in range(inputs.count(14))]]


STACK = Family(
    name="stack_machine",
    statement=(
        "A machine has a stack of integers, empty at first, and calculates modulo $modulus. Its commands: push k puts "
        "k on the stack, modulo $modulus; dup puts a copy of the top on it; drop takes the top away; swap exchanges "
        "the two on top; add, mul and mix take the two on top away, a from the top and then b from below it, and put "
        "on the stack a + b, a * b and $k * a + b, each modulo $modulus. A command that needs more numbers than there "
        "are $fault. Given the list of commands, give $result."
    ),
    params={"commands": TEXTS},
    returns=INT,
    source="""
def stack_machine(commands):
    stack = []
    for command in commands:
        name, _, number = command.partition(" ")
        if name == "push":
            stack.append(int(number) % $modulus)
            continue
        if len(stack) < (1 if name in ("dup", "drop") else 2):
            $fault
        a = stack.pop()
        if name == "dup":
            stack += [a, a]
        elif name == "swap":
            stack[-1:] = [a, stack[-1]]
        elif name == "add":
            stack.append((a + stack.pop()) % $modulus)
        elif name == "mul":
            stack.append(a * stack.pop() % $modulus)
        elif name == "mix":
            stack.append(($k * a + stack.pop()) % $modulus)
    return $result
""",
    choices={
        "modulus": [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67],
        "k": range(2, 9),
        "fault": [
            Phrase("is skipped", "continue"),
            Phrase("ends the program", "break"),
            Phrase("empties the stack and does nothing else", "stack = []\n            continue"),
        ],
        "result": [
            Phrase("the number on top at the end, or -1 if the stack is empty", "stack[-1] if stack else -1"),
            Phrase("the sum of all numbers that are on the stack at the end", "sum(stack)"),
            Phrase("how many numbers are on the stack at the end", "len(stack)"),
        ],
    },
    draw=_commands,
    edges=[[[]], [["add"]], [["push 5", "swap", "push 7"]]],
)

WALK = Family(
    name="walk",
    statement=(
        "A walker stands at column 0, row 0 of a board with $width columns and $height rows and looks to the next "
        "column. F moves it one step in its direction, J moves it $jump steps; L and R turn it to the left and to the "
        "right, without a step. With its left hand it points to the next row. $border Given the text of its commands, "
        "give $result."
    ),
    params={"path": TEXT},
    returns=INTS,
    source="""
def walk(path):
    column, row, right, up = 0, 0, 1, 0
    seen = [(0, 0)]
    for c in path:
        if c == "L":
            right, up = -up, right
        elif c == "R":
            right, up = up, -right
        else:
            for _ in range($jump if c == "J" else 1):
                $border
                seen.append((column, row))
    return $result
""",
    choices={
        "width": range(2, 8),
        "height": range(2, 8),
        "jump": range(2, 5),
        "border": [
            Phrase(
                "A step over the border leads to the opposite side of the board.",
                "column, row = (column + right) % $width, (row + up) % $height",
            ),
            Phrase(
                "A step over the border is not made; it stays where it is.",
                "column, row = min(max(column + right, 0), $width - 1), min(max(row + up, 0), $height - 1)",
            ),
        ],
        "result": [
            Phrase("its last column and row", "[column, row]"),
            Phrase(
                "its last column and row, and how many different fields it has been on", "[column, row, len(set(seen))]"
            ),
            Phrase(
                "the farthest column and the farthest row it has been on",
                "[max(x for x, _ in seen), max(y for _, y in seen)]",
            ),
        ],
    },
    draw=_walk,
    edges=[[""], ["F"], ["LFLF"], ["JRJ"]],
)

STORE = Family(
    name="store",
    statement=(
        "A store holds at most $capacity things and $start at first. The event in k brings k things; $over. The event "
        "out k asks for k things; $under. Given the list of events, give three numbers: how many things are in the "
        "store at the end, the most that were ever in it, and how many events were not carried out in full."
    ),
    params={"events": TEXTS},
    returns=INTS,
    source="""
def store(events):
    stock = most = $start
    failed = 0
    for event in events:
        name, number = event.split()
        k = int(number)
        if name == "in" and stock + k > $capacity:
            failed += 1
            k = $over
        elif name == "out" and k > stock:
            failed += 1
            k = $under
        stock += k if name == "in" else -k
        most = max(most, stock)
    return [stock, most, failed]
""",
    choices={
        "capacity": range(14, 34),
        "start": range(10),
        "over": [
            Phrase("what finds no room is sent back", "$capacity - stock"),
            Phrase("if they do not all find room, all are sent back", "0"),
            Phrase(
                "if they do not all find room, half of the free room, rounded down, is filled",
                "($capacity - stock) // 2",
            ),
        ],
        "under": [
            Phrase("if there are fewer, all that are there are given out", "stock"),
            Phrase("if there are fewer, none is given out", "0"),
            Phrase("if there are fewer, one is given out, should there be one", "min(stock, 1)"),
        ],
    },
    draw=_events,
    edges=[[[]], [["out 14"]], [["in 14", "in 14", "in 14"]]],
)
