r"""From a response to the one answer that is graded.

Every rule reads the text after the last `</think>`; a `<think>` that is never closed leaves no answer. A rule either
finds nothing, or finds something that it must refuse (two `<answer>` tags, an empty or unterminated last box), or
finds the answer. In an ordered tuple of rules only "nothing" passes the text on to the next one.

| spec | the answer |
|---|---|
| `tag` | inside `<answer>...</answer>`, of which there must be exactly one |
| `boxed` | inside the last `\boxed{}` or `\fbox{}`; boxes joined by "and" are one list (see `rewards/boxes.py`) |
| `hash` | after the last `####`, to the end of its line |
| `code`, `code:LANG` | the last fenced block, of that language if one is named |
| `marker` | the sentence after the last "answer is" or "answer:", in any case |
| `whole` | all of it |
| `regex:P` | group 1, else all, of the last match of P |

The answer is stripped of white space around it (code only of blank lines at its ends), and an empty one is refused.
Every rule takes time linear in the text, except a `regex:` whose pattern is not proven to (`is_bounded` False), which
verifiers run under a deadline.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rlvr.rewards.boxes import BoxError, last_boxed
from rlvr.rewards.regex_cost import is_linear
from rlvr.rewards.score import shown

Spec = str | tuple[str, ...]
"""One rule's name, or several in the order in which they are tried."""

DEFAULT_EXTRACT: Spec = ("tag", "boxed", "hash", "whole")
"""What a verifier that is used by itself extracts with, unless told otherwise."""

MAX_FENCES = 10_000
"""Fence lines that are looked at; a text with more has no answer."""
MAX_SENTENCE = 10_000
"""Characters after the last marker that are looked at."""

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_MARKER = re.compile(r"answer\*{0,2}(?: is\b|:)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"\n|[.?](?=\s|$)|(?<![\d)}])!(?=\s|$)|<\||I hope it is correct", re.IGNORECASE)
_DISPLAYS = ((r"\[", r"\]"), ("$$", "$$"))
_LANGUAGES = {"py": "python", "python3": "python", "js": "javascript", "c++": "cpp", "sh": "bash"}


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one rule, or a tuple of them, made of a response."""

    answer: str | None
    """The answer, never empty; None where there is none."""
    found: bool
    """Whether a rule found anything: True with `answer` None means that what it found must be refused."""
    reason: str = ""
    """Why there is no answer; empty where there is one."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """A parsed spec: call it on a response."""

    spec: Spec
    """What it was parsed from."""
    rules: tuple[Callable[[str], Extraction], ...]
    """The rules, each on the text after the last `</think>`, in the order in which they are tried."""
    is_bounded: bool
    """Whether every rule is proven to take time linear in the text."""

    def __call__(self, response: str) -> Extraction:
        """Return the answer in `response`, by the first rule that finds something; never raises for any text."""
        final = after_think(response)
        if final is None:
            return _refused("<think> is never closed")
        found = _NOTHING
        for rule in self.rules:
            found = rule(final)
            if found.found:
                break
        return found


_NOTHING = Extraction(None, found=False, reason="the response is empty")


def extract(spec: Spec | list[str], response: str) -> Extraction:
    """Return what `spec` finds in `response`; `parse_spec(spec)(response)`.

    Raises:
        ValueError: If `spec` names no rule. A text never makes it raise.
    """
    return parse_spec(spec)(response)


def parse_spec(spec: Spec | list[str]) -> Extractor:
    """Return the extractor that `spec` names: one of the rules in this module's table, or an ordered tuple of them.

    Raises:
        ValueError: If a name is unknown, a `regex:` pattern is malformed, or the tuple is empty.
    """
    return _parsed(tuple(spec) if isinstance(spec, list) else spec)


def after_think(response: str) -> str | None:
    """Return the text after the last `</think>`, or None where a `<think>` there is never closed."""
    end = response.rfind("</think>")
    final = response[end + len("</think>") :] if end >= 0 else response
    return None if "<think>" in final else final


@lru_cache(maxsize=256)
def _parsed(spec: Spec) -> Extractor:
    names = (spec,) if isinstance(spec, str) else spec
    if not names:
        raise ValueError("an empty tuple extracts nothing: name at least one rule, such as ('tag',)")
    rules = [_rule(name) for name in names]
    return Extractor(spec, tuple(rules), all(_is_bounded(name) for name in names))


def _rule(name: str) -> Callable[[str], Extraction]:
    if name in _RULES:
        return _RULES[name]
    kind, _, argument = name.partition(":")
    if kind == "code" and argument.strip():
        language = _language(argument)
        return lambda text: _code(text, language)
    if kind == "regex" and argument:
        try:
            pattern = re.compile(argument)
        except re.error as error:
            raise ValueError(f"extract={name!r} is not a regular expression: {error}") from error
        return lambda text: _regex(text, pattern)
    raise ValueError(f"unknown extraction rule {name!r}{_did_you_mean(name)}; use one of {', '.join(_NAMES)}")


def _is_bounded(name: str) -> bool:
    kind, _, argument = name.partition(":")
    return kind != "regex" or is_linear(argument)


def _did_you_mean(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, _NAMES, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _refused(reason: str) -> Extraction:
    return Extraction(None, found=True, reason=reason)


def _missing(reason: str) -> Extraction:
    return Extraction(None, found=False, reason=reason)


def _stripped(text: str, what: str) -> Extraction:
    answer = text.strip()
    return Extraction(answer, found=True) if answer else _refused(f"{what} is empty")


def _tag(text: str) -> Extraction:
    num_opened, num_closed = text.count("<answer>"), text.count("</answer>")
    if num_opened == num_closed == 0:
        return _missing("there is no <answer>")
    start, end = text.find("<answer>") + len("<answer>"), text.find("</answer>")
    if num_opened != 1 or num_closed != 1 or end < start:
        return _refused(f"one <answer>...</answer> is needed, got {num_opened} opened and {num_closed} closed")
    return _stripped(text[start:end], "<answer>")


def _boxed(text: str) -> Extraction:
    try:
        answer = last_boxed(text)
    except BoxError as error:
        return _refused(str(error))
    return _missing(r"there is no \boxed{}") if answer is None else Extraction(answer, found=True)


def _hash(text: str) -> Extraction:
    _, mark, rest = text.rpartition("####")
    if not mark:
        return _missing("there is no ####")
    return _stripped(rest.partition("\n")[0], "the text after the last ####")


def _marker(text: str) -> Extraction:
    end = -1
    for match in _MARKER.finditer(text):
        end = match.end()
    if end < 0:
        return _missing("there is no 'answer is' or 'answer:'")
    rest = text[end : end + MAX_SENTENCE].lstrip(" \t\r\n*:")
    for opened, closed in _DISPLAYS:
        if rest.startswith(opened) and (stop := rest.find(closed, len(opened))) > 0:
            return _stripped(rest[len(opened) : stop], "the formula after the last 'answer'")
    sentence_end = _SENTENCE_END.search(rest)
    sentence = rest[: sentence_end.start()] if sentence_end else rest
    return _stripped(sentence.strip().strip("*$ \t"), "the sentence after the last 'answer'")


def _whole(text: str) -> Extraction:
    answer = text.strip()
    return Extraction(answer, found=True) if answer else _NOTHING


def _regex(text: str, pattern: re.Pattern[str]) -> Extraction:
    last = None
    for match in pattern.finditer(text):
        last = match
    if last is None:
        return _missing(f"nothing matches {shown(pattern.pattern)}")
    answer = last.group(1 if pattern.groups else 0)
    return _refused("group 1 of the last match is empty") if answer is None else _stripped(answer, "the last match")


def _code(text: str, language: str | None = None) -> Extraction:
    """Return the last fenced block: a fence ends at one of its own character, at least as long, alone on its line."""
    opened: re.Match[str] | None = None
    block: tuple[re.Match[str], int] | None = None
    for count, fence in enumerate(_FENCE.finditer(text)):
        if count >= MAX_FENCES:
            return _refused(f"there are more than {MAX_FENCES} fences")
        mark, info = fence.group(2), fence.group(3)
        if opened is None:
            # Backticks after the mark make it code within a line of prose.
            is_fence = mark[0] == "~" or "`" not in info
            opened = fence if is_fence else None
        elif mark.startswith(opened.group(2)) and not info.strip():
            if language in (None, _language(opened.group(3))):
                block = (opened, fence.start())
            opened = None
    if opened is not None and language in (None, _language(opened.group(3))):
        return _refused("the last fenced block is not terminated")
    if block is None:
        return _missing(f"there is no fenced block{f' of {language}' if language else ''}")
    start, end = block
    return _dedented(text[start.end() + 1 : end], start.group(1))


def _language(info: str) -> str:
    words = info.split(maxsplit=1)
    name = words[0].strip("{}.").lower() if words else ""
    return _LANGUAGES.get(name, name)


def _dedented(code: str, indent: str) -> Extraction:
    """Return `code` without its fence's own indent and without blank ends."""
    if indent:
        code = re.sub(rf"^[ \t]{{1,{min(len(indent), 1000)}}}", "", code, flags=re.MULTILINE)
    if not code.strip():
        return _refused("the last fenced block is empty")
    return Extraction(code.rstrip().lstrip("\r\n"), found=True)


_RULES: dict[str, Callable[[str], Extraction]] = {
    "tag": _tag,
    "boxed": _boxed,
    "hash": _hash,
    "code": _code,
    "marker": _marker,
    "whole": _whole,
}
_NAMES = (*_RULES, "code:LANG", "regex:PATTERN")
