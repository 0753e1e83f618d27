"""How a taskset's responses are judged: extract, check, combine by the rubric; in a game, reply.

Each judgement has two halves. The inner half (`judge_response`, `judge_turn`) runs the author's methods and turns what
they raise into UNSCORED. The outer half (`verify_many`, `advance_many`) decides where the inner half runs: in this
process when all of it takes linear time by construction, else in a killable worker, where the taskset arrives by
pickle and the response as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rlvr.envs.definition import runs_inline
from rlvr.envs.task import Reply, Task, Turn
from rlvr.rewards import guard
from rlvr.rewards.extraction import extract, parse_spec
from rlvr.rewards.format import episode_format_score
from rlvr.rewards.score import Score, Verdict, as_score

if TYPE_CHECKING:
    from rlvr.envs.taskset import Taskset


@dataclass(frozen=True, slots=True)
class Step:
    """What one response did to an episode."""

    turn: Turn
    """The response with its answer and the observation that followed."""

    score: Score | None
    """The episode's score; None while it goes on."""

    is_truncated: bool
    """True when the episode ended only because its turns were used up."""


def judge_response(taskset: Taskset, task: Task, response: str) -> Score:
    """Extracts, checks and combines; what the author's methods raise becomes UNSCORED."""
    found = extract(taskset.extract, response)
    turn = Turn(response, found.answer)
    if turn.answer is None:
        return _combined(taskset, task, (turn,), Score.no_answer(found.reason))
    return _combined(taskset, task, (turn,), guard.scored(lambda: taskset.check(task, found.answer or ""), "check"))


def judge_turn(taskset: Taskset, task: Task, turns: tuple[Turn, ...]) -> Reply:
    """Calls `reply` and applies the rubric to a final score; what it raises ends the episode as UNSCORED."""
    try:
        reply = _reply(taskset, task, turns)
        if reply.score is None:
            return Reply(str(reply.observation))
        observation, correct = str(reply.observation), as_score(reply.score)
    except MemoryError:
        observation, correct = "", Score.limit("reply ran out of memory")
    except Exception as error:  # noqa: BLE001 the author's failure is not the response's: it has no score
        observation, correct = "", Score.unscored(f"reply raised {type(error).__name__}: {error}")
    return Reply(observation, _combined(taskset, task, turns, correct))


def verify_many(taskset: Taskset, pairs: Sequence[tuple[Task, str]]) -> list[Score]:
    """Judges single-turn responses, here or in the killable workers."""
    if runs_inline(taskset):
        return [judge_response(taskset, task, response) for task, response in pairs]
    results = guard.guarded_json(taskset, "_judge_json", [(task.to_json(), response) for task, response in pairs])
    return [
        _combined(taskset, task, (Turn(response, None),), result)
        if isinstance(result, Score)
        else Score.from_json(result)
        for (task, response), result in zip(pairs, results, strict=True)
    ]


def advance_many(taskset: Taskset, episodes: Sequence[tuple[Task, tuple[Turn, ...], str]]) -> list[Step]:
    """Plays one response in each episode: judges it, or asks for the reply and counts the turns."""
    if taskset.max_turns == 1:
        scores = verify_many(taskset, [(task, response) for task, _, response in episodes])
        return [
            Step(Turn(response, score.answer), score, is_truncated=False)
            for (_, _, response), score in zip(episodes, scores, strict=True)
        ]
    answers = _answers(taskset, [response for _, _, response in episodes])
    so_far = [
        (task, (*turns, Turn(response, answer)))
        for (task, turns, response), answer in zip(episodes, answers, strict=True)
    ]
    return [
        _step(taskset, task, turns, reply)
        for (task, turns), reply in zip(so_far, reply_many(taskset, so_far), strict=True)
    ]


def reply_many(taskset: Taskset, episodes: Sequence[tuple[Task, tuple[Turn, ...]]]) -> list[Reply]:
    """Replies to the last turn of each episode, here or in the killable workers."""
    if runs_inline(taskset):
        return [judge_turn(taskset, task, turns) for task, turns in episodes]
    calls = [(task.to_json(), [turn.to_json() for turn in turns]) for task, turns in episodes]
    results = guard.guarded_json(taskset, "_reply_json", calls)
    return [
        Reply(score=_combined(taskset, task, turns, result)) if isinstance(result, Score) else Reply.from_json(result)
        for (task, turns), result in zip(episodes, results, strict=True)
    ]


def out_of_turns(taskset: Taskset, task: Task, turns: tuple[Turn, ...]) -> Score:
    """The score of an episode that ended without one: WRONG."""
    return _combined(taskset, task, turns, Score.wrong("out of turns"))


def require_loadable(taskset: Taskset) -> None:
    """Raises NotLoadable, a ValueError, when a worker is needed and could not import the taskset."""
    if not runs_inline(taskset):
        from rlvr.sandbox.target import Target

        Target.method(taskset, "_judge_json")


def _reply(taskset: Taskset, task: Task, turns: tuple[Turn, ...]) -> Reply:
    reply = taskset.reply(task, turns)
    if not isinstance(reply, Reply):
        raise TypeError(f"expected a Reply, got {reply!r:.60}")
    return reply


def _step(taskset: Taskset, task: Task, turns: tuple[Turn, ...], reply: Reply) -> Step:
    turn = replace(turns[-1], observation=reply.observation)
    if reply.score is not None:
        return Step(turn, as_score(reply.score), is_truncated=False)
    if len(turns) < taskset.max_turns:
        return Step(turn, None, is_truncated=False)
    return Step(turn, out_of_turns(taskset, task, turns), is_truncated=True)


def _answers(taskset: Taskset, responses: Sequence[str]) -> list[str | None]:
    """Extracts from each response; an extraction that exceeds its limits found nothing."""
    extractor = parse_spec(taskset.extract)
    if extractor.is_bounded:
        return [extractor(response).answer for response in responses]
    found = guard.guarded_json(taskset, "_answer_json", [(response,) for response in responses])
    return [answer if isinstance(answer, str) else None for answer in found]


def _combined(taskset: Taskset, task: Task, turns: tuple[Turn, ...], correct: Score) -> Score:
    """Applies the rubric to the score of being right.

    A response that has no answer, or could not be judged within its limits, has none of the author's parts either:
    they are 0 without asking, so that a `parts` that cannot take such a response does not make it UNSCORED.
    """
    rubric = taskset.rubric
    names = set(rubric) - {"correct", "format"}
    parts: dict[str, float | None] = dict(correct.parts)
    if "format" in rubric:
        parts["format"] = episode_format_score([turn.response for turn in turns], taskset.extract)
    answer = turns[-1].answer if turns else None
    if names and answer is not None and correct.value is not None and correct.verdict is not Verdict.LIMIT:
        try:
            measured: Mapping[str, float | None] = taskset.parts(task, turns[-1].response, answer)
            parts.update({name: None if value is None else float(value) for name, value in measured.items()})
        except Exception as error:  # noqa: BLE001 the author's failure is not the response's: it has no score
            correct = Score.unscored(f"parts raised {type(error).__name__}: {error}")
    elif names:
        parts.update(dict.fromkeys(names, 0.0))
    return rubric.combine(correct.with_answer(answer), parts)
