"""Verifiers as a user may write them, for the tests that load them by path."""

import os
import time
from typing import Any

from rlvr.rewards.exact import Exact
from rlvr.rewards.score import Score
from rlvr.rewards.verifier import Verifier


class Moody(Verifier):
    """Does what the answer says; right is the reference itself."""

    def grade(self, answer: str, reference: Any) -> Score | bool | float:
        """Return, raise, hang, sleep, die or hoard."""
        if answer == "hang":
            number = 3
            while True:
                number = number * number % 1_000_003
        if answer == "big":
            return bool(9**9**9)
        if answer == "sleep":
            time.sleep(60)
        if answer == "raise":
            raise KeyError("oops")
        if answer == "die":
            os._exit(1)
        if answer == "hoard":
            return bool([0] * 10**10)
        if answer == "nothing":
            return None  # type: ignore[return-value]
        if answer == "pid":
            return Score.correct(str(os.getpid()))
        if answer == "half":
            return 0.5
        return bool(answer == reference)


class Boxed(Exact):
    """Overrides what made its base bounded."""

    extract = "boxed"

    def grade(self, answer: str, reference: Any) -> Score:
        """Say where this runs."""
        return Score.correct(f"{os.getpid()} {answer} {reference}")


class Claimed(Boxed):
    """Claims to be bounded again."""

    is_bounded = True


class Needy(Verifier):
    """Cannot be made without an argument."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def grade(self, answer: str, reference: Any) -> bool:
        """Compare with the limit."""
        return int(answer) + int(reference) < self.limit


ready = Needy(100)
not_a_verifier = 5
