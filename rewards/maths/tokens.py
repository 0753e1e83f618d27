r"""From text to tokens: one pass over the characters, in linear time.

A token is `(kind, value, spaced, start)`: what it is, its name or text, whether white space stands before it, and where
it begins. Dollar signs, sizes (`\left`, `\bigl`) and styles are dropped here, so the grammar never sees them; a dollar
before a number, being currency, goes the same way.

| kind | value |
|---|---|
| `num` | the digits as written, with their separators |
| `rep` | a repeating decimal as written |
| `based` | digits, underscore and base as written |
| `clock` | `12:00` as written |
| `sym`, `const` | a name |
| `word` | two or more letters that are no known name |
| `unit` | a unit's one name, or `^2`, `^3` before one |
| `fn` | a name of `tree.FUNCTIONS` |
| `cmd` | a command with a grammar of its own (`frac`, `sqrt`, `begin`, `sum`, `overline` ...) |
| `text` | the words in `\text{...}` |
| `numbers` | `R`, `Z`, ... |
| `op`, `rel`, `open`, `close`, `sep`, `conj` | a sign |
| `bar` | `\|` |
| `dots` | `...` |
| `begin`, `leave` | an environment's name |
| `amp`, `row` | `&`, `\\` |
| `end` | nothing: it closes every list of tokens |
"""

from __future__ import annotations

import re

from rlvr.rewards.maths import words
from rlvr.rewards.maths.tree import FUNCTIONS, TooLarge

Token = tuple[str, str, bool, int]

MAX_TOKENS = 20_000
"""Tokens of one answer; more are `TooLarge`."""
MAX_NESTED_FONTS = 8
"""Depth of `\\text{\\text{...}}`; deeper is unreadable."""


class Unreadable(ValueError):  # noqa: N818  a claim about the text
    """A text is no mathematics that the grammar knows."""


_GROUPED = r"\d{1,3}(?:(?:,(?:\\!\s*)?|\{,\}(?:\\!\s*)?|\\[,;: ]|\\!,|[ ~])\d{3})+(?!\d)(?:\.\d+)?"
_PLAIN = r"(?:\d+(?:\.\d+|\.(?![\d.A-Za-z\\]))?|\.\d+)(?:[eE][+-]?\d+(?![\d.]))?"
_NUMERALS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "sixteen"]
_BASE = rf"_(?:\d{{1,2}}(?!\d)|\{{\s*\d{{1,2}}\s*\}}|\{{\s*\\(?:text|mathrm)\{{\s*(?:base\s*)?(?:\d{{1,2}}|{'|'.join(_NUMERALS)})\s*\}}\s*\}})"
_REPEATING = (
    r"\d*\.\d*\\(?:overline|bar)\s*\{\d+\}|\d*\.\d*\\dot\s*\{?\d\}?(?:\d*\\dot\s*\{?\d\}?)?|\d+\.\d*\(\d+\)"
    r"|\d*\.\d+(?:\.\.\.|\s*\\(?:ldots|dots|cdots|dotsc)(?![A-Za-z]))"
)
_TOKEN = re.compile(
    rf"\s+|(?P<rep>{_REPEATING})|(?P<based>(?:\d+|\d[0-9A-F]*(?=_\{{?1[1-6])){_BASE})"
    rf"|(?P<clock>\d{{1,2}}:[0-5]\d(?::[0-5]\d)?(?![\d:.]))|(?P<num>{_GROUPED}|{_PLAIN})"
    r"|\\(?P<cmd>[A-Za-z]+\*?)|\\(?P<esc>.)|(?P<word>[A-Za-z]+)"
    r"|(?P<two>\*\*|<=|>=|!=|==|=<|<>|\.\.\.|:=|[-=]>)|(?P<one>.)",
    re.DOTALL,
)
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
_DELIMITERS = {"(": "$", ")": "$", "[": "$", "]": "$", "$": "$"}
_PLAIN_GREEK = frozenset(["alpha", "beta", "gamma", "delta", "epsilon", "theta", "lambda", "sigma", "omega", "phi"])
_COMMANDS: dict[str, tuple[str, str]] = (
    dict.fromkeys(words.SKIPPED | words.SPACES | words.ENCLOSING, ("", ""))
    | {name: ("op", sign) for name, sign in words.OPERATORS.items()}
    | {name: ("rel", sign) for name, sign in words.RELATIONS.items()}
    | dict.fromkeys(words.CONNECTIVES, ("conj", "implies"))
    | {"land": ("conj", "and"), "wedge": ("conj", "and"), "lor": ("conj", "or"), "vee": ("conj", "or")}
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
    | dict.fromkeys(("vert", "Vert", "mvert"), ("bar", "|"))
    | dict.fromkeys(("emptyset", "varnothing", "O"), ("numbers", "empty"))
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


def tokenize(text: str, depth: int = 0) -> list[Token]:
    """Return the tokens of `text`, the last of them `end`.

    Raises:
        Unreadable: If a character or command has no meaning in mathematics.
        TooLarge: If there are more than `MAX_TOKENS`.
    """
    tokens: list[Token] = []
    spaced, at, match = False, 0, _TOKEN.match
    while found := match(text, at):
        start, at = at, found.end()
        kind = found.lastgroup
        if kind is None:
            spaced = True
            continue
        if kind == "one" or kind == "two":
            pair = _ONE.get(found.group(kind))
            if pair is None:
                pair = _sign(found.group())
        elif kind == "word":
            tokens.extend(_word(found.group(), spaced, start, tokens))
            spaced = False
            continue
        elif kind == "cmd":
            name = found.group("cmd")
            if name in words.FONTS:
                at = _font(name, text, at, (tokens, spaced, start, depth))
                spaced = False
                continue
            if name in ("begin", "end"):
                at = _environment(name, text, at, tokens)
                continue
            pair = _command(name)
            if name in _SIDES and (bar := _BAR.match(text, at)):
                pair, at = (_SIDES[name], "|"), bar.end()
        elif kind == "esc":
            pair = _escape(found.group("esc"))
        else:
            pair = (kind, found.group())
        if pair[0]:
            tokens.append((pair[0], pair[1], spaced, start))
            spaced = False
        else:
            spaced = True
        if len(tokens) > MAX_TOKENS:
            raise TooLarge(f"the answer has more than {MAX_TOKENS} tokens")
    tokens.append(("end", "", spaced, len(text)))
    return tokens


def _sign(character: str) -> tuple[str, str]:
    if character in '.`"?':
        return "", ""
    if character.isalpha():
        return "sym", character
    raise Unreadable(f"the character {character!a} has no meaning here")


def _escape(character: str) -> tuple[str, str]:
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character in "()[]$ ,;:!>\n\t/-*.@":
        return "", ""
    raise Unreadable(f"the command \\{character} has no meaning here".encode("ascii", "backslashreplace").decode())


def _command(name: str) -> tuple[str, str]:
    pair = _COMMANDS.get(name)
    if pair is None:
        if name.rstrip("*") in _COMMANDS:
            return _COMMANDS[name.rstrip("*")]
        if glued := _GLUED.fullmatch(name):
            return "sym", glued.group(1)
        raise Unreadable(f"the command \\{name[:40]} is not known")
    return pair


def _environment(command: str, text: str, at: int, tokens: list[Token]) -> int:
    r"""Add the token of `\begin{name}` or `\end{name}`; return where the text goes on."""
    inside, end = braced(text, at)
    if inside is None:
        raise Unreadable("an environment has no name")
    name = inside.strip().rstrip("*")
    tokens.append((command if command == "begin" else "leave", name, False, at))
    if command == "begin" and name == "array":
        columns, after = braced(text, end)
        end = after if columns is not None else end
    return end


def _word(run: str, spaced: bool, start: int, tokens: list[Token]) -> list[Token]:
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
    if tokens and tokens[-1][0] != "open":
        unit = _unit(run, tokens)
        if unit is not None:
            return [(*unit, spaced, start)]
    if split := _RUN.fullmatch(run):
        before, name, after = split.groups()
        middle = _word(name, False, start, tokens)
        return [
            *([letter(before, spaced, start)] if before else []),
            (middle[0][0], middle[0][1], spaced and not before, start),
            *([letter(after, False, start)] if after else []),
        ]
    return [("word", run, spaced, start)]


_PLAIN_KINDS = {
    "and": "conj",
    "or": "conj",
    "oo": "const",
    "pi": "const",
    "sqrt": "cmd",
    "cbrt": "cmd",
    "cup": "op",
    "cap": "op",
    "mod": "op",
}


def letter(name: str, spaced: bool, start: int) -> Token:
    """Return the token of one letter: `e`, `i` and `I` are constants, any other is a symbol."""
    if name == "e":
        return ("const", "e", spaced, start)
    if name in ("i", "I"):
        return ("const", "i", spaced, start)
    return ("sym", name, spaced, start)


def _unit(run: str, tokens: list[Token]) -> tuple[str, str] | None:
    """Return the meaning of a unit word that follows something that may be measured."""
    lower = run.lower()
    if lower in words.PERCENT_WORDS:
        return "op", "%"
    if lower in words.DEGREE_WORDS:
        return "op", "deg"
    name = words.UNITS.get(run) or words.UNITS.get(lower)
    if name is not None:
        return "unit", name
    if lower in words.UNIT_PREFIXES:
        return "unit", f"^{words.UNIT_PREFIXES[lower]}"
    if lower == "per" and tokens[-1][0] == "unit":
        return "unit", "/"
    return None


def _font(name: str, text: str, at: int, state: tuple[list[Token], bool, int, int]) -> int:
    """Add the tokens of a command whose braces hold words; return where the text goes on."""
    tokens, spaced, start, depth = state
    inside, end = braced(text, at)
    if inside is None:
        return at
    if depth >= MAX_NESTED_FONTS:
        raise Unreadable("words are nested too deeply")
    content = " ".join(inside.replace("~", " ").replace("\\ ", " ").split())
    is_mathematics = any(character in "0123456789\\^$_=+" for character in content)
    if content in FUNCTIONS or content in words.FUNCTION_NAMES:
        tokens.append(("fn", words.FUNCTION_NAMES.get(content, content), spaced, start))
    elif is_mathematics or (len(content) <= 2 and (name.startswith("math") or name in _SYMBOL_FONTS)):
        tokens.extend(
            (kind, value, spaced or blank, start) for kind, value, blank, _ in tokenize(content, depth + 1)[:-1]
        )
    elif content.strip(" ,;").lower() in ("and", "or", "and/or"):
        tokens.append(("conj", "or" if "or" in content.lower() else "and", spaced, start))
    elif content.strip():
        tokens.append(("text", content, spaced, start))
    return end


_SIDES = {"left": "open", "right": "close", "bigl": "open", "bigr": "close", "Bigl": "open", "Bigr": "close"}
_BAR = re.compile(r"\s*(?:\||\\[lr]?[vV]ert(?![A-Za-z])|\\\|)")
_GLUED = re.compile(r"q?quad([A-Za-z])")
_SYMBOL_FONTS = frozenset({"bm", "boldsymbol", "pmb"})


def braced(text: str, at: int) -> tuple[str | None, int]:
    """Return what the braces that open at `at`, after spaces, hold, and where they end; None if none open or close."""
    while at < len(text) and text[at].isspace():
        at += 1
    if at >= len(text) or text[at] != "{":
        return None, at
    depth = 0
    for brace in _BRACE.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return text[at + 1 : brace.start()], brace.end()
    return None, at


_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
