"""GSM8K: grade-school word problems, from a file or from the Hub.

The rows are those of openai/grade-school-math: `question`, and `answer`, a worked solution whose last line is
`#### N`. The solution's `<<48/2=24>>` annotations are for calculators and are left out of the oracle's work.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from rlvr.envs.registry import register
from rlvr.envs.rows import RowTaskset
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.rewards.numeric import Numeric

_ANNOTATION = re.compile(r"<<[^<>]*>>")


@register("GSM8K")
class GSM8K(RowTaskset):
    """Grade-school word problems with a whole number for an answer.

    Args:
        path: `gsm8k_train.jsonl`, or `{"train": ..., "test": ...}`.
        hub: `"openai/gsm8k"` loads it from the Hugging Face Hub instead.
        **options: `rubric` and `instructions`, as every taskset takes.
    """

    family: ClassVar[str] = "math"
    default_hub: ClassVar[str] = "openai/gsm8k:main"
    verifier = Numeric()

    def problem(self, row: dict[str, Any]) -> Problem:
        """Splits the answer into its number and its work."""
        work, mark, number = row["answer"].rpartition("####")
        if not mark:
            raise ValueError(f"the answer has no line '#### N': {row['answer']!r:.80}")
        return Problem(row["question"], number.strip().replace(",", ""), {"work": _ANNOTATION.sub("", work).strip()})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """The row's own worked solution."""
        return Solution(task.reference, task.metadata["work"])
