"""MBPP: write a function from a sentence, judged by the data set's asserts.

Rows are those of google-research's MBPP, sanitized or full, or of MBPP+ in the form that evalplus has on the Hub. The
prompt shows one of the asserts, which fixes the function's name and signature; the others are hidden.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from rlvr.envs.registry import register
from rlvr.envs.rows import RowTaskset
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.rewards.code.loaders import (
    ForeignNameError,
    evalplus_reference,
    mbpp_entry_point,
    mbpp_reference,
    mbpp_tests,
)
from rlvr.rewards.code.verifier import CodeVerifier
from rlvr.rewards.score import BadReferenceError

_LIMITS = {"wall_s": 10, "cpu_s": 10}
"""Some of the reference code takes seconds of processor time."""


@register("MBPP")
class MBPP(RowTaskset):
    """Write a Python function that a sentence describes.

    Args:
        path: `mbpp_sanitized.json` or `mbpp.jsonl`, or `{"train": ..., "test": ...}`.
        hub: `"google-research-datasets/mbpp:sanitized"` or `"evalplus/mbppplus"` loads it from the Hugging Face Hub
            instead.
        num_shown: How many of the asserts the prompt shows; papers that report MBPP often show all, as 3.
        **options: `rubric` and `instructions`, as every taskset takes.

    Raises:
        ValueError: `num_shown` is negative.
    """

    family: ClassVar[str] = "code"
    default_hub: ClassVar[str] = "google-research-datasets/mbpp:sanitized"
    extract = "code"
    verifier = CodeVerifier()

    def __init__(
        self,
        path: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]] | None = None,
        hub: str | None = None,
        num_shown: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(path, hub, **options)
        if num_shown < 0:
            raise ValueError(f"num_shown is {num_shown}: give 0 or more")
        self.num_shown = num_shown

    def is_usable(self, row: dict[str, Any]) -> bool:
        """Leaves out rows whose tests need a class that only the reference code has: no response could pass."""
        try:
            _reference(row)
        except ForeignNameError:
            return False
        except BadReferenceError:
            return True  # it is malformed, which `problem` tells with the row's number
        return True

    def problem(self, row: dict[str, Any]) -> Problem:
        """Asks for the function by its name."""
        text = row["text"] if row.get("prompt") is None else row["prompt"]
        prompt = f"{text.strip()}\nWrite it in Python, as {mbpp_entry_point(row)}."
        shown = mbpp_tests(row)[: self.num_shown]
        if shown:
            prompt += " For example, this must hold:\n```python\n{}\n```".format("\n".join(shown))
        return Problem(prompt, _reference(row), {"solution": row["code"], "task_id": row.get("task_id")})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """The row's own code."""
        return Solution(task.metadata["solution"])


def _reference(row: dict[str, Any]) -> dict[str, Any]:
    load = mbpp_reference if row.get("test") is None else evalplus_reference
    return load(row, limits=_LIMITS)
