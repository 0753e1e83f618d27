"""The place in a list of tokens from which the grammars read, with the caps that keep every walk short."""

from __future__ import annotations

from rlvr.rewards.maths.grammar.lexicon import Token, Unreadable
from rlvr.rewards.maths.tree import Node, TooLarge

MAX_DEPTH = 48
"""Brackets, exponents and arguments within each other; deeper is `TooLarge`."""


class Cursor:
    """Reads tokens one by one; the grammars derive from it.

    Args:
        text: What the tokens were made from.
        tokens: Ends with an `end` token.
        opens_bars: Whether a bar right after a closed bar, before an operand, opens a new pair.
    """

    __slots__ = (
        *("at", "bars", "depth", "has_or", "has_units", "in_integral", "in_set", "opens_bars", "scanned"),
        *("text", "tokens"),
    )

    def __init__(self, text: str, tokens: list[Token], *, opens_bars: bool) -> None:
        self.text = text
        self.tokens = tokens
        self.opens_bars = opens_bars
        self.at = 0
        self.bars = 0
        self.depth = 0
        self.in_integral = False
        self.in_set = False
        self.has_or = self.has_units = False
        self.scanned = (0, 0, False)

    def next_is(self, kind: str, value: str) -> bool:
        """Return whether the next token is exactly this one."""
        token = self.tokens[self.at]
        return token[0] == kind and token[1] == value

    def take(self, kind: str, value: str) -> bool:
        """Skip the next token if it is exactly this one, and return whether it was."""
        token = self.tokens[self.at]
        if token[0] == kind and token[1] == value:
            self.at += 1
            return True
        return False

    def expect(self, kind: str, value: str) -> None:
        """Skip the next token, which must be this one.

        Raises:
            Unreadable: If it is not.
        """
        if not self.take(kind, value):
            raise self.unexpected(f"{value!r} is missing")

    def unexpected(self, what: str = "") -> Unreadable:
        """Return the error for the next token."""
        kind, value, _, start = self.tokens[self.at]
        found = "the end" if kind == "end" else f"{value[:20]!a}"
        return Unreadable(f"{what + ': ' if what else ''}unexpected {found} at character {start}")

    def enter(self) -> None:
        """Count one level of nesting; every `enter` is paired with `self.depth -= 1`, and an error ends the parse."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooLarge(f"brackets are nested more than {MAX_DEPTH} deep")

    # The grammars call each other in a circle, so each says here what it is called with.

    def is_condition(self) -> bool:
        """Return whether the next token is the mark of a set-builder, which a relation follows before the set ends."""
        start, end, is_one = self.scanned
        if start <= self.at < end:
            return is_one
        for end in range(self.at + 1, len(self.tokens)):
            kind, value, _, _ = self.tokens[end]
            if kind in ("rel", "end", "sep", "bar") or (kind == "close" and value in ("\\}", "}")):
                break
        self.scanned = (self.at, end, self.tokens[end][0] == "rel")
        return self.scanned[2]

    def starts_remark(self) -> bool:
        r"""Return whether "(about 18.9)" or `(\approx 18.9)` comes next, which is no factor."""
        raise NotImplementedError

    def expression(self) -> Node:
        """Read a sum."""
        raise NotImplementedError

    def argument(self) -> Node:
        """Read one argument of a command."""
        raise NotImplementedError

    def factor(self) -> Node:
        """Read one factor with its powers and postfix signs."""
        raise NotImplementedError

    def primary(self) -> Node:
        """Read the smallest whole piece."""
        raise NotImplementedError

    def relation(self) -> Node:
        """Read a chain of relations."""
        raise NotImplementedError

    def items(self) -> list[list[Node]]:
        """Read what stands between brackets: groups, separated by semicolons, of members, separated by commas."""
        raise NotImplementedError
