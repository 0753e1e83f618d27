"""Alarms of a run: which fired, from which step to which, and what they said first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlvr.grpo.report.fields import rows, text
from rlvr.grpo.report.visible import shortened

_MAX_MESSAGE = 400
_FLICKER_SHARE = 50
"""An alarm that is silent for no more than this part of the run still fires."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One alarm over the steps in a row at which it fired."""

    name: str
    """The alarm's name."""
    number: int
    """Its number on the page, from 1; one alarm has one number, however often it fires."""
    first: int
    """The step at which it fired first."""
    last: int
    """The last step of those in a row."""
    message: str
    """What it said first."""


def marks(lines: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """The alarms in the `alarms` of metrics lines, in the order in which they fired; older lines have none."""
    patience = max(1, len(lines) // _FLICKER_SHARE)
    found: list[Mark] = []
    newest: dict[str, int] = {}
    for line in lines:
        for name, message in _fired(line).items():
            at = newest.get(name)
            if at is not None and line["step"] - found[at].last <= patience:
                found[at] = replace(found[at], last=line["step"])
                continue
            number = found[at].number if at is not None else len(newest) + 1
            newest[name] = len(found)
            found.append(Mark(name, number, line["step"], line["step"], message))
    return found


def _fired(line: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: shortened(text(one, "message"), _MAX_MESSAGE)
        for one in rows(line, "alarms")
        if (name := text(one, "name"))
    }
