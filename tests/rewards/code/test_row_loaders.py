"""Rows of HumanEval, MBPP, EvalPlus and LiveCodeBench, as their publishers have them and as nobody should."""

import base64
import json
import os
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rlvr.rewards import BadReferenceError
from rlvr.rewards.code.loaders import (
    evalplus_reference,
    human_eval_program,
    human_eval_reference,
    live_code_bench_reference,
    mbpp_entry_point,
    mbpp_reference,
    packed,
)

HUMAN_EVAL = {
    "task_id": "HumanEval/0",
    "prompt": "import math\n\n\ndef twice(x):\n    return 2 * x\n\n\ndef four(x):\n    '''Four times x.'''\n",
    "canonical_solution": "    return twice(twice(x))\n",
    "entry_point": "four",
    "test": "def check(candidate):\n    assert candidate(2) == twice(4)\n",
}
MBPP = {
    "task_id": 1,
    "prompt": "Write a function to add.",
    "code": "def help(x):\n    return x\n\ndef add(a, b):\n    return help(a) + b",
    "test_imports": [],
    "test_list": ["assert add(1, 2) == 3", "assert add(0, 0) == 0"],
}
PLUS_TEST = """\
import numpy as np

def is_floats(x) -> bool:
    return isinstance(x, float) or isinstance(x, np.ndarray)

def assertion(out, exp, atol):
    if out != exp and is_floats(exp):
        assert np.allclose(out, exp, rtol=1e-07, atol=atol or 1e-6)
    else:
        assert out == exp

"""
EVALPLUS = HUMAN_EVAL | {"test": PLUS_TEST + "def check(candidate):\n    assertion(candidate(1.0), 4.0, 0)\n"}


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def test_a_row_of_human_eval() -> None:
    found = human_eval_reference(HUMAN_EVAL, limits={"wall_s": 2})
    assert (found["kind"], found["limits"]) == ("assert", {"wall_s": 2})
    assert found["preamble"] == "import math\n\n\ndef twice(x):\n    return 2 * x"
    assert found["tests"] == {"entry_point": "four", "test": HUMAN_EVAL["test"]}
    assert human_eval_program(HUMAN_EVAL) == HUMAN_EVAL["prompt"] + HUMAN_EVAL["canonical_solution"]
    plain = HUMAN_EVAL | {"prompt": "def four(x):\n    '''Four times x.'''\n"}
    assert human_eval_reference(plain) == {
        "kind": "assert",
        "tests": {"entry_point": "four", "test": HUMAN_EVAL["test"]},
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prompt": None}, "prompt is None: give a text"),
        ({"prompt": "def other(): 1"}, "begins the function 'four'"),
        ({"prompt": "Write four."}, "prompt is not Python"),
        ({"entry_point": " "}, "entry_point is ' '"),
        ({"test": 3}, "test is 3"),
        ({"test": "def check(:"}, "test is not Python"),
        ({"test": "assert True"}, r"defines check\(candidate\)"),
        ({"test": "(" * 10_000}, "test is not Python"),
    ],
)
def test_a_malformed_row_of_human_eval(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        human_eval_reference(HUMAN_EVAL | change)


def test_a_row_of_mbpp() -> None:
    assert mbpp_reference(MBPP) == {
        "kind": "assert",
        "tests": {"entry_point": "add", "asserts": ["assert add(1, 2) == 3", "assert add(0, 0) == 0"]},
    }
    full = without(MBPP, "prompt", "test_imports") | {
        "text": "Write a function to add.",
        "test_setup_code": "import math\none = 1",
        "challenge_test_list": ["assert add(one, 2) == 3"],
    }
    asserts = mbpp_reference(full)["tests"]["asserts"]
    assert [one.splitlines()[:2] for one in asserts] == [["import math", "one = 1"]] * 3
    assert len(mbpp_reference(full, has_challenge=False)["tests"]["asserts"]) == 2


@pytest.mark.parametrize(
    ("code", "tests", "name"),
    [
        ("def f(x): 1\ndef g(x): 1", ["assert g(f(1))", "assert g(2)"], "g"),
        ("def f(x): 1\ndef g(x): 1", ["assert g(f(1))"], "g"),
        ("class F: pass", ["assert F().x == 1", "a = F()\nassert a"], "F"),
        ("def f(x): 1", ["assert set(f(1)) == {1}", "assert math.isclose(f(1), 1)"], "f"),
        ("def sum(x): 1", ["assert sum([1]) == 1"], "sum"),
    ],
)
def test_the_function_is_the_one_that_every_test_calls(code: str, tests: list[str], name: str) -> None:
    assert mbpp_entry_point({"code": code, "test_list": tests}) == name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"test_list": []}, "test_list is empty"),
        ({"test_list": "assert add(1, 2) == 3"}, "give a list of texts"),
        ({"test_list": ["assert add("]}, "test 0 is not Python"),
        ({"test_list": ["assert other(1)"]}, "no function of the code"),
        ({"code": None}, "code is None"),
        ({"code": "def add("}, "code is not Python"),
        ({"test_imports": [3]}, "test_imports is "),
        ({"test_setup_code": 3}, "test_setup_code is 3"),
        (
            {"code": "class Node: 1\ndef add(x): 1", "test_list": ["assert add(r)"], "test_setup_code": "r = Node(1)"},
            "the tests use Node, which only the reference code defines",
        ),
    ],
)
def test_a_malformed_row_of_mbpp(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        mbpp_reference(MBPP | change)


def test_a_row_of_evalplus_as_on_the_hub_needs_no_numpy() -> None:
    test = evalplus_reference(EVALPLUS)["tests"]["test"]
    space: dict[str, Any] = {}
    exec(test, space)
    space["check"](lambda x: 4.0000001)
    for wrong in (lambda x: 4.1, lambda x: float("nan"), lambda x: [4.0]):
        with pytest.raises((AssertionError, TypeError)):
            space["check"](wrong)
    mbpp = without(MBPP, "test_list") | {
        "test": PLUS_TEST + "for x in [1]:\n    assertion(add(x, 2), 3, 0)\n",
        "test_list": ["assert add(1, 2) == 3"],
    }
    found = evalplus_reference(mbpp)["tests"]
    assert found["entry_point"] == "add"
    exec(found["asserts"][0], {"add": lambda a, b: a + b})
    with pytest.raises(AssertionError):
        exec(found["asserts"][0], {"add": lambda a, b: a - b})


def test_numpys_comparison_is_numpys() -> None:
    numpy = pytest.importorskip("numpy")
    test = evalplus_reference(EVALPLUS)["tests"]["test"]
    space: dict[str, Any] = {}
    exec(test, space)
    values = [
        0.0,
        1e-7,
        -1e-7,
        1.0,
        1.0000001,
        2,
        [1.0, 2.0],
        [1.0, 2.0000001],
        (1.0, 2.1),
        float("inf"),
        -float("inf"),
    ]
    for one in values:
        for other in values:
            if isinstance(one, list | tuple) == isinstance(other, list | tuple):
                for tolerances in ({}, {"atol": 1e-6}, {"rtol": 1e-07, "atol": 0.2}):
                    expected = bool(numpy.allclose(one, other, **tolerances))
                    assert space["np"].allclose(one, other, **tolerances) is expected, (one, other, tolerances)
    assert not space["np"].allclose(float("nan"), float("nan"))
    assert not space["np"].allclose([1.0], [1.0, 2.0])


LISTED = {
    "entry_point": "four",
    "base_input": [[1], [2]],
    "plus_input": [[3]],
    "expected_output": {"base": [4, 8], "plus": [12]},
    "atol": 0.001,
}


def test_a_row_of_evalplus_as_in_its_files() -> None:
    assert evalplus_reference(LISTED) == {
        "kind": "function",
        "tests": {"fn_name": "four", "inputs": [[1], [2], [3]], "outputs": [4, 8, 12], "float_tol": 0.001},
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (without(LISTED, "expected_output"), "expected_output is missing: EvalPlus computes it"),
        (LISTED | {"plus_input": None}, "plus_input is None"),
        (LISTED | {"expected_output": {"base": [1]}}, r"expected_output\.plus is None"),
        (LISTED | {"expected_output": {"base": [1], "plus": []}}, "3 inputs and 1 outputs"),
        (LISTED | {"atol": "much"}, "float_tol is 'much'"),
        (EVALPLUS | {"test": "import numpy as np\ndef check(c): np.linalg"}, r"test uses np\.linalg"),
        (without(EVALPLUS, "entry_point"), "test_list is empty"),
        ({}, "base_input is None"),
    ],
)
def test_a_malformed_row_of_evalplus(row: dict[str, Any], message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        evalplus_reference(row)


def packed_bytes(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def pack(value: Any, protocol: int | None = None) -> str:
    return packed_bytes(pickle.dumps(value, protocol))


STDIN_TESTS = [
    {"input": "1\n", "output": "2\n", "testtype": "stdin"},
    {"input": "é", "output": "4", "testtype": "stdin"},
]
CALLS = [{"input": '[1, 2]\n"a"', "output": "[3]", "testtype": "functional"}]


@pytest.mark.parametrize(
    "private",
    [json.dumps(STDIN_TESTS), pack(json.dumps(STDIN_TESTS)), pack(STDIN_TESTS), STDIN_TESTS, "", None]
    + [pack(json.dumps(STDIN_TESTS), protocol) for protocol in range(6)]
    + [pack(STDIN_TESTS, protocol) for protocol in range(6)],
)
def test_a_row_of_live_code_bench(private: Any) -> None:
    row = {"public_test_cases": json.dumps(STDIN_TESTS[:1]), "private_test_cases": private, "metadata": "{}"}
    tests = live_code_bench_reference(row, comparator="tokens")
    assert (tests["kind"], tests["comparator"]) == ("stdin", "tokens")
    plain = [{"input": test["input"], "output": test["output"]} for test in STDIN_TESTS]
    assert tests["tests"] == plain[:1] + (plain if private else [])


def test_a_function_of_live_code_bench() -> None:
    row = {
        "public_test_cases": json.dumps(CALLS),
        "private_test_cases": pack(json.dumps(CALLS)),
        "metadata": '{"func_name": "f"}',
    }
    assert live_code_bench_reference(row) == {
        "kind": "function",
        "tests": {"fn_name": "f", "inputs": [[[1, 2], "a"]] * 2, "outputs": [[3]] * 2},
        "preamble": "leetcode",
    }


class Calls:
    """Pickles to a call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


class Own:
    pass


def laughs(depth: int) -> list[Any]:
    found: list[Any] = [{"input": "ha"}]
    for _ in range(depth):
        found = [found, found, found]
    return found


def endless() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


MARKER = "RLVR_PICKLE_RAN"
HOSTILE: dict[str, Any] = {
    "a call of os.system": pack(Calls(os.system, f"touch {MARKER}")),
    "a call of eval": pack([Calls(eval, f"open({MARKER!r}, 'w')")], 0),
    "a call inside a dict": pack({"input": Calls(open, MARKER, "w"), "output": ""}),
    "protocol 2": pack(Calls(os.mkdir, MARKER), 2),
    "a global by name": packed_bytes(b"cos\nsystem\n."),
    "a global from the stack": packed_bytes(b"\x8c\x02os\x8c\x06system\x93."),
    "an instance": packed_bytes(b"(S'touch x'\nios\nsystem\n."),
    "an object of a class": pack(Own()),
    "a builtin type": pack([set()]),
    "an extension": packed_bytes(b"\x82\x01."),
    "a persistent id": packed_bytes(b"Pos\n."),
    "a bytearray of gigabytes": packed_bytes(b"\x96" + (2**35).to_bytes(8, "little") + b"x."),
    "a text of gigabytes": packed_bytes(b"\x8d" + (2**35).to_bytes(8, "little") + b"x."),
    "a memo of gigabytes": packed_bytes(b"]r\xff\xff\xff\x7f."),
    "a memo of gigabytes in digits": packed_bytes(b"]p2147483647\n."),
    "a frame of gigabytes": packed_bytes(b"\x80\x04\x95" + (2**40).to_bytes(8, "little") + b"]."),
    "a number of many digits": packed_bytes(b"I" + b"9" * 10**6 + b"\n."),
    "nothing": packed_bytes(b""),
    "an empty stack": packed_bytes(b"."),
    "no end": packed_bytes(b"]]]"),
    "bytes": pack(b"[]"),
    "lists that hold each other": pack(laughs(40)),
    "a list that holds itself": pack(endless()),
    "a million instructions": packed_bytes(b"(" + b"N" * 2_000_000 + b"l."),
    "no zlib": base64.b64encode(b"hello").decode(),
    "a zlib stream that is cut": base64.b64encode(zlib.compress(pickle.dumps("x" * 10**5))[:-20]).decode(),
    "no base64": "not base64!",
    "no ASCII": "é",
    "JSON that is cut": "[",
    "deep JSON": "[" * 10**5,
    "a packed text that is not JSON": pack("hello"),
    "tests that are no mappings": json.dumps([1]),
    "tests without outputs": json.dumps([{"input": "1"}]),
    "tests of another type": json.dumps([{"input": "1", "output": "2", "testtype": "interactive"}]),
    "tests of two types": json.dumps([STDIN_TESTS[0], CALLS[0]]),
    "an input that is no JSON": json.dumps([CALLS[0] | {"input": "x"}]),
    "a number": 3,
}


@pytest.mark.parametrize("private", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_row_is_an_error_and_runs_nothing(
    private: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadReferenceError):
        live_code_bench_reference({"private_test_cases": private, "metadata": {"func_name": "f"}})
    assert list(tmp_path.iterdir()) == []


def test_the_hostile_pickles_would_have_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pickle.loads(zlib.decompress(base64.b64decode(HOSTILE["a call of os.system"])))
    assert (tmp_path / MARKER).exists()


def test_a_bomb_is_not_unpacked() -> None:
    size = packed.MAX_UNPACKED_BYTES
    stream = zlib.compressobj(9)
    bomb = b"".join([*(stream.compress(bytes(2**20)) for _ in range(size // 2**20 + 1)), stream.flush()])
    assert len(bomb) < size / 500
    with pytest.raises(BadReferenceError, match=f"unpacks to more than {size:,} bytes"):
        live_code_bench_reference({"private_test_cases": base64.b64encode(bomb).decode()})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "tests is empty"),
        ({"public_test_cases": "[]", "private_test_cases": "[]"}, "tests is empty"),
        ({"public_test_cases": '{"input": "1"}'}, "neither JSON nor base64"),
        ({"public_test_cases": {"input": "1"}}, "public_test_cases is"),
        ({"public_test_cases": STDIN_TESTS, "metadata": "[]"}, r"metadata is \[\]|metadata is"),
        ({"public_test_cases": STDIN_TESTS, "metadata": "{"}, "metadata is .* not JSON"),
        ({"public_test_cases": CALLS, "metadata": "{}"}, "fn_name is None"),
    ],
)
def test_a_malformed_row_of_live_code_bench(row: dict[str, Any], message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        live_code_bench_reference(row)
