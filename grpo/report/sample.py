"""Which rollouts a page shows: all of a small run, a fixed sample of a large one.

`rollouts.jsonl` is read once, line by line. Each rollout's place in the queue is a hash of its step, task and number,
so the sample depends neither on chance nor on the order of lines, and two runs on the same tasks show the same ones.
Some of each verdict, of the steps at which an alarm began to fire, and of the last step go before all others.
"""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from rlvr.grpo.report.fields import number, rows, table, text, whole
from rlvr.grpo.report.markup import json_text
from rlvr.grpo.report.run import taskset_of
from rlvr.grpo.report.visible import shortened, visible
from rlvr.rewards.score import Verdict

MAX_ROLLOUTS = 2500
"""Rollouts on a page."""
MAX_BYTES = 2_800_000
"""Bytes that they take on it, all together."""
NUM_RESERVED = 40
"""Places kept for each verdict, for each of the first alarms' steps, and for the last step."""
MAX_TEXT = 2400
"""Characters that are shown of a prompt, a response or an observation."""
_MAX_TURNS = 24
_MAX_ALARM_STEPS = 10
_NO_VERDICT = "none"

Row = Mapping[str, Any]
"""A rollout as the page has it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The rollouts of a page."""

    rows: Sequence[Row]
    """Those that are shown, by step, task and number, cut to what a page can hold."""
    num_rollouts: int
    """How many the file has."""
    verdicts: Mapping[str, int]
    """Of all of them."""


@dataclass(slots=True)
class _Queue:
    """The rollouts of a stratum with the smallest hashes, as the page has them."""

    size: int
    heap: list[tuple[int, int, Row]] = field(default_factory=list)

    def wants(self, place: int) -> bool:
        return len(self.heap) < self.size or -place > self.heap[0][0]

    def add(self, place: int, line: int, row: Row) -> None:
        push = heapq.heappush if len(self.heap) < self.size else heapq.heapreplace
        push(self.heap, (-place, line, row))


def sample_rollouts(
    records: Iterable[Mapping[str, Any]], alarm_steps: Sequence[int] = (), last_step: int = 0, share: float = 1.0
) -> Sample:
    """Choose what is shown of `rollouts.jsonl`.

    Args:
        records: Its lines.
        alarm_steps: The steps at which alarms fired first.
        last_step: The run's last one.
        share: Of the page's room, 0.5 where two runs share it.
    """
    steps = {*alarm_steps[:_MAX_ALARM_STEPS], last_step}
    ordinary, reserved = _Queue(int(MAX_ROLLOUTS * share)), dict[str | int, _Queue]()
    verdicts: Counter[str] = Counter()
    for line, record in enumerate(records):
        verdict, step, place = verdict_of(record), whole(record, "step"), _place(record)
        verdicts[verdict] += 1
        strata: list[str | int] = [verdict, *([step] if step is not None and step in steps else [])]
        queues = [reserved.setdefault(stratum, _Queue(int(NUM_RESERVED * share))) for stratum in strata]
        wanting = [queue for queue in (ordinary, *queues) if queue.wants(place)]
        if wanting:
            row = shown(record)
            for queue in wanting:
                queue.add(place, line, row)
    return Sample(_chosen([*reserved.values(), ordinary], share), verdicts.total(), verdicts)


def _place(record: Mapping[str, Any]) -> int:
    key = json.dumps([record.get(name) for name in ("step", "task_id", "rollout")])
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")


def _chosen(queues: Sequence[_Queue], share: float) -> list[Row]:
    """The queues in turn, each by its hashes, until the room is used up; each rollout once, and at the end in order."""
    num_left, bytes_left = int(MAX_ROLLOUTS * share), int(MAX_BYTES * share)
    taken: dict[int, Row] = {}
    for _, line, row in (one for queue in queues for one in sorted(queue.heap, key=lambda one: (-one[0], one[1]))):
        bytes_left -= 0 if line in taken else len(json_text(row).encode())
        if bytes_left < 0 or len(taken) == num_left:
            break
        taken[line] = row
    return sorted(taken.values(), key=lambda row: (row["step"] or 0, row["task"], row["rollout"] or 0))


def verdict_of(record: Mapping[str, Any]) -> str:
    """The verdict of a record, or that it has none that is known."""
    verdict = text(record, "score", "verdict")
    return verdict if verdict in Verdict.__members__ else _NO_VERDICT


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the page has of a rollout: its texts visible and not too long, nothing of another type than expected."""
    turns = rows(record, "turns")
    parts = {visible(str(name)): number(value) for name, value in table(record, "score", "parts").items()}
    return {
        "step": whole(record, "step"),
        "task": shortened(text(record, "task_id"), MAX_TEXT),
        "taskset": visible(taskset_of(text(record, "task_id"))),
        "rollout": whole(record, "rollout"),
        "verdict": verdict_of(record),
        "reward": number(record, "reward"),
        "value": number(record, "score", "value"),
        "advantage": number(record, "advantage"),
        "tokens": whole(record, "num_tokens"),
        "version": whole(record, "policy_version"),
        "trained": bool(record.get("trained", True)),
        "finish": [visible(one) for one in rows(record, "finish_reasons")[:_MAX_TURNS] if isinstance(one, str)],
        "reason": shortened(text(record, "score", "reason"), MAX_TEXT),
        "answer": shortened(text(record, "score", "answer"), MAX_TEXT),
        "parts": parts,
        "prompt": shortened(text(record, "prompt"), MAX_TEXT),
        "turns": [_turn(turn, len(turns)) for turn in turns[:_MAX_TURNS]],
        "num_turns": len(turns),
    }


def _turn(turn: Any, num_turns: int) -> dict[str, str]:
    """A turn; of many turns each gets less room."""
    room = max(400, 2 * MAX_TEXT // num_turns) if num_turns > 2 else MAX_TEXT
    return {key: shortened(text(turn, key), room) for key in ("response", "answer", "observation")}
