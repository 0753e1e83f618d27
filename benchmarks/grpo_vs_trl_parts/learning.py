"""Part (d): seconds of training to 0.90 held-out accuracy, from the same warm starts."""

import json
import math
import statistics
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grpo_vs_trl_parts.settings import NEVER, Settings
from grpo_vs_trl_parts.worker import ROOT, Worker, environment

RECIPE = ROOT / "recipes" / "quickstart.toml"
TARGET = 0.9
VAL_EVERY, NUM_VAL_TASKS = 5, 512
"""Steps between looks at held-out accuracy, and how many tasks each takes; neither side's clock counts them."""
PER_DEVICE = 64
"""TRL's batch size here: the larger of those that part (a) measures."""


def learning(settings: Settings) -> Iterator[dict[str, Any]]:
    """Train both sides from each warm start until the target, one after the other."""
    seeds: dict[str, Any] = {}
    for seed in settings.seeds:
        seeds[str(seed)] = _seed(settings, seed)
        yield _compared(seeds)


def _compared(seeds: dict[str, Any]) -> dict[str, Any]:
    """Return the medians over the seeds so far, with the seeds."""
    found: dict[str, Any] = {"target": TARGET, "target_ratio": 0.7}
    for name in ("train_s", "with_startup_s"):
        ours, trls = ([one[side][name] for one in seeds.values()] for side in ("ours", "trl"))
        our, their = _median(ours), _median(trls)
        ratio = None if our is None or their is None else round(our / their, 4)
        found[name] = {"ours": our, "trl": their, "ratio": ratio}
    return found | {"seeds": seeds}


def _median(times: Sequence[float | None]) -> float | None:
    """Return the median, where None, which is not reached, is later than any time; None if that is the median."""
    median = statistics.median(math.inf if one is None else one for one in times)
    return median if math.isfinite(median) else None


def _seed(settings: Settings, seed: int) -> dict[str, Any]:
    folder = settings.folder / "learning" / f"seed-{seed}"
    recipe = _recipe(settings, seed, _warm_start(settings, folder, seed), folder)
    ours = _run(settings, "ours", {"recipe": recipe}, folder / "ours", recipe["grpo"]["num_steps"])
    job = _trl_job(settings, recipe, folder)
    trls = _run(settings, "trl_side", job, folder / "trl", recipe["grpo"]["num_steps"])
    return {"ours": ours, "trl": trls}


def _warm_start(settings: Settings, folder: Path, seed: int) -> Path:
    """Return the warm-started model of a seed, as `rlvr warmup` makes it; one that is there already is kept."""
    out = folder / "warm"
    if not out.exists():
        folder.mkdir(parents=True, exist_ok=True)
        given = ["--set", f"run.seed={seed}", "--set", f"run.dir={folder / 'warmup'}", "--out", str(out)]
        command = [str(settings.python), "-m", "rlvr", "warmup", str(RECIPE), *given]
        subprocess.run(command, check=True, env=environment(settings.num_threads), cwd=ROOT)
    return out


def _recipe(settings: Settings, seed: int, model: Path, folder: Path) -> dict[str, Any]:
    """Return the quickstart's recipe without its warm start; the trained model itself generates, as it does in TRL."""
    recipe: dict[str, Any] = tomllib.loads(RECIPE.read_text())
    recipe.pop("warmup")
    recipe["model"] = {"path": str(model)}
    recipe["sampler"]["backend"] = "torch"
    recipe["grpo"]["num_steps"] = settings.learn_steps
    recipe["run"] = {
        "dir": str(folder / "ours" / "run"),
        "seed": seed,
        "num_threads": settings.num_threads,
        "val_every": VAL_EVERY,
        "num_val_tasks": NUM_VAL_TASKS,
        "num_eval_tasks": 0,
        "checkpoint_every": NEVER,
    }
    return recipe


def _trl_job(settings: Settings, recipe: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Say the same to TRL."""
    grpo, optimizer, task = recipe["grpo"], recipe["optimizer"], recipe["task"]
    shown = {"name": task["name"], "level": task["level"], "instructions": task["instructions"]}
    return {
        "model": recipe["model"]["path"],
        "folder": str(folder / "trl" / "out"),
        "device": settings.device,
        "num_threads": settings.num_threads,
        "seed": recipe["run"]["seed"],
        "rows": _rows(settings, recipe, folder / "tasks"),
        "num_tasks": grpo["num_tasks"],
        "group_size": grpo["group_size"],
        "per_device": PER_DEVICE,
        "num_steps": grpo["num_steps"],
        "num_updates": grpo["num_updates"],
        "max_tokens": recipe["sampler"]["max_tokens"],
        "clip_low": 0.2,
        "clip_high": 0.28,
        "lr": optimizer["lr"],
        "betas": optimizer["betas"],
        "warmup_steps": optimizer["warmup_steps"],
        "schedule": optimizer["schedule"],
        "judge": None,
        "taskset": shown | {"options": task["options"], "num_val_tasks": NUM_VAL_TASKS},
        "val_every": VAL_EVERY,
        "vllm": settings.trl_vllm,
        "continuous_batching": False,
    }


def _rows(settings: Settings, recipe: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    """Return the tasks that our side draws, in order: a rehearsal with completions of one token writes them down."""
    rehearsal = recipe | {
        "sampler": {"backend": "torch", "max_tokens": 1},
        "grpo": recipe["grpo"] | {"group_size": 2, "num_updates": 1},
        "run": recipe["run"] | {"dir": str(folder / "run"), "val_every": 0},
    }
    with Worker(settings.python, "ours", {"recipe": rehearsal}, folder, settings.num_threads) as worker:
        while worker.step()["kind"] == "step":
            pass
    records = map(json.loads, (folder / "run" / "rollouts.jsonl").open())
    drawn = {(one["step"], one["task_id"]): one["prompt"] for one in records}
    return [{"prompt": prompt, "task_id": name} for (_, name), prompt in drawn.items()]


def _run(settings: Settings, module: str, job: dict[str, Any], folder: Path, num_steps: int) -> dict[str, Any]:
    """Take steps until the target; return the seconds that they took, None where it was not reached."""
    python = settings.python if module == "ours" else settings.trl_python
    seconds, accuracy, is_reached = [], {}, False
    with Worker(python, module, job, folder, settings.num_threads) as worker:
        for step in range(1, num_steps + 1):
            report = worker.step()
            seconds.append(report["step_s"])
            if report["val_accuracy"] is not None:
                accuracy[step] = report["val_accuracy"]
                is_reached = report["val_accuracy"] >= TARGET
                print(f"  {folder.parent.name} {module} step {step}: {accuracy[step]:.3f}", flush=True)
            if is_reached:
                break
        startup_s = worker.loaded["startup_s"]
    train_s = round(sum(seconds), 2)
    return {
        "train_s": train_s if is_reached else None,
        "with_startup_s": round(train_s + startup_s, 2) if is_reached else None,
        "num_steps": len(seconds),
        "startup_s": startup_s,
        "val_accuracy": accuracy,
        "step_s": seconds,
    }
