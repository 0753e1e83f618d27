"""Running out of memory names the settings to change, at whatever it happens."""

from pathlib import Path
from typing import Any

import pytest
import torch

from rlvr.grpo.memory import OutOfMemoryError, is_out_of_memory, out_of_memory_explained
from rlvr.grpo.trainer import train
from tests.grpo.runs import Heard
from tests.grpo.small import small_config

LIBRARIES = (
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB"),
    MemoryError(),
    ValueError("No available memory for the cache blocks. Try increasing `gpu_memory_utilization`"),
    ValueError(
        "To serve at least one request with the models's max seq len (4096), (8 GiB KV cache is needed, which is "
        "larger than the available KV cache memory (1 GiB)"
    ),
    ValueError(
        "Free memory on device cuda:0 (3.0/79.0 GiB) on startup is less than desired GPU memory utilization (0.4)"
    ),
)


def too_much(*_args: Any, **_kwargs: Any) -> Any:
    return torch.empty(2**60)


@pytest.mark.parametrize("error", LIBRARIES, ids=lambda error: type(error).__name__)
def test_what_libraries_say_is_understood(error: Exception) -> None:
    assert is_out_of_memory(error)
    with (
        pytest.raises(OutOfMemoryError, match=r"while sampling: lower it") as raised,
        out_of_memory_explained("sampling", "lower it"),
    ):
        raise error
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    "error", [ValueError("a wrong path"), RuntimeError("CUDA error: an illegal access"), KeyError(1)]
)
def test_other_errors_pass_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, out_of_memory_explained("sampling", "lower it"):
        raise error
    assert raised.value is error


def test_the_innermost_explanation_stays() -> None:
    both = out_of_memory_explained("sampling", "a"), out_of_memory_explained("learning", "b")
    with pytest.raises(OutOfMemoryError, match="while learning"), both[0], both[1]:
        too_much()


@pytest.mark.parametrize(
    ("place", "setting"),
    [
        ("rlvr.grpo.learner.trained_logprobs", "optimizer.micro_batch_tokens"),
        ("rlvr.grpo.torch_sampler.TorchSampler.stream", "sampler.num_slots"),
        ("rlvr.grpo.policy.AutoModelForCausalLM.from_pretrained", "model.dtype"),
        ("rlvr.grpo.torch_sampler.TorchSampler.__init__", "sampler.max_length"),
    ],
)
def test_a_run_that_runs_out_says_which_setting(
    place: str, setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, too_much)
    with pytest.raises(OutOfMemoryError, match=setting):
        train(small_config(f"run.dir={tmp_path / 'run'}", "warmup.is_enabled=false"), Heard())
