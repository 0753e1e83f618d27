"""Keeps Gymnasium's registry up to date without importing Gymnasium.

`gymnasium.register_envs(rlvr)` does nothing but show that the module is used, so the ids must be there as soon as both
packages are imported, in either order. Importing Gymnasium costs most of what `import rlvr` may take; when it is not
imported yet, an import hook waits for it and enters the ids then.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import Loader


def watch() -> None:
    """Enters all ids, now if Gymnasium is imported, else as soon as it is."""
    if _is_imported():
        _add_all()
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def add(name: str, version: int) -> None:
    """Enters one id, if Gymnasium is imported; if not, `watch` will."""
    if not _is_imported():
        return
    import gymnasium

    env_id = f"rlvr/{name}-v{version}"
    if env_id not in gymnasium.registry:
        # The checker would warn about the NaN reward by which an UNSCORED response is told from a zero.
        gymnasium.register(
            env_id,
            entry_point="rlvr.envs.registry:make",
            kwargs={"name": f"{name}-v{version}"},
            disable_env_checker=True,
        )


def _add_all() -> None:
    from rlvr.envs.registry import known_ids

    for name, version in known_ids():
        add(name, version)


def _is_imported() -> bool:
    return hasattr(sys.modules.get("gymnasium"), "register_envs")


class _Finder:
    """Finds `gymnasium` the usual way, once, and wraps its loader."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "gymnasium":
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = cast("Loader", _Loader(spec.loader, self))
                return spec
        return None


class _Loader:
    """Executes the module with its own loader, then enters the ids."""

    def __init__(self, inner: Loader, finder: _Finder) -> None:
        self._inner = inner
        self._finder = finder

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None, "the import system gives every module its spec"
        module.__spec__.loader = module.__loader__ = self._inner
        self._inner.exec_module(module)
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        _add_all()
