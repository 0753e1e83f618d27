"""Problems of a text of letters and spaces."""

from __future__ import annotations

import itertools
from typing import Any

from rlvr.envs.problems.family import Family, Phrase
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.kinds import INT, INTS, TEXT

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _sentence(inputs: Inputs) -> list[Any]:
    return [" ".join(inputs.word() for _ in range(inputs.count(7)))]


def _few_letters(inputs: Inputs) -> list[Any]:
    return [inputs.word(2 * inputs.size, "abcdef", least=0)]


_ENDINGS = (
    Phrase("Give the text.", "text"),
    Phrase("Give the text backwards.", "text[::-1]"),
    Phrase("Give the text in upper case.", "text.upper()"),
    Phrase("Give the text with its first and last characters left out.", "text[1:-1]"),
)

SWAP = Family(
    name="swapped",
    statement="Given a text, replace each letter $pair, and leave all other characters. $ending",
    params={"text": TEXT},
    returns=TEXT,
    source="""
def swapped(text):
    one, other = $pair
    found = ""
    for c in text:
        if c == one:
            found += other
        elif c == other:
            found += one
        else:
            found += c
    text = found
    return $ending
""",
    choices={
        "pair": [
            Phrase(f"{one} by {two} and each letter {two} by {one}", f'"{one}", "{two}"')
            for one, two in itertools.combinations("aeioulmnrst", 2)
        ],
        "ending": _ENDINGS,
    },
    draw=_sentence,
    edges=[[""], ["a"]],
)

SHIFT = Family(
    name="shifted",
    statement=(
        "Given a text, replace each letter that is $which by the one $k places further in the alphabet, going on with "
        "a after z, and leave all other characters. $ending"
    ),
    params={"text": TEXT},
    returns=TEXT,
    source="""
def shifted(text):
    letters = "abcdefghijklmnopqrstuvwxyz"
    found = ""
    for c in text:
        if c != " " and $which:
            c = letters[(letters.index(c) + $k) % 26]
        found += c
    text = found
    return $ending
""",
    choices={
        "which": [
            Phrase("a vowel (a, e, i, o or u)", 'c in "aeiou"'),
            Phrase("no vowel (a, e, i, o or u)", 'c not in "aeiou"'),
            *(Phrase(f"before {letter} in the alphabet", f'c < "{letter}"') for letter in "hkmpt"),
        ],
        "k": range(1, 25),
        "ending": _ENDINGS,
    },
    draw=_sentence,
    edges=[[""], ["z"], ["az za"]],
)

COUNT = Family(
    name="count_letters",
    statement="Given a text, count the characters that are one of $letters. $after",
    params={"text": TEXT},
    returns=INT,
    source="""
def count_letters(text):
    number = sum(1 for c in text if c in $letters)
    return $after
""",
    choices={
        "letters": [
            Phrase(f"{one}, {two} and {three}", f'"{one}{two}{three}"')
            for one, two, three in itertools.combinations("aeilnorst", 3)
        ],
        "after": [
            Phrase("Give their number.", "number"),
            Phrase("Give the number of all other characters.", "len(text) - number"),
            Phrase("Give their number minus the number of spaces.", 'number - text.count(" ")'),
            *(Phrase(f"Give {k} times their number.", f"{k} * number") for k in range(2, 6)),
        ],
    },
    draw=_sentence,
    edges=[[""], ["a"]],
)

_WORDS = (
    *(Phrase(f"contain the letter {letter}", f'"{letter}" in word') for letter in "aeiounrst"),
    *(Phrase(f"do not contain the letter {letter}", f'"{letter}" not in word') for letter in "aeiou"),
    *(Phrase(f"have at least {k} letters", f"len(word) >= {k}") for k in range(2, 7)),
    *(Phrase(f"have fewer than {k} letters", f"len(word) < {k}") for k in range(3, 8)),
    *(Phrase(f"begin with a letter after {letter} in the alphabet", f'word[0] > "{letter}"') for letter in "fhkmpt"),
    Phrase("end with the letter they begin with", "word[0] == word[-1]"),
)
_ARRANGED = (
    Phrase("in their order", "words"),
    Phrase("in reverse order", "words[::-1]"),
    Phrase("in alphabetical order", "sorted(words)"),
    Phrase("in order of length, those of one length in their order", "sorted(words, key=len)"),
    Phrase("each backwards, in their order", "[word[::-1] for word in words]"),
    Phrase("each shortened to its first two letters, in their order", "[word[:2] for word in words]"),
)

WORDS = Family(
    name="words_of",
    statement=(
        "The words of a text are separated by single spaces. Given a text, take the words that $condition. Give them "
        "$order, joined by $joint."
    ),
    params={"text": TEXT},
    returns=TEXT,
    source="""
def words_of(text):
    words = [word for word in text.split() if $condition]
    return $joint.join($order)
""",
    choices={
        "condition": _WORDS,
        "order": _ARRANGED,
        "joint": [
            Phrase("a space", '" "'),
            Phrase("a hyphen", '"-"'),
            Phrase("a comma", '","'),
            Phrase("nothing", '""'),
            Phrase("a plus sign", '"+"'),
        ],
    },
    draw=_sentence,
    edges=[[""], ["a"]],
)

WEIGHTS = Family(
    name="weights",
    statement=(
        "A run in a text is a block of equal letters that cannot be made longer; a letter by itself is a run, too. The "
        "letter a is worth $a, b is worth one more, and so on. A run of n letters weighs n times n times the worth of "
        "its letter; a run of fewer than $least letters weighs nothing. Given a text of the letters a to f, give "
        "$result."
    ),
    params={"text": TEXT},
    returns=INTS,
    source="""
def weights(text):
    found = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or text[end] != text[start]:
            count = end - start
            worth = ord(text[start]) - ord("a") + $a
            found.append(count * count * worth if count >= $least else 0)
            start = end
    return $result
""",
    choices={
        "a": range(-3, 13),
        "least": range(2, 5),
        "result": [
            Phrase("the weights of all runs, in order", "found"),
            Phrase("the weights of all runs, in increasing order", "sorted(found)"),
            Phrase(
                "two numbers, the sum and the largest of all weights (0 and 0 without runs)",
                "[sum(found), max(found, default=0)]",
            ),
            Phrase("two numbers, how many runs there are and how many weigh nothing", "[len(found), found.count(0)]"),
        ],
    },
    draw=_few_letters,
    edges=[[""], ["a"], ["aab"]],
)
