"""Pools in other programs: scripts, standard input, forked children, processes that are killed or just end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sandbox.callees import PATH

ROOT = Path(__file__).parents[2]

USE = f"""
from rlvr.sandbox import Budget, DeadlinePool, Target, default_pool
hang = Target.function({PATH + ":hang"!r})
echo = Target.function({PATH + ":echo"!r})
process_id = Target.function({PATH + ":process_id"!r})
"""
CALLS = f"""{USE}
pool = DeadlinePool(2)
outcome = pool.run(hang, budget=Budget(20.0, cpu_s=0.2)).outcome
print(outcome, [result.value for result in pool.run_many(echo, [(n,) for n in range(3)])])
"""
EXPECTED = "CPU_LIMIT [0, 1, 2]\n"


def _python(*arguments: str, stdin: str = "", cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments], input=stdin, capture_output=True, text=True, timeout=60, cwd=cwd
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_script_without_a_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"print('main')\n{CALLS}")
    assert _python(str(script), cwd=tmp_path) == f"main\n{EXPECTED}"


def test_a_command_line_program_and_standard_input() -> None:
    assert _python("-c", CALLS) == EXPECTED
    assert _python("-", stdin=CALLS) == EXPECTED


def test_an_interactive_prompt() -> None:
    done = subprocess.run(
        [sys.executable, "-i", "-q"], input=CALLS, capture_output=True, text=True, timeout=60, cwd=ROOT, check=True
    )
    assert EXPECTED in done.stdout


def test_a_notebook() -> None:
    cell = f"exec(compile({CALLS!r}, '<cell 1>', 'exec'), {{'__name__': '__main__'}})"
    assert _python("-c", f"import asyncio\nasync def main():\n    {cell}\nasyncio.run(main())") == EXPECTED


def test_a_package_that_only_sys_path_knows(tmp_path: Path) -> None:
    (tmp_path / "helper_module.py").write_text("def f(): return 'helped'\n")
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]\n{USE}"
        "print(DeadlinePool(1).run(Target.function('helper_module:f')).value)"
    )
    assert _python("-S", "-c", code, cwd=tmp_path.parent) == "helped\n"


def test_a_module_of_the_callers_directory(tmp_path: Path) -> None:
    (tmp_path / "local_module.py").write_text("def f(): return 'local'\n")
    code = f"{USE}print(DeadlinePool(1).run(Target.function('local_module:f')).value)"
    assert _python("-c", code, cwd=tmp_path) == "local\n"


def test_the_callees_environment_is_the_callers(tmp_path: Path) -> None:
    code = f"{USE}print(DeadlinePool(1).run(Target.function('os:getenv'), 'PYTHONPATH', 'unset').value)"
    assert _python("-c", code) == "unset\n"
    assert _python("-c", f"import os; os.environ['PYTHONPATH'] = '/some/where'\n{code}") == "/some/where\n"


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    assert _python("-c", f"import os; os.rmdir({str(folder)!r})\n{CALLS}", cwd=folder) == EXPECTED


def test_closed_standard_descriptors(tmp_path: Path) -> None:
    output = tmp_path / "output"
    code = f"import os; [os.close(fd) for fd in (0, 1, 2)]\n{USE}\nvalue = DeadlinePool(1).run(echo, 'heard').value\n"
    _python("-c", f"{code}open({str(output)!r}, 'w').write(value)\nos._exit(0)")
    assert output.read_text() == "heard"


def test_a_program_that_ignores_its_children() -> None:
    code = f"import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n{CALLS}"
    assert _python("-c", code) == EXPECTED


@pytest.mark.parametrize("state", ["echo, 1", "hang"])
def test_an_open_pool_lets_the_interpreter_end(state: str) -> None:
    started = time.monotonic()
    future = f"future = pool.submit({state}, budget=Budget(60.0)); time.sleep(0.3)"
    _python("-c", f"import time{USE}pool = DeadlinePool(2)\n{future}")
    assert time.monotonic() - started < 10


def test_a_pool_that_is_made_in_a_thread_lets_the_interpreter_end() -> None:
    code = (
        f"{USE}import threading\nthread = threading.Thread(target=lambda: print(default_pool().run(echo, 1).value))\n"
    )
    assert _python("-c", f"{code}thread.start()") == "1\n"


def test_killing_the_caller_leaves_no_worker() -> None:
    """The workers hang in loops of which one never lets go of the GIL, so only the kernel can end them."""
    code = f"""{USE}
import time
pool = DeadlinePool(3)
pids = [r.value for r in pool.run_many(process_id, [()] * 500)]
pool.submit(hang, budget=Budget(600.0))
pool.submit(Target.function({PATH + ":big_integer"!r}), budget=Budget(600.0))
time.sleep(0.5)
print("ready", flush=True)
time.sleep(600)
"""
    caller = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert caller.stdout is not None
    assert caller.stdout.readline() == "ready\n"
    workers = _children(caller.pid)
    assert len(workers) >= 2
    caller.kill()
    caller.communicate()
    deadline = time.monotonic() + 10
    while any(_is_worker(pid) for pid in workers):
        assert time.monotonic() < deadline, "a worker has outlived its caller"
        time.sleep(0.02)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def _is_worker(pid: int) -> bool:
    try:
        return b"rlvr.sandbox.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


FORK = f"""{USE}
import os, sys
from rlvr.sandbox import PoolClosedError
own, pool = DeadlinePool(1), default_pool()
before = own.run(process_id).value, pool.run(process_id).value
pending = own.submit(Target.function("time:sleep"), 0.5)
if os.fork() == 0:
    assert default_pool() is not pool
    assert default_pool().run(process_id).value not in before
    try:
        own.run(echo, 1)
    except PoolClosedError as error:
        assert "forked" in str(error)
    own.close()
    del own, pool
    print("child", flush=True)
    END
assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
assert pending.result().is_ok
assert own.run(process_id).value == before[0]
assert pool.run(echo, 2).value == 2
print("parent")
"""


@pytest.mark.parametrize("end", ["sys.exit(0)", "os._exit(0)"])
def test_a_forked_child_has_a_pool_of_its_own(end: str) -> None:
    fork_warning = "import warnings; warnings.filterwarnings('ignore', category=DeprecationWarning)\n"
    assert _python("-c", fork_warning + FORK.replace("END", end)) == "child\nparent\n"


def test_the_child_of_a_vector_environment_can_judge() -> None:
    code = f"""{USE}
import multiprocessing
def judge(number):
    return default_pool().run(echo, number).value
if __name__ == "__main__":
    assert judge(0) == 0
    import warnings; warnings.filterwarnings('ignore', category=DeprecationWarning)
    with multiprocessing.get_context("fork").Pool(2) as children:
        print(children.map(judge, range(4)))
"""
    assert _python("-c", code) == "[0, 1, 2, 3]\n"


def test_importing_the_package_is_light() -> None:
    code = "import sys, rlvr.sandbox; print([m for m in ('subprocess', 'asyncio', 'pickle') if m in sys.modules])"
    assert _python("-I", "-c", code) == "[]\n" or os.environ.get("COVERAGE_PROCESS_CONFIG")
