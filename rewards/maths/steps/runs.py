r"""Runs of numbers and operators in the tokens of a line, with the units and remarks between them dropped.

A run is the part of a prose equation on one side of its sign: `3 boxes * $4 per box` is the run `3*4`. `Runs.run` reads
the longest one from a token on, in time linear in it; what is doubtful about it is noted, not judged.
"""

from __future__ import annotations

from rlvr.rewards.maths.grammar.words import UNITS
from rlvr.rewards.maths.steps.operands import OPERANDS, Operands
from rlvr.rewards.maths.steps.prose_words import COMPUTING, DETERMINERS, NUMERALS, ROUNDED, SCALES, SPELLED
from rlvr.rewards.maths.steps.run import UNIT_LETTERS, Run

MAX_NOISE = 14
"""Words between a number and the sign after it."""
MAX_PIECES = 400
"""Numbers, signs and brackets of one run."""


class Runs(Operands):
    """Reads runs from a line's tokens."""

    def relation(self, at: int, run: Run) -> tuple[str, int] | None:
        """Return the sign at token `at` and the token after it; with a `?` where the word "is" may mean another thing.

        A word counts as a sign only after a computation and before a number.
        """
        kind, text, _, _ = self.tokens[at]
        if kind == "rel":
            return text, at + 1 + (self.tokens[at + 1][0] == "rel")
        if kind != "is" or not run.num_signs:
            return None
        after = at + 1
        while self.tokens[after][0] == "is" or self.tokens[after][1] == "to":
            after += 1
        if not self.leads_to_operand(after, 0):
            return None
        is_amount = "\\%" in run.pieces or (
            run.num_signs == 1 and (self.tokens[at - 2][1] == "/" or run.pieces[-1][0] == "\\")
        )
        is_unsure = self.tokens[at - 1][0] == "word" or is_amount
        return ("=?" if is_unsure and (text == "is" or is_amount) else "="), after

    def run(self, at: int, *, follows_sign: bool) -> Run | None:
        """Return the longest run from token `at` on, or None if no number is there."""
        run = Run(at, self.tokens[at][2])
        if not self.operand(run, may_lead=follows_sign):
            return None
        num_pieces, num_opens = len(run.pieces), len(run.opens)
        while len(run.pieces) < MAX_PIECES and self._joint(run):
            if not self.operand(run, may_lead=True):
                run.back_to(num_pieces, num_opens)
                run.doubt = "an operand is not a number"
                break
            num_pieces, num_opens = len(run.pieces), len(run.opens)
        self._note_end(run)
        if follows_sign and self._is_spaced_thousands(run.at):
            run.joined = self.tokens[run.at][1]
        return run

    def _is_spaced_thousands(self, at: int) -> bool:
        """Return whether the number at token `at` may be the end of `2 500`."""
        return self.tokens[at][0] == self.tokens[at - 1][0] == "num" and len(self.tokens[at][1]) == 3

    def _note_end(self, run: Run) -> None:
        """Doubt a run that goes on with an operator whose operand is no number; a spaced dash is punctuation."""
        kind, text, start, end = self.tokens[run.at]
        is_dash = text == "-" and start > self.tokens[run.at - 1][3] and self.tokens[run.at + 1][2] > end
        if kind == "op" and not is_dash and self.tokens[run.at + 1][0] in ("word", "stop"):
            run.doubt = run.doubt or "an operand is not a number"

    def _joint(self, run: Run) -> bool:
        """Read what follows an operand: closing brackets, units, and an operator; return whether one was found."""
        run.num_words = 0
        while run.num_words <= MAX_NOISE:
            kind, text, _, _ = self.tokens[run.at]
            if kind == "op":
                if not self._skips_unit(run, text):
                    return self.leads_to_operand(run.at + 1) and self._sign(run, text)
            elif kind in OPERANDS:
                if kind != "open" or not self._skips_remark(run):
                    return self._multiplies(run, kind)
            elif kind == "word":
                if self._word_sign(run, text):
                    return True
                if run.num_words and self.is_numeral(run.at):
                    return False
                self._noise(run, text)
            elif not self._closes(run, kind, text):
                return False
        return False

    def _closes(self, run: Run, kind: str, text: str) -> bool:
        """Step over a closing bracket, a percent sign, or a mark within the run; return False at its end."""
        if kind == "close" and run.opens:
            run.close(self.tokens[run.at][3])
        elif kind == "pct" and not run.num_words:
            run.pieces.append("\\%")
            run.end = self.tokens[run.at][3]
        elif kind != "punct" or not self._is_inner_mark(run, text):
            return False
        run.at += 1
        return True

    def _sign(self, run: Run, text: str) -> bool:
        """Add an operator; where words stand around it, what follows may be a run of its own."""
        _, _, start, end = self.tokens[run.at]
        if text == "/" and run.num_words and start == self.tokens[run.at - 1][3] and end == self.tokens[run.at + 1][2]:
            run.asides.append(len(run.pieces))
        run.add_sign(text)
        run.at += 1
        if text == "-" and (run.num_words > 0 or self.tokens[run.at][0] == "word"):
            run.add_cut()
        return True

    def _word_sign(self, run: Run, text: str) -> bool:
        """Read `x`, "times", "divided by" and "of" where they are operators."""
        after = run.at + 1
        if text in "xX":
            is_sign = self.tokens[after][0] in OPERANDS
            is_sign |= self.tokens[after][1] in DETERMINERS and self.leads_to_operand(after)
        elif text == "of":
            is_sign = not run.num_words and run.is_share and self._follows_determiners(after)
        elif text in SPELLED:
            after += text != "times" and self.tokens[after][1] == "by"
            is_sign = self.tokens[after][0] in ("num", "open") or self.tokens[after][1] in NUMERALS
        else:
            return False
        if not is_sign:
            return False
        run.at = after
        run.add_sign(SPELLED.get(text, "*"))
        if text in ("of", "times"):
            run.add_cut()
        return True

    def _follows_determiners(self, at: int) -> bool:
        while self.tokens[at][1] in DETERMINERS:
            at += 1
        return self.tokens[at][0] in OPERANDS

    def _noise(self, run: Run, word: str) -> None:
        """Note what a word after a number may mean, and step over it."""
        before = self.tokens[run.at - 1]
        is_first = not run.num_words
        run.num_words += 1
        run.num_noise += 1
        run.is_rough |= word in ROUNDED
        if word in SCALES:
            if is_first:
                run.scale(SCALES[word])
                run.symbols += [word] if word == "k" else []
            elif before[1] in ("a", "one", "and"):
                run.after = f"+1{SCALES[word]}"
        else:
            self._letter(run, word, is_first=is_first)
        if is_first:
            self._unit(run, word)
        run.at += 1

    def _letter(self, run: Run, word: str, *, is_first: bool) -> None:
        """Note a letter that may be a variable, and any word right after a number that is no known unit."""
        before = self.tokens[run.at - 1]
        is_tight = self.tokens[run.at][2] == before[3] and before[0] != "op" and word[0] != "-"
        is_variable = is_tight if len(word) == 1 else is_tight and word not in UNITS
        if is_variable or (len(word) == 1 and word not in UNIT_LETTERS):
            run.letters.append(word)
        if is_tight and is_first:
            run.symbols.append(word)

    def _unit(self, run: Run, word: str) -> None:
        """Note what the first word after a number makes of it."""
        if word in UNITS:
            run.units.add(UNITS[word])
        elif word in ("of", "a") and run.is_share:
            run.part_of = "a share of an amount that is not a number"
        elif word in COMPUTING:
            run.doubt = run.doubt or f"{word!a} after a number may change it"
        elif word == "and":
            self._mixed(run)

    def _mixed(self, run: Run) -> None:
        """Note the other reading of `1 and 1/3`."""
        at = run.at + 1
        at += self.tokens[at][0] == "open"
        if self.tokens[at][0] == "num" and self.tokens[at + 1][1] == "/" and self.tokens[at + 2][0] == "num":
            run.after = f"+{self.tokens[at][1]}/{self.tokens[at + 2][1]}"

    def _skips_unit(self, run: Run, text: str) -> bool:
        """Step over `/day` after a number and `^2` after a unit."""
        kind, word, _, _ = self.tokens[run.at + 1]
        if text == "/" and kind == "word" and word not in NUMERALS:
            if len(word) == 1 and word not in UNIT_LETTERS:
                run.doubt = run.doubt or f"{word!a} may be an operand"
            run.at += 1
            return True
        if text == "^" and run.num_words and kind in ("num", "open"):
            run.at += 2 if kind == "num" else 4
            return True
        return False

    def _multiplies(self, run: Run, kind: str) -> bool:
        """Add the sign that is left out before a bracket, or between one and a number; return whether it is so."""
        if run.num_words:
            return False
        follows_close = self.tokens[run.at - 1][0] == "close"
        is_tight = self.tokens[run.at][2] == self.tokens[run.at - 1][3]
        if not (is_tight and follows_close if kind == "num" else is_tight or follows_close):
            return False
        run.add_sign("*")
        return True

    def _skips_remark(self, run: Run) -> bool:
        """Step over a bracket that begins with a word and in which nothing is computed."""
        at = run.at + 1
        if self.tokens[run.at][2] == self.tokens[run.at - 1][3]:
            return False
        is_rough = False
        while self.tokens[at][0] == "word" or (self.tokens[at][0] == "num" and at > run.at + 1):
            is_rough |= self.tokens[at][1] in ROUNDED
            at += 1
            if at - run.at > MAX_NOISE:
                return False
        if self.tokens[at][0] != "close":
            return False
        run.is_rough |= is_rough
        run.at = at + 1
        return True

    def _is_inner_mark(self, run: Run, text: str) -> bool:
        """Return whether a full stop or comma ends an abbreviation, since a sign follows; `!` is a factorial."""
        if self.tokens[run.at + 1][0] not in ("op", "rel"):
            return False
        if text == "!" and not run.num_words:
            run.pieces.append("!")
        return text in ".,!"
