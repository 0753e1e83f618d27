"""The run folder: configuration, logs that can be cut back, checkpoints, summary.

One process at a time owns it. A resumed run cuts both logs back to where its checkpoint was made, so the folder of an
interrupted run ends up the same as that of an undisturbed one.
"""

import fcntl
import json
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rlvr.grpo.config import Config
from rlvr.grpo.ranks import ALONE, Ranks
from rlvr.grpo.recipe import RecipeError, build_config, dump_recipe
from rlvr.grpo.section import flat

RESUMABLE = frozenset(
    {
        *("grpo.num_steps", "grpo.max_sync_gap", "warmup.max_steps"),
        *("run.checkpoint_every", "run.keep_checkpoints", "run.dir"),
        *("run.sandbox", "run.num_sandbox_slots", "run.allow_weak_sandbox", "run.wandb"),
    }
)
"""Settings that may change between the parts of one run; all others would make it another run."""

OWN = (
    *("metrics.jsonl", "rollouts.jsonl", "summary.json", "warmup.json", "reward_curve.png", "report.html"),
    *("eval_before.json", "eval_before.jsonl", "eval_after.json", "eval_after.jsonl"),
    *("checkpoints", "warmup", "tiny", "tensorboard", "wandb", "wandb.json", "held_out.json"),
)
"""What a run writes beside `config.toml`, and so what `--fresh` deletes; whatever else is there stays."""


class RunFolderError(ValueError):
    """A run folder that cannot be used; the message names it and the remedy."""


@dataclass(slots=True)
class JsonLog:
    """A file of JSON lines that only grows, or is cut back to a known size."""

    path: Path
    """Where it is."""
    is_kept: bool = True
    """False on all ranks but the first: nothing is written."""

    def append(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write records, one line each, and hand them to the operating system."""
        if not self.is_kept:
            return
        with self.path.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=True, allow_nan=False) + "\n" for record in records)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self.path.stat().st_size if self.path.exists() else 0

    def cut(self, size: int) -> None:
        """Forget everything after `size` bytes.

        Raises:
            RunFolderError: The file is shorter than that, so lines are missing.
        """
        if not self.is_kept:
            return
        if self.size < size:
            raise RunFolderError(
                f"{self.path} has {self.size} bytes, fewer than the {size} that the checkpoint recorded: it was cut or "
                "replaced. Start over with --fresh, or in another run.dir"
            )
        if self.path.exists():
            with self.path.open("r+b") as file:
                file.truncate(size)

    def read(self) -> list[dict[str, Any]]:
        """All records."""
        if not self.path.exists():
            return []
        with self.path.open(encoding="utf-8") as file:
            return [json.loads(line) for line in file]


class RunFolder:
    """Paths and logs of one run, held under a lock while it is open."""

    def __init__(self, config: Config, ranks: Ranks = ALONE, *, is_fresh: bool = False) -> None:
        """Open a run folder, new or begun before.

        Args:
            config: The whole run; what is on disk must be of the same run.
            ranks: Only the first one writes; the others go on once the folder is ready.
            is_fresh: Delete what an earlier run left.

        Raises:
            RunFolderError: Another process holds the folder, it is of another configuration, or it holds foreign files.
        """
        self.config = config
        self.dir = config.run.dir
        self._is_kept = ranks.is_first
        if self._is_kept:
            self._open(is_fresh=is_fresh)
        ranks.wait()
        self.metrics = JsonLog(self.dir / "metrics.jsonl", self._is_kept)
        self.rollouts = JsonLog(self.dir / "rollouts.jsonl", self._is_kept)

    def _open(self, *, is_fresh: bool) -> None:
        """Lock the folder and make it ready."""
        try:
            self.dir.mkdir(parents=True, exist_ok=True)
            self._lock = (self.dir / ".lock").open("w")
        except OSError as error:
            raise RunFolderError(f"cannot write in {self.dir}: {error.strerror}; set run.dir") from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise RunFolderError(f"{self.dir} is in use by another process; wait for it or set run.dir") from None
        try:
            self._settle(is_fresh=is_fresh)
        except RunFolderError:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_kept:
            self._lock.close()

    @property
    def checkpoints(self) -> Path:
        """Where the checkpoints of the training loop are."""
        return self.dir / "checkpoints"

    @property
    def warmup(self) -> Path:
        """Where the supervised warm start keeps its checkpoints."""
        return self.dir / "warmup"

    def read_json(self, name: str) -> dict[str, Any] | None:
        """A JSON file of the folder, or None."""
        path = self.dir / name
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def write_json(self, name: str, value: Mapping[str, Any]) -> None:
        """Write a JSON file of the folder, whole or not at all."""
        if self._is_kept:
            self._write(name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def _settle(self, *, is_fresh: bool) -> None:
        path = self.dir / "config.toml"
        if path.exists():
            before = _known_run(path)
            is_fresh = is_fresh or not self._has_progress()
            if not is_fresh:
                self._refuse_other(path, before)
        elif any(not child.name.startswith(".") for child in self.dir.iterdir()):
            raise RunFolderError(f"{self.dir} holds files but no config.toml, so it is no run folder; set run.dir")
        if is_fresh:
            for name in OWN:
                child = self.dir / name
                shutil.rmtree(child) if child.is_dir() else child.unlink(missing_ok=True)
        self._write("config.toml", dump_recipe(self.config))

    def _has_progress(self) -> bool:
        """Whether a run got so far that another configuration must not take its place."""
        return any(child.name in OWN and child.name not in {"tiny", "report.html"} for child in self.dir.iterdir())

    def _refuse_other(self, path: Path, table: dict[str, Any]) -> None:
        try:
            before = build_config(table)
        except RecipeError as error:
            raise RunFolderError(
                f"{path} is of another version of rlvr ({error}): use another run.dir, or start over with --fresh"
            ) from None
        old, new = flat(before.model_dump(mode="json")), flat(self.config.model_dump(mode="json"))
        changed = [
            f"{key} was {old.get(key)!r}, is {new.get(key)!r}"
            for key in sorted(old.keys() | new.keys())
            if old.get(key) != new.get(key) and key not in RESUMABLE
        ]
        if changed:
            raise RunFolderError(
                f"{self.dir} holds a run of another configuration ({'; '.join(changed)}): use another run.dir, or "
                "start over with --fresh"
            )

    def _write(self, name: str, text: str) -> None:
        draft = self.dir / f".{name}"
        draft.write_text(text, encoding="utf-8")
        draft.rename(self.dir / name)


def _known_run(path: Path) -> dict[str, Any]:
    """The table that a run wrote into its `config.toml`; anybody's else is refused, even by `--fresh`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        table = {}
    if not {"grpo", "run"} <= table.keys():
        raise RunFolderError(f"{path} was not written by a run, so {path.parent} is no run folder; set run.dir")
    return table
