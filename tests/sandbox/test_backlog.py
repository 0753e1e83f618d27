import pytest

from rlvr.sandbox import Budget, Target
from rlvr.sandbox.backlog import Backlog
from rlvr.sandbox.jobs import MAX_CHUNK, MAX_CHUNK_BYTES, FutureSink, Job, Lane

SQRT, EXP = Target.function("math:sqrt"), Target.function("math:exp")


def _jobs(count: int, first: int = 0, arguments: bytes = b"[]") -> list[Job]:
    return [Job(FutureSink(), first + index, arguments) for index in range(count)]


def _lane(target: Target = SQRT, *, is_shared: bool = False) -> Lane:
    return Lane(target, Budget(), is_shared)


def _indices(batch: tuple[Lane, list[Job]] | None) -> list[int]:
    assert batch is not None
    return [job.index for job in batch[1]]


def test_a_chunk_grows_while_calls_are_quick_and_shrinks_when_they_are_slow() -> None:
    lane = _lane()
    lane.jobs.extend(_jobs(10_000))
    sizes = []
    for wall_s in [0.001] * 7 + [0.03, 1.0, 1.0]:
        sizes.append(len(lane.take(num_workers=1)))
        lane.learn(wall_s)
    assert sizes == [1, 4, 16, 64, 256, 512, 512, 512, 512, 128]
    assert MAX_CHUNK == 512


def test_a_chunk_leaves_work_for_the_other_workers() -> None:
    lane = _lane()
    lane.chunk_size = MAX_CHUNK
    lane.jobs.extend(_jobs(80))
    assert len(lane.take(num_workers=4)) == 10
    lane.jobs.extend(_jobs(1))
    lane.jobs.clear()
    lane.jobs.extend(_jobs(3))
    assert len(lane.take(num_workers=4)) == 1


def test_a_chunk_of_many_is_limited_in_bytes_and_a_single_one_is_not() -> None:
    lane = _lane()
    lane.chunk_size = MAX_CHUNK
    lane.jobs.extend(_jobs(10, arguments=b"x" * (MAX_CHUNK_BYTES // 2)))
    assert len(lane.take(num_workers=1)) == 2
    lane.jobs.clear()
    lane.jobs.extend(_jobs(10, arguments=b"x" * (MAX_CHUNK_BYTES * 2)))
    assert len(lane.take(num_workers=1)) == 1


def test_lanes_take_turns() -> None:
    backlog = Backlog()
    backlog.add(_lane(), _jobs(3))
    backlog.add(_lane(), _jobs(2, first=10))
    assert len(backlog) == 5
    assert [_indices(backlog.next_chunk(1)) for _ in range(5)] == [[0], [10], [1], [11], [2]]
    assert backlog.next_chunk(1) is None


def test_single_calls_share_a_lane_when_target_and_budget_agree() -> None:
    backlog = Backlog()
    for index, lane in enumerate([_lane(is_shared=True), _lane(is_shared=True), _lane(EXP, is_shared=True)]):
        backlog.add(lane, _jobs(1, first=index))
    backlog.add(Lane(SQRT, Budget(9.0), is_shared=True), _jobs(1, first=3))
    assert [_indices(backlog.next_chunk(1)) for _ in range(4)] == [[0], [2], [3], [1]]


def test_returned_jobs_go_first_and_in_order() -> None:
    backlog, lane = Backlog(), _lane()
    backlog.add(lane, _jobs(2, first=5))
    backlog.put_back(lane, _jobs(2, first=3))
    assert [_indices(backlog.next_chunk(1)) for _ in range(4)] == [[3], [4], [5], [6]]
    backlog.put_back(lane, _jobs(1))
    assert _indices(backlog.next_chunk(1)) == [0]


def test_retries_wait_apart() -> None:
    backlog, lane = Backlog(), _lane()
    assert backlog.next_retry() is None
    backlog.retry(lane, _jobs(1, first=7)[0])
    assert backlog.next_chunk(1) is None
    assert (len(backlog), backlog.num_retries) == (1, 1)
    assert _indices(backlog.next_retry()) == [7]


@pytest.mark.parametrize(("key", "left"), [(None, []), (SQRT.key, [2, 3]), (EXP.key, [0, 1])])
def test_draining_can_be_limited_to_a_target(key: str | None, left: list[int]) -> None:
    backlog = Backlog()
    for first, target in ((0, SQRT), (2, EXP)):
        backlog.add(_lane(target), _jobs(1, first=first))
        backlog.retry(_lane(target), _jobs(1, first=first + 1)[0])
    drained = {job.index for job in backlog.drain(key)}
    assert drained == {0, 1, 2, 3} - set(left)
    assert sorted(job.index for job in backlog.drain()) == left
    assert len(backlog) == 0
