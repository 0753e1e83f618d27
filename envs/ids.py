"""Task ids, the randomness behind them, and the splits.

A task is its id: `Countdown-v0/train/3/42` is taskset, version, split, level and index, and the generator's randomness
is a hash of those five and the number of the attempt. A prompt belongs to exactly one split, by its own hash, so an
attempt whose prompt falls into another split's bucket is thrown away and the next one is drawn.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

NUM_BUCKETS = 10
"""Into how many buckets prompts fall."""

SPLIT_BUCKETS: dict[str, range] = {"train": range(7), "val": range(7, 8), "test": range(8, 10)}
"""Which of the buckets each split owns."""

_ID = re.compile(r"(?P<name>[^/]+)-v(?P<version>\d+)/(?P<split>[^/]+)/(?P<level>\d+)/(?P<index>\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class TaskId:
    """The five parts of a task's id."""

    name: str
    """The taskset's registered name."""

    version: int
    """The taskset's version."""

    split: str
    """`train`, `val` or `test`."""

    level: int
    """The difficulty, 0..9."""

    index: int
    """Which task of that split and level; for a data set, its row number."""

    def __str__(self) -> str:
        return f"{self.name}-v{self.version}/{self.split}/{self.level}/{self.index}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads an id.

        Raises:
            ValueError: The text is not an id in the form that `str` gives.
        """
        match = _ID.fullmatch(text)
        if match is None:
            raise ValueError(f"not a task id: {text!r}. An id looks like Countdown-v0/train/3/42.")
        name, version, split, level, index = match.groups()
        parsed = cls(name, int(version), split, int(level), int(index))
        if str(parsed) != text:
            raise ValueError(f"not a task id: {text!r}, whose numbers have leading zeros. Did you mean {parsed}?")
        return parsed

    def rng(self, attempt: int) -> random.Random:
        """The generator of this task's randomness at one attempt, the same on every machine."""
        key = json.dumps([self.name, self.version, self.split, self.level, self.index, attempt])
        digest = blake2b(key.encode(), digest_size=16).digest()
        return random.Random(int.from_bytes(digest, "big"))  # noqa: S311 tasks, not secrets


def prompt_bucket(prompt: str) -> int:
    """The bucket 0..9 that a prompt falls into.

    A lone surrogate, which UTF-8 cannot carry, is hashed by its escape.
    """
    digest = blake2b(prompt.encode(errors="backslashreplace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % NUM_BUCKETS
