from collections.abc import Iterable

import pytest

from rlvr.envs.registry import make_taskset
from rlvr.envs.taskset import Taskset
from rlvr.grpo.learner import Learner
from rlvr.grpo.policy import Policy
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.rollout import Rollout, RolloutRequest, SamplingPlan, collect
from rlvr.grpo.sampler import Sampler
from rlvr.grpo.seeds import draw_seed
from rlvr.grpo.torch_sampler import TorchSampler
from rlvr.rewards.score import Verdict
from tests.grpo.sampling import sharpen
from tests.grpo.scripted import Scripted
from tests.grpo.small import TASKS, course_of, small_config
from tests.grpo.test_learner import learn


def rolled(
    policy: Policy, sampler: Sampler, taskset: Taskset, tasks: int = 1, group: int = 1, room: int = 512, turn: int = 100
) -> list[Rollout]:
    requests = [RolloutRequest(task, i) for task in taskset.tasks("train", 0, tasks) for i in range(group)]
    plan = SamplingPlan(seed=3, purpose="5", max_tokens=turn, max_length=room)
    return collect(sampler, course_of(taskset), PromptFormat(policy.tokenizer, policy.end_ids), requests, plan)


def played(policy: Policy, script: Iterable[str | list[int]], name: str = f"{TASKS}:Echo", **how: int) -> list[Rollout]:
    return rolled(policy, Scripted(policy, script), make_taskset(name, instructions=""), **how)


def assert_sound(policy: Policy, rollout: Rollout) -> None:
    """Tokens are trained exactly where they were sampled, and only there have log-probabilities."""
    assert len(rollout.token_ids) == len(rollout.loss_mask) == len(rollout.sampler_logprobs)
    assert all((value < 0) == mask for value, mask in zip(rollout.sampler_logprobs, rollout.loss_mask, strict=True))
    pieces: list[list[int]] = []
    was_sampled = False
    for token, is_sampled in zip(rollout.token_ids, rollout.loss_mask, strict=True):
        if is_sampled:
            pieces = pieces if was_sampled else [*pieces, []]
            pieces[-1].append(token)
        was_sampled = is_sampled
    assert [policy.decode(piece) for piece in pieces] == [turn.response for turn in rollout.turns]
    assert len(rollout.finish_reasons) == len(rollout.turns)


def test_a_single_turn(policy: Policy) -> None:
    taskset = make_taskset("ChainSum", instructions="")
    task, other = taskset.tasks("train", 0, 2)
    sampler = Scripted(policy, [f"<answer>{task.reference}</answer>", "no"] * 2, policy_version=9)
    right, wrong, third, fourth = rolled(policy, sampler, taskset, tasks=2, group=2)
    assert [one.task_id for one in (right, wrong, third, fourth)] == [task.id, task.id, other.id, other.id]
    assert [one.index for one in (right, wrong, third, fourth)] == [0, 1, 0, 1]
    assert (right.score.verdict, right.score.value) == (Verdict.CORRECT, 1.0)
    assert (wrong.score.verdict, wrong.score.value) == (Verdict.NO_ANSWER, 0.0)
    assert (right.prompt, right.policy_version, right.finish_reasons) == (task.prompt, 9, ("stop",))
    prompt, end = policy.tokenizer.encode(task.prompt), policy.end_ids[0]
    assert list(wrong.token_ids) == [*prompt, *policy.tokenizer.encode("no"), end]
    assert wrong.loss_mask == (False,) * len(prompt) + (True,) * 3
    assert wrong.sampler_logprobs == (0.0,) * len(prompt) + (-1.0, -1.01, -1.02)
    assert [request.seed for request in sampler.requests] == [
        draw_seed(3, "5", one, index, 0) for one in (task.id, other.id) for index in (0, 1)
    ]


def test_turns_follow_one_another_and_are_never_tokenised_again(policy: Policy) -> None:
    """The policy spells a tag byte by byte, which no tokenizer would."""
    spelled = [policy.tokenizer.encode(char)[0] for char in "<think>"]
    assert policy.tokenizer.encode("<think>") != spelled
    end = policy.end_ids[0]
    sampler = Scripted(policy, [[*spelled, end], "b", "stop"])
    taskset = make_taskset(f"{TASKS}:Echo", instructions="")
    (rollout,) = rolled(policy, sampler, taskset)
    first = policy.tokenizer.encode(rollout.prompt)
    assert list(rollout.token_ids) == [
        *(*first, *spelled, end),
        *policy.tokenizer.encode("\nYou said <think>.\n"),
        *policy.tokenizer.encode("b"),
        *(end, *policy.tokenizer.encode("\nYou said b.\n")),
        *(*policy.tokenizer.encode("stop"), end),
    ]
    assert_sound(policy, rollout)
    assert rollout.score.verdict is Verdict.CORRECT
    asked = [list(request.token_ids) for request in sampler.requests]
    assert all(list(rollout.token_ids[: len(ids)]) == ids for ids in asked)
    assert [request.seed for request in sampler.requests] == [
        draw_seed(3, "5", rollout.task_id, 0, n) for n in range(3)
    ]


def test_conversations_of_different_lengths_stay_apart(policy: Policy) -> None:
    """Three conversations a turn at a time: the script gives all first turns, then what is left."""
    quick, slow, never = played(policy, ["stop", "a", "x", "stop", "y", "z"], tasks=3)
    assert [len(one.turns) for one in (quick, slow, never)] == [1, 2, 3]
    assert [one.score.verdict for one in (quick, slow, never)] == [Verdict.CORRECT, Verdict.CORRECT, Verdict.WRONG]
    assert never.score.reason == "out of turns"
    for rollout in (quick, slow, never):
        assert_sound(policy, rollout)


def test_a_truncated_turn_is_closed_without_being_trained(policy: Policy) -> None:
    (rollout,) = played(policy, ["abcdef", "stop"], turn=5)
    assert [turn.response for turn in rollout.turns] == ["abcde", "stop"]
    assert (rollout.finish_reasons, rollout.is_truncated) == (("length", "stop"), True)
    assert policy.tokenizer.decode(rollout.token_ids).endswith("abcde<|endoftext|>\nYou said abcde.\nstop<|endoftext|>")
    assert rollout.loss_mask.count(True) == 5 + 5
    assert_sound(policy, rollout)


def test_a_conversation_that_fills_the_model_is_truncated_and_wrong(policy: Policy) -> None:
    long = "x" * 20
    (whole,) = played(policy, [long, long, "stop"])
    room = len(whole.token_ids) - len("stop") - 1
    (cut,) = played(policy, [long, long, "stop"], room=room)
    assert (len(cut.turns), cut.finish_reasons, cut.is_truncated) == (2, ("stop", "length"), True)
    assert (cut.score.verdict, cut.score.value, cut.score.reason) == (Verdict.WRONG, 0.0, "out of turns")
    assert_sound(policy, cut)
    (barely,) = played(policy, [long, long, "stop"], room=room + 1)
    assert [turn.response for turn in barely.turns] == [long, long, "s"]
    assert len(barely.token_ids) == room + 1


def test_a_prompt_that_fills_the_model_is_refused_with_a_remedy(policy: Policy) -> None:
    size = len(policy.tokenizer.encode(make_taskset("ChainSum", instructions="").task("train", 0, 0).prompt))
    with pytest.raises(ValueError, match=rf"ChainSum-v0/train/0/0 has {size} tokens .* raise sampler\.max_length"):
        played(policy, ["no"], "ChainSum", room=size)
    (rollout,) = played(policy, ["no"], "ChainSum", room=size + 1)
    assert rollout.turns[0].response == "n"


def test_what_we_fail_to_judge_is_unscored(policy: Policy) -> None:
    yes, fail = played(policy, ["yes", "fail"], f"{TASKS}:Moody", tasks=2)
    assert (yes.score.value, fail.score.value) == (1.0, None)
    assert fail.score.verdict is Verdict.UNSCORED
    assert "RuntimeError: out of order" in fail.score.reason


def test_the_oracle_guesses_the_number(policy: Policy) -> None:
    taskset = make_taskset("GuessNumber", instructions="")
    (task,) = taskset.tasks("train", 0, 1)
    responses = taskset.oracle_responses(task)
    (rollout,) = rolled(policy, Scripted(policy, responses), taskset)
    assert [turn.response for turn in rollout.turns] == list(responses)
    assert rollout.score.verdict is Verdict.CORRECT
    assert_sound(policy, rollout)
    assert taskset.verify_turns(task, responses) == rollout.score


@pytest.mark.parametrize("name", ["GuessNumber", "ChainSum"])
def test_what_a_real_sampler_drew_is_what_the_policy_thinks_of_it(policy: Policy, name: str) -> None:
    """Over all turns at once, the trainer's log-probabilities are the sampler's."""
    sharpen(policy, 2)
    config = small_config()
    sampler = TorchSampler(policy, config.sampler.temperature, num_slots=5)
    taskset = make_taskset(name, instructions="")
    rollouts = rolled(policy, sampler, taskset, tasks=3, group=2, turn=20)
    for rollout in rollouts:
        assert_sound(policy, rollout)
    assert (max(len(rollout.turns) for rollout in rollouts) > 2) == (name == "GuessNumber")
    assert len({rollout.token_ids for rollout in rollouts}) == 6
    assert rolled(policy, sampler, taskset, tasks=3, group=2, turn=20) == rollouts
    report = learn(Learner(policy, config), rollouts, [0.0] * 6)
    assert 0 < report.sync_gap.max < 1e-4
