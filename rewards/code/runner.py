"""What of a `Sandbox` the tests use."""

from __future__ import annotations

from typing import Protocol

from rlvr.rewards.code.outcomes import TestResult
from rlvr.sandbox.programs.program import Execution, Limits, LinkedExecution, Program


class Runner(Protocol):
    """Runs programs; a `Sandbox` is one."""

    limits: Limits
    """The limits of a program that names none."""
    num_slots: int
    """How many programs run at one time, besides those that last."""
    num_threads: int
    """How many programs can be under way at one time."""

    @property
    def has_room(self) -> bool:
        """Whether another program would start now."""

    def run(self, program: Program, limits: Limits | None = None) -> Execution:
        """Run one program and wait for its end."""

    def run_judge(self, judge: Program, limits: Limits | None = None) -> Execution:
        """Run a trusted program where no other kind is ever run, and wait for its end."""

    def run_linked(self, program: Program, judge: Program, limits: Limits | None = None) -> LinkedExecution:
        """Run a program and its judge, which talk, and wait for the end of both."""


class Case(Protocol):
    """One test of one program."""

    def run(self, runner: Runner, limits: Limits) -> TestResult:
        """Run the program and decide, from what came out."""
