"""What the docs say that benchmarks found is what their committed results say."""

import json
import re
import statistics
from pathlib import Path
from typing import Any

import pytest

from rlvr.grpo.algorithms.table import ALGORITHMS

ROOT = Path(__file__).parents[2]
SEEDS = ("0", "1", "2")
Runs = dict[str, dict[str, dict[str, Any]]]
"""Of each row of a benchmark, by seed."""


def results(name: str) -> Runs:
    """The committed runs of a benchmark."""
    runs: Runs = json.loads((ROOT / "benchmarks" / "results" / f"{name}.json").read_text(encoding="utf-8"))["runs"]
    assert all(tuple(seeds) == SEEDS for seeds in runs.values())
    return runs


def table(page: str, mark: str) -> dict[str, list[str]]:
    """The cells of each row of the table behind a mark, by the row's name."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = re.search(rf"^<!-- {mark} -->\n\n(?P<rows>(?:\|.*\n)+)", text, re.MULTILINE)
    assert found is not None
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in found["rows"].splitlines()[2:]]
    return {name.strip("`"): rest for name, *rest in rows}


def reached(seeds: dict[str, dict[str, Any]]) -> list[str]:
    """Accuracy before and after for each seed, and the median number of steps."""
    runs = [seeds[seed] for seed in SEEDS]
    steps = statistics.median(one["num_steps"] for one in runs)
    return [*(f"{one['accuracy_before']:.3f} to {one['accuracy_after']:.3f}" for one in runs), f"{steps:.0f}"]


def forgot(seeds: dict[str, dict[str, Any]]) -> list[str]:
    """Means over the seeds: steps, both accuracies before and after, both KLs."""

    def mean(*keys: str) -> float:
        values: list[Any] = list(seeds.values())
        for key in keys:
            values = [value[key] for value in values]
        return float(statistics.mean(values))

    accuracies = [
        " to ".join(f"{mean(when, name):.3f}" for when in ("accuracy_before", "accuracy_after"))
        for name in ("ChainSum", "LinearEquation")
    ]
    return [f"{mean('num_steps'):.0f}", *accuracies, f"{mean('task_kl'):.3f}", f"{mean('held_out_kl'):.4f}"]


def test_every_algorithm_was_measured_and_is_shown() -> None:
    assert list(table("algorithms.md", "reached")) == list(ALGORITHMS) == list(results("algorithms"))


@pytest.mark.parametrize("name", ALGORITHMS)
def test_what_an_algorithm_reaches_is_what_was_measured(name: str) -> None:
    assert table("algorithms.md", "reached")[name] == reached(results("algorithms")[name])


def test_another_algorithms_row_would_be_seen() -> None:
    assert table("algorithms.md", "reached")["grpo"] != reached(results("algorithms")["gspo"])


def test_what_each_way_of_training_forgets_is_what_was_measured() -> None:
    assert table("watching.md", "forgetting") == {name: forgot(seeds) for name, seeds in results("forgetting").items()}


def test_another_forgetting_would_be_seen() -> None:
    runs = results("forgetting")
    runs["grpo"]["0"]["held_out_kl"] += 0.01
    assert table("watching.md", "forgetting")["grpo"] != forgot(runs["grpo"])


def test_what_adapters_reach_is_what_was_measured() -> None:
    found = {name: [seeds[seed]["accuracy_after"] for seed in SEEDS] for name, seeds in results("lora").items()}
    page = " ".join((ROOT / "docs" / "training.md").read_text(encoding="utf-8").split())
    lora, full = (f"{one[0]:.3f}, {one[1]:.3f} and {one[2]:.3f}" for one in (found["lora"], found["full"]))
    less = statistics.mean(found["full"]) - statistics.mean(found["lora"])
    assert (
        f"came to {lora} on 1,024 test tasks, and training all weights to {full}: {less:.3f} less in the mean" in page
    )
