"""Rollouts: the turns of one task, as text for the verifier and as tokens for the trainer.

Token in, token out: what was sampled is never tokenised again; observations are appended as untrained tokens.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby

from rlvr.envs.task import Task, Turn
from rlvr.grpo.clock import Clock
from rlvr.grpo.course import Course
from rlvr.grpo.judging import Judging
from rlvr.grpo.prompts import PromptFormat
from rlvr.grpo.sampler import Completion, Request, Sampler
from rlvr.grpo.seeds import draw_seed
from rlvr.rewards.score import Score


@dataclass(frozen=True, slots=True)
class Rollout:
    """All turns of one task, scored."""

    task_id: str
    """The task; all rollouts of a group share it."""
    index: int
    """Which rollout of its group this is."""
    prompt: str
    """The task's prompt, as text."""
    turns: tuple[Turn, ...]
    """Responses with what the environment answered."""
    score: Score
    """The verifier's judgement; `value` is None where we failed to judge."""
    policy_version: int
    """Weight updates that the sampler's weights had seen."""
    token_ids: tuple[int, ...]
    """Prompt, responses and observations, [L]."""
    loss_mask: tuple[bool, ...]
    """True where the policy sampled the token, [L]."""
    sampler_logprobs: tuple[float, ...]
    """Log-probabilities under the sampler, in nats, 0 where untrained, [L]."""
    finish_reasons: tuple[str, ...]
    """`stop` or `length`, one per turn; the last is `length` too where the model had no room for another turn."""

    @property
    def turn_sizes(self) -> tuple[int, ...]:
        """Sampled tokens of each turn; between two turns there is always a token that was not sampled."""
        return tuple(sum(run) for is_sampled, run in groupby(self.loss_mask) if is_sampled)

    @property
    def num_tokens(self) -> int:
        """Sampled tokens."""
        return sum(self.loss_mask)

    @property
    def is_truncated(self) -> bool:
        """Whether a turn ran into its token limit, or the conversation into the model's."""
        return "length" in self.finish_reasons


@dataclass(frozen=True, slots=True)
class RolloutRequest:
    """One rollout to make."""

    task: Task
    """What to solve."""
    index: int
    """Which rollout of the task's group; part of every seed."""


@dataclass(frozen=True, slots=True)
class SamplingPlan:
    """What makes a batch of rollouts reproducible and bounded."""

    seed: int
    """The run's seed."""
    purpose: str
    """The step's number, or what else the batch is for, such as `test`; part of every seed."""
    max_tokens: int
    """Longest turn, in tokens."""
    max_length: int
    """Longest sequence of the model, in tokens; a conversation that reaches it is truncated."""


@dataclass(slots=True)
class _Draft:
    """A rollout while it grows."""

    request: RolloutRequest
    token_ids: list[int]
    loss_mask: list[bool]
    logprobs: list[float]
    turns: list[Turn] = field(default_factory=list)
    finish_reasons: list[str] = field(default_factory=list)
    score: Score | None = None

    def say(self, completion: Completion) -> None:
        """Add a turn's tokens."""
        self.append(completion.token_ids, completion.logprobs)
        self.finish_reasons.append(completion.finish_reason)

    def append(self, token_ids: Sequence[int], logprobs: Sequence[float] | None = None) -> None:
        """Add sampled tokens with their log-probabilities, or untrained ones without."""
        self.token_ids += token_ids
        self.loss_mask += [logprobs is not None] * len(token_ids)
        self.logprobs += logprobs if logprobs is not None else [0.0] * len(token_ids)


def collect(
    sampler: Sampler,
    course: Course,
    prompts: PromptFormat,
    requests: Sequence[RolloutRequest],
    plan: SamplingPlan,
    clock: Clock | None = None,
) -> list[Rollout]:
    """Sample and score one rollout per request, in order; conversations advance turn by turn, all together.

    Args:
        sampler: Draws the responses.
        course: Judges each as soon as it has arrived, while others are still drawn.
        prompts: Text to tokens.
        requests: What to sample.
        plan: Bounds and seeds.
        clock: Counts, as `verify_tail_s`, how long judging went on after the last token.
    """
    drafts = [_open(prompts, request, plan) for request in requests]
    version = sampler.policy_version
    active = drafts
    while active:
        _play(sampler, course, active, plan, clock or Clock())
        active = [draft for draft in active if draft.score is None and _continue(prompts, draft, plan)]
    return [_close(course, draft, version) for draft in drafts]


def _open(prompts: PromptFormat, request: RolloutRequest, plan: SamplingPlan) -> _Draft:
    ids = prompts.first(request.task.prompt)
    if len(ids) >= plan.max_length:
        raise ValueError(
            f"the prompt of {request.task.id} has {len(ids)} tokens and the model holds {plan.max_length}, which "
            "leaves no room for a completion: raise sampler.max_length or model.tiny.max_length"
        )
    return _Draft(request, ids, [False] * len(ids), [0.0] * len(ids))


def _request(draft: _Draft, plan: SamplingPlan) -> Request:
    seed = draw_seed(plan.seed, plan.purpose, draft.request.task.id, draft.request.index, len(draft.turns))
    room = min(plan.max_tokens, plan.max_length - len(draft.token_ids))
    return Request(tuple(draft.token_ids), seed, room)


def _play(sampler: Sampler, course: Course, drafts: list[_Draft], plan: SamplingPlan, clock: Clock) -> None:
    """Give every draft its new turn and, where the episode ended, its score."""
    requests = [_request(draft, plan) for draft in drafts]
    with Judging(course) as judging, closing(sampler.stream(requests)) as arriving:
        for place, completion in arriving:
            draft = drafts[place]
            draft.say(completion)
            judging.add(place, (draft.request.task, tuple(draft.turns), completion.text))
        with clock.phase("verify_tail_s"):
            steps = judging.steps()
    for draft, step in zip(drafts, steps, strict=True):
        draft.turns.append(step.turn)
        draft.score = step.score


def _continue(prompts: PromptFormat, draft: _Draft, plan: SamplingPlan) -> bool:
    """Append the observation; False when no room is left for another turn."""
    reply = prompts.reply(draft.turns[-1].observation, draft.token_ids[-1])
    if len(draft.token_ids) + len(reply) >= plan.max_length:
        draft.finish_reasons[-1] = "length"
        return False
    draft.append(reply)
    return True


def _close(course: Course, draft: _Draft, version: int) -> Rollout:
    score = draft.score
    if score is None:
        score = course.out_of_turns(draft.request.task, tuple(draft.turns))
    return Rollout(
        task_id=draft.request.task.id,
        index=draft.request.index,
        prompt=draft.request.task.prompt,
        turns=tuple(draft.turns),
        score=score,
        policy_version=version,
        token_ids=tuple(draft.token_ids),
        loss_mask=tuple(draft.loss_mask),
        sampler_logprobs=tuple(draft.logprobs),
        finish_reasons=tuple(draft.finish_reasons),
    )
