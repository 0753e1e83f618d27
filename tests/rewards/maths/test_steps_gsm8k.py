"""On GSM8K's own solutions: a planted mistake is found, and a right step is not accused (see benchmarks/)."""

import json
import os
import re
from pathlib import Path

import pytest

from rlvr.rewards import StepVerifier

DATA = Path(os.environ.get("RLVR_DATA", Path(__file__).parents[3] / "../shared/data")) / "gsm8k_test.jsonl"
NOTE = re.compile(r"<<[^<>]*>>")
RESULT = re.compile(r"<<([^<>=]*[-+*/][^<>=]*)=(\d+)>>\2(?![\d.,])")
VERIFIER = StepVerifier()


@pytest.fixture(scope="module")
def answers() -> list[str]:
    if not DATA.exists():
        pytest.skip(f"{DATA} is not there: set RLVR_DATA to the folder of the data sets")
    return [json.loads(line)["answer"] for line in DATA.read_text(encoding="utf-8").splitlines()]


def false_lines(text: str) -> list[int]:
    return [step.line for step in VERIFIER.steps(text) if step.truth.value == "false"]


@pytest.mark.parametrize("is_kept", [True, False], ids=["annotations kept", "annotations stripped"])
def test_planted_mistakes_are_found(answers: list[str], is_kept: bool) -> None:
    num_planted = num_found = 0
    for answer in answers:
        for result in RESULT.finditer(answer):
            wrong = str(int(result.group(2)) + (1 if num_planted % 2 else -1))
            text = f"{answer[: result.start()]}<<{result.group(1)}={wrong}>>{wrong}{answer[result.end() :]}"
            num_planted += 1
            line = answer.count("\n", 0, result.start()) + 1
            num_found += line in false_lines(text if is_kept else NOTE.sub("", text))
    assert num_planted > 3000
    assert num_found > (0.995 if is_kept else 0.99) * num_planted


@pytest.mark.parametrize("is_kept", [True, False], ids=["annotations kept", "annotations stripped"])
def test_right_solutions_are_not_accused(answers: list[str], is_kept: bool) -> None:
    texts = answers if is_kept else [NOTE.sub("", answer) for answer in answers]
    steps = [step for text in texts for step in VERIFIER.steps(text)]
    num_false = sum(step.truth.value == "false" for step in steps)
    assert sum(step.truth.value == "true" for step in steps) > 3 * len(answers)
    assert num_false < 0.002 * len(steps)
    assert sum(VERIFIER(text, None).value == 1.0 for text in texts) > 0.98 * len(texts)
