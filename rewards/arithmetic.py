r"""Arithmetic expressions: an allow-list tokenizer, a precedence parser, exact rational values.

What is read: integers and decimals without separators, `+ - * /`, parentheses, signs before a value, and the
spellings `× · ⋅ ∗ \times \cdot` of `*`, `÷ ∕ \div` of `/`, `−` of `-`. Everything else is refused, powers and
implied multiplication included (`2(3)`), as is an expression beyond the bounds on length, digits, numbers and depth, so
that parsing and evaluating take a bounded time. Neither uses recursion or Python's own parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from rlvr.rewards.numeric import reference_number
from rlvr.rewards.score import Score, shown
from rlvr.rewards.verifier import FrozenVerifier

MAX_CHARS = 2_000
"""Characters of an expression."""
MAX_DIGITS = 50
"""Digits of one number."""
MAX_NUMBERS = 200
"""Numbers in an expression."""
MAX_DEPTH = 50
"""Parentheses and signs open at once."""

_TOKEN = re.compile(r"\s*(?:([0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(\\times|\\cdot|\\div|[-+*/()×·⋅∗÷∕−])|(\S))")
_SPELLINGS = {"×": "*", "·": "*", "⋅": "*", "∗": "*", "\\times": "*", "\\cdot": "*", "÷": "/", "∕": "/", "\\div": "/"}
_SPELLINGS["−"] = "-"
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "negative": 3, "positive": 3}


class ExpressionError(ValueError):
    """The text is not an expression that can be evaluated; the subclasses say why."""


class ExpressionSyntaxError(ExpressionError):
    """The text is not an arithmetic expression."""


class ExpressionTooLargeError(ExpressionError):
    """The expression exceeds a bound on its length, digits, numbers or depth."""


class DivisionByZeroError(ExpressionError):
    """The expression divides by zero."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was parsed and evaluated."""

    value: Fraction
    """Its exact value."""
    numbers: tuple[Fraction, ...]
    """The numbers written in it, from left to right, without the signs before them."""


def evaluate(text: str) -> Fraction:
    """Return the exact value of the expression `text`.

    Raises:
        ExpressionError: If it is not an expression, exceeds a bound, or divides by zero.
    """
    return parse_expression(text).value


def numbers(text: str) -> tuple[Fraction, ...]:
    """Return the numbers written in the expression `text`, from left to right.

    Raises:
        ExpressionError: If it is not an expression, exceeds a bound, or divides by zero.
    """
    return parse_expression(text).numbers


def parse_expression(text: str) -> Expression:
    """Parse and evaluate the expression `text`.

    Raises:
        ExpressionSyntaxError: If it is not an expression.
        ExpressionTooLargeError: If it exceeds a bound.
        DivisionByZeroError: If it divides by zero.
    """
    if len(text) > MAX_CHARS:
        raise ExpressionTooLargeError(f"an expression has at most {MAX_CHARS} characters, got {len(text)}")
    parser = _Parser()
    for match in _TOKEN.finditer(text.rstrip()):
        number, symbol, other = match.groups()
        if other:
            raise ExpressionSyntaxError(f"{shown(other)} has no place in an expression")
        if number:
            parser.take_number(number)
        else:
            parser.take_symbol(_SPELLINGS.get(symbol, symbol))
    return parser.finish()


class _Parser:
    """Shunting yard over two stacks: values, and the operators that wait for their right side."""

    def __init__(self) -> None:
        self._values: list[Fraction] = []
        self._operators: list[str] = []
        self._numbers: list[Fraction] = []
        self._depth = 0
        self._is_value_due = True

    def take_number(self, digits: str) -> None:
        if not self._is_value_due:
            raise ExpressionSyntaxError(f"an operator is missing before {shown(digits)}")
        if len(digits) > MAX_DIGITS:
            raise ExpressionTooLargeError(f"a number has at most {MAX_DIGITS} digits, got {len(digits)}")
        if len(self._numbers) == MAX_NUMBERS:
            raise ExpressionTooLargeError(f"an expression has at most {MAX_NUMBERS} numbers")
        self._numbers.append(Fraction(digits))
        self._values.append(self._numbers[-1])
        self._is_value_due = False

    def take_symbol(self, symbol: str) -> None:
        if symbol == ")":
            self._close()
        elif self._is_value_due:
            self._open(symbol)
        elif symbol == "(":
            raise ExpressionSyntaxError("an operator is missing before '('")
        else:
            while self._operators and _PRECEDENCE.get(self._operators[-1], 0) >= _PRECEDENCE[symbol]:
                self._apply()
            self._operators.append(symbol)
            self._is_value_due = True

    def finish(self) -> Expression:
        if self._is_value_due:
            raise ExpressionSyntaxError("a number is missing at the end")
        while self._operators:
            if self._operators[-1] == "(":
                raise ExpressionSyntaxError("a '(' is not closed")
            self._apply()
        return Expression(self._values.pop(), tuple(self._numbers))

    def _open(self, symbol: str) -> None:
        if symbol not in {"(", "-", "+"}:
            raise ExpressionSyntaxError(f"a number is missing before {symbol!r}")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionTooLargeError(f"an expression opens at most {MAX_DEPTH} parentheses and signs at once")
        self._operators.append({"-": "negative", "+": "positive"}.get(symbol, symbol))

    def _close(self) -> None:
        if self._is_value_due:
            raise ExpressionSyntaxError("a number is missing before ')'")
        while self._operators and self._operators[-1] != "(":
            self._apply()
        if not self._operators:
            raise ExpressionSyntaxError("a ')' closes nothing")
        self._operators.pop()
        self._depth -= 1

    def _apply(self) -> None:
        operator = self._operators.pop()
        right = self._values.pop()
        if operator in {"negative", "positive"}:
            self._depth -= 1
            self._values.append(-right if operator == "negative" else right)
            return
        left = self._values.pop()
        if operator == "/" and right == 0:
            raise DivisionByZeroError("the expression divides by zero")
        self._values.append(_combined(operator, left, right))


def _combined(operator: str, left: Fraction, right: Fraction) -> Fraction:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    return left * right if operator == "*" else left / right


@dataclass(frozen=True, kw_only=True)
class Arithmetic(FrozenVerifier):
    """Grades an arithmetic expression by its exact value; bounded, frozen and picklable."""

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score:
        """Return CORRECT if the expression `answer` has the value `reference`, a number as `Numeric` takes it.

        Raises:
            BadReferenceError: If the reference is not a number.
        """
        wanted = reference_number(reference)
        try:
            value = evaluate(answer)
        except ExpressionError as error:
            return Score.wrong(str(error))
        return Score.correct("the expression has the value") if value == wanted else Score.wrong("a different value")
