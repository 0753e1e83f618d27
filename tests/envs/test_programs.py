"""Programs and CodeRepair: oracles are right in the sandbox, bugs fail there as their reports say, and ids last."""

import json
import pickle
from pathlib import Path

import pytest

import rlvr
from rlvr.envs.ids import SPLIT_BUCKETS, prompt_bucket
from rlvr.envs.tasksets.code_repair import SHOWN_CHARS, CodeRepair
from rlvr.envs.tasksets.programs import Programs
from rlvr.rewards import CodeVerifier
from rlvr.rewards.code.reference import parse_reference
from rlvr.sandbox import Execution, Limits, Program, ProgramOutcome
from tests.rewards.code.fakes import FakeSandbox, ended, wrote

GOLDEN: dict[str, dict[str, object]] = json.loads(Path(__file__).with_name("golden_tasks.json").read_text())
NAMES = ("Programs", "CodeRepair")


@pytest.mark.parametrize("name", NAMES)
def test_the_tasks_behind_old_ids_have_not_changed(name: str) -> None:
    """If this fails, the same id gives another task: raise the taskset's version."""
    taskset = rlvr.make_taskset(name, instructions="")
    golden = {task_id: task for task_id, task in GOLDEN.items() if task_id.startswith(f"{name}-v")}
    assert len(golden) == 6
    for task_id, expected in golden.items():
        task = taskset.task_from_id(task_id)
        assert {"prompt": task.prompt, "reference": task.reference} == expected


@pytest.mark.usefixtures("some_tier")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", range(10))
def test_every_oracle_is_right(name: str, level: int) -> None:
    taskset = rlvr.make_taskset(name)
    tasks = [task for split in taskset.splits for task in taskset.tasks(split, level, 4)]
    scores = taskset.verify_turns_many([(task, taskset.oracle_responses(task)) for task in tasks])
    failed = [(task.id, score.reason) for task, score in zip(tasks, scores, strict=True) if score.value != 1.0]
    assert failed == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", range(10))
def test_prompts_fall_into_their_splits_and_references_can_be_read(name: str, level: int) -> None:
    taskset = rlvr.make_taskset(name, instructions="")
    for split in taskset.splits:
        for task in taskset.tasks(split, level, 4):
            assert prompt_bucket(task.prompt) in SPLIT_BUCKETS[split]
            assert len(parse_reference(task.reference).tests) >= 8
            assert pickle.loads(pickle.dumps(taskset)).task_from_id(task.id) == task


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_is_in_one_split(name: str) -> None:
    """A problem that is drawn again has the same prompt, down to its example and its bug."""
    taskset = rlvr.make_taskset(name, instructions="")
    seen: dict[str, str] = {}
    for split in taskset.splits:
        for task in taskset.tasks(split, 0, 400):
            statement = task.prompt.split("\n")[0]
            assert seen.setdefault(statement, task.prompt) == task.prompt
            assert prompt_bucket(task.prompt) in SPLIT_BUCKETS[split]
    assert len(seen) > 700


@pytest.mark.parametrize("form", ["function", "program"])
def test_a_form_can_be_chosen(form: str) -> None:
    taskset = rlvr.make_taskset("Programs", form=form)
    kinds = {"function": "function", "program": "stdin"}
    assert {task.reference["kind"] for task in taskset.tasks("train", 4, 10)} == {kinds[form]}
    both = {task.reference["kind"] for task in Programs().tasks("train", 4, 20)}
    assert both == {"function", "stdin"}
    with pytest.raises(ValueError, match="form is 'module'"):
        rlvr.make_taskset("Programs", form="module")


def test_the_prompt_states_the_format_and_an_example() -> None:
    for level in range(10):
        for task in Programs(form="program", instructions="").tasks("train", level, 3):
            first = task.reference["tests"][0]
            assert f"Example input:\n{first['input']}Example output:\n{first['output']}".rstrip() in task.prompt
            assert "\nInput: a line with " in task.prompt
            assert "\nOutput: a line with " in task.prompt
        for task in Programs(form="function", instructions="").tasks("train", level, 3):
            tests = task.reference["tests"]
            called = f"{tests['fn_name']}({', '.join(map(repr, tests['inputs'][0]))})"
            assert f"\nExample: {called} == {tests['outputs'][0]!r}" in task.prompt


@pytest.mark.usefixtures("some_tier")
def test_bugs_fail_in_the_sandbox_as_their_reports_say() -> None:
    taskset = CodeRepair(instructions="")
    tasks = [task for level in range(10) for task in taskset.tasks("train", level, 6)]
    steps = taskset.advance_many([(task, (), fenced(task.metadata["program"])) for task in tasks])
    for task, step in zip(tasks, steps, strict=True):
        assert step.score is None
        told = step.turn.observation
        if "It ended so: RE: exit code 1: " in told:
            # An exception's text may differ from one Python to the next, and is not in the prompt.
            told, _, text = told.partition("It ended so: RE: exit code 1: ")
            told += f"It ended so: RE: exit code 1: {text[1:].partition(':')[0].partition(chr(39))[0]}"
        assert told.split("\nIt should print")[0] in task.prompt, task.id


def fenced(program: str) -> str:
    return f"<think></think>\n```python\n{program}\n```"


def scripted(monkeypatch: pytest.MonkeyPatch, execution: Execution, after: int = 0) -> CodeRepair:
    """The taskset over a sandbox in which a program is right on the first tests and then ends so."""
    taskset = CodeRepair(instructions="")
    task = taskset.task("train", 5, 0)
    right = {test["input"].encode(): test["output"].encode() for test in task.reference["tests"][:after]}

    def script(program: Program, limits: Limits) -> Execution:
        return wrote(right[program.stdin]) if program.stdin in right else execution

    monkeypatch.setattr("rlvr.rewards.code.verifier.default_sandbox", lambda: FakeSandbox(script))
    return taskset


@pytest.mark.parametrize(
    ("execution", "told"),
    [
        (wrote(b"no\n"), "It printed:\nno"),
        (wrote(b""), "It printed:\n"),
        (wrote(b"\xff" * 10), "It printed:\n" + "\ufffd" * 10),
        (wrote(b"x" * 10_000), "... (2400 characters)"),
        (wrote(b"", 1, b"Traceback\nValueError: bad\n"), "It ended so: RE: exit code 1: 'ValueError: bad'"),
        (
            ended(ProgramOutcome.TLE, reason="it had not ended after 5 s"),
            "It ended so: TLE: it had not ended after 5 s",
        ),
        (ended(ProgramOutcome.VIOLATION, reason="bad"), "It ended so: VIOLATION: bad"),
    ],
)
def test_a_reply_shows_the_input_and_what_the_program_did(
    monkeypatch: pytest.MonkeyPatch, execution: Execution, told: str
) -> None:
    for number in (0, 3):
        taskset = scripted(monkeypatch, execution, after=number)
        task = taskset.task("train", 5, 0)
        test = task.reference["tests"][number]
        step = taskset.advance(task, (), fenced("x"))
        assert step.score is None
        observation = step.turn.observation
        which = "the example" if number == 0 else "test 4"
        assert observation.startswith(f"It fails {which}. Input:\n{test['input'].rstrip()[:SHOWN_CHARS]}")
        assert told in observation
        assert len(observation) < 3 * SHOWN_CHARS
        # What is right is shown for the example only.
        assert ("It should print" in observation) == (number == 0)


class Knowing(FakeSandbox):
    """A sandbox in which each program knows some answers, and says no to the rest."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        super().__init__(lambda program, limits: wrote(answers.get(program.stdin, b"no\n")))


def test_no_reply_shows_a_hidden_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    taskset = scripted(monkeypatch, wrote(b"no\n"), after=1)
    for level in (2, 5, 8):
        for task in taskset.tasks("train", level, 5):
            for number, test in enumerate(task.reference["tests"][1:], 1):
                right = {one["input"].encode(): one["output"].encode() for one in task.reference["tests"][:number]}
                sandbox = Knowing(right)
                monkeypatch.setattr(CodeRepair, "verifier", CodeVerifier(sandbox))
                observation = taskset.advance(task, (), fenced("x")).turn.observation
                assert (
                    observation
                    == f"It fails test {number + 1}. Input:\n{test['input'].rstrip(chr(10))}\nIt printed:\nno"
                )


def test_an_episode_of_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    taskset = CodeRepair(attempts=3)
    task = taskset.task("val", 3, 0)
    right = {test["input"].encode(): test["output"].encode() for test in task.reference["tests"]}

    def script(program: Program, limits: Limits) -> Execution:
        known = {b"right": right[program.stdin], b"wrong": b"no"}
        return wrote(known[program.code]) if program.code in known else ended(ProgramOutcome.INFRA)

    monkeypatch.setattr("rlvr.rewards.code.verifier.default_sandbox", lambda: FakeSandbox(script))
    env = rlvr.TextEnv(taskset, level=3, split="val")
    env.reset(options={"task_id": task.id})
    observation, reward, terminated, truncated, _ = env.step("I do not know.")
    assert observation == "There is no program: give it in a fenced code block."
    assert (reward, terminated, truncated) == (0.0, False, False)
    assert env.step(fenced("wrong"))[1:4] == (0.0, False, False)
    _, reward, terminated, truncated, info = env.step(fenced("right"))
    assert (reward, terminated, truncated, info["score"]["reason"]) == (1.0, True, False, "all 12 tests passed")
    wrong = taskset.verify_turns(task, [fenced("wrong")] * 3)
    assert (wrong.value, wrong.verdict, wrong.reason) == (0.0, "WRONG", "out of turns")
    lost = taskset.verify_turns(task, [fenced("wrong"), fenced("lost")])
    assert (lost.value, lost.verdict) == (None, "UNSCORED")
    with pytest.raises(ValueError, match="attempts is 1"):
        CodeRepair(attempts=1)
    assert "You have 3 attempts." in task.prompt
