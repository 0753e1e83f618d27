"""A gym of verifiable-reward reasoning tasks and a GRPO trainer.

The public names live in the packages below and are imported when first used, so that `import rlvr` stays cheap:

    @rlvr.register("Reverse")
    class Reverse(rlvr.Taskset): ...

    env = rlvr.make("Reverse", level=3)
    observation, info = env.reset(seed=0)
"""

from typing import TYPE_CHECKING

from rlvr._lazy import lazy_exports
from rlvr._version import __version__
from rlvr.envs import gym_ids as _gym_ids

if TYPE_CHECKING:
    from rlvr.envs.registry import list_tasksets, make, make_taskset, register
    from rlvr.envs.rows import RowTaskset
    from rlvr.envs.task import Problem, Reply, Solution, Task, Turn
    from rlvr.envs.taskset import Taskset
    from rlvr.envs.text_env import TextEnv
    from rlvr.envs.vector import make_vec
    from rlvr.rewards.rubric import Rubric
    from rlvr.rewards.score import Score, Verdict
    from rlvr.rewards.verifier import Verifier

__all__ = [
    "Problem",
    "Reply",
    "RowTaskset",
    "Rubric",
    "Score",
    "Solution",
    "Task",
    "Taskset",
    "TextEnv",
    "Turn",
    "Verdict",
    "Verifier",
    "__version__",
    "list_tasksets",
    "make",
    "make_taskset",
    "make_vec",
    "register",
]

_HOMES = {
    "Problem": "rlvr.envs.task",
    "Reply": "rlvr.envs.task",
    "RowTaskset": "rlvr.envs.rows",
    "Rubric": "rlvr.rewards.rubric",
    "Score": "rlvr.rewards.score",
    "Solution": "rlvr.envs.task",
    "Task": "rlvr.envs.task",
    "Taskset": "rlvr.envs.taskset",
    "TextEnv": "rlvr.envs.text_env",
    "Turn": "rlvr.envs.task",
    "Verdict": "rlvr.rewards.score",
    "Verifier": "rlvr.rewards.verifier",
    "list_tasksets": "rlvr.envs.registry",
    "make": "rlvr.envs.registry",
    "make_taskset": "rlvr.envs.registry",
    "make_vec": "rlvr.envs.vector",
    "register": "rlvr.envs.registry",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOMES)


_gym_ids.watch()
