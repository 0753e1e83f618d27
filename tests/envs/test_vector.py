import math
import warnings
from collections.abc import Iterator
from typing import Any

import gymnasium
import pytest
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv, VectorEnv

import rlvr
from rlvr.envs.registry import make_taskset
from tests.envs.authored import STOPPED

NAMES = ["Calculator", "ChainSum", "Countdown", "GuessNumber", "KnightsAndKnaves", "LinearEquation"]


@pytest.fixture(params=["sync", "async"])
def mode(request: pytest.FixtureRequest) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield request.param


def play(envs: VectorEnv[Any, Any, Any], name: str) -> None:
    """One step of the oracle in the first environment, of nobody in the second."""
    taskset = make_taskset(name)
    prompts, infos = envs.reset(seed=3)
    tasks = [taskset.task_from_id(task_id) for task_id in infos["task_id"]]
    assert [task.prompt for task in tasks] == list(prompts)
    assert len({task.id for task in tasks}) == 2
    _, rewards, terminated, truncated, infos = envs.step((taskset.oracle(tasks[0]), ""))
    assert not truncated.any()
    if taskset.max_turns == 1:
        assert list(rewards) == [1.0, 0.0]
        assert list(terminated) == [True, True]
        assert list(infos["score"]["verdict"]) == ["CORRECT", "NO_ANSWER"]
    envs.step(("", ""))
    envs.close()


@pytest.mark.parametrize("name", NAMES)
def test_every_taskset_plays_in_vectors(name: str, mode: str) -> None:
    envs = rlvr.make_vec(name, num_envs=2, vectorization_mode=mode, level=1)
    assert isinstance(envs, SyncVectorEnv if mode == "sync" else AsyncVectorEnv)
    play(envs, name)


def test_gymnasiums_own_make_vec_works_too(mode: str) -> None:
    kwargs = {"shared_memory": False} if mode == "async" else {}
    play(gymnasium.make_vec("rlvr/ChainSum-v0", 2, mode, vector_kwargs=kwargs), "ChainSum")


def test_a_users_check_is_guarded_inside_a_forked_environment() -> None:
    envs = rlvr.make_vec("tests.envs.authored:Checked", 2, "async")
    envs.reset(seed=0)
    *_, infos = envs.step(("<answer>loop</answer>", "<answer>half</answer>"))
    assert infos["score"]["verdict"][0] in STOPPED
    assert infos["score"]["verdict"][1] == "PARTIAL"
    envs.close()


@pytest.mark.parametrize("responses", [("raise", "half"), ("half", "raise")])
def test_one_unscored_among_scores(mode: str, responses: tuple[str, str]) -> None:
    envs = rlvr.make_vec("tests.envs.authored:Checked", 2, mode)
    envs.reset(seed=0)
    _, rewards, *_, infos = envs.step(tuple(f"<answer>{response}</answer>" for response in responses))
    unscored = responses.index("raise")
    assert math.isnan(rewards[unscored])
    assert rewards[1 - unscored] == 0.5
    assert infos["score"]["verdict"][unscored] == "UNSCORED"
    envs.close()


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="must be 'sync' or 'async', not 'vector'"):
        rlvr.make_vec("ChainSum", 2, "vector")
    with pytest.raises(ValueError, match="did you mean 'ChainSum'"):
        rlvr.make_vec("ChainSun", 2)
