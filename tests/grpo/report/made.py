"""Run folders as a trainer leaves them, made by hand: any number of steps, with whatever text in them."""

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

SETTINGS: Mapping[str, Any] = {
    "model": {"dtype": "float32", "tiny": {"hidden_size": 128, "num_layers": 4}},
    "task": {"name": "ChainSum", "level": 1},
    "grpo": {"algorithm": "grpo", "num_steps": 40, "num_tasks": 2, "group_size": 4, "max_sync_gap": 1e-3},
    "optimizer": {"lr": 3e-4, "max_grad_norm": 1.0},
    "run": {"dir": "runs/made", "seed": 0, "num_val_tasks": 64},
}
VERDICTS = ("CORRECT", "PARTIAL", "WRONG", "NO_ANSWER", "LIMIT", "UNSCORED")

HOSTILE = (
    "</script><script>window.owned = 1</script>",
    "<img src=x onerror='window.owned = 2'><svg onload='window.owned = 3'>",
    "]]> --> <!-- <script>window.owned = 4",
    "\x1b[31mred\x1b[0m \x00\x07\x7f\x9b \r",
    "\u202eright to left\u202c \u2066isolated\u2069 a\u200bb\ufeff \u2028 \u2029 \U000e0041",
    "half a pair: \ud83d",
    '"><iframe src="https://example.com/"></iframe><link rel=stylesheet href=//example.com/a.css>',
    "javascript:window.owned=5 {{constructor}} ${window.owned = 6} \\u003cscript\\u003e",
    "W" * 4000,
    "e\u0301" + "\u0301" * 300,
)
"""What a model could write to break a page, or to hide something on it."""


def rollout(step: int, task: int = 0, number: int = 0, **changes: Any) -> dict[str, Any]:
    """A line of `rollouts.jsonl`; right where the numbers add up to something even."""
    is_right = (step + task + number) % 2 == 0
    value = 1.0 if is_right else 0.0
    return {
        "schema": 1,
        "step": step,
        "task_id": f"ChainSum-v0/train/1/{task}",
        "rollout": number,
        "prompt": f"What is {task} + {number}?",
        "turns": [{"response": f"<answer>{task + number}</answer>", "answer": str(task + number), "observation": ""}],
        "score": {
            "value": value,
            "verdict": "CORRECT" if is_right else "WRONG",
            "reason": "" if is_right else "another value",
            "parts": {"correct": value, "format": 1.0},
            "answer": str(task + number),
        },
        "policy_version": step - 1,
        "num_tokens": 5 + number,
        "finish_reasons": ["stop"],
        "reward": value,
        "advantage": value - 0.5,
        "trained": True,
    } | changes


def line(step: int, **changes: Any) -> dict[str, Any]:
    """A line of `metrics.jsonl`."""
    share = 0.5 + 0.4 * math.tanh(step / 20) + 0.05 * math.sin(3 * step)
    found = {
        "step": step,
        "policy_version": step - 1,
        "num_updates": 1,
        "levels": {"ChainSum": 1},
        "reward": share,
        "accuracy": share,
        "verdicts": dict.fromkeys(VERDICTS, 0) | {"CORRECT": round(share * 100), "WRONG": 100 - round(share * 100)},
        "parts": {"correct": share, "format": 0.9},
        "num_groups": 2,
        "num_groups_with_signal": 1,
        "warning": None,
        "mean_tokens": 20 + math.sin(step),
        "truncated": 0.01,
        "loss": 0.0,
        "grad_norm": 0.4 + 0.1 * math.cos(step),
        "clip_fraction": 0.02,
        "dropped_fraction": 0.0,
        "kl": 0.001 * step,
        "entropy": 2.0 / step,
        "max_sync_gap": 1e-5 * (1 + step % 3),
        "lr": 3e-4,
        "timing": {"sample_and_score_s": 1.5, "update_s": 2.0, "push_s": 0.1, "step_s": 3.6, "tokens_per_s": 900.0},
    }
    if step % 5 == 0:
        found["val_accuracy"] = share - 0.05
    return found | changes


def evaluation(accuracy: float, version: int) -> dict[str, Any]:
    """An `eval_WHEN.json`."""
    return {
        "accuracy": accuracy,
        "accuracy_low": accuracy - 0.04,
        "accuracy_high": accuracy + 0.04,
        "num_tasks": 512,
        "policy_version": version,
    }


def make_run(
    folder: Path,
    lines: Iterable[Mapping[str, Any]] = (),
    rollouts: Iterable[Mapping[str, Any]] = (),
    settings: Mapping[str, Any] = SETTINGS,
    *,
    is_finished: bool = True,
) -> Path:
    """Write a run folder; a finished one has both evaluations and a summary."""
    folder.mkdir(parents=True)
    lines = list(lines)
    (folder / "config.toml").write_text(tomli_w.dumps(dict(settings)), encoding="utf-8")
    write_lines(folder / "metrics.jsonl", lines)
    write_lines(folder / "rollouts.jsonl", rollouts)
    if is_finished:
        num_steps = lines[-1]["step"] if lines else 0
        for when, accuracy, version in (("before", 0.5, 0), ("after", 0.9, num_steps)):
            (folder / f"eval_{when}.json").write_text(json.dumps(evaluation(accuracy, version)))
            write_lines(folder / f"eval_{when}.jsonl", _answers(is_after=when == "after"))
        summary = {"num_steps": num_steps, "stopped": None, "sampler": "torch 2", "wall_s": 90.0}
        (folder / "summary.json").write_text(json.dumps(summary))
    return folder


def write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write JSON lines as the trainer does."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def _answers(*, is_after: bool) -> Iterable[dict[str, Any]]:
    """Of 24 tasks: 6 become right, 6 wrong, 6 stay right and 6 wrong."""
    for task in range(24):
        is_right = task % 4 == 3 or task % 4 == (0 if is_after else 1)
        verdict = "CORRECT" if is_right else "WRONG"
        score = {"value": float(is_right), "verdict": verdict, "reason": "", "parts": {}, "answer": str(task)}
        found = rollout(0, task, score=score, task_id=f"ChainSum-v0/test/1/{task}")
        yield {key: value for key, value in found.items() if key not in {"step", "reward", "advantage", "trained"}}
