"""What the tests of programs in other languages share."""

import os
import textwrap
from dataclasses import replace
from typing import Any

import pytest

from rlvr.sandbox import Execution, Limits, Program, Sandbox, SandboxError
from rlvr.sandbox.programs import host_tools
from rlvr.sandbox.programs.languages import LANGUAGES, PYTHON

LIMITS = Limits(wall_s=10, cpu_s=10, memory_mb=128, pids=32, output_mb=2, disk_mb=8)


def need_tools() -> None:
    """Skip where this host has no node or g++; fail where `RLVR_NEEDS_LANGUAGES=1` says that it must."""
    variants = [variant for name, language in LANGUAGES.items() if name != PYTHON for variant in language.variants]
    try:
        for variant in variants:
            host_tools.tool(variant)
    except SandboxError as error:
        if os.environ.get("RLVR_NEEDS_LANGUAGES") == "1":
            pytest.fail(f"RLVR_NEEDS_LANGUAGES=1, and yet: {error}")
        pytest.skip(str(error))


def need_files(sandbox: Sandbox) -> None:
    """Skip where slots have no file system of their own, in which tools of other languages would find their files."""
    if sandbox.tier == "process":
        pytest.skip("the process tier runs Python only")


def run(sandbox: Sandbox, language: str, source: str, stdin: bytes = b"", **limits: Any) -> Execution:
    """Run a program, with some of the limits replaced."""
    need_files(sandbox)
    program = Program(textwrap.dedent(source), stdin, language=language)
    return sandbox.run(program, replace(LIMITS, **limits))


def printed(sandbox: Sandbox, language: str, source: str, stdin: bytes = b"", **limits: Any) -> str:
    """Run a program that must end well; return what it printed."""
    execution = run(sandbox, language, source, stdin, **limits)
    assert execution.outcome == "OK", execution
    return execution.stdout.decode()
