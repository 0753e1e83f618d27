"""Checkpoints: a folder that is complete or absent, and that proves what it holds.

A checkpoint is what `save_pretrained` writes (so anything that loads Hugging Face models loads it) plus `optimizer.pt`,
`state.json` and `manifest.json` with the sha256 of each file. Where an adapter is trained, it holds the adapter in
place of the model. It is written beside its place and renamed into it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from rlvr.grpo.policy import Policy
from rlvr.grpo.standing import Standing

MANIFEST = "manifest.json"
ADDED_FILES = ("optimizer.pt", "state.json", MANIFEST)
"""What a checkpoint holds beside the model itself."""

_PREFIX = "step-"


class CheckpointError(ValueError):
    """A checkpoint that is damaged or not ours; the message names it and says how to go on."""


@dataclass(frozen=True, slots=True)
class TrainState:
    """Where a run stands; with the weights and the optimizer, all that resuming needs."""

    step: int
    """Steps done."""
    policy_version: int
    """Weight updates done."""
    metrics_offset: int
    """Size of `metrics.jsonl` in bytes when the checkpoint was made."""
    rollouts_offset: int
    """Size of `rollouts.jsonl` in bytes."""
    elapsed_s: float
    """Seconds spent so far, over all resumptions."""
    standing: Standing = field(default_factory=lambda: Standing({}))
    """What the checks on `val` have led to."""
    stopped: str | None = None
    """Why the run ended before its last step, None if it did not."""


def save_checkpoint(parent: Path, policy: Policy, moments: Mapping[str, Any], state: TrainState) -> Path:
    """Write `parent/step-N` with the optimizer's moments and return it; an older folder of that name is replaced."""
    place = parent / f"{_PREFIX}{state.step}"
    draft = parent / f".{place.name}.{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    policy.save(draft)
    torch.save(dict(moments), draft / "optimizer.pt")
    (draft / "state.json").write_text(json.dumps(asdict(state)))
    (draft / MANIFEST).write_text(json.dumps(_digests(draft), indent=1))
    shutil.rmtree(place, ignore_errors=True)
    draft.rename(place)
    return place


def newest_checkpoint(parent: Path) -> Path | None:
    """The checkpoint of the highest step in a folder, or None; half-written drafts do not count."""
    return max(_checkpoints(parent), key=_step_of, default=None)


def keep_newest(parent: Path, count: int) -> None:
    """Delete all but the newest `count` checkpoints and every abandoned draft."""
    found = sorted(_checkpoints(parent), key=_step_of, reverse=True)
    for path in [*found[count:], *parent.glob(f".{_PREFIX}*")]:
        shutil.rmtree(path, ignore_errors=True)


def verify_checkpoint(folder: Path) -> Path:
    """Check a checkpoint against its manifest, before anything is loaded from it, and return it.

    Raises:
        CheckpointError: A file is missing, added or altered, or the folder is no checkpoint of ours.
    """
    try:
        expected = dict(json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError):
        raise CheckpointError(
            f"{folder} has no readable {MANIFEST}, so it is no checkpoint of rlvr; {_remedy(folder)}"
        ) from None
    actual = _digests(folder)
    wrong = sorted(name for name in expected.keys() | actual.keys() if expected.get(name) != actual.get(name))
    if wrong:
        raise CheckpointError(f"{folder} is damaged: {', '.join(wrong)} does not match {MANIFEST}; {_remedy(folder)}")
    return folder


def read_checkpoint(folder: Path) -> tuple[TrainState, dict[str, Any]]:
    """Read the state and the optimizer's from a checkpoint that was verified.

    Raises:
        CheckpointError: It was written by another version.
    """
    try:
        table = json.loads((folder / "state.json").read_text())
        state = TrainState(**{**table, "standing": Standing(**table["standing"])})
    except (KeyError, TypeError, ValueError):
        raise CheckpointError(f"{folder}/state.json is of another version of rlvr; {_remedy(folder)}") from None
    return state, torch.load(folder / "optimizer.pt", weights_only=True)


def _remedy(folder: Path) -> str:
    return f"delete {folder} to go on from the one before it, or start over with --fresh"


def _checkpoints(parent: Path) -> list[Path]:
    return [path for path in parent.glob(f"{_PREFIX}*") if _step_of(path) >= 0]


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _step_of(path: Path) -> int:
    digits = path.name.removeprefix(_PREFIX)
    return int(digits) if digits.isdecimal() else -1
