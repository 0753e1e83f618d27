"""How many tests a second `CodeVerifier` runs, for each kind of reference."""

import time
from typing import Any

from rlvr.rewards import CodeVerifier
from rlvr.sandbox import Sandbox, open_sandbox
from sandbox_parts.blocks import cores_taken_by_others, medians

NUM_PROGRAMS = 20
NUM_TESTS = 25
"""Of each program."""
_ADD = "def add(a, b):\n    return a + b\n"
_CHECK = "def check(candidate):\n" + "\n".join(
    f"    assert candidate({n}, {n + 1}) == {2 * n + 1}" for n in range(NUM_TESTS)
)
_UNITTEST = "import unittest\nclass Tests(unittest.TestCase):\n" + "\n".join(
    f"    def test_{n}(self): self.assertEqual(add({n}, 1), {n + 1})" for n in range(NUM_TESTS)
)
KINDS: dict[str, tuple[str, dict[str, Any], int]] = {
    "stdin": (
        "print(sum(map(int, input().split())))",
        {"kind": "stdin", "tests": [{"input": f"{n} 2 3\n", "output": f"{n + 5}\n"} for n in range(NUM_TESTS)]},
        NUM_TESTS,
    ),
    "function": (
        _ADD,
        {
            "kind": "function",
            "tests": {
                "fn_name": "add",
                "inputs": [[n, n + 1] for n in range(NUM_TESTS)],
                "outputs": [2 * n + 1 for n in range(NUM_TESTS)],
            },
        },
        NUM_TESTS,
    ),
    "assert, literal": (
        _ADD,
        {
            "kind": "assert",
            "tests": {
                "entry_point": "add",
                "asserts": [f"assert add({n}, {n + 1}) == {2 * n + 1}" for n in range(NUM_TESTS)],
            },
        },
        NUM_TESTS,
    ),
    "assert, run by a judge": (
        _ADD,
        {
            "kind": "assert",
            "tests": {
                "entry_point": "add",
                "asserts": [f"x = add({n}, 1)\nassert x == {n + 1}" for n in range(NUM_TESTS)],
            },
        },
        NUM_TESTS,
    ),
    "check(candidate)": (_ADD, {"kind": "assert", "tests": {"entry_point": "add", "test": _CHECK}}, 1),
    "unittest": (_ADD, {"kind": "assert", "tests": {"entry_point": "add", "test": _UNITTEST}}, NUM_TESTS),
}
"""A right program, its reference, and how many records that is."""


def verified(sandbox: Sandbox, kind: str) -> dict[str, Any]:
    """Verify as many responses at one time as there are programs; return the rates."""
    others = cores_taken_by_others()
    program, reference, num_records = KINDS[kind]
    pairs = [(f"```python\n{program}\n```\n", reference)] * NUM_PROGRAMS
    start = time.perf_counter()
    scores = CodeVerifier(sandbox).verify_many(pairs)
    wall_s = time.perf_counter() - start
    if any(score.value != 1 for score in scores):
        raise SystemExit(f"a right program was not found so: {scores[0]}")
    return {
        "records_per_s": round(NUM_PROGRAMS * num_records / wall_s, 1),
        "programs_per_s": round(NUM_PROGRAMS / wall_s, 1),
        "cores_taken_by_others_before": others,
    }


def verifier(num_rounds: int) -> dict[str, Any]:
    """Verify programs of each kind in turns."""
    blocks: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    with open_sandbox("docker") as sandbox:
        for kind in KINDS:
            verified(sandbox, kind)
        time.sleep(4)  # spares are made meanwhile
        for _ in range(num_rounds):
            for kind in KINDS:
                blocks[kind].append(verified(sandbox, kind))
    kinds = {kind: {"medians": medians(blocks[kind]), "blocks": blocks[kind]} for kind in KINDS}
    return {"num_programs": NUM_PROGRAMS, "num_tests": NUM_TESTS} | kinds
