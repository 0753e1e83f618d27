"""The bugs themselves: which there are, and that running them ends."""

import pytest

from rlvr.envs.problems.bugs import bugs_of
from rlvr.envs.problems.running import Ended, runner_of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a < b", ["a <= b", "a > b"]),
        ("a == b", ["a != b"]),
        ("a not in b", ["a in b"]),
        ("(a) in (b)", ["(a) not in (b)"]),
        ("a + b", ["a - b"]),
        ("a // b", ["a % b"]),
        ("(a * b) - c", ["(a + b) - c", "(a * b) + c"]),
        ("a and (b or c)", ["a or (b or c)", "a and (b and c)"]),
        ("not (a)", [" (a)".lstrip()]),
        ("-a", ["a"]),
        ("max(a, 1)", ["min(a, 1)", "max(a, 0)", "max(a, 2)"]),
        ("[a, 0]", ["[a, 1]"]),
        ("sorted(a, reverse=True)", ["sorted(a, reverse=False)"]),
        ("a < b <= c", ["a <= b <= c", "a > b <= c", "a < b < c"]),
        ("a.b('<')", []),
    ],
)
def test_small_changes_of_an_expression(expression: str, expected: list[str]) -> None:
    before, after = "def f(a, b, c):\n    return ", "\n"
    assert bugs_of(before + expression + after) == [before + one + after for one in expected]


def test_other_lines_stay_as_they_are() -> None:
    source = "def f(a):\n    x = 1   # one\n    x += a\n    return x\n"
    assert bugs_of(source) == [
        source.replace("1 ", "0 ", 1),
        source.replace("1 ", "2 ", 1),
        source.replace("+=", "-="),
    ]


@pytest.mark.parametrize(
    ("body", "ended"),
    [
        ("return a + 1", Ended(value=3)),
        ("return a // 0", Ended(error="ZeroDivisionError")),
        ("return f(a)", None),
        ("while True:\n        pass", None),
        (
            "while True:\n        try:\n            a += 1\n        except BaseException as e:\n            raise e",
            None,
        ),
        ("for x in [1] * 10**6:\n        a += 1\n    return a", None),
    ],
)
def test_a_run_ends_whatever_the_bug_does(body: str, ended: Ended | None) -> None:
    run = runner_of(f"def f(a):\n    {body}\n", "f")
    found = run([2])
    assert found == ended or (ended is None and found == Ended(error="RecursionError"))
    assert runner_of("def f(a):\n    return a\n", "f")([2]) == Ended(value=2)


def test_a_bug_cannot_change_a_test() -> None:
    arguments = ([1, [2]],)
    assert runner_of("def f(a):\n    a[1].append(3)\n    return a.pop()\n", "f")(arguments) == Ended(value=[2, 3])
    assert arguments == ([1, [2]],)
