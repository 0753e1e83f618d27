"""Reading the newest lines of `metrics.jsonl`, oldest first: present and first means, checks on `val`, levels.

It is what the alarms are written in. A line that lacks a key is left out, so lines of an older version are read too.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Line = Mapping[str, Any]
"""One line of `metrics.jsonl`."""

RECENT = 5
"""Lines that a mean is over, so that one odd batch says nothing."""

_NORMAL_JUMP = 1.05
"""Standard deviation over the median difference of two draws, for normal draws: 1 / (0.6745 * sqrt(2))."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check on `val`."""

    place: int
    """Lines before it: it was made with the weights that these led to."""
    step: int
    """Steps done."""
    own: float
    """Accuracy by the task's own verifier."""
    audited: float | None
    """Accuracy by the audit, None without one."""
    num_tasks: int
    """Tasks that it was about."""

    @property
    def accuracy(self) -> float:
        """The one to believe."""
        return self.own if self.audited is None else self.audited

    @property
    def overruled(self) -> float:
        """Share of the tasks by which the verifier is kinder than the audit."""
        return self.own - self.accuracy

    @property
    def variance(self) -> float:
        """Of the accuracy, as a share of independent tasks; pulled to the middle, or 0 and 1 would be certain."""
        share = (self.accuracy * self.num_tasks + 1) / (self.num_tasks + 2)
        return share * (1 - share) / self.num_tasks


def checks_of(lines: Sequence[Line]) -> list[Check]:
    """The checks that lines tell of, in order: the one before the first step, and those after a step."""
    found = []
    for place, line in enumerate(lines):
        for suffix, done in (("_start", 0), ("", 1)):
            own, audited = line.get(f"val_accuracy{suffix}"), line.get(f"val_accuracy_audited{suffix}")
            if own is not None and line.get("num_val_tasks"):
                found.append(Check(place + done, line["step"] - 1 + done, own, audited, line["num_val_tasks"]))
    return found


def at_present_levels(window: Sequence[Line]) -> Sequence[Line]:
    """The last lines, as far back as all tasksets were at the levels of the last one."""
    begin = len(window)
    while begin > 0 and window[begin - 1].get("levels") == window[-1].get("levels"):
        begin -= 1
    return window[begin:]


def newest_with(window: Sequence[Line], count: int) -> Sequence[Line]:
    """The newest lines that hold so many tasks, at least `RECENT` of them; none where there are not so many."""
    size, begin = 0, len(window)
    while begin > 0 and (size < count or len(window) - begin < RECENT):
        begin -= 1
        size += num_tasks(window[begin])
    return window[begin:] if size >= count and len(window) - begin >= RECENT else []


def num_tasks(line: Line) -> int:
    """Tasks that were sampled, those of replaced groups too."""
    return int(line.get("num_groups", 0)) + int(line.get("num_groups_replaced", 0))


def known(lines: Sequence[Line], key: str) -> list[float]:
    """The values of a key where there is one."""
    return [line[key] for line in lines if line.get(key) is not None]


def recent_mean(lines: Sequence[Line], key: str) -> float | None:
    """Mean over the last `RECENT` lines; None while there are fewer."""
    values = known(lines[-RECENT:], key)
    return statistics.fmean(values) if values and len(lines) >= RECENT else None


def first_mean(lines: Sequence[Line], key: str) -> float | None:
    """Mean over the first `RECENT` lines; None while they are not all others than the last ones."""
    values = known(lines[:RECENT], key)
    return statistics.fmean(values) if values and len(lines) >= 2 * RECENT else None


def signal_share(lines: Sequence[Line]) -> float:
    """Share of the groups that taught something."""
    return sum(known(lines, "num_groups_with_signal")) / max(1.0, sum(known(lines, "num_groups")))


def scatter(lines: Sequence[Line], key: str) -> float:
    """Standard deviation from line to line, by the median of the jumps, which a trend hardly moves."""
    values = known(lines, key)
    jumps = [abs(after - before) for before, after in pairwise(values)]
    return _NORMAL_JUMP * statistics.median(jumps) if jumps else 0.0
