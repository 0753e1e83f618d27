"""Many text environments at once, as a Gymnasium vector environment."""

from __future__ import annotations

from functools import partial
from typing import Any

from gymnasium.envs.registration import VectorizeMode
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv, VectorEnv

from rlvr.envs.registry import make


def make_vec(
    name: str,
    num_envs: int = 1,
    vectorization_mode: VectorizeMode | str = "sync",
    vector_kwargs: dict[str, Any] | None = None,
    **options: Any,
) -> VectorEnv[Any, Any, Any]:
    """Makes a vector environment of one taskset.

    Args:
        name: As for `rlvr.make`.
        num_envs: How many environments to play side by side.
        vectorization_mode: `"sync"` plays them in this process, `"async"` in a process each.
        vector_kwargs: Go to Gymnasium's vector environment. Text fits no shared memory, so `shared_memory=False` is
            set for `"async"`.
        **options: `level`, `split` and the taskset's own, as for `rlvr.make`.

    Raises:
        ValueError: An unknown mode, or what `rlvr.make` raises.
    """
    make_one = partial(make, name, **options)
    kinds: dict[str, type[SyncVectorEnv] | type[AsyncVectorEnv]] = {"sync": SyncVectorEnv, "async": AsyncVectorEnv}
    mode = str(getattr(vectorization_mode, "value", vectorization_mode))
    if mode not in kinds:
        raise ValueError(f"vectorization_mode must be 'sync' or 'async', not {mode!r}.")
    defaults = {"shared_memory": False} if mode == "async" else {}
    return kinds[mode]([make_one] * num_envs, **{**defaults, **(vector_kwargs or {})})
