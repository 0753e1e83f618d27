"""What a comparison of two expressions yields: a truth with the rule that found it, or the wish for a slower method."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Truth(Enum):
    """The answer to "are these two equal?"."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    """The methods that were allowed cannot tell."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A truth and what showed it."""

    truth: Truth
    """Whether the two are equal."""
    rule: str
    """A few words for the reason of a Score, such as "equal canonical forms"."""


class NeedsSymbolic(Exception):  # noqa: N818  a request, not a failure
    """Only computer algebra could tell, and it was not allowed here."""
