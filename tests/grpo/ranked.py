"""What `torchrun` runs for `test_ranks`: `python -m tests.grpo.ranked FOLDER` on every rank.

The first start trains `FOLDER/whole` and is killed in the middle of `FOLDER/killed`; the second one goes on with that.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from safetensors.torch import load_file

from rlvr.grpo.ranks import Ranks, open_ranks
from tests.grpo.answers import run, seldom
from tests.grpo.runs import Heard

SETTINGS = (
    *("grpo.num_steps=4", "grpo.num_tasks=3", "grpo.max_replacements=1", "grpo.kl_coef=0.1", "grpo.kl_in=reward"),
    *("optimizer.lr=1e-3", "optimizer.max_grad_norm=1e9", "run.checkpoint_every=1", "run.keep_checkpoints=9"),
    *("run.val_every=2", "run.num_val_tasks=3", "run.num_eval_tasks=3", "task.audit=numeric"),
    *(f"run.held_out_text={__file__}", "run.num_held_out_tokens=1500"),
)
"""Odd numbers of tasks, of replacements and of passages, checks on val with an audit."""

LORA = (
    *("model.lora.rank=3", "grpo.num_steps=2", "grpo.num_tasks=3", "grpo.kl_coef=0.1", "optimizer.lr=1e-3"),
    *("run.checkpoint_every=1", "run.keep_checkpoints=9", "run.val_every=0", "run.num_eval_tasks=0"),
)
"""A shorter run, of an adapter, whose reference is the model beneath it."""

KILLED_AT = 3
"""The step whose lines are written and whose checkpoint is not."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Killing(Heard):
    """A view that does not live to see the step done."""

    def step(self, metrics: dict[str, Any], num_steps: int) -> None:
        super().step(metrics, num_steps)
        if metrics["step"] == KILLED_AT:
            os.kill(os.getpid(), signal.SIGKILL)


def check_ranks(ranks: Ranks) -> None:
    """Share and gather are inverse; all agree on the first one's word; sums and gradients are those of all."""
    for size in range(6):
        items = [f"item {number}" for number in range(size)]
        assert ranks.gather(ranks.share(items)) == items
    assert ranks.share(range(5)) == [[0, 2, 4], [1, 3]][ranks.index]
    assert ranks.agree(f"rank {ranks.index}") == "rank 0"
    assert ranks.add([1.0 + ranks.index, 0.5]) == [3.0, 1.0]
    weights = [torch.nn.Parameter(torch.ones(size)) for size in (3, 2)]
    frozen = torch.nn.Parameter(torch.ones(1), requires_grad=False)
    if ranks.is_first:
        weights[0].grad = torch.arange(3.0)
    for weight in weights:
        weight.grad = weight.grad if ranks.is_first else torch.full_like(weight, 10.0)
    ranks.add_gradients([weights[0], frozen, weights[1]])
    assert [weight.grad.tolist() for weight in weights if weight.grad is not None] == [[10, 11, 12], [10, 10]]
    assert frozen.grad is None


def train_adapter(folder: Path) -> None:
    """Train one, and see that nothing but its gradient is summed."""
    summed, all_reduce = [], dist.all_reduce

    def seen(tensor: torch.Tensor) -> None:
        summed.append(tensor.numel())
        all_reduce(tensor)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dist, "all_reduce", seen)
        run(folder, seldom, *LORA)
    size = sum(tensor.numel() for tensor in load_file(folder / "checkpoints/step-2/adapter_model.safetensors").values())
    assert summed == [size] * 2, (summed, size)


def forbid_writing(folder: Path) -> None:
    """From now on this process fails when it changes anything in the folder."""

    def refuse(event: str, args: tuple[Any, ...]) -> None:
        is_change = event in ("os.mkdir", "os.rename", "os.remove", "shutil.rmtree")
        is_change = is_change or (event == "open" and bool(args[2] & _WRITING))
        assert not (is_change and str(args[0]).startswith(str(folder))), f"{event} of {args[0]}"

    sys.addaudithook(refuse)


def main(folder: Path) -> None:
    """Check, train, be killed; or go on."""
    if os.environ["RANK"] != "0":
        forbid_writing(folder)
    ranks = open_ranks(torch.device("cpu"))
    if not ranks.agree((folder / "whole").exists()):
        check_ranks(ranks)
        run(folder / "whole", seldom, *SETTINGS)
        train_adapter(folder / "adapter")
        run(folder / "killed", seldom, *SETTINGS, view=Killing())
    run(folder / "killed", seldom, *SETTINGS)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
