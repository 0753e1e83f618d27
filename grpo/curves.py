"""Where the curves of a run go: TensorBoard always, Weights & Biases when `run.wandb` asks for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from rlvr.grpo.run_folder import RunFolder
from rlvr.grpo.tensorboard import TensorboardCurves
from rlvr.grpo.wandb_curves import WandbCurves


@contextmanager
def open_curves(run: RunFolder, first_step: int, *, is_kept: bool) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Within the block, the function it is given writes a step's numbers wherever they are asked for.

    Args:
        run: The run folder.
        first_step: Steps done.
        is_kept: False on all ranks but the first: nothing is written.
    """
    with ExitStack() as stack:
        places: list[TensorboardCurves | WandbCurves] = []
        if is_kept:
            places.append(stack.enter_context(TensorboardCurves(run.dir, first_step)))
        if is_kept and run.config.run.wandb is not None:
            places.append(stack.enter_context(WandbCurves(run, run.config.run.wandb)))

        def add(metrics: dict[str, Any]) -> None:
            for place in places:
                place.add(metrics)

        yield add
