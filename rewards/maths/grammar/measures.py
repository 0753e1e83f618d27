r"""The grammar of units and currencies beside a value: `5\text{ cm}^2`, `5 \frac{\text{m}}{\text{s}}`, `\$5`."""

from __future__ import annotations

import re

from rlvr.rewards.maths.grammar.expressions import Expressions
from rlvr.rewards.maths.grammar.lexicon import DIVIDED
from rlvr.rewards.maths.tree import ONE, Node
from rlvr.rewards.maths.units import atoms_of, name_of

_ABOUT = re.compile(r"\(?\s*(?:or\s+)?(?:about|approx\.?|approximately|roughly)\s*", re.IGNORECASE)
_UNIT_KINDS = frozenset({"text", "unit", "cur", "fn", "cmd", "sym"})
_FUNCTION_UNITS = frozenset({"min", "sec"})
_SCALES = {"C": "celsius", "F": "fahrenheit"}
_QUOTIENTS = frozenset({("m", "s"), ("g", "L"), ("N", "m")})
"""Units of two bare letters, as in `9.8 m/s^2`: any other letters are variables."""
_DIVISORS = frozenset({"h", "s", "m", "g", "L", "l"})
"""Bare letters that are units where a unit is divided by them, as in `5 km/h`."""
_AFTER_UNIT = frozenset({"end", "sep", "close", "conj", "unit", "text", "rel"})
_COUNTS_PARTS = frozenset({"div", "dec", "add"})


def is_remark(words: str) -> bool:
    """Return whether words after an opening bracket announce an approximation, as in "(about 18.9 cards)"."""
    return words.startswith("(") and _ABOUT.fullmatch(words) is not None


class Measures(Expressions):
    """Reads what measures a value."""

    __slots__ = ()

    def starts_remark(self) -> bool:
        r"""Return whether "(about 18.9)" or `(\approx 18.9)` comes next, which is no factor."""
        kind, value, _, _ = self.tokens[self.at]
        if kind == "text":
            return is_remark(value)
        following = self.tokens[self.at + 1] if kind == "open" and value == "(" else None
        if following is None:
            return False
        return following[:2] == ("rel", "~") or (following[0] == "text" and is_remark(f"({following[1]}"))

    def _currency(self) -> str:
        kind, value, _, _ = self.tokens[self.at]
        if kind != "cur":
            return ""
        self.at += 1
        return value

    def _starts_unit(self, kind: str, value: str) -> bool:
        following = self.tokens[self.at + 1]
        if kind == "fn":
            is_over = following[:2] == ("op", "/")
            return value in _FUNCTION_UNITS and (is_over or following[0] in _AFTER_UNIT)
        if kind == "cmd":
            return (
                value == "frac" and following[:2] == ("open", "{") and self.tokens[self.at + 2][0] in ("text", "unit")
            )
        return self._starts_quotient() or (value in _SCALES and self._follows_degree() and following[0] in _AFTER_UNIT)

    def _starts_quotient(self) -> bool:
        """Return whether a space and then a unit that begins with a bare letter and a slash follow a number."""
        window = self.tokens[self.at - 1 : self.at + 4] if self.at else []
        if len(window) < 5:
            return False
        number, one, slash, other, last = window
        is_known = (one[1], other[1]) in _QUOTIENTS if other[0] == "sym" else other[0] == "unit" and one[1] in DIVIDED
        is_quotient = slash[:2] == ("op", "/") and is_known
        is_whole = last[0] in _AFTER_UNIT or last[:2] == ("op", "^")
        return number[0] == "num" and one[2] and is_quotient and is_whole

    def _follows_degree(self) -> bool:
        before = [token[:2] for token in self.tokens[max(self.at - 2, 0) : self.at]]
        return before[-1:] in ([("op", "deg")], [("op", "circ")]) or before == [("op", "circ"), ("close", "}")]

    def _measured(self, node: Node, currency: str) -> Node:
        if self.tokens[self.at][0] not in _UNIT_KINDS and not currency:
            return node
        atoms: list[str] = []
        while self._take_unit(atoms):
            pass
        if self.next_is("op", "%") and atoms:
            raise self.unexpected("a percent sign after a unit")
        if not atoms and not currency:
            return node
        name = name_of(tuple(atoms), is_one=node == ONE or node.head in _COUNTS_PARTS) if atoms else ""
        if currency and currency not in name.split("/")[0].split(" "):
            name = name_of((currency, *atoms))
        self.has_units = True
        return Node("quantity", (node, name))

    def _take_unit(self, atoms: list[str]) -> bool:
        """Add the next part of a unit, and return whether there was one."""
        kind, value, _, _ = self.tokens[self.at]
        if kind == "text" and not is_remark(value):
            atoms += atoms_of(value)
        elif kind in ("unit", "cur"):
            atoms.append(value)
        elif kind in ("fn", "cmd", "sym") and self._starts_unit(kind, value):
            if kind == "cmd":
                return self._take_fraction(atoms)
            atoms.append(_SCALES.get(value, value))
        elif kind == "op" and value == "^" and atoms:
            atoms.append(f"^{self._unit_power()}")
            return True
        elif kind == "op" and value == "/" and atoms and self._is_divisor(self.tokens[self.at + 1]):
            atoms += ["/", self.tokens[self.at + 1][1]]
            self.at += 1
        elif kind == "op" and value in ("*", "/") and atoms and self._continues(self.tokens[self.at + 1]):
            atoms += ["/"] if value == "/" else []
        else:
            return False
        self.at += 1
        return True

    def _continues(self, following: tuple[str, str, bool, int]) -> bool:
        return following[0] in ("text", "unit") or (following[0] == "fn" and following[1] in _FUNCTION_UNITS)

    def _is_divisor(self, following: tuple[str, str, bool, int]) -> bool:
        return following[0] == "sym" and following[1] in _DIVISORS

    def _take_fraction(self, atoms: list[str]) -> bool:
        r"""Read the unit `\frac{\text{m}}{\text{s}}`."""
        self.at += 1
        for mark in ("", "/"):
            self.expect("open", "{")
            atoms += [mark] if mark else []
            while self._take_unit(atoms):
                pass
            self.expect("close", "}")
        return True

    def _unit_power(self) -> int:
        """Skip the whole power of a unit and return it."""
        self.at += 1
        is_braced = self.take("open", "{")
        sign = -1 if self.take("op", "-") else 1
        kind, value, _, _ = self.tokens[self.at]
        if kind != "num" or not value.isdigit() or len(value) > 1:
            raise self.unexpected("the power of a unit is no digit")
        self.at += 1
        if is_braced:
            self.expect("close", "}")
        return sign * int(value)
