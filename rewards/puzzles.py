"""The checkers of the puzzle tasks: any right answer counts, a hedge never does.

All three take time linear in the answer, which is refused unread beyond a length, and compare exact values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rlvr.rewards.arithmetic import ExpressionError, parse_expression
from rlvr.rewards.numeric import Number, parse_number, reference_number
from rlvr.rewards.score import BadReferenceError, Score, shown
from rlvr.rewards.verifier import FrozenVerifier

MAX_CHARS = 10_000
"""Characters of an assignment."""

_ROLES = {"knight": "knight", "knights": "knight", "knave": "knave", "knaves": "knave"}
_FILLERS = {"is", "are", "a", "an", "the", "and", "both", "all"}
_PUNCTUATION = frozenset(",;.:=-–—→>*()[]{}\"'`&$")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class CountdownChecker(FrozenVerifier):
    """Grades an arithmetic expression that must use each given number exactly once and reach the target.

    The reference is `{"numbers": [3, 5, 7], "target": 26}`. Any valid expression of `rlvr.rewards.arithmetic` is
    right; so is one followed by `= 26`, the value that it has. Numbers cannot be joined into longer ones, left out or
    used twice. One period at the end is dropped.
    """

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score:
        """Return CORRECT if `answer` reaches the target with each number once, else WRONG.

        Raises:
            BadReferenceError: If the reference is not of the form above.
        """
        given, target = _countdown_reference(reference)
        text, equals, stated = answer.strip().removesuffix(".").partition("=")
        try:
            expression = parse_expression(text)
        except ExpressionError as error:
            return Score.wrong(str(error))
        if equals and parse_number(stated) != expression.value:
            return Score.wrong("what follows '=' is not the value of the expression")
        if sorted(expression.numbers) != given:
            return Score.wrong("each of the given numbers must be used exactly once, and no other")
        if expression.value != target:
            return Score.wrong(f"the expression is {shown(str(expression.value))}, not the target")
        return Score.correct("the expression reaches the target")


@dataclass(frozen=True, kw_only=True)
class LinearEquationChecker(FrozenVerifier):
    """Grades the solution of an equation in one unknown: `x = -7/3`, or the number alone.

    Numbers are read and compared as `rlvr.rewards.numeric` does; `$...$` around the whole is dropped. The reference is
    a number, its text, or such an equation.
    """

    is_bounded: ClassVar[bool] = True

    variable: str = "x"
    """The name of the unknown; another name before the `=` is WRONG."""

    def grade(self, answer: str, reference: Any) -> Score:
        """Return CORRECT if `answer` states the number that the reference does, else WRONG.

        Raises:
            BadReferenceError: If the reference is not a number.
        """
        wanted = self._stated(reference) if isinstance(reference, str) else reference_number(reference)
        if wanted is None:
            raise BadReferenceError(f"the reference {shown(str(reference))} is not a number")
        given = self._stated(answer)
        if given is None:
            return Score.wrong(f"not one value of {self.variable}: {shown(answer)}")
        return Score.correct("equal as numbers") if given == wanted else Score.wrong("a different number")

    def _stated(self, text: str) -> Number | None:
        text = text.strip()
        if text.startswith("$") and text.endswith("$"):
            text = text.strip("$").strip()
        if text.startswith(self.variable):
            name, _, value = text.partition("=")
            text = value if name.rstrip() == self.variable else text
        return parse_number(text)


@dataclass(frozen=True, kw_only=True)
class KnightsAndKnavesChecker(FrozenVerifier):
    """Grades who is a knight and who is a knave.

    The reference maps each name to "knight" or "knave". The answer is a list of claims in either order, "Alice is a
    knight, Bob and Carol are knaves" or "Knights: Alice. Knaves: Bob, Carol"; punctuation and "is", "are", "a", "the",
    "and" may stand between. Any other word, "not" and "or" among them, makes it WRONG, as do a person without a role,
    a role without a person, and two roles for one person. Names are words, and their case does not matter unless
    "a", "is" and the like are names.
    """

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score:
        """Return CORRECT if `answer` gives everyone the role that the reference does, else WRONG.

        Raises:
            BadReferenceError: If the reference is not of the form above.
        """
        wanted = _assignment_reference(reference)
        if len(answer) > MAX_CHARS:
            return Score.wrong(f"an assignment has at most {MAX_CHARS} characters, got {len(answer)}")
        try:
            given = _assignment(answer, _Names(wanted))
        except _AmbiguousError as error:
            return Score.wrong(str(error))
        missing = sorted(set(wanted) - set(given))
        if missing:
            return Score.wrong(f"{missing[0]} has no role")
        return Score.correct("everyone's role is right") if given == wanted else Score.wrong("a role is wrong")


class _AmbiguousError(Exception):
    """The text is not one assignment of roles."""


class _Names:
    """Finds people by their names: as written, else in any case unless that is a filler word."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {name.lower(): name for name in names if name.lower() not in _FILLERS}
        self._names |= {name: name for name in names}

    def find(self, word: str) -> str | None:
        return self._names.get(word) or self._names.get(word.lower())


def _assignment(text: str, names: _Names) -> dict[str, str]:
    """Return the role of each person named in `text`; the first word decides whether roles follow names or lead."""
    claims = _Claims()
    for word in _WORD.findall(text):
        role = _ROLES.get(word.lower())
        if name := names.find(word):
            claims.take_name(name)
        elif role:
            claims.take_role(role)
        elif word.lower() == "none" and claims.leading_role:
            claims.is_settled = True
        elif word not in _PUNCTUATION and word.lower() not in _FILLERS:
            raise _AmbiguousError(f"{shown(word)} has no place in a list of roles")
    return claims.finish()


class _Claims:
    """What a text has claimed so far."""

    def __init__(self) -> None:
        self.roles: dict[str, str] = {}
        self.waiting: list[str] = []
        self.leading_role: str | None = None
        self.is_settled = True

    def take_name(self, name: str) -> None:
        if self.leading_role is None:
            self.waiting.append(name)
        else:
            self._claim(name, self.leading_role)
        self.is_settled = self.leading_role is not None

    def take_role(self, role: str) -> None:
        if self.leading_role or not (self.roles or self.waiting):
            self._require_settled()
            self.leading_role, self.is_settled = role, False
            return
        if not self.waiting:
            raise _AmbiguousError(f"{role!r} stands without a person")
        for name in self.waiting:
            self._claim(name, role)
        self.waiting.clear()
        self.is_settled = True

    def finish(self) -> dict[str, str]:
        self._require_settled()
        return self.roles

    def _require_settled(self) -> None:
        if not self.is_settled:
            raise _AmbiguousError("the last role or person stands alone")

    def _claim(self, name: str, role: str) -> None:
        if self.roles.setdefault(name, role) != role:
            raise _AmbiguousError(f"{name} has two roles")


def _assignment_reference(reference: Any) -> dict[str, str]:
    is_mapping = isinstance(reference, Mapping) and len(reference) > 0
    if not is_mapping or not all(isinstance(n, str) and r in ("knight", "knave") for n, r in reference.items()):
        raise BadReferenceError(f"the reference must map names to 'knight' or 'knave', got {shown(repr(reference))}")
    for name in reference:
        if not re.fullmatch(r"\w+", name) or name.lower() in _ROLES:
            raise BadReferenceError(f"a name must be one word and no role, got {shown(name)}")
    return dict(reference)


def _countdown_reference(reference: Any) -> tuple[list[int], int]:
    """Return the sorted numbers and the target."""
    fields = reference if isinstance(reference, Mapping) else {}
    numbers, target = fields.get("numbers"), fields.get("target")
    if isinstance(numbers, list | tuple) and numbers and all(type(each) is int for each in (*numbers, target)):
        return sorted(numbers), int(target or 0)
    raise BadReferenceError(
        f"the reference must be {{'numbers': [integers], 'target': integer}}, got {shown(repr(reference))}"
    )
