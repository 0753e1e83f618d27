"""Draws inputs that tell right solutions from nearly right ones: boundaries, repetitions, small and large values."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

_SMALL, _LARGE = 9, 99


@dataclass(frozen=True, slots=True)
class Inputs:
    """A source of values for one test."""

    rng: random.Random
    """Where all of them come from."""
    size: int
    """How large they are to be, 1..10."""
    constants: tuple[int, ...] = ()
    """Numbers in the problem's statement: what lies at them and beside them is worth testing."""

    def integer(self, low: int, high: int) -> int:
        """A number of a range."""
        return self.rng.randint(low, high)

    def number(self, low: int = -_LARGE, high: int = _LARGE) -> int:
        """A number of a range that is often small, or near one of the constants."""
        pick = self.rng.random()
        if pick < 0.35:
            found = self.rng.randint(max(low, -_SMALL), min(high, _SMALL)) if low <= _SMALL else low
        elif pick < 0.65 and self.constants:
            found = self.rng.choice(self.constants) * self.rng.choice((1, 1, 1, 2, -1)) + self.rng.choice((-1, 0, 0, 1))
        else:
            found = self.rng.randint(low, high)
        return min(max(found, low), high)

    def numbers(self, most: int = 12, low: int = -_LARGE, high: int = _LARGE, least: int = 0) -> list[int]:
        """Up to `most` numbers, some of them repeated."""
        found: list[int] = []
        for _ in range(self.count(most, least)):
            is_repeated = found and self.rng.random() < 0.2
            found.append(self.rng.choice(found) if is_repeated else self.number(low, high))
        return found

    def count(self, most: int, least: int = 0) -> int:
        """A number of things, larger for larger sizes."""
        return self.rng.randint(least, max(least, most * self.size // 10))

    def choice(self, options: Sequence[str]) -> str:
        """One of some texts."""
        return self.rng.choice(options)

    def word(self, most: int = 8, letters: str = "abcdefghijklmnopqrstuvwxyz", least: int = 1) -> str:
        """A word of up to `most` letters, some of them repeated."""
        own = self.rng.sample(letters, min(len(letters), self.rng.randint(2, 6)))
        length = self.rng.randint(least, max(least, most))
        return "".join(self.rng.choice(own if self.rng.random() < 0.6 else letters) for _ in range(length))
