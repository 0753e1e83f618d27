"""Runs that train an adapter: what they say, keep, resume, refer to and give to others."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from rlvr.grpo.checkpoint import CheckpointError
from rlvr.grpo.config import Config
from rlvr.grpo.export import ExportError, export_run
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.sampler import SamplerError
from rlvr.grpo.trainer import train
from rlvr.grpo.vllm_sampler import VllmSampler
from tests.grpo.answers import answering, seldom
from tests.grpo.runs import Heard, metrics
from tests.grpo.small import TASKS, small_config
from tests.grpo.test_warmup import SETTINGS as WARM

pytestmark = pytest.mark.slow

LORA = ("model.lora.rank=4", f"task.name={TASKS}:Plain", "grpo.kl_coef=0.05", "grpo.num_updates=2")


class Stopped(Heard):
    """A view that does not let the run live to see a step done."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        super().step(metrics, num_steps)
        if metrics["step"] == self._at:
            raise KeyboardInterrupt


def run(folder: Path, *settings: str, view: Heard | None = None) -> Heard:
    """Train in a folder, or go on there."""
    heard = view or Heard()
    train(small_config(f"run.dir={folder}", *LORA, *settings), heard)
    return heard


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run."""
    folder = tmp_path_factory.mktemp("lora") / "whole"
    run(folder)
    return folder


@pytest.mark.parametrize("is_moved", [False, True])
def test_a_run_that_was_stopped_ends_up_as_one_that_was_not(tmp_path: Path, whole: Path, is_moved: bool) -> None:
    folder = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        run(folder, view=Stopped(5))
    assert len(metrics(folder)) == 5
    if is_moved:
        folder = folder.rename(tmp_path / "moved")
    said = run(folder).said
    assert f"resuming from {folder}/checkpoints/step-3 (step 3 of 6)" in said
    assert metrics(folder) == metrics(whole)
    for name in ("rollouts.jsonl", "eval_after.jsonl", "checkpoints/step-6/adapter_model.safetensors"):
        assert (folder / name).read_bytes() == (whole / name).read_bytes(), name
    one, two = (torch.load(each / "checkpoints/step-6/optimizer.pt", weights_only=True) for each in (whole, folder))
    for number, moments in one["adamw"]["state"].items():
        assert all(torch.equal(tensor, two["adamw"]["state"][number][name]) for name, tensor in moments.items())


def test_one_that_vllm_samples_through_the_adapter_resumes_to_the_same_bits_too(
    tmp_path: Path, adapter_sampler: VllmSampler
) -> None:
    def start(name: str, view: Heard) -> None:
        """The engine begins with the model alone, as one that was built for this start would."""
        config = small_config(f"run.dir={tmp_path / name}", *LORA, "sampler.backend=vllm", "sampler.lora=adapter")

        def make(config: Config, policy: Policy, folder: Path) -> VllmSampler:
            adapter_sampler.push(policy.model.state_dict(), 0)
            return adapter_sampler

        train(config, view, sampler_maker=make)

    start("whole", Heard())
    with pytest.raises(KeyboardInterrupt):
        start("stopped", Stopped(5))
    start("stopped", Heard())
    assert metrics(tmp_path / "stopped") == metrics(tmp_path / "whole")
    for name in ("rollouts.jsonl", "checkpoints/step-6/adapter_model.safetensors"):
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_it_learns_and_says_how_much_of_the_model_is_trained(tmp_path: Path) -> None:
    heard = run(tmp_path / "run", "grpo.num_steps=4", "grpo.kl_coef=0.0")
    assert heard.said[0].startswith("model 0.02M parameters, LoRA of rank 4 trains 2,176 beside them, sampler torch ")
    assert [line["policy_version"] for line in heard.steps] == [0, 2, 4, 6]
    assert all(line["grad_norm"] > 0 and 0 < line["max_sync_gap"] < 5e-5 for line in heard.steps)


def test_a_checkpoint_holds_the_adapter_and_not_the_model(whole: Path) -> None:
    folder = whole / "checkpoints" / "step-6"
    names = {path.name for path in folder.iterdir()}
    assert {"adapter_config.json", "adapter_model.safetensors", "optimizer.pt", "state.json"} < names
    assert "model.safetensors" not in names
    tensors = load_file(folder / "adapter_model.safetensors")
    assert sum(one.numel() for one in tensors.values()) == 2176
    assert all(float(one.abs().max()) > 0 for one in tensors.values()), "an adapter that was never trained"
    moments = torch.load(folder / "optimizer.pt", weights_only=True)["adamw"]["state"]
    assert sorted(one["exp_avg"].numel() for one in moments.values()) == sorted(one.numel() for one in tensors.values())
    assert json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"] == str(whole / "tiny")


def test_a_damaged_adapter_is_refused_by_name(tmp_path: Path) -> None:
    run(tmp_path / "run", "grpo.num_steps=3")
    file = tmp_path / "run" / "checkpoints" / "step-3" / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match=r"step-3 is damaged: adapter_model\.safetensors does not match"):
        run(tmp_path / "run")


@pytest.mark.parametrize(("rank", "num_loaded"), [(4, 1), (0, 2)])
def test_the_reference_is_the_model_beneath_and_no_second_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rank: int, num_loaded: int
) -> None:
    load, loaded = AutoModelForCausalLM.from_pretrained, []

    def counted(path: Any, **settings: Any) -> Any:
        loaded.append(path)
        return load(path, **settings)

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", counted)
    steps = run(tmp_path / "run", f"model.lora.rank={rank}", "grpo.num_steps=3").steps
    assert len(loaded) == num_loaded
    assert abs(steps[0]["kl"]) < 1e-6 < 1e-5 < steps[-1]["kl"]


@pytest.mark.parametrize("setting", ["grpo.kl_in=reward", "optimizer.packing=false", "model.dtype=bfloat16"])
def test_it_works_with_other_settings(tmp_path: Path, setting: str) -> None:
    steps = run(tmp_path / "run", setting, "grpo.num_steps=3", "run.val_every=0", "run.num_eval_tasks=0").steps
    assert steps[-1]["policy_version"] == 4
    assert all(line["mean_sync_gap"] < 0.02 for line in steps)


def test_gradient_checkpointing_changes_nothing(tmp_path: Path, whole: Path) -> None:
    run(tmp_path / "run", "optimizer.gradient_checkpointing=true")
    assert metrics(tmp_path / "run") == metrics(whole)


def test_the_warm_start_trains_the_model_and_the_adapter_begins_from_it(tmp_path: Path) -> None:
    settings = (*WARM, "grpo.num_steps=2", "run.checkpoint_every=1")
    heard = run(tmp_path / "run", *settings)
    folder = next((tmp_path / "run" / "warmup").iterdir())
    assert (folder / "model.safetensors").exists()
    assert not (folder / "adapter_config.json").exists()
    base = json.loads((tmp_path / "run/checkpoints/step-2/adapter_config.json").read_text())["base_model_name_or_path"]
    assert base == str(folder)
    assert heard.checks[-1][1] >= 0.9
    assert heard.steps[0]["accuracy"] > 0.5
    assert abs(heard.steps[0]["kl"]) < 1e-6, "the reference is the model that was warm-started"
    before = metrics(tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "checkpoints" / "step-2")
    (tmp_path / "run" / "summary.json").unlink()
    assert "(step 1 of 2)" in "".join(run(tmp_path / "run", *settings).said)
    assert metrics(tmp_path / "run") == before, "the adapter was put back on another model"


def test_an_adapter_that_does_not_fit_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    heard = Heard()
    with pytest.raises(ValueError, match=r"model\.lora\.rank is 99, but .*Lower model\.lora\.rank"):
        run(tmp_path / "run", *WARM, "model.lora.rank=99", view=heard)
    assert not heard.said
    assert not heard.checks


def test_a_rank_that_vllm_cannot_take_says_so(tmp_path: Path) -> None:
    config = small_config("model.lora.rank=513", "sampler.backend=vllm", "sampler.lora=adapter")
    with pytest.raises(SamplerError, match=r"rank is 513, but vLLM takes adapters up to 512: set sampler\.lora=merged"):
        VllmSampler(tmp_path, load_policy_of(tmp_path), config)


def load_policy_of(folder: Path) -> Any:
    """A policy from a run that goes no further than its model."""
    run(folder / "run", "grpo.num_steps=0", "run.num_eval_tasks=0")
    return load_policy(folder / "run" / "tiny", small_config().model, torch.device("cpu"))


def test_both_exports_are_what_was_trained(tmp_path: Path, whole: Path) -> None:
    said = export_run(whole, tmp_path / "model"), export_run(whole, tmp_path / "adapter", as_adapter=True)
    assert said[0] == f"{tmp_path}/model, of step-6: the model with its adapter merged in"
    assert said[1].endswith(f"step-6: the adapter; it belongs to the model in {whole}/tiny, which must stay there")
    names = [{path.name for path in (tmp_path / name).iterdir()} for name in ("model", "adapter")]
    assert names[0] & {"model.safetensors", "optimizer.pt", "adapter_config.json"} == {"model.safetensors"}
    assert names[1] & {"model.safetensors", "optimizer.pt", "adapter_config.json"} == {"adapter_config.json"}
    config, cpu = small_config().model, torch.device("cpu")
    merged, beneath = load_policy(tmp_path / "model", config, cpu), load_policy(whole / "tiny", config, cpu)
    again = load_policy(tmp_path / "adapter", config, cpu)
    weights, others, start = (one.model.state_dict() for one in (merged, again, beneath))
    assert weights.keys() == others.keys() == start.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)
    assert {name.split(".")[-2] for name in weights if not torch.equal(weights[name], start[name])} == {
        *("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
    }


def test_the_exported_adapter_is_one_that_peft_itself_reads(tmp_path: Path, whole: Path) -> None:
    from peft import AutoPeftModelForCausalLM

    export_run(whole, tmp_path / "model")
    export_run(whole, tmp_path / "adapter", as_adapter=True)
    theirs: Any = AutoPeftModelForCausalLM.from_pretrained(tmp_path / "adapter")
    ours = load_policy(tmp_path / "model", small_config().model, torch.device("cpu"))
    ids = torch.arange(60)[None]
    with torch.no_grad():
        torch.testing.assert_close(theirs(ids).logits, ours.model(ids).logits, atol=1e-5, rtol=0)


def test_a_moved_runs_adapter_names_where_its_model_is_now(tmp_path: Path) -> None:
    run(tmp_path / "run", "grpo.num_steps=1")
    moved = (tmp_path / "run").rename(tmp_path / "moved")
    export_run(moved, tmp_path / "adapter", as_adapter=True)
    named = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())["base_model_name_or_path"]
    assert named == str(moved / "tiny")


def test_a_run_without_an_adapter_is_exported_as_it_is(tmp_path: Path) -> None:
    run(tmp_path / "run", "model.lora.rank=0", "grpo.num_steps=1")
    assert export_run(tmp_path / "run", tmp_path / "model") == f"{tmp_path}/model, of step-1: the model"
    exported, kept = tmp_path / "model", tmp_path / "run" / "checkpoints" / "step-1"
    assert (exported / "model.safetensors").read_bytes() == (kept / "model.safetensors").read_bytes()
    assert {path.name for path in kept.iterdir()} - {path.name for path in exported.iterdir()} == {
        *("optimizer.pt", "state.json", "manifest.json")
    }
    with pytest.raises(ExportError, match=r"trains no adapter \(model\.lora\.rank is 0\): export it without --adapter"):
        export_run(tmp_path / "run", tmp_path / "adapter", as_adapter=True)
    assert {path.name for path in tmp_path.iterdir()} == {"run", "model"}


@pytest.mark.parametrize("as_adapter", [False, True])
def test_an_interrupted_export_leaves_nothing(
    tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch, as_adapter: bool
) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        assert list(self.glob("*.safetensors")), "all is written when the name is given"
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_run(whole, tmp_path / "out", as_adapter=as_adapter)
    assert not list(tmp_path.iterdir())


def break_config(folder: Path) -> None:
    (folder / "config.toml").write_text("[grpo]\nnum_epochs = 3\n")


def damage(folder: Path) -> None:
    (folder / "checkpoints" / "step-1" / "adapter_model.safetensors").write_bytes(b"")


def lose_checkpoints(folder: Path) -> None:
    (folder / "checkpoints").rename(folder / "elsewhere")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda folder: (folder / "config.toml").unlink(),
            r"run is no run folder: cannot read .*config\.toml: No such",
        ),
        (break_config, r"config\.toml was not written by this version of rlvr: unknown key grpo\.num_epochs"),
        (damage, r"step-1 is damaged: adapter_model\.safetensors"),
        (lose_checkpoints, r"run has no checkpoint yet: its training has not begun"),
        (lambda folder: (folder.parent / "out").mkdir(), "out exists already; choose another folder"),
    ],
)
def test_what_cannot_be_exported_is_said(tmp_path: Path, change: Callable[[Path], None], message: str) -> None:
    run(tmp_path / "run", "grpo.num_steps=1", "run.num_eval_tasks=0", "run.val_every=0")
    change(tmp_path / "run")
    with pytest.raises(ValueError, match=message):
        export_run(tmp_path / "run", tmp_path / "out")


def test_a_scripted_run_with_silent_steps_is_trained_too(tmp_path: Path) -> None:
    """Groups without spread: packs that are only read, beside those that have a gradient."""
    config = small_config(f"run.dir={tmp_path / 'run'}", "model.lora.rank=2", "grpo.num_steps=3", "grpo.num_tasks=4")
    heard = Heard()
    train(config, heard, sampler_maker=answering(seldom))
    assert any(line["no_signal"] for line in heard.steps)
    assert heard.steps[-1]["policy_version"] > 0
