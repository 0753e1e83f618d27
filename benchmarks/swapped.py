"""ChainSum with other demonstrations that are just as right: each partial sum has its terms the other way round.

It is what supervised training is given by somebody else than the model: a correct way that is not the model's own.
"""

import random

from rlvr.envs.registry import register
from rlvr.envs.task import Task, Turn
from rlvr.envs.tasksets.chain_sum import ChainSum


@register("SwappedChainSum")
class SwappedChainSum(ChainSum):
    """Add several numbers, writing each new term first."""

    def demonstration(self, task: Task, rng: random.Random, turns: tuple[Turn, ...] = ()) -> str:  # noqa: ARG002
        """Adds from left to right without a slip."""
        total, *terms = task.metadata["terms"]
        steps = []
        for term in terms:
            steps.append(f"{term}+{total}={total + term}")
            total += term
        return f"<think>{' '.join(steps)}</think><answer>{total}</answer>"
