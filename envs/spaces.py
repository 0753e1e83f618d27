"""`AnyText`: the Gymnasium space of all strings.

Gymnasium's own `Text` needs a finite alphabet and a maximum length; what a model writes has neither.
"""

from __future__ import annotations

from typing import Any

from gymnasium.spaces import Space

MAX_SAMPLE = 32
"""How many characters a sample has at most; any length is contained."""

_ALPHABET = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    " \n\t.,:;!?'\"()[]{}<>/\\|@#$%^&*-+=_~`äßñøπ√∞≤−½¿人数語한ع🙂"
)


class AnyText(Space[str]):
    """Contains every `str`, of any length and any characters.

    Samples are short and random, from an alphabet with some characters outside ASCII; they make no sense.

    Args:
        seed: Seeds the samples, as for every Gymnasium space.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(dtype=str, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """False: a string of any length fits no array."""
        return False

    def sample(self, mask: Any | None = None, probability: Any | None = None) -> str:
        """Draws a short random string.

        Raises:
            ValueError: A mask or probabilities are given, for which this space has no meaning.
        """
        if mask is not None or probability is not None:
            raise ValueError("AnyText has no finite alphabet: sample() takes neither mask nor probability.")
        length = int(self.np_random.integers(MAX_SAMPLE + 1))
        return "".join(_ALPHABET[i] for i in self.np_random.integers(len(_ALPHABET), size=length))

    def contains(self, x: Any) -> bool:
        """Whether `x` is a string."""
        return isinstance(x, str)

    def __repr__(self) -> str:
        return "AnyText()"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyText)

    def __hash__(self) -> int:
        return hash(AnyText)
