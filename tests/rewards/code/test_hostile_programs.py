"""No cheat is paid and every honest program is, in any order, again and again, beside others; and nothing is left.

`RLVR_HOSTILE_ROUNDS` says how often all programs are judged on docker, in another order each time; 1 if it is not set.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from rlvr.rewards import CodeVerifier, Score, Verdict
from rlvr.sandbox import Program, Sandbox
from tests.hostile.programs import CHEATS, HONEST, PAIRS
from tests.hostile.programs.cheats.leaks import LEAKS, PLACES, SEEK
from tests.hostile.programs.entry import Entry, Pair
from tests.hostile.programs.references import CANARY, SECRET, SUM
from tests.rewards.code.hostile_programs import all_entries, faults, judge_all, share_of
from tests.sandbox.programs.conftest import AS_A_USER, opened

ROUNDS = int(os.environ.get("RLVR_HOSTILE_ROUNDS", "1"))
OTHERS_PLACES = {
    *("its parent's memory", "its parent's memory by another call", "others' descriptors", "a core of the zygote"),
    *("the kernel's log and memory", "the engine and the network", "the names of the judge's code"),
    *("its own stdout", "memory that was not cleared"),  # who reads it first, and what was freed, is chance
}
"""Places that a program cannot fill with a canary itself, to see that the seeker would find it."""

_LEAKS = {entry.name: entry for entry in LEAKS}
IN_MEMORY = [_LEAKS["its own memory"], _LEAKS["memory that was not cleared"]]
"""What a job has inherited, freed or not."""

ALL_TIERS = ("docker", "bubblewrap", "process", "process" + AS_A_USER)


@pytest.fixture(scope="module", params=ALL_TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with opened(request.param) as sandbox:
        yield sandbox


@pytest.fixture(scope="module", params=ALL_TIERS)
def one_slot(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with opened(request.param, num_slots=1) as sandbox:
        yield sandbox


def test_the_corpus_is_what_it_says() -> None:
    assert sum(map(len, CHEATS.values())) + len(PAIRS) >= 160
    assert sum(map(len, HONEST.values())) >= 60
    for family, entries in (*CHEATS.items(), *HONEST.items()):
        again = [name for name, count in Counter(entry.name for entry in entries).items() if count > 1]
        assert not again, f"{family}: twice: {again}"
        assert {entry.outcomes == "AC" for entry in entries} == {family in HONEST}, family
    assert not [entry.name for entry in all_entries() if "AC" in entry.outcomes.split() and entry.outcomes != "AC"]


@pytest.mark.timeout(600 * (1 + ROUNDS))
def test_no_cheat_is_paid_and_every_honest_program_is(sandbox: Sandbox) -> None:
    entries, rounds = all_entries(), ROUNDS
    if sandbox.tier != "docker":
        entries, rounds = share_of(entries, 3), 1
    for number in range(rounds):
        found = judge_all(sandbox, entries, number)
        assert not found, "\n".join([f"round {number}:", *found])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_nothing_is_left_for_a_later_program(one_slot: Sandbox, pair: Pair) -> None:
    verifier = CodeVerifier(one_slot)
    for entry in (pair.plant, pair.look, pair.plant, *IN_MEMORY):
        score = verifier.grade(entry.program, entry.reference)
        assert not faults(entry, score, repr(one_slot)), score


@pytest.mark.parametrize("place", sorted(PLACES.keys() - OTHERS_PLACES))
def test_a_seeker_finds_what_is_there(one_slot: Sandbox, place: str) -> None:
    """A seeker would be paid if the canary were where it looks: here the program itself puts it there."""
    if one_slot.tier == "process":
        pytest.skip("most of the places are closed there, its own included")
    source = f"{SEEK}\nHERE = open('here.json').read()\n{PLACES[place]}\nprint(HERE, flush=True)\nprint(*found())\n"
    program = Program(source, CANARY.encode(), args=[CANARY], files={"here.json": CANARY.encode()})
    execution = one_slot.run(program)
    assert execution.stdout.decode().splitlines()[1:], execution
    assert CANARY in execution.stdout.decode().splitlines()[1], execution


def test_nothing_is_left_after_the_corpus() -> None:
    before = slots_of_this_process()
    with opened("docker") as sandbox:
        assert slots_of_this_process() > before
        assert not judge_all(sandbox, [entry for entry in all_entries() if entry.reference is SUM][::20], 0)
    deadline = time.monotonic() + 30
    while slots_of_this_process() > before:
        assert time.monotonic() < deadline, f"{slots_of_this_process()} where {before} were"
        time.sleep(0.1)


def slots_of_this_process() -> int:
    """Return how many processes of slots there are, of any tier and state."""
    from rlvr.sandbox.programs.docker_engine import Engine

    engine = Engine()
    containers = engine.api.containers(all=True, filters={"label": f"rlvr.owner={os.getpid()}"})
    engine.close()
    return len(containers)


@pytest.mark.parametrize(
    ("entry", "score"),
    [
        (Entry("", SUM, "WA", ""), Score.correct("all 3 tests passed")),
        (Entry("", SUM, "WA RE", ""), Score.limit("test 1 of 3: TLE: it had not ended after 1 s")),
        (Entry("", SUM, "AC", ""), Score.wrong("test 1 of 3: WA: line 1 differs")),
        (Entry("", SUM, "TLE", ""), Score.wrong("test 1 of 3: TLE: it had not ended after 1 s")),
        (Entry("", SUM, "WA", ""), Score.unscored("a test could not be run: no slot")),
        (Entry("", SUM, "any", ""), Score.unscored("a test could not be run: no slot")),
        (Entry("", SECRET, "WA", ""), Score.wrong(f"test 1 of 2: WA: {CANARY} was expected")),
        (Entry("", SECRET, "WA", ""), Score(0.5, Verdict.PARTIAL, "test 2 of 2: WA: line 1 differs")),
    ],
)
def test_a_wrong_verdict_is_a_fault(entry: Entry, score: Score) -> None:
    assert faults(entry, score, "docker")
