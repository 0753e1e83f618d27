r"""The numbers in the tokens of a line, as they stand in a run: signed, mixed, as words, after a few words.

`Operands` reads one number; `runs.py` joins numbers with what stands between them.
"""

from __future__ import annotations

from rlvr.rewards.maths.steps.prose_tokens import Token
from rlvr.rewards.maths.steps.prose_words import COMPUTING, NUMERALS, ROUGH, SCALES, SPELLED
from rlvr.rewards.maths.steps.run import UNIT_LETTERS, Run

MAX_LEAD = 4
"""Words between a sign and the number after it."""

OPERANDS = frozenset(("num", "atom", "open"))
"""The kinds of tokens with which an operand begins."""


class Operands:
    """Reads numbers from a line's tokens."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = [*found, found[-1], found[-1], found[-1]]

    def begins(self, at: int) -> bool:
        """Return whether a run may begin at token `at`."""
        kind, text, start, end = self.tokens[at]
        if kind in OPERANDS:
            return True
        if kind == "op":
            before, _, _, before_end = self.tokens[at - 1] if at else ("open", "", 0, 0)
            is_first = before in ("open", "rel") or (before in ("word", "is", "punct") and before_end < start)
            is_sign = (text == "-" and is_first) or (text == "+" and at == 0)
            return is_sign and self.tokens[at + 1][0] in OPERANDS and self.tokens[at + 1][2] == end
        return kind == "word" and self.is_numeral(at)

    def leads_to_operand(self, at: int, max_words: int = MAX_LEAD) -> bool:
        """Return whether a number follows at token `at`, after a few words at most."""
        for index in range(at, min(at + max_words + 1, len(self.tokens))):
            kind, text, _, _ = self.tokens[index]
            if kind in OPERANDS or (kind == "word" and text in NUMERALS and index == at):
                return True
            if kind == "op" and text == "-" and index == at and self.tokens[at + 1][0] in OPERANDS:
                return True
            if kind != "word":
                return False
        return False

    def operand(self, run: Run, *, may_lead: bool) -> bool:
        """Read signs, brackets and a number; return False where there is no number."""
        num_words = 0
        for _ in range(MAX_LEAD + 8):
            kind, text, _, _ = self.tokens[run.at]
            is_nth = kind == "nth" and self.tokens[run.at - 1][0] == "rel"
            if kind == "num" or kind == "atom" or is_nth or (kind == "word" and self.is_numeral(run.at)):
                run.pieces.append(self._number(run))
                run.end = self.tokens[run.at - 1][3]
                return True
            if kind == "open":
                run.opens.append(len(run.pieces))
                run.pieces.append("(")
            elif kind == "op" and text in "+-" and not num_words and (not run.pieces or run.pieces[-1] in "(*/^"):
                run.pieces.append(text)
            elif kind == "word" and may_lead:
                self._lead(run, text, num_words)
                num_words += 1
            elif kind != "pct":
                return False
            run.at += 1
        return False

    def _lead(self, run: Run, word: str, num_words: int) -> None:
        """Note what a word before a number may mean; `Week 1 + Week 2` adds no numbers."""
        run.is_rough |= word in ROUGH
        is_variable = len(word) == 1 and word not in UNIT_LETTERS
        is_label = not num_words and run.first and word == self.tokens[run.first - 1][1]
        if word in SCALES or word in COMPUTING or is_variable or is_label:
            run.doubt = run.doubt or f"{word!a} may be an operand"

    def is_numeral(self, at: int) -> bool:
        """Return whether the word at token `at` is a number that is computed with."""
        if self.tokens[at][1] not in NUMERALS:
            return False
        kinds = [self.tokens[at + 1][0], self.tokens[at + 1][1] in SPELLED, self.tokens[at + 2][1] in SPELLED]
        if kinds[0] in ("op", "rel", "is") or kinds[1] or (kinds[0] == "word" and kinds[2]):
            return True
        return at > 0 and (self.tokens[at - 1][0] == "op" or self.tokens[at - 1][1] in SPELLED)

    def _number(self, run: Run) -> str:
        """Return the number at `run.at` and step over it; a mixed one is read whole, and a fraction after ` / `."""
        tokens, at = self.tokens, run.at
        kind, text, _, end = tokens[at]
        run.at += 1
        if kind == "word":
            return NUMERALS[text]
        if kind == "atom":
            run.num_signs += text[0] == "\\" and text != "\\pi"
            return text
        if text.isdigit() and tokens[at + 1][0] == "atom" and "frac" in tokens[at + 1][1]:
            run.at = at + 2
            return f"({text}+{tokens[at + 1][1]})"
        if run.pieces and run.pieces[-1] == "/" and tokens[at - 1][3] < tokens[at][2] and self._is_fraction(at):
            run.at = at + 3
            run.groups.append(len(run.pieces))
            return f"({text}/{tokens[at + 2][1]})"
        if text.isdigit() and tokens[at + 1][0] == "num" and end < tokens[at + 1][2] and self._is_fraction(at + 1):
            run.at = at + 4
            return f"({text}+{tokens[at + 1][1]}/{tokens[at + 3][1]})"
        return text

    def _is_fraction(self, at: int) -> bool:
        """Return whether two numbers and a slash without spaces stand at token `at`."""
        above, slash, below = self.tokens[at : at + 3]
        if (above[0], slash[1], below[0]) != ("num", "/", "num"):
            return False
        return above[3] == slash[2] and slash[3] == below[2]
