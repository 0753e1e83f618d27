"""Every benchmark still starts: all that it imports exists. What they compute of what they measured is tested too."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
LOAD_ALL = """
import runpy, sys
for path in sys.argv[1:]:
    runpy.run_path(path, run_name="loaded")
    print(path)
"""


def test_every_benchmark_can_be_loaded() -> None:
    scripts = [str(path) for path in sorted(BENCHMARKS.glob("*.py"))]
    assert len(scripts) > 5
    command = [sys.executable, "-c", LOAD_ALL, *scripts]
    done = subprocess.run(command, cwd=BENCHMARKS, capture_output=True, text=True, timeout=300, check=False)
    assert done.stdout.splitlines() == scripts, done.stderr


@pytest.mark.parametrize(
    ("ours", "trls", "expected"),
    [
        ([10.0, 30.0, 20.0], [40.0, 50.0, 60.0], {"ours": 20.0, "trl": 50.0, "ratio": 0.4}),
        ([10.0, None, 20.0], [40.0, None, 60.0], {"ours": 20.0, "trl": 60.0, "ratio": 0.3333}),
        ([10.0, None, 20.0], [None, None, 60.0], {"ours": 20.0, "trl": None, "ratio": None}),
    ],
)
def test_a_target_that_was_not_reached_is_later_than_any_time(
    monkeypatch: pytest.MonkeyPatch,
    ours: list[float | None],
    trls: list[float | None],
    expected: dict[str, float | None],
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    learning = importlib.import_module("grpo_vs_trl_parts.learning")
    seeds = {
        str(seed): {side: {"train_s": one, "with_startup_s": one} for side, one in (("ours", our), ("trl", their))}
        for seed, (our, their) in enumerate(zip(ours, trls, strict=True))
    }
    assert learning._compared(seeds)["train_s"] == expected
