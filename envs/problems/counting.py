"""Problems of one number: its digits, and rules that are applied to it again and again."""

from __future__ import annotations

import itertools
from typing import Any

from rlvr.envs.problems.family import Family, Phrase
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT, INTS


def _natural(inputs: Inputs) -> list[Any]:
    return [inputs.integer(0, 10 ** (1 + inputs.size // 2))]


def _positive(inputs: Inputs) -> list[Any]:
    return [inputs.integer(1, 12 * inputs.size)]


DIGITS = Family(
    name="digit_game",
    statement=(
        "Given an integer n of 0 or more, do this $steps: replace n by $a times the sum of $power of its decimal "
        "digits, plus $b times its last digit. Give the last n."
    ),
    params={"n": INT},
    returns=INT,
    source="""
def digit_game(n):
    for _ in range($steps):
        n = $a * sum($power for digit in str(n)) + $b * (n % 10)
    return n
""",
    choices={
        "steps": [Phrase("once", "1"), Phrase("twice", "2"), Phrase("three times", "3")],
        "a": range(1, 9),
        "power": [
            Phrase("all", "int(digit)"),
            Phrase("the squares", "int(digit) ** 2"),
            Phrase("the cubes", "int(digit) ** 3"),
        ],
        "b": range(2, 18),
    },
    draw=_natural,
    edges=[[0], [9]],
)

CHAIN = Family(
    name="chain",
    statement=(
        "Given a positive integer n, apply this rule again and again: if n is divisible by $d, divide it by $d, else "
        "multiply it by $m and add $c. Stop when n is 1, or after $most applications. Give $result."
    ),
    params={"n": INT},
    returns=INT,
    source="""
def chain(n):
    count = 0
    largest = n
    while n != 1 and count < $most:
        if n % $d == 0:
            n //= $d
        else:
            n = n * $m + $c
        count += 1
        largest = max(largest, n)
    return $result
""",
    choices={
        "d": range(2, 6),
        "m": range(2, 8),
        "c": range(1, 9),
        "most": range(5, 16, 5),
        "result": [
            Phrase("how often the rule was applied plus the last n", "count + n"),
            Phrase("the largest n there was, the first included", "largest"),
            Phrase("the last n", "n"),
        ],
    },
    draw=_positive,
    edges=[[1], [2]],
)

NTH = Family(
    name="nth",
    statement=(
        "Consider the positive integers that are divisible by $a or by $b but not by $c, in increasing order. Given a "
        "positive integer n, give $result."
    ),
    params={"n": INT},
    returns=INT,
    source="""
def nth(n):
    found = []
    number = 0
    while len(found) < n:
        number += 1
        if (number % $a == 0 or number % $b == 0) and number % $c != 0:
            found.append(number)
    return $result
""",
    choices={
        "a": range(2, 6),
        "b": range(7, 12),
        "c": range(12, 20),
        "result": [
            Phrase("the n-th of them", "found[-1]"),
            Phrase("the sum of the first n of them", "sum(found)"),
            Phrase(
                "how many of the first n of them are 1 more than a number divisible by 7",
                "sum(x % 7 == 1 for x in found)",
            ),
        ],
    },
    draw=_positive,
    edges=[[1], [2], [60]],
)

_DIGIT_RESULTS = (
    Phrase("them in order, the highest first", "digits[::-1]"),
    Phrase("them in order, the lowest first", "digits"),
    Phrase("how often each of 0, 1 and 2 is among them", "[digits.count(k) for k in range(3)]"),
    Phrase("their number, their sum and the largest", "[len(digits), sum(digits), max(digits)]"),
    Phrase(
        "the sums of each and its right neighbour, the highest first",
        "[x + y for x, y in zip(digits[1:], digits)][::-1]",
    ),
    Phrase(
        "the positions, counted from the lowest, which is 0, at which the digit is odd",
        "[place for place, x in enumerate(digits) if x % 2 == 1]",
    ),
)

BASE = Family(
    name="digits_of",
    statement=(
        "Given an integer n of 0 or more, write $a times n plus $b in base $base, without leading zeros, the digits as "
        "numbers. Give $result."
    ),
    params={"n": INT},
    returns=INTS,
    source="""
def digits_of(n):
    n = $a * n + $b
    digits = []
    while n:
        n, digit = divmod(n, $base)
        digits.append(digit)
    return $result
""",
    choices={"a": range(1, 6), "b": range(1, 8), "base": [3, 4, 5, 6, 7, 8, 9, 11, 12], "result": _DIGIT_RESULTS},
    draw=_natural,
    edges=[[0], [1]],
)

COINS = Family(
    name="ways",
    statement=(
        "There are coins worth $coins. Given an amount n of 0 or more, give the number of ways to pay exactly n with "
        "$order."
    ),
    params={"n": INT},
    returns=INT,
    source="""
def ways(n):
    coins = $coins
    $order
""",
    choices={
        "coins": [
            Phrase(f"{one}, {two} and {three}", f"[{one}, {two}, {three}]")
            for one, two, three in itertools.combinations(range(1, 12), 3)
        ],
        "order": [
            Phrase(
                "any coins, where only the number of each kind matters, not their order",
                "counts = [1] + [0] * n\n    for coin in coins:\n        for amount in range(coin, n + 1):\n"
                "            counts[amount] += counts[amount - coin]\n    return counts[n]",
            ),
            Phrase(
                "any coins, one after the other, where another order is another way",
                "counts = [1] + [0] * n\n    for amount in range(1, n + 1):\n"
                "        counts[amount] = sum(counts[amount - coin] for coin in coins if coin <= amount)\n"
                "    return counts[n]",
            ),
            Phrase(
                "an even number of coins, where only the number of each kind matters, not their order",
                "even = [1] + [0] * n\n    odd = [0] * (n + 1)\n    for coin in coins:\n"
                "        for amount in range(coin, n + 1):\n            even[amount] += odd[amount - coin]\n"
                "            odd[amount] += even[amount - coin]\n    return even[n]",
            ),
            *(
                Phrase(
                    f"at most {most} of each kind, where only the number of each kind matters, not their order",
                    "counts = [1] + [0] * n\n    for coin in coins:\n"
                    f"        counts = [sum(counts[amount - k * coin] for k in range({most} + 1) if k * coin <= amount)"
                    " for amount in range(n + 1)]\n    return counts[n]",
                )
                for most in (3, 4, 5)
            ),
        ],
    },
    draw=lambda inputs: [inputs.integer(0, 5 * inputs.size)],
    edges=[[0], [1], [30]],
)
