r"""What the words in `\text{...}` are: a sign, a word that joins, a unit, a remark, or upright mathematics."""

from __future__ import annotations

import re

from rlvr.rewards.maths.grammar.lexicon import Token
from rlvr.rewards.maths.grammar.unit_words import MEASURES
from rlvr.rewards.maths.grammar.words import CONSTANTS, DEGREE_WORDS, PERCENT_WORDS
from rlvr.rewards.maths.units import is_unit

_SPELLED_CONSTANTS = frozenset({"pi", "infinity", "infty"})
_MATHEMATICS = frozenset("0123456789\\^$_=+")
LETTERS = re.compile(r"[A-Z](?:\s*(?:,\s*and\b|,|;|and\b|&)\s*[A-Z])+")
"""Letters of choices in a list, as in `A, B and D`."""
_COUNTED = re.compile(r"((?:\\?\$)?-?\d[\d.,/]*)\s+([A-Za-z][A-Za-z .^\d{}/-]*)")
_VALUES = frozenset({"num", "close", "const", "rep", "clock", "text", "unit"})
_JOINS_UNITS = frozenset({("op", "*"), ("op", "/")})


def meaning(content: str, *, may_measure: bool) -> tuple[str, str] | None:
    """Return the token of words in a font, or None if they are to be read as mathematics.

    Args:
        content: The words, without white space around them.
        may_measure: Whether a unit may stand here (`may_measure`).
    """
    lower = content.lower()
    if content in _SPELLED_CONSTANTS:
        return "const", CONSTANTS[content]
    if lower in PERCENT_WORDS:
        return "op", "%"
    if lower in DEGREE_WORDS:
        return "op", "deg"
    if lower.strip(" ,;") in ("and", "or", "and/or"):
        return "conj", "or" if "or" in lower else "and"
    if may_measure and lower == "to":
        return "op", ":"
    if may_measure and len(content) == 1 and content.isalpha():
        return ("text", content) if content in MEASURES else None
    if LETTERS.fullmatch(content):
        return None
    is_words = _MATHEMATICS.isdisjoint(content) and any(character.isalpha() for character in content)
    if is_words or (may_measure and content[0].isalpha() and is_unit(content)):
        return "text", content
    return None


def may_measure(tokens: list[Token]) -> bool:
    r"""Return whether a unit may stand after `tokens`: after a value, or within a unit, as in `\frac{\text{m}}{`."""
    if not tokens:
        return False
    if tokens[-1][0] in _VALUES:
        return True
    kinds = [token[:2] for token in tokens[-8:]]
    if kinds[-1] == ("open", "{") and len(kinds) > 2:
        is_below = kinds[-2] == ("close", "}") and kinds[-3][0] in ("text", "unit")
        return is_below or (kinds[-2] == ("cmd", "frac") and kinds[-3][0] in _VALUES)
    return kinds[-1] in _JOINS_UNITS and any(kind in ("text", "unit") for kind, _ in kinds)


def counted(content: str) -> tuple[str, str]:
    r"""Return the number and the unit of `\text{12 cats}`; all of it and nothing for anything else."""
    match = _COUNTED.fullmatch(content.strip(" ."))
    if match is None or not is_unit(match.group(2)):
        return content, ""
    return match.group(1), match.group(2)
