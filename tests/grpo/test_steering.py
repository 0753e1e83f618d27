"""What `val` steers, through whole runs: levels, the end of a run, and that both survive an interruption."""

import json
from pathlib import Path

import pytest

from rlvr.grpo.recipe import RecipeError, load_recipe
from rlvr.grpo.run_folder import RunFolderError
from tests.grpo.answers import run
from tests.grpo.runs import metrics, records
from tests.grpo.small import small_config

SHORT = ("run.val_every=1", "run.num_val_tasks=6", "run.num_eval_tasks=2", "grpo.num_tasks=4", "optimizer.lr=1e-3")
CLIMBING = "task={instructions = '', max_level = 1, curriculum = {window = 1}}"
MIXTURE = (
    "task={mixture = [{name = 'ChainSum', weight = 3, instructions = '', max_level = 3}, "
    "{name = 'Countdown', instructions = ''}], curriculum = {raise_at = 0.6, window = 2}}"
)


def up_to_level_1(numbers: list[int], seed: int) -> bool:
    """Sums of two and of three numbers are right, most of the time."""
    return len(numbers) <= 3 and seed % 8 > 0


def always(numbers: list[int], seed: int) -> bool:
    return True


def never(numbers: list[int], seed: int) -> bool:
    return False


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a mixture, of which `ChainSum` is climbed and `Countdown` is not."""
    folder = tmp_path_factory.mktemp("mixed") / "run"
    run(folder, up_to_level_1, MIXTURE, "grpo.num_steps=6", *SHORT)
    return folder


def test_a_level_rises_with_the_checks_at_that_level(mixed: Path) -> None:
    found = metrics(mixed)
    assert [line["levels"]["ChainSum"] for line in found] == [0, 0, 1, 1, 2, 2]
    assert {line["levels"]["Countdown"] for line in found} == {0}
    assert all(line["val_accuracies"]["ChainSum"] > 0.6 for line in found[:4])
    assert [line["val_accuracies"]["ChainSum"] for line in found[4:]] == [0, 0]
    assert json.loads((mixed / "summary.json").read_text())["levels"] == {"ChainSum": 2, "Countdown": 0}


def test_tasks_are_of_the_present_level_and_in_their_shares(mixed: Path) -> None:
    drawn = [(row["step"], row["task_id"].split("/")) for row in records(mixed) if row["rollout"] == 0]
    for step, levels in enumerate((line["levels"] for line in metrics(mixed)), 1):
        names = [task[0].partition("-v")[0] for at, task in drawn if at == step]
        assert (names.count("ChainSum"), names.count("Countdown")) == (3, 1)
        assert all(int(task[2]) == levels[task[0].partition("-v")[0]] for at, task in drawn if at == step)


def test_the_evaluations_are_at_the_highest_level(mixed: Path) -> None:
    for when in ("before", "after"):
        ids = [json.loads(line)["task_id"] for line in (mixed / f"eval_{when}.jsonl").read_text().splitlines()]
        assert [one.rpartition("/")[0] for one in ids] == ["ChainSum-v0/test/3"] * 2 + ["Countdown-v0/test/0"] * 2


def test_a_resumed_curriculum_goes_on_where_it_stood(mixed: Path, tmp_path: Path) -> None:
    run(tmp_path / "run", up_to_level_1, MIXTURE, "grpo.num_steps=3", *SHORT)
    run(tmp_path / "run", up_to_level_1, MIXTURE, "grpo.num_steps=6", *SHORT)
    assert metrics(tmp_path / "run") == metrics(mixed)
    assert records(tmp_path / "run") == records(mixed)


def test_the_configuration_of_a_mixture_reads_back(mixed: Path) -> None:
    assert load_recipe(mixed / "config.toml") == small_config(f"run.dir={mixed}", MIXTURE, "grpo.num_steps=6", *SHORT)
    with pytest.raises(RunFolderError, match=r"task\.mixture was .*'weight': 3.*is .*'weight': 2"):
        run(mixed, up_to_level_1, MIXTURE.replace("weight = 3", "weight = 2"), "grpo.num_steps=6", *SHORT)


def test_a_run_ends_when_it_is_accurate_enough_at_the_top(tmp_path: Path) -> None:
    settings = (CLIMBING, "run.stop_at=0.9", *SHORT)
    heard = run(tmp_path / "run", always, *settings)
    assert [line["levels"]["ChainSum"] for line in heard.steps] == [0, 1]
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert (summary["num_steps"], summary["stopped"]) == (2, "val accuracy 1.000 has reached run.stop_at (0.9)")
    again = run(tmp_path / "run", always, *settings)
    assert (again.steps, "is finished (2 steps)" in again.said[0]) == ([], True)
    (tmp_path / "run" / "summary.json").unlink()
    assert run(tmp_path / "run", always, *settings).steps == []
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["stopped"] == summary["stopped"]


def test_a_run_ends_when_val_no_longer_grows(tmp_path: Path) -> None:
    heard = run(tmp_path / "run", never, "run.patience=2", *SHORT)
    assert len(heard.steps) == 3
    assert any("stopped after step 3: val accuracy has not passed 0.000 in 2 checks" in said for said in heard.said)


@pytest.mark.parametrize(
    ("overrides", "error", "message"),
    [
        (("task.level=2", "task.max_level=1"), RecipeError, "max_level is 1, below level 2"),
        (("task.mixture=[{name = 'Countdown'}]",), RecipeError, r"stands instead of task\.instructions"),
        (("task={name = 'Countdown', mixture = [{name = 'ChainSum'}]}",), RecipeError, r"stands instead of task\.name"),
        (
            ("task={mixture = [{name = 'ChainSum'}, {name = 'ChainSum-v0', level = 1}]}",),
            ValueError,
            "has a taskset twice",
        ),
        (("task.max_level=1", "run.val_every=0"), ValueError, r"only val raises levels: set run\.val_every above 0"),
    ],
)
def test_courses_that_cannot_be_are_refused(
    tmp_path: Path, overrides: tuple[str, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        run(tmp_path / "run", always, *overrides)
    assert not (tmp_path / "run").exists()
