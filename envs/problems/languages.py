"""Problems of reading a small language: expressions with operators of their own."""

from __future__ import annotations

from typing import Any

from rlvr.envs.problems.family import Family, Phrase
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT, TEXT


def _expression(inputs: Inputs, depth: int) -> str:
    if depth == 0 or inputs.rng.random() < 0.25:
        return str(inputs.integer(0, 12))
    parts = [_operand(inputs, depth - 1) for _ in range(inputs.integer(2, 4))]
    text = parts[0]
    for part in parts[1:]:
        text += inputs.choice("+*@#") + part
    return text


def _operand(inputs: Inputs, depth: int) -> str:
    if depth and inputs.rng.random() < 0.4:
        return f"({_expression(inputs, depth)})"
    return str(inputs.integer(0, 12))


def _drawn(inputs: Inputs) -> list[Any]:
    return [_expression(inputs, 1 + inputs.size // 4)]


_STRENGTHS = (
    Phrase("@ and # bind as strongly as +, less than *", '{"*": 2, "+": 1, "@": 1, "#": 1}'),
    Phrase("@ and # bind as strongly as *, more than +", '{"*": 2, "+": 1, "@": 2, "#": 2}'),
    Phrase("@ binds most strongly, then *, then +, and # least", '{"*": 3, "+": 2, "@": 4, "#": 1}'),
    Phrase("# binds most strongly, then *, then +, and @ least", '{"*": 3, "+": 2, "@": 1, "#": 4}'),
    Phrase("+ binds most strongly, then @ and # alike, and * least", '{"*": 1, "+": 3, "@": 2, "#": 2}'),
    Phrase("* and + bind alike and less than @, which binds less than #", '{"*": 1, "+": 1, "@": 2, "#": 3}'),
    Phrase("all four bind alike", '{"*": 1, "+": 1, "@": 1, "#": 1}'),
)

EVALUATE = Family(
    name="evaluate",
    statement=(
        "An expression is made of integers, parentheses and the operators +, *, @ and #, without spaces. a@b is $i "
        "times a plus $j times b, and a#b is $hash; $strengths. Operators that bind alike are applied from $side. "
        "Given an expression, give its value modulo $modulus, every step of it taken modulo $modulus."
    ),
    params={"text": TEXT},
    returns=INT,
    source="""
def evaluate(text):
    strengths = $strengths
    tokens = text.translate(str.maketrans({c: f" {c} " for c in "+*@#()"})).split()

    def apply(operator, a, b):
        if operator == "+":
            return (a + b) % $modulus
        if operator == "*":
            return a * b % $modulus
        if operator == "@":
            return ($i * a + $j * b) % $modulus
        return $hash % $modulus

    def operand():
        token = tokens.pop(0)
        if token != "(":
            return int(token) % $modulus
        value = expression(0)
        tokens.pop(0)
        return value

    def expression(least):
        value = operand()
        while tokens and tokens[0] != ")" and strengths[tokens[0]] >= least:
            operator = tokens.pop(0)
            value = apply(operator, value, expression(strengths[operator] + $side))
        return value

    return expression(0)
""",
    choices={
        "i": range(2, 7),
        "j": range(2, 7),
        "hash": [
            Phrase("the larger of a and b", "max(a, b)"),
            Phrase("the smaller of a and b", "min(a, b)"),
            Phrase("the distance of a and b", "abs(a - b)"),
        ],
        "strengths": _STRENGTHS,
        "side": [Phrase("left to right", "1"), Phrase("right to left", "0")],
        "modulus": [97, 101, 103, 107],
    },
    draw=_drawn,
    edges=[["0"], ["(5)"], ["1+2*3"], ["1@2@3"], ["7#2#1"], ["2*3+4@5#1"]],
)
