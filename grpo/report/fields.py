"""Fields of records that somebody else wrote: what is missing, or of another type, is None or empty, never an error."""

from collections.abc import Mapping
from typing import Any

_HUGE = 10**100


def number(record: Any, *keys: str) -> float | None:
    """The number under nested keys, or None where it is none that can be drawn; next to nothing is 0."""
    value = _at(record, keys)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _HUGE:
        return None
    return float(value) if abs(value) * _HUGE > 1 else 0.0


def whole(record: Any, *keys: str) -> int | None:
    """The integer under nested keys, or None."""
    value = number(record, *keys)
    return int(value) if value is not None and value.is_integer() else None


def text(record: Any, *keys: str) -> str:
    """The text under nested keys, or ""."""
    value = _at(record, keys)
    return value if isinstance(value, str) else ""


def table(record: Any, *keys: str) -> Mapping[str, Any]:
    """The object under nested keys, or {}."""
    value = _at(record, keys)
    return value if isinstance(value, Mapping) else {}


def rows(record: Any, *keys: str) -> list[Any]:
    """The array under nested keys, or []."""
    value = _at(record, keys)
    return value if isinstance(value, list) else []


def _at(record: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        record = record.get(key) if isinstance(record, Mapping) else None
    return record
