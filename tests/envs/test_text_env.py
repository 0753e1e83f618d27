import json
import math
import pickle
import warnings
from typing import Any

import gymnasium
import pytest
from gymnasium.utils.env_checker import check_env

import rlvr
from rlvr.envs.tasksets.chain_sum import ChainSum
from rlvr.envs.tasksets.guess_number import GuessNumber
from rlvr.envs.text_env import EpisodeOver, TextEnv
from tests.envs.authored import Checked, Echo, Reverse


def test_a_single_turn_episode() -> None:
    env = rlvr.make("ChainSum", level=3, split="val")
    prompt, info = env.reset(options={"index": 7})
    assert info == {"task_id": "ChainSum-v0/val/3/7", "turn": 0}
    assert prompt == env.task.prompt
    observation, reward, terminated, truncated, info = env.step(env.taskset.oracle(env.task))
    assert (observation, reward, terminated, truncated) == ("", 1.0, True, False)
    assert set(info) == {"task_id", "turn", "score"}
    assert info["turn"] == 1
    assert json.loads(json.dumps(info["score"]))["verdict"] == "CORRECT"


def test_a_multi_turn_episode() -> None:
    env = TextEnv(GuessNumber())
    env.reset(seed=1)
    turns: tuple[rlvr.Turn, ...] = ()
    for turn in range(1, 11):
        response = env.taskset.oracle(env.task, turns)
        observation, reward, terminated, truncated, info = env.step(response)
        assert (info["turn"], truncated) == (turn, False)
        turns = env.turns
        if terminated:
            break
        assert (reward, "score" in info) == (0.0, False)
        assert observation == turns[-1].observation
    assert (reward, terminated, info["score"]["verdict"]) == (1.0, True, "CORRECT")


def test_out_of_turns_is_truncated_and_wrong() -> None:
    env = TextEnv(GuessNumber())
    env.reset(seed=1)
    for _ in range(9):
        assert env.step("no guess")[1:4] == (0.0, False, False)
    _, reward, terminated, truncated, info = env.step("no guess")
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert (info["score"]["verdict"], info["score"]["reason"]) == ("WRONG", "out of turns")


def test_a_step_after_the_end_says_reset() -> None:
    env = TextEnv(ChainSum())
    with pytest.raises(EpisodeOver, match="reset"):
        env.step("x")
    env.reset(seed=0)
    env.step("x")
    with pytest.raises(gymnasium.error.ResetNeeded, match="reset"):
        env.step("x")
    env.reset()
    env.step("x")


def test_unscored_has_no_reward() -> None:
    env = TextEnv(Checked())
    env.reset(seed=0)
    _, reward, terminated, _, info = env.step("<answer>raise</answer>")
    assert math.isnan(reward)
    assert terminated
    assert info["score"]["value"] is None


def test_the_seed_decides_which_tasks_come() -> None:
    def ids(env: TextEnv, seed: int) -> list[str]:
        return [env.reset(seed=seed)[1]["task_id"], *(env.reset()[1]["task_id"] for _ in range(3))]

    first = ids(TextEnv(Reverse()), 5)
    assert first == ids(TextEnv(Reverse()), 5)
    assert len(set(first)) == 4
    assert first != ids(TextEnv(Reverse()), 6)
    assert all(task_id.startswith("Reverse-v0/train/0/") for task_id in first)


def test_a_task_id_names_a_task_of_any_split_and_level() -> None:
    env = TextEnv(Reverse(), level=2)
    prompt, info = env.reset(options={"task_id": "Reverse-v0/test/4/9"})
    assert info["task_id"] == "Reverse-v0/test/4/9"
    assert prompt == Reverse().task("test", 4, 9).prompt


@pytest.mark.parametrize(
    "options",
    [{"task": 1}, {"index": 1, "task_id": "Reverse-v0/train/0/1"}, {"index": -1}, {"task_id": "Countdown-v0/train/0/1"},
     {"task_id": "Reverse-v0/dev/0/1"}],
)  # fmt: skip
def test_wrong_options_are_refused_and_end_the_episode(options: dict[str, Any]) -> None:
    env = TextEnv(Reverse())
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"reset takes|must be 0 or more|not of Reverse|no split"):
        env.reset(options=options)
    with pytest.raises(EpisodeOver):
        env.step("x")


def test_level_and_split_are_checked_at_once() -> None:
    with pytest.raises(ValueError, match="no level 10"):
        rlvr.make("ChainSum", level=10)
    with pytest.raises(ValueError, match="no split 'dev'"):
        rlvr.make("ChainSum", split="dev")


def test_a_response_must_be_a_text() -> None:
    env = TextEnv(Reverse())
    env.reset(seed=0)
    with pytest.raises(TypeError, match="must be a str, not int"):
        env.step(3)  # type: ignore[arg-type]


def test_the_reference_is_never_in_info() -> None:
    env = TextEnv(Reverse())
    _, info = env.reset(seed=0)
    *_, last = env.step("<answer>wrong</answer>")
    assert env.taskset.task_from_id(info["task_id"]).reference not in repr((info, last))


@pytest.mark.parametrize("taskset", [Reverse(), Echo(), Checked()], ids=lambda taskset: taskset.name)
def test_the_checker_is_content_with_a_users_own(taskset: rlvr.Taskset) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(TextEnv(taskset, level=1))


def test_it_pickles_in_the_middle_of_an_episode() -> None:
    env = TextEnv(GuessNumber())
    env.reset(seed=1)
    env.step("no guess")
    copy = pickle.loads(pickle.dumps(env))
    assert copy.step("no guess") == env.step("no guess")
    assert copy.reset() == env.reset()
