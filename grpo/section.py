"""What every section of the configuration is: frozen, documented field by field, closed to unknown keys."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator


class Section(BaseModel):
    """A frozen part of the configuration; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)

    refused: ClassVar[Mapping[str, str]] = {}
    """Settings that other trainers have and this one must not, each with the reason."""

    @model_validator(mode="before")
    @classmethod
    def _is_allowed(cls, table: Any) -> Any:
        for key, reason in cls.refused.items():
            if isinstance(table, Mapping) and key in table:
                raise ValueError(f"{key} is refused: {reason}")
        return table


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings under dotted names; an empty section has none."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {prefix + key: value}
    return found
