r"""`Numeric`: the answer is the same number as the reference, exactly.

Both are read as exact rationals, never as floating point: `0.5` is `1/2`, and `0.333` is not `1/3`. A number is

- an integer or a decimal: `18`, `-3.50`, `.5`, `007`; the minus may be `-`, U+2212 or an en dash, a plus may stand;
- with thousands separators: `1,234,567.8`, in groups of three only (`12,34` is no number), or LaTeX's `{,}`, `,\!`,
  `\,`; a comma never is a decimal point;
- a fraction of two integers: `-7/3`, `\frac{7}{3}`, `\dfrac`, `\tfrac`; with a denominator of 0 it is no number;
- in scientific notation: `1.5e3`, `1.5 x 10^3`, `1.5 \times 10^{3}`, the exponent at most 1,000 up or down;
- with a percent mark after it: `p%` is p/100, so `62.5%`, `0.625` and `5/8` are equal and `62.5` is not;
- with one currency mark, which is dropped: `$18`, `-$18`, `$-18`, `18 €`.

One period at the end, `$...$`, `\(...\)`, `**...**` or a box around the whole, and white space around it are dropped.
Anything else makes it no number: units and words ("18 dollars"), a second number ("3 or 4", "3, 4"), `x = 5`,
arithmetic. A number has at most `MAX_CHARS` characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Any, ClassVar

from rlvr.rewards.score import BadReferenceError, Score, shown
from rlvr.rewards.verifier import FrozenVerifier

MAX_CHARS = 1_000
"""Characters that a number may have."""
MAX_EXPONENT = 1_000
"""The largest exponent of ten, up or down."""

Number = int | Fraction
"""An exact rational: an `int` where it was written as a whole number."""

_CURRENCY = "$€£¥₹"
_INTEGER = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)"
_DECIMAL = re.compile(rf"({_INTEGER})(?:\.([0-9]*))?|\.([0-9]+)")
_FRACTION = re.compile(rf"({_INTEGER}) ?/ ?(-?)({_INTEGER})")
_TEX_FRACTION = re.compile(rf"\\[dt]?frac ?\{{ ?(-?)({_INTEGER}) ?\}} ?\{{ ?(-?)({_INTEGER}) ?\}}")
_POWER_OF_TEN = re.compile(
    r"(?:[eE]| ?(?:[x×*·]|\\times|\\cdot) ?10(?:\^|\*\*))(?:([+-]?[0-9]{1,4})|\{([+-]?[0-9]{1,4})\})$"
)
_WRAPPERS = (
    ("**", "**"),
    ("$$", "$$"),
    ("$", "$"),
    (r"\(", r"\)"),
    (r"\[", r"\]"),
    (r"\boxed{", "}"),
    (r"\fbox{", "}"),
)
_SPELLINGS = str.maketrans(
    dict(zip("−–﹣－＋％．，＄／⁄０１２３４５６７８９", "----+%.,$//0123456789", strict=True))
    | dict.fromkeys("\u00a0\u2009\u202f", " ")
)


@dataclass(frozen=True, kw_only=True)
class Numeric(FrozenVerifier):
    """Grades by exact equality of numbers; bounded, frozen and picklable."""

    is_bounded: ClassVar[bool] = True

    def grade(self, answer: str, reference: Any) -> Score:
        """Return CORRECT if `answer` is the number `reference`, else WRONG.

        Args:
            answer: Text; what is not one number is WRONG.
            reference: A number's text, an int, or a float, which stands for its shortest decimal text.

        Raises:
            BadReferenceError: If the reference is not a number.
        """
        wanted = reference_number(reference)
        given = parse_number(answer)
        if given is None:
            return Score.wrong(f"not one number: {shown(answer)}")
        return Score.correct("equal as numbers") if given == wanted else Score.wrong("a different number")


def parse_number(text: str) -> Number | None:
    """Return the number that `text` is, by the rules of this module, or None if it is not exactly one number."""
    if len(text) > MAX_CHARS:
        text = text.strip()
        if len(text) > MAX_CHARS:
            return None
    if text.isdigit() and text.isascii():
        return int(text)
    return _parsed(text)


def reference_number(reference: Any) -> Number:
    """Return the number that a reference stands for.

    Raises:
        BadReferenceError: If it is neither an int, a finite float, nor the text of a number.
    """
    number: Number | None = None
    if isinstance(reference, str):
        number = parse_number(reference)
    elif isinstance(reference, int) and not isinstance(reference, bool):
        number = reference
    elif isinstance(reference, float) and isfinite(reference):
        number = parse_number(repr(reference))
    if number is None:
        raise BadReferenceError(f"the reference {shown(repr(reference))} is not a number")
    return number


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Number | None:
    text = text.strip()
    decimal = _DECIMAL.fullmatch(text)
    if decimal:
        return _decimal(decimal)
    text = _bare(text if text.isascii() else text.translate(_SPELLINGS))
    is_percent = text.endswith("%")
    if is_percent:
        text = text[:-1].rstrip()
    sign, text, has_currency = _unmarked(text)
    if has_currency and is_percent:
        return None
    size = _unsigned(text)
    if size is None:
        return None
    return Fraction(sign * size, 100) if is_percent else sign * size


def _bare(text: str) -> str:
    """Return `text` without what may stand around a number and with TeX's escapes undone."""
    text = text if text.endswith("..") else text.removesuffix(".").rstrip()
    for _ in range(3):
        for opening, closing in _WRAPPERS:
            if text.startswith(opening) and text.endswith(closing) and len(text) > len(opening) + len(closing):
                text = text[len(opening) : -len(closing)].strip()
                break
        else:
            break
    if "\\" in text or "{" in text:
        for escape, plain in (("{,}", ","), (r",\!", ","), (r"\,", ","), (r"\%", "%"), (r"\$", "$")):
            text = text.replace(escape, plain)
    return text


def _unmarked(text: str) -> tuple[int, str, bool]:
    """Split off a sign and one currency mark; return the sign as 1 or -1, the rest, and whether there was a mark."""
    signed, text = text[:1], text.lstrip()
    signed = signed if signed in {"+", "-"} else ""
    text = text[len(signed) :].lstrip(" ")
    has_currency = text[:1] != "" and text[0] in _CURRENCY
    if has_currency:
        text = text[1:].lstrip(" ")
        if not signed and text[:1] in {"+", "-"}:
            signed, text = text[0], text[1:]
    elif text[-1:] != "" and text[-1] in _CURRENCY:
        has_currency, text = True, text[:-1].rstrip(" ")
    return (-1 if signed == "-" else 1), text, has_currency


def _unsigned(text: str) -> Number | None:
    if decimal := _DECIMAL.fullmatch(text):
        return _decimal(decimal)
    if fraction := _FRACTION.fullmatch(text):
        return _quotient("", *fraction.groups())
    if fraction := _TEX_FRACTION.fullmatch(text):
        return _quotient(*fraction.groups())
    power = _POWER_OF_TEN.search(text)
    mantissa = _DECIMAL.fullmatch(text, 0, power.start()) if power else None
    if power is None or mantissa is None:
        return None
    exponent = int(power.group(1) or power.group(2))
    if abs(exponent) > MAX_EXPONENT:
        return None
    size = _decimal(mantissa)
    return size * 10**exponent if exponent >= 0 else Fraction(size, 10**-exponent)


def _decimal(match: re.Match[str]) -> Number:
    whole, after, alone = match.groups()
    places = (after or alone or "").rstrip("0")
    digits = (whole or "").replace(",", "") + places
    return Fraction(int(digits), 10 ** len(places)) if places else int(digits or "0")


def _quotient(sign: str, above: str, below_sign: str, below: str) -> Number | None:
    denominator = int(below.replace(",", ""))
    if denominator == 0:
        return None
    numerator = int(above.replace(",", ""))
    return Fraction(numerator if sign == below_sign else -numerator, denominator)
