r"""What stands around an answer and says nothing: white space, a full stop, "only" before it, a condition after it.

A condition is dropped only where it is one: `5 \text{ if } x > 0, \text{ else } 6` has two answers, and stays as it is.
"""

from __future__ import annotations

import re

MAX_CHARS = 2_000
"""Characters of an answer in which a condition is looked for."""

_ONLY = re.compile(r"(?:\\(?:text|mbox|textrm)\{\s*(?:only|just)\s*\}|only\b|just\b)[\s:]*", re.IGNORECASE)
_LEADING = re.compile(r"\A(?:\\(?:therefore|implies|Rightarrow|Longrightarrow)(?![A-Za-z])|=(?!=))[\s$]*")
_FONT = r"\\(?:text|mbox|textrm|textnormal|mathrm)\s*\{[\s,(]*"
_CONDITION = re.compile(
    rf"{_FONT}(?:for|where|when|if|with|as|given|provided|assuming)\b"
    r"|(?<=[\s,$}])(?:for\s+(?:all|any|every|some|each|\$?\\?[a-zA-Z])|where|when|provided|such\s+that)\b"
    r"|\\(?:forall|because)(?![A-Za-z])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\(\s*[A-Za-z]\s*(?:\\in|∈)\s*(?:\\mathbb\s*\{?\s*)?[ZNRQ]\}?\s*[+*]?\s*\)\s*$")
_SUBJECT = re.compile(r"(?:The|the|Our|our)\s[A-Za-z ,'$]*")
_TAG = re.compile(r"\\(?:q?quad|tag)\s*[({]\s*\d{1,2}\s*[)}]\s*\Z")
_OTHERWISE = re.compile(r"\b(?:otherwise|else|unless|but|if|for|when|where|except)\b", re.IGNORECASE)
_JOINED = re.compile(
    r"(?:\b(?:and|or)\b|[,;])(?:[\s${}~,]|\\(?:text|mbox|quad|qquad|[,;: !]))*(?P<next>\S.?)", re.IGNORECASE
)
_SPACE = re.compile(r"(?:[\s,;$:]|\\(?:q?quad|[,;:! ]))\Z")


def trimmed(text: str) -> str:
    """Return `text` without white space, final full stop or comma, a leading "only" and a trailing condition."""
    text = _LEADING.sub("", text.strip())
    text = _ONLY.sub("", text, count=1) if text[:1] in ("\\", "o", "O", "j", "J") else text
    while text and text[-1] in ".,;:\\" and not text.endswith(("...", "\\ldots.")):
        text = text[:-1].rstrip()
        if text.endswith("\\") and not text.endswith("\\\\"):
            text = text[:-1].rstrip()
    if len(text) <= MAX_CHARS and (" " in text or "\\" in text):
        text = _without_condition(_TAG.sub("", text))
    return text.strip()


def _without_condition(text: str) -> str:
    match = _CONDITION.search(text) or _RANGE.search(text)
    if match is None or match.start() == 0 or _SUBJECT.fullmatch(text, 0, match.start()):
        return text
    condition = text[match.end() :]
    if _OTHERWISE.search(condition) or any(_is_value(one["next"]) for one in _JOINED.finditer(condition)):
        return text
    return _without_end(text[: match.start()])


def _is_value(start: str) -> bool:
    """Return whether what follows a comma or an "or" may be another answer: anything but a letter by itself."""
    return not (start[0].isalpha() and (len(start) == 1 or not start[1].isalnum()))


def _without_end(text: str) -> str:
    while text and (end := _SPACE.search(text, max(len(text) - 8, 0))):
        text = text[: end.start()]
    return text
