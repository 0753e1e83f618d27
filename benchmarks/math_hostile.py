"""What each case of the hostile corpus costs `MathVerifier`: wall and processor time, and memory.

    python benchmarks/math_hostile.py

It verifies every case of `tests/hostile/math.json` once, in order, in this fresh process, as a caller would: nothing
is warmed, and a worker that was killed for one case is not waited for before the next. Processor time and memory are
those of this process and its workers together. A case that raises, or that is still running after half a minute, is
stopped and goes down as RAISED; the address space is limited, so that no case can take the machine with it.

The raw numbers go to `benchmarks/results/math_hostile.json`. The exit status is 1 if a case took more than 1.5 s of
wall time, or made the memory in use grow by more than 1 GiB, or ended with a verdict that the corpus forbids.
"""

import json
import os
import platform
import resource
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any

from rlvr.rewards import MathVerifier

REPOSITORY = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "math_hostile.json"
MAX_WALL_S = 1.5
MAX_GROWTH_MB = 1024
STOP_S = 30
ADDRESS_SPACE_MB = 8192
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """What this process and its workers have used."""

    cpu_s: float
    """Processor seconds, of the workers that were killed too."""
    peak_mb: dict[int, float]
    """The highest resident memory of each living process since `forget_peaks`, by its id."""
    dead_peak_mb: float
    """The highest resident memory that any process that has ended ever had."""

    @classmethod
    def now(cls) -> "Use":
        """Return what has been used until now."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        living = [pid for pid in worker_ids() if (Path("/proc") / str(pid) / "stat").exists()]
        cpu_s = time.process_time() + ended.ru_utime + ended.ru_stime + sum(map(cpu_of, living))
        return cls(cpu_s, {pid: peak_of(pid) for pid in (os.getpid(), *living)}, ended.ru_maxrss / 1024)


def worker_ids() -> list[int]:
    """Return the ids of this process's children, whichever thread started them."""
    children = (task / "children" for task in Path("/proc/self/task").iterdir())
    return [int(pid) for path in children if path.exists() for pid in path.read_text().split()]


def cpu_of(pid: int) -> float:
    """Return the processor seconds of a living process; 0 if it has just ended."""
    try:
        fields = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_of(pid: int) -> float:
    """Return the highest resident memory of a living process in MiB, since it was last forgotten."""
    return field_of(pid, "VmHWM")


def field_of(pid: int, name: str) -> float:
    """Return one of the memory fields of /proc/PID/status in MiB; 0 if the process has just ended."""
    try:
        lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def forget_peaks() -> dict[int, float]:
    """Let every living process count its peak anew; return the resident memory of each."""
    resident = {}
    for pid in (os.getpid(), *worker_ids()):
        resident[pid] = field_of(pid, "VmRSS")
        try:
            (Path("/proc") / str(pid) / "clear_refs").write_text("5")
        except OSError:
            continue
    return resident


def measured(case: dict[str, Any], response: str, reference: str) -> dict[str, Any]:
    """Verify one case and return what came of it and what it cost."""
    spec = case.get("extract", "boxed")
    verifier = MathVerifier(extract=tuple(spec) if isinstance(spec, list) else spec)
    resident, before = forget_peaks(), Use.now()
    started = time.perf_counter()
    verdict, reason = outcome(verifier, response, reference)
    wall_s = time.perf_counter() - started
    after = Use.now()
    growths = [peak - resident.get(pid, 0.0) for pid, peak in after.peak_mb.items()]
    if after.dead_peak_mb > before.dead_peak_mb:
        growths.append(after.dead_peak_mb)
    return {
        "id": case["id"],
        "verdict": verdict,
        "reason": reason[:120],
        "chars": len(response) + len(reference),
        "wall_s": round(wall_s, 4),
        "cpu_s": round(after.cpu_s - before.cpu_s, 4),
        "growth_mb": round(max(growths), 1),
    }


def outcome(verifier: MathVerifier, response: str, reference: str) -> tuple[str, str]:
    """Return the verdict and its reason, or RAISED and the exception that no text may cause."""
    signal.alarm(STOP_S)
    try:
        score = verifier(response, reference)
    except Exception as error:  # noqa: BLE001  whatever it is, the other cases must be measured too
        return "RAISED", f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    return score.verdict.value, score.reason


def stop(_number: int, _frame: FrameType | None) -> None:
    """End a case that does not end by itself."""
    raise TimeoutError(f"it ran for more than {STOP_S} s")


def faults_of(row: dict[str, Any], verdicts: frozenset[str]) -> list[str]:
    """Return what is wrong with a measured case."""
    faults = []
    if row["wall_s"] > MAX_WALL_S:
        faults.append(f"took {row['wall_s']} s")
    if row["growth_mb"] > MAX_GROWTH_MB:
        faults.append(f"grew by {row['growth_mb']} MiB")
    if row["verdict"] not in verdicts:
        faults.append(f"was {row['verdict']} ({row['reason']})")
    return faults


def main() -> None:
    """Measure, print, keep the raw numbers, and fail past a limit."""
    sys.path.append(str(REPOSITORY))
    from tests.rewards.hostile import allowed, corpus, text_of

    signal.signal(signal.SIGALRM, stop)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_MB << 20, resource.getrlimit(resource.RLIMIT_AS)[1]))
    load = os.getloadavg()[0]
    rows, faults = [], {}
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary"
        for case in corpus("math")["cases"]:
            texts = (text_of(case[name]).replace("CANARY", str(canary)) for name in ("response", "reference"))
            row = measured(case, *texts)
            if found := [*faults_of(row, allowed(case["must"])), *["was executed"] * canary.exists()]:
                faults[case["id"]] = found
                print(f"{case['id']}: {found!a}", flush=True)
            rows.append(row)
    results = summary(rows) | {"load_before": round(load, 2), "faults": faults, "cases": rows}
    RESULTS.parent.mkdir(exist_ok=True)
    head = json.dumps({name: value for name, value in results.items() if name != "cases"}, indent=2)
    lines = ",\n".join("    " + json.dumps(row) for row in rows)
    RESULTS.write_text(f'{head[:-2]},\n  "cases": [\n{lines}\n  ]\n}}\n', encoding="utf-8")
    print(head)
    raise SystemExit(1 if faults else 0)


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the extremes of all cases, and where they were measured."""
    slowest = sorted(rows, key=lambda row: row["wall_s"], reverse=True)[:5]
    return {
        "num_cases": len(rows),
        "max_wall_s": slowest[0]["wall_s"],
        "max_cpu_s": max(row["cpu_s"] for row in rows),
        "max_growth_mb": max(row["growth_mb"] for row in rows),
        "total_wall_s": round(sum(row["wall_s"] for row in rows), 2),
        "slowest": {row["id"]: row["wall_s"] for row in slowest},
        "limits": {"wall_s": MAX_WALL_S, "growth_mb": MAX_GROWTH_MB},
        "num_cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "rlvr": version("rlvr"),
    }


if __name__ == "__main__":
    main()
