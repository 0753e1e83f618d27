"""`Run`: what stands on one side of an equation in prose, as it is found, and the ways in which it can be read."""

from __future__ import annotations

from rlvr.rewards.maths.steps.claims import Side

MAX_OTHERS = 8
"""Readings of one side beside the first."""

UNIT_LETTERS = frozenset("aAIsighlLmcC")
"""Letters that stand for a unit, or are words, where a space is before them; every other one is a variable."""

_SIGNS = frozenset("+-*/^")
_DEPTH = {"(": 1, ")": -1}


class Run:
    """Numbers, signs and brackets in their order, and what is doubtful about them."""

    __slots__ = (
        *(
            "after",
            "asides",
            "at",
            "cuts",
            "doubt",
            "end",
            "first",
            "is_rough",
            "letters",
            "num_noise",
            "num_signs",
            "num_words",
        ),
        *("groups", "joined", "opens", "part_of", "pieces", "scales", "start", "symbols", "units"),
    )

    def __init__(self, first: int, start: int = 0) -> None:
        self.first = self.at = first
        self.start = self.end = start
        self.pieces: list[str] = []
        self.opens: list[int] = []
        self.cuts: list[int] = []
        self.asides: list[int] = []
        self.groups: list[int] = []
        self.letters: list[str] = []
        self.symbols: list[str] = []
        self.scales: dict[int, str] = {}
        self.units: set[str] = set()
        self.doubt = self.after = self.part_of = self.joined = ""
        self.num_signs = self.num_noise = self.num_words = 0
        self.is_rough = False

    @property
    def is_share(self) -> bool:
        """Whether the last number is a fraction or a percentage, of which "of" takes a part."""
        return self.pieces[-1] == "\\%" or "/" in self.pieces[-2:] or "frac" in self.pieces[-1]

    @property
    def names_no_variable(self) -> bool:
        """Whether what stands right behind its numbers may be units."""
        return all(len(one) > 1 or one in UNIT_LETTERS for one in self.symbols)

    @property
    def is_sum(self) -> bool:
        """Whether something is added or taken away in it."""
        return "+" in self.pieces or "-" in self.pieces

    @property
    def num_numbers(self) -> int:
        """How many numbers are in it."""
        return sum(piece[0].isdigit() or piece[0] in "." for piece in self.pieces)

    @property
    def letter_doubt(self) -> str:
        """What is doubtful about a run with letters in it."""
        return f"{self.letters[0]!a} after a number may be a variable" if self.letters else ""

    def add_sign(self, sign: str) -> None:
        """Add an operator."""
        self.pieces.append(sign)
        self.num_signs += 1

    def add_cut(self) -> None:
        """Note that what comes next may be a run of its own."""
        if not self.opens:
            self.cuts.append(len(self.pieces))

    def close(self, end: int) -> None:
        """Close the last bracket."""
        self.opens.pop()
        self.pieces.append(")")
        self.end = end
        self.num_words = 0

    def back_to(self, num_pieces: int, num_opens: int) -> None:
        """Drop what was read after an operand."""
        del self.pieces[num_pieces:]
        del self.opens[num_opens:]
        for places in (self.cuts, self.asides, self.groups):
            places[:] = [at for at in places if at < num_pieces]

    def scale(self, factor: str) -> None:
        """Note that the last number counts dozens, thousands, cents, ..."""
        self.scales[len(self.pieces) - 1] = factor

    def left_side(self, doubt: str) -> Side | None:
        """Return the side before a sign: in brackets that are still open, what stands after the last of them."""
        begin = self.opens[-1] + 1 if self.opens else 0
        pieces = self.pieces[begin:]
        if not pieces:
            return None
        if self.opens and begin > 1:
            doubt = doubt or "a bracket before it is not closed"
        others = ["".join((self.joined, *pieces))] if self.joined else []
        for cut in self.cuts[:MAX_OTHERS]:
            if begin < cut:
                rest = self.pieces[cut:]
                others += ["".join(rest)] if not _SIGNS.isdisjoint(rest) else []
                others += ["".join((self.pieces[cut - 1], *rest))] if self.pieces[cut - 1] == "-" else []
        doubt = self.doubt or self.part_of or doubt or self.letter_doubt
        return Side("".join(pieces), (*others, *self._variants(begin))[:MAX_OTHERS], doubt, self.is_rough)

    def right_side(self, *, may_hold_unit: bool) -> Side | None:
        """Return the side after a sign, which closes the brackets that it opens."""
        if self.opens or not self.pieces:
            return None
        others = ["".join(self.pieces[: cut - 1]) for cut in self.cuts[:MAX_OTHERS]]
        others += ["".join((*self.pieces, after)) for after in (self.after, self.joined) if after]
        doubt = self.doubt if may_hold_unit and not self.num_signs else self.doubt or self.letter_doubt
        return Side("".join(self.pieces), (*others, *self._variants(0))[:MAX_OTHERS], doubt, self.is_rough)

    def first_operand(self) -> list[str]:
        """Return what stands before the first operator outside brackets, if there is one."""
        depth = 0
        for index, piece in enumerate(self.pieces):
            depth += _DEPTH.get(piece, 0)
            if index and depth == 0 and piece in _SIGNS:
                return ["".join(self.pieces[:index])]
        return []

    def _variants(self, begin: int) -> list[str]:
        """Return the readings with numbers scaled, without what may be a unit, such as `/100 meters`, and ungrouped."""
        found: list[str] = []
        if self.scales:
            scaled = [f"({one}{self.scales[at]})" if at in self.scales else one for at, one in enumerate(self.pieces)]
            found.append("".join(scaled[begin:]))
        if self.asides:
            dropped = {at + more for at in self.asides for more in (0, 1)}
            found.append("".join(one for at, one in enumerate(self.pieces) if at >= begin and at not in dropped))
        if self.groups:
            found.append("".join(one.strip("()") if at in self.groups else one for at, one in enumerate(self.pieces)))
        return found
