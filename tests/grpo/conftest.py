import os
from pathlib import Path

import pytest
import torch

from rlvr.grpo.config import Config
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.tiny import save_tiny
from tests.grpo.small import small_config

# Torch and vLLM share the cores of one process; threads that spin while they wait would starve each other.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


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
    return load_policy(tiny_folder, config.model, torch.device("cpu"))
