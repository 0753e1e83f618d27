"""AdamW, its learning rate, and full-precision copies of weights that are kept in a short number type.

At a learning rate of 1e-6 a step is smaller than what bfloat16 can add to a weight, so it would be rounded away. The
optimizer therefore moves float32 copies, which also take up the gradients of the micro-batches one by one.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel

from rlvr.grpo.config import Config, OptimizerConfig
from rlvr.grpo.ranks import ALONE, Ranks


class GradientError(RuntimeError):
    """The gradient is not a finite number, so it must not be learned from."""


class Optimizer:
    """Moves a model's weights along the gradient that its backward passes have left."""

    def __init__(self, model: PreTrainedModel, config: OptimizerConfig, ranks: Ranks = ALONE) -> None:
        """Take over a model.

        Args:
            model: Its trainable parameters are moved.
            config: Learning rate, moments, decay, clipping.
            ranks: Gradients are summed over them.
        """
        self._max_grad_norm = config.max_grad_norm
        self._ranks = ranks
        self._pairs = [_with_master(one) for one in model.parameters() if one.requires_grad]
        self.adamw = torch.optim.AdamW(
            [master for _, master in self._pairs],
            lr=config.lr,
            betas=config.betas,
            eps=config.eps,
            weight_decay=config.weight_decay,
        )

    def step(self) -> float:
        """Clip, move, forget the gradient; return its norm before clipping.

        Raises:
            GradientError: The norm is not finite; nothing was moved.
        """
        masters = [master for _, master in self._pairs]
        self._ranks.add_gradients(masters)
        norm = float(torch.nn.utils.clip_grad_norm_(masters, self._max_grad_norm))
        if not math.isfinite(norm):
            raise GradientError(
                f"the gradient's norm is {norm}; the run stopped before learning from it, and its last checkpoint is "
                "sound. Start over with a lower optimizer.lr, fewer grpo.num_updates or a lower grpo.kl_coef"
            )
        self.adamw.step()
        self.adamw.zero_grad(set_to_none=True)
        with torch.no_grad():
            for weight, master in self._pairs:
                if weight is not master:
                    weight.copy_(master)
        return norm

    def set_lr(self, lr: float) -> None:
        """Set the learning rate of every parameter."""
        set_lr(self.adamw, lr)

    def state_dict(self) -> dict[str, Any]:
        """The moments, and the copies where there are any."""
        masters = [master.detach() for weight, master in self._pairs if weight is not master]
        return {"adamw": self.adamw.state_dict(), "masters": masters}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up what `state_dict` gave."""
        self.adamw.load_state_dict(state["adamw"])
        masters = [master for weight, master in self._pairs if weight is not master]
        with torch.no_grad():
            for master, saved in zip(masters, state["masters"], strict=True):
                master.copy_(saved)


def _with_master(weight: torch.nn.Parameter) -> tuple[torch.nn.Parameter, torch.nn.Parameter]:
    """A weight and what the optimizer moves for it: itself, or a float32 copy that takes up its gradients."""
    if weight.dtype == torch.float32:
        return weight, weight
    master = torch.nn.Parameter(weight.detach().float())

    def take_up(short: Tensor) -> None:
        assert short.grad is not None, "the hook runs once a gradient is there"
        gradient = short.grad.float()
        master.grad = gradient if master.grad is None else master.grad.add_(gradient)
        short.grad = None

    weight.register_post_accumulate_grad_hook(take_up)  # type: ignore[no-untyped-call]
    return weight, master


def set_lr(optimizer: torch.optim.Optimizer, lr: float) -> None:
    """Set the learning rate of every parameter group."""
    for group in optimizer.param_groups:
        group["lr"] = lr


def lr_at(config: Config, step: int) -> float:
    """Learning rate of a step, counted from 0: a linear rise, then the schedule."""
    optimizer, num_steps = config.optimizer, config.grpo.num_steps
    rise = min(1.0, (step + 1) / optimizer.warmup_steps) if optimizer.warmup_steps else 1.0
    progress = (step - optimizer.warmup_steps) / max(1, num_steps - optimizer.warmup_steps)
    shapes: dict[str, Callable[[float], float]] = {
        "constant": lambda _: 1.0,
        "linear": lambda x: 1.0 - x,
        "cosine": lambda x: (1.0 + math.cos(math.pi * x)) / 2,
    }
    return optimizer.lr * rise * shapes[optimizer.schedule](max(0.0, progress))
