"""A program and its judge in two slots: what they say to each other, how they end, and what neither can do."""

import textwrap
from dataclasses import replace
from typing import Any

import pytest

from rlvr.sandbox import LinkedExecution, Program, Sandbox

ECHO = """
    import os
    while data := os.read(3, 65536):
        os.write(3, data)
"""
ASK = """
    import os
    os.write(3, b"a word")
    print(os.read(3, 100).decode())
"""
WAIT = "import os; os.read(3, 1)"


def linked(sandbox: Sandbox, program: str, judge: str, stdin: bytes = b"", **limits: Any) -> LinkedExecution:
    sources = [textwrap.dedent(source) for source in (program, judge)]
    return sandbox.run_linked(
        Program(sources[0]), Program(sources[1], stdin), replace(sandbox.limits, **limits) if limits else None
    )


def test_a_judge_hears_what_the_program_says(sandbox: Sandbox) -> None:
    done = linked(sandbox, ECHO, ASK)
    assert (done.judge.outcome, done.judge.stdout, done.judge.was_cut) == ("OK", b"a word\n", False)
    assert (done.program.outcome, done.program.was_cut) == ("OK", True)


def test_many_words_and_large_ones_arrive_whole(sandbox: Sandbox) -> None:
    judge = """
        import os
        def ask(data):
            left = memoryview(data)
            got = b""
            while len(got) < len(data):
                left = left[os.write(3, left[:4096]) :]
                got += os.read(3, 65536)
            return got
        for size in [*range(1, 200), 1_000_000]:
            assert ask(bytes(size)) == bytes(size)
        print("all")
    """
    assert linked(sandbox, ECHO, judge).judge.stdout == b"all\n"


def test_a_judge_is_cut_when_its_program_has_ended(sandbox: Sandbox) -> None:
    done = linked(sandbox, "import os; os._exit(0)", WAIT)
    assert (done.program.outcome, done.program.was_cut) == ("OK", False)
    assert done.judge.was_cut


@pytest.mark.parametrize(
    ("program", "outcome"),
    [
        ("1 / 0", "RE"),
        ("import os; os.kill(os.getpid(), 11)", "RE"),
        ("while True: pass", "TLE"),
        ("import time; time.sleep(60)", "TLE"),
        ("x = [bytearray(10**6) for _ in range(1000)]", "MLE"),
        ("import os\nwhile True: os.write(1, bytes(65536))", "OLE"),
        ("import os\nwhile True: os.write(3, bytes(65536))", "OLE"),
    ],
)
def test_a_program_ends_as_it_would_alone(sandbox: Sandbox, program: str, outcome: str) -> None:
    judge = "import os, time; os.write(3, b'.'); os.read(3, 1); time.sleep(60)"  # its clock stands still
    done = linked(sandbox, program, judge, wall_s=1)
    assert (done.program.outcome, done.program.was_cut) == (outcome, False), done


def test_the_clock_of_one_stands_still_while_the_other_works(sandbox: Sandbox) -> None:
    judge = """
        import os, time
        os.write(3, b"ready?")
        os.read(3, 100)
        time.sleep(1.5)
        os.write(3, b"again?")
        print(os.read(3, 100))
    """
    done = linked(sandbox, ECHO, judge, wall_s=1)
    assert (done.program.outcome, done.judge.stdout) == ("OK", b"b'again?'\n"), done


def test_a_program_cannot_stop_its_judges_clock(sandbox: Sandbox) -> None:
    program = "import os, time\nwhile True: os.write(3, b'.'); time.sleep(0.05)"
    done = linked(sandbox, program, "import os\nwhile os.read(3, 1): pass", wall_s=1)
    assert (done.judge.outcome, done.program.was_cut) == ("TLE", True), done


def test_a_program_that_was_cut_answers_for_the_limits_it_exceeded(sandbox: Sandbox) -> None:
    program = """
        import os, time
        os.read(3, 1)
        if os.fork() == 0:
            x = [bytearray(10**6) for _ in range(1000)]
        os.wait()
        os.write(3, b".")
        time.sleep(60)
    """
    done = linked(sandbox, program, "import os; os.write(3, b'.'); os.read(3, 1)")
    assert (done.program.outcome, done.program.was_cut) == ("MLE", False), done


def test_a_launcher_runs_instead_of_the_program(sandbox: Sandbox) -> None:
    launcher = b"import os; print(SOURCE.decode(), open(PATH).read(), __name__); os.fstat(3)"
    for _ in range(3):
        done = sandbox.run(Program("print(5)", launcher=launcher))
        assert done.stdout == b"print(5) print(5) launcher\n", done
        assert b"Bad file descriptor" in done.stderr  # it inherits 0, 1 and 2 only
    assert sandbox.run(Program("print(5)")).stdout == b"5\n"


def test_launchers_do_not_mix(sandbox: Sandbox) -> None:
    launchers = [f"print({number})".encode() for number in range(30)]
    done = sandbox.run_many([Program("", launcher=launcher) for launcher in launchers])
    assert [one.stdout for one in done] == [f"{number}\n".encode() for number in range(30)]


def test_a_program_leaves_nothing_for_the_next_judge(sandbox: Sandbox) -> None:
    judge = "import os; os.chdir(os.environ['HOME']); print(os.path.exists('left')); open('left', 'w').close()"
    assert [sandbox.run_judge(Program(judge)).stdout for _ in range(3)] == [b"False\n"] * 3
    assert sandbox.run(Program(judge)).stdout == b"False\n"


def test_many_pairs_share_few_slots(sandbox: Sandbox) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda _: linked(sandbox, ECHO, ASK), range(40)))
    assert {(one.judge.stdout, one.program.was_cut) for one in done} == {(b"a word\n", True)}
