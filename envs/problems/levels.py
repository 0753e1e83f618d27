"""The families by level: from one expression to programs that search and parse."""

from __future__ import annotations

from typing import Final

from rlvr.envs.problems import arithmetic, boards, counting, dynamic, languages, lists, machines, texts
from rlvr.envs.problems.family import Family

LEVELS: Final[tuple[tuple[Family, ...], ...]] = (
    (arithmetic.PLUS, arithmetic.MINUS, arithmetic.SHIFTED),
    (arithmetic.REMAINDER, arithmetic.QUOTIENT, arithmetic.PIECEWISE, arithmetic.LIMITED),
    (lists.SELECT, lists.REPLACE, lists.PLACES, texts.COUNT),
    (texts.SWAP, texts.SHIFT, texts.WORDS, lists.ROWS),
    (lists.PIPELINE, lists.RUNS, texts.WEIGHTS, counting.DIGITS),
    (counting.CHAIN, counting.NTH, counting.BASE, dynamic.MERGED),
    (machines.STACK, machines.WALK, machines.STORE),
    (counting.COINS, dynamic.APART, dynamic.BLOCK, boards.JOBS),
    (boards.WAY, boards.REGIONS, boards.ROADS, dynamic.KNAPSACK),
    (languages.EVALUATE, dynamic.EDIT, dynamic.GAME),
)
"""The families that each level draws from, all as often."""
