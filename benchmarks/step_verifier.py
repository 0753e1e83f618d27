"""Does `StepVerifier` find a wrong step in a worked solution, does it accuse a right one, and how fast is it?

    python benchmarks/step_verifier.py

Every solution of GSM8K is read in two spellings: as published, with its `<<48/2=24>>` annotations, and without them, so
that only prose is left. In each, every annotated result in turn is replaced by a wrong one: off by one in its last
digit, with two digits swapped, computed with another operator, or ten times too large or small, as a hash of the row
and the annotation chooses. As published, the annotation and the number after it change together, and in a third round
the number after it alone. A change is found if a step of its line is FALSE that was not before.

That an annotation is right at first is decided by `rlvr.rewards.arithmetic`, whose parser the step verifier does not
use. What is FALSE in the untouched solutions is counted as an accusation, and every one is kept in the results, to be
read: most are slips of the data set's authors. The solutions of MATH-500 and of the models that GSM8K was published
with are read too, untouched. Raw numbers go to `benchmarks/results/step_verifier.json`. The data are found through
RLVR_DATA, by default `../shared/data` beside the repository.
"""

import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from rlvr.rewards import Step, StepVerifier
from rlvr.rewards.arithmetic import ExpressionError, evaluate

REPOSITORY = Path(__file__).parents[1]
DATA = Path(os.environ.get("RLVR_DATA", REPOSITORY.parent / "shared" / "data"))
RESULTS = Path(__file__).parent / "results" / "step_verifier.json"
FILES = ("gsm8k_train.jsonl", "gsm8k_test.jsonl")
NUM_SPEED_RUNS = 3
NUM_MISSED_KEPT = 40

NOTE = re.compile(r"<<([^<>\n]*)>>")
REPEATED = re.compile(r"(\s*\$?\s*)(-?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+))(?!\d)")
PLAIN = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")
OPERATOR = re.compile(r"(?<=[\d).])[-+*/]")
VERIFIER = StepVerifier()


@dataclass(frozen=True)
class Planted:
    """A solution with one result made wrong, in every spelling."""

    kind: str
    line: int
    change: str
    kept: str
    stripped: str
    mismatched: str


def rows(name: str) -> list[dict[str, Any]]:
    """Read a file of the data."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def chosen(key: str, purpose: str, num: int) -> int:
    """Return a number below `num` that depends on nothing but the texts."""
    digest = hashlib.blake2b(f"{key}/{purpose}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % num


def value(expression: str) -> Fraction | None:
    """Return the value of the left side of an annotation, or None where it is not plain arithmetic."""
    try:
        return evaluate(expression.replace("%", "/100"))
    except ExpressionError:
        return None


def decimals(number: str) -> int:
    """Return how many digits stand after the point."""
    return len(number.partition(".")[2])


def written(number: Fraction, places: int) -> str | None:
    """Return a number with at least so many decimals, or None if it needs more than six."""
    while (number * 10**places).denominator != 1:
        places += 1
        if places > 6:
            return None
    digits = str(abs(int(number * 10**places))).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    return ("-" if number < 0 else "") + whole + ("." + rest if rest else "")


def off_by_one(_: str, result: str, key: str) -> str | None:
    """Change the last digit by one."""
    unit = Fraction(1, 10 ** decimals(result))
    return written(Fraction(result) + (unit if chosen(key, "sign", 2) else -unit), decimals(result))


def swapped_digits(_: str, result: str, key: str) -> str | None:
    """Exchange two neighbouring digits that differ."""
    places = [
        at
        for at, (one, other) in enumerate(pairwise(result))
        if one.isdigit() and other.isdigit() and one != other and (at > 0 or other != "0")
    ]
    if not places:
        return None
    at = places[chosen(key, "place", len(places))]
    return result[:at] + result[at + 1] + result[at] + result[at + 2 :]


def other_operator(expression: str, _: str, key: str) -> str | None:
    """Compute with another sign in one place."""
    places = [match.start() for match in OPERATOR.finditer(expression)]
    at = places[chosen(key, "place", len(places))] if places else 0
    others = [sign for sign in "+-*/" if sign != expression[at]]
    changed = value(expression[:at] + others[chosen(key, "operator", 3)] + expression[at + 1 :]) if places else None
    return None if changed is None else written(changed, 0)


def factor_of_ten(_: str, result: str, key: str) -> str | None:
    """Move the point by one digit."""
    number = Fraction(result)
    return written(number * 10 if chosen(key, "direction", 2) else number / 10, decimals(result))


KINDS = {
    "off by one": off_by_one,
    "digits swapped": swapped_digits,
    "wrong operator": other_operator,
    "factor of ten": factor_of_ten,
}


def wrong_result(expression: str, result: str, key: str) -> tuple[str, str] | None:
    """Return a kind of mistake and its result; the kinds are tried from the one that the hash chooses."""
    names = list(KINDS)
    first = chosen(key, "kind", len(names))
    for name in names[first:] + names[:first]:
        wrong = KINDS[name](expression, result, key)
        if wrong is not None and Fraction(wrong) != Fraction(result):
            return name, wrong
    return None


def refusal(expression: str, result: str, answer: str, end: int) -> str | None:
    """Return why no mistake is planted in an annotation, or None where one is."""
    exact = value(expression)
    if not PLAIN.fullmatch(result) or exact is None:
        return "not plain arithmetic"
    error, places = abs(exact - Fraction(result)), decimals(result)
    if error * 2 > (Fraction(1, 10**places) if places else 0):
        return "wrong as published"
    if not re.search(r"[-+*/%]", expression[1:]):
        return "nothing computed"
    after = REPEATED.match(answer, end)
    same = after is not None and Fraction(after.group(2).replace(",", "")) == Fraction(result)
    return None if same else "not repeated in the text"


def planted(answer: str, key: str, refused: Counter[str]) -> Iterator[Planted]:
    """Yield the solution with each of its annotated results made wrong in turn."""
    for index, note in enumerate(NOTE.finditer(answer)):
        expression, _, result = note.group(1).partition("=")
        reason = refusal(expression, result, answer, note.end())
        wrong = wrong_result(expression, result, f"{key}/{index}") if reason is None else None
        if wrong is None:
            refused[reason or "no mistake fits"] += 1
            continue
        after = REPEATED.match(answer, note.end())
        assert after is not None, "refusal() has seen it"
        kind, number = wrong
        head, tail = answer[: note.start()], after.group(1) + number + answer[after.end() :]
        kept = f"{head}<<{expression}={number}>>{tail}"
        line = head.count("\n") + 1
        change = f"{result} -> {number}"
        yield Planted(kind, line, change, kept, NOTE.sub("", kept), f"{head}{note.group()}{tail}")


def false_steps(text: str) -> list[Step]:
    """Return the steps that are decided FALSE."""
    return [step for step in VERIFIER.steps(text) if step.truth.value == "false"]


class Tally:
    """What one spelling of all solutions comes to."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self.accused: list[dict[str, Any]] = []
        self.num_solutions = self.num_accused_solutions = 0
        self.planted: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.missed: list[dict[str, str]] = []

    def read(self, key: str, text: str) -> set[tuple[int, str]]:
        """Count the steps of an untouched solution; return those that are FALSE."""
        steps = VERIFIER.steps(text)
        false = [step for step in steps if step.truth.value == "false"]
        self.steps.update(step.truth.value for step in steps)
        self.num_solutions += 1
        self.num_accused_solutions += bool(false)
        lines = text.split("\n")
        self.accused += [{"row": key, "step": step.text, "line": lines[step.line - 1]} for step in false]
        return {(step.line, step.text) for step in false}

    def seek(self, text: str, one: Planted, before: set[tuple[int, str]]) -> None:
        """Look for a planted mistake: a FALSE step of its line that was not there before."""
        self.planted[one.kind] += 1
        if any(step.line == one.line and (step.line, step.text) not in before for step in false_steps(text)):
            self.found[one.kind] += 1
        else:
            self.missed.append({"line": text.split("\n")[one.line - 1], "change": one.change})

    def result(self) -> dict[str, Any]:
        """Return the counts and rates."""
        num_planted, num_found = self.planted.total(), self.found.total()
        num_checkable = self.steps["true"] + self.steps["false"]
        found: dict[str, Any] = {"num_solutions": self.num_solutions, "steps": dict(self.steps)}
        if num_planted:
            found |= {
                "num_planted": num_planted,
                "num_found": num_found,
                "found_rate": round(num_found / num_planted, 5),
                "found_by_kind": {kind: f"{self.found[kind]} of {num}" for kind, num in sorted(self.planted.items())},
                "missed": self.missed[:: max(1, len(self.missed) // NUM_MISSED_KEPT)],
            }
        if num_checkable:
            found |= {
                "num_accused_steps": len(self.accused),
                "accused_rate": round(len(self.accused) / num_checkable, 5),
                "accused_solutions_rate": round(self.num_accused_solutions / self.num_solutions, 5),
                "accused": self.accused,
            }
        return found


def measured(name: str) -> dict[str, Any]:
    """Return what comes of one file of GSM8K."""
    kept, stripped, mismatched = Tally(), Tally(), Tally()
    refused: Counter[str] = Counter()
    wrong_notes: list[str] = []
    for number, row in enumerate(rows(name)):
        answer, key = row["answer"], f"{name}:{number + 1}"
        before = kept.read(key, answer), stripped.read(key, NOTE.sub("", answer))
        for one in planted(answer, key, refused):
            kept.seek(one.kept, one, before[0])
            stripped.seek(one.stripped, one, before[1])
            mismatched.seek(one.mismatched, one, before[0])
        wrong_notes += [f"{key} {note.group()}" for note in NOTE.finditer(answer) if is_wrong(note, answer)]
    return {
        "num_annotations": sum(len(NOTE.findall(row["answer"])) for row in rows(name)),
        "annotations_without_a_planted_mistake": dict(refused),
        "annotations_wrong_as_published": wrong_notes,
        "annotations_kept": kept.result(),
        "annotations_stripped": stripped.result(),
        "annotations_kept_and_only_the_number_after_changed": mismatched.result(),
    }


def is_wrong(note: re.Match[str], answer: str) -> bool:
    """Return whether an annotation does not hold as published."""
    expression, _, result = note.group(1).partition("=")
    return refusal(expression, result, answer, note.end()) == "wrong as published"


def other_solutions() -> dict[str, Any]:
    """Return how the untouched solutions of MATH-500 and of the published models fare."""
    math500 = Tally()
    for number, row in enumerate(rows("math500.jsonl")):
        math500.read(f"math500.jsonl:{number + 1}", row["solution"])
    models: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for row in rows("gsm8k_model_solutions.jsonl"):
        verdict = VERIFIER(row["solution"], None).verdict
        models[row["is_correct"]][verdict.value] += 1
    return {
        "math500": math500.result(),
        "gsm8k_model_solutions": {"right": dict(models[True]), "wrong": dict(models[False])},
    }


def speed() -> dict[str, int]:
    """Return how fast all solutions of GSM8K are read in this process, with its caches cold."""
    texts = [row["answer"] for name in FILES for row in rows(name)]
    found: dict[str, int] = {}
    for spelling, solutions in (("stripped", [NOTE.sub("", text) for text in texts]), ("kept", texts)):
        start = time.perf_counter()
        num_steps = sum(len(VERIFIER.steps(text)) for text in solutions)
        wall_s = time.perf_counter() - start
        found[f"solutions_per_s_{spelling}"] = round(len(solutions) / wall_s)
        found[f"steps_per_s_{spelling}"] = round(num_steps / wall_s)
    return found


def main() -> None:
    """Measure, print, and keep the raw numbers."""
    if sys.argv[1:] == ["--speed"]:
        print(json.dumps(speed()))
        return
    command = [sys.executable, __file__, "--speed"]
    runs = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(NUM_SPEED_RUNS)
    ]
    found = {name: measured(name) for name in FILES}
    results: dict[str, Any] = {
        **found,
        "untouched": other_solutions(),
        "speed_in_one_process": {name: max(run[name] for run in runs) for name in runs[0]},
        "speed_runs": runs,
        "num_cores": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "rlvr": version("rlvr"),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in FILES:
        for spelling, one in found[name].items():
            if isinstance(one, dict) and "found_rate" in one:
                accused = f", {one['accused_rate']:.3%} accused" if "accused_rate" in one else ""
                print(f"{name} {spelling}: {one['found_rate']:.2%} of {one['num_planted']} found{accused}")
    print(json.dumps(results["speed_in_one_process"], indent=2))


if __name__ == "__main__":
    main()
