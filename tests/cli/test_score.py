"""`rlvr score` as a user runs it: real processes, real signals, exit codes."""

import gzip
import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from rlvr.cli.app import build_app
from rlvr.cli.score_plan import Plan, build_grader
from rlvr.rewards.extraction import extract
from tests.cli.command import RLVR, read_rows, rlvr, start, verdicts, write_rows
from tests.cli.verifiers import HERE

REPOSITORY = Path(__file__).parents[2]
DATA = Path(os.environ.get("RLVR_DATA", REPOSITORY.parent / "shared" / "data"))
SOLUTIONS = DATA / "gsm8k_model_solutions.jsonl"
RULE = "regex:A: ?(.*)"
GSM8K = [
    *("--response-field", "solution", "--reference-field", "ground_truth"),
    *("--extract", RULE, "--reference-extract", RULE),
]
MOODY = ["--verifier", f"{HERE}:Moody"]

GARBAGE = [
    (b'{"response": "a", "reference": "a"}', "CORRECT"),
    (b'{"response": "a", "reference": "a"', "UNSCORED"),
    (b"", "UNSCORED"),
    (b"   ", "UNSCORED"),
    (b"\x00\x01\xfe\xff", "UNSCORED"),
    (b'{"response": "\xff", "reference": "a"}', "UNSCORED"),
    (b"[1, 2]", "UNSCORED"),
    (b"null", "UNSCORED"),
    (b'{"response": "a"}', "UNSCORED"),
    (b'{"reference": "a"}', "UNSCORED"),
    (b'{"response": null, "reference": "a"}', "UNSCORED"),
    (b'{"response": "a", "reference": null}', "UNSCORED"),
    (b'{"response": ["a"], "reference": "a"}', "UNSCORED"),
    (b'{"response": "\\ud800", "reference": "a"}', "WRONG"),
    (b'{"response": "\\ud800", "reference": "\\ud800"}', "CORRECT"),
    (b'{"response": "", "reference": "a"}', "NO_ANSWER"),
    (b'{"response": "a", "reference": "b"}\r', "WRONG"),
    (b'{"response": "a", "reference": "a"} {"response": "a"}', "UNSCORED"),
    (b'{"response": ' + b"[" * 5000, "UNSCORED"),
    (b'{"response": "a", "reference": "a", "n": ' + b"9" * 6000 + b"}", "CORRECT"),
    (b'{"response": "a", "response": "b", "reference": "a"}', "WRONG"),
    (b"<html>", "UNSCORED"),
    (b'{"response": "a", "reference": "a", "tail": 1', "UNSCORED"),
]


@pytest.mark.skipif(not SOLUTIONS.exists(), reason=f"needs {SOLUTIONS}; set RLVR_DATA")
@pytest.mark.parametrize("verifier", ["numeric", "math"])
def test_gsm8k_solutions_reproduce_the_publishers_labels(verifier: str, tmp_path: Path) -> None:
    done = rlvr("score", str(SOLUTIONS), "-o", "out.jsonl", "--verifier", verifier, *GSM8K, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = SOLUTIONS.read_bytes().splitlines()
    rows = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert len(rows) == len(lines) == 2638
    for line, row in zip(lines, rows, strict=True):
        assert row.startswith(line[:-1] + b', "score": {"value": ')
        scored = json.loads(row)
        assert (scored["score"]["verdict"] == "CORRECT") is scored["is_correct"]
        assert set(scored["score"]) == {"value", "verdict", "reason", "parts"}
    summary = json.loads((tmp_path / "out.jsonl.summary.json").read_bytes())
    assert summary["status"] == "complete"
    assert summary["num_rows"] == sum(summary["counts"].values()) == 2638
    assert summary["counts"]["CORRECT"] == 801
    assert summary["mean"] == pytest.approx(801 / 2638)
    assert summary["wall_s"] > 0
    assert summary["startup_s"] > 0
    assert b"rows/s" in done.stdout


def test_garbage_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"\n".join(line for line, _ in GARBAGE))
    done = rlvr("score", "in", "-o", "out", "--verifier", "exact", cwd=tmp_path)
    assert done.returncode == 3
    assert verdicts(tmp_path / "out") == [verdict for _, verdict in GARBAGE]
    unscored = [number for number, (_, verdict) in enumerate(GARBAGE, 1) if verdict == "UNSCORED"]
    told = [line.split(":")[1] for line in done.stderr.decode().splitlines() if line.startswith("in:")]
    assert told == [str(number) for number in unscored]
    rows = read_rows(tmp_path / "out")
    assert rows[1]["line"] == 2
    assert rows[1]["raw"] == '{"response": "a", "reference": "a"'
    assert rows[4]["raw"] == "\x00\x01\\xfe\\xff"
    assert rows[8] == {"response": "a", "score": rows[8]["score"]}
    assert rows[8]["score"]["value"] is None
    assert "no field 'reference'" in rows[8]["score"]["reason"]


def test_only_the_first_problems_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"x\n" * 50)
    done = rlvr("score", "in", "-o", "out", "--verifier", "exact", cwd=tmp_path)
    told = done.stderr.decode().splitlines()
    assert len(told) == 21
    assert told[-1] == "... and 30 more lines without a score"


def test_order_is_kept_and_text_is_kept_over_many_chunks(tmp_path: Path) -> None:
    lines = [
        f'{{"i":{number},"pad":"{"é" * (number % 97)}","response":"{number % 3}","f":1.0E{number % 5},"reference":0}}'
        for number in range(30_000)
    ]
    (tmp_path / "in").write_text("\n".join(lines), encoding="utf-8")
    done = rlvr("score", "in", "-o", "out", "--verifier", "numeric", "--workers", "3", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "out").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(lines)
    for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
        value, verdict = ("1.0", "CORRECT") if number % 3 == 0 else ("0.0", "WRONG")
        assert row.startswith(f'{line[:-1]}, "score": {{"value": {value}, "verdict": "{verdict}", ')


def test_existing_score_column_and_nan(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b'{"score": NaN, "response": "1", "reference": "1"}\n')
    done = rlvr("score", "in", "-o", "-", "--verifier", f"{HERE}:Reasons", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b'{"score_input": null, "response": "1", "reference": "1", "score": {')
    assert json.loads(done.stdout)["score"]["parts"] == {"nan": None, "none": None}


@pytest.mark.parametrize(
    ("field", "reason"), [("1.50", "1 '1.50'"), ("7", "1 7"), ('"x"', "1 'x'"), ('{"a": [1.5]}', "1 {'a': [1.5]}")]
)
def test_reference_is_given_as_it_is_and_decimals_as_they_are_spelt(tmp_path: Path, field: str, reason: str) -> None:
    (tmp_path / "in").write_text(f'{{"response": "1", "reference": {field}}}')
    done = rlvr("score", "in", "-o", "-", "--verifier", f"{HERE}:Reasons", cwd=tmp_path)
    assert json.loads(done.stdout)["score"]["reason"] == reason


def test_fields_by_path_and_chat(tmp_path: Path) -> None:
    chat = [{"role": "user", "content": "?"}, {"role": "assistant", "content": r"so \boxed{4}"}]
    write_rows(tmp_path / "in", [{"choices": [{"messages": chat}], "gold": {"n": "x #### 4"}}])
    done = rlvr(
        *("score", "in", "-o", "-", "--verifier", "numeric", "--response-field", "choices.0.messages"),
        *("--reference-field", "gold.n", "--extract", "boxed", "--reference-extract", "hash"),
        cwd=tmp_path,
    )
    assert json.loads(done.stdout)["score"]["verdict"] == "CORRECT"


@pytest.mark.parametrize("pattern", [RULE, "regex:(?:x+)+y|A: ?(.*)"])
def test_reference_that_cannot_be_extracted_is_unscored(tmp_path: Path, pattern: str) -> None:
    references: list[Any] = ["A: 4", "four", "A: ", "A: four", 4, []]
    write_rows(tmp_path / "in", [{"response": "A: 4", "reference": reference} for reference in references])
    done = rlvr(
        *("score", "in", "-o", "-", "--verifier", "numeric", "--extract", RULE, "--reference-extract", pattern),
        cwd=tmp_path,
    )
    assert done.returncode == 3
    found = [json.loads(line)["score"]["verdict"] for line in done.stdout.splitlines()]
    assert found == ["CORRECT", "UNSCORED", "UNSCORED", "UNSCORED", "UNSCORED", "UNSCORED"]


def test_reference_pattern_that_never_ends_costs_only_its_row(tmp_path: Path) -> None:
    rows = [{"response": "4", "reference": text} for text in ("xy4", "x" * 40, "xxy4")]
    write_rows(tmp_path / "in", rows)
    options = ["--verifier", "numeric", "--reference-extract", "regex:(?:x+)+y(.)"]
    done = rlvr("score", "in", "-o", "-", *options, cwd=tmp_path)
    assert done.returncode == 3
    found = [json.loads(line)["score"]["verdict"] for line in done.stdout.splitlines()]
    assert found == ["CORRECT", "UNSCORED", "CORRECT"]


def test_hanging_rows_cost_their_deadline_and_nothing_else(tmp_path: Path) -> None:
    answers = ["a", "hang", "b", "exit", "raise", "half", "a"] + ["a"] * 50
    write_rows(tmp_path / "in", [{"response": answer, "reference": "a"} for answer in answers])
    done = rlvr("score", "in", "-o", "out", *MOODY, cwd=tmp_path)
    assert done.returncode == 3
    first, hung, *others = verdicts(tmp_path / "out")
    assert [first, *others] == ["CORRECT", "WRONG", "LIMIT", "UNSCORED", "PARTIAL", "CORRECT", *["CORRECT"] * 50]
    assert hung in ("LIMIT", "UNSCORED")  # the latter where a busy machine gave it too little CPU time to be sure
    assert b"in:5: grade raised KeyError" in done.stderr


def test_false_claim_of_bounds_costs_the_row(tmp_path: Path) -> None:
    answers = ["a", "exit", "b"]
    write_rows(tmp_path / "in", [{"response": answer, "reference": "a"} for answer in answers])
    done = rlvr("score", "in", "-o", "-", "--verifier", f"{HERE}:Claims", cwd=tmp_path)
    assert [json.loads(line)["score"]["verdict"] for line in done.stdout.splitlines()] == ["CORRECT", "LIMIT", "WRONG"]


def test_streams(tmp_path: Path) -> None:
    rows = b'{"response": "a", "reference": "a"}\n' * 3
    done = rlvr("score", "-", "-o", "-", "--verifier", "exact", "--json", cwd=tmp_path, stdin=gzip.compress(rows))
    assert done.returncode == 0
    assert done.stdout.count(b"CORRECT") == done.stdout.count(b"\n") == 3
    assert json.loads(done.stderr)["num_rows"] == 3
    assert list(tmp_path.iterdir()) == []


def test_live_stream_is_answered_line_by_line(tmp_path: Path) -> None:
    command = [*RLVR, "score", "-", "-o", "-", "--verifier", "exact"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"response": "a", "reference": "a"}\n' * 9)
        process.stdin.flush()
        process.stdin.write(b'{"response": "a", "reference": "a"}')
        process.stdin.close()
        assert len(process.stdout.readlines()) == 10
    assert process.returncode == 0


def test_nobody_reads_on_is_quiet(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", [{"response": "a" * 1000, "reference": "a"}] * 5000)
    pipe = subprocess.run(
        f"{' '.join(RLVR)} score in -o - --verifier exact | head -1",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert pipe.stdout.count(b"\n") == 1
    assert pipe.stderr == b""


def test_json_summary_is_all_of_standard_output(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", [{"response": "a", "reference": "a"}])
    done = rlvr("score", "in", "-o", "out", "--verifier", "exact", "--json", cwd=tmp_path)
    assert json.loads(done.stdout) == json.loads((tmp_path / "out.summary.json").read_bytes())


def test_empty_input_and_limit(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"")
    done = rlvr("score", "in", "-o", "out", "--verifier", "exact", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["mean"] is None
    assert (tmp_path / "out").read_bytes() == b""
    write_rows(tmp_path / "in", [{"response": "a", "reference": "a"}] * 9)
    done = rlvr("score", "in", "-o", "out", "--overwrite", "--verifier", "exact", "--limit", "4", cwd=tmp_path)
    assert done.returncode == 0
    assert len(verdicts(tmp_path / "out")) == 4


USAGE = [
    (["score", "in", "-o", "out"], "exactly one of"),
    (["score", "in", "-o", "out", "--verifier", "exact", "--taskset", "ChainSum"], "exactly one of"),
    (["score", "in", "-o", "out", "--verifier", "exakt"], "did you mean 'exact'"),
    (["score", "in", "-o", "out", "--verifier", "nowhere.py:X"], "nowhere.py"),
    (["score", "in", "-o", "out", "--verifier", "json:dumps"], "json:dumps"),
    (["score", "in", "-o", "out", "--taskset", "ChainSun"], "did you mean 'ChainSum'"),
    (["score", "in", "-o", "out", "--verifier", "exact", "--extract", "boxd"], "did you mean 'boxed'"),
    (["score", "in", "-o", "out", "--verifier", "exact", "--extract", "regex:("], "regular expression"),
    (["score", "in", "-o", "out", "--verifier", "exact", "--reference-extract", "nope"], "nope"),
    (["score", "in", "-o", "out", "--verifier", "exact", "--rubric", "correct=1"], "--rubric"),
    (["score", "in", "-o", "out", "--taskset", "ChainSum", "--rubric", "correct"], "correct=1.0"),
    (["score", "in", "-o", "out", "--taskset", "ChainSum", "--option", "x"], "key=value"),
    (["score", "in", "-o", "out", "--taskset", "ChainSum", "--option", "x=1"], "no option 'x'"),
    (["score", "in", "-o", "out", "--taskset", "ChainSum", "--reference-extract", "tag"], "--reference-extract"),
    (["score", "missing", "-o", "out", "--verifier", "exact"], "cannot read missing"),
    (["score", "in", "-o", "there", "--verifier", "exact"], "there exists"),
    (["score", "in", "-o", "in", "--overwrite", "--verifier", "exact"], "overwrite the input"),
    (["score", "in", "-o", "no/out", "--verifier", "exact"], "no folder"),
    (["score", "in", "-o", "out", "--verifier", "exact", "--workers", "0"], "workers"),
    (["score", "in", "--verifier", "exact"], "-o"),
    (["scor", "in"], "score"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE)
def test_usage_errors_say_what_to_do_and_touch_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    write_rows(tmp_path / "in", [{"response": "a", "reference": "a"}])
    (tmp_path / "there").write_bytes(b"precious")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        build_app()(arguments, prog_name="rlvr")
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert (tmp_path / "there").read_bytes() == b"precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "there"]


def test_full_disk_is_told_without_a_traceback(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", [{"response": "a", "reference": "a"}])
    done = rlvr("score", "in", "-o", "/dev/full", "--verifier", "exact", cwd=tmp_path)
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_damaged_input_keeps_what_comes_before(tmp_path: Path) -> None:
    data = gzip.compress(b'{"response": "a", "reference": "a"}\n' * 9999)
    (tmp_path / "in").write_bytes(data[:-20])
    done = rlvr("score", "in", "-o", "out", "--verifier", "exact", cwd=tmp_path)
    assert done.returncode == 1
    assert b"beyond line" in done.stderr
    assert b"Traceback" not in done.stderr
    assert set(verdicts(tmp_path / "out")) == {"CORRECT"}


def slow_rows(count: int) -> list[Any]:
    return [{"i": number, "response": "sleep", "reference": "sleep"} for number in range(count)]


def wait_for_rows(out: Path, count: int) -> None:
    give_up = time.monotonic() + 30
    while not out.exists() or out.read_bytes().count(b"\n") < count:
        assert time.monotonic() < give_up, "no rows were written"
        time.sleep(0.02)


def test_interrupt_keeps_finished_rows_and_resume_finishes(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", slow_rows(16))
    process = start("score", "in", "-o", "out", *MOODY, cwd=tmp_path)
    wait_for_rows(tmp_path / "out", 3)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"--resume" in told
    assert b"Traceback" not in told
    kept = (tmp_path / "out").read_bytes()
    num_kept = kept.count(b"\n")
    assert kept.endswith(b"\n")
    assert 3 <= num_kept < 16
    summary = json.loads((tmp_path / "out.summary.json").read_bytes())
    assert (summary["status"], summary["num_rows"]) == ("interrupted", num_kept)

    done = rlvr("score", "in", "-o", "out", "--resume", *MOODY, cwd=tmp_path)
    assert done.returncode == 0
    assert f"{num_kept} rows kept".encode() in done.stderr
    assert (tmp_path / "out").read_bytes().startswith(kept)
    assert [row["i"] for row in read_rows(tmp_path / "out")] == list(range(16))
    summary = json.loads((tmp_path / "out.summary.json").read_bytes())
    assert (summary["num_rows"], summary["num_kept"], summary["counts"]["CORRECT"]) == (16, num_kept, 16)


def test_ctrl_c_in_a_terminal(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", slow_rows(16))
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.execv(RLVR[0], [*RLVR, "score", "in", "-o", "out", *MOODY])
    wait_for_rows(tmp_path / "out", 2)
    os.write(terminal, b"\x03")
    told = b""
    try:
        while data := os.read(terminal, 65536):
            told += data
    except OSError:  # how a terminal says that its last process has ended
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    os.close(terminal)
    assert b"scoring" in told
    assert b"--resume" in told
    assert b"Traceback" not in told
    assert (tmp_path / "out").read_bytes().endswith(b"\n")


def test_kill_and_resume_gives_the_same_file(tmp_path: Path) -> None:
    lines = [
        f'{{"response": "{number % 7}", "reference": {number % 2}, "pad": "{"x" * 500}"}}' for number in range(30_000)
    ]
    (tmp_path / "in").write_text("\n".join(lines), encoding="utf-8")
    command = ["score", "in", "--verifier", "numeric"]
    process = start(*command, "-o", "out", cwd=tmp_path)
    wait_for_rows(tmp_path / "out", 1)
    process.kill()
    process.communicate(timeout=30)
    with (tmp_path / "out").open("ab") as out:
        out.write(b'{"response": "torn')
    done = rlvr(*command, "-o", "out", "--resume", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"rows kept" in done.stderr
    assert rlvr(*command, "-o", "whole", cwd=tmp_path).returncode == 0
    assert (tmp_path / "out").read_bytes() == (tmp_path / "whole").read_bytes()
    resumed, whole = (json.loads((tmp_path / f"{name}.summary.json").read_bytes()) for name in ("out", "whole"))
    assert (resumed["counts"], resumed["mean"]) == (whole["counts"], whole["mean"])


def test_killed_command_leaves_no_process(tmp_path: Path) -> None:
    fifo = tmp_path / "in"
    os.mkfifo(fifo)
    process = start("score", "in", "-o", "out", "--verifier", "exact", "--workers", "2", cwd=tmp_path)
    with fifo.open("wb") as pipe:
        pipe.write(b"{}\n")
        pipe.flush()
        give_up = time.monotonic() + 30
        while len(children := child_processes(process.pid)) < 2:
            assert time.monotonic() < give_up, "the workers never started"
            time.sleep(0.02)
        process.kill()
        process.communicate(timeout=30)
    give_up = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < give_up, "a worker outlived the command"
        time.sleep(0.02)


def child_processes(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()


def test_resume_refuses_other_settings_and_other_input(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", [{"response": "a", "reference": "a"}] * 3)
    assert rlvr("score", "in", "-o", "out", "--verifier", "exact", cwd=tmp_path).returncode == 0
    before = (tmp_path / "out").read_bytes()
    done = rlvr("score", "in", "-o", "out", "--resume", "--verifier", "numeric", cwd=tmp_path)
    assert done.returncode == 2
    assert b"verifier was 'exact' and is 'numeric'" in done.stderr
    write_rows(tmp_path / "in", [{"response": "b", "reference": "a"}] * 3)
    done = rlvr("score", "in", "-o", "out", "--resume", "--verifier", "exact", cwd=tmp_path)
    assert done.returncode == 2
    assert b"line 1 of out is not line 1 of in" in done.stderr
    assert (tmp_path / "out").read_bytes() == before


def test_several_rules_are_tried_in_order_and_resume_knows_them(tmp_path: Path) -> None:
    rows = [r"so \boxed{\frac12}", "The answer is 1/2.", "1/2", r"\boxed{}. The answer is 1/2."]
    write_rows(tmp_path / "in", [{"response": row, "reference": "0.5"} for row in rows])
    command = ["score", "in", "-o", "out", "--verifier", "math"]
    rules = ["--extract", "boxed", "--extract", "marker", "--extract", "whole"]
    assert rlvr(*command, *rules, "--limit", "2", cwd=tmp_path).returncode == 0
    done = rlvr(*command, *rules, "--resume", cwd=tmp_path)
    assert (done.returncode, b"2 rows kept" in done.stderr) == (0, True)
    assert verdicts(tmp_path / "out") == ["CORRECT", "CORRECT", "CORRECT", "NO_ANSWER"]
    done = rlvr(*command, *rules[:4], "--resume", cwd=tmp_path)
    assert (done.returncode, b"extract was" in done.stderr) == (2, True)


def test_resume_of_nothing_starts_and_of_everything_ends(tmp_path: Path) -> None:
    write_rows(tmp_path / "in", [{"response": "a", "reference": "a"}, {"response": "a"}])
    command = ["score", "in", "-o", "out", "--verifier", "exact", "--resume"]
    first = rlvr(*command, cwd=tmp_path)
    assert first.returncode == 3
    assert b"nothing to resume" in first.stderr
    before = (tmp_path / "out").read_bytes()
    again = rlvr(*command, cwd=tmp_path)
    assert again.returncode == 3
    assert b"2 rows kept" in again.stderr
    assert b"1 lines of an earlier run without a score" in again.stderr
    assert (tmp_path / "out").read_bytes() == before


def test_long_line(tmp_path: Path) -> None:
    long = json.dumps({"response": "x" * 20_000_000, "reference": "a"})
    (tmp_path / "in").write_text(f'{{"response": "a", "reference": "a"}}\n{long}\n', encoding="utf-8")
    done = rlvr("score", "in", "-o", "out", "--verifier", "exact", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_text(encoding="utf-8").splitlines()[1].startswith(long[:-1])


def test_extraction_replaces_the_verifiers_own() -> None:
    row = {"response": "<answer>3</answer> #### 4", "reference": "4"}
    assert extract(("tag", "hash"), row["response"]).answer == "3"
    for rule, verdict in ((None, "WRONG"), ("hash", "CORRECT"), ("boxed", "NO_ANSWER")):
        grader = build_grader(Plan(verifier="numeric", extract=rule))
        requests: list[Any] = [grader.request(row, json.dumps(row))]
        assert grader.grade_many(requests)[0].verdict == verdict
