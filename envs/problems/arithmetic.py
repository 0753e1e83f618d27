"""Problems of one or two integers and one expression."""

from __future__ import annotations

from rlvr.envs.problems.family import Family
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT
from rlvr.envs.problems.phrases import CONDITIONS


def _one(inputs: Inputs) -> list[int]:
    return [inputs.number()]


def _two(inputs: Inputs) -> list[int]:
    return [inputs.number(), inputs.number()]


def _near(inputs: Inputs) -> list[int]:
    return [inputs.integer(-12, 12), inputs.integer(-12, 12)]


_FACTORS, _TERMS = range(2, 21), range(1, 51)

PLUS = Family(
    name="f",
    statement="Given an integer x, compute $a times x, plus $b.",
    params={"x": INT},
    returns=INT,
    source="""
def f(x):
    return $a * x + $b
""",
    choices={"a": _FACTORS, "b": _TERMS},
    draw=_one,
    edges=[[0], [1], [-1]],
)

MINUS = Family(
    name="f",
    statement="Given an integer x, compute $a times x, minus $b.",
    params={"x": INT},
    returns=INT,
    source="""
def f(x):
    return $a * x - $b
""",
    choices={"a": _FACTORS, "b": _TERMS},
    draw=_one,
    edges=[[0], [1], [-1]],
)

SHIFTED = Family(
    name="f",
    statement="Given an integer x, add $b to it and multiply the result by $a.",
    params={"x": INT},
    returns=INT,
    source="""
def f(x):
    return (x + $b) * $a
""",
    choices={"a": _FACTORS, "b": _TERMS},
    draw=_one,
    edges=[[0], [1], [-1]],
)

REMAINDER = Family(
    name="f",
    statement=(
        "Given two integers x and y, compute the remainder of x when divided by $a (it is never negative), plus $b "
        "times y."
    ),
    params={"x": INT, "y": INT},
    returns=INT,
    source="""
def f(x, y):
    return x % $a + $b * y
""",
    choices={"a": range(3, 21), "b": range(2, 31)},
    draw=_two,
    edges=[[0, 0], [-1, 0], [1, -1]],
)

QUOTIENT = Family(
    name="f",
    statement="Given two integers x and y, divide x by $a, round the quotient down, and add $b times y.",
    params={"x": INT, "y": INT},
    returns=INT,
    source="""
def f(x, y):
    return x // $a + $b * y
""",
    choices={"a": range(3, 21), "b": range(2, 31)},
    draw=_two,
    edges=[[0, 0], [-1, 0], [1, -1]],
)

PIECEWISE = Family(
    name="piecewise",
    statement="Given an integer x that is $condition, compute $a times x; given any other integer, compute x plus $b.",
    params={"x": INT},
    returns=INT,
    source="""
def piecewise(x):
    if $condition:
        return $a * x
    return x + $b
""",
    choices={"condition": CONDITIONS, "a": range(2, 12), "b": range(2, 21)},
    draw=_one,
    edges=[[0], [-1]],
)

LIMITED = Family(
    name="limited",
    statement=(
        "Given two integers x and y, compute $a times x minus $b times y. If that is less than $low, the answer is "
        "$low; if it is more than $high, the answer is $high."
    ),
    params={"x": INT, "y": INT},
    returns=INT,
    source="""
def limited(x, y):
    return max($low, min($high, $a * x - $b * y))
""",
    choices={"a": range(2, 6), "b": range(2, 6), "low": range(-30, -5, 3), "high": range(20, 60, 4)},
    draw=_near,
    edges=[[0, 0], [99, -99], [-99, 99]],
)
