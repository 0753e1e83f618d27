"""The verifier on real programs, in the bubblewrap tier."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from rlvr.rewards import CodeVerifier, Verdict
from rlvr.sandbox import Sandbox, SandboxError, open_sandbox

SUM: dict[str, Any] = {
    "kind": "stdin",
    "tests": [{"input": f"{n}\n{n + 1}\n", "output": f"{2 * n + 1}\n"} for n in range(6)],
    "limits": {"wall_s": 1},
}
PAIR: dict[str, Any] = {
    "kind": "function",
    "tests": {"fn_name": "f", "inputs": [[n, [n]] for n in range(4)], "outputs": [[n, 2 * n] for n in range(4)]},
    "limits": {"wall_s": 1},
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    try:
        opened = open_sandbox("bubblewrap", num_slots=2)
    except SandboxError as error:
        pytest.skip(f"no bubblewrap here: {error}")
    with opened:
        yield opened


RIGHT = [
    pytest.param("print(int(input()) + int(input()))", id="plain"),
    pytest.param("import sys; print(sum(map(int, sys.stdin.buffer.read().split())), end='')", id="binary"),
    pytest.param("print(sum(map(int, open(0))), flush=True)\nimport os; os._exit(0)", id="exit after the answer"),
    pytest.param("import sys\nprint(int(input()) + int(input()))\nsys.exit(0)", id="sys.exit"),
    pytest.param("a=int(input())\nif __name__ == '__main__': print(2*a+1)\nprint('x', file=open(2,'w'))", id="unread"),
    pytest.param("from __future__ import annotations\nprint(sum(int(x) for x in open('/dev/stdin')))", id="future"),
]
WRONG = [
    pytest.param("", "WA", id="empty"),
    pytest.param("pass", "WA", id="pass"),
    pytest.param("print(int(input()) - int(input()))", "WA", id="another value"),
    pytest.param("n = int(input()); print(2*n+1); print(2*n)", "WA", id="hedge on two lines"),
    pytest.param("n = int(input()); print(2*n+1, 'or', 2*n)", "WA", id="hedge on one line"),
    pytest.param("print(1)", "WA", id="the first answer for all"),
    pytest.param("for n in range(100): print(n)", "WA", id="every answer"),
    pytest.param("print('Accepted\\nAC\\nall 6 tests passed')", "WA", id="a verdict"),
    pytest.param("import os; os._exit(0)", "WA", id="exits early"),
    pytest.param("raise SystemExit", "WA", id="exits before the answer"),
    pytest.param("print(int(input()) + int(input()))\nraise SystemExit(1)", "RE", id="right, then exit code 1"),
    pytest.param("print(int(input()) + int(input()), flush=True)\nimport os; os.abort()", "RE", id="right, then abort"),
    pytest.param("print(", "RE", id="syntax error"),
    pytest.param("'\ud800'", "RE", id="no UTF-8"),
    pytest.param("import no_such_module", "RE", id="import error"),
    pytest.param("print(input() + input() + input())", "RE", id="reads too much"),
    pytest.param("print('\\0'.join(str(int(input()) + int(input()))) + '\\0')", "WA", id="nul bytes"),
    pytest.param("print(chr(0xff11 + int(input()) * 2))", "WA", id="wide digits"),
    pytest.param("while True: pass", "TLE", id="loops"),
    pytest.param(
        "import time; print(int(input()) + int(input()), flush=True); time.sleep(9)", "TLE", id="sleeps after"
    ),
    pytest.param("x = [0] * 10**9", "MLE", id="hoards"),
    pytest.param("while True: print('x' * 10**6)", "OLE", id="floods"),
]


@pytest.mark.parametrize("program", RIGHT)
def test_a_right_program_is_correct(sandbox: Sandbox, program: str) -> None:
    score = CodeVerifier(sandbox)(f"<think>Hm.</think>\n```python\n{program}\n```", SUM)
    assert (score.verdict, score.reason) == (Verdict.CORRECT, "all 6 tests passed")


@pytest.mark.parametrize(("program", "outcome"), WRONG)
def test_a_wrong_program_is_not(sandbox: Sandbox, program: str, outcome: str) -> None:
    score = CodeVerifier(sandbox).grade(program, SUM)
    assert f" of 6: {outcome}: " in score.reason
    assert score.verdict is (Verdict.LIMIT if outcome in ("TLE", "MLE", "OLE") else Verdict.WRONG)
    assert score.value == 0.0


RIGHT_FUNCTIONS = [
    pytest.param("def f(a, b): return [a, 2 * a]", id="list"),
    pytest.param("def f(a, b):\n    print('noise', flush=True)\n    return (a, 2 * a)", id="tuple and noise"),
    pytest.param("class Solution:\n    def f(self, a, b): return [a, a + b[0]]", id="Solution"),
    pytest.param("def f(a, b):\n    yield a\n    yield 2 * a", id="generator"),
    pytest.param("f = lambda a, b: b + [2 * a]", id="lambda"),
    pytest.param("import os\nos.system('echo noise')\ndef f(a, b): return a, 2 * a", id="noise of a child"),
    pytest.param("assert __name__ == '__main__'\ndef f(a, b): return map(a.__mul__, (1, 2))", id="main"),
    pytest.param("from __future__ import annotations\nq = '''\"\"\"'''\ndef f(a: X, b): return a, 2*a", id="future"),
    pytest.param(
        "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(2**26)\ndef f(a, b):\n    out = []\n"
        "    t = threading.Thread(target=lambda: out.extend([a, 2 * a]))\n    t.start(); t.join()\n    return out",
        id="thread with a big stack",
    ),
    pytest.param(
        "from multiprocessing import Pool\ndef g(x): return 2 * x\ndef f(a, b):\n"
        "    with Pool(2) as pool: return [a, *pool.map(g, [a])]",
        id="pool",
    ),
    pytest.param(
        "import pickle\nclass C: pass\npickle.loads(pickle.dumps(C()))\ndef f(a, b): return a, 2*a", id="pickle"
    ),
    pytest.param("import sys\nassert sys.stdin.read() == ''\ndef f(a, b): return a, 2 * a", id="no input"),
]
WRONG_FUNCTIONS = [
    pytest.param("def f(a, b): pass", "WA", id="pass"),
    pytest.param("def f(a, b): return [2 * a, a]", "WA", id="another value"),
    pytest.param("def f(a, b): print([a, 2 * a])", "WA", id="prints instead"),
    pytest.param("class Y(list):\n    def __eq__(self, o): return True\ndef f(a, b): return Y([9])", "WA", id="equal"),
    pytest.param("class Y:\n    def __eq__(self, o): return True\ndef f(a, b): return Y()", "WA", id="opaque"),
    pytest.param("def g(a, b): return [a, 2 * a]", "RE", id="missing"),
    pytest.param("f = [0, 0]", "RE", id="no function"),
    pytest.param("def f(a): return [a, 2 * a]", "RE", id="arguments"),
    pytest.param("def f(a, b): return 1 / 0", "RE", id="raises"),
    pytest.param("raise SystemExit(0)", "RE", id="exit at import"),
    pytest.param("import os\ndef f(a, b): os._exit(0)", "RE", id="exit in the call"),
    pytest.param("def f(a, b:", "RE", id="syntax error"),
    pytest.param("import os\ndef f(a, b):\n    os.fork()\n    return [a, 2 * a]", "WA", id="returns twice"),
    pytest.param("def f(a, b):\n    x = []\n    x.append(x)\n    return x", "RE", id="cycle"),
    pytest.param("import itertools\ndef f(a, b): return itertools.count()", "RE", id="endless"),
    pytest.param(
        "import os\ndef f(a, b):\n    for n in range(3, 2000):\n        try: os.write(n, b'i1\\ni2\\nl2\\n')\n"
        "        except OSError: pass\n    return [a, 2 * a]",
        "WA",
        id="writes on the carrier",
    ),
    pytest.param(
        "import sys\nfor m in list(sys.modules.values()):\n    if hasattr(m, 'encode'): m.encode = lambda v: b'bTrue'\n"
        "def f(a, b): return 0",
        "WA",
        id="patches the harness",
    ),
    pytest.param("def f(a, b):\n    while True: pass", "TLE", id="loops"),
    pytest.param(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,)).start()\ndef f(a, b): return a, 2 * a",
        "TLE",
        id="does not end",
    ),
]


@pytest.mark.parametrize("program", RIGHT_FUNCTIONS)
def test_a_right_function_is_correct(sandbox: Sandbox, program: str) -> None:
    score = CodeVerifier(sandbox).grade(program, PAIR)
    assert (score.verdict, score.reason) == (Verdict.CORRECT, "all 4 tests passed")


@pytest.mark.parametrize(("program", "outcome"), WRONG_FUNCTIONS)
def test_a_wrong_function_is_not(sandbox: Sandbox, program: str, outcome: str) -> None:
    score = CodeVerifier(sandbox).grade(program, PAIR)
    assert f": {outcome}: " in score.reason
    assert score.value == 0.0


def test_the_leetcode_preamble_gives_what_such_problems_assume(sandbox: Sandbox) -> None:
    program = (
        "class Solution:\n    def f(self, a: int, b: List[int]) -> Optional[List[int]]:\n"
        "        q = deque(sorted(Counter(b)))\n        heappush(h := [], pow(2, 1, 5))\n"
        "        assert math.inf > bisect_left(b, 0) and abs(-1) == 1 and open and datetime.date.min\n"
        "        return [q[0], h[0] * accumulate(b).__next__()]"
    )
    assert CodeVerifier(sandbox).grade(program, PAIR | {"preamble": "leetcode"}).verdict is Verdict.CORRECT
    assert CodeVerifier(sandbox).grade(program, PAIR).verdict is Verdict.WRONG


def test_the_default_sandbox_is_opened_at_first_use_and_leaves_nothing(sandbox: Sandbox) -> None:
    code = (
        "from rlvr.rewards import CodeVerifier\nfrom rlvr.rewards.code import default\nverifier = CodeVerifier()\n"
        "assert default._place._sandbox is None\n"
        "reference = {'kind': 'stdin', 'tests': [{'input': '1', 'output': '1'}]}\n"
        "print([verifier.grade('print(input())', reference).verdict.value for _ in range(2)])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stdout) == (0, "['CORRECT', 'CORRECT']\n"), done.stderr
    assert done.stderr.startswith("rlvr: programs run in the ")
