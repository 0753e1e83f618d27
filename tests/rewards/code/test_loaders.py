import json
from typing import Any

import pytest

from rlvr.rewards import BadReferenceError
from rlvr.rewards.code.loaders import apps_reference, code_contests_reference, stdin_reference

TESTS = [{"input": "1\n", "output": "2\n"}, {"input": "2\n", "output": "4\n"}]


def test_parallel_lists_become_tests() -> None:
    assert stdin_reference(["1\n", "2\n"], ["2\n", "4\n"]) == {"kind": "stdin", "tests": TESTS}
    found = stdin_reference([["1", "2"]], [["3", "4"]], comparator="tokens", limits={"wall_s": 2})
    assert found["tests"] == [{"input": "1\n2", "output": "3\n4"}]
    assert (found["comparator"], found["limits"]) == ("tokens", {"wall_s": 2})


@pytest.mark.parametrize("as_text", [True, False])
def test_a_row_of_apps_or_taco(as_text: bool) -> None:
    tests = {"inputs": ["1\n", "2\n"], "outputs": ["2\n", "4\n"]}
    assert apps_reference({"input_output": json.dumps(tests) if as_text else tests})["tests"] == TESTS


def test_a_row_with_a_function() -> None:
    tests = {"fn_name": "f", "inputs": [[1], [[2, 3]]], "outputs": [[2], [[5]]]}
    found = apps_reference({"input_output": tests})
    assert found["kind"] == "function"
    assert found["tests"] == {"fn_name": "f", "inputs": [[1], [[2, 3]]], "outputs": [2, [5]]}


def test_a_row_of_code_contests() -> None:
    row = {
        "public_tests": {"input": ["1\n"], "output": ["2\n"]},
        "private_tests": {"input": [], "output": []},
        "generated_tests": {"input": ["2\n"], "output": ["4\n"]},
    }
    assert code_contests_reference(row)["tests"] == TESTS


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "input_output is None"),
        ({"input_output": ""}, "is not JSON"),
        ({"input_output": "{}"}, "give"),
        ({"input_output": {"inputs": [], "outputs": []}}, "tests is empty"),
        ({"input_output": {"inputs": ["1"], "outputs": []}}, "1 inputs and 0 outputs"),
        ({"input_output": {"inputs": [1], "outputs": ["2"]}}, "a test has '?1"),
    ],
)
def test_a_row_without_tests_is_an_error(row: dict[str, Any], message: str) -> None:
    with pytest.raises(BadReferenceError, match=message):
        apps_reference(row)


def test_code_contests_without_tests_is_an_error() -> None:
    with pytest.raises(BadReferenceError, match="tests is empty"):
        code_contests_reference({})
    with pytest.raises(BadReferenceError, match="public_tests is"):
        code_contests_reference({"public_tests": [1]})
