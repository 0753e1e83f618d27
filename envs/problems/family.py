"""What a family of problems is made of: texts with gaps, and what fills the gaps.

A choice stands in the statement as words and in the solution as code, so that neither can drift from the other.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any, TypeAlias

from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import Kind


@dataclass(frozen=True, slots=True)
class Phrase:
    """One of the things that may fill a gap."""

    text: str
    """How it stands in the statement."""
    code: str
    """How it stands in the solution; it may have gaps itself."""


Choice: TypeAlias = Phrase | int | str
"""A number or a text stands for itself in both."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A family's texts with all gaps filled: a problem without its tests."""

    statement: str
    """What is asked."""
    source: str
    """The function that solves it."""
    constants: tuple[int, ...]
    """The numbers that fill the gaps of the solution."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """Problems that differ in what fills their gaps."""

    name: str
    """The name of the function."""
    statement: str
    """What is asked, with gaps such as `$limit`; no two ways of filling them give the same text."""
    params: Mapping[str, Kind]
    """The parameters in order."""
    returns: Kind
    """What the function returns."""
    source: str
    """The function that solves it, with gaps."""
    choices: Mapping[str, Sequence[Choice]]
    """What may fill each gap."""
    draw: Callable[[Inputs], Sequence[Any]]
    """Draws the arguments of one test."""
    edges: Sequence[Sequence[Any]] = ()
    """Arguments that are always tested, if they tell anything."""

    @property
    def num_specs(self) -> int:
        """How many problems there are."""
        return math.prod(map(len, self.choices.values()))

    def spec(self, chosen: Mapping[str, Choice]) -> Spec:
        """Fill the gaps."""
        words = {name: choice.text if isinstance(choice, Phrase) else str(choice) for name, choice in chosen.items()}
        code = {name: choice.code if isinstance(choice, Phrase) else str(choice) for name, choice in chosen.items()}
        code = {name: Template(text).substitute(code) for name, text in code.items()}
        source = Template(self.source.strip("\n") + "\n").substitute(code)
        numbers = [int(digits) for text in code.values() for digits in re.findall(r"\d+", text)]
        return Spec(Template(self.statement).substitute(words), source, tuple(dict.fromkeys(numbers)))

    def drawn(self, rng: random.Random) -> Spec:
        """Fill the gaps at random."""
        return self.spec({name: rng.choice(options) for name, options in self.choices.items()})
