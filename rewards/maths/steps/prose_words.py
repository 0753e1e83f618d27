"""Words that mean something between the numbers of a worked solution; every other one is a unit or a remark."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
NUMERALS = {name: str(value) for value, name in enumerate(_NAMES.split(" "))}
"""Numbers as words, read where they are computed with."""

_FACTORS = {
    "*12": "dozen dozens",
    "*100": "hundred hundreds",
    "*1000": "thousand thousands k",
    "*10^{6}": "million millions",
    "*10^{9}": "billion billions",
    "/100": "cent cents",
    "/2": "half halves",
    "/3": "third thirds",
    "/4": "quarter quarters fourth fourths",
    "/5": "fifth fifths",
    "/8": "eighth eighths",
    "/10": "tenth tenths",
}
SCALES = {word: factor for factor, words in _FACTORS.items() for word in words.split()}
"""What a word after a number may multiply it by: a reading beside that in which it is a mere unit."""

COMPUTING = _words(
    "twice double doubled triple tripled squared cubed minus plus divided multiplied remainder r rem am pm"
)
"""Words beside a number that compute something that is not read."""

CHANGING = _words(
    "half third thirds quarter quarters fourth fifth tenth twice thrice double doubled triple tripled dozen hundred "
    "thousand million billion than less times divided multiplied square cube root"
)
"""Words before a run, joined to it by `CONNECTING`, that make it a part of something else."""
CONNECTING = _words("of the as many much than that his her their its by from a all those these in")

SPELLED = {"times": "*", "divided": "/", "multiplied": "*"}
"""Operators as words; "plus" and "minus" are tokens of their own."""
DETERMINERS = _words("the his her their its those these all a another other my our your remaining total")
"""Words between "of" and the number that it multiplies."""
ROUGH = _words("about approximately roughly around approx nearly almost rounded rounds round")
"""Words that make an equation one of rounded numbers."""
ROUNDED = _words("rounded rounds rounding")
"""Words after a result that say that it is not exact."""
JOINING = frozenset(("and", "of", "by", "to"))
"""Words that join a number before a run to it."""
AMOUNTS = _words("total sum product difference cost")
"""Words before "of" that name the run itself."""
OPENING = _words("so then thus hence therefore because since that means gives get have now also check")
"""Words before a number that do not name it."""
LABELS = _words("week weeks day days step steps year years chapter chapters page pages part parts line lines")
"""Words before a number that it numbers."""

MEASURES = {
    unit: kind
    for kind, units in {
        "length": "mm cm m km inch foot yard mile",
        "weight": "g kg mg pound ounce ton",
        "volume": "l ml gallon cup pint quart",
        "time": "second minute hour day week month year",
        "money": "dollar cent",
    }.items()
    for unit in units.split()
}
"""The units of which others of the same kind are multiples, by the one name that `words.UNITS` gives them."""
