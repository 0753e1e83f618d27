"""Dynamic sampling, through whole runs: which groups give their place away, to what, and what is learned from."""

import re
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from rlvr.grpo.config import Config
from rlvr.grpo.learner import Learner
from rlvr.grpo.policy import Policy
from rlvr.grpo.sampler import Request
from rlvr.grpo.trainer import train
from tests.grpo.answers import run, seldom
from tests.grpo.runs import Heard, metrics, records
from tests.grpo.scripted import Scripted
from tests.grpo.small import small_config

SHORT = ("grpo.num_steps=3", "grpo.num_tasks=4", "optimizer.lr=1e-3", "run.val_every=0", "run.num_eval_tasks=0")

Rows = list[dict[str, Any]]


def groups_of(folder: Path) -> list[Rows]:
    """The recorded rollouts, group by group."""
    return [list(rows) for _, rows in groupby(records(folder), key=lambda row: (row["step"], row["task_id"]))]


def places_of(folder: Path) -> list[list[Rows]]:
    """The groups that each place had, the last of which stayed."""
    places: list[list[Rows]] = [[]]
    for group in groups_of(folder):
        places[-1].append(group)
        if group[0]["trained"]:
            places.append([])
    return places[:-1]


def has_spread(group: Rows) -> bool:
    return len({row["reward"] for row in group}) > 1


@pytest.fixture(scope="module")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("replaced") / "run"
    run(folder, seldom, "grpo.max_replacements=2", *SHORT)
    return folder


def test_only_groups_without_spread_are_replaced_and_only_so_often(replaced: Path) -> None:
    places = places_of(replaced)
    assert len(places) == 3 * 4
    assert {len(groups) for groups in places} >= {1, 2}
    for groups in places:
        assert not any(has_spread(group) for group in groups[:-1])
        assert has_spread(groups[-1]) or len(groups) == 3
        assert len({group[0]["task_id"] for group in groups}) == len(groups)


def test_what_was_replaced_is_counted_and_recorded(replaced: Path) -> None:
    lines, groups = metrics(replaced), groups_of(replaced)
    for line in lines:
        gone = [group for group in groups if group[0]["step"] == line["step"] and not group[0]["trained"]]
        assert (line["num_groups"], line["num_groups_replaced"]) == (4, len(gone))
        assert all((row["trained"], row["advantage"]) == (False, 0) for group in gone for row in group)
        everyone = [row["reward"] for group in groups if group[0]["step"] == line["step"] for row in group]
        assert line["reward"] == pytest.approx(sum(everyone) / len(everyone))
    assert sum(line["num_groups_replaced"] for line in lines) > 0


def test_without_a_budget_the_first_groups_stay(replaced: Path, tmp_path: Path) -> None:
    run(tmp_path / "run", seldom, *SHORT)
    assert metrics(tmp_path / "run")[0]["num_groups_replaced"] == 0
    kept = [[(row["task_id"], row["turns"]) for row in groups[0]] for groups in places_of(tmp_path / "run")]
    assert kept == [[(row["task_id"], row["turns"]) for row in groups[0]] for groups in places_of(replaced)]


def test_only_what_stayed_is_learned_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[str] = []
    update = Learner.update

    def spied(learner: Learner, credited: Any, step: int, policy_version: int) -> Any:
        learned.extend(one.group.rollouts[0].task_id for one in credited)
        return update(learner, credited, step, policy_version)

    monkeypatch.setattr(Learner, "update", spied)
    run(tmp_path / "run", seldom, "grpo.max_replacements=2", *SHORT)
    assert learned == [groups[-1][0]["task_id"] for groups in places_of(tmp_path / "run")]


def never_twice(tmp_path: Path, *overrides: str) -> tuple[Heard, list[int]]:
    """A run in which nothing is ever right, on a data set of one row; and the seeds of its requests."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"question": "1+1?", "answer": "#### 2"}\n')
    seeds: list[int] = []

    def never(numbers: list[int], seed: int) -> bool:
        seeds.append(seed)
        return False

    files = f"{{train = '{rows}', val = '{rows}', test = '{rows}'}}"
    task = f"task={{name = 'GSM8K', instructions = '', options = {{path = {files}}}}}"
    return run(tmp_path / "run", never, task, *SHORT, *overrides), seeds


def test_a_budget_that_runs_out_leaves_the_last_group(tmp_path: Path) -> None:
    heard, seeds = never_twice(tmp_path, "grpo.max_replacements=2", "grpo.num_tasks=1")
    assert [line["num_groups_replaced"] for line in heard.steps] == [2, 2, 2]
    assert all(line["warning"] for line in heard.steps)
    rows = records(tmp_path / "run")
    assert [row["trained"] for row in rows] == ([False] * 8 + [True] * 4) * 3
    assert len(set(seeds)) == len(seeds) == len(rows), "the same task must be drawn anew"


def a_player_who_always_wins(config: Config, policy: Policy, folder: Path) -> Scripted:
    """Guesses any number that can still be right, so that every game is won, sooner or later."""

    def say(request: Request) -> str:
        text = policy.decode(list(request.token_ids))
        low, high = map(int, re.findall(r"from (\d+) to (\d+)", text)[0])
        for guess, word in re.findall(r"<answer>(\d+)</answer>.*?(higher|lower)", text, re.DOTALL):
            low, high = (int(guess) + 1, high) if word == "higher" else (low, int(guess) - 1)
        return f"<answer>{low + request.seed % (high - low + 1)}</answer>"

    return Scripted(policy, say, is_honest=True)


@pytest.mark.parametrize(("algorithm", "num_replaced"), [("grpo", 2 * 2), ("gigpo", 0)])
def test_games_that_are_all_won_teach_only_where_turns_are_compared(
    tmp_path: Path, algorithm: str, num_replaced: int
) -> None:
    overrides = ["task.name=GuessNumber", "sampler.max_length=1024", f"grpo.algorithm={algorithm}", *SHORT]
    heard = Heard()
    few = ["model.tiny.max_length=1024", "grpo.num_steps=1", "grpo.num_tasks=2", "grpo.max_replacements=2"]
    train(small_config(f"run.dir={tmp_path}", *overrides, *few), heard, sampler_maker=a_player_who_always_wins)
    assert (heard.steps[0]["reward"], heard.steps[0]["num_groups_replaced"]) == (1, num_replaced)
    assert heard.steps[0]["num_groups_with_signal"] == (2 if algorithm == "gigpo" else 0)
