"""A tool in the conversation: what it says is never trained on, and a policy learns to call it where that pays."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from rlvr.envs.registry import make_taskset
from rlvr.grpo.checkpoint import newest_checkpoint
from rlvr.grpo.config import Config
from rlvr.grpo.pack import make_packs
from rlvr.grpo.policy import Policy, load_policy
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.recipe import load_recipe
from rlvr.grpo.rollout import Rollout, RolloutRequest, SamplingPlan, collect
from rlvr.grpo.torch_sampler import TorchSampler
from rlvr.grpo.trainer import train
from rlvr.grpo.view import SilentView
from rlvr.grpo.warmup import warm_start_only
from tests.grpo.sampling import sharpen
from tests.grpo.scripted import Scripted
from tests.grpo.small import TASKS, course_of, small_config
from tests.grpo.test_learner import Gradient, Recorder, assert_close, direct_gradient, learn, token_logprobs
from tests.grpo.test_rollout import rolled

CALCULATOR = make_taskset("Calculator", instructions="")
RECIPE = Path(__file__).parents[2] / "recipes" / "calculator.toml"
GUESS = "<answer>1</answer>"


def episodes(policy: Policy) -> tuple[Rollout, Rollout]:
    """Two rollouts of one task: one calls the tool and then answers, the other guesses at once."""
    sharpen(policy, 4)
    (task,) = CALCULATOR.tasks("train", 0, 1)
    call, answer = CALCULATOR.oracle_responses(task)
    called, guessed = rolled(policy, Scripted(policy, [call, GUESS, answer], is_honest=True), CALCULATOR, group=2)
    return called, guessed


def test_every_token_of_the_tool_is_masked_and_every_sampled_one_is_not(policy: Policy) -> None:
    called, guessed = episodes(policy)
    (call, answer), end = [turn.response for turn in called.turns], policy.end_ids[0]
    said = called.turns[0].observation
    assert said == CALCULATOR.task("train", 0, 0).reference
    pieces = [
        (policy.tokenizer.encode(called.prompt), False),
        ([*policy.tokenizer.encode(call), end], True),
        (policy.tokenizer.encode(f"\n{said}\n"), False),
        ([*policy.tokenizer.encode(answer), end], True),
    ]
    assert called.token_ids == tuple(token for ids, _ in pieces for token in ids)
    assert called.loss_mask == tuple(is_sampled for ids, is_sampled in pieces for _ in ids)
    assert [value != 0 for value in called.sampler_logprobs] == list(called.loss_mask)
    assert (called.score.value, guessed.score.value) == (1.0, 0.0)


def test_packs_leave_the_tool_out(policy: Policy) -> None:
    called, _ = episodes(policy)
    sampled = [token for token, is_sampled in zip(called.token_ids, called.loss_mask, strict=True) if is_sampled]
    (pack,) = make_packs([called], [[0.5] * len(sampled)], 1000, torch.device("cpu"))
    assert pack.targets.tolist() == sampled
    assert pack.advantages.tolist() == [0.5] * len(sampled)
    said = [place for place, is_sampled in enumerate(called.loss_mask) if place > pack.predictors[0] and not is_sampled]
    assert len(said) == len(called.turns[0].observation) + 2
    assert not {place - 1 for place in said} & set(pack.predictors.tolist())
    with pytest.raises(AssertionError, match="advantages for"):
        list(make_packs([called], [[0.5] * (len(sampled) + len(said))], 1000, torch.device("cpu")))


def plain_gradient(policy: Policy, called: Rollout, guessed: Rollout, num_tokens: int) -> Gradient:
    """Of the first update with advantages 1 and -1, by one forward pass over each whole conversation."""
    gain = token_logprobs(policy.model, called, 1.0).sum() - token_logprobs(policy.model, guessed, 1.0).sum()
    return direct_gradient(policy, -gain / num_tokens)


def test_the_tools_tokens_are_in_no_gradient(policy: Policy) -> None:
    """Whatever is claimed of their log-probabilities, and unlike what would come of training on them."""
    called, guessed = episodes(policy)
    num_tokens = called.num_tokens + guessed.num_tokens
    expected = plain_gradient(policy, called, guessed, num_tokens)
    first = called.loss_mask.index(True)
    unmasked = replace(called, loss_mask=tuple(place >= first for place in range(len(called.token_ids))))
    trained_on_too = plain_gradient(policy, unmasked, guessed, num_tokens)
    claimed = [value if value else -50.0 for value in called.sampler_logprobs]
    learner = Recorder(policy, small_config("optimizer.max_grad_norm=1e9"))
    report = learn(learner, [replace(called, sampler_logprobs=tuple(claimed)), guessed], [1.0, -1.0])
    assert_close(learner.gradients[0], expected)
    assert report.sync_gap.max < 1e-4
    with pytest.raises(AssertionError):
        assert_close(learner.gradients[0], trained_on_too, within=1e-2)


def recipe(folder: Path, *overrides: str) -> Config:
    """The recipe without its checks and evaluations."""
    return load_recipe(RECIPE, [f"run.dir={folder}", "run.val_every=0", "run.num_eval_tasks=0", *overrides])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Can call the tool and use what it says, but has then been taught to guess four times in five."""
    folder = tmp_path_factory.mktemp("calculator")
    able = ("task.options.habit=1.0", "warmup.target_accuracy=0.5", "warmup.batch_size=32", "warmup.num_check_tasks=64")
    warm_start_only(recipe(folder / "able", *able), SilentView(), folder / "first")
    begun = (f"model.path={folder / 'first'}", "warmup.is_enabled=true", "warmup.batch_size=32", "warmup.lr=1e-3")
    once = ("warmup.check_every=90", "warmup.max_steps=360", "warmup.target_accuracy=0.04")
    warm_start_only(recipe(folder / "shy", *begun, *once), SilentView(), folder / "model")
    return folder / "model"


def call_share(model: Path | None) -> float:
    """The share of episodes on `val` in which the tool is called."""
    assert model is not None
    policy = load_policy(model, Config().model, torch.device("cpu"))
    requests = [RolloutRequest(task, 0) for task in CALCULATOR.tasks("val", 0, 128)]
    plan = SamplingPlan(seed=0, purpose="calls", max_tokens=32, max_length=256)
    prompts = PromptFormat(policy.tokenizer, policy.end_ids)
    rollouts = collect(TorchSampler(policy, 1.0, 128), course_of(CALCULATOR), prompts, requests, plan)
    return sum(any("<call>" in turn.response for turn in rollout.turns) for rollout in rollouts) / len(rollouts)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Calculator", f"{TASKS}:Misleading"], ids=["honest", "misleading"])
def test_the_tool_comes_to_be_called_where_that_pays(name: str, model: Path, tmp_path: Path) -> None:
    before = call_share(model)
    start = (f"model.path={model}", "warmup.is_enabled=false", "grpo.num_steps=8", "optimizer.lr=1e-3")
    train(recipe(tmp_path / "run", *start, f"task.name={name}"), SilentView())
    after = call_share(newest_checkpoint(tmp_path / "run" / "checkpoints"))
    assert 0.05 < before < 0.4
    assert after > 0.8 if name == "Calculator" else after < 0.05
