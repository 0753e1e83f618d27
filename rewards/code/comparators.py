"""Whether a program's output is the expected one: the comparators, over bytes.

| name | equal when |
|---|---|
| `lines` | the lines are, without white space at their right ends and without blank lines at the end |
| `casefold` | as `lines`, with ASCII letters in any case |
| `unordered` | as `lines`, in any order, each as often |
| `tokens` | the words between ASCII white space are |
| `float` | as `tokens`, with numbers compared by value: see `Comparator` |
| `exact` | every byte is |

The output is the program's: it is never decoded, and never split into more pieces than the expected output has, so that
time is linear in the sizes and memory is bounded by the reference, whatever the program wrote.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final

from rlvr.rewards.score import SHOWN_CHARS, BadReferenceError

DEFAULT_TOLERANCE: Final = 1e-6
"""`atol` and `rtol` of the comparator `float` where the reference does not give them."""
MAX_NUMBER_CHARS: Final = 400
"""A longer token is no decimal number: it is compared as text. Integers may have any length."""

_INTEGER = re.compile(rb"([+-]?)([0-9]+)")
_DECIMAL = re.compile(rb"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_NAN = re.compile(rb"[+-]?nan", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comparator:
    """How an output is compared with the expected one.

    The numbers of `float`: where the expected token is an integer, the program's must have exactly that value; where it
    is a decimal number e, the program's a must satisfy |a - e| <= atol + rtol |e|. A NaN equals nothing. Every other
    token is compared as text.
    """

    name: str = "lines"
    """One of `COMPARATORS`."""
    atol: float = DEFAULT_TOLERANCE
    """The absolute tolerance of `float`."""
    rtol: float = DEFAULT_TOLERANCE
    """The relative tolerance of `float`, of the expected number."""

    def difference(self, output: bytes, expected: bytes) -> str:
        """Return where `output` differs, in words that quote nothing of the expected output; empty if it is equal."""
        return _RULES[self.name](output, expected, self)

    def is_layout(self, output: bytes, expected: bytes) -> bool:
        """Whether an output that differs does so in its white space only: right tokens, wrongly presented."""
        return self.name in ("lines", "exact") and not _tokens(output, expected, self)


LINES: Final = Comparator()
"""The default."""


def parse_comparator(spec: object) -> Comparator:
    """Return the comparator that a reference names.

    Args:
        spec: One of `COMPARATORS`, or `{"type": "float", "atol": number, "rtol": number}`.

    Raises:
        BadReferenceError: a ValueError, if there is no such comparator, or a tolerance is none.
    """
    fields = dict(spec) if isinstance(spec, Mapping) else {"type": spec}
    name = fields.pop("type", None)
    if not isinstance(name, str) or name not in _RULES:
        near = get_close_matches(str(name), COMPARATORS, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise BadReferenceError(f"comparator is {seen(spec)}{hint}: use one of {', '.join(COMPARATORS)}")
    unknown = fields.keys() - ({"atol", "rtol"} if name == "float" else set())
    if unknown:
        raise BadReferenceError(f"comparator {name!r} has no field {min(map(str, unknown))!r}: leave it out")
    return Comparator(name, **{field: tolerance(f"comparator.{field}", value) for field, value in fields.items()})


def seen(value: object) -> str:
    """Return a value of the reference as an error message shows it: in ASCII, and cut."""
    try:
        text = ascii(value)
    except (ValueError, RecursionError):  # an integer of too many digits, or too deep
        text = type(value).__name__
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}..."


def tolerance(name: str, value: Any) -> float:
    """Return a tolerance of the reference, checked.

    Raises:
        BadReferenceError: it is not a number in [0, 1).
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise BadReferenceError(f"{name} is {seen(value)}: give a number of at least 0 and below 1")
    return float(value)


def _exact(output: bytes, expected: bytes, _: Comparator) -> str:
    if output == expected:
        return ""
    size = min(len(output), len(expected))
    # Halving finds the first byte that differs without a loop over bytes.
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if output[low : middle + 1] == expected[low : middle + 1]:
            low = middle + 1
        else:
            high = middle
    return f"byte {low + 1} differs" if low < size else _count("bytes", len(output), len(expected))


def _lines(output: bytes, expected: bytes, _: Comparator) -> str:
    return _first_difference("line", _split_lines(output, expected), _split_lines(expected, expected))


def _casefold(output: bytes, expected: bytes, comparator: Comparator) -> str:
    return _lines(output.lower(), expected.lower(), comparator)


def _unordered(output: bytes, expected: bytes, _: Comparator) -> str:
    got, wanted = _split_lines(output, expected), _split_lines(expected, expected)
    if len(got) != len(wanted):
        return _count("lines", len(got), len(wanted))
    left = Counter(wanted)
    for number, line in enumerate(got, 1):
        if not left[line]:
            return f"line {number} is not expected, or too often there"
        left[line] -= 1
    return ""


def _tokens(output: bytes, expected: bytes, _: Comparator) -> str:
    return _first_difference("token", *_split_tokens(output, expected))


def _float(output: bytes, expected: bytes, comparator: Comparator) -> str:
    got, wanted = _split_tokens(output, expected)
    for number, (one, other) in enumerate(zip(got, wanted, strict=False), 1):
        if not _is_same_number(one, other, comparator):
            return f"token {number} differs"
    return _count("tokens", len(got), len(wanted))


def _is_same_number(got: bytes, wanted: bytes, comparator: Comparator) -> bool:
    if got == wanted:
        return not _NAN.fullmatch(wanted)
    integer, other = _INTEGER.fullmatch(wanted), _INTEGER.fullmatch(got)
    if integer and other:
        # Compared as digits: reading a million of them as an integer takes quadratic time.
        return _signed(integer) == _signed(other)
    if not (_is_decimal(got) and _is_decimal(wanted)):
        return False
    is_equal = Decimal(got.decode("ascii")) == Decimal(wanted.decode("ascii"))
    if integer or is_equal:
        return is_equal
    a, e = float(got), float(wanted)
    return math.isfinite(a) and math.isfinite(e) and abs(a - e) <= comparator.atol + comparator.rtol * abs(e)


def _signed(match: re.Match[bytes]) -> tuple[bool, bytes]:
    sign = match[1]
    digits = match[2].lstrip(b"0")  # not the pattern's task: two ways to read a zero take quadratic time
    return sign == b"-" and bool(digits), digits


def _is_decimal(token: bytes) -> bool:
    return len(token) <= MAX_NUMBER_CHARS and _DECIMAL.fullmatch(token) is not None


def _split_lines(text: bytes, expected: bytes) -> list[bytes]:
    lines = text.rstrip().split(b"\n", expected.count(b"\n") + 1)
    return [line.rstrip() for line in lines] if lines != [b""] else []


def _split_tokens(output: bytes, expected: bytes) -> tuple[list[bytes], list[bytes]]:
    wanted = expected.split()
    return output.split(None, len(wanted)), wanted


def _first_difference(what: str, got: list[bytes], wanted: list[bytes]) -> str:
    if got == wanted:
        return ""
    for number, (one, other) in enumerate(zip(got, wanted, strict=False), 1):
        if one != other:
            return f"{what} {number} differs"
    return _count(f"{what}s", len(got), len(wanted))


def _count(what: str, num_got: int, num_wanted: int) -> str:
    if num_got == num_wanted:
        return ""
    return f"it has too {'few' if num_got < num_wanted else 'many'} {what}"


_RULES: Final[dict[str, Callable[[bytes, bytes, Comparator], str]]] = {
    "lines": _lines,
    "tokens": _tokens,
    "exact": _exact,
    "float": _float,
    "casefold": _casefold,
    "unordered": _unordered,
}

COMPARATORS: Final = tuple(_RULES)
"""The names of the comparators; the first is the default."""
