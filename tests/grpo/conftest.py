import json
import os
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from rlvr.grpo.config import Config
from rlvr.grpo.policy import Policy, load_policy, pick_device
from rlvr.grpo.sampler import Completion
from rlvr.grpo.tiny import save_tiny
from rlvr.grpo.vllm_sampler import VllmSampler
from tests.grpo.adapted import adapted
from tests.grpo.sampling import some_requests
from tests.grpo.small import small_config


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random small model with its tokenizer."""
    folder = tmp_path_factory.mktemp("model") / "tiny"
    save_tiny(folder, small_config().model.tiny, seed=0)
    return folder


@pytest.fixture
def config() -> Config:
    return small_config()


@pytest.fixture
def policy(tiny_folder: Path, config: Config) -> Policy:
    """The model of `tiny_folder`, freshly loaded, so that a test may change its weights."""
    return load_policy(tiny_folder, config.model, pick_device(config))


@dataclass(frozen=True, slots=True)
class Engine:
    """A vLLM engine of the test process."""

    sampler: VllmSampler
    """Its sampler."""
    generators: tuple[str, str]
    """The global random generators before and after the engine was built."""
    preloads: tuple[str, str]
    """What this process's children load first, before and after it was built."""


@pytest.fixture(scope="session")
def engine(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """vLLM on the model of `tiny_folder`, whose own sampling defaults would change every draw."""
    folder = tmp_path_factory.mktemp("engine") / "tiny"
    shutil.copytree(tiny_folder, folder)
    defaults = json.loads((folder / "generation_config.json").read_text())
    strange = {"do_sample": True, "temperature": 0.3, "top_k": 2, "top_p": 0.5, "min_p": 0.2, "repetition_penalty": 2.0}
    (folder / "generation_config.json").write_text(json.dumps(defaults | strange))
    config = small_config("sampler.backend=vllm")
    generators, preload = _generators(), os.environ.get("LD_PRELOAD", "")
    sampler = VllmSampler(folder, load_policy(folder, config.model, pick_device(config)), config)
    return Engine(sampler, (generators, _generators()), (preload, os.environ.get("LD_PRELOAD", "")))


@pytest.fixture
def vllm_sampler(engine: Engine, policy: Policy) -> VllmSampler:
    """The engine's sampler with the weights of `policy`, at version 0."""
    engine.sampler.push(policy.model.state_dict(), 0)
    return engine.sampler


@dataclass(frozen=True, slots=True)
class AdapterEngine:
    """A second vLLM engine of the test process, which takes adapters; it was loaded from a folder with one."""

    sampler: VllmSampler
    """Its sampler."""
    loaded: Policy
    """What the folder holds, as a plain model."""
    drawn: list[Completion]
    """What the engine drew for `some_requests` before anything was pushed from outside."""


@pytest.fixture(scope="session")
def adapter_engine(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AdapterEngine:
    """vLLM on an adapter of the model of `tiny_folder`; it must live on, because its end takes other engines down."""
    folder = tmp_path_factory.mktemp("engine") / "adapter"
    config = small_config("sampler.backend=vllm", "model.lora.rank=4", "sampler.lora=adapter")
    adapted(load_policy(tiny_folder, config.model, pick_device(config))).save(folder)
    loaded = load_policy(folder, config.model, pick_device(config))
    sampler = VllmSampler(folder, loaded, config)
    return AdapterEngine(sampler, loaded, sampler.sample(some_requests(loaded)))


@pytest.fixture
def adapter_sampler(adapter_engine: AdapterEngine, policy: Policy) -> VllmSampler:
    """Its sampler with the weights of `policy` and no adapter, at version 0."""
    adapter_engine.sampler.push(policy.model.state_dict(), 0)
    return adapter_engine.sampler


def _generators() -> str:
    numpy: Any = np.random.get_state()
    return repr((random.getstate(), numpy[1].tolist(), numpy[2:], torch.get_rng_state().tolist()))
