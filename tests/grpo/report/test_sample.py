import json
import random
from collections import Counter
from typing import Any

import pytest

from rlvr.grpo.report.markup import json_text
from rlvr.grpo.report.sample import MAX_BYTES, MAX_ROLLOUTS, MAX_TEXT, NUM_RESERVED, sample_rollouts, shown
from tests.grpo.report.made import HOSTILE, rollout


def places(rows: Any) -> list[tuple[Any, ...]]:
    return [(row["step"], row["task"], row["rollout"]) for row in rows]


def many(num_steps: int, **changes: Any) -> list[dict[str, Any]]:
    return [
        rollout(step, task, number, **changes)
        for step in range(1, num_steps + 1)
        for task in range(4)
        for number in range(8)
    ]


def test_a_small_run_is_shown_whole_and_in_order() -> None:
    records = many(3)
    sample = sample_rollouts(reversed(records))
    assert len(sample.rows) == sample.num_rollouts == len(records)
    assert places(sample.rows) == [(one["step"], one["task_id"], one["rollout"]) for one in records]
    assert sample.verdicts == {"CORRECT": 48, "WRONG": 48}


def test_a_large_run_is_sampled_alike_in_any_order() -> None:
    records = many(100)
    sample = sample_rollouts(records, last_step=100)
    assert len(sample.rows) == MAX_ROLLOUTS < sample.num_rollouts == len(records)
    random.Random(0).shuffle(records)
    assert places(sample_rollouts(records, last_step=100).rows) == places(sample.rows)
    by_step = Counter(row["step"] for row in sample.rows)
    assert len(by_step) == 100, "every step has some"


def test_what_is_rare_has_its_places() -> None:
    records = many(100)
    for number in range(NUM_RESERVED):
        records[number * 50]["score"] = {"value": None, "verdict": "UNSCORED"}
    sample = sample_rollouts(records, alarm_steps=[77], last_step=100)
    verdicts, steps = Counter(row["verdict"] for row in sample.rows), Counter(row["step"] for row in sample.rows)
    assert verdicts["UNSCORED"] == NUM_RESERVED
    assert steps[77] == steps[100] == 32, "all of them"


def test_two_runs_show_the_same_places() -> None:
    first, second = sample_rollouts(many(100), share=0.5), sample_rollouts(many(100, reward=0.5), share=0.5)
    assert places(first.rows) == places(second.rows)
    assert len(first.rows) == MAX_ROLLOUTS // 2


def test_long_responses_are_cut_and_the_page_stays_small() -> None:
    turns = [{"response": "<" * 50_000, "answer": None, "observation": "o"}] * 50
    row = shown(rollout(1, turns=turns))
    assert row["num_turns"] == 50 > len(row["turns"])
    assert "characters left out" in row["turns"][0]["response"]
    sample = sample_rollouts(many(30, turns=turns))
    assert len(json_text(sample.rows).encode()) < 1.1 * MAX_BYTES
    assert 0 < len(sample.rows) < sample.num_rollouts


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"step": "1", "score": None, "turns": None, "num_tokens": 1.5, "finish_reasons": [None]},
        {"step": 1, "score": {"verdict": "EVIL", "value": True, "parts": {"a": "b"}}, "turns": ["x", {"response": 1}]},
        {"step": 10**400, "task_id": 7, "reward": 10**400, "prompt": ["p"]},
    ],
)
def test_what_is_missing_or_strange_is_no_error(record: dict[str, Any]) -> None:
    sample = sample_rollouts([record, record])
    assert sample.verdicts == {"none": 2}
    assert len(sample.rows) == 2
    json.loads(json_text(sample.rows))


@pytest.mark.parametrize("text", HOSTILE)
def test_all_texts_are_visible(text: str) -> None:
    score = {"value": 1.0, "verdict": "CORRECT", "reason": text, "answer": text, "parts": {text: 1.0}}
    turn = {"response": text, "answer": text, "observation": text}
    row = shown(rollout(1, task_id=f"{text}-v0/x", prompt=text, turns=[turn], score=score, finish_reasons=[text]))
    written = json.dumps(row, ensure_ascii=False)
    assert all(char.isprintable() for char in written)
    assert len(row["prompt"]) <= 10 * MAX_TEXT
