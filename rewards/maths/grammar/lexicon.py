r"""What each sign, command and word means as a token.

The tokenizer finds the pieces of a text; here each piece gets its kind and value. A pair whose kind is empty is white
space.
"""

from __future__ import annotations

import re

from rlvr.rewards.maths.grammar import words
from rlvr.rewards.maths.grammar.unit_words import CURRENCIES, CURRENCY_COMMANDS, NOUNS

Token = tuple[str, str, bool, int]
"""Kind, value, whether white space stands before it, and where it begins."""


class Unreadable(ValueError):  # noqa: N818  a claim about the text
    """A text is no mathematics that the grammar knows."""


_RUN = re.compile(r"([A-Za-z]?)(arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|cot|sec|csc|ln|log|sqrt|pi)([A-Za-z]?)")
_ONE = {
    "+": ("op", "+"),
    "-": ("op", "-"),
    "*": ("op", "*"),
    "/": ("op", "/"),
    "^": ("op", "^"),
    "_": ("op", "_"),
    "!": ("op", "!"),
    "%": ("op", "%"),
    "'": ("op", "'"),
    ":": ("op", ":"),
    "=": ("rel", "="),
    "<": ("rel", "<"),
    ">": ("rel", ">"),
    "~": ("", ""),
    "$": ("", ""),
    "(": ("open", "("),
    ")": ("close", ")"),
    "[": ("open", "["),
    "]": ("close", "]"),
    "{": ("open", "{"),
    "}": ("close", "}"),
    "|": ("bar", "|"),
    ",": ("sep", ","),
    ";": ("sep", ";"),
    "&": ("amp", "&"),
    "**": ("op", "^"),
    "<=": ("rel", "<="),
    "=<": ("rel", "<="),
    ">=": ("rel", ">="),
    "!=": ("rel", "!="),
    "<>": ("rel", "!="),
    "==": ("rel", "="),
    ":=": ("rel", "="),
    "->": ("rel", "to"),
    "=>": ("conj", "implies"),
    "...": ("dots", "..."),
}
_ESCAPED = {
    "$": ("cur", "dollar"),
    "%": ("op", "%"),
    "{": ("open", "\\{"),
    "}": ("close", "\\}"),
    "|": ("bar", "||"),
    "\\": ("row", "\\\\"),
    "_": ("op", "_"),
    "#": ("", ""),
    "&": ("amp", "&"),
    "'": ("op", "'"),
}
_POSTFIX = frozenset({"!", "%", "'", "deg", "circ"})
_NO_VALUES = frozenset({"open", "rel", "sep", "conj", "fn", "cmd"})
_PLAIN_GREEK = frozenset(["alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "sigma", "omega", "phi"])
_COMMANDS: dict[str, tuple[str, str]] = (
    dict.fromkeys(words.SKIPPED | words.SPACES | words.ENCLOSING, ("", ""))
    | {name: ("op", sign) for name, sign in words.OPERATORS.items()}
    | {name: ("rel", sign) for name, sign in words.RELATIONS.items()}
    | dict.fromkeys(words.CONNECTIVES, ("conj", "implies"))
    | {"land": ("conj", "land"), "wedge": ("conj", "land"), "lor": ("conj", "lor"), "vee": ("conj", "lor")}
    | {name: ("open", sign) for name, sign in words.OPENING.items()}
    | {name: ("close", sign) for name, sign in words.CLOSING.items()}
    | {name: ("const", constant) for name, constant in words.CONSTANTS.items()}
    | {name: ("fn", function) for name, function in words.FUNCTION_NAMES.items()}
    | {name: ("sym", name) for name in words.LETTERS}
    | {f"var{name}": ("sym", name) for name in ("epsilon", "theta", "pi", "rho", "sigma", "phi", "kappa")}
    | dict.fromkeys(words.FRACTIONS, ("cmd", "frac"))
    | dict.fromkeys(words.BINOMIALS, ("cmd", "binom"))
    | dict.fromkeys(words.ACCENTS, ("cmd", "accent"))
    | {name: ("cmd", name) for name in words.BIG_OPERATORS}
    | dict.fromkeys(("ldots", "dots", "cdots", "dotsc", "dotsb", "vdots", "ddots", "dotso"), ("dots", "..."))
    | dict.fromkeys(("percent", "%"), ("op", "%"))
    | dict.fromkeys(("degree", "degrees", "textdegree"), ("op", "deg"))
    | dict.fromkeys(("cent", "cents", "textcent"), ("unit", "cent"))
    | {name: ("cur", currency) for name, currency in CURRENCY_COMMANDS.items()}
    | dict.fromkeys(("vert", "Vert", "mvert"), ("bar", "|"))
    | dict.fromkeys(("emptyset", "varnothing", "O"), ("numbers", "empty"))
    | {"cr": ("row", "\\\\"), "tabularnewline": ("row", "\\\\"), "hline": ("", "")}
    | {"sqrt": ("cmd", "sqrt"), "mathbb": ("cmd", "mathbb")}
    | {
        "angle": ("cmd", "name"),
        "triangle": ("cmd", "name"),
        "measuredangle": ("cmd", "name"),
        "square": ("cmd", "name"),
    }
    | {"pmod": ("cmd", "pmod"), "not": ("cmd", "not"), "tag": ("cmd", "tag"), "color": ("cmd", "tag")}
    | {"hspace": ("cmd", "tag"), "vspace": ("cmd", "tag"), "textcolor": ("cmd", "tag"), "underset": ("cmd", "tag")}
)

DIVIDED = frozenset("gmNJWLC")
"""Letters that are units where one stands alone after a number and is divided by another unit, as in `5 g/cm^3`."""

_GLUED = re.compile(r"q?quad([A-Za-z])")
_PLAIN_KINDS = {
    "and": "conj",
    "or": "conj",
    "oo": "const",
    "pi": "const",
    "sqrt": "cmd",
    "cbrt": "cmd",
    "cup": "op",
    "mod": "op",
}


def sign(character: str) -> tuple[str, str]:
    """Return the token of one or a few signs.

    Raises:
        Unreadable: If they mean nothing in mathematics.
    """
    if character in _ONE:
        return _ONE[character]
    if character in '.`"':
        return "", ""
    raise Unreadable(f"the character {character!a} has no meaning here")


def escape(character: str) -> tuple[str, str]:
    r"""Return the token of `\\%` and its like.

    Raises:
        Unreadable: If it means nothing in mathematics.
    """
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character in "()[] ,;:!>\n\t/-*.@":
        return "", ""
    raise Unreadable(f"the command \\{character} has no meaning here".encode("ascii", "backslashreplace").decode())


def command(name: str) -> tuple[str, str]:
    r"""Return the token of `\\name`.

    Raises:
        Unreadable: If the command is not known.
    """
    pair = _COMMANDS.get(name)
    if pair is None:
        if name.rstrip("*") in _COMMANDS:
            return _COMMANDS[name.rstrip("*")]
        if glued := _GLUED.fullmatch(name):
            return "sym", glued.group(1)
        raise Unreadable(f"the command \\{name[:40]} is not known")
    return pair


def word_tokens(run: str, spaced: bool, start: int, tokens: list[Token]) -> list[Token]:
    """Return the tokens of a run of letters: a name, a unit after a number, or symbols."""
    if len(run) == 1:
        return [letter(run, spaced, start)]
    if run in words.FUNCTION_NAMES:
        return [("fn", words.FUNCTION_NAMES[run], spaced, start)]
    meaning = words.PLAIN_WORDS.get(run)
    if meaning is not None:
        return [(_PLAIN_KINDS[meaning], meaning, spaced, start)]
    if run in _PLAIN_GREEK:
        return [("sym", run, spaced, start)]
    if run in CURRENCIES:
        is_after = bool(tokens) and tokens[-1][0] in ("num", "close")
        return [("unit" if is_after else "cur", CURRENCIES[run], spaced, start)]
    if tokens and tokens[-1][0] not in _NO_VALUES:
        unit = _unit(run, spaced, tokens)
        if unit is not None:
            return [(*unit, spaced, start)]
    if split := _RUN.fullmatch(run):
        before, name, after = split.groups()
        middle = word_tokens(name, False, start, tokens)
        return [
            *([letter(before, spaced, start)] if before else []),
            (middle[0][0], middle[0][1], spaced and not before, start),
            *([letter(after, False, start)] if after else []),
        ]
    return [("word", run, spaced, start)]


def letter(name: str, spaced: bool, start: int) -> Token:
    """Return the token of one letter: `e`, `i` and `I` are constants, any other is a symbol."""
    if name == "e":
        return ("const", "e", spaced, start)
    if name in ("i", "I"):
        return ("const", "i", spaced, start)
    return ("sym", name, spaced, start)


def _is_in_unit(tokens: list[Token]) -> bool:
    """Return whether tokens that end with an operator began a unit: `cm^2/`, or `5 g/` with a letter of `DIVIDED`."""
    if any(token[0] == "unit" for token in tokens[-6:]):
        return True
    if len(tokens) < 3 or tokens[-1][1] != "/":
        return False
    number, (kind, value, spaced, _) = tokens[-3][0], tokens[-2]
    return number == "num" and kind == "sym" and spaced and value in DIVIDED


def _unit(run: str, spaced: bool, tokens: list[Token]) -> tuple[str, str] | None:
    """Return the meaning of a unit word that follows something that may be measured."""
    lower, last = run.lower(), tokens[-1][0]
    if lower in words.PERCENT_WORDS:
        return "op", "%"
    if lower in words.DEGREE_WORDS:
        return "op", "deg"
    if last == "op" and tokens[-1][1] in "*/" and _is_in_unit(tokens):
        spaced = True
    elif (last == "op" and tokens[-1][1] not in _POSTFIX) or (last == "sym" and len(run) < 3):
        return None
    if lower == "per" and last == "unit":
        return "unit", "/"
    if run in words.UNITS or lower in words.UNITS or lower in words.UNIT_PREFIXES:
        return ("unit", run) if spaced or len(run) > 2 else None
    if last == "clock" and lower in ("am", "pm"):
        return "unit", lower
    return ("unit", run) if run in NOUNS and spaced and last != "sym" else None
