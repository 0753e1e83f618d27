import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from rlvr.grpo.checkpoint import (
    CheckpointError,
    TrainState,
    keep_newest,
    newest_checkpoint,
    read_checkpoint,
    save_checkpoint,
    verify_checkpoint,
)
from rlvr.grpo.optimizer import Optimizer
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.standing import Standing
from tests.grpo.small import small_config

STANDING = Standing({"ChainSum": 2}, {"ChainSum": [0.5, 0.25]}, 0.5, 1)


def saved(parent: Path, policy: Policy, step: int = 3) -> Path:
    """A checkpoint after one optimizer step."""
    optimizer = Optimizer(policy.model, small_config().optimizer)
    for parameter in policy.model.parameters():
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    return save_checkpoint(parent, policy, optimizer.state_dict(), TrainState(step, 4, 500, 600, 7.5, STANDING))


def test_a_checkpoint_gives_back_all_that_was_saved(tmp_path: Path, policy: Policy) -> None:
    folder = verify_checkpoint(saved(tmp_path, policy))
    assert folder == tmp_path / "step-3"
    state, moments = read_checkpoint(folder)
    assert state == TrainState(3, 4, 500, 600, 7.5, STANDING)
    loaded = load_policy(folder, small_config().model, torch.device("cpu"))
    weights = policy.model.state_dict()
    assert all(torch.equal(tensor, weights[name]) for name, tensor in loaded.model.state_dict().items())
    assert loaded.tokenizer.encode("<think>a") == policy.tokenizer.encode("<think>a")
    optimizer = Optimizer(loaded.model, small_config().optimizer)
    optimizer.load_state_dict(moments)
    assert all(
        torch.all(one["exp_avg"] != 0) and one["step"] == 1 for one in optimizer.adamw.state_dict()["state"].values()
    )


def flip_a_byte(folder: Path) -> str:
    path = folder / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path.name


def cut_short(folder: Path) -> str:
    path = folder / "optimizer.pt"
    path.write_bytes(path.read_bytes()[:-1])
    return path.name


def remove(folder: Path) -> str:
    (folder / "tokenizer.json").unlink()
    return "tokenizer.json"


def add(folder: Path) -> str:
    (folder / "sub").mkdir()
    (folder / "sub" / "extra.py").touch()
    return "sub/extra.py"


def alter_the_state(folder: Path) -> str:
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps(state | {"step": 4}))
    return "state.json"


@pytest.mark.parametrize("damage", [flip_a_byte, cut_short, remove, add, alter_the_state])
def test_damage_is_refused_by_name(tmp_path: Path, policy: Policy, damage: Callable[[Path], str]) -> None:
    folder = saved(tmp_path, policy)
    name = damage(folder)
    with pytest.raises(CheckpointError, match=rf"step-3 is damaged: {name} does not .*; delete .*step-3 .*--fresh"):
        verify_checkpoint(folder)


@pytest.mark.parametrize("manifest", [None, "", "[1, 2]", "3", '"x"'])
def test_a_foreign_folder_is_refused_by_name(tmp_path: Path, manifest: str | None) -> None:
    folder = tmp_path / "step-9"
    folder.mkdir()
    (folder / "model.safetensors").touch()
    if manifest is not None:
        (folder / "manifest.json").write_text(manifest)
    with pytest.raises(CheckpointError, match=r"step-9 has no readable manifest\.json, so it is no checkpoint"):
        verify_checkpoint(folder)


@pytest.mark.parametrize("state", ['{"step": 3}', "[]", "3", "{", '{"step": 3, "novel": 1}'])
def test_a_state_of_another_version_is_refused_by_name(tmp_path: Path, policy: Policy, state: str) -> None:
    folder = saved(tmp_path, policy)
    (folder / "state.json").write_text(state)
    with pytest.raises(CheckpointError, match=r"state\.json is of another version"):
        read_checkpoint(folder)


def test_the_newest_is_the_one_with_the_highest_number(tmp_path: Path) -> None:
    assert newest_checkpoint(tmp_path / "none") is None
    for name in ("step-9", "step-10", "step-2", ".step-99.123", "step-old", "step-", "step-11.bak", "other"):
        (tmp_path / name).mkdir()
    assert newest_checkpoint(tmp_path) == tmp_path / "step-10"


def test_the_newest_are_kept_with_whatever_is_not_ours(tmp_path: Path) -> None:
    for name in ("step-9", "step-10", "step-2", ".step-99.123", "step-old", "other"):
        (tmp_path / name).mkdir()
    keep_newest(tmp_path, 2)
    assert {path.name for path in tmp_path.iterdir()} == {"step-9", "step-10", "step-old", "other"}


def test_a_step_saved_again_replaces_the_first(tmp_path: Path, policy: Policy) -> None:
    (saved(tmp_path, policy) / "leftover").touch()
    verify_checkpoint(saved(tmp_path, policy))
    assert [path.name for path in tmp_path.iterdir()] == ["step-3"]
