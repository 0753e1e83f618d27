"""Faults planted in the push of the weights: the next step's sampler check stops the run, and it says what differs.

A torch sampler cannot have them, since it samples with the trained model itself; `CopySampler` is one that could.
"""

import copy
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from rlvr.grpo.config import Config
from rlvr.grpo.diagnosis import diagnose
from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Completion, Request, Sampler
from rlvr.grpo.sync import SyncError
from rlvr.grpo.torch_sampler import TorchSampler
from rlvr.grpo.trainer import train
from rlvr.grpo.vllm_sampler import VllmSampler
from tests.grpo.runs import Heard, metrics, records
from tests.grpo.small import TASKS, small_config

pytestmark = pytest.mark.slow

Weights = Mapping[str, torch.Tensor]

ADAPTER = ("model.lora.rank=4", "sampler.backend=vllm", "sampler.lora=adapter")
MERGED = ("model.lora.rank=4", "sampler.backend=vllm", "sampler.lora=merged")


class Wrapped(Sampler):
    """A sampler of its own weights, whose pushes can be tampered with."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self.name = sampler.name
        self.policy_version = sampler.policy_version
        self._is_first = True

    def stream(self, requests: Sequence[Request]) -> Generator[tuple[int, Completion], None, None]:
        return self._sampler.stream(requests)

    def push(self, weights: Weights, policy_version: int) -> None:
        """The first push, before any step, arrives as it is."""
        self.policy_version = policy_version
        if self._is_first:
            self._is_first = False
            self._sampler.push(weights, policy_version)
        else:
            self.tamper(weights, policy_version)

    def tamper(self, weights: Weights, policy_version: int) -> None:
        """Leave it alone."""
        self._sampler.push(weights, policy_version)

    def diagnose(self, weights: Weights, requests: Sequence[Request]) -> str:
        return self._sampler.diagnose(weights, requests)


class SkippedPush(Wrapped):
    """Only the version arrives."""

    def tamper(self, weights: Weights, policy_version: int) -> None:
        pass


class ForgottenVersion(Wrapped):
    """Not even the version arrives."""

    def tamper(self, weights: Weights, policy_version: int) -> None:
        self.policy_version = 0


class HalfPush(Wrapped):
    """Everything but one small tensor."""

    def tamper(self, weights: Weights, policy_version: int) -> None:
        name = "model.layers.0.mlp.down_proj.weight"
        self._sampler.push({**weights, name: torch.zeros_like(weights[name])}, policy_version)


class DroppedHead(Wrapped):
    """What `named_parameters()` gives: a tied output head is not among it."""

    def tamper(self, weights: Weights, policy_version: int) -> None:
        assert "lm_head.weight" in weights
        self._sampler.push({name: one for name, one in weights.items() if name != "lm_head.weight"}, policy_version)


class KeptCache(Wrapped):
    """The weights arrive, and what was cached of the old ones stays."""

    def tamper(self, weights: Weights, policy_version: int) -> None:
        assert isinstance(self._sampler, VllmSampler)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self._sampler._llm, "reset_prefix_cache", lambda: True)
            self._sampler.push(weights, policy_version)


class ReusedNumber(Wrapped):
    """The adapter arrives under a number that the engine knows, without a word that it is to be read again."""

    def tamper(self, weights: Weights, policy_version: int) -> None:
        assert isinstance(self._sampler, VllmSampler)
        engine = self._sampler._llm.llm_engine

        def add(request: Any, add: Callable[[Any], bool] = engine.add_lora) -> bool:
            request.load_inplace = False
            return add(request)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(engine, "add_lora", add)
            self._sampler.push(weights, policy_version)


class CopySampler(TorchSampler):
    """A torch sampler that holds a copy of the weights, as an engine does."""

    def __init__(self, policy: Policy) -> None:
        model = copy.deepcopy(policy.model)
        super().__init__(Policy(model, policy.tokenizer, policy.end_ids), 1.0, 32)
        self._model = model

    def push(self, weights: Weights, policy_version: int) -> None:
        self.load(weights)
        super().push(weights, policy_version)

    def load(self, weights: Weights) -> None:
        self._model.load_state_dict(weights, strict=False)

    def forget(self) -> None:
        """There is no cache."""

    def diagnose(self, weights: Weights, requests: Sequence[Request]) -> str:
        return diagnose(self, weights, requests)


def run(
    tmp_path: Path, task: str, wrapper: type[Wrapped], holder: VllmSampler | None, settings: Sequence[str] = ()
) -> Heard:
    """Train three steps with an engine, or without one with a copy of the model, behind a wrapper."""
    view, short = Heard(), ("grpo.num_steps=3", "run.val_every=0")
    config = small_config(f"run.dir={tmp_path / 'run'}", f"task.name={TASKS}:{task}", *short, *settings)

    def make(config: Config, policy: Policy, folder: Path) -> Wrapped:
        return wrapper(holder or CopySampler(policy))

    train(config, view, sampler_maker=make)
    return view


@pytest.fixture(params=["copy", "vllm"])
def holder(request: pytest.FixtureRequest) -> VllmSampler | None:
    """An engine that keeps its own weights; None is a copy of the model."""
    return None if request.param == "copy" else request.getfixturevalue("vllm_sampler")


def assert_caught(
    tmp_path: Path,
    task: str,
    fault: type[Wrapped],
    holder: VllmSampler | None,
    *said: str,
    settings: Sequence[str] = (),
) -> None:
    """The step after the faulty push is refused, and the message says all of this."""
    with pytest.raises(SyncError) as caught:
        run(tmp_path, task, fault, holder, settings)
    assert [text for text in said if text not in str(caught.value)] == [], str(caught.value)
    assert len(metrics(tmp_path / "run")) == 1


@pytest.mark.parametrize("fault", [SkippedPush, HalfPush])
def test_weights_that_did_not_arrive(tmp_path: Path, holder: VllmSampler | None, fault: type[Wrapped]) -> None:
    said = ("nats, allowed 0.001", "in 8 of 8 rollouts", "both say policy version 1", "What differs: the weights in ")
    assert_caught(tmp_path, "Plain", fault, holder, *said)


def test_a_push_of_which_not_even_the_version_arrived(tmp_path: Path, holder: VllmSampler | None) -> None:
    said = ("held policy version 0 and the trainer holds 1: a weight push was skipped", "What differs: the weights in ")
    assert_caught(tmp_path, "Plain", ForgottenVersion, holder, *said)


def test_a_tied_head_that_was_left_out(tmp_path: Path, vllm_sampler: VllmSampler) -> None:
    said = ("nats, allowed 0.001", "What differs: lm_head.weight in vllm, tied in the policy.")
    assert_caught(tmp_path, "Plain", DroppedHead, vllm_sampler, *said)


def test_a_cache_that_was_kept(tmp_path: Path, vllm_sampler: VllmSampler, policy: Policy) -> None:
    said = ("nats, allowed 0.001", "What differs: the prefix cache of vllm, which held values of older weights.")
    assert_caught(tmp_path, "Foreword", KeptCache, vllm_sampler, *said)
    prompts = {record["prompt"] for record in records(tmp_path / "run")}
    assert len(prompts) > 1
    assert len({tuple(policy.tokenizer.encode(prompt)[:256]) for prompt in prompts}) == 1, "they share two cache blocks"


@pytest.mark.parametrize("task", ["Plain", "Foreword"])
def test_a_push_without_its_faults_goes_through(tmp_path: Path, holder: VllmSampler | None, task: str) -> None:
    heard = run(tmp_path, task, Wrapped, holder)
    assert [line["policy_version"] for line in heard.steps] == list(range(3))
    assert max(line["max_sync_gap"] for line in heard.steps) < 5e-5


@pytest.mark.parametrize("fault", [ReusedNumber, SkippedPush])
def test_an_adapter_that_stayed_the_old_one(tmp_path: Path, adapter_sampler: VllmSampler, fault: type[Wrapped]) -> None:
    said = (
        *("nats, allowed 0.001", "in 8 of 8 rollouts", "both say policy version 1"),
        *("What differs: the adapter in vllm, which is an older one.", "reused a number that vllm knew without load_"),
    )
    assert_caught(tmp_path, "Plain", fault, adapter_sampler, *said, settings=ADAPTER)


@pytest.mark.parametrize("fault", [SkippedPush, HalfPush])
def test_merged_weights_that_did_not_arrive(tmp_path: Path, holder: VllmSampler | None, fault: type[Wrapped]) -> None:
    said = ("nats, allowed 0.001", "both say policy version 1", "What differs: the weights in ")
    assert_caught(tmp_path, "Plain", fault, holder, *said, settings=MERGED)


@pytest.mark.parametrize("wrapper", [Wrapped, KeptCache])
def test_a_push_of_an_adapter_without_its_faults_goes_through(
    tmp_path: Path, adapter_sampler: VllmSampler, wrapper: type[Wrapped]
) -> None:
    """What was cached under another adapter is not used, because each push is from a folder of its own."""
    heard = run(tmp_path, "Foreword", wrapper, adapter_sampler, ADAPTER)
    assert [line["policy_version"] for line in heard.steps] == list(range(3))
    assert max(line["max_sync_gap"] for line in heard.steps) < 5e-5


def test_a_push_of_merged_weights_without_its_faults_goes_through(tmp_path: Path, holder: VllmSampler | None) -> None:
    heard = run(tmp_path, "Foreword", Wrapped, holder, MERGED)
    assert [line["policy_version"] for line in heard.steps] == list(range(3))
    assert max(line["max_sync_gap"] for line in heard.steps) < 5e-5
