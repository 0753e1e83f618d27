r"""Words that change, doubt or take back the value beside them.

`2\text{ squared}` is not 2, "the wrong answer is 5" is no answer, and `\text{double the answer} = 5` is no label. Most
of these words are of closed classes (numerals, negations, comparisons, modal verbs, prepositions), so that the tables
can be whole; the verbs and adjectives are those that undo an answer. What a word means in its sentence is not looked
at: an honest sentence with such a word in it is read as words, which costs a right answer, never a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rlvr.rewards.maths.grammar.words import CONSTANTS, FUNCTION_NAMES


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


def _with_plurals(words: frozenset[str]) -> frozenset[str]:
    return words | {f"{word}s" for word in words} | {f"{word}es" for word in words}


_CARDINALS = _words(
    "zero nought naught one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety",
)
_MAGNITUDES = _words(
    "hundred thousand million billion trillion quadrillion dozen lakh lac crore myriad mil bn mn tn mln bln thou",
)
_ORDINALS = _words(
    "first third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth",
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth",
    "ninetieth hundredth thousandth millionth billionth nth",
)
_MULTIPLES = _words(
    "half halve halves halved quarter quarters twice thrice double doubles doubled doubling triple tripled treble",
    "quadruple quadrupled quintuple twofold threefold",
)
NUMERALS = (_with_plurals(_CARDINALS | _MAGNITUDES | _ORDINALS) - {"zeros"}) | _words("twenties once nil null mille")
"""Numbers, magnitudes and ordinals; "second" is a unit of time and is not among them."""

_OPERATIONS = _words(
    "plus minus times over squared cubed inverse inverses inverted reciprocal reciprocals negative negated negation",
    "opposite factorial factorials modulo mod modulus complement conjugate transpose antilog sqrt cbrt exponent",
    "exponential ln log logarithm",
)
_NEGATIONS = _words(
    "no not non none never nor neither nope nah nay cannot cant wont isnt arent wasnt doesnt dont didnt aint without",
    "lacks lacking except excepting excluding exclude excludes excluded barring wrong wrongly incorrect incorrectly",
    "false falsely untrue invalid inaccurate mistake mistaken erroneous error fake bogus impossible undefined unknown",
    "nonexistent nothing nobody nowhere anything unless otherwise instead fail fails failed rejected discarded",
    "forbidden avoid avoids denies denied contrary unlike unequal differs trap decoy distractor lie lies liar joke",
    "ignore disregard retract cancel scratch undo strike oops whoops sorry apologies correction nonsense",
)
_HEDGES = _words(
    "maybe perhaps possibly probably probable likely unlikely presumably apparently supposedly arguably guess guesses",
    "guessed guessing think thinks thought suppose supposes let assume assumes assumed unsure uncertain unclear",
    "undetermined undecided ambiguous doubt doubtful questionable dubious either or if whether alternatively",
    "alternative alternately versus vs wait actually rather however although though but else hmm er um uh idk",
    "somewhat estimate estimated conjecture hopefully seems seem appears looks feels says say said claim claims",
    "claimed believes believe told pretend pretends naive tentative about approximately approx roughly nearly almost",
    "around circa",
)
_COMPARISONS = _words("less fewer than beyond exceed exceeds exceeding exceeded bound bounds bounded upto least most")
_SUPERLATIVES = _words("least most")
_PLACES = _words("at below beneath under above between within until up to from by off away")
"""Prepositions that compare where they end a label, as in "not above", and place something elsewhere."""

CHANGING = _MULTIPLES | _OPERATIONS | _NEGATIONS | _HEDGES | _COMPARISONS
"""Words that make something else of what they stand beside."""

_FUNCTION_WORDS = _words(
    "a an the this that these those it its he him his she her they them their theirs we our ours you your yours i me",
    "my mine who whom whose which what where when why how is are was were be been being am has have had do does did",
    "done might may could would should can will shall must and also so because since while as for with on",
    "into onto out down against during before after through via upon toward towards amid among along across behind",
    "beside besides despite then thus hence therefore again too very much many few several some any all both only",
    "just even still yet already always sometimes often seldom rarely ever here there now yes yeah ok okay indeed",
    "true right correct correctly valid exact exactly answer equal equals equalling makes gives means implies yields",
    "becomes remains works follows holds needs wins loses divides satisfies contradicts violates lets see note",
    "notice please enough same like thanks regardless nevertheless nonetheless whereas whence alas afterwards",
    "anyway anyways percent percents percentage percentages pct percentile root cube infinity short shy",
)
_ADVERB_LIKE = _words("daily weekly monthly yearly hourly family jelly belly lily fly butterfly early")
_FUNCTIONS = (frozenset(FUNCTION_NAMES) - {"min", "sec"}) | frozenset(CONSTANTS)
_NO_UNIT = (
    _with_plurals(_MULTIPLES | _OPERATIONS) - {"logs"}
    | CHANGING
    | _PLACES - {"away"}
    | NUMERALS
    | _FUNCTION_WORDS
    | _FUNCTIONS
)

_ANSWERS = _words("answer answers result solution")
_BEFORE_ANSWER = _words(
    "the our my your a an so thus hence therefore and then final correct right exact required desired requested only",
    "numerical numeric integer simplified full complete value of",
)
_AFTER_ANSWER = _words("to of for the this that our your problem question exercise puzzle task here in all total")
_WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)?")


def is_no_unit(word: str) -> bool:
    """Return whether `word`, in lower case, is no part of a unit, however it is meant."""
    return word in _NO_UNIT or (word.endswith("ly") and word not in _ADVERB_LIKE)


def changes(subject: str, *, is_whole: bool = True) -> bool:
    """Return whether the words of a label or of a sentence's subject make it more than a plain name of a value.

    A superlative (`least value`) is a plain name; "at least" is not. What is said of "the answer" must be that alone.

    Args:
        subject: The words.
        is_whole: Whether a relation follows at once; otherwise a symbol does, as in `meet at x = 3`.
    """
    words = [word.lower() for word in _WORD.findall(subject)]
    if (is_whole and words and words[-1] in _PLACES) or any(_undoes(words, at) for at in range(len(words))):
        return True
    at = next((at for at, word in enumerate(words) if word in _ANSWERS), None)
    if at is None:
        return False
    return not (_BEFORE_ANSWER.issuperset(words[:at]) and _AFTER_ANSWER.issuperset(words[at + 1 :]))


def _undoes(words: Sequence[str], at: int) -> bool:
    word = words[at]
    if word in _SUPERLATIVES:
        return at > 0 and words[at - 1] == "at"
    return word in CHANGING or (word.endswith("t") and ("'" in word or "\u2019" in word))


def is_answer(words: str) -> bool:
    """Return whether `words` only announce an answer, as in `Final answer`."""
    found = [word.lower() for word in _WORD.findall(words)]
    return bool(found) and found[-1] in _ANSWERS and _BEFORE_ANSWER.issuperset(found[:-1])
