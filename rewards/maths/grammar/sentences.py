r"""What words around an answer say: "The answer is 5", "The area is 5", `\textbf{(C)}\ 5`, "Option C".

An announcement is dropped. A sentence "The ... is 5" says 5 if its subject is a plain name of a value: no word in it
changes or doubts what follows (`caveats.py`). A choice with its value, in brackets at the start, is both.
"""

from __future__ import annotations

import re

from rlvr.rewards.maths.grammar.caveats import changes

MAX_CHARS = 2_000
"""Characters of a text in which words are looked for."""

_FONT = r"\\(?:text|mbox|textbf|textit|textrm|textnormal|textsf|mathrm|mathbf|hbox)\s*\{"
_NAMED = (
    r"(?:(?:so|thus|hence|therefore)\b,?\s+)?(?:(?:the|our|my)\s+)?(?:(?:final|correct|right|required|desired)\s+){0,2}"
    r"(?:answers?|solutions?|results?)"
)
_ANNOUNCED = re.compile(
    rf"(?P<open>{_FONT}\s*)?{_NAMED}(?:\s*(?:is|are|equals)\b\s*:?|\s*:|(?=\s*\\[(\[])|(?=\s*\$)|(?=\s*\}}\s*:?\s*(?:[\w($]|\\(?:[dt]?frac|sqrt|pi|[$(\[]))))"
    r"\s*(?(open)(?P<close>\}\s*:?\s*)?|)",
    re.IGNORECASE,
)
_WRAPPED = re.compile(rf"{_FONT}([^{{}}\\$]*)\}}")
_SENTENCE = re.compile(
    r"((?:The|the|Our|our|Thus|So|Hence|Therefore)\b(?:[^$.,;=<>\d]|\$[^$]*\$)*?)\s(?:is|are|equals)\s+(.+)"
)
_VERBS = re.compile(r"\b(?:is|are|equals)\b")
_MATHEMATICS = re.compile(r"\$([^$]*)\$")
_OPERATION = re.compile(r"\s*(?:[+*/^=<>-]|\\(?:times|cdot|div|pm|mp|neq?|not|[lg]eq?|approx)(?![A-Za-z]))")
_LETTER = re.compile(
    rf"(?P<open>{_FONT}\s*)?(?:(?:option|choice|answer)\s*:?\s*(?:\(\s*)?([A-Za-z])(?:\s*\))?|\(\s*([A-Za-z])\s*\))\.?"
    r"\s*(?(open)\}|)\.?",
    re.IGNORECASE,
)
_LETTERED = re.compile(
    rf"(?:{_FONT}\s*\(\s*([A-H])\s*\)\s*(?:\}}\s*)?|\(\s*([A-H])\s*\)(?=\s|\\ |~)|([A-H])[.)](?=\s))"
    r"(?:\\[ ,;:!]|\\q?quad\b|~|\s)*(?P<value>(?:-?\d|[A-Za-z]{3}|\\(?:[dt]?frac|sqrt|\$|text|pi)|\$).*)"
)
_COMMAND = re.compile(r"\\[A-Za-z]+")
_SAID = re.compile(r"\b(?:is|are|was|isn't|cannot)\b", re.IGNORECASE)
_NO_CHOICE = re.compile(
    r"\A[\s{]*(?:none of (?:the above|these|them|the others)|neither|not enough information|cannot be determined)"
    r"[\s.}]*\Z",
    re.IGNORECASE,
)
"""Honest values of a choice in spite of a word that denies something."""
_JOINS = re.compile(r"(?:and|or)\b|.*(?:\(\s*[A-H]\s*\)|\b[A-H][.)]\s)", re.IGNORECASE | re.DOTALL)
_GAP = r"(?:\s|\\(?:text|[ ,;:])|[{}~])*"
_ENDS_WITH_ANOTHER = re.compile(rf"(?:(?:[,;&]|\s/|\d\s){_GAP}[A-H]|\b(?i:and|or)\b{_GAP}[A-Ha-h])[\s.{{}}]*\Z")
"""A second choice after all else, as in "(A) 5 and B"; the text of a choice may name "both A and B"."""
_BOTH = re.compile(r"both\b", re.IGNORECASE)


def unannounced(text: str) -> str:
    r"""Return `text` without a leading "The answer is", `\text{Answer: }` and their like."""
    if len(text) > MAX_CHARS:
        return text
    for _ in range(3):
        match = _ANNOUNCED.match(text)
        if match is None or match.end() == len(text):
            break
        rest = text[match.end() :].strip()
        text = match["open"] + rest if match["open"] and not match["close"] else rest
    return text


def predicate(plain: str) -> str | None:
    """Return what a sentence such as "The largest $n$ is 34" says of its subject; None for any other text."""
    if len(plain) > MAX_CHARS:
        return None
    wrapped = _WRAPPED.fullmatch(plain)
    match = _SENTENCE.fullmatch(wrapped.group(1).strip(" .") if wrapped else plain)
    if match is None:
        return None
    subject = match.group(1)
    spans = _MATHEMATICS.findall(subject)
    words = _MATHEMATICS.sub(" ", subject)
    if _VERBS.search(words) or changes(words, is_whole=not spans) or any(_OPERATION.match(span) for span in spans):
        return None
    return match.group(2) if not (spans and "answer" in words) else None


def letter(plain: str) -> str | None:
    """Return the letter of `(C)`, "Option C" or "Choice (C)"; None for anything else."""
    match = _LETTER.fullmatch(plain) if len(plain) < 100 else None
    return match.group(2) or match.group(3) if match else None


def _names_another(value: str) -> bool:
    """Return whether the value of a choice takes in a second choice."""
    return bool(_JOINS.match(value) or (_ENDS_WITH_ANOTHER.search(value) and not _BOTH.match(value)))


def lettered(plain: str) -> tuple[str, str] | None:
    r"""Return the letter and the value of `\textbf{(C)}\ 5`, `(C) 5` and `C. 5`; None for anything else."""
    if not ("(" in plain[:12] or plain[1:2] in (".", ")")) or len(plain) > MAX_CHARS:
        return None
    match = _LETTERED.fullmatch(plain)
    if match is None or _names_another(match["value"]):
        return None
    value = match["value"]
    words = _COMMAND.sub(" ", value)
    if (_SAID.search(words) or changes(words)) and not _NO_CHOICE.search(words):
        return None
    if value.count("}") > value.count("{"):
        value = value.rstrip(" $").removesuffix("}")
    return match[1] or match[2] or match[3], value
