r"""Answers that are words, and how words meet symbols: `\text{(C)}` is `C`, "Even" is "even", `bat` is not `tab`."""

from __future__ import annotations

import re

from rlvr.rewards.maths.tree import Node

_SPACES = re.compile(r"[\s~]+")
_EMPTY_SET = frozenset({"no solution", "no solutions", "no real solution", "no real solutions", "empty set", "none"})
_ALL_REALS = frozenset(
    {"all real numbers", "all reals", "real numbers", "the real numbers", "the set of real numbers", "any real number"}
)


def folded(words: str) -> str:
    """Return `words` as they are compared: case folded, spaces collapsed, without brackets and stops around them."""
    return _SPACES.sub(" ", words).strip(" .,;:!()\"'").casefold()


def spelled(node: Node) -> str | None:
    """Return the letters of a tree that may have been meant as words: a symbol, a constant, a product of symbols."""
    if node.head in ("text", "sym", "const"):
        return str(node.args[0])
    if node.head == "mul" and all(one.head in ("sym", "const") for one in node.args):
        return "".join(one.args[0] for one in node.args)
    return None


def same_words(reference: Node, answer: Node) -> bool | None:
    """Tell whether two sides, at least one of them a `text`, are the same words; None if one side has none."""
    ours, theirs = spelled(reference), spelled(answer)
    if ours is None or theirs is None:
        return None
    return folded(ours) == folded(theirs) and bool(folded(ours))


def as_structure(words: str) -> Node | None:
    """Return the set that a few fixed phrases name, or None."""
    plain = folded(words)
    if plain in _EMPTY_SET:
        return Node("set", ())
    return Node("numbers", ("R",)) if plain in _ALL_REALS else None
