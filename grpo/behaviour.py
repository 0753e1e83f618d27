"""How responses look apart from their scores: how long they are, how much they repeat, whether they all say one thing.

A policy that has found something other than being right often shows it here first. Pure functions of a step's rollouts.
Left out: anything about what responses mean.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rlvr.grpo.group import Group
from rlvr.grpo.rollout import Rollout
from rlvr.rewards.score import SHOWN_CHARS

NGRAM = 4
"""Tokens in a row that count as repeated when they come again: shorter runs recur in any text."""

_PERCENTILES = (10, 50, 90)


@dataclass(frozen=True, slots=True)
class TopAnswer:
    """The answer that wins in the most groups."""

    text: str | None
    """The answer, at most `SHOWN_CHARS` of it; None where no answer wins anywhere."""
    share: float
    """Share of the groups in which at least half of the rollouts gave it."""


def token_lengths(rollouts: Sequence[Rollout]) -> dict[str, int]:
    """The distribution of sampled tokens per rollout: nearest-rank percentiles and the largest.

    Args:
        rollouts: One or more.
    """
    sizes = sorted(rollout.num_tokens for rollout in rollouts)
    ranks = {f"p{percent}": -(-percent * len(sizes) // 100) for percent in _PERCENTILES}
    return {name: sizes[rank - 1] for name, rank in ranks.items()} | {"max": sizes[-1]}


def repetition(rollouts: Sequence[Rollout]) -> float:
    """Mean share of a response's runs of `NGRAM` tokens that stood in it before; turns count one by one."""
    shares = [_repeated(turn) for rollout in rollouts for turn in _turns(rollout)]
    return sum(shares) / max(1, len(shares))


def top_answer(groups: Sequence[Group]) -> TopAnswer:
    """Find the answer that wins in the most groups, each of which is of another task.

    Args:
        groups: One or more; rollouts without an answer count in the size of their group.
    """
    wins: Counter[str] = Counter()
    for group in groups:
        given = Counter(rollout.score.answer for rollout in group.rollouts)
        wins.update(one for one, count in given.items() if one is not None and 2 * count >= len(group.rollouts))
    if not wins:
        return TopAnswer(None, 0.0)
    text = min(wins, key=lambda one: (-wins[one], one))
    return TopAnswer(text[:SHOWN_CHARS], wins[text] / len(groups))


def _turns(rollout: Rollout) -> list[list[int]]:
    """The sampled tokens of each turn."""
    pairs = zip(rollout.token_ids, rollout.loss_mask, strict=True)
    sampled = iter([token for token, is_sampled in pairs if is_sampled])
    return [[next(sampled) for _ in range(size)] for size in rollout.turn_sizes]


def _repeated(tokens: Sequence[int]) -> float:
    runs = list(zip(*(tokens[start:] for start in range(NGRAM)), strict=False))
    return 1 - len(set(runs)) / len(runs) if runs else 0.0
