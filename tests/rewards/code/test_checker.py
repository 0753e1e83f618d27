"""Custom checkers: which are read and how, what they decide, and that none pays for what it cannot decide."""

from collections.abc import Iterator
from typing import Any

import pytest

from rlvr.rewards import CodeVerifier
from rlvr.rewards.code.checker import parse_checker
from rlvr.rewards.score import BadReferenceError
from rlvr.sandbox import Sandbox
from tests.sandbox.programs.conftest import opened

ANY_ORDER = "def check(input, output, expected):\n    return sorted(output.split()) == sorted(expected.split())\n"
SCRIPT = "import sys\ngiven, expected, output = [open(name).read() for name in sys.argv[1:]]\n"
ECHO = "print(input())"
LIAR = "class A(int):\n    def __eq__(self, other): return True\n"


@pytest.fixture(scope="module", params=["docker", "bubblewrap"])
def verifier(request: pytest.FixtureRequest) -> Iterator[CodeVerifier]:
    with opened(request.param) as sandbox:
        yield CodeVerifier(sandbox)


def stdin(checker: str, given: str = "2 1\n", expected: str = "1 2\n", **fields: Any) -> dict[str, Any]:
    return {"kind": "stdin", "tests": [{"input": given, "output": expected}], "checker": checker, **fields}


def function(checker: str, value: Any, *args: Any, **fields: Any) -> dict[str, Any]:
    tests = {"fn_name": "f", "inputs": [list(args)], "outputs": [value]}
    return {"kind": "function", "tests": tests, "checker": checker, **fields}


@pytest.mark.parametrize(
    ("checker", "verdict"),
    [
        (ANY_ORDER, "CORRECT"),
        ("def check(inp, expected, output): return output == '2 1\\n' and expected == '1 2\\n'", "CORRECT"),
        ("def checker(a, b, c): return (a, b, c) == ('2 1\\n', '2 1\\n', '1 2\\n')", "CORRECT"),
        ("def judge(output, answer): return output.split()[::-1] == answer.split()", "CORRECT"),
        ("def check(output): return output.startswith('2')", "CORRECT"),
        ("def check(*given): return len(given) == 3", "CORRECT"),
        ("def check(input, output, expected, strict=False): return 1", "CORRECT"),
        ("def check(input, output, expected): return 1.0", "CORRECT"),
        ("def check(input, output, expected): print('0'); return True", "CORRECT"),
        (SCRIPT + "print(1 if sorted(output.split()) == sorted(expected.split()) else 0)", "CORRECT"),
        (SCRIPT + "sys.exit(0 if output == given else 1)", "CORRECT"),
        (SCRIPT + "print('accepted, and well')", "WRONG"),
        (SCRIPT + "print('wrong answer')", "WRONG"),
        (SCRIPT + "print(0)", "WRONG"),
        (SCRIPT + "print(1); sys.exit(1)", "WRONG"),
        (SCRIPT + "sys.exit(1)", "WRONG"),
        ("def check(input, output, expected): return output == expected", "WRONG"),
        ("def check(input, output, expected): return None", "WRONG"),
        ("def check(input, output, expected): return 'True'", "WRONG"),
        ("def check(input, output, expected): return 0.5", "WRONG"),
        ("def check(input, output, expected): return [1]", "WRONG"),
        ("def check(input, output, expected): print(1); return False", "WRONG"),
        ("def check(input, output, expected): raise ValueError(expected)", "WRONG"),
        ("def check(input, output, expected): raise SystemExit(0)", "WRONG"),
        ("def check(input, output, expected): import os; os._exit(0)", "WRONG"),
        ("def check(input, output, expected):\n    while True: pass", "LIMIT"),
    ],
)
def test_a_checker_decides(verifier: CodeVerifier, checker: str, verdict: str) -> None:
    score = verifier.grade(ECHO, stdin(checker))
    assert score.verdict == verdict, score
    assert "1 2" not in score.reason


def test_a_program_that_does_not_end_well_is_not_checked(verifier: CodeVerifier) -> None:
    always = "def check(input, output, expected): return True"
    assert verifier.grade(ECHO, stdin(always)).verdict == "CORRECT"
    assert verifier.grade(ECHO + "\nraise SystemExit(1)", stdin(always)).verdict == "WRONG"
    assert verifier.grade("while True: pass", stdin(always, limits={"wall_s": 0.5})).verdict == "LIMIT"


def test_an_output_that_is_no_text_reaches_the_checker_as_one(verifier: CodeVerifier) -> None:
    checker = "def check(output): return output == 'a\\ufffdb'"
    program = "import sys; sys.stdout.buffer.write(b'a\\xffb')"
    assert verifier.grade(program, stdin(checker)).verdict == "CORRECT"


def test_an_expected_output_may_be_left_out(verifier: CodeVerifier) -> None:
    reference: dict[str, Any] = {
        "kind": "stdin",
        "tests": [{"input": "10\n"}],
        "checker": "def check(input, output, expected): return sum(map(int, output.split())) == int(input)",
    }
    assert verifier.grade("print(3, 7)", reference).verdict == "CORRECT"
    assert verifier.grade("print(3, 8)", reference).verdict == "WRONG"
    reference["tests"] = {"fn_name": "f", "inputs": [[10]]}
    reference |= {"kind": "function", "checker": "def check(input, output, expected): return sum(output) == input[0]"}
    assert verifier.grade("def f(n): return 4, 6", reference).verdict == "CORRECT"
    assert verifier.grade("def f(n): return 4, 7", reference).verdict == "WRONG"


@pytest.mark.parametrize(
    ("program", "checker", "verdict"),
    [
        ("def f(a): return {1, 2}", "def check(input, output, expected): return output == set(expected)", "CORRECT"),
        ("def f(a): return {1, 3}", "def check(input, output, expected): return output == set(expected)", "WRONG"),
        (
            "def f(a): return (2, 1)",
            "def check(args, result, expected): return args[0] == 7 and result == (2, 1)",
            "CORRECT",
        ),
        ("def f(a): return object()", "def check(output): return True", "WRONG"),
        (
            "def f(a):\n class A(int):\n  __eq__ = lambda *_: True\n return A(5)",
            "def check(a, o, e): return o == 6",
            "WRONG",
        ),
        ("def f(a): return 1 / 0", "def check(output): return True", "WRONG"),
        ("def f(a): raise SystemExit(0)", "def check(output): return True", "WRONG"),
    ],
)
def test_a_checker_of_results(verifier: CodeVerifier, program: str, checker: str, verdict: str) -> None:
    assert verifier.grade(program, function(checker, [1, 2], 7)).verdict == verdict


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ({"checker": "def check(:"}, "not Python"),
        ({"checker": ""}, "empty"),
        ({"checker": 3}, "checker is 3"),
        ({"checker": "def other(a): return True"}, "defines no function check"),
        ({"checker": "def check(): return True"}, "takes 0 arguments"),
        ({"checker": "def check(a, b, c, d): return True"}, "takes 4 arguments"),
        ({"checker": ANY_ORDER, "comparator": "lines"}, "give one of them"),
    ],
)
def test_a_malformed_checker_is_an_error_of_the_task(reference: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadReferenceError, match=problem):
        parse_checker(reference)


def test_a_checker_of_results_is_a_function() -> None:
    with pytest.raises(BadReferenceError, match="defines no function check"):
        CodeVerifier().grade("", function(SCRIPT + "print(1)", 1))


def test_asserts_have_no_checker() -> None:
    reference = {"kind": "assert", "tests": {"entry_point": "f", "asserts": ["assert f()"]}, "checker": ANY_ORDER}
    with pytest.raises(BadReferenceError, match="'stdin' and 'function'"):
        CodeVerifier().grade("", reference)


def test_no_program_runs_where_checkers_do(verifier: CodeVerifier) -> None:
    sandbox = verifier._sandbox
    assert isinstance(sandbox, Sandbox)
    pools = sandbox._pool, sandbox._judges()
    assert pools[0] is not pools[1]
    plant = "import os\nopen('/tmp/planted', 'w').close()\nprint(input())"
    look = "import os\ndef check(output): return not os.path.exists('/tmp/planted')"
    assert [verifier.grade(plant, stdin(look)).verdict for _ in range(4)] == ["CORRECT"] * 4
