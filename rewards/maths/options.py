"""`MathOptions`: every choice that `MathVerifier` makes where mathematics alone does not decide."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

Decimals = Literal["tolerance", "rounded", "exact"]
Units = Literal["optional", "required"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MathOptions:
    """The policies of a `MathVerifier`; each is a keyword of it.

    Raises:
        ValueError: If an option has a value that is none of its own.
    """

    tolerance: float = 1e-6
    """The relative difference that is forgiven where at least one side is a decimal literal and neither is an integer;
    0 to 0.1. Zero equals only zero."""
    decimals: Decimals = "tolerance"
    """How a decimal literal meets an exact value: within `tolerance`, also as a correct "rounded" value (`0.67` is 2/3,
    `0.66` is not), or only "exact"."""
    units: Units = "optional"
    """Whether a unit on the reference alone may be left out ("optional") or must be given ("required"). Different units
    are always wrong; a unit on the answer alone is never wrong."""
    ordered_lists: bool = False
    """Whether the members of a list without brackets must come in the reference's order."""
    labels: bool = True
    """Whether `x =`, `f(x) =`, `Maximum =` or `x \\in` before the value is dropped where the other side has none."""
    decimal_comma: bool = False
    """Whether `1,5` is the decimal 1.5; otherwise it is the list 1, 5."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.tolerance) and 0 <= self.tolerance <= 0.1):
            raise ValueError(f"tolerance is relative, from 0 to 0.1, got {self.tolerance!r}")
        for name, allowed in (("decimals", get_args(Decimals)), ("units", get_args(Units))):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {getattr(self, name)!r}")
