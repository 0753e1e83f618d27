import asyncio
import json
import pickle
import threading
from typing import Any

import pytest

from rlvr.rewards import BadReferenceError, CodeVerifier, Score, Verdict, verifier_named
from rlvr.rewards.code.inside.encoding import encode
from rlvr.rewards.code.inside.function import drained
from rlvr.sandbox import Execution, Limits, Program, ProgramOutcome, SandboxError
from tests.rewards.code.fakes import FakeSandbox, ended, wrote

ECHO: dict[str, Any] = {"kind": "stdin", "tests": [{"input": f"{n}\n", "output": f"{n}\n"} for n in range(5)]}
CALL: dict[str, Any] = {"kind": "function", "tests": {"fn_name": "f", "inputs": [[1], [2]], "outputs": [[1], [2]]}}


def carried(value: Any) -> bytes:
    return encode(value, drained)


def fenced(program: str) -> str:
    return f"<think>Hm.</think>So:\n```python\n{program}\n```\n"


def at(number: int, execution: Execution) -> FakeSandbox:
    """A sandbox in which the test of that number ends so, and all others echo."""

    def script(program: Program, limits: Limits) -> Execution:
        return execution if program.stdin == b"%d\n" % number else wrote(program.stdin)

    return FakeSandbox(script)


@pytest.mark.parametrize(
    ("execution", "verdict", "reason"),
    [
        (wrote(b"3 \n\n"), Verdict.CORRECT, "all 5 tests passed"),
        (wrote(b"4\n"), Verdict.WRONG, "test 4 of 5: WA: line 1 differs"),
        (wrote(b""), Verdict.WRONG, "test 4 of 5: WA: it has too few lines"),
        (wrote(b"3\n4\n"), Verdict.WRONG, "test 4 of 5: WA: it has too many lines"),
        (wrote(b"\n3"), Verdict.WRONG, "test 4 of 5: PE: right tokens, but line 1 differs"),
        (wrote(b"3\n", exit_code=1), Verdict.WRONG, "test 4 of 5: RE: exit code 1"),
        (
            wrote(b"3\n", 1, b"Traceback\nValueError: x\n"),
            Verdict.WRONG,
            "test 4 of 5: RE: exit code 1: 'ValueError: x'",
        ),
        (ended(ProgramOutcome.RE, b"3\n", "signal SIGSEGV ended it"), Verdict.WRONG, "RE: signal SIGSEGV ended it"),
        (ended(ProgramOutcome.TLE, b"3\n"), Verdict.LIMIT, "test 4 of 5: TLE: as scripted"),
        (ended(ProgramOutcome.MLE, b"3\n"), Verdict.LIMIT, "test 4 of 5: MLE: as scripted"),
        (ended(ProgramOutcome.OLE, b"3\n"), Verdict.LIMIT, "test 4 of 5: OLE: as scripted"),
        (ended(ProgramOutcome.VIOLATION, b"3\n"), Verdict.WRONG, "test 4 of 5: VIOLATION: as scripted"),
        (ended(ProgramOutcome.INFRA), Verdict.UNSCORED, "a test could not be run: as scripted"),
        # What claims to be fine and is not: no exit code, or another than 0.
        (Execution(ProgramOutcome.OK, None, None, b"3\n"), Verdict.WRONG, "RE: exit code None"),
        (Execution(ProgramOutcome.OK, 1, None, b"3\n"), Verdict.WRONG, "RE: exit code 1"),
    ],
)
def test_how_a_test_ends_decides_the_verdict(execution: Execution, verdict: Verdict, reason: str) -> None:
    score = CodeVerifier(at(3, execution)).grade("x", ECHO)
    assert score.verdict is verdict
    assert score.value == {Verdict.CORRECT: 1.0, Verdict.UNSCORED: None}.get(verdict, 0.0)
    assert reason in score.reason
    assert score.parts == {"tests": {Verdict.CORRECT: 1.0, Verdict.UNSCORED: None}.get(verdict, 0.6)}


def test_the_last_block_after_the_thinking_is_run() -> None:
    sandbox = FakeSandbox()
    response = "```python\n1\n```<think>```python\n2\n```</think>```python\n3\n```\nor\n```python\n4\n```"
    score = CodeVerifier(sandbox)(response, json.dumps(ECHO))
    assert (score.verdict, score.answer) == (Verdict.CORRECT, "4")
    assert {program.code for program in sandbox.programs} == {b"4"}


@pytest.mark.parametrize("response", ["", "print(1)", "```python\nprint(1)", "<think>```python\n1\n```", "```\n```"])
def test_no_program_is_no_answer(response: str) -> None:
    sandbox = FakeSandbox()
    score = CodeVerifier(sandbox)(response, ECHO)
    assert score.verdict is Verdict.NO_ANSWER
    assert sandbox.programs == []


@pytest.mark.parametrize("reference", [None, "{", {"kind": "stdin", "tests": []}, ECHO | {"limits": {"output_mb": -1}}])
def test_a_malformed_reference_is_unscored_or_raised(reference: Any) -> None:
    verifier = CodeVerifier(FakeSandbox())
    score = verifier(fenced("x"), reference)
    assert score.verdict is Verdict.UNSCORED
    assert score.reason
    with pytest.raises(BadReferenceError):
        verifier.grade("x", reference)
    with pytest.raises(BadReferenceError):
        CodeVerifier(Broken()).grade("x", reference)


def test_limits_no_program_can_meet_are_an_error() -> None:
    large = {"kind": "stdin", "tests": [{"input": "", "output": "x" * 3_000_000}]}
    verifier = CodeVerifier(FakeSandbox(limits=Limits(output_mb=2)))
    with pytest.raises(BadReferenceError, match="no program could pass"):
        verifier.grade("x", large)
    assert verifier.grade("x", large | {"limits": {"output_mb": 4}}).verdict is Verdict.WRONG


def test_the_references_limits_hold_over_the_sandboxs() -> None:
    sandbox = FakeSandbox(limits=Limits(cpu_s=7))
    CodeVerifier(sandbox).grade("x", ECHO | {"limits": {"wall_s": 2}})
    assert set(sandbox.seen_limits) == {Limits(wall_s=2, cpu_s=7)}


def test_a_program_that_is_too_long_is_limit() -> None:
    assert CodeVerifier(FakeSandbox()).grade("x" * 2_100_000, ECHO).verdict is Verdict.LIMIT
    assert CodeVerifier(FakeSandbox()).grade("'\ud800'", ECHO).verdict is Verdict.CORRECT


class Broken(FakeSandbox):
    def run(self, program: Program, limits: Limits | None = None) -> Execution:
        raise SandboxError("no slot is left")


class Buggy(FakeSandbox):
    def run(self, program: Program, limits: Limits | None = None) -> Execution:
        raise KeyError("bug")


@pytest.mark.parametrize(("sandbox", "reason"), [(Broken(), "no slot is left"), (Buggy(), "KeyError: 'bug'")])
def test_our_failure_is_unscored(sandbox: FakeSandbox, reason: str) -> None:
    score = CodeVerifier(sandbox)(fenced("x"), ECHO)
    assert score.verdict is Verdict.UNSCORED
    assert reason in score.reason
    assert score.value is None


def test_the_first_failure_decides_and_later_tests_are_not_started() -> None:
    many = {"kind": "stdin", "tests": [{"input": f"{n}\n", "output": f"{n}\n"} for n in range(100)]}
    sandbox = at(3, wrote(b"no"))
    assert "test 4 of 100: WA" in CodeVerifier(sandbox).grade("x", many).reason
    assert 4 <= len(sandbox.programs) <= 8


def test_the_score_is_the_same_on_any_number_of_slots() -> None:
    def script(program: Program, limits: Limits) -> Execution:
        number = int(program.stdin)
        if number == 2:
            threading.Event().wait(0.05)
        return wrote(b"no") if number >= 2 else wrote(program.stdin)

    scores = {CodeVerifier(FakeSandbox(script, slots)).grade("x", ECHO).reason for slots in (1, 2, 8)}
    assert scores == {"test 3 of 5: WA: line 1 differs"}


def weighted(*weights: float) -> dict[str, Any]:
    tests = [test | {"weight": weight} for test, weight in zip(ECHO["tests"], weights, strict=True)]
    return ECHO | {"tests": tests, "score": "weighted"}


@pytest.mark.parametrize(
    ("reference", "execution", "value", "verdict"),
    [
        (ECHO, wrote(b"no"), 0.0, Verdict.WRONG),
        (ECHO | {"score": "fraction"}, wrote(b"no"), 0.8, Verdict.PARTIAL),
        (ECHO | {"score": "fraction"}, ended(ProgramOutcome.TLE), 0.8, Verdict.PARTIAL),
        (ECHO | {"score": "first_k"}, wrote(b"no"), 0.4, Verdict.PARTIAL),
        (weighted(1, 1, 6, 1, 1), wrote(b"no"), 0.4, Verdict.PARTIAL),
        (ECHO | {"score": "fraction"}, wrote(b"2"), 1.0, Verdict.CORRECT),
        (ECHO | {"score": "fraction"}, ended(ProgramOutcome.INFRA), None, Verdict.UNSCORED),
        (ECHO | {"score": "first_k"}, ended(ProgramOutcome.INFRA), None, Verdict.UNSCORED),
    ],
)
def test_partial_credit(reference: Any, execution: Execution, value: float | None, verdict: Verdict) -> None:
    score = CodeVerifier(at(2, execution)).grade("x", reference)
    assert (score.value, score.verdict) == (value, verdict)


@pytest.mark.parametrize("rule", ["fraction", "weighted", "first_k"])
def test_nothing_passed_is_no_partial_credit(rule: str) -> None:
    wrong = CodeVerifier(FakeSandbox(lambda *_: wrote(b"no"))).grade("x", ECHO | {"score": rule})
    assert (wrong.value, wrong.verdict) == (0.0, Verdict.WRONG)
    slow = CodeVerifier(FakeSandbox(lambda *_: ended(ProgramOutcome.TLE))).grade("x", ECHO | {"score": rule})
    assert (slow.value, slow.verdict) == (0.0, Verdict.LIMIT)


@pytest.mark.parametrize(
    ("stdout", "verdict", "reason"),
    [
        (carried([1]), Verdict.CORRECT, "all 2 tests passed"),
        (carried((1,)), Verdict.CORRECT, "all 2 tests passed"),
        (carried([True]), Verdict.WRONG, "WA: it returned another value"),
        (carried({1}), Verdict.WRONG, "WA: it returned a value of type 'set'"),
        (b"", Verdict.WRONG, "RE: it ended before f returned"),
        (b"noise", Verdict.WRONG, "RE: its result cannot be read"),
        (carried([1]) * 2, Verdict.WRONG, "WA: it returned another value"),
        (b"i1\nl2", Verdict.WRONG, "RE: its result cannot be read"),
    ],
)
def test_a_function_is_judged_by_the_value_it_gave_back(stdout: bytes, verdict: Verdict, reason: str) -> None:
    outputs = iter([stdout, carried([2])])
    sandbox = FakeSandbox(lambda *_: wrote(next(outputs)), num_slots=1)
    sandbox.num_slots = 0  # one thread, so that the outputs come in the order of the tests
    score = CodeVerifier(sandbox).grade("x", CALL)
    assert score.verdict is verdict
    assert reason in score.reason


def test_no_expected_output_enters_the_sandbox_or_a_reason() -> None:
    secret = "SECRET-7261"
    stdin = {"kind": "stdin", "tests": [{"input": "1", "output": secret}]}
    call = {"kind": "function", "tests": {"fn_name": "f", "inputs": [[1]], "outputs": [{secret: [secret]}]}}
    for reference in (stdin, call):
        sandbox = FakeSandbox(lambda *_: wrote(b"i1"))
        score = CodeVerifier(sandbox).grade("x", reference)
        assert score.verdict is Verdict.WRONG
        assert secret not in score.reason
        assert all(secret not in repr(program) for program in sandbox.programs)


def test_an_interrupt_stops_what_has_not_begun() -> None:
    sandbox = FakeSandbox(interrupted)
    with pytest.raises(KeyboardInterrupt):
        CodeVerifier(sandbox).verify_many([(fenced("x"), ECHO)] * 100)
    assert len(sandbox.programs) < 20


def interrupted(program: Program, limits: Limits) -> Execution:
    raise KeyboardInterrupt


def test_many_are_judged_side_by_side_and_in_order() -> None:
    sandbox = at(3, wrote(b"no"))
    one = ECHO | {"tests": ECHO["tests"][:2]}
    pairs = [(fenced("x"), ECHO), ("no program", ECHO), (fenced("x"), one), (fenced("x"), "bad"), (fenced("x"), one)]
    verifier = CodeVerifier(sandbox)
    wanted = [Verdict.WRONG, Verdict.NO_ANSWER, Verdict.CORRECT, Verdict.UNSCORED, Verdict.CORRECT]
    assert [score.verdict for score in verifier.verify_many(pairs)] == wanted
    assert sandbox.most_at_once > 1
    assert verifier.verify_many([]) == []

    async def all_at_once() -> list[Score]:
        return await asyncio.gather(*(verifier.verify_async(*pair) for pair in pairs))

    assert [score.verdict for score in asyncio.run(all_at_once())] == wanted


def test_results_tell_of_each_test() -> None:
    results = CodeVerifier(at(2, wrote(b"no"))).results("x", ECHO)
    assert [result and str(result.outcome) for result in results] == ["AC", "AC", "WA", None, None]
    assert results[2] is not None
    assert results[2].execution is not None
    assert results[2].execution.stdout == b"no"
    every = CodeVerifier(at(2, wrote(b"no"))).results("x", ECHO | {"score": "fraction"})
    assert [result and str(result.outcome) for result in every] == ["AC", "AC", "WA", "AC", "AC"]
    with pytest.raises(ValueError, match="longer than"):
        CodeVerifier(FakeSandbox()).results("x" * 2_100_000, ECHO)


def test_a_copy_keeps_the_sandbox_and_a_pickle_leaves_it() -> None:
    sandbox = FakeSandbox()
    verifier = CodeVerifier(sandbox)
    assert verifier.with_extract("whole")("x", ECHO).verdict is Verdict.CORRECT
    assert verifier.extract == "code"
    assert CodeVerifier(sandbox, extract="tag")("<answer>x</answer>", ECHO).verdict is Verdict.CORRECT
    loaded = pickle.loads(pickle.dumps(verifier.with_extract("tag")))
    assert (loaded.extract, repr(loaded)) == ("tag", "CodeVerifier(None, extract='tag')")


def test_an_unbounded_extraction_runs_in_a_worker() -> None:
    verifier = CodeVerifier(FakeSandbox(), extract="regex:(x+)+y")
    assert [verifier(text, ECHO).verdict for text in ("xxy", "z")] == [Verdict.CORRECT, Verdict.NO_ANSWER]


def test_its_name_gives_it_without_opening_a_sandbox() -> None:
    verifier = verifier_named("code")
    assert isinstance(verifier, CodeVerifier)
    assert not verifier.runs_inline


def test_no_sandbox_is_unscored(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> FakeSandbox:
        raise SandboxError("no tier works here")

    monkeypatch.setattr("rlvr.rewards.code.verifier.default_sandbox", refuse)
    score = CodeVerifier()(fenced("x"), ECHO)
    assert (score.verdict, score.reason) == (Verdict.UNSCORED, "no tier works here")
    assert CodeVerifier().grade("x", ECHO).verdict is Verdict.UNSCORED
    with pytest.raises(BadReferenceError):
        CodeVerifier().grade("x", {})
