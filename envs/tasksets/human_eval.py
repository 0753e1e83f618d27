"""HumanEval: complete a function, judged by the data set's own `check(candidate)`.

Rows are those of openai/human-eval. Rows of HumanEval+ in the form that evalplus has on the Hub do as well.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rlvr.envs.registry import register
from rlvr.envs.rows import RowTaskset
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.rewards.code.loaders import evalplus_reference, human_eval_program
from rlvr.rewards.code.verifier import CodeVerifier


@register("HumanEval")
class HumanEval(RowTaskset):
    """Complete a Python function, given its signature and docstring.

    Args:
        path: `HumanEval.jsonl.gz`, or `{"train": ..., "test": ...}`.
        hub: `"openai/openai_humaneval"` or `"evalplus/humanevalplus"` loads it from the Hugging Face Hub instead. There
            all rows are in `test`.
        **options: `rubric` and `instructions`, as every taskset takes.
    """

    family: ClassVar[str] = "code"
    default_hub: ClassVar[str] = "openai/openai_humaneval"
    extract = "code"
    verifier = CodeVerifier()

    def problem(self, row: dict[str, Any]) -> Problem:
        """Asks for the whole function, with what the prompt has of it."""
        prompt = f"Complete this Python function, and give all of it.\n```python\n{row['prompt'].strip()}\n```"
        return Problem(
            prompt, evalplus_reference(row), {"solution": human_eval_program(row), "task_id": row.get("task_id")}
        )

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """The row's own solution."""
        return Solution(task.metadata["solution"])
