"""Data parallelism: which share of the work is this process's, and what the processes tell each other.

Under `torchrun` every rank holds a whole model and a sampler of its own. Each samples its share of the tasks; all then
know all groups, so that advantages, metrics and steering are the same everywhere; each learns from its share, and the
gradients are summed. A loss is normalised by the whole step's counts, so the sum needs no division. The process group
is made before the sampler is: vLLM takes the default group for itself where there is none. Left out: sharding a model.
"""

import atexit
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist

T = TypeVar("T")

TIMEOUT_S = 1800
"""How long a rank waits for the others before it gives up."""

_BUCKET_NUMEL = 1 << 24
"""Gradient entries that are summed in one message."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """This process among its equals; the default is a process alone."""

    index: int = 0
    """Which one this is; the first one writes the run folder and talks to the user."""
    count: int = 1
    """How many there are."""

    @property
    def is_first(self) -> bool:
        """Whether this process writes and speaks."""
        return self.index == 0

    def share(self, items: Sequence[T]) -> list[T]:
        """This rank's part of the work, every `count`-th item."""
        return list(items[self.index :: self.count])

    def gather(self, mine: Sequence[T]) -> list[T]:
        """The inverse of `share`, on every rank: all items in their order."""
        if self.count == 1:
            return list(mine)
        parts: list[Sequence[T]] = [()] * self.count
        dist.all_gather_object(parts, list(mine))
        total = sum(map(len, parts))
        return [parts[place % self.count][place // self.count] for place in range(total)]

    def agree(self, value: T) -> T:
        """What the first rank says, on every rank: for decisions that are read off the disk."""
        if self.count == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0)
        return box[0]

    def add(self, numbers: Sequence[float]) -> list[float]:
        """Sums over the ranks, added in their order."""
        if self.count == 1:
            return list(numbers)
        parts: list[Sequence[float]] = [()] * self.count
        dist.all_gather_object(parts, list(numbers))
        return [sum(column) for column in zip(*parts, strict=True)]

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Sum every gradient over the ranks, in place; a rank that had nothing to learn from adds zeros."""
        if self.count == 1:
            return
        bucket: list[torch.Tensor] = []
        for parameter in parameters:
            if not parameter.requires_grad:
                continue
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
            bucket.append(parameter.grad)
            if sum(gradient.numel() for gradient in bucket) >= _BUCKET_NUMEL:
                _sum_together(bucket)
                bucket = []
        _sum_together(bucket)

    def wait(self) -> None:
        """Go on when all ranks are here."""
        if self.count > 1:
            dist.barrier()


ALONE = Ranks()
"""A process without equals."""


def open_ranks(device: torch.device) -> Ranks:
    """Join the process group that `torchrun` describes in the environment; alone without it.

    The group stays until the process ends: the engine of a sampler uses it, too, and takes it down. Without such an
    engine it is taken down at exit, since its threads would abort a process that has already succeeded.

    Args:
        device: Where the model lives; a GPU rank is given the one of its local number.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return ALONE
    backend = "gloo"
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
        backend = "cpu:gloo,cuda:nccl"
    if not dist.is_initialized():
        dist.init_process_group(backend, timeout=timedelta(seconds=TIMEOUT_S))
        atexit.register(_leave)
    return Ranks(dist.get_rank(), count)


def _leave() -> None:
    if dist.is_initialized():
        dist.destroy_process_group()


def _sum_together(tensors: Sequence[torch.Tensor]) -> None:
    if not tensors:
        return
    flat = torch.cat([tensor.flatten() for tensor in tensors])
    dist.all_reduce(flat)
    start = 0
    for tensor in tensors:
        tensor.copy_(flat[start : start + tensor.numel()].view_as(tensor))
        start += tensor.numel()
