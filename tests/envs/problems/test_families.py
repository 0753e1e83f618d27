"""What holds for every family of programming problems."""

import itertools
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest

from rlvr.envs.drawing import MIN_DISTINCT
from rlvr.envs.problems.bugs import bugs_of
from rlvr.envs.problems.choosing import Case, fails
from rlvr.envs.problems.exercise import Exercise, exercise_of
from rlvr.envs.problems.family import Choice, Family, Spec
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.levels import LEVELS
from rlvr.envs.problems.planting import planted
from rlvr.envs.problems.running import MAX_TICKS, loaded, runner_of

FAMILIES = [
    pytest.param(family, id=f"{level}-{family.name}-{number}")
    for level, families in enumerate(LEVELS)
    for number, family in enumerate(families)
]


def drawn(family: Family, count: int, form: str | None = None) -> Iterator[Exercise]:
    for number in range(count):
        yield exercise_of(family, family.drawn(random.Random(f"{family.name} {number}")), form)


def cases_of(exercise: Exercise) -> list[Case]:
    reference = exercise_of(exercise.family, exercise.spec, "function").reference["tests"]
    return [(tuple(args), value) for args, value in zip(reference["inputs"], reference["outputs"], strict=True)]


def test_every_level_has_problems_enough() -> None:
    assert len(LEVELS) == 10
    assert all(sum(family.num_specs for family in families) >= 2 * MIN_DISTINCT for families in LEVELS)
    assert len({id(family) for families in LEVELS for family in families}) >= 30


@pytest.mark.parametrize("family", FAMILIES)
def test_no_two_ways_of_filling_the_gaps_are_one_problem(family: Family) -> None:
    """So that the number of problems that a level states is honest."""
    names = list(family.choices)
    filled: list[dict[str, Choice]] = [
        dict(zip(names, choice, strict=True)) for choice in itertools.product(*family.choices.values())
    ]
    specs = [family.spec(one) for one in random.Random(0).sample(filled, min(3000, len(filled)))]
    assert len({spec.statement for spec in specs}) == len(specs)
    assert len({spec.source for spec in specs}) == len(specs)


@pytest.mark.parametrize("family", FAMILIES)
def test_statements_and_solutions_are_whole(family: Family) -> None:
    for exercise in drawn(family, 12):
        assert "$" not in exercise.prompt + exercise.solution
        assert exercise.prompt.isascii()
        assert "  " not in exercise.spec.statement
        assert all(len(line) <= 120 for line in exercise.spec.source.splitlines())
        assert exercise.spec.statement.endswith(".")
        assert family.returns.show


@pytest.mark.parametrize("family", FAMILIES)
def test_the_tests_are_right_small_and_various(family: Family) -> None:
    for exercise in drawn(family, 12):
        tests = cases_of(exercise)
        assert 8 <= len(tests) <= 12
        assert len({repr(arguments) for arguments, _ in tests}) == len(tests)
        assert len({repr(value) for _, value in tests}) >= 3
        assert tests[0] == exercise.first_tests[0]
        assert len(json.dumps(tests)) < 12_000
        solve = loaded(exercise.spec.source, family.name)
        assert all(json.loads(json.dumps(solve(*arguments))) == value for arguments, value in tests)
        kinds = [kind.annotation for kind in family.params.values()]
        assert all(len(arguments) == len(kinds) for arguments, _ in tests)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_solution_takes_no_more_steps_than_one_with_a_bug_may(family: Family) -> None:
    for exercise in drawn(family, 12):
        run = runner_of(exercise.spec.source, family.name)
        assert not any(fails(run, case) for case in exercise.cases)
        assert MAX_TICKS >= 1000


def pool(exercise: Exercise) -> list[Case]:
    """Many more cases than were chosen from."""
    family, rng = exercise.family, random.Random(7)
    solve = loaded(exercise.spec.source, family.name)
    inputs = [Inputs(rng, 1 + number % 10, exercise.spec.constants) for number in range(200)]
    arguments = [tuple(family.draw(each)) for each in inputs]
    return [(each, solve(*json.loads(json.dumps(each)))) for each in arguments]


def survivors(exercise: Exercise, sources: list[str]) -> tuple[int, list[str]]:
    """How many nearly right programs are wrong, and those of them that pass the tests."""
    tests, many = cases_of(exercise), pool(exercise)
    num_wrong, passed = 0, []
    for source in sources:
        run = runner_of(source, exercise.family.name)
        if any(fails(run, case) for case in tests):
            num_wrong += 1
        elif any(fails(run, case) for case in many):
            num_wrong += 1
            passed.append(source)
    return num_wrong, passed


def without_lines(source: str) -> list[str]:
    """The program with each of its simple statements left out, which is no bug that the tests were chosen by."""
    lines = source.split("\n")
    found = []
    for number, line in enumerate(lines[1:], 1):
        bare = line.strip()
        if not bare or bare.endswith((":", "(", ",", "[")) or bare[0] in ")]}" or bare.startswith("def "):
            continue
        text = "\n".join([*lines[:number], line[: len(line) - len(bare)] + "pass", *lines[number + 1 :]])
        try:
            compile(text, "x", "exec")
        except SyntaxError:
            continue
        found.append(text)
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_nearly_right_programs_fail(family: Family) -> None:
    num_wrong, passed = 0, []
    for exercise in drawn(family, 4):
        source = exercise.spec.source
        wrong, survived = survivors(exercise, [*bugs_of(source), *without_lines(source)])
        num_wrong += wrong
        passed += survived
    assert num_wrong > 15
    assert len(passed) <= num_wrong * 0.08, passed


@pytest.mark.parametrize("family", FAMILIES)
def test_guesses_and_constants_fail(family: Family) -> None:
    for exercise in drawn(family, 6):
        tests = cases_of(exercise)
        values = {repr(value) for _, value in tests} | {"0", "1", "-1", "[]", "''", "None"}
        first = next(iter(family.params))
        for guess in [*values, first]:
            source = f"def {family.name}({', '.join(family.params)}):\n    return {guess}\n"
            assert any(fails(runner_of(source, family.name), case) for case in tests), (exercise.prompt, guess)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_problem_can_have_a_bug_that_shows(family: Family) -> None:
    for exercise in drawn(family, 25, "program"):
        bug = planted(exercise)
        assert bug.program != exercise.solution
        assert bool(bug.error) or bug.printed != family.returns.write(bug.case[1])
        differing = [
            (one, other)
            for one, other in zip(bug.program.split("\n"), exercise.solution.split("\n"), strict=True)
            if one != other
        ]
        assert len(differing) == 1


def test_the_same_statement_has_the_same_tests_wherever_it_is_drawn() -> None:
    family = LEVELS[0][0]
    spec = family.drawn(random.Random(1))
    again = Spec(spec.statement, spec.source, spec.constants)
    assert exercise_of(family, spec).first_tests == exercise_of(family, again).first_tests


SCRIPT = """
import json, random
from rlvr.envs.problems.exercise import exercise_of
from rlvr.envs.problems.levels import LEVELS
from rlvr.envs.problems.planting import planted
from rlvr.envs.problems.running import MAX_TICKS, loaded, runner_of
found = []
for families in LEVELS:
    for family in families:
        exercise = exercise_of(family, family.drawn(random.Random(5)), "program")
        found.append([exercise.prompt, exercise.reference, planted(exercise).program])
print(json.dumps(found))
"""


def test_every_process_draws_the_same_problems() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(found) == 1
