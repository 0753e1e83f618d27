r"""Answers that are words, and how words meet symbols: `\text{(C)}` is `C`, "Even" is "even", `bat` is not `tab`."""

from __future__ import annotations

import re

from rlvr.rewards.maths.tree import Node

_MATHEMATICS = re.compile(r"[\\^_=<>!+*/\d{}|]")
_SPACES = re.compile(r"[\s~]+")
_ARTICLE = re.compile(r"(?:an?|the) (?=[^\W\d_]{2})")
_EMPTY_SET = re.compile(r"(?:there (?:is|are) )?no(?: real)? solutions?(?: exists?)?|(?:the )?empty set|none")
_ALL_REALS = re.compile(r"(?:all |any |(?:the )?set of (?:all )?)?real(?:s| numbers?)")


def folded(words: str) -> str:
    """Return `words` as they are compared: case folded, spaces collapsed, without an article before them."""
    plain = _SPACES.sub(" ", words).strip(" .,;:!()\"'").casefold()
    return _ARTICLE.sub("", plain)


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
    if reference.head == answer.head == "text" and _MATHEMATICS.search(ours + theirs):
        # What no grammar reads is still mathematics, where every letter and sign counts.
        return _SPACES.sub("", ours) == _SPACES.sub("", theirs)
    one, other = folded(ours), folded(theirs)
    return bool(one) and (one == other or (as_structure(one) is not None and as_structure(one) == as_structure(other)))


def as_structure(words: str) -> Node | None:
    """Return the set that a few fixed phrases name, or None."""
    plain = folded(words)
    if _EMPTY_SET.fullmatch(plain):
        return Node("set", ())
    return Node("numbers", ("R",)) if _ALL_REALS.fullmatch(plain) else None
