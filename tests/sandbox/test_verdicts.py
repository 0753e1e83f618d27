import pytest

from rlvr.sandbox import Budget, Outcome, verdicts
from rlvr.sandbox.jobs import FutureSink, Job


@pytest.fixture
def job() -> Job:
    return Job(FutureSink(), 0, b"[]")


def test_the_cpu_limit_is_final_unless_earlier_calls_left_threads(job: Job) -> None:
    result = verdicts.of_cpu(job, Budget(), 0.8, 0.9, is_spoilt=False)
    assert result is not None
    assert (result.outcome, result.cpu_s, result.wall_s) == (Outcome.CPU_LIMIT, 0.8, 0.9)
    assert "0.80 s" in result.error
    assert "0.75 s" in result.error
    assert verdicts.of_cpu(job, Budget(), 0.8, 0.9, is_spoilt=True) is None
    assert verdicts.of_cpu(job, Budget(), 0.8, 0.9, is_spoilt=True) is not None


def test_the_memory_limit_is_final_on_a_fresh_worker(job: Job) -> None:
    assert verdicts.of_memory(job, 64, 0.1, 0.1, is_spoilt=True) is None
    result = verdicts.of_memory(job, 64, 0.1, 0.1, is_spoilt=False)
    assert result is not None
    assert result.outcome is Outcome.MEMORY_LIMIT
    assert "64 MiB" in result.error


def test_the_wall_deadline_counts_twice(job: Job) -> None:
    assert verdicts.of_wall(job, Budget(), 0.1, 1.5) is None
    result = verdicts.of_wall(job, Budget(), 0.1, 1.5)
    assert result is not None
    assert result.outcome is Outcome.UNFINISHED


def test_two_deaths_are_one_too_many(job: Job) -> None:
    assert verdicts.of_death(job, "signal SIGSEGV", 0.0, 0.0) is None
    result = verdicts.of_death(job, "signal SIGSEGV", 0.0, 0.0)
    assert result is not None
    assert result.outcome is Outcome.DIED
    assert "SIGSEGV" in result.error


def test_a_death_and_a_timeout_do_not_add_up(job: Job) -> None:
    assert verdicts.of_death(job, "exit status 1", 0.0, 0.0) is None
    assert verdicts.of_wall(job, Budget(), 0.1, 1.5) is None


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_budget_is_positive_and_finite(seconds: float) -> None:
    with pytest.raises(ValueError, match="give a positive number of seconds"):
        Budget(deadline_s=seconds)
    with pytest.raises(ValueError, match="cpu_s"):
        Budget(cpu_s=seconds)


def test_half_the_deadline_is_the_cpu_limit_unless_given() -> None:
    assert Budget(3.0).cpu_limit_s == 1.0
    assert Budget(3.0, cpu_s=5.0).cpu_limit_s == 5.0
