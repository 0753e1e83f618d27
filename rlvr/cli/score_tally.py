"""Running counts over scored rows: how many of each verdict, and the sum of the values."""

from dataclasses import dataclass, field
from typing import Any

from rlvr.rewards.score import Verdict

UNSCORED = Verdict.UNSCORED.value
_KNOWN = frozenset(verdict.value for verdict in Verdict)


@dataclass(slots=True)
class Tally:
    """Counts that add up across chunks and across resumed runs."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((verdict.value for verdict in Verdict), 0))
    """Rows by verdict, every verdict present."""
    total: float = 0.0
    """Sum of the values of the scored rows."""

    @property
    def num_rows(self) -> int:
        """All rows."""
        return sum(self.counts.values())

    @property
    def num_unscored(self) -> int:
        """Rows without a value."""
        return self.counts[UNSCORED]

    @property
    def mean(self) -> float | None:
        """Mean value of the scored rows; None without any. Rounded, so that the order of addition cannot show."""
        num_scored = self.num_rows - self.num_unscored
        return round(self.total / num_scored, 12) if num_scored else None

    def add(self, verdict: str, value: float | None) -> None:
        """Count one row.

        Raises:
            ValueError: If the verdict is none of ours.
        """
        if verdict not in _KNOWN:
            raise ValueError(f"no verdict {verdict!r}")
        self.counts[verdict] += 1
        if value is not None:
            self.total += value

    def merge(self, other: "Tally") -> None:
        """Add the rows of another tally."""
        for verdict, count in other.counts.items():
            self.counts[verdict] += count
        self.total += other.total

    def to_json(self) -> dict[str, Any]:
        """The tally as a JSON object; `Tally(**data)` is its inverse."""
        return {"counts": self.counts, "total": self.total}
