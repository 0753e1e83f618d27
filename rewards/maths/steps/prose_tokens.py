r"""The tokens of a line of worked arithmetic, where words, currency and LaTeX stand among the numbers.

`tokens.py` is for an answer, in which every letter is mathematics; here a word is a unit or a remark unless it says
otherwise. A token is `(kind, text, start, end)`; the last one is `end`.

| kind | text |
|---|---|
| `num` | digits without separators |
| `nth` | the digits of `6th` |
| `atom` | a fraction or root in LaTeX, `\pi`, `8.333...` |
| `op` | `+`, `-`, `*`, `/`, `^` |
| `rel` | `=` or `~` |
| `is` | a word that says "equals" where a number follows |
| `open`, `close` | a bracket |
| `pct` | `%` |
| `word` | a word in lower case; a single letter as it stands |
| `punct` | a sign that ends a clause |
| `stop` | what no arithmetic runs across |

Left out is structure: `runs.py` reads it from the tokens.
"""

from __future__ import annotations

import re

Token = tuple[str, str, int, int]
"""Kind, text, and where it stands in the line."""

_ABBREVIATIONS = "lbs?|oz|ft|sq|cu|hrs?|mins?|secs?|yds?|yrs?|gal|pts?|qts?|in|approx|wks?|mos?|ea"
_TOKEN = re.compile(
    r"\s+|(?P<nth>\d+(?=(?:st|nd|rd|th)\b)(?:st|nd|rd|th))|(?P<stop>0\d+(?![\d.]))"
    r"|(?P<grouped>\d+(?:,\d+)+(?:\.\d+)?|\d{1,3}(?: \d{3})* 000(?!\d))"
    r"|(?P<atom>\d*\.\d+\.\.\.|\\[dtc]?frac\s*(?:\d\d|\{[^{}]*\}\s*\{[^{}]*\})|\\sqrt\s*(?:\{[^{}]*\}|\([^()]*\)))"
    r"|(?P<num>\d+(?:\.\d+)?|\.\d+)"
    r"|\\(?:text|textbf|textit|textrm|mathrm|mathbf|mbox|hbox)\s*\{(?P<words>[^{}]*)\}"
    r"|\\(?P<command>[A-Za-z]+)|\\(?P<escaped>.)"
    rf"|(?P<word>(?<=\d)[xX](?=\d)|(?<=\d)-[A-Za-z]{{2,}}(?:-[A-Za-z]+)*|(?:{_ABBREVIATIONS})\.(?=\s*[a-z(=+*/-])"
    r"|[A-Za-z]{1,2}\d+|[A-Za-z]+(?:['&-][A-Za-z]+)*)"
    r"|(?P<two>\*\*|==|=>|->|[<>!:+*/-]=)|(?P<one>.)",
    re.DOTALL,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?")
_ONE = (
    dict.fromkeys("+-*/^", "op")
    | dict.fromkeys("([{", "open")
    | dict.fromkeys(")]}", "close")
    | dict.fromkeys(".,;:?!", "punct")
    | {"=": "rel", "%": "pct"}
    | dict.fromkeys("$¢`\"'", "")
)
_COMMANDS = (
    dict.fromkeys(("times", "cdot", "ast"), ("op", "*"))
    | {"div": ("op", "/"), "approx": ("rel", "~"), "pi": ("atom", "\\pi"), "sim": ("word", "about")}
    | dict.fromkeys(("left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr"), ("", ""))
    | dict.fromkeys(("boxed", "fbox", "quad", "displaystyle"), ("", ""))
    | dict.fromkeys(("euro", "pounds", "yen", "rupee", "won", "cent"), ("", ""))
)
_ESCAPED = {"%": ("pct", "%"), "{": ("open", "{"), "}": ("close", "}")} | dict.fromkeys("$ ,;:!", ("", ""))
_WORDS = {
    "equals": ("is", "="),
    "equal": ("is", "="),
    "is": ("is", "is"),
    "plus": ("op", "+"),
    "minus": ("op", "-"),
} | dict.fromkeys(("percent", "percents"), ("pct", "%"))
_TWO = {"**": ("op", "^"), "==": ("rel", "=")}


def tokens(line: str) -> list[Token]:
    """Return the tokens of one line of plain or LaTeX text, in time linear in it."""
    found: list[Token] = []
    for match in _TOKEN.finditer(line):
        kind = match.lastgroup
        if kind is None:
            continue
        start, end = match.span()
        if kind == "num":
            found.append(("num", match.group(), start, end))
        elif kind == "nth":
            found.append(("nth", match.group()[:-2], start, end))
        elif kind == "grouped":
            found.extend(_grouped(match.group(), start))
        elif kind == "words":
            found.extend(("word", word.lower(), start, end) for word in match.group("words").split()[:20])
        else:
            pair = _meaning(kind, match.group(kind))
            if pair[0]:
                found.append((*pair, start, end))
    found.append(("end", "", len(line), len(line)))
    return found


def _grouped(text: str, start: int) -> list[Token]:
    """Return the token of `1,700.50` or `10 000`, or those of a list without spaces."""
    if _THOUSANDS.fullmatch(text):
        return [("num", text.replace(",", "").replace(" ", ""), start, start + len(text))]
    found: list[Token] = []
    for part in text.split(","):
        end = start + len(part)
        found += [("num", part, start, end), ("punct", ",", end, end + 1)]
        start = end + 1
    return found[:-1]


def _meaning(kind: str, text: str) -> tuple[str, str]:
    if kind == "word":
        lower = text.lower()
        return _WORDS.get(lower, ("word", lower if len(text) > 1 else text))
    if kind == "one":
        return ("word", "about") if text == "~" else (_ONE.get(text, "stop"), text)
    table = {"command": _COMMANDS, "escaped": _ESCAPED, "two": _TWO}.get(kind, {})
    return table.get(text, ("atom" if kind == "atom" else "stop", text))
