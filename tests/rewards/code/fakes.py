"""A sandbox in memory: what each program and input gives is scripted."""

import threading
import time
from collections.abc import Callable

from rlvr.sandbox import Execution, Limits, LinkedExecution, Program, ProgramOutcome

Script = Callable[[Program, Limits], Execution]


def wrote(stdout: bytes, exit_code: int = 0, stderr: bytes = b"") -> Execution:
    outcome = ProgramOutcome.RE if exit_code else ProgramOutcome.OK
    reason = f"exit code {exit_code}" if exit_code else ""
    return Execution(outcome, exit_code, None, stdout, stderr, reason=reason)


def ended(outcome: ProgramOutcome, stdout: bytes = b"", reason: str = "as scripted") -> Execution:
    return Execution(outcome, None, 9, stdout, b"", reason=reason)


def echo(program: Program, limits: Limits) -> Execution:
    return wrote(program.stdin)


class FakeSandbox:
    def __init__(self, script: Script = echo, num_slots: int = 2, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.num_slots, self.num_threads = num_slots, 8 * num_slots
        self.has_room = True
        self.programs: list[Program] = []
        self.seen_limits: list[Limits] = []
        self.most_at_once = 0
        self._script, self._lock, self._num_running = script, threading.Lock(), 0

    def run(self, program: Program, limits: Limits | None = None) -> Execution:
        with self._lock:
            self.programs.append(program)
            self.seen_limits.append(limits or self.limits)
            self._num_running += 1
            self.most_at_once = max(self.most_at_once, self._num_running)
        try:
            time.sleep(0.001)
            return self._script(program, limits or self.limits)
        finally:
            with self._lock:
                self._num_running -= 1

    def run_judge(self, judge: Program, limits: Limits | None = None) -> Execution:
        raise NotImplementedError

    def run_linked(self, program: Program, judge: Program, limits: Limits | None = None) -> LinkedExecution:
        raise NotImplementedError
