"""How far GRPO and supervised training move a model, and what it forgets, on the way to the same accuracy.

The claim is that of RL's Razor (arXiv:2509.04259): learning from the model's own samples moves it less, and therefore
forgets less. For each seed there is one base model, `forgetting.toml`, which knows ChainSum with slips and
LinearEquation. Each run trains it on ChainSum alone and ends at the first check on `val` that is at least `--stop-at`
accurate, every 5 steps:

- `grpo` by GRPO.
- `supervised` by imitating the oracle, whose demonstrations are in the model's own way and never slip. No other
  training set of right answers is as near to the model.
- `supervised_fast` the same at the learning rate that the base model was made with.
- `supervised_other` by imitating demonstrations that are right in a way that is not the model's own.

What is measured, on `test`: accuracy on both tasksets; the KL from the base model to the tuned one, per token, on
responses of the base model to ChainSum (`task_kl`) and on demonstrations of LinearEquation, which stand for a held-out
text (`held_out_kl`); and the loss on that text before and after.

    python benchmarks/forgetting.py --seeds 0 1 2

writes `benchmarks/results/forgetting.json` after each run; a run that is in it already is not repeated, so an
interrupted benchmark goes on where it was.
"""

import argparse
import json
import shutil
import statistics
from pathlib import Path
from typing import Any

from algorithms import ROOT, rlvr, run_missing

from rlvr.grpo.checkpoint import newest_checkpoint
from rlvr.grpo.config import Config
from rlvr.grpo.divergence import Drift, Passage, drifts
from rlvr.grpo.evaluate import Evaluation
from rlvr.grpo.policy import Policy, load_policy, pick_device
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.resolve import resolve
from rlvr.grpo.setup import open_course
from rlvr.grpo.standalone import evaluate_model

RECIPE = ROOT / "benchmarks" / "forgetting.toml"
RESULTS = ROOT / "benchmarks" / "results" / "forgetting.json"
NUM_TASKS = 512
"""Tasks of `test`, of each taskset, that everything is measured on."""

TASK, OTHER = "ChainSum", "LinearEquation"
SUPERVISED = {
    "supervised": (TASK, 1e-4),
    "supervised_fast": (TASK, 1e-3),
    "supervised_other": (f"{ROOT / 'benchmarks' / 'swapped.py'}:SwappedChainSum", 1e-4),
}
"""Whose demonstrations are imitated, and at which learning rate."""


def main() -> None:
    """Run what is missing and print the table."""
    names = ["grpo", *SUPERVISED]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--only", nargs="*", default=names, choices=names)
    parser.add_argument("--stop-at", type=float, default=0.85, help="accuracy on val that ends a run")
    parser.add_argument("--runs", type=Path, default=ROOT / "runs" / "forgetting", help="where the run folders go")
    parser.add_argument("--out", type=Path, default=RESULTS)
    arguments = parser.parse_args()

    def one(name: str, seed: int) -> dict[str, Any]:
        return run(name, seed, arguments.stop_at, arguments.runs)

    print_table(run_missing(arguments.out, arguments.only, arguments.seeds, one))


def run(name: str, seed: int, stop_at: float, runs: Path) -> dict[str, Any]:
    """Tune the seed's base model in one way, and measure what came of it."""
    start, folder = base_model(seed, runs), runs / f"{name}-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    tune = imitate if name in SUPERVISED else reinforce
    num_steps, model = tune(name, start, folder, seed, stop_at)
    return {"num_steps": num_steps, "stop_at": stop_at, **measured(start, model, seed)}


def base_model(seed: int, runs: Path) -> Path:
    """The model that knows both tasks; made once for each seed."""
    model = runs / f"base-{seed}"
    if not model.exists():
        rlvr("warmup", RECIPE, runs / f"warmup-{seed}", seed, [], "--out", str(model))
    return model


def reinforce(name: str, start: Path, folder: Path, seed: int, stop_at: float) -> tuple[int, Path]:
    """Train by GRPO on ChainSum alone; returns the steps and the model."""
    assert name == "grpo"
    rlvr("train", RECIPE, folder, seed, [*only(TASK), f"model.path={start}", f"run.stop_at={stop_at}"])
    summary, checkpoint = json.loads((folder / "summary.json").read_text()), newest_checkpoint(folder / "checkpoints")
    assert checkpoint is not None, "a finished run has a checkpoint"
    if summary["stopped"] is None:
        raise SystemExit(f"{folder} is not {stop_at} accurate after {summary['num_steps']} steps: lower --stop-at")
    return summary["num_steps"], checkpoint


def imitate(name: str, start: Path, folder: Path, seed: int, stop_at: float) -> tuple[int, Path]:
    """Train on demonstrations of ChainSum without slips; returns the steps and the model."""
    taskset, lr = SUPERVISED[name]
    settings = [
        *only(taskset),
        *(f"model.path={start}", "warmup.is_enabled=true", "warmup.check_every=5"),
        *(f"warmup.target_accuracy={stop_at}", f"warmup.lr={lr}"),
    ]
    rlvr("warmup", RECIPE, folder, seed, settings)
    checkpoint = newest_checkpoint(folder / "warmup")
    assert checkpoint is not None, "a finished warm start has a checkpoint"
    return json.loads((folder / "warmup.json").read_text())["num_steps"], checkpoint


def only(taskset: str) -> list[str]:
    """One taskset in place of the mixture."""
    return [f'task.mixture=[{{name="{taskset}", instructions=""}}]']


def measured(start: Path, model: Path, seed: int) -> dict[str, Any]:
    """Accuracies, losses and KLs of a tuned model beside those of its base."""
    configs = [resolve(load_recipe(RECIPE, [f"model.path={path}", f"run.seed={seed}"])) for path in (start, model)]
    before, after = (evaluate_model(config, "test", NUM_TASKS, 1)[0] for config in configs)
    base, tuned = (load_policy(path, configs[0].model, pick_device(configs[0])) for path in (start, model))
    text = held_out_text(base, configs[0])
    then, now = drifts(base, base.model, text), drifts(tuned, base.model, text)
    return {
        "accuracy_before": before.accuracy_by_taskset,
        "accuracy_after": after.accuracy_by_taskset,
        "task_kl": mean_kl(drifts(tuned, base.model, responses(before))),
        "held_out_kl": mean_kl(now),
        "held_out_loss_before": mean_loss(then),
        "held_out_loss_after": mean_loss(now),
    }


def responses(evaluation: Evaluation) -> list[Passage]:
    """The task's own prompts with what the evaluated model said to them."""
    own = [rollout for rollout in evaluation.rollouts if rollout.task_id.startswith(f"{TASK}-")]
    return [Passage(rollout.token_ids, rollout.loss_mask.index(True)) for rollout in own]


def held_out_text(policy: Policy, config: Config) -> list[Passage]:
    """Demonstrations of the other task, of which the prompt is only read."""
    prompts, course = PromptFormat(policy.tokenizer, policy.end_ids), open_course(config)
    passages = []
    for task in course.held_out("test", NUM_TASKS, course.start_levels):
        if task.id.startswith(f"{OTHER}-"):
            given = prompts.first(task.prompt)
            said = policy.tokenizer.encode(course.taskset_of(task.id).oracle(task), add_special_tokens=False)
            passages.append(Passage((*given, *said, policy.end_ids[0]), len(given)))
    return passages


def mean_kl(found: list[Drift]) -> float:
    """Per token, in nats."""
    return sum(one.kl for one in found) / sum(one.num_tokens for one in found)


def mean_loss(found: list[Drift]) -> float:
    """Per token, in nats."""
    return sum(one.loss for one in found) / sum(one.num_tokens for one in found)


def print_table(runs: dict[str, dict[str, dict[str, Any]]]) -> None:
    """One line for each way of training: means over the seeds, and how many these are."""
    print(f"{'':17} seeds steps   {TASK:14} {OTHER:14} task KL  held-out KL  held-out loss")
    for name, seeds in runs.items():
        if seeds:
            found = list(seeds.values())
            own, other = (
                " -> ".join(f"{statistics.mean(one[key][taskset] for one in found):.3f}" for key in ACCURACIES)
                for taskset in (TASK, OTHER)
            )
            steps, task_kl, kl, before, after = (statistics.mean(one[key] for one in found) for key in NUMBERS)
            numbers = f"{task_kl:.4f}   {kl:.4f}       {before:.4f} -> {after:.4f}"
            print(f"{name:17} {len(found):5} {steps:5.0f}   {own} {other} {numbers}")


ACCURACIES = ("accuracy_before", "accuracy_after")
NUMBERS = ("num_steps", "task_kl", "held_out_kl", "held_out_loss_before", "held_out_loss_after")
"""What the table has of each run."""


if __name__ == "__main__":
    main()
