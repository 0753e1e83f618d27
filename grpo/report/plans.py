"""Which curves a report shows: one row each, with where its numbers stand in a line of `metrics.jsonl`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rlvr.grpo.report.fields import number, table

Line = Mapping[str, Any]
Reader = Callable[[Line], Mapping[str, float | None]]
"""The numbers of one step by the name of their curve."""

_NESTED_PHASES = frozenset({"step_s", "verify_tail_s"})
"""Seconds that other phases hold already."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One chart of the page."""

    key: str
    """Its anchor on the page."""
    title: str
    """Its heading."""
    unit: str
    """Of its vertical axis."""
    about: str
    """What it tells, in a sentence."""
    read: Reader
    """Its numbers."""
    alarms: tuple[str, ...] = ()
    """The alarms that are marked on it."""
    is_share: bool = False
    """Whether the axis goes from 0 to 1."""
    start: Reader | None = None
    """Its numbers before the first step, which stand in that step's line."""
    end: Reader | None = None
    """Its numbers after the last step, which stand in the summary."""
    is_log: bool = False
    """Whether the axis is logarithmic."""
    is_news: bool = False
    """Whether it is left out where nothing ever changes."""
    is_exact: bool = False
    """Whether its numbers are not drawn at random, so that they have no running mean."""
    bound: str | None = None
    """The setting that bounds it."""


def one(name: str, *keys: str) -> Reader:
    """The number under nested keys, as a curve of that name."""
    return lambda line: {name: number(line, *keys)}


def each(*keys: str) -> Reader:
    """Every number of the object under nested keys, each as a curve."""
    return lambda line: {name: number(value) for name, value in table(line, *keys).items()}


def _verdicts(line: Line) -> Mapping[str, float | None]:
    counts = {name: number(value) or 0.0 for name, value in table(line, "verdicts").items()}
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items()} if total else {}


def _signal(line: Line) -> Mapping[str, float | None]:
    teaching, groups = number(line, "num_groups_with_signal"), number(line, "num_groups")
    return {"groups": teaching / groups if teaching is not None and groups else None}


def _phases(line: Line) -> Mapping[str, float | None]:
    spent = {name: number(value) for name, value in table(line, "timing").items() if name.endswith("_s")}
    known = {name: value for name, value in spent.items() if name not in _NESTED_PHASES and name != "tokens_per_s"}
    return {name.removesuffix("_s").replace("_", " "): value for name, value in known.items()}


def _lengths(line: Line) -> Mapping[str, float | None]:
    named = {"p10": "10th percentile", "p50": "median", "p90": "90th percentile", "max": "longest"}
    return {name: number(line, "tokens", key) for key, name in named.items()}


REWARD = Plan(
    "reward",
    "Reward",
    "mean reward",
    "What the trainer learned from: the mean over all scored rollouts of a step.",
    one("reward", "reward"),
    ("hacking",),
    is_share=True,
)
PLANS = (
    Plan(
        *("val_by_taskset", "Accuracy by taskset", "share of val tasks"),
        "Checks on val of each taskset of a mixture.",
        each("val_accuracies"),
        is_share=True,
    ),
    Plan(
        *("parts", "Parts of the score", "mean part"),
        "The raw measurements that the rubric weighs into a reward.",
        each("parts"),
        ("hacking",),
        is_share=True,
    ),
    Plan(
        *("verdicts", "Verdicts", "share of rollouts"),
        "How judging ended; a verdict that never came is left out.",
        _verdicts,
        ("unscored",),
        is_share=True,
    ),
    Plan(
        *("length", "Length", "tokens per rollout"),
        "Mean sampled tokens, over all turns.",
        one("mean", "mean_tokens"),
        ("length",),
    ),
    Plan(
        *("lengths", "Spread of lengths", "tokens per rollout"),
        "Percentiles of the sampled tokens of a step.",
        _lengths,
        ("length",),
    ),
    Plan(
        *("truncated", "Cut off", "share of rollouts"),
        "Rollouts that ran into the token limit.",
        one("cut off", "truncated"),
        ("truncation",),
    ),
    Plan(
        *("entropy", "Entropy", "nats per token"),
        "Mean of -log p over the sampled tokens: how undecided the policy is.",
        one("entropy", "entropy"),
        ("entropy",),
    ),
    Plan(
        *("kl", "KL to the starting model", "nats per token"),
        "How far the policy has moved; known where a reference model is loaded.",
        one("KL", "kl"),
        ("kl",),
    ),
    Plan(
        *("held_out_kl", "Drift on the held-out text", "nats per token"),
        "KL from the starting model to the policy on run.held_out_text: how far training has moved it elsewhere.",
        one("KL", "held_out_kl"),
        start=one("KL", "held_out_kl_start"),
        end=one("KL", "held_out_kl"),
        is_exact=True,
    ),
    Plan(
        *("held_out_loss", "Loss on the held-out text", "nats per token"),
        "Where it rises, the policy forgets.",
        one("loss", "held_out_loss"),
        start=one("loss", "held_out_loss_start"),
        end=one("loss", "held_out_loss_after"),
        is_exact=True,
    ),
    Plan(
        *("clip_fraction", "Clip fraction", "share of tokens"),
        "Tokens that the clip or cap held back in the last update; 0 with one update a batch.",
        one("clipped", "clip_fraction"),
    ),
    Plan(
        *("dropped_fraction", "Dropped by the mismatch correction", "share of tokens"),
        "Tokens that grpo.mismatch gave the weight 0 in the last update.",
        one("dropped", "dropped_fraction"),
        is_news=True,
    ),
    Plan(
        *("sync_gap", "Sync gap", "nats, log scale"),
        "Largest difference between sampler and trainer on one sampled token.",
        one("largest gap", "max_sync_gap"),
        is_log=True,
        bound="grpo.max_sync_gap",
    ),
    Plan(
        *("grad_norm", "Gradient norm", "before clipping"),
        "Largest norm of a gradient of the step.",
        one("norm", "grad_norm"),
        bound="optimizer.max_grad_norm",
    ),
    Plan(
        *("advantage_std", "Spread of advantages", "standard deviation"),
        "Without spread there is nothing to learn.",
        one("advantages", "advantage_std"),
    ),
    Plan(
        *("signal", "Groups that teach", "share of groups"),
        "Groups with an advantage that is not 0.",
        _signal,
        is_share=True,
    ),
    Plan(
        *("top_answer", "Tasks with the most common answer", "share of tasks"),
        "How many of a step's tasks got the one answer that is most common over all of them.",
        one("tasks", "top_answer_share"),
        ("one_answer",),
        is_share=True,
    ),
    Plan(
        *("repetition", "Repetition", "share of 4-grams"),
        "Token 4-grams of a response that it has used before.",
        one("repeated", "repetition"),
        ("repetition",),
    ),
    Plan(
        *("levels", "Level", "difficulty"),
        "Where the curriculum stands, by taskset.",
        each("levels"),
        is_news=True,
        is_exact=True,
    ),
    Plan(*("lr", "Learning rate", ""), "As scheduled.", one("rate", "lr"), is_exact=True),
    Plan(
        *("speed", "Speed", "sampled tokens/s"),
        "Sampled tokens per second of the whole step.",
        one("speed", "timing", "tokens_per_s"),
    ),
    Plan(
        *("phases", "Time", "seconds per step"),
        "Seconds by phase.",
        _phases,
    ),
)
EXPECTED = frozenset({"length", "entropy", "kl", "clip_fraction", "sync_gap", "grad_norm", "speed", "phases"})
"""Charts whose absence the page explains; the others are for what not every run has."""
