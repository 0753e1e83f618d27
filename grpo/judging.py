"""Judging while others are still sampled: verdicts are waited for in threads, which the sampler does not notice.

What workers or the sandbox judge takes other processes' time, so it begins as soon as a response has arrived. What is
judged in this process could only take turns with the sampler, so it is judged after the last token, in one go. The
steps are the same either way, and whatever the order of arrival.

A thread takes its share of what waits: single responses while the verifiers keep up, more at a time when they do not.
Left out: stopping a verdict that has begun. Its own deadline does, and until then the others go on.
"""

import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from types import TracebackType

from rlvr.envs.judge import Step
from rlvr.envs.task import Task, Turn
from rlvr.grpo.course import Course

Episode = tuple[Task, tuple[Turn, ...], str]
"""A task, its earlier turns, and the response to judge."""

_NUM_THREADS = (os.cpu_count() or 1) + 2
"""More than there are workers or slots, so that none of them is idle while a thread collects what it waited for."""
_MAX_SHARE = 4
"""Responses that a thread takes at a time; an interrupted run ends once the verdicts that have begun are in."""


class Judging:
    """Judges the responses of one round of sampling, each from when it is added.

    Used as a context manager; when the block ends, no thread is left, and what was not begun never is.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._threads = None if course.runs_inline else ThreadPoolExecutor(_NUM_THREADS, "rlvr-judging")
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, Episode]] = deque()
        self._futures: list[Future[None]] = []
        self._steps: dict[int, Step] = {}
        self._failure: BaseException | None = None

    def add(self, place: int, episode: Episode) -> None:
        """Have a response judged; `place` says where its step belongs.

        Raises:
            BaseException: Whatever judging an earlier one raised, so that sampling stops.
        """
        if self._failure is not None:
            raise self._failure
        self._waiting.append((place, episode))
        if self._threads is not None:
            self._futures.append(self._threads.submit(self._judge_share))

    def steps(self) -> list[Step]:
        """Wait for the verdicts, which all have their deadlines, and return the steps in the order of their places."""
        wait(self._futures, return_when=FIRST_EXCEPTION)
        if self._failure is not None:
            raise self._failure
        self._judge(list(self._waiting))
        return [self._steps[place] for place in sorted(self._steps)]

    def _judge_share(self) -> None:
        with self._lock:
            size = min(_MAX_SHARE, -(-len(self._waiting) // _NUM_THREADS))
            share = [self._waiting.popleft() for _ in range(size)]
        try:
            self._judge(share)
        except BaseException as error:
            self._failure = error
            raise

    def _judge(self, share: Sequence[tuple[int, Episode]]) -> None:
        if share:
            steps = self._course.advance_many([episode for _, episode in share])
            self._steps.update(zip((place for place, _ in share), steps, strict=True))

    def __enter__(self) -> "Judging":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
