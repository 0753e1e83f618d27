"""The puzzles are solved here from their text alone, by trying every assignment on a reading of our own."""

import re
from itertools import product

import pytest

from rlvr.envs.tasksets.knights_and_knaves import LEVELS, KnightsAndKnaves


def holds(claim: str, speaker: str, roles: dict[str, bool]) -> bool:
    """Whether a claim is true when `roles` says who is a knight."""
    if found := re.fullmatch(r"(Exactly|At least|At most) (\d) of us (?:is a knight|are knights)", claim):
        knights, number = sum(roles.values()), int(found[2])
        return {"Exactly": knights == number, "At least": knights >= number, "At most": knights <= number}[found[1]]
    if found := re.fullmatch(r"(\w+) and I are of (the same kind|different kinds)", claim):
        return (roles[found[1]] == roles[speaker]) == (found[2] == "the same kind")
    for pattern in (r"If (.+), then (.+)", r"(.+) if and only if (.+)", r"(.+) or (.+), or both", r"(.+) and (.+)"):
        if found := re.fullmatch(pattern, claim):
            one, other = (holds(part, speaker, roles) for part in found.groups())
            return {"If": not one or other, "if": one == other, "or": one or other, "and": one and other}[
                re.sub(r"\W*\(\.\+\)\W*", " ", pattern).split()[0]
            ]
    found = re.fullmatch(r"(I am|\w+ is) a (knight|knave)", claim)
    assert found is not None, claim
    name = speaker if found[1] == "I am" else found[1].removesuffix(" is")
    return roles[name] == (found[2] == "knight")


def solutions(prompt: str) -> list[dict[str, str]]:
    said = re.findall(r'(\w+) says: "([^"]+)\."', prompt)
    names = [name for name, _ in said]
    return [
        {name: "knight" if is_knight else "knave" for name, is_knight in roles.items()}
        for roles in (dict(zip(names, bits, strict=True)) for bits in product([True, False], repeat=len(names)))
        if all(holds(claim, name, roles) == roles[name] for name, claim in said)
    ]


@pytest.mark.parametrize("level", range(10))
def test_exactly_one_assignment_fits_and_it_is_the_reference(level: int) -> None:
    for task in KnightsAndKnaves().tasks("train", level, 12):
        assert len(task.reference) == LEVELS[level][0]
        assert solutions(task.prompt) == [task.reference]


def test_the_reading_itself_can_tell_right_from_wrong() -> None:
    roles = {"Ada": True, "Ben": False}
    assert holds("Ben is a knave", "Ada", roles)
    assert not holds("If I am a knight, then Ben is a knight", "Ada", roles)
    assert holds("Ben is a knight or Ada is a knight, or both", "Ben", roles)
    assert not holds("Ada and I are of the same kind", "Ben", roles)
    assert solutions('Ada says: "Ben is a knight." Ben says: "Ada is a knight."') == [
        {"Ada": "knight", "Ben": "knight"},
        {"Ada": "knave", "Ben": "knave"},
    ]


def test_one_wrong_role_is_wrong() -> None:
    taskset = KnightsAndKnaves()
    task = taskset.task("train", 5, 0)
    right = taskset.oracle(task)
    final = right[right.index("<answer>") :]
    flipped = final.replace("knight", "knave", 1) if "knight" in final else final.replace("knave", "knight", 1)
    assert taskset.verify(task, final).verdict == "CORRECT"
    assert taskset.verify(task, flipped).verdict == "WRONG"


def test_two_people_have_at_least_four_puzzles_for_each_choice_of_names() -> None:
    names = {"Ada", "Ben"}
    settled = [
        (one, other)
        for one in ("the same kind", "different kinds")
        for other in ("knight", "knave")
        if len(solutions(f'Ada says: "Ben and I are of {one}." Ben says: "Ada is a {other}."')) == 1
    ]
    assert len(settled) == 4
    assert len(names) == LEVELS[0][0]
