"""What fills the gaps of many families: conditions on a number x, changes to it, and measures of the list `chosen`."""

from __future__ import annotations

from rlvr.envs.problems.family import Phrase

CONDITIONS = (
    Phrase("even", "x % 2 == 0"),
    Phrase("odd", "x % 2 == 1"),
    *(Phrase(f"divisible by {k}", f"x % {k} == 0") for k in range(3, 8)),
    *(Phrase(f"not divisible by {k}", f"x % {k} != 0") for k in range(3, 6)),
    *(Phrase(f"greater than {k}", f"x > {k}") for k in range(-3, 10)),
    *(Phrase(f"less than {k}", f"x < {k}") for k in range(-3, 10)),
)
"""In words after "that are"."""

CHANGES = (
    *(Phrase(f"add {k} to it", f"x + {k}") for k in range(1, 10)),
    *(Phrase(f"subtract {k} from it", f"x - {k}") for k in range(1, 10)),
    *(Phrase(f"multiply it by {k}", f"x * {k}") for k in range(2, 8)),
    *(Phrase(f"subtract it from {k}", f"{k} - x") for k in range(0, 10, 3)),
    Phrase("square it", "x * x"),
    Phrase("take its absolute value", "abs(x)"),
)
"""In words with "it" for the number."""

MEASURES = (
    Phrase("their sum", "sum(chosen)"),
    Phrase("how many there are", "len(chosen)"),
    Phrase("the largest of them, or 0 if there is none", "max(chosen, default=0)"),
    Phrase("the smallest of them, or 0 if there is none", "min(chosen, default=0)"),
    Phrase("how many different values there are among them", "len(set(chosen))"),
    Phrase("the first of them minus the last, or 0 if there is none", "chosen[0] - chosen[-1] if chosen else 0"),
)
"""In words after "find"."""
