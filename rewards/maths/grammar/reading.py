r"""From the text of one answer to the tree of its statement.

`read` undoes what surrounds the mathematics (dollar signs, brackets of display style, a box, a trailing full stop, a
leading "only", a trailing condition), decides whether the answer is words, and parses what is not. The same function
reads references and answers, so both sides always mean the same thing by the same spelling.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rlvr.rewards.maths.grammar.fonts import LETTERS
from rlvr.rewards.maths.grammar.lexicon import Token, Unreadable
from rlvr.rewards.maths.grammar.relations import Relations
from rlvr.rewards.maths.grammar.sentences import letter, lettered, predicate, unannounced
from rlvr.rewards.maths.grammar.spelling import respelled
from rlvr.rewards.maths.grammar.tokens import tokenize
from rlvr.rewards.maths.grammar.trimming import trimmed
from rlvr.rewards.maths.grammar.words import CONSTANTS, FUNCTION_NAMES, PLAIN_WORDS
from rlvr.rewards.maths.quantities import lifted
from rlvr.rewards.maths.tree import INFINITY, Node, TooLarge, num

MAX_CHARS = 100_000
"""Characters of one answer; a longer one is `TooLarge`."""

_INTEGER = re.compile(r"-?\d{1,30}")
_WORDS = re.compile(r"[^\W\d_]+(?:(?:[\s'\u2019.]+|-(?=[^\W\d_]{4})|(?<=[^\W\d_]{4})-)[^\W\d_]+)*[.!]?")
_FONT_ONLY = re.compile(
    r"\\(?:text|mbox|textbf|textit|textrm|textnormal|textsf|mathrm|mathbf|mathit|hbox)\s*\{([^{}\\$]*)\}"
)


@lru_cache(maxsize=8192)
def read(text: str) -> Node:
    """Return the statement that `text` makes.

    What is words is a `text` node, and so is what no grammar reads; that one has the reason as a second argument.

    Raises:
        TooLarge: If a cap on length, tokens, digits or depth is passed.
    """
    if _INTEGER.fullmatch(text):
        return num(int(text))
    if len(text) > MAX_CHARS:
        raise TooLarge(f"the answer has {len(text)} characters; at most {MAX_CHARS} are read")
    plain = trimmed(respelled(text))
    if not plain:
        return Node("text", ("",))
    if " " in plain or "\\" in plain or "(" in plain:
        shorter = unannounced(plain)
        plain = plain if shorter == plain else trimmed(shorter)
        if choice := letter(plain):
            return Node("text", (choice,))
        if pair := lettered(plain):
            return Node("choice", (pair[0], read(pair[1])))
    words = as_words(plain)
    if words is not None and words.lower() == "infinity":
        return INFINITY
    if words is not None:
        return Node("text", (words,))
    try:
        return parse(plain)
    except Unreadable as error:
        value = _said(plain)
        return value if value is not None else Node("text", (_plain_words(plain), str(error)))
    except RecursionError:
        raise TooLarge("the answer is nested too deeply") from None


def _said(plain: str) -> Node | None:
    """Return what a sentence such as "The largest $n$ is 34" says of its subject; None for any other text."""
    said = predicate(" ".join(_FONT_ONLY.sub(r" \1 ", plain).split()) if plain.startswith("\\text") else plain)
    try:
        return None if said is None else parse(said)
    except Unreadable:
        return None


def as_words(plain: str) -> str | None:
    """Return the words of an answer that is nothing else, in their own case; None for mathematics."""
    bare = plain.strip("$ \t\n")
    if font := _FONT_ONLY.fullmatch(bare):
        inside = font.group(1).strip()
        is_symbol = (bare.startswith("\\math") and len(inside) < 3) or LETTERS.fullmatch(inside)
        if not is_symbol and not re.search(r"\d", inside):
            return inside.strip("() .")
    if not _WORDS.fullmatch(bare) or len(re.sub(r"[^A-Za-z]", "", bare)) < 3:
        return None
    parts = bare.split()
    if any(word in FUNCTION_NAMES or word in CONSTANTS or word in PLAIN_WORDS for word in parts):
        return None
    return " ".join(parts).rstrip(".!")


def _plain_words(plain: str) -> str:
    """Return what is compared of a text that no grammar reads."""
    return " ".join(_FONT_ONLY.sub(r"\1", plain.replace("$", " ")).split())


def parse(plain: str) -> Node:
    """Parse cleaned mathematics.

    Raises:
        Unreadable: If the grammar has no place for it.
        TooLarge: If a cap is passed.
    """
    tokens = tokenize(plain)
    _refuse_prose(tokens)
    num_bars = sum(token[0] == "bar" for token in tokens)
    for opens_bars in (True, False) if num_bars > 2 else (True,):
        reader = Relations(plain, list(tokens), opens_bars=opens_bars)
        try:
            groups = reader.items()
            if reader.tokens[reader.at][0] != "end":
                raise reader.unexpected()
        except Unreadable as error:
            failure = error
        else:
            node = _statement(groups, reader.has_or)
            return lifted(node) if reader.has_units else node
    raise failure


def _refuse_prose(tokens: list[Token]) -> None:
    """Refuse a text with several plain words in it, which would only parse as a product of their letters."""
    num_words = 0
    for at, (kind, value, _, _) in enumerate(tokens):
        if kind != "word" or value.isupper() or tokens[at + 1][0] == "rel":
            continue
        num_words += 1 if len(value) > 2 else 0
        if num_words > 1 or len(value) > 4:
            after = next(index for index in range(at, len(tokens)) if tokens[index][0] not in ("word", "text"))
            is_label = tokens[after][0] == "rel" or (tokens[after][0] == "sym" and tokens[after + 1][0] == "rel")
            if not is_label:
                raise Unreadable(f"{value[:20]!a} is a word")


def _statement(groups: list[list[Node]], has_or: bool) -> Node:
    if len(groups) == 1:
        members = groups[0]
    elif all(len(group) == 1 for group in groups):
        members = [group[0] for group in groups]
    else:
        members = [group[0] if len(group) == 1 else Node("tuple", tuple(group)) for group in groups]
    if len(members) == 1:
        return members[0]
    return Node("any" if has_or else "list", tuple(members))
