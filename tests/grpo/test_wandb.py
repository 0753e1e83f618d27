"""The real client of Weights & Biases, offline: what it writes is what `wandb sync` would send."""

import importlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rlvr.grpo.metrics import scalars
from tests.grpo.runs import Training, lines

BLOCK = 32768
"""Bytes of a block of the client's file, which is a log of LevelDB's: pieces of records, none across two blocks."""
FILE_HEADER, PIECE_HEADER = 7, struct.Struct("<IHB")
WHOLE, LAST = 1, 4


def test_a_killed_run_is_one_run_and_all_of_its_numbers_are_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_MODE", "offline")
    run = tmp_path / "run"
    settings = ("run.wandb=digits", "sampler.max_tokens=4", "run.num_eval_tasks=0")
    Training(run, *settings).kill_after(3)
    Training(run, *settings).finish()
    _, second = parts = [list(records(path)) for path in sorted(run.glob("wandb/offline-run-*/*.wandb"))]
    opened = [record.run for part in parts for record in part if record.HasField("run")]
    assert {(one.run_id, one.project) for one in opened} == {
        (json.loads((run / "wandb.json").read_text())["id"], "digits")
    }
    expected = {line["step"]: numbers(line) for line in map(json.loads, lines(run)) if line["step"] > 3}
    assert history(second) == expected
    assert [record.alert.title for record in second if record.HasField("alert")] == ["truncation at step 5"]
    assert [record.exit.exit_code for record in second if record.HasField("exit")] == [0]


def numbers(line: dict[str, Any]) -> dict[str, float]:
    """What is logged of a line of `metrics.jsonl`."""
    return {name.replace(".", "/"): value for name, value in scalars(line).items()}


def history(part: list[Any]) -> dict[int, dict[str, float]]:
    """What was logged at each step, without the client's own numbers, whose names begin with an underscore."""
    return {
        record.history.step.num: {
            name: json.loads(item.value_json)
            for item in record.history.item
            for name in [item.key or "/".join(item.nested_key)]
            if not name.startswith("_")
        }
        for record in part
        if record.HasField("history")
    }


def records(path: Path) -> Iterator[Any]:
    """The records of a file that the client keeps."""
    parse = importlib.import_module("wandb.proto.wandb_internal_pb2").Record.FromString
    data, at, record = path.read_bytes(), FILE_HEADER, b""
    while at + PIECE_HEADER.size <= len(data):
        if BLOCK - at % BLOCK < PIECE_HEADER.size:
            at += BLOCK - at % BLOCK
            continue
        _, size, kind = PIECE_HEADER.unpack_from(data, at)
        at += PIECE_HEADER.size + size
        record += data[at - size : at]
        if kind in {WHOLE, LAST}:
            yield parse(record)
            record = b""
