"""The loop from end to end, in this process: what it learns, refuses, reports and survives."""

import shutil
from pathlib import Path

import pytest

from rlvr.grpo.checkpoint import CheckpointError, newest_checkpoint
from rlvr.grpo.run_folder import RunFolderError
from rlvr.grpo.trainer import train
from rlvr.rewards.extraction import extract
from rlvr.rewards.score import Verdict
from tests.grpo.runs import Heard, metrics, records, rescored
from tests.grpo.small import DATA, TASKS, small_config

pytestmark = pytest.mark.slow

PLAIN = f"task.name={TASKS}:Plain"


def run(tmp_path: Path, *overrides: str, is_fresh: bool = False) -> Heard:
    """Train in `tmp_path/run` and return what was heard."""
    view = Heard()
    train(small_config(f"run.dir={tmp_path / 'run'}", *overrides), view, is_fresh=is_fresh)
    return view


def test_rewards_rise(tmp_path: Path) -> None:
    found = run(tmp_path, PLAIN, "grpo.num_steps=60").steps
    assert sum(line["reward"] for line in found[:5]) / 5 < 0.6
    assert sum(line["reward"] for line in found[-5:]) / 5 > 0.9
    assert found[-1]["val_accuracy" if "val_accuracy" in found[-1] else "accuracy"] > 0.5
    assert found[-1]["entropy"] < found[0]["entropy"]


def test_shuffled_rewards_teach_nothing(tmp_path: Path) -> None:
    found = run(tmp_path, PLAIN, "grpo.num_steps=60", "grpo.shuffle_rewards=true").steps
    assert all(line["num_updates"] == 1 for line in found)
    assert sum(line["reward"] for line in found[-5:]) / 5 < 0.75
    rows = records(tmp_path / "run")
    assert sum(row["reward"] != row["score"]["value"] for row in rows) > len(rows) / 2


def test_a_step_without_signal_says_why(tmp_path: Path) -> None:
    heard = run(tmp_path, "grpo.num_steps=2", "sampler.max_tokens=4")
    for line in heard.steps:
        reasons = [f"{count} {reason}" for reason, count in line["no_signal"].items()]
        assert line["warning"].startswith("no learning signal in 2 groups: ")
        assert sorted(line["warning"].split(": ")[1].split(", ")) == sorted(reasons)
    assert "2 all truncated" in heard.steps[0]["warning"]
    assert [line["num_updates"] for line in heard.steps] == [0, 0]
    assert heard.steps[1]["policy_version"] == 0


def test_one_configuration_gives_one_run_and_another_seed_another(tmp_path: Path) -> None:
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        run(tmp_path / name, PLAIN, f"run.seed={seed}")
    runs = [(tmp_path / name / "run" / "rollouts.jsonl").read_bytes() for name in "abc"]
    assert runs[0] == runs[1] != runs[2]
    assert metrics(tmp_path / "a" / "run") == metrics(tmp_path / "b" / "run")


def test_steps_can_be_added_to_a_finished_run(tmp_path: Path) -> None:
    run(tmp_path / "short", PLAIN, "grpo.num_steps=4")
    heard = run(tmp_path / "short", PLAIN)
    assert any("resuming from" in text and "step 4 of 6" in text for text in heard.said)
    run(tmp_path / "long", PLAIN)
    assert metrics(tmp_path / "short" / "run") == metrics(tmp_path / "long" / "run")
    short, long = (tmp_path / name / "run" / "eval_after.json" for name in ("short", "long"))
    assert short.read_bytes() == long.read_bytes(), "the evaluation of the shorter run was taken for the longer one's"


def test_fresh_starts_over(tmp_path: Path) -> None:
    run(tmp_path, PLAIN, "run.seed=1")
    with pytest.raises(RunFolderError, match=r"run\.seed was 1, is 0"):
        run(tmp_path, PLAIN)
    heard = run(tmp_path, PLAIN, is_fresh=True)
    assert not any("resuming" in text for text in heard.said)
    assert [line["step"] for line in metrics(tmp_path / "run")] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "optimizer.pt"])
def test_a_damaged_checkpoint_is_refused_before_anything_is_loaded(tmp_path: Path, name: str) -> None:
    run(tmp_path, PLAIN, "grpo.num_steps=3")
    folder = newest_checkpoint(tmp_path / "run" / "checkpoints")
    assert folder is not None
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(CheckpointError, match=f"step-3 is damaged: {name} does not match"):
        run(tmp_path, PLAIN)


def test_without_its_newest_checkpoint_a_run_goes_on_from_the_one_before(tmp_path: Path) -> None:
    run(tmp_path / "whole", PLAIN, "grpo.num_steps=8")
    run(tmp_path / "damaged", PLAIN)
    shutil.rmtree(tmp_path / "damaged" / "run" / "checkpoints" / "step-6")
    heard = run(tmp_path / "damaged", PLAIN, "grpo.num_steps=8")
    assert any("step-3 (step 3 of 8)" in text for text in heard.said)
    assert metrics(tmp_path / "damaged" / "run") == metrics(tmp_path / "whole" / "run")


def test_a_lost_log_is_refused(tmp_path: Path) -> None:
    run(tmp_path, PLAIN, "grpo.num_steps=3")
    (tmp_path / "run" / "rollouts.jsonl").unlink()
    with pytest.raises(RunFolderError, match=r"rollouts\.jsonl has 0 bytes, fewer than"):
        run(tmp_path, PLAIN)


def test_a_judge_that_hangs_or_fails_costs_its_own_rollouts_and_nothing_else(tmp_path: Path) -> None:
    heard = run(tmp_path, f"task.name={TASKS}:Trap", "grpo.num_steps=2", "run.val_every=0", "run.num_eval_tasks=0")
    rows = records(tmp_path / "run")
    assert len(rows) == 16
    for row in rows:
        size = len(extract("whole", row["turns"][0]["response"]).answer or "")
        verdict = Verdict(row["score"]["verdict"])
        if size % 4 == 1:
            assert verdict is Verdict.UNSCORED
        elif size % 4 == 0 and size:
            assert verdict in (Verdict.LIMIT, Verdict.UNSCORED), "an overloaded machine may leave it no processor time"
        else:
            assert verdict in (Verdict.PARTIAL, Verdict.CORRECT, Verdict.WRONG, Verdict.NO_ANSWER)
        assert row["trained"] == (verdict is not Verdict.UNSCORED)
        assert (row["reward"] is None) == (verdict is Verdict.UNSCORED)
    assert {"UNSCORED", "PARTIAL"} <= {row["score"]["verdict"] for row in rows}
    assert sum(line["verdicts"]["UNSCORED"] for line in heard.steps) == sum(not row["trained"] for row in rows)


def test_a_conversation_is_trained_and_scores_the_same_again(tmp_path: Path) -> None:
    heard = run(tmp_path, "task.name=GuessNumber", "task.rubric={correct = 1.0, format = 0.2}", "grpo.num_steps=2")
    assert max(line["max_sync_gap"] for line in heard.steps) < 1e-4
    rows = records(tmp_path / "run")
    assert all(len(row["turns"]) > 1 for row in rows)
    out = tmp_path / "out.jsonl"
    for before, again in rescored(tmp_path / "run", "GuessNumber", out, "--rubric", "correct=1.0,format=0.2"):
        assert (again["value"], again["verdict"]) == (before["value"], before["verdict"])


@pytest.mark.skipif(not (DATA / "gsm8k_train.jsonl").exists(), reason=f"needs {DATA}/gsm8k_train.jsonl")
def test_gsm8k_from_its_file(tmp_path: Path) -> None:
    heard = run(
        tmp_path,
        "task.name=GSM8K",
        f"task.options.path={DATA / 'gsm8k_train.jsonl'}",
        "model.tiny.max_length=2048",
        "grpo.num_steps=2",
        "run.val_every=1",
    )
    assert len(heard.steps) == 2
    rows = records(tmp_path / "run")
    assert len({row["task_id"] for row in rows}) == 4
    assert all(row["task_id"].startswith("GSM8K-v0/train/0/") for row in rows)
    assert rescored(tmp_path / "run", "GSM8K", tmp_path / "out.jsonl", "--option", f"path={DATA / 'gsm8k_train.jsonl'}")


@pytest.mark.parametrize(
    ("split", "remedy"), [("train", "give it more rows"), ("val", "run.val_every=0"), ("test", "run.num_eval_tasks=0")]
)
def test_a_split_without_tasks_is_said_at_the_start(tmp_path: Path, split: str, remedy: str) -> None:
    (tmp_path / "rows.jsonl").write_text('{"question": "1+1?", "answer": "#### 2"}\n')
    (tmp_path / "empty.jsonl").touch()
    files = {one: str(tmp_path / ("empty.jsonl" if one == split else "rows.jsonl")) for one in ("train", "val", "test")}
    table = ", ".join(f"{one} = '{file}'" for one, file in files.items())
    with pytest.raises(ValueError, match=rf"GSM8K has no task in '{split}' at level 0: .*{remedy}"):
        run(tmp_path, "task.name=GSM8K", f"task.options.path={{{table}}}")
    assert not (tmp_path / "run" / "eval_before.json").exists()


def test_rows_are_seen_once_an_epoch_in_a_new_order(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(f'{{"question": "{n}+1?", "answer": "#### {n + 1}"}}\n' for n in range(40)))
    run(tmp_path, "task.name=GSM8K", f"task.options.path={rows}", "grpo.num_steps=30", "run.num_eval_tasks=2")
    drawn = [row["task_id"] for row in records(tmp_path / "run") if row["rollout"] == 0]
    size = len(set(drawn))
    assert 20 < size < 40
    first, second = drawn[:size], drawn[size : 2 * size]
    assert sorted(first) == sorted(set(drawn))
    assert sorted(second) == sorted(first)[: len(second)] or set(second) <= set(first)
    assert second != first[: len(second)]
    assert len(set(second)) == len(second)
