"""Tasks, tasksets, the registry and the Gymnasium environments built on them.

Start at `rlvr.envs.taskset`, the class a task author writes; `rlvr.envs.text_env` plays one as a Gymnasium
environment. The names below load their modules at first use, so that importing this package costs next to nothing.
"""

from typing import TYPE_CHECKING

from rlvr._lazy import lazy_exports

if TYPE_CHECKING:
    from rlvr.envs.registry import list_tasksets, make, make_taskset, register
    from rlvr.envs.rows import RowTaskset
    from rlvr.envs.spaces import AnyText
    from rlvr.envs.task import Problem, Reply, Solution, Task, Turn
    from rlvr.envs.taskset import Taskset
    from rlvr.envs.text_env import TextEnv
    from rlvr.envs.vector import make_vec

_HOMES = {
    "AnyText": "rlvr.envs.spaces",
    "Problem": "rlvr.envs.task",
    "Reply": "rlvr.envs.task",
    "RowTaskset": "rlvr.envs.rows",
    "Solution": "rlvr.envs.task",
    "Task": "rlvr.envs.task",
    "Taskset": "rlvr.envs.taskset",
    "TextEnv": "rlvr.envs.text_env",
    "Turn": "rlvr.envs.task",
    "list_tasksets": "rlvr.envs.registry",
    "make": "rlvr.envs.registry",
    "make_taskset": "rlvr.envs.registry",
    "make_vec": "rlvr.envs.vector",
    "register": "rlvr.envs.registry",
}

__all__ = [
    "AnyText",
    "Problem",
    "Reply",
    "RowTaskset",
    "Solution",
    "Task",
    "Taskset",
    "TextEnv",
    "Turn",
    "list_tasksets",
    "make",
    "make_taskset",
    "make_vec",
    "register",
]

__getattr__, __dir__ = lazy_exports(__name__, _HOMES)
