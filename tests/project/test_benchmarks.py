"""Every benchmark still starts: all that it imports exists."""

import subprocess
import sys
from pathlib import Path

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
