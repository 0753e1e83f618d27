"""What a run is, in words: its facts, how it ended, what a reader must know."""

import json
from collections.abc import Mapping
from typing import Any

from rlvr.grpo.report.axes import label
from rlvr.grpo.report.fields import number, text, whole
from rlvr.grpo.report.run import Accuracy, Run, warnings_of
from rlvr.grpo.report.sample import Sample

_MINUTE_S, _HOUR_S = 60, 3600
_SAID = 3


def facts_of(run: Run, sample: Sample) -> dict[str, str]:
    """What a run is, in words, by the name of the fact; "" where it is not known."""
    settings = run.settings
    rank = whole(settings, "model.lora.rank")
    wall_s = number(run.summary, "wall_s") or sum(number(line, "timing", "step_s") or 0.0 for line in run.lines)
    planned = whole(settings, "grpo.num_steps")
    return {
        "taskset": ", ".join(map(_strand, run.strands)),
        "model": text(settings, "model.path") or (_tiny(settings) if settings else ""),
        "algorithm": text(settings, "grpo.algorithm"),
        "LoRA": f"rank {rank}" if rank else "",
        "steps": f"{run.num_steps} of {planned}" if planned else str(run.num_steps),
        "batch": _batch(settings),
        "learning rate": _shown(settings, "optimizer.lr"),
        "sampler": text(run.summary, "sampler") or text(settings, "sampler.backend"),
        "warm start": _warm_start(run),
        "seed": _shown(settings, "run.seed"),
        "rollouts": f"{sample.num_rollouts:,}",
        "verdicts": ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(sample.verdicts.items())),
        "time": duration(wall_s) if wall_s else "",
    }


def status(run: Run) -> str:
    """Whether the run is finished, in a sentence."""
    planned, stopped = whole(run.settings, "grpo.num_steps"), text(run.summary, "stopped")
    concluded = whole(run.summary, "num_steps")
    if concluded is None or concluded < run.num_steps:
        of = f" of {planned}" if planned else ""
        return f"Not finished: {run.num_steps}{of} steps so far."
    return f"Stopped after step {concluded}: {stopped}." if stopped else f"Finished: {concluded} steps."


def notes_of(run: Run) -> list[str]:
    """What was wrong with the files, and which steps taught nothing."""
    silent = warnings_of(run)
    said = [f"step {step}: {message}" for step, message in silent[:_SAID]]
    more = f" and {len(silent) - _SAID} more" if len(silent) > _SAID else ""
    return [*run.notes, *([f"{len(silent)} steps taught nothing: {'; '.join(said)}{more}"] if silent else [])]


def interval(accuracy: Accuracy) -> str:
    """An accuracy with its interval: `0.951 [0.929, 0.967]`."""
    return f"{accuracy.mean:.3f} [{accuracy.low:.3f}, {accuracy.high:.3f}]"


def duration(seconds: float) -> str:
    """A time in the units that suit it."""
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    whole_s = round(seconds)
    hours, minutes = whole_s // _HOUR_S, whole_s % _HOUR_S // _MINUTE_S
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {whole_s % _MINUTE_S} s"


def value_text(value: Any) -> str:
    """A setting as it stands in a recipe, nearly."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _strand(strand: Mapping[str, Any]) -> str:
    level, top = whole(strand, "level"), whole(strand, "max_level")
    levels = "" if level is None else f", level {level}" if top in (None, level) else f", levels {level} to {top}"
    return f"{text(strand, 'name') or 'ChainSum'}{levels}"


def _tiny(settings: Mapping[str, Any]) -> str:
    width, layers = whole(settings, "model.tiny.hidden_size"), whole(settings, "model.tiny.num_layers")
    return f"tiny Qwen3, built on the spot ({layers} layers, width {width})" if width and layers else "tiny Qwen3"


def _batch(settings: Mapping[str, Any]) -> str:
    tasks, size = whole(settings, "grpo.num_tasks"), whole(settings, "grpo.group_size")
    return f"{tasks} tasks × {size} rollouts" if tasks and size else ""


def _shown(settings: Mapping[str, Any], key: str) -> str:
    value = number(settings, key)
    return "" if value is None else label(value)


def _warm_start(run: Run) -> str:
    steps, accuracy = whole(run.summary, "warmup_steps"), number(run.summary, "warmup_accuracy")
    return f"{steps} steps, val accuracy {accuracy:.3f}" if steps is not None and accuracy is not None else ""
