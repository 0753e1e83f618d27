"""`Pair`: one response and the reference that it is graded against, with the right verdict."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Pair:
    """One grading, the same for every grader."""

    name: str
    """Which pair it is, unique in its workload."""
    tier: str
    """The part of the workload that it is counted under."""
    response: str
    """The whole text that a model would have given."""
    reference: str
    """The right answer, as a data set states it."""
    is_right: bool
    """Whether a grader must accept."""
    extract: tuple[str, ...]
    """How rlvr finds the answer; a peer uses its own extraction on the same response."""


def digest(pairs: Sequence[Pair]) -> str:
    """Return a short hash of all pairs, in order, so that two results can be known to be of the same workload."""
    whole = json.dumps([asdict(pair) for pair in pairs], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def thinned(pairs: Sequence[Pair], limit: int | None) -> list[Pair]:
    """Return `limit` of the pairs, always the same, in their order; all of them without a limit."""
    if limit is None or limit >= len(pairs):
        return list(pairs)
    chosen = Random(limit).sample(range(len(pairs)), limit)  # noqa: S311  repeatable, and no secret
    return [pairs[index] for index in sorted(chosen)]
