"""The tasks that the corpus is judged by."""

from textwrap import dedent
from typing import Any, Final

CANARY: Final = "canary-5f0c9e1b7a2d4836"
"""An answer that no program can work out, only find."""

QUICK: Final = {"wall_s": 1, "cpu_s": 1}
"""For what hangs, so that a round takes seconds."""

NUMBERS: Final = ((3, 4), (1_000_000_007, 998_244_353), (-5, 12))


def stdin(*tests: tuple[str, str], limits: Any = QUICK, **fields: Any) -> dict[str, Any]:
    """Return a reference of the kind `stdin`."""
    rows = [{"input": given, "output": wanted} for given, wanted in tests]
    return {"kind": "stdin", "tests": rows, "limits": dict(limits), **fields}


def function(name: str, *tests: tuple[list[Any], Any], limits: Any = QUICK, **fields: Any) -> dict[str, Any]:
    """Return a reference of the kind `function`; `float_tol` goes to its tests."""
    cases: dict[str, Any] = {"fn_name": name, "inputs": [args for args, _ in tests], "outputs": [out for _, out in tests]}
    if "float_tol" in fields:
        cases["float_tol"] = fields.pop("float_tol")
    return {"kind": "function", "tests": cases, "limits": dict(limits), **fields}


SUM: Final = stdin(*((f"{a} {b}\n", f"{a + b}\n") for a, b in NUMBERS))
"""Print the sum of two integers."""
HANG: Final = stdin(("1000000007 998244353\n", "1998244360\n"))
"""As `SUM`, with one test only: for what takes its limits to the end."""
SECRET: Final = stdin(("1\n", f"{CANARY}\n"), ("2\n", f"{CANARY}\n"))
"""Print the canary, which is in no input."""
GIVEN: Final = stdin((f"{CANARY}\n", "planted\n"))
"""Read the canary, and print `planted`: for those who hide it."""
ADD: Final = function("add", *(([a, b], a + b) for a, b in NUMBERS))
"""Return the sum of two integers."""
SECRET_CALL: Final = function("find", ([1], CANARY), ([2], [CANARY, {"key": CANARY}]))
"""Return the canary, which is in no argument."""

CALM_SUM: Final = stdin(*((f"{a} {b}\n", f"{a + b}\n") for a, b in NUMBERS), limits={})
"""As `SUM`, with the limits of the sandbox: for honest programs."""
CALM_ADD: Final = function("add", *(([a, b], a + b) for a, b in NUMBERS), limits={})
"""As `ADD`, with the limits of the sandbox."""


def only_if(attack: str) -> str:
    """Return a program for `SUM` that answers rightly if and only if `attack` sets `won`."""
    return f"won = False\n{dedent(attack)}\nprint(sum(map(int, input().split())) if won else 'refused')\n"


def asserting(name: str, test: str = "", *asserts: str, limits: Any = QUICK, **fields: Any) -> dict[str, Any]:
    """Return a reference of the kind `assert`, of a test that is code or of single asserts."""
    tests: dict[str, Any] = {"asserts": list(asserts)} if asserts else {"test": dedent(test)}
    return {"kind": "assert", "tests": {"entry_point": name, **tests}, "limits": dict(limits), **fields}
