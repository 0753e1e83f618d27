"""From an agent's report to an `Execution`.

The report says what happened; the outcome is decided here. A report is believed in its sizes and types only as far as
they have been checked: what does not fit is no report of ours.
"""

import signal
from typing import Any

from rlvr.sandbox.programs.errors import SlotLostError
from rlvr.sandbox.programs.inside import wire
from rlvr.sandbox.programs.program import Execution, Limits, ProgramOutcome

_KILLED = {
    "wall": (ProgramOutcome.TLE, "it had not ended after {wall_s:g} s"),
    "cpu": (ProgramOutcome.TLE, "it used more than {cpu_s:g} s of CPU"),
    "memory": (ProgramOutcome.MLE, "it used more than {memory_mb} MiB of memory"),
    "disk": (ProgramOutcome.RE, "its files took more than {disk_mb} MiB, or were too many"),
    "pids": (ProgramOutcome.RE, "it had more than {pids} processes and threads"),
    "output": (ProgramOutcome.OLE, "it wrote more than {output_mb:g} MiB to standard output"),
}
_NUMBERS = ("status", "wall_s", "cpu_s", "peak_mb")


def execution_of(report: dict[str, Any], blobs: memoryview, limits: Limits) -> Execution:
    """Return how a job ended.

    Raises:
        SlotLostError: the report is malformed, or says that the job never began.
    """
    out_size = _checked(report, blobs, limits)
    status = int(report["status"])
    code = None if status & 0x7F else status >> 8
    number = status & 0x7F or None
    outcome, reason = _outcome(report, code, number, limits)
    return Execution(
        outcome,
        exit_code=code,
        signal=number,
        stdout=bytes(blobs[:out_size]),
        stderr=bytes(blobs[out_size:]),
        cpu_s=float(report["cpu_s"]),
        wall_s=float(report["wall_s"]),
        peak_mb=float(report["peak_mb"]),
        reason=reason,
        was_cut=report.get("killed") == "cut" and outcome is ProgramOutcome.OK,
    )


def _checked(report: dict[str, Any], blobs: memoryview, limits: Limits) -> int:
    """Return the size of standard output."""
    if "set_up_error" in report:
        raise SlotLostError(f"a job could not be set up: {report['set_up_error']}", is_ours=True)
    sizes, numbers = report.get("sizes"), [report.get(name) for name in _NUMBERS]
    is_whole = isinstance(sizes, list) and len(sizes) == 2 and all(type(size) is int and size >= 0 for size in sizes)
    if not is_whole or not all(type(number) in (int, float) for number in numbers):
        raise SlotLostError(f"a malformed report: {str(report)[:200]}")
    assert isinstance(sizes, list), "checked above"
    out_size, err_size = sizes
    if out_size + err_size != len(blobs) or out_size > limits.output_mb * 2**20 or err_size > wire.STDERR_BYTES:
        raise SlotLostError("a report whose sizes do not fit")
    return int(out_size)


def _outcome(
    report: dict[str, Any], code: int | None, number: int | None, limits: Limits
) -> tuple[ProgramOutcome, str]:
    killed = report.get("killed")
    if killed in _KILLED:
        outcome, text = _KILLED[killed]
        return outcome, text.format(**{name: getattr(limits, name) for name in Limits.__slots__})
    if number == signal.SIGSYS:
        return ProgramOutcome.VIOLATION, "it called the kernel in a forbidden way"
    if report["cpu_s"] > limits.cpu_s:
        return ProgramOutcome.TLE, _KILLED["cpu"][1].format(cpu_s=limits.cpu_s)
    if killed == "cut":
        return ProgramOutcome.OK, ""
    if number == signal.SIGABRT and report["peak_mb"] > limits.memory_mb:  # its runtime was faster than the kernel
        return ProgramOutcome.MLE, _KILLED["memory"][1].format(memory_mb=limits.memory_mb)
    if number is not None:
        return ProgramOutcome.RE, f"signal {_name(number)} ended it"
    if code:
        return ProgramOutcome.RE, f"exit code {code}"
    return ProgramOutcome.OK, ""


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
