"""How responses that are programs are judged: together, over one sandbox, whatever asks."""

import math

import pytest

import rlvr
from rlvr.envs.definition import needs_worker, runs_inline
from rlvr.rewards.code import default
from rlvr.sandbox import Execution, Limits, Program, ProgramOutcome, SandboxError
from tests.envs.authored import STOPPED
from tests.envs.programmed import Checked, Claimed, Double, Rated, Repair
from tests.rewards.code.fakes import FakeSandbox, ended, wrote

RIGHT, WRONG, LOST = "print(2 * int(input()))", "print(int(input()))", "lost"


def script(program: Program, limits: Limits) -> Execution:
    """Runs the three programs that the tests know."""
    if program.code == LOST.encode():
        return ended(ProgramOutcome.INFRA)
    factor = 2 if program.code == RIGHT.encode() else 1
    return wrote(b"%d\n" % (factor * int(program.stdin)))


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> FakeSandbox:
    fake = FakeSandbox(script, num_slots=4)
    monkeypatch.setattr("rlvr.rewards.code.verifier.default_sandbox", lambda: fake)
    return fake


def fenced(program: str) -> str:
    return f"<think></think>\n```python\n{program}\n```"


def test_all_responses_are_graded_together_in_this_process(sandbox: FakeSandbox) -> None:
    taskset = Double()
    tasks = taskset.tasks("train", 0, 12)
    programs = [RIGHT, WRONG, LOST, RIGHT] * 3
    scores = taskset.verify_many([(task, fenced(text)) for task, text in zip(tasks, programs, strict=True)])
    assert [score.verdict for score in scores] == ["CORRECT", "WRONG", "UNSCORED", "CORRECT"] * 3
    assert [score.answer for score in scores] == programs
    assert scores[0].parts == {"correct": 1.0, "tests": 1.0}
    assert sandbox.most_at_once > 1
    assert taskset.verify(tasks[0], "no program").verdict == "NO_ANSWER"
    assert taskset.verify_many([]) == []


def test_such_a_taskset_needs_no_worker_and_is_not_inline() -> None:
    assert [needs_worker(taskset) for taskset in (Double(), Rated(), Checked(), Claimed(), Repair())] == [
        *(False, True, True, False, False)
    ]
    assert not any(runs_inline(taskset) for taskset in (Double(), Rated(), Checked(), Claimed(), Repair()))


def test_an_authors_parts_run_in_a_worker_and_the_programs_here(sandbox: FakeSandbox) -> None:
    taskset = Rated()
    task = taskset.task("train", 0, 0)
    texts = [fenced(RIGHT), fenced(WRONG), "no program", fenced(LOST)]
    scores = taskset.verify_many([(task, text) for text in texts])
    assert [score.verdict for score in scores] == ["CORRECT", "WRONG", "NO_ANSWER", "UNSCORED"]
    assert [score.value for score in scores] == [1.0, 0.2, 0.0, None]
    assert len(sandbox.programs) > 0


def test_a_part_that_never_ends_costs_its_response(sandbox: FakeSandbox) -> None:
    score = Rated().verify(Rated().task("train", 0, 0), fenced("2 * 'loop'"))
    assert score.verdict in STOPPED
    assert set(score.parts) == {"correct", "brevity"}


def test_a_slow_extraction_runs_in_a_worker_and_the_programs_here(sandbox: FakeSandbox) -> None:
    taskset = Double().replace(extract=r"regex:^(?:x+)+:(.*)$")
    task = taskset.task("train", 0, 0)
    scores = taskset.verify_many([(task, f"xx:{RIGHT}"), (task, "x" * 40), (task, f"x:{WRONG}")])
    assert (scores[0].verdict, scores[2].verdict) == ("CORRECT", "WRONG")
    assert scores[1].verdict in STOPPED


def test_a_check_that_runs_programs_must_claim_that_it_ends(sandbox: FakeSandbox) -> None:
    score = Checked().verify(Checked().task("train", 0, 0), fenced(RIGHT))
    assert score.verdict == "UNSCORED"
    assert "set is_bounded = True" in score.reason
    assert Claimed().verify(Claimed().task("train", 0, 0), fenced(RIGHT)).verdict == "CORRECT"


def test_an_environment_judges_as_the_taskset_does(sandbox: FakeSandbox) -> None:
    env = rlvr.TextEnv(Double())
    for program, reward in ((RIGHT, 1.0), (WRONG, 0.0), (LOST, math.nan)):
        env.reset(seed=0)
        assert env.step(fenced(program))[1] == pytest.approx(reward, nan_ok=True)


def test_the_episodes_of_a_game_are_replied_to_together(sandbox: FakeSandbox) -> None:
    taskset = Repair()
    tasks = taskset.tasks("train", 0, 8)
    episodes = [(task, [fenced(WRONG), "no program", fenced(RIGHT)][number % 3 :]) for number, task in enumerate(tasks)]
    assert [score.verdict for score in taskset.verify_turns_many(episodes)] == ["CORRECT"] * 8
    assert sandbox.most_at_once > 1
    assert taskset.verify_many([(tasks[0], fenced(WRONG)), (tasks[1], fenced(RIGHT))])[0].reason == "out of turns"
    step = taskset.advance(tasks[0], (), fenced(WRONG))
    assert (step.score, step.turn.observation) == (None, "It failed: test 2 of 3: WA: line 1 differs")
    lost = taskset.advance(tasks[0], (), fenced(LOST)).score
    assert lost is not None
    assert lost.value is None


@pytest.mark.parametrize(("program", "text"), [("raise", "KeyError: 'no such program'"), ("few", "0 replies to 1")])
def test_what_replies_raises_costs_one_episode(sandbox: FakeSandbox, program: str, text: str) -> None:
    taskset = Repair()
    task = taskset.task("train", 0, 0)
    steps = taskset.advance_many([(task, (), fenced(one)) for one in (RIGHT, program, WRONG)])
    right, bad, wrong = (step.score for step in steps)
    assert right is not None
    assert bad is not None
    assert (right.verdict, bad.verdict, wrong) == ("CORRECT", "UNSCORED", None)
    assert text in bad.reason


class Weak(FakeSandbox):
    is_weak, tier = True, "process"


def test_the_process_has_one_sandbox_that_is_closed_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, int | None]] = []

    class Closing(Weak):
        is_closed = False

        def close(self) -> None:
            self.is_closed = True

    def open_sandbox(tier: str, *, num_slots: int | None = None) -> Closing:
        opened.append((tier, num_slots))
        return Closing(script)

    monkeypatch.setattr("rlvr.sandbox.programs.tiers.open_sandbox", open_sandbox)
    task = Double().task("train", 0, 0)
    with default.process_sandbox("bubblewrap", 3) as open_now:
        assert opened == []
        assert [Double().verify(task, fenced(text)).verdict for text in (RIGHT, WRONG)] == ["CORRECT", "WRONG"]
        sandbox = open_now()
        with default.process_sandbox("docker"):
            assert Double().verify(task, fenced(RIGHT)).verdict == "CORRECT"
        assert default.default_sandbox() is sandbox
    assert opened == [("bubblewrap", 3), ("docker", None)]
    assert sandbox.is_closed  # type: ignore[attr-defined]
    with pytest.raises(SandboxError, match="is closed"):
        open_now()


def test_a_weak_tier_is_refused_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []
    monkeypatch.setattr(Weak, "close", lambda self: closed.append(True), raising=False)
    monkeypatch.setattr("rlvr.sandbox.programs.tiers.open_sandbox", lambda tier, num_slots: Weak(script))
    task = Double().task("train", 0, 0)
    with default.process_sandbox(is_weak_allowed=False) as open_now:
        with pytest.raises(ValueError, match=r"the process tier, which is weak: .*run\.allow_weak_sandbox=true"):
            open_now()
        score = Double().verify(task, fenced(RIGHT))
        assert (score.verdict, "which is weak" in score.reason) == ("UNSCORED", True)
        assert closed == [True, True]
    with default.process_sandbox():
        assert Double().verify(task, fenced(RIGHT)).verdict == "CORRECT"
