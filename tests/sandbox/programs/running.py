"""What the tests of programs share."""

import textwrap
from dataclasses import replace
from typing import Any

from rlvr.sandbox import Execution, Program, Sandbox


def run(sandbox: Sandbox, source: str, stdin: bytes = b"", **limits: Any) -> Execution:
    """Run a program under the sandbox's limits, with some of them replaced."""
    return sandbox.run(Program(textwrap.dedent(source), stdin), replace(sandbox.limits, **limits))


def printed(sandbox: Sandbox, source: str, stdin: bytes = b"", **limits: Any) -> str:
    """Run a program that must end well; return what it printed."""
    execution = run(sandbox, source, stdin, **limits)
    assert execution.outcome == "OK", execution
    return execution.stdout.decode()
