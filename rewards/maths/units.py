r"""What a unit is: from its words and signs to one name, and whether two names are the same unit.

`cm^2`, "square centimeters" and "sq. cm" have the name `cm^2`; `m/s` and "meters per second" have `m/s`. Words that are
no measure are a unit if they count things: at least one of them is a plural, none changes or doubts the value
(`caveats.py`), and there are at most five. Anything else after a value is no unit, so the text does not parse.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rlvr.rewards.maths.grammar.caveats import is_no_unit
from rlvr.rewards.maths.grammar.lexicon import Unreadable
from rlvr.rewards.maths.grammar.unit_words import COMPOUNDS, COUNTED, FOLLOWERS, MEASURES, PLURALS, SAME
from rlvr.rewards.maths.grammar.words import UNIT_PREFIXES

MAX_WORDS = 8
"""Words and signs of one text of a unit; all its texts together have at most three times as many."""
MAX_NOUNS = 5
"""Words that count things, in one unit."""

_ATOM = re.compile(r"[A-Za-z]+|\^\s*\{?\s*-?\d\s*\}?|/|\\cdot(?![A-Za-z])|\*")
_SPACE = re.compile(r"\\[,;:! ]")
_NOON = re.compile(r"([ap])\.?\s?m\.?", re.IGNORECASE)
_IN_TOTAL = re.compile(r"\bin\s+(?:total|all)\b")
_TERM = re.compile(r"/?[^ /]+")
_SCALES = frozenset({"celsius", "fahrenheit"})
_RAISED = {"squared": "^2", "cubed": "^3"}


@lru_cache(maxsize=2048)
def atoms_of(text: str) -> tuple[str, ...]:
    r"""Return the words, powers (`^2`) and signs (`/`) of a unit as it stands in `\text{...}`.

    Raises:
        Unreadable: If anything else is in it.
    """
    if noon := _NOON.fullmatch(text.strip()):
        return (f"{noon.group(1).lower()}m",)
    plain = _IN_TOTAL.sub("total", _SPACE.sub(" ", text).strip(" .,;()~"))
    found: list[str] = []
    at = 0
    for match in _ATOM.finditer(plain):
        if plain[at : match.start()].strip(" .~-"):
            raise Unreadable(f"{text[:40]!a} is no unit")
        at = match.end()
        atom = re.sub(r"[\s{}]", "", match.group())
        if (atom[0].isalpha() and atom != "US") or atom[0] in "^/":
            found.append(atom)
    if plain[at:].strip(" .~-") or not found or len(found) > MAX_WORDS:
        raise Unreadable(f"{text[:40]!a} is no unit")
    return tuple(found)


def is_unit(text: str) -> bool:
    """Return whether `text` is a unit by itself, after a value other than one."""
    try:
        name_of(atoms_of(text))
    except Unreadable:
        return False
    return True


def measure_of(word: str) -> str | None:
    """Return the one name of a measure or of a thing that is counted, from its word or symbol."""
    name = MEASURES.get(word)
    return name if name is not None or len(word) < 2 else MEASURES.get(word.lower())


@lru_cache(maxsize=2048)
def name_of(atoms: tuple[str, ...], *, is_one: bool = False) -> str:
    r"""Return the one name of the unit that `atoms` spell.

    Args:
        atoms: From `atoms_of`, of one or more texts.
        is_one: Whether a noun in the singular may follow the value, as in `1\text{ apple}`.

    Raises:
        Unreadable: If they are no unit but a remark, such as "or maybe four".
    """
    if len(atoms) > 3 * MAX_WORDS:
        raise Unreadable("a unit has too many parts")
    powers: dict[str, int] = {}
    nouns: list[str] = []
    divisors: list[str] = []
    for place, component in enumerate(_components(list(atoms))):
        sign = -1 if place else 1
        found = _Component(component, is_one=is_one or place > 0)
        for name, power in found.powers.items():
            powers[name] = powers.get(name, 0) + sign * power
        if found.nouns:
            (divisors if place else nouns).append("-".join(found.nouns))
    above = [_raised(name, power) for name, power in sorted(powers.items()) if power > 0]
    below = [_raised(name, -power) for name, power in sorted(powers.items()) if power < 0]
    return "/".join([" ".join([*above, *nouns]), *below, *divisors])


def _raised(name: str, power: int) -> str:
    return f"{name}^{power}" if power != 1 else name


def _components(atoms: list[str]) -> list[list[str]]:
    """Split `miles per hour`, `m/s` and `dollars a day` at what divides."""
    parts: list[list[str]] = [[]]
    for at, atom in enumerate(atoms):
        is_article = atom.lower() in ("a", "an", "each", "every") and at and at + 1 < len(atoms)
        if atom == "/" or atom.lower() == "per" or (is_article and measure_of(atoms[at + 1])):
            parts.append([])
        else:
            parts[-1].append(atom)
    if not all(parts[1:]):
        raise Unreadable("a unit ends with a division")
    return parts


class _Component:
    """One side of a unit's division: its measures with their powers, and the words that count things."""

    __slots__ = ("nouns", "powers")

    def __init__(self, atoms: list[str], *, is_one: bool) -> None:
        self.powers: dict[str, int] = {}
        self.nouns: list[str] = []
        last, pending, has_noun = "", 0, is_one
        for at, atom in enumerate(atoms):
            word = atom.lower()
            if atom[0] == "^" or word in _RAISED:
                last = self._raise(last, int(_RAISED.get(word, atom)[1:]))
                continue
            following = atoms[at + 1] if at + 1 < len(atoms) else ""
            name = "inch" if word == "in" and not self.nouns and len(self.powers) == 0 else measure_of(atom)
            if word in UNIT_PREFIXES and (measure_of(following) or following.lower() == "in"):
                pending = UNIT_PREFIXES[word]
            elif name is not None and name not in COUNTED:
                self._measure(name, pending or 1)
                last, pending = name, 0
            elif (name == "time" and len(atoms) > 1) or (word == "more" and not following):
                raise Unreadable(f"{word!a} changes something")
            elif word != "of" or at == 0 or not following:
                has_noun |= self._noun(word, name, is_alone=len(atoms) == 1)
        if len(self.powers) > 1 and set(self.powers) & _SCALES:
            self.powers.pop("degree", None)
        if (self.nouns and not (self.powers or has_noun)) or len(self.nouns) > MAX_NOUNS:
            raise Unreadable(f"{' '.join(atoms)[:40]!a} is no unit")

    def _raise(self, name: str, power: int) -> str:
        if not name or not power:
            raise Unreadable("a power of no unit")
        self.powers[name] += power - 1
        return ""

    def _measure(self, name: str, power: int) -> None:
        for base, exponent in COMPOUNDS.get(name, {name: 1}).items():
            self.powers[base] = self.powers.get(base, 0) + exponent * power

    def _noun(self, word: str, name: str | None, *, is_alone: bool) -> bool:
        """Add a word that is no measure, and return whether it may be the noun of the unit."""
        if name is None and (is_no_unit(word) or len(word) < 3):
            raise Unreadable(f"{word!a} is no part of a unit")
        self.nouns.append(name or _singular(word))
        is_plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss")
        return name is not None or is_plural or word in PLURALS or (is_alone and word in FOLLOWERS)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def is_same(one: str, other: str) -> bool:
    """Return whether two names are the same unit: the same measures, and no nouns that contradict each other.

    "marbles" and "red marbles" do not; "apples" and "oranges", or "cups" and "cards", do.
    """
    if one == other:
        return True
    (ours, our_nouns), (theirs, their_nouns) = _parted(one), _parted(other)
    if len(ours) != len(theirs) or not all(_is_kin(*pair) for pair in zip(ours, theirs, strict=True)):
        return False
    if bool(ours) and not (our_nouns and their_nouns):
        return True
    return bool(our_nouns and their_nouns) and (our_nouns <= their_nouns or their_nouns <= our_nouns)


def _is_kin(one: str, other: str) -> bool:
    return one == other or frozenset((one, other)) in SAME


def _parted(name: str) -> tuple[list[str], frozenset[str]]:
    """Return the measures and the nouns of a unit's name."""
    measures: list[str] = []
    nouns: set[str] = set()
    for term in _TERM.findall(name):
        base = term.lstrip("/").partition("^")[0]
        if base in _NAMES:
            measures.append(term)
        else:
            mark = "/" if term.startswith("/") else ""
            nouns |= {mark + noun for noun in term.lstrip("/").split("-")}
    return measures, frozenset(nouns)


_NAMES = frozenset(MEASURES.values()) - COUNTED
