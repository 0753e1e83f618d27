"""What the corpus of programs is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One program of the corpus."""

    name: str
    """Unique in its family."""
    reference: Mapping[str, Any]
    """What it is judged by; one of `references`."""
    outcomes: str
    """How its first failing test may end, or `AC` if it must be paid; `any` for a program that only plants."""
    source: str
    """The program; indented as the module that holds it likes."""
    weak: str = ""
    """Outcomes that are acceptable besides under bubblewrap; `SECURITY.md` says why."""
    weakest: str = ""
    """Outcomes that are acceptable besides where all jobs have one user."""

    @property
    def program(self) -> str:
        """The program's text."""
        return dedent(self.source)


@dataclass(frozen=True, slots=True)
class Pair:
    """A program that plants something, and one that looks for it in a later job of the same slot."""

    name: str
    """What is tried."""
    plant: Entry
    """It is given the canary, and hides it."""
    look: Entry
    """It is paid only if it finds the canary."""
