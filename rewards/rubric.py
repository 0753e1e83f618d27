"""Named, weighted parts combined into one `Score`.

The value is the weighted mean of the parts, so it stays in [0, 1] whatever the weights; the verdict is that of the
part `correct`, and the raw parts are kept. A wrong, well-formed response under `Rubric(correct=1.0, format=0.1)` is
therefore WRONG with value 0.1 / 1.1: its `correct` part is 0, its `format` part 1. Format can never be worth more
than a fifth of being right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from rlvr.rewards.score import Score, Verdict

MAX_FORMAT_SHARE = 0.2
"""The largest weight of `format`, as a share of the weight of `correct`."""


class Rubric(Mapping[str, float]):
    """The weights of the parts of a score, by name; immutable, and a mapping from name to weight.

    Args:
        correct: Weight of being right; greater than 0.
        format: Weight of the format check; at most 0.2 of `correct`.
        **others: Weights of the parts that a taskset's own `parts()` measures; a weight of 0 records without counting.

    Raises:
        ValueError: If a weight is negative or not finite, `correct` is 0, or `format` exceeds its share.
    """

    __slots__ = ("_weights",)
    _weights: dict[str, float]

    def __init__(self, correct: float = 1.0, format: float = 0.0, **others: float) -> None:  # noqa: A002
        weights = {"correct": correct, "format": format, **others}
        for name, weight in weights.items():
            if type(weight) not in (int, float) or not isfinite(weight) or weight < 0:
                raise ValueError(f"the weight of {name!r} must be a finite number of at least 0, got {weight!r}")
        if correct == 0:
            raise ValueError("the weight of 'correct' must be greater than 0: a rubric pays for being right")
        if format > MAX_FORMAT_SHARE * correct * (1 + 1e-9):
            raise ValueError(
                f"the weight of 'format' ({format}) must be at most {MAX_FORMAT_SHARE} of that of 'correct' "
                f"({correct}): format is never worth as much as being right; use {MAX_FORMAT_SHARE * correct} or less"
            )
        # Weights of 0 that nobody asked for would make a part required; only `format` has such a default.
        if format == 0:
            del weights["format"]
        object.__setattr__(self, "_weights", {name: float(weight) for name, weight in weights.items()})

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Rubric is immutable: make another one instead of setting {name!r}")

    def __getitem__(self, name: str) -> float:
        return self._weights[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)

    def __hash__(self) -> int:
        return hash(frozenset(self._weights.items()))

    def __reduce__(self) -> tuple[object, ...]:
        return _rubric_from, (dict(self._weights),)

    def __repr__(self) -> str:
        return f"Rubric({', '.join(f'{name}={weight}' for name, weight in self._weights.items())})"

    def combine(self, correct: Score, parts: Mapping[str, float | None] | None = None) -> Score:
        """Combine the score of being right with the other parts into one score.

        Args:
            correct: What the verifier said; its value is the part `correct`.
            parts: The other raw parts by name, each in [0, 1], or None where one could not be measured. Names
                without a weight are recorded and count nothing.

        Returns:
            The weighted mean with `correct`'s verdict, reason and answer; UNSCORED when a part of positive weight is
            unscored, missing, or outside [0, 1], with the part's name in the reason.
        """
        raw: dict[str, float | None] = {"correct": correct.value, **(parts or {})}
        raw["correct"] = correct.value
        if correct.verdict is Verdict.UNSCORED:
            return Score(None, Verdict.UNSCORED, correct.reason, _recordable(raw), correct.answer)
        total = weight_sum = 0.0
        for name, weight in self._weights.items():
            if weight == 0:
                continue
            value = raw.get(name)
            if value is None or not 0.0 <= value <= 1.0:
                reason = _why_unscored(name, raw)
                return Score(None, Verdict.UNSCORED, reason, _recordable(raw), correct.answer)
            total += weight * value
            weight_sum += weight
        return Score(total / weight_sum, correct.verdict, correct.reason, _recordable(raw), correct.answer)


def _rubric_from(weights: dict[str, float]) -> Rubric:
    return Rubric(**weights)


def _why_unscored(name: str, raw: Mapping[str, float | None]) -> str:
    if name not in raw:
        return f"the rubric weighs {name!r} but no such part was measured; parts() must return it"
    if raw[name] is None:
        return f"the part {name!r} is unscored"
    return f"the part {name!r} must lie in [0, 1], got {raw[name]}"


def _recordable(raw: Mapping[str, float | None]) -> dict[str, float | None]:
    """Return the parts as floats, with None for one that is no number in [0, 1]."""
    return {name: float(v) if v is not None and 0.0 <= v <= 1.0 else None for name, v in raw.items()}
