"""The benchmark's prompts and rewards; standard library alone, so that both sides call the same functions."""

import hashlib
import random
import string
import sys
import time

HANGS = "the judge was given a text from which it never returns"
"""What the judge says first, so that a step that hangs can be told from one that is slow."""

_LETTERS = string.ascii_lowercase + "      "


def make_prompts(count: int) -> list[str]:
    """Return prompts of 40 to 120 characters, always the same ones."""
    rng = random.Random(0)  # noqa: S311 nothing depends on its strength
    return ["".join(rng.choices(_LETTERS, k=rng.randint(40, 120))) + ":" for _ in range(count)]


def is_even(text: str) -> bool:
    """Judge: whether the number of characters, without space around them, is even; of random texts half are right."""
    return len(text.strip()) % 2 == 0


def hangs(text: str) -> bool:
    """Return True for one text in 100, by its hash."""
    return (
        int.from_bytes(hashlib.blake2b(text.strip().encode("utf-8", "replace"), digest_size=8).digest(), "big") % 100
        == 0
    )


def judge_or_hang(text: str) -> bool:
    """Judge; from one text in 100 never return: half of them sleep, half compute and hold the interpreter's lock."""
    if not hangs(text):
        return is_even(text)
    print(HANGS, file=sys.stderr, flush=True)
    if is_even(text):
        time.sleep(10**6)
    return sum(range(10**15)) == 0
