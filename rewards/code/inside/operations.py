"""What one end of a test may do with an object of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rlvr.rewards.code.inside.exceptions import exception_parts

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_AT_ONCE = 4096


def _call(one: Any, args: Any, kwargs: Any) -> Any:
    return one(*args, **kwargs)


def _put(one: Any, key: Any, value: Any) -> None:
    one[key] = value


def _drop(one: Any, key: Any) -> None:
    del one[key]


def _take(one: Any, count: int) -> tuple[list[Any], Any]:
    """Return an iterator's next items, and what it raised after them if it ended."""
    items: list[Any] = []
    try:
        while len(items) < min(count, _MOST_AT_ONCE):
            items.append(next(one))
    except BaseException as error:  # noqa: BLE001  whatever it is, it is for who asked
        return items, exception_parts(error)
    return items, None


OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": _call,
    "len": len,
    "iter": iter,
    "item": lambda one, key: one[key],
    "put": _put,
    "drop": _drop,
    "next": _take,
}
"""By name; what else an end offers is its own."""
