"""`RowTaskset`: tasks that are the rows of a file or of a data set on the Hugging Face Hub.

A task's index is its row number. A file given for a split holds that split; what no file was given for is taken out
of the file for `train` by the hash of each row's prompt, as for drawn problems. So one file gives all three splits, and
`{"train": ..., "test": ...}` gives a `val` out of the training rows and leaves the test rows whole.

An id names its row and nothing else: `task("train", 0, 17)` is row 17 wherever it belongs. What keeps the splits apart
is `tasks`, `nth_task` and an environment's `reset`, which count and draw a split's own rows only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rlvr.envs.drawing import checked_id
from rlvr.envs.ids import NUM_BUCKETS, SPLIT_BUCKETS, TaskId, prompt_bucket
from rlvr.envs.row_files import MissingData, Rows, read_file, read_hub
from rlvr.envs.task import Problem, Task
from rlvr.envs.taskset import Taskset


class RowTaskset(Taskset):
    """Tasks from rows; override `problem` to make one of a row.

    Args:
        path: A JSONL, JSON or Parquet file (`.gz` too, but for Parquet), or a mapping from split to file.
        hub: A data set on the Hub instead, as `owner/name` or `owner/name:config`.
        **options: `rubric` and `instructions`, as every taskset takes.

    Raises:
        MissingData: A ValueError: neither is given, or there is no such file.
        ValueError: Both are given, or a split that the taskset does not have.
    """

    levels = range(1)

    default_hub: ClassVar[str] = ""
    """The data set that the error about missing data suggests."""

    def __init__(
        self,
        path: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]] | None = None,
        hub: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if path is None and hub is None:
            remedy = f" or hub={self.default_hub!r}" if self.default_hub else " or hub='owner/name'"
            raise MissingData(f"path: {self.name} needs its rows and has none. Give path='FILE.jsonl'{remedy}.")
        if path is not None and hub is not None:
            raise ValueError(f"{self.name} takes its rows from path or from hub, not from both.")
        files = path if isinstance(path, Mapping) else {} if path is None else {"train": path}
        self.path = {split: str(Path(file).absolute()) for split, file in files.items()}
        self.hub = hub
        for split, file in files.items():
            if split not in self.splits:
                raise ValueError(f"{self.name} has no split {split!r}; it has {', '.join(self.splits)}.")
            if not Path(file).is_file():
                raise MissingData(f"{file}: there is no such file for the split {split!r} of {self.name}.")
        self._loaded: dict[str, Rows] = {}
        self._numbers: dict[str, list[int]] = {}

    def problem(self, row: dict[str, Any]) -> Problem:
        """Makes a problem of a row."""
        raise NotImplementedError(f"{type(self).__name__} has no problem(self, row).")

    def is_usable(self, row: dict[str, Any]) -> bool:  # noqa: ARG002 an interface
        """Whether a row makes a task; one that does not is in no split, and its number stays unused."""
        return True

    def num_tasks(self, split: str, level: int = 0) -> int:
        """How many rows the split has."""
        checked_id(self, split, level, 0)
        return len(self._row_numbers(split))

    def nth_task(self, split: str, level: int, position: int) -> Task:
        """The task of the split's row at a position; after the last row it starts over."""
        checked_id(self, split, level, position)
        numbers = self._row_numbers(split)
        if not numbers:
            raise MissingData(f"path: no row of {self._place(split).rows.source} falls into the split {split!r}.")
        return self.task(split, level, numbers[position % len(numbers)])

    def __getstate__(self) -> dict[str, Any]:
        """Leaves the rows behind: whoever judges a response needs none of them."""
        return {**self.__dict__, "_loaded": {}, "_numbers": {}}

    def _problem(self, task_id: TaskId) -> Problem:
        rows, index = self._place(task_id.split).rows, task_id.index
        if index >= len(rows.rows):
            raise ValueError(f"{task_id}: there is no row {index}; {rows.source} has {len(rows.rows)}.")
        problem = self._problem_of(rows, index)
        return Problem(problem.prompt, problem.reference, {**problem.metadata, **rows.identity})

    def _problem_of(self, rows: Rows, index: int) -> Problem:
        try:
            return self.problem(dict(rows.rows[index]))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"row {index} of {rows.source}: {type(error).__name__}: {error}") from error

    def _row_numbers(self, split: str) -> list[int]:
        """The numbers of the rows in a split, found by making every problem once."""
        if split not in self._numbers:
            place = self._place(split)
            numbers = range(len(place.rows.rows))
            self._numbers[split] = [
                number
                for number in numbers
                if self.is_usable(dict(place.rows.rows[number])) and self._holds(place, number)
            ]
        return self._numbers[split]

    def _holds(self, place: _Place, number: int) -> bool:
        return place.buckets is None or place.holds(self._problem_of(place.rows, number).prompt)

    def _place(self, split: str) -> _Place:
        """Where a split's rows are; see the module's docstring for the rule."""
        if self.hub is not None and not self._loaded:
            self._loaded.update(read_hub(self.hub))
        given = self.path if self.hub is None else self._loaded
        missing = [each for each in self.splits if each not in given] if self.content_split else []
        if split in missing and "train" in given:
            return _Place(self._rows("train"), frozenset(SPLIT_BUCKETS[split]))
        if split not in given:
            raise MissingData(
                f"path: {self.name} has no rows for the split {split!r}; give path={{{split!r}: 'FILE'}}."
            )
        if split != "train" or not missing:
            return _Place(self._rows(split), None)
        taken = {bucket for each in missing for bucket in SPLIT_BUCKETS[each]}
        return _Place(self._rows(split), frozenset(range(NUM_BUCKETS)) - taken)

    def _rows(self, split: str) -> Rows:
        if split not in self._loaded:
            self._loaded[split] = read_file(self.path[split])
        return self._loaded[split]


@dataclass(frozen=True, slots=True)
class _Place:
    """Which rows of which file make a split."""

    rows: Rows
    """The file's rows."""

    buckets: frozenset[int] | None
    """The buckets of prompts that belong to the split; None when all rows do."""

    def holds(self, prompt: str) -> bool:
        """Whether the row with this prompt belongs to the split."""
        return self.buckets is None or prompt_bucket(prompt) in self.buckets
