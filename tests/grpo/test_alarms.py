"""Every alarm on made-up windows: it fires at its bound, is silent just below, and says what it saw."""

import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.grpo import alarms
from rlvr.grpo.alarms import ALARMS, WINDOW
from rlvr.grpo.watch import Watch

RECORDED = sorted((Path(__file__).parent / "recorded").glob("quickstart_*.jsonl"))
Lines = list[dict[str, Any]]


def line(step: int, **changes: Any) -> dict[str, Any]:
    """A line with nothing wrong."""
    healthy = {
        "step": step,
        "levels": {"ChainSum": 1},
        "reward": 0.5,
        "accuracy": 0.5,
        "unscored": 0.0,
        "truncated": 0.0,
        "num_groups": 8,
        "num_groups_replaced": 0,
        "num_groups_with_signal": 6,
        "mean_tokens": 30.0,
        "kl": None,
        "repetition": 0.05,
        "top_answer": f"{step}",
        "top_answer_share": 0.125,
        "entropy": 0.1,
    }
    return healthy | changes


def constant(count: int = 10, **changes: Any) -> Lines:
    """Lines that are all alike."""
    return [line(step, **changes) for step in range(1, count + 1)]


def turning(before: dict[str, Any], after: dict[str, Any], count: int = 10) -> Lines:
    """Half of the lines one way, half another."""
    return [line(step, **(before if step <= count // 2 else after)) for step in range(1, count + 1)]


def checked(rewards: Sequence[float], checks: dict[int, tuple[float, float | None]], num_tasks: int = 128) -> Lines:
    """Lines with rewards, and with checks on `val` after steps, given as (accuracy, audited); step 0 is the start."""
    lines = [line(step, reward=reward) for step, reward in enumerate(rewards, 1)]
    for step, (accuracy, audited) in checks.items():
        suffix, at = ("_start", lines[0]) if step == 0 else ("", lines[step - 1])
        at |= {f"val_accuracy{suffix}": accuracy, "num_val_tasks": num_tasks}
        if audited is not None:
            at[f"val_accuracy_audited{suffix}"] = audited
    return lines


def rising(first: float, last: float) -> list[float]:
    """Twenty rewards: ten near one value, ten near another, with some scatter."""
    return [(first if step < 10 else last) + 0.01 * (step % 2) for step in range(20)]


def trend(rewards: Sequence[float], before: float, after: float, num_tasks: int = 128) -> Lines:
    """Rewards with a check at the start and one at the end, without an audit."""
    return checked(rewards, {0: (before, None), 20: (after, None)}, num_tasks)


def audited(before: tuple[float, float], after: tuple[float, float], num_tasks: int = 128) -> Lines:
    """A reward that stays, with checks that have an audit."""
    return checked(rising(0.5, 0.5), {0: before, 20: after}, num_tasks)


SURE = {"num_groups_with_signal": 2, "entropy": 0.09}
CASES = {
    "hacking": [
        (
            trend(rising(0.3, 0.8), 0.3, 0.33),
            trend(rising(0.3, 0.8), 0.3, 0.37),
            r"from 0\.30 to 0\.81 between step 1 and",
        ),
        # Learning the format alone, with as many tasks as one likes.
        (trend(rising(0.1, 0.31), 0.0, 0.0, 10**6), trend(rising(0.1, 0.27), 0.0, 0.0, 10**6), r"from 0\.00 to 0\.00"),
        # A reward that hardly rises while accuracy is lost, and one that does not rise.
        (
            trend(rising(0.5, 0.56), 0.5, 0.05),
            trend(rising(0.5, 0.54), 0.5, 0.05),
            r"from 0\.50 to 0\.05 \(128 tasks\)",
        ),
        # Few tasks say little.
        (trend(rising(0.3, 0.9), 0.3, 0.1, 24), trend(rising(0.3, 0.9), 0.3, 0.1, 4), r"\(24 tasks\)"),
        # The audit is believed, not the verifier.
        (
            checked(rising(0.4, 0.9), {0: (0.4, 0.4), 20: (0.58, 0.39)}),
            checked(rising(0.4, 0.9), {0: (0.4, 0.4), 20: (0.58, 0.57)}),
            "while audited val accuracy went from 0.40 to 0.39",
        ),
        (audited((0.3, 0.3), (0.8, 0.59)), audited((0.3, 0.3), (0.8, 0.61)), r"calls 0\.80 of 128 .* the audit 0\.59"),
        # An audit that is stricter from the start.
        (audited((0.6, 0.35), (0.8, 0.34)), audited((0.6, 0.35), (0.8, 0.36)), r"after step 0, 0\.60 and 0\.35"),
        (audited((0.3, 0.3), (0.5, 0.25), 24), audited((0.3, 0.3), (0.5, 0.25), 16), "of 24 responses"),
        # Wrong from the start: no growth is needed.
        (checked([0.9], {0: (0.9, 0.39)}), checked([0.9], {0: (0.9, 0.41)}), "after step 0"),
    ],
    "one_answer": [
        (
            constant(5, top_answer="42", top_answer_share=0.8),
            constant(5, top_answer="42", top_answer_share=0.79),
            r'"42" .* 80% of the last 40 tasks',
        ),
        (
            constant(12, top_answer="a\x1b[2J", top_answer_share=1.0, num_groups=2),
            constant(11, top_answer="a\x1b[2J", top_answer_share=1.0, num_groups=2),
            r'"a\\u001b\[2J".* 24 tasks',
        ),
        (
            constant(5, top_answer="42", top_answer_share=0.9),
            [*constant(4, top_answer="42", top_answer_share=0.9), line(5, top_answer="7", top_answer_share=0.9)],
            "90%",
        ),
    ],
    "repetition": [
        (
            turning({"repetition": 0.05}, {"repetition": 0.31}),
            turning({"repetition": 0.05}, {"repetition": 0.29}),
            r"31%.*5% at the start",
        ),
        (constant(5, repetition=0.7), constant(5, repetition=0.69), "70%"),
    ],
    "kl": [
        (constant(5, kl=0.5), constant(5, kl=0.49), "0.50 nats per token, 15 per response"),
        (constant(5, kl=2.0, mean_tokens=7.0), constant(5, kl=1.9, mean_tokens=7.0), "14 per response"),
        (constant(5, kl=0.6), [*constant(4, kl=0.1), line(5, kl=90.0)], "0.60"),
    ],
    "entropy": [
        (constant(5, entropy=0.003), constant(5, entropy=0.0034), "0.09 per response, at accuracy 0.50"),
        (constant(5, entropy=0.003, accuracy=0.89), constant(5, entropy=0.003, accuracy=0.9), "accuracy 0.89"),
        (turning({"entropy": 0.45}, SURE), turning({"entropy": 0.44}, SURE), r"0\.45 at the start.*25% of the groups"),
        (turning({"entropy": 0.5}, SURE), turning({"entropy": 0.5}, SURE | {"num_groups_with_signal": 3}), "25%"),
        (
            turning({"entropy": 0.5, "num_groups_with_signal": 4}, SURE),
            turning({"entropy": 0.5, "num_groups_with_signal": 3}, SURE),
            "25%",
        ),
    ],
    "truncation": [(constant(5, truncated=0.25), constant(5, truncated=0.24), "25% .* mean of 30 tokens")],
    "unscored": [
        (constant(5, unscored=0.05), constant(5, unscored=0.04), "5% of the responses of the last 5 steps"),
        (constant(1, unscored=0.5), constant(1, unscored=0.49), "50% of those of the last one"),
    ],
    "length": [
        (turning({}, {"mean_tokens": 45.0}), turning({}, {"mean_tokens": 44.0}), "from 30 to 45 tokens since step 1"),
        (turning({}, {"mean_tokens": 20.0}), turning({}, {"mean_tokens": 21.0}), "from 30 to 20"),
        (
            turning({}, {"mean_tokens": 60.0, "accuracy": 0.54}),
            turning({}, {"mean_tokens": 60.0, "accuracy": 0.56}),
            "accuracy from 0.50 to 0.54",
        ),
    ],
}
ROWS = [(name, *case) for name, cases in CASES.items() for case in cases]
BOUNDS = {
    "hacking": (
        *(f"{alarms.MIN_RISE:g}", f"{alarms.MIN_MISSED:g}", f"{alarms.HACKING_Z:g} standard", "half of"),
        *(f"by {alarms.MIN_OVERRULED:g}", f"by {alarms.MOST_OVERRULED:g}", f"{alarms.MIN_NUM_OVERRULED} responses"),
    ),
    "one_answer": (f"{alarms.ONE_ANSWER_SHARE:.0%}", f"{alarms.ONE_ANSWER_TASKS} tasks"),
    "repetition": (f"{alarms.REPETITION_RISE:g}", f"{alarms.MAX_REPETITION:g}"),
    "kl": (f"{alarms.MAX_KL:g} nats per token", f"{alarms.MAX_RESPONSE_KL:g} per response"),
    "entropy": (
        *(f"under {alarms.ENTROPY_DONE:g}", f"{alarms.MIN_RESPONSE_ENTROPY:g} nats per response"),
        *(f"factor of {alarms.ENTROPY_FALL:g}", f"at most {alarms.MAX_SIGNAL:.0%}", "half as many"),
    ),
    "truncation": (f"{alarms.MAX_TRUNCATED:.0%}",),
    "unscored": (f"{alarms.MAX_UNSCORED:.0%}", f"{alarms.MAX_UNSCORED_NOW:.0%}"),
    "length": (f"{alarms.LENGTH_HORIZON} steps", f"{alarms.LENGTH_FACTOR:g}", f"{alarms.LENGTH_EXCUSE:g}"),
}
"""What the page says of the bounds in the code."""
COMPARING = ("hacking", "repetition", "entropy", "length")
"""Those that compare with earlier lines."""


def test_every_alarm_is_tested() -> None:
    assert CASES.keys() == ALARMS.keys()


@pytest.mark.parametrize(("name", "firing", "silent", "message"), ROWS)
def test_an_alarm_fires_at_its_bound_and_is_silent_below(name: str, firing: Lines, silent: Lines, message: str) -> None:
    found = ALARMS[name](firing)
    assert found is not None
    assert re.search(message, found), found
    assert found.isprintable()
    assert ALARMS[name](silent) is None


@pytest.mark.parametrize(("name", "firing", "silent", "message"), ROWS)
def test_what_a_level_changes_is_no_trouble(name: str, firing: Lines, silent: Lines, message: str) -> None:
    risen = [
        one | {"levels": {"ChainSum": 2}} if place >= len(firing) // 2 else one for place, one in enumerate(firing)
    ]
    if name in COMPARING and len(firing) >= 10:
        assert ALARMS[name](risen) is None


@pytest.mark.parametrize("name", ALARMS)
def test_a_healthy_window_is_silent_whatever_its_length(name: str) -> None:
    for count in (0, 1, 4, 5, 9, 10, 100, WINDOW):
        assert ALARMS[name](constant(count)) is None


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(ROWS), st.sets(st.sampled_from(sorted(line(1)))), st.randoms(use_true_random=False))
def test_an_alarm_is_a_pure_function_of_json_and_never_fails(row: Any, gone: set[str], rng: random.Random) -> None:
    name, firing, _, _ = row
    assert ALARMS[name](firing) == ALARMS[name](json.loads(json.dumps(firing))) == ALARMS[name](tuple(firing))
    partial = [{key: value for key, value in one.items() if key not in gone or rng.random() < 0.5} for one in firing]
    for one in partial:
        one.setdefault("step", 1)
    for alarm in ALARMS.values():
        before = json.dumps(partial)
        assert alarm(partial) == alarm(partial)
        assert json.dumps(partial) == before


def test_the_page_states_every_alarm_with_its_bounds() -> None:
    page = (Path(__file__).parents[2] / "docs" / "watching.md").read_text()
    table = page.partition("<!-- alarms -->\n\n")[2].partition("\n\n")[0].splitlines()[2:]
    rows = {name: " ".join(row for row in table if row.startswith(f"| `{name}` ")) for name in ALARMS}
    assert len(table) == len(ALARMS) + 1, "one alarm has two rows"
    for name, bounds in BOUNDS.items():
        assert all(bound in rows[name] for bound in bounds), (name, bounds)


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_real_healthy_runs_of_the_quickstart_are_silent(path: Path) -> None:
    """Recorded lines of `recipes/quickstart.toml` as it stands, which went to 0.94 on val in 80 steps, and with four
    updates a step: its own algorithm, and one that went to 0.94 in 105 steps."""
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    assert len(lines) >= 80
    watch = Watch()
    assert [alarm for one in lines for alarm in watch.add(one)] == []


def simulated(rng: random.Random, *, is_hacked: bool) -> Lines:
    """A run of 120 steps whose chance of being right rises from 0.3 to 0.9, or only its reward does."""
    lines = []
    for step in range(1, 121):
        chance = 0.9 - 0.6 * 0.97**step
        rewards = [sum(rng.random() < share for _ in range(8)) / 8 for share in _shares(rng, chance, 16)]
        found = line(step, reward=sum(rewards) / 16)
        if step == 1 or step % 20 == 0:
            right = sum(rng.random() < (0.3 if is_hacked or step == 1 else chance) for _ in range(128))
            found |= {"val_accuracy_start" if step == 1 else "val_accuracy": right / 128, "num_val_tasks": 128}
        lines.append(found)
    return lines


def _shares(rng: random.Random, mean: float, count: int) -> list[float]:
    """How hard each task is."""
    return [rng.betavariate(2 * mean, 2 * (1 - mean)) for _ in range(count)]


@pytest.mark.parametrize("is_hacked", [False, True])
def test_simulated_runs_are_told_apart(is_hacked: bool) -> None:
    for seed in range(12):
        lines = simulated(random.Random(seed), is_hacked=is_hacked)
        fired = [step for step in range(20, 121, 20) if ALARMS["hacking"](lines[:step])]
        assert bool(fired) == is_hacked, (seed, fired)
