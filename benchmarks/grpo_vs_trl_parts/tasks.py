"""The benchmark's tasksets: prompts from a file that both sides read, and judges that both sides call."""

from typing import Any, ClassVar

import rlvr
from grpo_vs_trl_parts.judges import is_even, judge_or_hang


class Parity(rlvr.RowTaskset):
    """Write a text with an even number of characters: a reward that costs nothing and differs within any group."""

    extract = "whole"
    instructions = ""
    is_bounded: ClassVar[bool] = True

    def problem(self, row: dict[str, Any]) -> rlvr.Problem:
        """Take the prompt as it is."""
        return rlvr.Problem(row["prompt"], reference=None)

    def solve(self, task: rlvr.Task, turns: tuple[rlvr.Turn, ...] = ()) -> str:  # noqa: ARG002 any even text will do
        """Return one of the right texts."""
        return "ab"

    def check(self, task: rlvr.Task, answer: str) -> bool:  # noqa: ARG002 the text alone decides
        """Judge."""
        return is_even(answer)


class Hanging(Parity):
    """The same, but from one text in 100 the judge never returns."""

    is_bounded = False

    def check(self, task: rlvr.Task, answer: str) -> bool:  # noqa: ARG002 the text alone decides
        """Judge, or hang."""
        return judge_or_hang(answer)
