"""Calculator: compute what is too much for one's head, with a tool at hand.

A turn that calls the tool is answered with its output; a turn that gives an answer ends the episode and is judged,
whatever else stands in it. Both are read after the last `</think>`, so a call that is only thought of is never run.
The tool is the package's own parser of arithmetic, which bounds what it reads, with division and decimals taken out.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any, ClassVar

from rlvr.envs.formats import render
from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Reply, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.envs.tasksets.slips import require_chance
from rlvr.rewards.arithmetic import ExpressionError, evaluate
from rlvr.rewards.extraction import after_think
from rlvr.rewards.numeric import Numeric
from rlvr.rewards.score import as_score

SIZES = ((2, 2), (2, 3), (3, 2), (3, 3), (4, 3), (4, 4), (5, 4), (6, 4), (6, 5), (8, 6))
"""How many numbers an expression has at each level, and how many digits each number."""

PARENTHESES_FROM = 4
"""The first level with a pair of parentheses."""

MAX_CHARS = 200
"""Characters of a call; the output has no more digits than that."""

NOTHING = "That was neither a call nor an answer."

_READABLE = re.compile(r"[0-9+\-*() ]*")


@register("Calculator")
class Calculator(Taskset):
    """Compute an expression with the help of a calculator.

    | level       | 0 | 1 | 2 | 3 | 4   | 5   | 6   | 7   | 8   | 9   |
    |-------------|---|---|---|---|-----|-----|-----|-----|-----|-----|
    | numbers     | 2 | 2 | 3 | 3 | 4   | 4   | 5   | 6   | 6   | 8   |
    | digits      | 2 | 3 | 2 | 3 | 3   | 4   | 4   | 4   | 5   | 6   |
    | parentheses | - | - | - | - | yes | yes | yes | yes | yes | yes |

    Each expression has at least one product. `<call>12*34</call>` is answered with `408`, or with what is wrong with
    the call. A score's part `called` says whether the tool had been called before the answer.

    Args:
        habit: The share in [0, 1] of *demonstrations* that call the tool; the others guess a number with as many
            digits as the answer has. Tasks, the oracle and verdicts do not depend on it.
        **options: `rubric` and `instructions`, as every taskset takes.

    Raises:
        ValueError: `habit` is not in [0, 1].
    """

    family: ClassVar[str] = "arithmetic"
    is_bounded: ClassVar[bool] = True
    verifier = Numeric()
    max_turns = 4
    instructions = (
        "A calculator answers <call>expression</call> with the value of an expression of whole numbers, +, -, * and "
        f"parentheses: one call a turn, and {max_turns} turns in all. Think inside <think> </think>, then call it, or "
        "give the final answer inside <answer> </answer>."
    )

    def __init__(self, habit: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.habit = require_chance(habit, "habit")

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws numbers of exactly the level's digits and what stands between them."""
        count, num_digits = SIZES[level]
        low = 10 ** (num_digits - 1)
        numbers = [str(rng.randrange(low, 10 * low)) for _ in range(count)]
        operators = ["*", *rng.choices("+-*", k=count - 2)]
        rng.shuffle(operators)
        if level >= PARENTHESES_FROM:
            start = rng.randrange(count - 1)
            numbers[start], numbers[start + 1] = f"({numbers[start]}", f"{numbers[start + 1]})"
        pairs = zip(operators, numbers[1:], strict=True)
        expression = numbers[0] + "".join(operator + number for operator, number in pairs)
        return Problem(f"Compute {expression}.", calculated(expression), {"expression": expression})

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 an interface
        """The value."""
        return Solution(task.reference)

    def oracle(self, task: Task, turns: tuple[Turn, ...] = ()) -> str:
        """Calls the tool, and answers once it has said the value."""
        if turns and turns[-1].observation == task.reference:
            return super().oracle(task, turns)
        return f"<think></think><call>{task.metadata['expression']}</call>"

    def demonstration(self, task: Task, rng: random.Random, turns: tuple[Turn, ...] = ()) -> str:
        """What the oracle does, with the chance `habit`; else a guess."""
        if turns or rng.random() < self.habit:
            return self.oracle(task, turns)
        return render(self.extract, Solution(_guessed(int(task.reference), rng)))

    def reply(self, task: Task, turns: tuple[Turn, ...]) -> Reply:
        """Judges an answer, else runs the call."""
        *earlier, last = turns
        if last.answer is None:
            return Reply(_answered(last.response))
        called = float(any(_is_call(turn.response) for turn in earlier))
        return Reply(score=replace(as_score(self.check(task, last.answer)), parts={"called": called}))

    def num_distinct(self, level: int) -> int:
        """Every ordered choice of numbers gives a problem of its own."""
        count, num_digits = SIZES[level]
        return int((9 * 10 ** (num_digits - 1)) ** count)


def calculated(expression: str) -> str:
    """What the tool says to an expression: its value, or what is wrong with it; never raises, for any text."""
    if len(expression) > MAX_CHARS:
        return f"Error: an expression has at most {MAX_CHARS} characters, got {len(expression)}."
    if not _READABLE.fullmatch(expression):
        return "Error: an expression has whole numbers, +, -, * and parentheses, and nothing else."
    try:
        return str(evaluate(expression))
    except ExpressionError as error:
        return f"Error: {error}."


def _is_call(response: str) -> bool:
    return "<call>" in (after_think(response) or "")


def _answered(response: str) -> str:
    """What the tool says to a turn without an answer; of several calls it runs none."""
    final = after_think(response) or ""
    num_opened, num_closed = final.count("<call>"), final.count("</call>")
    if num_opened == num_closed == 0:
        return NOTHING
    start, end = final.find("<call>") + len("<call>"), final.find("</call>")
    if num_opened != 1 or num_closed != 1 or end < start:
        return f"Error: one <call>...</call> is needed, got {num_opened} opened and {num_closed} closed."
    return calculated(final[start:end].strip())


def _guessed(value: int, rng: random.Random) -> str:
    low = 10 ** (len(str(abs(value))) - 1)
    return f"{'-' if value < 0 else ''}{rng.randrange(low, 10 * low)}"
