"""Objects that cannot change once they are made, whatever their `__init__` does on the way."""

from __future__ import annotations

from typing import Any


class _FreezeAfterInit(type):
    """Checks and freezes an object when its outermost `__init__` is through."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        made = super().__call__(*args, **kwargs)
        made._check()
        object.__setattr__(made, "_is_frozen", True)
        return made


class Frozen(metaclass=_FreezeAfterInit):
    """A base class whose objects refuse new attribute values after `__init__`; copies and pickles stay frozen."""

    def _check(self) -> None:
        """Refuses an object that makes no sense; called before it is frozen."""

    def __setattr__(self, name: str, value: object) -> None:
        self._refuse_if_frozen(name)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        self._refuse_if_frozen(name)
        object.__delattr__(self, name)

    def _refuse_if_frozen(self, name: str) -> None:
        if "_is_frozen" in self.__dict__:
            kind = type(self).__name__
            raise AttributeError(f"{kind} is frozen: set {name!r} in __init__, or make another one with the option.")
