"""What a worker of either side says of its GPU."""

import torch


def gpu_memory() -> dict[str, float]:
    """Return the peak of a GPU's memory in MiB, where there is one."""
    if not torch.cuda.is_available():
        return {}
    return {"gpu_peak": round(torch.cuda.max_memory_reserved() / 2**20, 1)}
