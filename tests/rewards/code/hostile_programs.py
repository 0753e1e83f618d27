"""Judges the corpus of programs in `tests/hostile/programs`, and says what is wrong with a verdict."""

import json
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from random import Random

from rlvr.rewards import CodeVerifier, Score, Verdict
from rlvr.sandbox import Sandbox
from tests.hostile.programs import CHEATS, HONEST, PAIRS
from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import CANARY

_OUTCOME = re.compile(r"test \d+ of \d+: ([A-Z]+): ")
_CONNECTS = {"a pool by a server", "a manager", "a local server"}
"""Honest programs that connect to a local socket by its path, which the process tier refuses."""
_HARMLESS = {"a child that dies of it, while its parent answers"}
"""Cheats of which the process tier ends the part that cheats: the rest is honest."""
_LIMITS = ("TLE", "MLE", "OLE", "LIMIT")


def all_entries() -> list[Entry]:
    """Return every program of the corpus, the two of a pair one by one."""
    families = [*CHEATS.values(), *HONEST.values(), *([pair.plant, pair.look] for pair in PAIRS)]
    return [entry for family in families for entry in family]


def share_of(entries: list[Entry], part: int) -> list[Entry]:
    """Return the honest programs and planters, and every `part`-th of the others."""
    cheats = [entry for entry in entries if entry.outcomes not in ("AC", "any")]
    return [entry for entry in entries if entry.outcomes in ("AC", "any")] + cheats[::part]


def outcome_of(score: Score) -> str:
    """Return how the first failing test ended, AC if none failed, or else the verdict."""
    if score.verdict is Verdict.CORRECT:
        return "AC"
    found = _OUTCOME.match(score.reason)
    return found[1] if found else score.verdict.value


def faults(entry: Entry, score: Score, sandbox: str) -> list[str]:
    """Return what is wrong with the score of a program in such a sandbox; nothing if all is well."""
    outcome = outcome_of(score)
    allowed = entry.outcomes.split()
    if "docker" not in sandbox:
        allowed += entry.weak.split()
    if "Sandbox process" in sandbox:
        allowed = _on_a_shared_host(entry, allowed)
    if "one user" in sandbox:
        allowed += entry.weakest.split()
    found = []
    if entry.outcomes == "any":
        allowed = [] if score.verdict is Verdict.UNSCORED else [outcome]
    if outcome not in allowed:
        found.append(f"{outcome} where {' or '.join(allowed) or 'a verdict'} is right")
    if outcome == "AC":
        expected: tuple[object, ...] = (Verdict.CORRECT, 1.0)
    else:
        expected = (Verdict.LIMIT if outcome in _LIMITS else Verdict.WRONG, 0.0)
    if (score.verdict, score.value) != expected:
        found.append(f"{score.verdict} worth {score.value}")
    if CANARY in score.reason:
        found.append("the expected output in the reason")
    if not score.reason.isascii() and not score.reason.isprintable():
        found.append("characters in the reason that cannot be shown")
    json.dumps(score.to_json()).encode()
    return found


def _on_a_shared_host(entry: Entry, allowed: list[str]) -> list[str]:
    """Return what is acceptable where slots share the host's files: more is refused to programs, which ends them."""
    if entry.outcomes == "AC":
        return ["RE"] if entry.name in _CONNECTS else allowed
    return [*allowed, "RE", *(["AC"] if entry.name in _HARMLESS else [])]


def judge_all(sandbox: Sandbox, entries: Iterable[Entry], seed: int) -> list[str]:
    """Judge the programs in an order of their own, twice as many at one time as there are slots; return all faults."""
    entries = list(entries)
    Random(seed).shuffle(entries)
    verifier = CodeVerifier(sandbox)

    def judge(entry: Entry) -> list[str]:
        score = verifier.grade(entry.program, entry.reference)
        return [f"{entry.name}: {fault} ({score.reason})" for fault in faults(entry, score, repr(sandbox))]

    with ThreadPoolExecutor(2 * sandbox.num_slots) as threads:
        return [fault for found in threads.map(judge, entries) for fault in found]
