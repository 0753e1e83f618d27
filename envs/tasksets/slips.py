"""Slips: numbers that a demonstration gets wrong on purpose, so that a model imitating it is right only sometimes."""

import random
from collections.abc import Callable, Sequence


def slipping(slip: float, offsets: Sequence[int], rng: random.Random) -> Callable[[int], int]:
    """Return what makes of a number the one that is written down.

    Args:
        slip: The chance that it is off, in [0, 1].
        offsets: By one of these.
        rng: Draws both.
    """

    def written(number: int) -> int:
        return number + rng.choice(offsets) if rng.random() < slip else number

    return written


def require_chance(chance: float, name: str = "slip") -> float:
    """Return a chance that a taskset was given.

    Args:
        chance: The chance.
        name: Of the option that it was given as.

    Raises:
        ValueError: It is not in [0, 1].
    """
    if not 0.0 <= chance <= 1.0:
        raise ValueError(f"{name} must lie in [0, 1], got {chance}.")
    return chance
