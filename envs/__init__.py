"""Tasks, tasksets, the registry and the Gymnasium environments built on them.

Start at `rlvr.envs.taskset`, the class a task author writes; `rlvr.envs.text_env` plays one as a Gymnasium
environment. The names below load their modules at first use, so that importing this package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlvr.envs.registry import list_tasksets, make, make_taskset, register
    from rlvr.envs.rows import RowTaskset
    from rlvr.envs.spaces import AnyText
    from rlvr.envs.task import Problem, Reply, Solution, Task, Turn
    from rlvr.envs.taskset import Taskset
    from rlvr.envs.text_env import TextEnv
    from rlvr.envs.vector import make_vec

_HOMES = {
    "AnyText": "spaces",
    "Problem": "task",
    "Reply": "task",
    "RowTaskset": "rows",
    "Solution": "task",
    "Task": "task",
    "Taskset": "taskset",
    "TextEnv": "text_env",
    "Turn": "task",
    "list_tasksets": "registry",
    "make": "registry",
    "make_taskset": "registry",
    "make_vec": "vector",
    "register": "registry",
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


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
