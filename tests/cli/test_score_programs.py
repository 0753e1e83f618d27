"""`rlvr score` where responses are programs: one sandbox, closed at the end and at Ctrl-C."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rlvr.sandbox import SandboxError, open_sandbox
from tests.cli.command import read_rows, rlvr, start, verdicts, write_rows

TASKS = Path(__file__).parents[1] / "envs" / "programmed.py"
ECHO = {"kind": "stdin", "tests": [{"input": f"{n}\n", "output": f"{n}\n"} for n in range(3)]}
RIGHT, WRONG, SLOW = "print(input())", "print(3)", "import time\ntime.sleep(3)\nprint(input())"


@pytest.fixture(scope="module", autouse=True)
def _some_tier() -> None:
    try:
        open_sandbox("auto", num_slots=1).close()
    except SandboxError as error:
        pytest.skip(str(error))


def row(program: str) -> dict[str, object]:
    return {"response": f"<think></think>\n```python\n{program}\n```", "reference": ECHO}


def test_a_verifiers_rows_share_one_sandbox(tmp_path: Path) -> None:
    programs = [RIGHT, WRONG, RIGHT, "exit(3)"] * 10
    write_rows(
        tmp_path / "in", [*map(row, programs), {"response": "none", "reference": ECHO}, row(RIGHT) | {"reference": 3}]
    )
    done = rlvr("score", "in", "-o", "out", "--verifier", "code", cwd=tmp_path, deadline_s=300)
    assert done.returncode == 3, done.stderr
    assert verdicts(tmp_path / "out") == ["CORRECT", "WRONG", "CORRECT", "WRONG"] * 10 + ["NO_ANSWER", "UNSCORED"]
    assert done.stderr.count(b"programs run in the") == 1


@pytest.mark.parametrize("name", ["Double", "Repair"])
def test_a_tasksets_rows_share_one_sandbox(tmp_path: Path, name: str) -> None:
    right, wrong = row("print(2 * int(input()))")["response"], row("print(2)")["response"]
    rows = [
        {"task_id": f"{name}-v0/val/0/{n}", "turns": [{"response": text} for text in (wrong, right)[n % 2 :]]}
        if name == "Repair"
        else {"task_id": f"{name}-v0/val/0/{n}", "response": (wrong, right)[n % 2]}
        for n in range(20)
    ]
    write_rows(tmp_path / "in", rows)
    done = rlvr("score", "in", "-o", "out", "--taskset", f"{TASKS}:{name}", cwd=tmp_path, deadline_s=300)
    assert done.returncode == 0, done.stderr
    assert verdicts(tmp_path / "out") == (["CORRECT"] * 20 if name == "Repair" else ["WRONG", "CORRECT"] * 10)
    assert done.stderr.count(b"programs run in the") == 1


def test_an_interrupt_ends_the_programs_and_keeps_finished_rows(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", [*[row(RIGHT)] * 5, *[row(SLOW)] * 200])
    process = start("score", "in", "-o", "out", "--verifier", "code", cwd=tmp_path)
    deadline_s = time.monotonic() + 120
    while not (tmp_path / "out").exists() or (tmp_path / "out").read_bytes().count(b"\n") < 5:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130, stderr
    assert b"Traceback" not in stderr
    kept = read_rows(tmp_path / "out")
    assert 5 <= len(kept) < 205
    assert {one["score"]["verdict"] for one in kept} == {"CORRECT"}
    assert json.loads((tmp_path / "out.summary.json").read_text())["status"] == "interrupted"


def test_no_sandbox_is_told_at_once(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", [row(RIGHT)])
    code = (
        "import sys\nfrom rlvr.sandbox import SandboxError\nfrom rlvr.sandbox.programs import tiers\n"
        "def refuse(*args, **kwargs):\n    raise SandboxError('no tier works here')\n"
        "tiers.open_sandbox = refuse\nfrom rlvr.cli import main\n"
        "sys.argv = ['rlvr', 'score', 'in', '-o', 'out', '--verifier', 'code']\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (1, b"error: no tier works here\n")
    assert not (tmp_path / "out").exists()
