import json
import marshal
from typing import Any

import pytest

from rlvr.rewards import BadReferenceError
from rlvr.rewards.code.assert_reference import AssertReference
from rlvr.rewards.code.calls import CallTest
from rlvr.rewards.code.fields import LEETCODE, MAX_TESTS
from rlvr.rewards.code.judged import JudgedTest
from rlvr.rewards.code.reference import FunctionReference, StdinReference, parse_reference
from rlvr.sandbox import Limits

TEST = {"input": "1\n", "output": "2\n"}
STDIN: dict[str, Any] = {"kind": "stdin", "tests": [TEST]}
CALLS: dict[str, Any] = {"fn_name": "f", "inputs": [[1], [2]], "outputs": [2, 4]}
FUNCTION: dict[str, Any] = {"kind": "function", "tests": CALLS}


SNIPPET = "assert f(1) == 2"
CHECK = "def check(candidate):\n    assert candidate(1) == 2"
ASSERT: dict[str, Any] = {"kind": "assert", "tests": {"entry_point": "f", "asserts": [SNIPPET]}}


def test_an_assert_reference_is_read() -> None:
    fields = {"entry_point": "f", "asserts": [SNIPPET, "assert f(1) > sys.maxsize"], "weights": [1, 3]}
    found = parse_reference(ASSERT | {"tests": fields, "preamble": "leetcode", "limits": {"wall_s": 2}})
    assert isinstance(found, AssertReference)
    assert (found.entry_point, found.weights, found.preamble) == ("f", (1.0, 3.0), LEETCODE)
    lifted, judged = found.tests
    assert isinstance(lifted, CallTest)
    assert (lifted.output, lifted.is_exact) == (2, True)
    assert isinstance(judged, JudgedTest)
    assert (judged.source, judged.method) == (b"assert f(1) > sys.maxsize", "")


def test_a_test_of_code_is_one_record_for_each_of_its_tests() -> None:
    methods = "\nimport unittest\nclass T(unittest.TestCase):\n    def test_b(self): pass\n    def test_a(self): pass"
    found = parse_reference(ASSERT | {"tests": {"entry_point": "f", "test": CHECK + methods}})
    assert isinstance(found, AssertReference)
    records = [(test.class_name, test.method) for test in found.tests if isinstance(test, JudgedTest)]
    assert records == [("", "check"), ("T", "test_a"), ("T", "test_b")]
    assert found.weights == (1.0, 1.0, 1.0)


def test_a_stdin_reference_is_read() -> None:
    fields = {"comparator": {"type": "float", "atol": 1e-3}, "limits": {"wall_s": 2}, "score": "weighted"}
    found = parse_reference(STDIN | {"tests": [TEST, {"input": "é", "output": "", "weight": 3}]} | fields)
    assert isinstance(found, StdinReference)
    assert [test.input for test in found.tests] == [b"1\n", "é".encode()]
    assert found.weights == (1.0, 3.0)
    assert (found.comparator.name, found.comparator.atol, found.comparator.rtol) == ("float", 1e-3, 1e-6)
    assert found.limits_over(Limits(cpu_s=7)) == Limits(wall_s=2, cpu_s=7)
    assert not found.stops_early


def test_the_defaults() -> None:
    found = parse_reference(STDIN)
    assert isinstance(found, StdinReference)
    assert (found.comparator.name, found.score, found.limits, found.stops_early) == ("lines", "all", (), True)
    assert found.limits_over(Limits()) == Limits(5, 5, 256, 64, 8, 64)


def test_a_function_reference_is_read() -> None:
    found = parse_reference(FUNCTION | {"preamble": "leetcode", "score": "first_k"})
    assert isinstance(found, FunctionReference)
    assert found.fn_name == "f"
    calls = [(marshal.loads(test.arguments), test.output) for test in found.tests]
    assert calls == [(([1], {}), 2), (([2], {}), 4)]
    assert found.preamble == LEETCODE
    assert found.stops_early
    compile(LEETCODE, "preamble", "exec")


def test_a_json_text_is_the_same_as_the_mapping() -> None:
    for reference in (STDIN, FUNCTION, ASSERT):
        assert parse_reference(json.dumps(reference)) == parse_reference(reference)
    large = STDIN | {"tests": [{"input": "1" * 1_100_000, "output": "2"}]}
    assert parse_reference(json.dumps(large)) == parse_reference(large)


def without(reference: dict[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in reference.items() if field != name}


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (None, "is a NoneType: give a mapping"),
        (7, "is a int"),
        ([STDIN], "is a list"),
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is a list"),
        (json.dumps(json.dumps(STDIN)), "encoded twice"),
        ({}, "kind is None: use 'stdin', 'function' or 'assert'"),
        ({"kind": "stdio"}, "kind is 'stdio'"),
        ({"kind": ["stdin"]}, "kind is"),
        (STDIN | {"comparater": "lines"}, "did you mean 'comparator'"),
        (STDIN | {"preamble": "import math"}, "has no field 'preamble'"),
        (without(STDIN, "tests"), "tests is None: give a list"),
        (STDIN | {"tests": []}, "tests is empty: a task needs at least one test"),
        (STDIN | {"tests": {}}, "tests is {}: give a list"),
        (STDIN | {"tests": "ab"}, "tests is 'ab': give a list"),
        (STDIN | {"tests": [TEST] * (MAX_TESTS + 1)}, "at most 10,000"),
        (STDIN | {"tests": [TEST, ["1", "2"]]}, r"tests\[1\] is .* give"),
        (STDIN | {"tests": [{"input": "1"}]}, r"tests\[0\].output is None"),
        (STDIN | {"tests": [{"input": 1, "output": "2"}]}, r"tests\[0\].input is 1: give a text"),
        (STDIN | {"tests": [TEST | {"outputs": "2"}]}, r"tests\[0\] has no field 'outputs' \(did you mean 'output'"),
        (STDIN | {"tests": [{"input": "\ud800", "output": "2"}]}, r"tests\[0\].input has no UTF-8"),
        (STDIN | {"tests": [TEST | {"weight": 0}]}, r"tests\[0\].weight is 0: give a positive"),
        (STDIN | {"tests": [TEST | {"weight": float("inf")}]}, r"weight is inf"),
        (STDIN | {"tests": [TEST | {"weight": True}]}, r"weight is True"),
        (STDIN | {"comparator": "fuzzy"}, "comparator is 'fuzzy'"),
        (STDIN | {"score": "most"}, "score is 'most': use one of all"),
        (STDIN | {"score": ["all"]}, "score is"),
        (STDIN | {"limits": 5}, "limits is 5: give a mapping"),
        (STDIN | {"limits": {"wall": 5}}, "did you mean 'wall_s'"),
        (STDIN | {"limits": {"wall_s": 0}}, "limits: wall_s is 0"),
        (STDIN | {"limits": {"wall_s": "5"}}, "limits: wall_s is '5'"),
        (STDIN | {"limits": {"memory_mb": 1.5}}, "limits: memory_mb is 1.5"),
        (FUNCTION | {"tests": [TEST]}, "tests is .* give"),
        (FUNCTION | {"comparator": "lines"}, "has no field 'comparator'"),
        (FUNCTION | {"tests": without(CALLS, "fn_name")}, "tests.fn_name is None"),
        (FUNCTION | {"tests": CALLS | {"fn_name": "f()"}}, "tests.fn_name is"),
        (FUNCTION | {"tests": CALLS | {"inputs": [], "outputs": []}}, "tests.inputs is empty"),
        (FUNCTION | {"tests": CALLS | {"outputs": [2]}}, "2 inputs and 1 outputs"),
        (FUNCTION | {"tests": CALLS | {"inputs": [1, 2]}}, r"tests.inputs\[0\] is 1: give the list"),
        (FUNCTION | {"tests": CALLS | {"inputs": [[1], [{2}]]}}, r"tests.inputs\[1\] is .* JSON values"),
        (FUNCTION | {"tests": CALLS | {"outputs": [2, {4}]}}, r"tests.outputs\[1\] is .* JSON values"),
        (FUNCTION | {"tests": CALLS | {"float_tol": -1}}, "tests.float_tol is -1"),
        (FUNCTION | {"tests": CALLS | {"weights": [1]}}, "one for each of the 2 tests"),
        (FUNCTION | {"preamble": 5}, "preamble is 5: give source"),
        (ASSERT | {"tests": [SNIPPET]}, r"tests is .* give \{\"entry_point\": name, \"asserts\""),
        (ASSERT | {"tests": {"entry_point": "f"}}, r"tests is .* give"),
        (ASSERT | {"tests": {"entry_point": "f", "asserts": [SNIPPET], "test": CHECK}}, r"tests is .* give"),
        (ASSERT | {"tests": {"entry_point": "f", "assert": [SNIPPET], "test": CHECK}}, "did you mean 'asserts'"),
        (ASSERT | {"tests": {"asserts": [SNIPPET]}}, "tests.entry_point is None: give the name"),
        (ASSERT | {"tests": {"entry_point": "class", "asserts": [SNIPPET]}}, "tests.entry_point is 'class'"),
        (ASSERT | {"tests": {"entry_point": "f", "asserts": []}}, "tests.asserts is empty: a task needs"),
        (ASSERT | {"tests": {"entry_point": "f", "asserts": SNIPPET}}, "tests.asserts is .* give a list"),
        (ASSERT | {"tests": {"entry_point": "f", "asserts": [SNIPPET, 1]}}, r"tests.asserts\[1\] is 1: give source"),
        (ASSERT | {"tests": {"entry_point": "f", "asserts": [SNIPPET, ""]}}, r"tests.asserts\[1\] is empty"),
        (ASSERT | {"tests": {"entry_point": "f", "asserts": ["assert f("]}}, r"tests.asserts\[0\] is not Python"),
        (ASSERT | {"tests": {"entry_point": "f", "test": "def check(c): ("}}, "tests.test is not Python"),
        (ASSERT | {"tests": {"entry_point": "f", "test": SNIPPET}}, "defines neither check"),
        (ASSERT | {"tests": {"entry_point": "f", "test": "class T: pass"}}, "defines neither check"),
        (ASSERT | {"tests": {"entry_point": "f", "asserts": [SNIPPET], "weights": [1, 2]}}, "one for each of the 1"),
        (ASSERT | {"preamble": "import ("}, "preamble is not Python"),
        (ASSERT | {"comparator": "lines"}, "has no field 'comparator'"),
    ],
)
def test_a_malformed_reference_names_the_field_the_value_and_the_remedy(reference: object, message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        parse_reference(reference)
