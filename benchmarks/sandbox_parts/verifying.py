"""How many tests a second the code verifier decides, by kind, and what one call of a judged test costs."""

import time
from typing import Any

from rlvr.rewards import CodeVerifier
from rlvr.sandbox import open_sandbox
from sandbox_parts.blocks import cores_taken_by_others, medians

PROGRAM = "import sys\ndef add(a, b): return a + b\nprint(sum(map(int, sys.stdin.read().split())))"
NUM_TESTS = 200
NUM_CALLS = 1000
LIMITS = {"wall_s": 60, "cpu_s": 60}
NUMBERS = range(NUM_TESTS)
REFERENCES: dict[str, dict[str, Any]] = {
    "stdin": {"kind": "stdin", "tests": [{"input": f"{n} 1\n", "output": f"{n + 1}\n"} for n in NUMBERS]},
    "function": {
        "kind": "function",
        "tests": {"fn_name": "add", "inputs": [[n, 1] for n in NUMBERS], "outputs": [n + 1 for n in NUMBERS]},
    },
    "assert, literal": {
        "kind": "assert",
        "tests": {"entry_point": "add", "asserts": [f"assert add({n}, 1) == {n + 1}" for n in NUMBERS]},
    },
    "assert, judged": {
        "kind": "assert",
        "tests": {"entry_point": "add", "asserts": [f"n = {n}\nassert add(n, 1) == n + 1" for n in NUMBERS]},
    },
}
CALLS: dict[str, Any] = {
    "kind": "assert",
    "tests": {
        "entry_point": "add",
        "test": f"def check(candidate):\n    for n in range({NUM_CALLS}):\n        assert candidate(n, 1) == n + 1",
    },
    "limits": LIMITS,
}


def verifying(tier: str, num_rounds: int) -> dict[str, Any]:
    """Grade the same program by references of each kind, in turns; return medians and all blocks."""
    blocks: dict[str, list[dict[str, Any]]] = {name: [] for name in (*REFERENCES, "calls of one judged test")}
    with open_sandbox(tier) as sandbox:
        verifier = CodeVerifier(sandbox)
        graded(verifier, REFERENCES["assert, judged"], 1)
        time.sleep(4)  # spares are made meanwhile
        for _ in range(num_rounds):
            for name, reference in REFERENCES.items():
                blocks[name].append(graded(verifier, reference, NUM_TESTS))
            blocks["calls of one judged test"].append(graded(verifier, CALLS, NUM_CALLS))
    return {name: {"medians": medians(found), "blocks": found} for name, found in blocks.items()}


def graded(verifier: CodeVerifier, reference: dict[str, Any], num: int) -> dict[str, Any]:
    """Grade once; return how many tests, or calls, that is a second."""
    others = cores_taken_by_others()
    start = time.perf_counter()
    score = verifier.grade(PROGRAM, reference)
    wall_s = time.perf_counter() - start
    if score.value != 1.0:
        raise SystemExit(f"a right program is not accepted: {score}")
    return {"per_s": round(num / wall_s, 1), "cores_taken_by_others_before": others}
