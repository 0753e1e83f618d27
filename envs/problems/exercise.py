"""A problem with its tests, and how it is put to whoever shall solve it.

Everything here follows from the statement alone, the tests included: two draws of one statement are one problem, with
one prompt, and so cannot fall into two splits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from string import Template
from typing import Any, Literal

from rlvr.envs.problems.bugs import bugs_of
from rlvr.envs.problems.choosing import Case, different_cases, telling_cases
from rlvr.envs.problems.family import Family, Spec
from rlvr.envs.problems.inputs import Inputs
from rlvr.envs.problems.running import copied, loaded, runner_of

Form = Literal["function", "program"]

_NUM_FIRST = 6
_NUM_TESTS = 12
_NUM_BUGS = 40
_NUM_DRAWN = 60
_MAX_ROUNDS = 20
_MIN_OUTPUTS = 3


@dataclass(frozen=True, eq=False)
class Exercise:
    """A problem with its tests."""

    family: Family
    """What it is one of."""
    spec: Spec
    """Its statement and solution."""
    form: Form
    """Whether a function or a whole program is asked for."""
    cases: tuple[Case, ...]
    """What tests are chosen from, from small to large."""
    first_tests: tuple[Case, ...]
    """Tests whose outputs differ; the first is the example in the prompt."""

    @property
    def prompt(self) -> str:
        """What is asked, with the example."""
        family, (arguments, value) = self.family, self.first_tests[0]
        if self.form == "function":
            typed = ", ".join(f"{name}: {kind.annotation}" for name, kind in family.params.items())
            called = f"{family.name}({', '.join(map(repr, arguments))})"
            return (
                f"{self.spec.statement}\nWrite a Python function {family.name}({typed}) -> {family.returns.annotation}."
                f"\nExample: {called} == {value!r}"
            )
        layout = "; then ".join(Template(kind.input_text).substitute(name=name) for name, kind in family.params.items())
        return (
            f"{self.spec.statement}\nWrite a Python program that reads standard input and prints the answer.\n"
            f"Input: {layout}.\nOutput: {family.returns.output_text}.\n"
            f"Example input:\n{self.stdin(arguments)}Example output:\n{family.returns.write(value)}".rstrip("\n")
        )

    @property
    def solution(self) -> str:
        """A right response's program."""
        return self.whole(self.spec.source)

    def whole(self, source: str) -> str:
        """The program of a function: itself, or with what reads and prints."""
        if self.form == "function":
            return source
        family = self.family
        lines = [f"{name} = {kind.read}" for name, kind in family.params.items()]
        lines += [f"answer = {family.name}({', '.join(family.params)})", family.returns.show]
        return source + "\n\n" + "\n".join(lines) + "\n"

    @property
    def reference(self) -> dict[str, Any]:
        """All tests, as `CodeVerifier` takes them."""
        tests = all_tests(self)
        if self.form == "function":
            inputs = [list(arguments) for arguments, _ in tests]
            outputs = [value for _, value in tests]
            return {"kind": "function", "tests": {"fn_name": self.family.name, "inputs": inputs, "outputs": outputs}}
        written = self.family.returns.write
        rows = [{"input": self.stdin(arguments), "output": written(value)} for arguments, value in tests]
        return {"kind": "stdin", "tests": rows}

    def stdin(self, arguments: Sequence[Any]) -> str:
        """Arguments as a program reads them."""
        kinds = self.family.params.values()
        return "".join(kind.write(value) for kind, value in zip(kinds, arguments, strict=True))


@lru_cache(maxsize=4096)
def exercise_of(family: Family, spec: Spec, form: Form | None = None) -> Exercise:
    """Draw the tests of a problem.

    Args:
        family: What it is one of.
        spec: Its statement and solution.
        form: What is asked for; None leaves it to the statement's hash.
    """
    rng = random.Random(blake2b(spec.statement.encode(), digest_size=16).digest())  # noqa: S311  for tests, not secrets
    by_hash: Form = "function" if rng.random() < 0.5 else "program"
    cases = _cases(family, spec, rng)
    first = different_cases(cases, _NUM_FIRST)
    first.insert(0, first.pop(len(first) // 3))
    return Exercise(family, spec, form or by_hash, tuple(cases), tuple(first))


@lru_cache(maxsize=4096)
def all_tests(exercise: Exercise) -> tuple[Case, ...]:
    """Add tests that fail solutions with a bug."""
    family, source, tests = exercise.family, exercise.spec.source, list(exercise.first_tests)
    rng = random.Random(source.encode())  # noqa: S311  for tests, not secrets
    sources = bugs_of(source)
    bugs = [runner_of(each, family.name) for each in rng.sample(sources, min(_NUM_BUGS, len(sources)))]
    tests += telling_cases(exercise.cases, _NUM_TESTS - len(tests), tests, bugs)
    tests += different_cases(exercise.cases, _NUM_TESTS - len(tests), tests)
    return tuple(tests)


def _cases(family: Family, spec: Spec, rng: random.Random) -> list[Case]:
    """Draw cases, the family's edges among them, until there are outputs enough."""
    solve = loaded(spec.source, family.name)
    found: dict[str, Case] = {}
    for arguments in map(tuple, family.edges):
        found[repr(arguments)] = (arguments, solve(*copied(arguments)))
    for _ in range(_MAX_ROUNDS):
        for arguments in map(tuple, _drawn(family, spec, rng)):
            found.setdefault(repr(arguments), (arguments, solve(*copied(arguments))))
        if len({repr(value) for _, value in found.values()}) >= _MIN_OUTPUTS:
            break
    else:
        raise AssertionError(f"nearly a constant solves: {spec.statement}")
    return list(found.values())


def _drawn(family: Family, spec: Spec, rng: random.Random) -> Iterator[Sequence[Any]]:
    """Draw arguments from small to large."""
    for number in range(_NUM_DRAWN):
        yield family.draw(Inputs(rng, 1 + 10 * number // _NUM_DRAWN, spec.constants))
