"""The jobs that no worker holds: which go next, and which must go to a fresh worker."""

from collections import deque
from collections.abc import Iterator

from rlvr.sandbox.calls import Budget
from rlvr.sandbox.jobs import Job, Lane


class Backlog:
    """Lanes in rotation, so that a long list of calls does not hold up a single one; retries before all of them."""

    def __init__(self) -> None:
        self._lanes: deque[Lane] = deque()
        self._shared: dict[tuple[str, Budget], Lane] = {}
        self._retries: deque[tuple[Lane, Job]] = deque()

    def __len__(self) -> int:
        return len(self._retries) + sum(len(lane.jobs) for lane in self._lanes)

    @property
    def num_retries(self) -> int:
        """How many jobs wait for a fresh worker."""
        return len(self._retries)

    def add(self, lane: Lane, jobs: list[Job]) -> None:
        """Append new jobs; those of a shared lane join the lane for the same target and budget."""
        if lane.is_shared:
            lane = self._shared.setdefault((lane.target.key, lane.budget), lane)
        lane.jobs.extend(jobs)
        if lane not in self._lanes:
            self._lanes.append(lane)

    def put_back(self, lane: Lane, jobs: list[Job]) -> None:
        """Return jobs that a lost worker held and had not come to, ahead of those that wait."""
        lane.jobs.extendleft(reversed(jobs))
        if jobs and lane not in self._lanes:
            self._lanes.appendleft(lane)

    def retry(self, lane: Lane, job: Job) -> None:
        """Queue a job for a fresh worker."""
        self._retries.append((lane, job))

    def next_retry(self) -> tuple[Lane, list[Job]] | None:
        """Remove and return a job for a fresh worker, if there is one."""
        if not self._retries:
            return None
        lane, job = self._retries.popleft()
        return lane, [job]

    def next_chunk(self, num_workers: int) -> tuple[Lane, list[Job]] | None:
        """Remove and return the next chunk of the next lane, if there is one."""
        while self._lanes:
            lane = self._lanes.popleft()
            jobs = lane.take(num_workers)
            if lane.jobs:
                self._lanes.append(lane)
            elif lane.is_shared:
                self._shared.pop((lane.target.key, lane.budget), None)
            if jobs:
                return lane, jobs
        return None

    def drain(self, key: str | None = None) -> Iterator[Job]:
        """Remove and yield every job, or every job for the target with this key."""
        for _ in range(len(self._retries)):
            lane, job = self._retries.popleft()
            if key in (None, lane.target.key):
                yield job
            else:
                self._retries.append((lane, job))
        for lane in self._lanes:
            while key in (None, lane.target.key) and lane.jobs:
                yield lane.jobs.popleft()

    def drain_retries(self) -> Iterator[Job]:
        """Remove and yield the jobs that wait for a fresh worker."""
        while self._retries:
            yield self._retries.popleft()[1]
