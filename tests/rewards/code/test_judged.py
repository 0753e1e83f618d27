import marshal
from dataclasses import replace
from typing import Any

import pytest

from rlvr.rewards import CodeVerifier, Verdict
from rlvr.sandbox import Execution, Limits, LinkedExecution, Program, ProgramOutcome
from tests.rewards.code.fakes import FakeSandbox, ended, wrote

CUT = Execution(ProgramOutcome.OK, None, 9, was_cut=True)
LEFT = Execution(ProgramOutcome.OK, 0)
TEST = "def check(candidate):\n    assert candidate(1) == 'SECRET-7261' or helper"
CHECK: dict[str, Any] = {"kind": "assert", "tests": {"entry_point": "f", "test": TEST}}


class LinkedSandbox(FakeSandbox):
    """A sandbox in which a program and its judge end as it is told."""

    def __init__(self, program: Execution, judge: Execution) -> None:
        super().__init__()
        self._ends = LinkedExecution(program, judge)
        self.judges: list[Program] = []

    def run_linked(self, program: Program, judge: Program, limits: Limits | None = None) -> LinkedExecution:
        self.programs.append(program)
        self.judges.append(judge)
        return self._ends


@pytest.mark.parametrize(
    ("program", "judge", "verdict", "reason"),
    [
        (LEFT, replace(CUT, stdout=b"passed \n"), Verdict.CORRECT, "the test passed"),
        (LEFT, wrote(b"passed \n"), Verdict.CORRECT, "the test passed"),
        (CUT, wrote(b"passed \n"), Verdict.WRONG, "RE: it did not end when the test had"),
        (LEFT, replace(CUT, stdout=b"failed X\n"), Verdict.WRONG, "RE: it ended before the test did"),
        (LEFT, CUT, Verdict.WRONG, "RE: it ended before the test did"),
        (CUT, wrote(b"failed AssertionError\n"), Verdict.WRONG, "WA: an assertion failed"),
        (CUT, wrote(b"unfit TypeError\n"), Verdict.WRONG, "WA: the test raised TypeError over what it was given"),
        (CUT, wrote(b"skipped \n"), Verdict.WRONG, "WA: the test was skipped"),
        (CUT, wrote(b"raised KeyError\n"), Verdict.WRONG, "RE: f raised KeyError"),
        (CUT, wrote(b"lost lost\n"), Verdict.WRONG, "RE: it ended before the test did"),
        (CUT, wrote(b"malformed no words\n"), Verdict.WRONG, "VIOLATION: what it answered cannot be read: no words"),
        (CUT, wrote(b"task ImportError\n"), Verdict.UNSCORED, "the test itself cannot be run: ImportError"),
        (CUT, wrote(b"name helper\n"), Verdict.UNSCORED, "reads the name 'helper', which nothing defines"),
        (CUT, wrote(b"name another\n"), Verdict.WRONG, "WA: the test raised NameError"),
        # The judge did not end as it should: no word of its is believed.
        (LEFT, Execution(ProgramOutcome.OK, None, 9, b"passed \n"), Verdict.WRONG, "RE: it ended before"),
        (CUT, wrote(b"passed \n", exit_code=1), Verdict.WRONG, "RE: the test broke down over"),
        (CUT, wrote(b""), Verdict.WRONG, "RE: it ended before the test did"),
        (CUT, wrote(b"passed \npassed \n"), Verdict.WRONG, "RE: "),
        (CUT, wrote(b"noise\npassed \n"), Verdict.WRONG, "RE: "),
        (CUT, wrote(b"passed"), Verdict.WRONG, "RE: "),
        (CUT, wrote(b"perfect \n"), Verdict.WRONG, "RE: "),
        (CUT, ended(ProgramOutcome.RE, b"passed \n"), Verdict.WRONG, "RE: the test broke down"),
        (CUT, ended(ProgramOutcome.TLE, b"passed \n"), Verdict.LIMIT, "TLE: in the test, over what it was given"),
        (CUT, ended(ProgramOutcome.MLE), Verdict.LIMIT, "MLE: in the test"),
        (CUT, ended(ProgramOutcome.OLE), Verdict.LIMIT, "OLE: in the test"),
        (CUT, ended(ProgramOutcome.INFRA), Verdict.UNSCORED, "as scripted"),
        # The program ended otherwise than by being cut: that decides, whatever the judge says.
        (ended(ProgramOutcome.RE), wrote(b"passed \n"), Verdict.WRONG, "RE: as scripted"),
        (ended(ProgramOutcome.TLE), wrote(b"passed \n"), Verdict.LIMIT, "TLE: as scripted"),
        (ended(ProgramOutcome.VIOLATION), ended(ProgramOutcome.INFRA), Verdict.WRONG, "VIOLATION: as scripted"),
        (ended(ProgramOutcome.INFRA), ended(ProgramOutcome.INFRA), Verdict.UNSCORED, "as scripted"),
        (wrote(b"", 1, b"ValueError: x"), CUT, Verdict.WRONG, "RE: exit code 1: 'ValueError: x'"),
    ],
)
def test_the_ends_of_both_decide(program: Execution, judge: Execution, verdict: Verdict, reason: str) -> None:
    score = CodeVerifier(LinkedSandbox(program, judge)).grade("x", CHECK)
    assert (score.verdict, reason in score.reason) == (verdict, True), score.reason


def test_no_word_of_a_test_enters_the_programs_slot_or_a_reason() -> None:
    sandbox = LinkedSandbox(CUT, wrote(b"failed AssertionError\n"))
    score = CodeVerifier(sandbox).grade("x", CHECK | {"preamble": "import math"})
    assert "SECRET" not in score.reason
    (program,) = sandbox.programs
    assert (program.code, marshal.loads(program.stdin)) == (b"x", ("f", "import math"))
    assert "SECRET" not in repr(program)
    assert sandbox.judges[0].code == TEST.encode()


def test_a_literal_assert_needs_no_judge() -> None:
    sandbox = FakeSandbox(lambda *_: wrote(b"sa"))
    tests = {"entry_point": "f", "asserts": ["assert f(1) == 'a'", "assert f({2}, k=(3,)) == 'SECRET-7261'"]}
    score = CodeVerifier(sandbox).grade("x", {"kind": "assert", "tests": tests})
    assert score.reason == "test 2 of 2: WA: it returned another value"
    jobs = [marshal.loads(program.stdin) for program in sandbox.programs]
    calls = sorted(((name, *marshal.loads(arguments)) for name, arguments, *_ in jobs), key=repr)
    assert calls == [("f", [1], {}), ("f", [{2}], {"k": (3,)})]
    assert all("SECRET" not in repr(program) for program in sandbox.programs)
