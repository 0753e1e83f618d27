"""EvalPlus (HumanEval+ and MBPP+), in both of its forms.

On the Hub a row has `test`, a script that compares with NumPy. A judge's slot has the standard library only, so NumPy
is replaced by the two comparisons that these scripts make with it. In EvalPlus's own files a row has `base_input` and
`plus_input`, whose expected outputs are computed by running the reference code; they must come with the row.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from rlvr.rewards.code.comparators import seen
from rlvr.rewards.code.loaders.fields import text_of
from rlvr.rewards.code.loaders.human_eval import check_reference
from rlvr.rewards.code.loaders.mbpp import mbpp_entry_point
from rlvr.rewards.code.reading import parsed
from rlvr.rewards.code.reference import parse_reference
from rlvr.rewards.score import BadReferenceError

_NUMPY = '''\
class np:
    ndarray = type("ndarray", (), {})
    float64 = float32 = None

    @staticmethod
    def allclose(a, b, rtol=1e-05, atol=1e-08):
        """Compares numbers, and lists of them, as NumPy does."""
        if isinstance(b, (list, tuple)):
            if not isinstance(a, (list, tuple)) or len(a) != len(b):
                return False
            return all(np.allclose(one, other, rtol, atol) for one, other in zip(a, b))
        return a == b or abs(a - b) <= atol + rtol * abs(b) < float("inf")

    class testing:
        @staticmethod
        def assert_allclose(a, b, rtol=1e-07, atol=0):
            assert np.allclose(a, b, rtol, atol)
'''
_KNOWN = frozenset({"ndarray", "float64", "float32", "allclose", "testing"})


def evalplus_reference(row: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the reference of a row of HumanEval+ or MBPP+.

    Args:
        row: With `test`, as on the Hub; or with `entry_point`, `base_input`, `plus_input` and the expected outputs as
            `expected_output`, `{"base": [...], "plus": [...]}`.
        fields: Further fields of the reference.

    Raises:
        BadReferenceError: a field is missing or malformed; the expected outputs are not there.
    """
    if row.get("test") is None:
        return _listed(row, **fields)
    test = _without_numpy(text_of(row, "test"))
    if row.get("entry_point") is not None:
        return check_reference(row, test, **fields)
    reference = {"kind": "assert", "tests": {"entry_point": mbpp_entry_point(row), "asserts": [test]}} | fields
    parse_reference(reference)
    return reference


def _without_numpy(test: str) -> str:
    tree = parsed(test, "test")
    imports = [node for node in tree.body if isinstance(node, ast.Import) and node.names[0].name == "numpy"]
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np"
    }
    if not imports:
        return test
    if used - _KNOWN:
        raise BadReferenceError(f"test uses np.{min(used - _KNOWN)}, which a judge does not have: leave the row out")
    dropped = {node.lineno - 1 for node in imports}
    lines = test.split("\n")
    return _NUMPY + "\n".join("" if number in dropped else line for number, line in enumerate(lines)) + "\n"


def _listed(row: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    inputs = [case for name in ("base_input", "plus_input") for case in _cases(row.get(name), name)]
    expected = row.get("expected_output")
    if not isinstance(expected, Mapping):
        raise BadReferenceError(
            'expected_output is missing: EvalPlus computes it by running canonical_solution; give {"base": [...], '
            '"plus": [...]}, or take the rows of evalplus/humanevalplus or evalplus/mbppplus, which have a test'
        )
    outputs = [case for name in ("base", "plus") for case in _cases(expected.get(name), f"expected_output.{name}")]
    tests = {"fn_name": text_of(row, "entry_point"), "inputs": inputs, "outputs": outputs}
    tolerance = row.get("atol") or 0
    reference = {"kind": "function", "tests": tests | ({"float_tol": tolerance} if tolerance else {})} | fields
    parse_reference(reference)
    return reference


def _cases(cases: Any, name: str) -> list[Any]:
    if not isinstance(cases, list | tuple):
        raise BadReferenceError(f"{name} is {seen(cases)}: give a list")
    return list(cases)
