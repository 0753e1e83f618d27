r"""MATH: competition problems, from a file or from the Hub.

The rows are those of hendrycks/math and of the sets made from it, such as MATH-500: `problem`, `solution`, and `answer`
where the set has it; elsewhere the answer is what the solution boxes last.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rlvr.envs.registry import register
from rlvr.envs.rows import RowTaskset
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.rewards.boxes import last_boxed
from rlvr.rewards.math_verifier import MathVerifier


@register("MATH")
class CompetitionMath(RowTaskset):
    r"""Competition problems whose answer is an expression in `\boxed{}`.

    Args:
        path: A file of rows, or `{"train": ..., "test": ...}`.
        hub: A data set of the Hugging Face Hub instead, such as `"DigitalLearningGmbH/MATH-lighteval"`.
        **options: `rubric` and `instructions`, as every taskset takes.
    """

    family: ClassVar[str] = "math"
    default_hub: ClassVar[str] = "DigitalLearningGmbH/MATH-lighteval"
    extract = "boxed"
    verifier = MathVerifier()

    def problem(self, row: dict[str, Any]) -> Problem:
        """Takes the row's answer, or what its solution boxes last."""
        solution = str(row["solution"])
        answer = row.get("answer")
        answer = last_boxed(solution) if answer is None else str(answer)
        if not answer:
            raise ValueError(f"the row has no answer, and its solution boxes none: {solution!r:.80}")
        about = [key for key in ("subject", "type", "level") if key in row]
        return Problem(str(row["problem"]), answer, {"work": solution} | {key: row[key] for key in about})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """The row's own worked solution."""
        return Solution(task.reference, task.metadata["work"])
