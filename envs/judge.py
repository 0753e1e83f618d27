"""How a taskset's responses are judged: extract, check, combine by the rubric; in a game, reply.

Each judgement has two halves. The inner half (`judge_response`, `judge_turns`) runs the author's methods and turns what
they raise into UNSCORED. The outer half (`verify_many`, `advance_many`) decides where the inner half runs: in this
process when all of it ends by construction, else in a killable worker, where the taskset arrives by pickle and the
response as JSON. Programs are graded from this process, many at a time, since all of them share its one sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rlvr.envs.definition import grades_together, is_bounded, needs_worker
from rlvr.envs.task import Reply, Task, Turn
from rlvr.rewards import guard
from rlvr.rewards.extraction import extract, parse_spec
from rlvr.rewards.format import episode_format_score
from rlvr.rewards.score import Score, Verdict, as_score
from rlvr.rewards.verifier import extracted

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


def judge_turns(taskset: Taskset, episodes: Sequence[tuple[Task, tuple[Turn, ...]]]) -> list[Reply]:
    """Calls `replies` and applies the rubric to final scores; what it raises ends an episode as UNSCORED."""
    try:
        judged = _judged(taskset.replies(episodes), len(episodes))
    except Exception as error:  # noqa: BLE001 the author's failure is not the response's: it has no score
        if len(episodes) > 1:
            return [judge_turns(taskset, [episode])[0] for episode in episodes]
        is_memory = isinstance(error, MemoryError)
        failure = "reply ran out of memory" if is_memory else f"reply raised {type(error).__name__}: {error}"
        judged = [("", Score.limit(failure) if is_memory else Score.unscored(failure))]
    return [
        Reply(observation, None if correct is None else _combined(taskset, task, turns, correct))
        for (observation, correct), (task, turns) in zip(judged, episodes, strict=True)
    ]


def combine(taskset: Taskset, task: Task, response: str, correct: Score) -> Score:
    """Applies the rubric to the score of a single-turn response."""
    return _combined(taskset, task, (Turn(response, correct.answer),), correct)


def verify_many(taskset: Taskset, pairs: Sequence[tuple[Task, str]]) -> list[Score]:
    """Judges single-turn responses, here or in the killable workers."""
    if grades_together(taskset):
        return _verify_together(taskset, pairs)
    if not needs_worker(taskset):
        return [judge_response(taskset, task, response) for task, response in pairs]
    results = guard.guarded_json(taskset, "_judge_json", [(task.to_json(), response) for task, response in pairs])
    return [_finished(taskset, task, response, one) for (task, response), one in zip(pairs, results, strict=True)]


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
        (task, (*turns, Turn(response, answer if isinstance(answer, str) else None)))
        for (task, turns, response), answer in zip(episodes, answers, strict=True)
    ]
    return [
        _step(taskset, task, turns, reply)
        for (task, turns), reply in zip(so_far, reply_many(taskset, so_far), strict=True)
    ]


def reply_many(taskset: Taskset, episodes: Sequence[tuple[Task, tuple[Turn, ...]]]) -> list[Reply]:
    """Replies to the last turn of each episode, here or in the killable workers."""
    if not needs_worker(taskset):
        return judge_turns(taskset, episodes) if episodes else []
    calls = [(task.to_json(), [turn.to_json() for turn in turns]) for task, turns in episodes]
    results = guard.guarded_json(taskset, "_reply_json", calls)
    return [
        Reply(score=_combined(taskset, task, turns, result)) if isinstance(result, Score) else Reply.from_json(result)
        for (task, turns), result in zip(episodes, results, strict=True)
    ]


def replay_many(taskset: Taskset, episodes: Sequence[tuple[Task, Sequence[str]]]) -> list[Score]:
    """Plays recorded responses again, all episodes side by side; see `Taskset.verify_turns`."""
    turns: list[tuple[Turn, ...]] = [()] * len(episodes)
    scores: list[Score | None] = [None] * len(episodes)
    for number in range(max((len(responses) for _, responses in episodes), default=0)):
        going = [
            index for index, (_, responses) in enumerate(episodes) if scores[index] is None and number < len(responses)
        ]
        played = [(episodes[index][0], turns[index], episodes[index][1][number]) for index in going]
        for index, step in zip(going, taskset.advance_many(played), strict=True):
            turns[index], scores[index] = (*turns[index], step.turn), step.score
    return [
        out_of_turns(taskset, task, played) if score is None else score
        for (task, _), played, score in zip(episodes, turns, scores, strict=True)
    ]


def out_of_turns(taskset: Taskset, task: Task, turns: tuple[Turn, ...]) -> Score:
    """The score of an episode that ended without one: WRONG."""
    return _combined(taskset, task, turns, Score.wrong("out of turns"))


def anchors_many(taskset: Taskset, episodes: Sequence[tuple[Task, tuple[Turn, ...]]]) -> list[str | None]:
    """Names the state after the turns of each episode, here or in the killable workers; None where that failed."""
    if is_bounded(taskset, "anchor"):
        return [_anchor(taskset, task, turns) for task, turns in episodes]
    calls = [(task.to_json(), [turn.to_json() for turn in turns]) for task, turns in episodes]
    return [one if isinstance(one, str) else None for one in guard.guarded_json(taskset, "_anchor_json", calls)]


def _anchor(taskset: Taskset, task: Task, turns: tuple[Turn, ...]) -> str | None:
    try:
        return str(taskset.anchor(task, turns))
    except Exception:  # noqa: BLE001 the author's failure is not the response's: its turn shares no state
        return None


def require_loadable(taskset: Taskset) -> None:
    """Raises NotLoadable, a ValueError, when a worker is needed and could not import the taskset."""
    if needs_worker(taskset):
        from rlvr.sandbox.target import Target

        Target.method(taskset, "_judge_json")


def _judged(replies: Sequence[Reply], count: int) -> list[tuple[str, Score | None]]:
    if len(replies) != count:
        raise ValueError(f"there are {len(replies)} replies to {count} episodes")
    for reply in replies:
        if not isinstance(reply, Reply):
            raise TypeError(f"expected a Reply, got {reply!r:.60}")
    return [(str(each.observation), None if each.score is None else as_score(each.score)) for each in replies]


def _verify_together(taskset: Taskset, pairs: Sequence[tuple[Task, str]]) -> list[Score]:
    """Extracts from all, grades all with one call of the verifier, and combines."""
    answers = _answers(taskset, [response for _, response in pairs])
    programs = [(one, task.reference) for one, (task, _) in zip(answers, pairs, strict=True) if isinstance(one, str)]
    graded = iter(taskset.verifier.grade_many(programs))
    judged = [
        (task, response, next(graded).with_answer(one) if isinstance(one, str) else one)
        for one, (task, response) in zip(answers, pairs, strict=True)
    ]
    if is_bounded(taskset, "parts"):
        return [combine(taskset, task, response, correct) for task, response, correct in judged]
    calls = [(task.to_json(), response, correct.to_json()) for task, response, correct in judged]
    combined = guard.guarded_json(taskset, "_combine_json", calls)
    return [_finished(taskset, task, response, one) for (task, response, _), one in zip(judged, combined, strict=True)]


def _finished(taskset: Taskset, task: Task, response: str, result: Any) -> Score:
    """Reads a score that a worker made; applies the rubric to that of a call which failed."""
    if isinstance(result, Score):
        return _combined(taskset, task, (Turn(response, None),), result)
    return Score.from_json(result)


def _step(taskset: Taskset, task: Task, turns: tuple[Turn, ...], reply: Reply) -> Step:
    turn = replace(turns[-1], observation=reply.observation)
    if reply.score is not None:
        return Step(turn, as_score(reply.score), is_truncated=False)
    if len(turns) < taskset.max_turns:
        return Step(turn, None, is_truncated=False)
    return Step(turn, out_of_turns(taskset, task, turns), is_truncated=True)


def _answers(taskset: Taskset, responses: Sequence[str]) -> list[str | Score]:
    """Extracts from each response; gives the score of one in which nothing is found within the limits."""
    extractor = parse_spec(taskset.extract)
    if extractor.is_bounded:
        return [extracted(extractor, response) for response in responses]
    found = guard.guarded_json(taskset, "_answer_json", [(response,) for response in responses])
    return [answer if isinstance(answer, str | Score) else Score.from_json(answer) for answer in found]


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
