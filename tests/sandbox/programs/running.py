"""What the tests of programs share."""

import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rlvr.sandbox import Execution, Program, Sandbox

PLACES = "import os; PLACES = (os.environ['HOME'], os.getcwd(), os.environ.get('RLVR_SLOT_SHM', '/dev/shm'))\n"
"""The beginning of a program that wants to know where it may write; a slot of the process tier has its own places."""


def run(sandbox: Sandbox, source: str, stdin: bytes = b"", **limits: Any) -> Execution:
    """Run a program under the sandbox's limits, with some of them replaced."""
    return sandbox.run(Program(textwrap.dedent(source), stdin), replace(sandbox.limits, **limits))


def printed(sandbox: Sandbox, source: str, stdin: bytes = b"", **limits: Any) -> str:
    """Run a program that must end well; return what it printed."""
    execution = run(sandbox, source, stdin, **limits)
    assert execution.outcome == "OK", execution
    return at_root(execution.stdout.decode())


def at_root(text: str) -> str:
    """Name the places of a slot of the process tier as they are in every other tier."""
    return re.sub(r"/[^\s:\"']*/rlvr-slots-\w+/\w+(?=/)", "", text)


def call_alone(function: Callable[[], None]) -> None:
    """Call a test module's function in a process of its own, which must end well."""
    name = function.__name__
    command = [sys.executable, "-c", f"from {function.__module__} import {name}; {name}()"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
