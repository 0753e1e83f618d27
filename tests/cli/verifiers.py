"""Verifiers of the kinds that users write, named in the tests by this file's path."""

import os
import time
from pathlib import Path
from typing import Any, ClassVar

from rlvr import Score, Verifier

HERE = Path(__file__)


class Moody(Verifier):
    """Does what the answer tells it to."""

    def grade(self, answer: str, reference: Any) -> Score | bool | float:
        if answer == "hang":
            while True:
                pass
        if answer == "sleep":
            time.sleep(0.2)
        if answer == "raise":
            raise KeyError("told to")
        if answer == "exit":
            os._exit(7)
        if answer == "half":
            return 0.5
        return bool(answer == reference)


class Claims(Moody):
    """Claims to be bounded, is not, and prints."""

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score | bool | float:
        print("printed by a verifier")  # noqa: T201
        return super().grade(answer, reference)


class Odd(Verifier):
    """Returns scores that cannot be written, and breaks what calls it."""

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score:
        parts: Any = {"odd": object()} if answer == "odd" else {}
        return Score.correct() if not parts else Score(1.0, Score.correct().verdict, parts=parts)

    def verify_many(self, pairs: Any) -> list[Score]:
        if any(response == "break" for response, _ in pairs):
            raise IndexError("broken")
        return super().verify_many(pairs)


class Reasons(Verifier):
    """Puts whatever it is given into the score's reason."""

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score:
        return Score(1.0, Score.correct().verdict, f"{answer} {reference!r}", {"nan": float("nan"), "none": None})
