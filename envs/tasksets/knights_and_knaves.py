"""KnightsAndKnaves: who tells the truth, who lies?

A claim has a truth table: a number whose bit `m` says whether the claim holds when the knights are the set bits of
`m`. A puzzle is the conjunction of "the speaker is a knight exactly if the claim holds", so trying all
assignments is a few bit operations, and the generator draws until exactly one assignment is left.
"""

from __future__ import annotations

import math
import random
from functools import cache
from typing import ClassVar, NamedTuple

from rlvr.envs.registry import register
from rlvr.envs.task import Problem, Solution, Task, Turn
from rlvr.envs.taskset import Taskset
from rlvr.rewards.puzzles import KnightsAndKnavesChecker

NAMES = (
    "Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jack", "Kira", "Leo",
    "Mia", "Ned", "Olga", "Pia", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vera", "Walt", "Yuri",
)  # fmt: skip
"""Who may live on the island."""

LEVELS = (
    (2, ("role", "alike")),
    (3, ("role", "alike")),
    (3, ("role", "alike", "and", "or")),
    (4, ("role", "alike", "and", "or")),
    (4, ("role", "alike", "and", "or", "count")),
    (5, ("role", "alike", "and", "or", "count", "if")),
    (5, ("alike", "and", "or", "count", "if", "iff")),
    (6, ("alike", "and", "or", "count", "if", "iff")),
    (7, ("and", "or", "count", "if", "iff")),
    (8, ("and", "or", "count", "if", "iff")),
)
"""How many people there are at each level, and which kinds of claims they make."""


class _Claim(NamedTuple):
    """What somebody says, before it is put into words."""

    kind: str
    """One of the kinds in `LEVELS`."""

    first: int
    """`count`: a number of knights; `alike`: a person; else a role: twice the person, plus 1 for a knave."""

    second: int
    """`count`: exactly, at least, at most; `alike`: same kind, different kinds; else another person's role."""


@register("KnightsAndKnaves")
class KnightsAndKnaves(Taskset):
    """Find out who is a knight and who is a knave; exactly one assignment fits.

    | level  | 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 |
    |--------|---|---|---|---|---|---|---|---|---|---|
    | people | 2 | 3 | 3 | 4 | 4 | 5 | 5 | 6 | 7 | 8 |

    Claims are about one person's role or whether two are alike; from level 2 also with "and" and "or", from 4 about
    how many knights there are, from 5 with "if", from 6 with "if and only if".
    """

    family: ClassVar[str] = "logic"
    verifier = KnightsAndKnavesChecker()

    def generate(self, rng: random.Random, level: int) -> Problem:
        """Draws claims until exactly one assignment fits them."""
        count, kinds = LEVELS[level]
        names = rng.sample(NAMES, count)
        fitting = 0
        while fitting.bit_count() != 1:
            claims = [_drawn(rng.choice(kinds), speaker, count, rng) for speaker in range(count)]
            fitting = _fitting(claims)
        knights = fitting.bit_length() - 1
        roles = {name: "knight" if knights >> i & 1 else "knave" for i, name in enumerate(names)}
        said = [_in_words(claim, speaker, names) for speaker, claim in enumerate(claims)]
        told = " ".join(f'{name} says: "{text}."' for name, text in zip(names, said, strict=True))
        return Problem(
            f"On an island, knights always tell the truth and knaves always lie. You meet {_listed(names)}. {told} "
            f'Who is a knight and who is a knave? Answer in the form "{names[0]} is a knight, {names[1]} is a knave".',
            roles,
            {"claims": said},
        )

    def solve(self, task: Task, turns: tuple[Turn, ...] = ()) -> Solution:  # noqa: ARG002 single-turn
        """States the roles; the work shows that each claim fits its speaker."""
        roles = task.reference
        work = [
            f'{name} is a {role}, and "{claim}" is {"true" if role == "knight" else "false"}.'
            for (name, role), claim in zip(roles.items(), task.metadata["claims"], strict=True)
        ]
        return Solution(", ".join(f"{name} is a {role}" for name, role in roles.items()), "\n".join(work))

    def num_distinct(self, level: int) -> int:
        """Each ordered choice of names has a puzzle, and two people have at least four.

        The first may say that they are alike or not, which settles the second's role; the second may give the first
        either role, which then settles the first's.
        """
        count, _ = LEVELS[level]
        return math.perm(len(NAMES), count) * (4 if count == 2 else 1)


def _drawn(kind: str, speaker: int, count: int, rng: random.Random) -> _Claim:
    """Draws a claim of a kind; about others where it is about one person."""
    if kind == "count":
        return _Claim(kind, rng.randint(1, count - 1), rng.randrange(3))
    if kind in ("alike", "role"):
        other = (speaker + rng.randint(1, count - 1)) % count
        return _Claim(kind, other if kind == "alike" else 2 * other, rng.randrange(2))
    first = rng.randrange(count)
    second = (first + rng.randint(1, count - 1)) % count
    return _Claim(kind, 2 * first + rng.randrange(2), 2 * second + rng.randrange(2))


def _fitting(claims: list[_Claim]) -> int:
    """The assignments in which each speaker is a knight exactly if the speaker's claim holds."""
    count = len(claims)
    fitting = _everything(count)
    for speaker, claim in enumerate(claims):
        fitting &= ~(_has_role(2 * speaker, count) ^ _table(claim, speaker, count))
    return fitting


@cache
def _table(claim: _Claim, speaker: int, count: int) -> int:
    """The truth table of a claim."""
    kind, first, second = claim
    if kind == "count":
        least, most = ((first, first), (first, count), (0, first))[second]
        return sum(1 << knights for knights in range(1 << count) if least <= knights.bit_count() <= most)
    if kind == "alike":
        differ = _has_role(2 * speaker, count) ^ _has_role(2 * first, count)
        return differ if second else _everything(count) ^ differ
    if kind == "role":
        return _has_role(first + second, count)
    one, other = _has_role(first, count), _has_role(second, count)
    tables = {
        "and": one & other,
        "or": one | other,
        "if": _everything(count) ^ one | other,
        "iff": _everything(count) ^ one ^ other,
    }
    return tables[kind]


@cache
def _has_role(role: int, count: int) -> int:
    """The truth table of one person's role, as twice the person, plus 1 for a knave."""
    person, is_knave = divmod(role, 2)
    return sum(1 << knights for knights in range(1 << count) if knights >> person & 1 != is_knave)


def _everything(count: int) -> int:
    """The truth table of what always holds."""
    return (1 << (1 << count)) - 1


def _in_words(claim: _Claim, speaker: int, names: list[str]) -> str:
    """What the speaker says."""
    kind, first, second = claim
    if kind == "count":
        word = ("Exactly", "At least", "At most")[second]
        return f"{word} {first} of us {'is a knight' if first == 1 else 'are knights'}"
    if kind == "alike":
        return f"{names[first]} and I are of {'different kinds' if second else 'the same kind'}"
    if kind == "role":
        return _role_in_words(first + second, speaker, names)
    one, other = (_role_in_words(role, speaker, names) for role in (first, second))
    sentences = {
        "and": f"{one} and {other}",
        "or": f"{one} or {other}, or both",
        "if": f"If {one}, then {other}",
        "iff": f"{one} if and only if {other}",
    }
    return sentences[kind]


def _role_in_words(role: int, speaker: int, names: list[str]) -> str:
    person, is_knave = divmod(role, 2)
    subject = "I am" if person == speaker else f"{names[person]} is"
    return f"{subject} a {'knave' if is_knave else 'knight'}"


def _listed(names: list[str]) -> str:
    """`Ada, Ben and Cleo`."""
    return f"{', '.join(names[:-1])} and {names[-1]}"
