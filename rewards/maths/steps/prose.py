r"""Equations in prose: `He pays 3 boxes * $4 per box = $12 in all` says `3*4 = 12`.

One pass reads the longest run of numbers and operators up to each `=`, and after it the run that follows. Words
between a number and the next sign are units or remarks and are dropped; a number after words begins a new run. What
this cannot know it marks: a run with a word for an operand, a variable, or "half of" before it carries a doubt.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from rlvr.rewards.maths.steps.claims import Claim, Side
from rlvr.rewards.maths.steps.prose_tokens import tokens
from rlvr.rewards.maths.steps.prose_words import (
    AMOUNTS,
    CHANGING,
    CONNECTING,
    DETERMINERS,
    JOINING,
    LABELS,
    MEASURES,
    OPENING,
)
from rlvr.rewards.maths.steps.run import Run
from rlvr.rewards.maths.steps.runs import Runs

MAX_TEXT_CHARS = 200
"""Characters of an equation that are kept to be shown."""
MAX_BEFORE = 8
"""Words before a run that are looked at."""

_REST = re.compile(r"\b(?:remain|left ?over)", re.IGNORECASE)
_NUMBERS = frozenset(("num", "pct", "close", "atom"))
_NOT_A_NUMBER = "an operand is not a number"


def prose_claims(line: str, number: int, carried: Side | None = None) -> tuple[list[Claim], Side | None]:
    """Return the equations of one line, and the last member of a chain that the next line may go on with.

    Args:
        line: Plain text, perhaps with LaTeX in it.
        number: The number of the line in the solution.
        carried: What a line that begins with `=` goes on from.
    """
    reader = _Prose(line, number)
    last = reader.read(carried)
    return reader.claims, last


class _Prose(Runs):
    """Reads one line."""

    def __init__(self, line: str, number: int) -> None:
        super().__init__(tokens(line))
        self.line = line
        self.has_rest = _REST.search(line) is not None
        self.has_added = "add" in line.lower()
        self.number = number
        self.claims: list[Claim] = []
        self.ended = 0

    def read(self, carried: Side | None) -> Side | None:
        """Fill `claims`; return the member with which the line ends, if it ends a chain."""
        at = 0
        last: Side | None = None
        if carried is not None and self.tokens[0][0] == "rel":
            at, last = self._chain([(carried, Run(0))], 0)
        while self.tokens[at][0] != "end":
            last = None
            run = self.run(at, follows_sign=False) if self.begins(at) else None
            if run is None:
                at += 1
                continue
            side = run.left_side(self._doubt_before(at, run))
            at, last = self._chain([(side, run)], run.at) if side is not None else (max(run.at, at + 1), None)
        return last

    def _chain(self, members: list[tuple[Side, Run]], at: int) -> tuple[int, Side | None]:
        """Read relations and the runs after them; return where the chain ends, and its last member."""
        signs: list[str] = []
        while (sign := self.relation(at, members[-1][1])) is not None:
            at = sign[1]
            run = self.run(at, follows_sign=True)
            side = (
                None
                if run is None
                else run.right_side(may_hold_unit=not members[-1][1].letters and run.names_no_variable)
            )
            if run is None or side is None:
                break
            signs.append(sign[0])
            at = run.at
            members.append((side, run))
        for index, ((left, before), (right, after)) in enumerate(pairwise(members)):
            if index + 2 < len(members):
                # The line goes on with the result: `5*3 = 15 + 3 = 18`.
                right = replace(right, others=(*right.others, *after.first_operand()))
            self._claim(left, right, signs[index], before, after)
        if len(members) == 1:
            return max(at, 1), None
        self.ended = at
        return at, members[-1][0]

    def _claim(self, left: Side, right: Side, sign: str, before: Run, after: Run) -> None:
        text = self.line[before.start if before.pieces else 0 : after.end][:MAX_TEXT_CHARS]
        doubt = left.doubt
        if "/" in before.pieces and not after.num_signs and self.has_rest:
            left = replace(left, others=(*left.others, f"\\lfloor {left.text}\\rfloor"))
        if _are_units(before, after):
            doubt = "" if doubt == before.letter_doubt else doubt
            right = replace(right, doubt=after.doubt)
        if sign.endswith("?"):
            doubt = doubt or "'is' may not mean that the two are equal"
        elif before.pieces:
            doubt = doubt or self._doubt_of_units(before, after, text)
        left = replace(left, doubt=doubt) if doubt != left.doubt else left
        self.claims.append(Claim(text, left, right, sign.rstrip("?"), self.number))

    def _doubt_of_units(self, before: Run, after: Run, text: str) -> str:
        """Return why the two sides may not be measured alike."""
        if not before.num_signs:
            kind, word, _, _ = self.tokens[before.first - 1] if before.first else ("end", "", 0, 0)
            is_labelled = kind in ("word", "is") and word not in OPENING
            has_words = after.num_noise > 0 or any(one.isalpha() or one in "$%" for one in text)
            if before.num_noise or is_labelled or (has_words and not after.num_signs):
                return "an amount with words around it may have another unit"
            if self.tokens[after.at][0] == "op" or not after.names_no_variable:
                return _NOT_A_NUMBER
            if "%" not in before.pieces[-1] and "\\%" in after.pieces:
                return "an amount against a percentage"
        units = (before.units | after.units) & MEASURES.keys()
        if len(units) > len({MEASURES[unit] for unit in units}) and {"*", "/"}.isdisjoint(before.pieces + after.pieces):
            return "units of one kind that differ"
        return ""

    def _doubt_before(self, at: int, run: Run) -> str:
        """Return why what stands before the run that begins at token `at` may change it."""
        if at == 0:
            return ""
        kind, text, _, end = self.tokens[at - 1]
        is_tight = end == self.tokens[at][2]
        before = self.tokens[at - 2] if at > 1 else ("end", "", 0, 0)
        if kind == "op":
            return "" if at == 1 and text in "-*+" and not is_tight else _NOT_A_NUMBER
        if kind in ("num", "close", "atom") or (kind == "pct" and before[0] == "num"):
            return "numbers stand side by side"
        if kind == "punct":
            is_label = at > 2 and self.tokens[at - 3][1] in LABELS
            if at <= self.ended + 1:
                return ""
            if text == "," and before[0] == "num" and len(self.tokens[at][1]) == 3:
                run.joined = before[1]
            if before[0] == "num" and is_tight and text in ":," and not is_label:
                return "a ratio or a list of numbers"
            return _NOT_A_NUMBER if before[0] == "op" else ""
        if kind == "stop":
            return "" if text in ("=>", "->", "#", "|", "&", "<", ">") else f"{text!a} stands before it"
        if kind != "word":
            return ""
        if self.tokens[at][0] == "open" and is_tight:
            return "a function of what is in brackets"
        return self._doubt_of_words(at, run)

    def _doubt_of_words(self, at: int, run: Run) -> str:
        """Return why the words before a run may change it: "half of", "5 apples and", "weeks"."""
        first = at
        while first > 0 and self.tokens[first - 1][0] == "word" and at - first < MAX_BEFORE:
            first -= 1
        words = [self.tokens[index][1] for index in range(first, at)]
        for word in reversed(words):
            if word in CHANGING:
                return f"{word!a} before it may change what is computed"
            if word not in CONNECTING:
                break
        if words[-1] in LABELS and run.pieces[1:2] in (["-"], ["+"]) and run.num_signs == 1:
            return f"{words[-1]!a} may number things"
        while len(words) > 1 and words[-1] in DETERMINERS:
            words.pop()
        follows_number = first > self.ended and self.tokens[first - 1][0] in _NUMBERS
        is_joined = words[-1] in JOINING and (words[-1] != "to" or self.has_added)
        if is_joined and follows_number and len(words) < 3 and words[0] not in AMOUNTS:
            return f"a number and {words[-1]!a} stand before it"
        return ""


def _are_units(before: Run, after: Run) -> bool:
    """Return whether the one letter beside the numbers of an equation cancels, so that it may be a unit.

    It stands in a product on either side, beside every number of a sum, or above and below a slash.
    """
    if len(set(before.symbols) | set(after.symbols)) != 1 or not before.symbols or before.letters != before.symbols:
        return False
    if before.is_sum or after.is_sum:
        return all(len(run.symbols) == run.num_numbers for run in (before, after))
    return bool(after.symbols) or (len(before.symbols) == 2 and before.pieces[1:2] == ["/"])
