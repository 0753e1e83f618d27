"""What a step looks like on a terminal and in a pipe."""

import io
from typing import Any

from rich.console import Console

from rlvr.cli.train_view import TrainView

MESSAGE = 'the answer "[bold]\\u001b[2J" was given by at least half of the rollouts'


def line(step: int, **changes: Any) -> dict[str, Any]:
    """A metrics line, as far as the view reads it."""
    return {"step": step, "reward": 0.5, "warning": None, "alarms": [], "timing": {"tokens_per_s": 1234.0}} | changes


def shown(*lines: dict[str, Any], is_terminal: bool) -> str:
    """All that is written while these steps come in."""
    out = io.StringIO()
    with TrainView(Console(file=out, force_terminal=is_terminal, width=160, color_system=None)) as view:
        for one in lines:
            view.step(one, 9)
    return out.getvalue()


def test_an_alarm_is_a_line_when_it_fires_and_stays_in_the_live_line() -> None:
    fired = line(2, alarms=[{"name": "one_answer", "message": MESSAGE}])
    text = shown(line(1), fired, line(3), line(4), is_terminal=True)
    assert text.count(f"step 2: alarm one_answer: {MESSAGE}") == 1
    before, _, after = text.partition(MESSAGE)
    assert "alarm one_answer (step 2)" not in before
    assert after.count("reward 0.500 1,234 tokens/s alarm one_answer (step 2)") >= 2


def test_the_latest_alarm_takes_the_place_of_the_one_before() -> None:
    lines = [line(step, alarms=[{"name": name, "message": "m"}]) for step, name in ((1, "kl"), (2, "length"))]
    text = shown(*lines, line(9), is_terminal=True)
    assert text.rindex("tokens/s alarm length (step 2)") > text.rindex("tokens/s alarm kl (step 1)")


def test_in_a_pipe_there_are_plain_lines_only() -> None:
    text = shown(
        line(1, val_accuracy_start=0.25), line(9, alarms=[{"name": "kl", "message": "far"}]), is_terminal=False
    )
    assert text.splitlines() == [
        *(["step 1/9: reward 0.500 val 0.250 1,234 tokens/s"] if "step 1/9" in text else []),
        "step 9: alarm kl: far",
        "step 9/9: reward 0.500 val 0.250 1,234 tokens/s alarm kl (step 9)",
    ]
