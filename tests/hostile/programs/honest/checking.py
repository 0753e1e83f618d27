"""Honest programs whose answers a checker of the task's own accepts."""

from typing import Final

from tests.hostile.programs.cheats.checking import PAIR, SCRIPT, TREE
from tests.hostile.programs.entry import Entry

CHECKING: Final = [
    Entry("one of many answers", PAIR, "AC", "n = int(input())\nprint(n + 1, -1)"),
    Entry("another of them", PAIR, "AC", "print(f'{int(input()) - 10**20}\\n\\n{10**20}', end='')"),
    Entry("one at random", PAIR, "AC", "import random\nn = int(input())\na = random.randrange(n + 1, n + 100)\nprint(a, n - a)"),
    Entry("one for a script", SCRIPT, "AC", "n = int(input())\nprint(0, n)"),
    Entry("a list for a checker", TREE, "AC", "def f(n): return list(range(n))[::-1]"),
    Entry("a tuple for a checker", TREE, "AC", "def f(n): return n - 1, *range(n - 1)"),
    Entry("an iterator for a checker", TREE, "AC", "def f(n): return reversed(range(n))"),
]
