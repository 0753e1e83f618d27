"""Part (c): one verifier call in 100 never returns."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grpo_vs_trl_parts.judges import HANGS, hangs, is_even
from grpo_vs_trl_parts.models import end_probability, make_model
from grpo_vs_trl_parts.settings import Settings, our_job, trl_job
from grpo_vs_trl_parts.speed import MAX_TOKENS, MEAN_TOKENS, SAMPLER, SHAPE
from grpo_vs_trl_parts.worker import NoAnswerError, Worker


def hanging(settings: Settings) -> Iterator[dict[str, Any]]:
    """Take steps of both sides while the judge hangs on one text in 100, by the text's hash."""
    folder = settings.folder / "hanging"
    make_model(folder / "model", SHAPE | dict(settings.shape), end_probability(MEAN_TOKENS, MAX_TOKENS))
    num_steps = settings.num_steps + 1
    found: dict[str, Any] = {"num_steps": num_steps, "num_completions": num_steps * settings.num_completions}
    for name, side in (("ours", _ours), ("trl", _trls)):
        found[name] = side(settings, folder, num_steps)
        yield found


def _ours(settings: Settings, folder: Path, num_steps: int) -> dict[str, Any]:
    own = folder / "ours"
    job = our_job(settings, folder / "model", own, MAX_TOKENS, sampler=SAMPLER, grpo={"num_steps": num_steps})
    job["recipe"]["task"]["name"] = job["recipe"]["task"]["name"].replace("Parity", "Hanging")
    with Worker(settings.python, "ours", job, own, settings.num_threads) as worker:
        reports = [worker.step() for _ in range(num_steps)]
        ended = worker.step()
    return {
        "finished": ended["kind"] == "finished",
        "step_s": [report["step_s"] for report in reports],
        **_verdicts(own / "run" / "rollouts.jsonl"),
    }


def _verdicts(rollouts: Path) -> dict[str, Any]:
    """Compare each recorded verdict with the judge's; from a text on which it hangs no verdict of it can come."""
    hung, wrong, num = Counter[str](), [], 0
    for line in rollouts.open():
        record = json.loads(line)
        text, verdict = record["turns"][-1]["response"], record["score"]["verdict"]
        num += 1
        if text and hangs(text):
            hung[verdict] += 1
        elif verdict != ("CORRECT" if is_even(text) else "WRONG") and text:
            wrong.append({"verdict": verdict, "reason": record["score"]["reason"]})
    return {"num_judged": num, "verdicts_of_those_that_hang": dict(hung), "other_verdicts_that_are_not_right": wrong}


def _trls(settings: Settings, folder: Path, num_steps: int) -> dict[str, Any]:
    """Let TRL try; a step that takes longer than our patience is killed, with the whole process."""
    own = folder / "trl"
    job = trl_job(settings, folder / "model", own, MAX_TOKENS, settings.per_device[-1], judge="judge_or_hang")
    seconds: list[float] = []
    is_finished = True
    with Worker(settings.trl_python, "trl_side", job, own, settings.num_threads) as worker:
        try:
            while len(seconds) < num_steps:
                seconds.append(worker.step(settings.patience_s)["step_s"])
        except NoAnswerError:
            is_finished = False
    return {
        "finished": is_finished,
        "killed_in_step": None if is_finished else len(seconds) + 1,
        "patience_s": settings.patience_s,
        "calls_that_hung": worker.log.read_text(errors="replace").count(HANGS),
        "step_s": seconds,
    }
