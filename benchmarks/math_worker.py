"""One side of `benchmarks/math_verifier.py`: grades every pair of a file once, in this fresh process, and times each.

    python -I math_worker.py rlvr|math-verify PAIRS.json RESULT.json

Both sides run this one loop; only how a grader is loaded differs, so that nothing but the grader is compared. It runs
in two environments, therefore imports nothing but the standard library and its own grader, and is started with `-I`, so
that no file beside it can stand in for a library's. The warm-up pairs, which no workload has, let the imports, the
compilation of patterns and the start of worker processes pass before the clock starts. The processor time is that of
this process and all its descendants, so that work handed to helper processes counts.
"""

import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Grader = Callable[[str, str, tuple[str, ...]], str]
"""(response, reference, how rlvr extracts) -> verdict."""

PACKAGES = {
    "rlvr": ("rlvr", "sympy", "mpmath"),
    "math-verify": ("math-verify", "latex2sympy2_extended", "antlr4-python3-runtime", "sympy", "mpmath"),
}
WARM_UP = (
    (r"We get $\boxed{1001}$.", "1001"),
    (r"\boxed{\frac{31}{1007}}", r"\frac{62}{2014}"),
    (r"\boxed{\{77, 78\}}", r"\{78, 77\}"),
    (r"\boxed{(q+77)^2}", "q^2+154q+5929"),
    (r"\boxed{\sinh(q)^2+1}", r"\cosh(q)^2"),
    (r"\boxed{\arctan(77q)+\frac{1}{77}}", r"\arctan(77q)+\frac{1}{78}"),
    (r"\boxed{\begin{pmatrix} 77 \\ 78 \end{pmatrix}}", r"\begin{pmatrix} 78 \\ 77 \end{pmatrix}"),
    (r"\boxed{|q-77|}", r"\sqrt{(q-77)^2}"),
    (r"\boxed{\int_0^{77} q^3 dq}", r"\int_0^{77} 2q^3 dq"),
)
_IN_MATH = re.compile(r"(?<!\\)\$|\\\(|\\\[|\\boxed")


def rlvr_grader() -> Grader:
    """Return rlvr's `MathVerifier`, one per extraction rule."""
    from rlvr.rewards import MathVerifier

    verifiers: dict[tuple[str, ...], Any] = {}

    def grade(response: str, reference: str, extract: tuple[str, ...]) -> str:
        verifier = verifiers.get(extract)
        if verifier is None:
            verifier = verifiers[extract] = MathVerifier(extract=extract)
        return str(verifier(response, reference).verdict)

    return grade


def math_verify_grader() -> Grader:
    """Return Math-Verify with its defaults, its timeouts on, and a bare reference between dollar signs."""
    from math_verify import parse, verify

    def grade(response: str, reference: str, extract: tuple[str, ...]) -> str:  # noqa: ARG001  has its own extraction
        gold = parse(reference if _IN_MATH.search(reference) else f"${reference}$")
        return "CORRECT" if verify(gold, parse(response)) else "WRONG"

    return grade


LOADERS = {"rlvr": rlvr_grader, "math-verify": math_verify_grader}


def timed(grade: Grader, response: str, reference: str, extract: tuple[str, ...]) -> tuple[str, float, float]:
    """Grade one pair; return the verdict, or the exception's name, and the wall and processor seconds that it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        verdict = grade(response, reference, extract)
    except Exception as error:  # noqa: BLE001  a grader that raises is an outcome that is counted
        verdict = f"RAISED {type(error).__name__}"
    return verdict, time.perf_counter() - wall, time.process_time() - cpu


def tree_cpu_s() -> float:
    """Return the processor seconds so far of this process and its descendants, dead ones that were waited for too.

    The descendants' are counted in the kernel's ticks, of 10 ms as a rule.
    """
    spent: dict[int, int] = {}
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        process = int(path.parent.name)
        spent[process] = sum(map(int, fields[13:15] if process == os.getpid() else fields[11:15]))
        children.setdefault(int(fields[1]), []).append(process)
    pending, ticks = [os.getpid()], 0
    while pending:
        process = pending.pop()
        ticks += spent.get(process, 0)
        pending += children.get(process, [])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Load the grader, warm it up, grade the pairs, write what happened."""
    side, pairs_path, result_path = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    pairs = [(one["response"], one["reference"], tuple(one["extract"])) for one in json.loads(pairs_path.read_bytes())]
    start = time.perf_counter()
    grade = LOADERS[side]()
    for response, reference in WARM_UP:
        for extract in {("boxed",), *(pair[2] for pair in pairs)}:
            timed(grade, response, reference, extract)
    startup_s, cpu, start = time.perf_counter() - start, tree_cpu_s(), time.perf_counter()
    outcomes = [timed(grade, *pair) for pair in pairs]
    wall_s = time.perf_counter() - start
    result = {
        "outcomes": outcomes,
        "wall_s": wall_s,
        "cpu_s": tree_cpu_s() - cpu,
        "startup_s": startup_s,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "versions": {name: version(name) for name in PACKAGES[side]},
        "python": sys.version.split()[0],
    }
    result_path.write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    main()
