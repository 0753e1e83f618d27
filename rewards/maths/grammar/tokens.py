r"""From text to tokens: one pass over the characters, in linear time.

A token is `(kind, value, spaced, start)`: what it is, its name or text, whether white space stands before it, and where
it begins. Dollar signs, sizes (`\left`, `\bigl`) and styles are dropped here, so the grammar never sees them. Only `\$`
and the signs of other currencies are money; a bare `$` is where mathematics begins or ends.

| kind | value |
|---|---|
| `num` | the digits as written, with their separators |
| `rep` | a repeating decimal as written |
| `based` | digits, underscore and base as written |
| `clock` | `12:00` as written |
| `sym`, `const` | a name |
| `word` | two or more letters that are no known name |
| `unit` | a unit in plain text, or `square`, `/` and their like in one |
| `cur` | the name of a currency whose sign or code this is |
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

from rlvr.rewards.maths.grammar import words
from rlvr.rewards.maths.grammar.fonts import counted, may_measure, meaning
from rlvr.rewards.maths.grammar.lexicon import Token, Unreadable, command, escape, sign, word_tokens
from rlvr.rewards.maths.tree import FUNCTIONS, TooLarge

MAX_TOKENS = 40_000
"""Tokens of one answer; more are `TooLarge`."""
MAX_NESTED_FONTS = 8
"""Depth of `\\text{\\text{...}}`; deeper is unreadable."""


_GROUPED = r"\d{1,3}(?:(?:,(?:\\!\s*)?|\s?\{,\s*\}(?:\\!\s*)?|\\[,;: ]|\\!,|[ ~])\d{3})+(?!\d)(?:\.\d+)?"
_PLAIN = r"(?:\d+(?:\.\d+|\.(?![\d.A-Za-z\\]))?|\.\d+)(?:[eE][+-]?\d+(?![\d.]))?"
_NUMERALS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "sixteen"]
_BASE_WORD = rf"\\(?:text|mathrm)\{{\s*(?:base\s*)?(?:\d{{1,2}}|{'|'.join(_NUMERALS)})\s*\}}"
_BASE = rf"_(?:\d{{1,2}}(?!\d)|\{{\s*(?:\d{{1,2}}|{_BASE_WORD})\s*\}})"
_REPEATING = (
    r"\d*\.\d*\\(?:overline|bar)\s*(?:\{\d+\}|\d)|\d*\.\d*\\dot\s*\{?\d\}?(?:\d*\\dot\s*\{?\d\}?)?|\d+\.\d*\(\d+\)"
    r"|\d*\.\d+(?:\.\.\.|\s*\\(?:ldots|dots|cdots|dotsc)(?![A-Za-z]))"
)
_TOKEN = re.compile(
    rf"\s+|(?P<rep>{_REPEATING})|(?P<based>(?<!\^)(?:\d+|\d[0-9A-F]{{0,64}}(?=_\{{?1[1-6])){_BASE})"
    rf"|(?P<clock>\d{{1,2}}:[0-5]\d(?::[0-5]\d)?(?![\d:.]))|(?P<noon>(?<=\d\s)[ap]\.\s?m\b\.?)|(?P<num>{_GROUPED}|{_PLAIN})"
    r"|(?P<row>\\\\\s?\[-?[\d.]{1,6}\s?(?:pt|ex|em|cm|mm|in|px)\])|\\(?P<cmd>[A-Za-z]+\*?)|\\(?P<esc>.)|(?P<word>[A-Za-z]+)"
    r"|(?P<two>\*\*|<=|>=|!=|==|=<|<>|\.\.\.|:=|[-=]>)|(?P<one>.)",
    re.DOTALL,
)
_LOOK = re.compile(r"\s*(?:[A-Za-z]{2,20}|-?[\d.]+\s*(?:cm|mm|em|ex|pt|in))\s*")
_POINTED = frozenset({"(", ")", "[", "]", "\\{", "\\}"})
_SIDES = {"left": "open", "right": "close", "bigl": "open", "bigr": "close", "Bigl": "open", "Bigr": "close"}
_BAR = re.compile(r"\s*(?:\||\\[lr]?[vV]ert(?![A-Za-z])|\\\|)")
_SYMBOL_FONTS = frozenset({"bm", "boldsymbol", "pmb"})
_HARD_SPACE = re.compile(r"~|(?<!\\)\\ ")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def tokenize(text: str, depth: int = 0) -> list[Token]:
    r"""Return the tokens of `text`, the last of them `end`.

    Args:
        text: Cleaned by `spelling.respelled`.
        depth: How many `\text{...}` stand around it.

    Raises:
        Unreadable: If a character or command has no meaning in mathematics.
        TooLarge: If there are more than `MAX_TOKENS`.
    """
    return _Scanner(text, depth).tokens


class _Scanner:
    """One pass over a text; `tokens` is what it found."""

    __slots__ = ("at", "depth", "num_open", "spaced", "text", "tokens")

    def __init__(self, text: str, depth: int) -> None:
        self.text = text
        self.depth = depth
        self.tokens: list[Token] = []
        self.at = self.num_open = 0
        self.spaced = False
        tokens, match = self.tokens, _TOKEN.match
        while found := match(text, self.at):
            self.at = found.end()
            kind = found.lastgroup
            if kind is None:
                self.spaced = True
                continue
            self._one(kind, found.group(kind), found.start())
            if len(tokens) > MAX_TOKENS:
                raise TooLarge(f"the answer has more than {MAX_TOKENS} tokens")
        tokens.append(("end", "", self.spaced, len(text)))

    def _one(self, kind: str, value: str, start: int) -> None:
        """Add what one match of the pattern stands for."""
        if kind == "one" or kind == "two":
            self._add(sign(value), start)
        elif kind == "word":
            self.tokens.extend(word_tokens(value, self.spaced, start, self.tokens))
            self.spaced = False
        elif kind == "cmd":
            self._command(value, start)
        elif kind == "esc":
            self._add(escape(value), start)
        elif kind == "noon":
            self._add(("unit", f"{value[0]}m"), start)
        else:
            self._add((kind, value), start)

    def _add(self, pair: tuple[str, str], start: int) -> None:
        """Add one token; an empty kind is white space."""
        kind, value = pair
        if not kind:
            self.spaced = True
            return
        self.tokens.append((kind, value, self.spaced, start))
        self.spaced = False
        if value in _POINTED:
            self.num_open += 1 if kind == "open" else -1
        elif kind == "num" and self.num_open > 0 and "," in value:
            self.tokens[-1:] = _members(self.text, self.tokens[-1])

    def _command(self, name: str, start: int) -> None:
        if name in words.FONTS:
            self._font(name, start)
        elif name in words.LOOKS:
            self._skip_look()
        elif name == "begin" or name == "end":
            self._environment(name, start)
        elif name in _SIDES and (bar := _BAR.match(self.text, self.at)):
            self.at = bar.end()
            self._add((_SIDES[name], "|"), start)
        else:
            self._add(command(name), start)

    def _skip_look(self) -> None:
        r"""Skip the colour of `\color{red}` or the length of `\hspace{1cm}`."""
        inside, end = braced(self.text, self.at)
        if inside is None or not _LOOK.fullmatch(inside):
            raise Unreadable("a colour or length is missing")
        self.at = end
        self.spaced = True

    def _environment(self, command: str, start: int) -> None:
        r"""Add the token of `\begin{name}` or `\end{name}`, and skip the columns of an array."""
        inside, self.at = braced(self.text, self.at)
        if inside is None:
            raise Unreadable("an environment has no name")
        name = inside.strip().rstrip("*")
        self._add(("begin" if command == "begin" else "leave", name), start)
        if command == "begin" and name == "array":
            columns, after = braced(self.text, self.at)
            self.at = after if columns is not None else self.at

    def _font(self, name: str, start: int) -> None:
        """Add the tokens of a command whose braces hold words."""
        inside, self.at = braced(self.text, self.at)
        if inside is None:
            return
        if self.depth >= MAX_NESTED_FONTS:
            raise Unreadable("words are nested too deeply")
        content = " ".join(_HARD_SPACE.sub(" ", inside).split())
        if not content:
            return
        measures = may_measure(self.tokens)
        is_symbol = len(content) <= 2 and (name.startswith("math") or name in _SYMBOL_FONTS)
        if is_symbol and name == "mathrm" and content not in ("e", "i", "d") and measures:
            is_symbol = False
        if content in FUNCTIONS or content in words.FUNCTION_NAMES:
            self._add(("fn", words.FUNCTION_NAMES.get(content, content)), start)
            return
        pair = None if is_symbol else meaning(content, may_measure=measures)
        if pair is not None:
            self._add(pair, start)
            return
        content, unit = counted(content)
        for kind, value, spaced, _ in tokenize(content, self.depth + 1)[:-1]:
            self.spaced |= spaced
            self._add((kind, value), start)
        if unit:
            self._add(("text", unit), start)


def _members(text: str, token: Token) -> list[Token]:
    """Return the members of `(12,102)`: between brackets a bare comma separates, unless commas with spaces do."""
    kind, raw, spaced, start = token
    groups = raw.split(",")
    if ", " in text or not all(group.isdigit() and group[0] != "0" for group in groups):
        return [token]
    members: list[Token] = []
    for group in groups:
        members += [(kind, group, spaced and not members, start), ("sep", ",", False, start)]
    return members[:-1]


def braced(text: str, at: int) -> tuple[str | None, int]:
    """Return what the braces that open at `at`, after spaces, hold, and where they end; None if none open.

    Raises:
        Unreadable: If they are not closed.
    """
    while at < len(text) and text[at].isspace():
        at += 1
    if at >= len(text) or text[at] != "{":
        return None, at
    depth = 0
    for brace in _BRACE.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return text[at + 1 : brace.start()], brace.end()
    raise Unreadable("a brace is not closed")
