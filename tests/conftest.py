"""What holds for all tests: waiting threads, Ctrl-C, and which tests may run beside others."""

import os
import signal
from pathlib import Path

import pytest

# Several OpenMP pools share the cores (torch, vLLM, other tests' processes): waiting threads must not spin. It is read
# when torch is first imported, so it has to be said before any test module is.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# A shell starts what it runs in the background with SIGINT ignored, and that is inherited: the processes that the tests
# start and interrupt would not hear it. A handled signal goes back to its default in them.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent
SELF_CONTAINED = ("grpo", "project", "rewards/maths", "rewards/test_")
"""Tests that take nothing from the machine but a core and files of their own."""
WITH_PROGRAMS = ("grpo/test_code_recipes.py", "grpo/test_programs.py")
"""Those among them that need the engine after all."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what uses the engine, its images and the clock into one group, which pytest-xdist runs one after another."""
    for item in items:
        file = item.path.relative_to(ROOT).as_posix()
        is_alone = file.startswith(SELF_CONTAINED) and file not in WITH_PROGRAMS
        item.add_marker(pytest.mark.xdist_group(file if is_alone else "machine"))
