"""What a run has learned, as a folder of its own: a plain model, or the adapter alone.

A plain model is what any tool loads: the newest checkpoint without what only resuming needs, with the adapter merged
in where one was trained. An adapter is a few files that need the model beneath; they name it. Left out: other formats.
"""

import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from rlvr.grpo.adapter_folder import base_of, is_adapter, name_base
from rlvr.grpo.checkpoint import ADDED_FILES, newest_checkpoint, verify_checkpoint
from rlvr.grpo.config import Config
from rlvr.grpo.policy import load_policy
from rlvr.grpo.recipe import RecipeError, build_config


class ExportError(ValueError):
    """Nothing that could be exported, or no place for it; the message says what to do."""


def export_run(run: Path, out: Path, *, as_adapter: bool = False) -> str:
    """Write what a run's newest checkpoint holds to a new folder.

    Args:
        run: A run folder.
        out: Must not exist.
        as_adapter: The adapter alone, instead of a plain model.

    Returns:
        What was written, as a sentence.

    Raises:
        ExportError: There is no such run or checkpoint, the run trains no adapter, or `out` exists.
        CheckpointError: The checkpoint is damaged.
        ModelError: The model beneath an adapter cannot be loaded.
    """
    if out.exists():
        raise ExportError(f"{out} exists already; choose another folder")
    config, folder = _config_of(run), newest_checkpoint(run / "checkpoints")
    if folder is None:
        raise ExportError(f"{run} has no checkpoint yet: its training has not begun")
    verify_checkpoint(folder)
    if as_adapter and not is_adapter(folder):
        raise ExportError(f"{run} trains no adapter (model.lora.rank is 0): export it without --adapter")
    with _whole_or_absent(out) as draft:
        said = _write(folder, draft, config, as_adapter=as_adapter)
    return f"{out}, of {folder.name}: {said}"


def _write(folder: Path, draft: Path, config: Config, *, as_adapter: bool) -> str:
    """Write what a checkpoint holds, and say what it is."""
    if as_adapter:
        base = base_of(folder)
        _copy(folder, draft)
        name_base(draft, base)
        return f"the adapter; it belongs to the model in {base}, which must stay there"
    if is_adapter(folder):
        load_policy(folder, config.model, torch.device("cpu")).save(draft)
        return "the model with its adapter merged in"
    _copy(folder, draft)
    return "the model"


def copy_model(checkpoint: Path, out: Path) -> None:
    """Copy a checkpoint, without what only resuming needs, to a folder that does not exist."""
    with _whole_or_absent(out) as draft:
        _copy(checkpoint, draft)


def _copy(checkpoint: Path, out: Path) -> None:
    shutil.copytree(checkpoint, out, ignore=shutil.ignore_patterns(*ADDED_FILES))


@contextmanager
def _whole_or_absent(out: Path) -> Iterator[Path]:
    """A folder to write in, which gets its name when the block ends; what was interrupted leaves nothing."""
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        yield draft
        draft.rename(out)
    except BaseException:  # Ctrl-C is no Exception
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _config_of(run: Path) -> Config:
    path = run / "config.toml"
    try:
        return build_config(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ExportError(f"{run} is no run folder: cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecipeError) as error:
        raise ExportError(f"{path} was not written by this version of rlvr: {error}") from None
