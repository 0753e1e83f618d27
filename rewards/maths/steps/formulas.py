r"""Equations in LaTeX: what stands between dollar signs, in `\[ \]`, `\( \)`, or on a line of `align`.

A segment between such delimiters is a formula if a command, `^` or `_` is in it and no words are. It is split into
chains at commas and arrows, and the chains into members at `=` and `\approx`; `claims.py` reads the members with the
engine's own grammar. Without such a mark, digits between dollar signs are left to `prose.py`, since they may be prices.
"""

from __future__ import annotations

import re
from itertools import pairwise

from rlvr.rewards.maths.steps.claims import MAX_SIDE_CHARS, Claim, Side

_DELIMITER = re.compile(r"\$\$?|\\[\[\]()]|\\\\|\\(?:begin|end)\s*\{[^{}]*\}(?:\{[^{}]*\})?")
_MARK = re.compile(r"\\[A-Za-z]|[\^_]")
_RELATION = re.compile(r"=|\\approx(?![A-Za-z])")
_WORDS = re.compile(r"\\(?:text|textbf|textrm|mathrm|mbox|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+|([A-Za-z]{2,})")
_NAME = re.compile(r"sin|cos|tan|cot|sec|csc|log|ln|max|min|gcd|lcm|lim|exp|d[a-z]|[A-Z]{2,4}").fullmatch
_FOREIGN = re.compile(r"\\(?:[pb]?mod|equiv|star|diamond|oplus|otimes|odot|bullet)(?![A-Za-z])")
_SPLIT = re.compile(
    r"(?P<open>[{(\[]|\\\{)|(?P<close>[})\]]|\\\})|(?P<equal>=)|(?P<about>\\approx(?![A-Za-z]))"
    r"|(?P<stop>,(?!\d{3}|\\!)|;|[<>]|\\(?:ne|neq|le|leq|ge|geq|lt|gt|implies|Rightarrow|Longrightarrow|iff|to|in"
    r"|Leftrightarrow|rightarrow|quad|qquad|because|therefore|propto|sim)(?![A-Za-z])"
    r"|\\(?:text|mbox)\s*\{\s*(?:and|or|so|if|then|for|when|where|thus|hence)\b[^{}]*\})"
    r"|\\[A-Za-z]+|\\."
)
_TOP_SIGN = re.compile(r"[{(\[]|[})\]]|(?<=[\w)} ])[-+](?=[\s\d\\({])")


def formula_claims(line: str, number: int, carried: Side | None) -> tuple[list[Claim], str, Side | None]:
    """Return the equations of a line's formulas, the line without them, and what the next line may go on from."""
    found: list[Claim] = []
    rest: list[str] = []
    for segment in _segments(line):
        chains = _chains(segment) if _is_formula(segment) else None
        if not chains or not _is_whole(chains, carried):
            rest.append(" ; " if _FOREIGN.search(segment) else segment)
            carried = None if segment.strip(" $") else carried
            continue
        rest.append(" ; ")
        for chain in chains:
            found += _links(chain, number, carried)
        carried = Side(chains[-1][-1][1])
    return found, "".join(rest), carried


def _segments(line: str) -> list[str]:
    """Return the text between delimiters, each dollar sign kept at the head of what follows it."""
    found: list[str] = []
    at = 0
    for mark in _DELIMITER.finditer(line):
        found.append(line[at : mark.start()])
        at = mark.start() if mark.group() == "$" else mark.end()
    return [*found, line[at:]]


def _is_formula(segment: str) -> bool:
    if not _MARK.search(segment) or not _RELATION.search(segment) or _FOREIGN.search(segment):
        return False
    words = (word.group(1) for word in _WORDS.finditer(segment))
    return all(word is None or _NAME(word) for word in words)


def _chains(segment: str) -> list[list[tuple[str, str]]]:
    """Return the chains of a formula: members, each with the sign before it."""
    text = segment.removeprefix("$").replace("&", " ")
    chains: list[list[tuple[str, str]]] = [[]]
    depth = start = 0
    sign = ""
    for mark in _SPLIT.finditer(text):
        kind = mark.lastgroup
        if kind is None:
            continue
        depth += {"open": 1, "close": -1}.get(kind, 0)
        if kind in ("open", "close") or depth > 0:
            continue
        chains[-1].append((sign, _cleaned(text[start : mark.start()])))
        start = mark.end()
        sign = {"equal": "=", "about": "~"}.get(kind, "")
        if kind == "stop":
            chains.append([])
    chains[-1].append((sign, _cleaned(text[start:])))
    return [chain for chain in chains if len(chain) > 1]


def _cleaned(member: str) -> str:
    return member.strip().removesuffix("\\").rstrip(" .,;:")


def _is_whole(chains: list[list[tuple[str, str]]], carried: Side | None) -> bool:
    """Return whether every member is there; only the first may be carried over from the line before."""
    members = [member for chain in chains for _, member in chain]
    return all(members[1:]) and (bool(members[0]) or carried is not None)


def _links(chain: list[tuple[str, str]], number: int, carried: Side | None) -> list[Claim]:
    sides = [Side(member) for _, member in chain]
    if not chain[0][1] and carried is not None:
        sides[0] = carried
    found: list[Claim] = []
    for index, (left, right) in enumerate(pairwise(sides)):
        sign = chain[index + 1][0]
        text = f"{left.text} {sign} {right.text}"
        if index + 2 < len(sides) and (first := _first_term(right.text)):
            right = Side(right.text, (first,))
        found.append(Claim(text, left, right, sign, number))
    return found


def _first_term(member: str) -> str:
    """Return what stands before the first `+` or `-` outside brackets: a result with which the chain goes on."""
    depth = 0
    if len(member) > MAX_SIDE_CHARS:
        return ""
    for mark in _TOP_SIGN.finditer(member):
        sign = mark.group()
        depth += (sign in "{([") - (sign in "})]")
        if depth == 0 and sign in "+-":
            return member[: mark.start()]
    return ""
