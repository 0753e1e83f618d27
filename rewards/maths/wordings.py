r"""Statements of which one is words or a choice's letter: `\text{even}`, `\text{no solution}`, `\textbf{(C)}\ 5`."""

from __future__ import annotations

from rlvr.rewards.maths import texts
from rlvr.rewards.maths.grammar.lexicon import Unreadable
from rlvr.rewards.maths.grammar.reading import parse
from rlvr.rewards.maths.relate import Comparer
from rlvr.rewards.maths.tree import Node
from rlvr.rewards.maths.truth import Decision, Truth

MAX_LETTERS = 12
"""Letters of a word that may have been meant as a product of symbols."""

_SETS = frozenset({"interval", "union", "inter", "minus", "complement", "builder", "numbers", "set"})
_LISTS = frozenset({"list", "any", "set", "tuple"})


def _no(rule: str) -> Decision:
    return Decision(Truth.FALSE, rule)


def worded(comparer: Comparer, reference: Node, answer: Node) -> Decision:
    """Decide two sides of which at least one is words."""
    is_same = texts.same_words(reference, answer)
    if is_same is not None and (is_same or reference.head == answer.head):
        return Decision(Truth.TRUE if is_same else Truth.FALSE, "words")
    for words, other in ((reference, answer), (answer, reference)):
        if words.head != "text" or other.head == "text":
            continue
        structure = texts.as_structure(words.args[0])
        if structure is not None and (other.head in _SETS or other.head == "tuple"):
            return comparer.sets(structure, other)
        if words.args[0].isalpha() and words.args[0].isascii() and len(words.args[0]) <= MAX_LETTERS:
            return _lettered(comparer, words.args[0], other)
    return _no("words against mathematics")


def _lettered(comparer: Comparer, letters: str, other: Node) -> Decision:
    """Compare letters side by side, which are words by themselves, with an expression: there they are symbols."""
    try:
        product = parse("*".join(letters))
    except Unreadable:
        return _no("words against mathematics")
    return comparer.same(product, other) if other.head not in _LISTS else _no("one value against several")


def chosen(comparer: Comparer, reference: Node, answer: Node) -> Decision:
    """Decide a choice with its value beside another one, a letter alone, or a value alone."""
    if reference.head == answer.head and reference.args[0] != answer.args[0]:
        return _no("another choice")
    for choice, other in ((reference, answer), (answer, reference)):
        letter = texts.spelled(other) if choice.head == "choice" else None
        if letter is not None and len(letter) == 1 and letter.isupper():
            return Decision(Truth.TRUE if letter == choice.args[0] else Truth.FALSE, "the letter of a choice")
    return comparer.same(*(side.args[1] if side.head == "choice" else side for side in (reference, answer)))
