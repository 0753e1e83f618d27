"""What all parts share: the trivial program, blocks of programs that are timed, and the load that others make."""

import os
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rlvr.sandbox import Execution, Program, Sandbox

TRIVIAL = "print(sum(map(int, input().split())))"
_TICKS = os.sysconf("SC_CLK_TCK")


def trivial(number: int) -> Program:
    """Return the trivial program with an input of its own."""
    return Program(TRIVIAL, b"%d 2 3\n" % number)


def check(number: int, execution: Execution) -> None:
    """Refuse a wrong answer: what is timed must be right."""
    if execution.stdout != b"%d\n" % (number + 5):
        raise SystemExit(f"a trivial program went wrong: {execution}")


def busy_s() -> float:
    """Return the CPU seconds that this machine has used since its start, steal included."""
    fields = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(fields) - fields[3] - fields[4]) / _TICKS


def cores_taken_by_others(seconds: float = 0.3) -> float:
    """Return how many cores others use while this process does nothing."""
    before = busy_s()
    time.sleep(seconds)
    return round((busy_s() - before) / seconds, 2)


def percentiles_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Return latencies in milliseconds: half, 95 in 100, 99 in 100, and all take at most so long."""
    ordered = sorted(seconds)
    last = len(ordered) - 1
    places = {"p50": last // 2, "p95": last * 95 // 100, "p99": last * 99 // 100, "max": last}
    return {name: round(ordered[place] * 1e3, 2) for name, place in places.items()}


def callers(num_callers: int, call: Callable[[int], None], is_done: Callable[[int], bool]) -> None:
    """Call with 0, 1, 2 and so on from so many threads until a number is done."""
    numbers = iter(range(10**9))
    lock, failed = threading.Lock(), []

    def work() -> None:
        try:
            while not failed:
                with lock:
                    number = next(numbers)
                if is_done(number):
                    return
                call(number)
        except BaseException as error:  # noqa: BLE001  raised below, in the caller's thread
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(num_callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def sustained(sandbox: Sandbox, seconds: float) -> dict[str, Any]:
    """Run trivial programs for so long from one thread per slot; return their rate and latencies."""
    others, cpu_s = cores_taken_by_others(), busy_s()
    latencies: list[float] = []
    start = time.perf_counter()

    def call(number: int) -> None:
        called = time.perf_counter()
        execution = sandbox.run(trivial(number))
        latencies.append(time.perf_counter() - called)
        check(number, execution)

    callers(sandbox.num_slots, call, lambda _: time.perf_counter() > start + seconds)
    wall_s = time.perf_counter() - start
    return {
        "num_programs": len(latencies),
        "per_s": round(len(latencies) / wall_s, 1),
        "ms": percentiles_ms(latencies),
        "machine_cpu_ms_per_program": round((busy_s() - cpu_s) / len(latencies) * 1e3, 2),
        "cores_taken_by_others_before": others,
    }


def medians(blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the median over blocks of each number, and of each number inside."""
    kept: dict[str, Any] = {}
    for name, value in blocks[0].items():
        if isinstance(value, dict):
            kept[name] = medians([block[name] for block in blocks])
        elif isinstance(value, int | float):
            kept[name] = round(statistics.median(block[name] for block in blocks), 4)
    return kept
