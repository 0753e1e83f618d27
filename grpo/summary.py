"""What a run concludes with: accuracies before and after, a few responses, the reward curve, `summary.json`."""

import platform
from typing import Any

import torch
import transformers

from rlvr.grpo.checkpoint import TrainState
from rlvr.grpo.curve import draw_curve
from rlvr.grpo.evaluate import Estimate, Evaluation
from rlvr.grpo.held_out import Measurement
from rlvr.grpo.records import rollout_record
from rlvr.grpo.run_folder import JsonLog, RunFolder
from rlvr.grpo.setup import Setup
from rlvr.grpo.view import View

NUM_EXAMPLES = 8
"""How many responses of each evaluation are kept for the closing table."""


def evaluate_once(run: RunFolder, setup: Setup, when: str, view: View) -> None:
    """Evaluate on `test` and keep the result in `eval_WHEN.json`; a resumed run does not repeat it.

    Args:
        run: The run folder.
        setup: Its sampler holds the weights to evaluate.
        when: `before` or `after`.
        view: Is told the accuracy.
    """
    config = run.config.run
    name = f"eval_{when}"
    known = setup.ranks.agree(run.read_json(f"{name}.json"))
    if config.num_eval_tasks == 0 or (known and known["policy_version"] == setup.sampler.policy_version):
        return
    if known and when == "before":
        return
    levels = setup.course.top_levels
    result = setup.evaluate("test", config.num_eval_tasks, f"test {when}", levels, config.eval_samples)
    log = JsonLog(run.dir / f"{name}.jsonl", setup.ranks.is_first)
    log.cut(0)
    log.append(rollout_record(rollout) for rollout in result.rollouts)
    run.write_json(f"{name}.json", evaluation_json(result) | {"policy_version": setup.sampler.policy_version})
    view.say(f"test accuracy {when}: {_text(result.accuracy)} on {result.num_tasks} tasks")


def evaluation_json(result: Evaluation) -> dict[str, Any]:
    """An evaluation without its rollouts."""
    return {
        "accuracy": result.accuracy.mean,
        "accuracy_low": result.accuracy.low,
        "accuracy_high": result.accuracy.high,
        "pass_at_k": {
            str(k): {"mean": one.mean, "low": one.low, "high": one.high} for k, one in result.pass_at_k.items()
        },
        "accuracy_by_taskset": result.accuracy_by_taskset,
        "mean_value": result.mean_value,
        "num_tasks": result.num_tasks,
        "num_unscored": result.num_unscored,
    }


def conclude(
    run: RunFolder, setup: Setup, state: TrainState, held_out: Measurement | None, wall_s: float
) -> dict[str, Any]:
    """Draw the curve, write `summary.json` and return it, on every rank.

    Args:
        run: The run folder.
        setup: What the run worked with.
        state: Where it came to.
        held_out: What the held-out text says of the last weights, None where there is none.
        wall_s: How long it took.
    """
    return setup.ranks.agree(_conclude(run, setup, state, held_out, wall_s) if setup.ranks.is_first else {})


def _conclude(
    run: RunFolder, setup: Setup, state: TrainState, held_out: Measurement | None, wall_s: float
) -> dict[str, Any]:
    lines = run.metrics.read()
    before, after = run.read_json("eval_before.json") or {}, run.read_json("eval_after.json") or {}
    warmup = run.read_json("warmup.json")
    draw_curve(run.dir / "reward_curve.png", lines, before, after, run.config.run.dir.name)
    summary = {
        "accuracy_before": before.get("accuracy"),
        "accuracy_before_interval": [before.get("accuracy_low"), before.get("accuracy_high")],
        "accuracy_after": after.get("accuracy"),
        "accuracy_after_interval": [after.get("accuracy_low"), after.get("accuracy_high")],
        "value_before": before.get("mean_value"),
        "value_after": after.get("mean_value"),
        "num_eval_tasks": after.get("num_tasks", 0),
        "warmup_steps": warmup["num_steps"] if warmup else None,
        "warmup_accuracy": warmup["accuracy"] if warmup else None,
        "held_out_loss_before": lines[0].get("held_out_loss_start") if lines else None,
        "held_out_loss_after": None if held_out is None else held_out.loss,
        "held_out_kl": None if held_out is None else held_out.kl,
        "num_steps": state.step,
        "stopped": state.stopped,
        "levels": state.standing.levels,
        "num_ranks": setup.ranks.count,
        "sampler": setup.sampler.name,
        "max_sync_gap": max((line["max_sync_gap"] for line in lines), default=None),
        "wall_s": round(wall_s, 1),
        "seed": run.config.run.seed,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        "examples": _examples(run),
    }
    run.write_json("summary.json", summary)
    return summary


def _examples(run: RunFolder) -> list[dict[str, Any]]:
    """The same tasks before and after training, those first that were wrong before."""
    pairs = []
    before, after = (JsonLog(run.dir / f"eval_{when}.jsonl").read() for when in ("before", "after"))
    then = {record["task_id"]: record for record in reversed(before)}
    for record in after:
        old = then.get(record["task_id"])
        if old is not None and record["rollout"] == 0:
            pairs.append({"task_id": record["task_id"], "prompt": record["prompt"], "before": old, "after": record})
    pairs.sort(key=lambda pair: pair["before"]["score"]["verdict"] == "CORRECT")
    return [
        {
            "task_id": pair["task_id"],
            "prompt": pair["prompt"],
            **{
                when: {"response": pair[when]["turns"][-1]["response"], "verdict": pair[when]["score"]["verdict"]}
                for when in ("before", "after")
            },
        }
        for pair in pairs[:NUM_EXAMPLES]
    ]


def _text(estimate: Estimate) -> str:
    return f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
