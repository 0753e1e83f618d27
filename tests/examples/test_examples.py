"""Every example is run as its first lines say, in a process of its own, and must print what it promises."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
MAX_LINES = 39


def _printed(name: str, *arguments: str, cwd: Path) -> list[str]:
    """Run an example to its end and return its lines; whatever it writes to standard error fails the test."""
    command = [sys.executable, str(EXAMPLES / name), *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_each_example_is_short_and_run_here() -> None:
    sources = {file.name: file.read_text(encoding="utf-8") for file in EXAMPLES.glob("*.py")}
    assert sources
    for name, source in sources.items():
        assert len(source.splitlines()) <= MAX_LINES, name
        assert f"python examples/{name}" in source, name
        assert f'"{name}"' in Path(__file__).read_text(encoding="utf-8"), name


def test_reverse_is_solved_by_its_oracle_and_by_nothing_else(tmp_path: Path) -> None:
    task_id, prompt, instructions, right, wrong = _printed("reverse.py", cwd=tmp_path)
    word = prompt.removeprefix("Write ").removesuffix(" backwards.")
    assert task_id == "Reverse-v0/train/3/0"
    assert len(word) == 7
    assert instructions.startswith("Think inside <think>")
    assert right == f"<think></think><answer>{word[::-1]}</answer> -> reward 1.0, terminated True, CORRECT"
    assert wrong == "<think></think><answer>no idea</answer> -> reward 0.0, terminated True, WRONG"


def test_reverse_is_played_by_its_path(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "rlvr", "play", f"{EXAMPLES / 'reverse.py'}:Reverse", "--oracle"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True)
    assert "[score 1 CORRECT]" in done.stdout


def test_score_answers_pays_no_hedge(tmp_path: Path) -> None:
    lines = _printed("score_answers.py", cwd=tmp_path)
    verdicts = [line.split()[0] for line in lines]
    assert verdicts == [
        *("CORRECT", "CORRECT", "WRONG", "WRONG", "NO_ANSWER", "NO_ANSWER", "NO_ANSWER", "CORRECT", "WRONG", "WRONG"),
        *("CORRECT", "CORRECT", "WRONG", "WRONG"),
    ]
    assert not any(line.startswith("CORRECT") and " or " in line for line in lines)


def test_play_guess_number_ends_with_the_number(tmp_path: Path) -> None:
    task_id, prompt, _, *turns, end = _printed("play_guess_number.py", cwd=tmp_path)
    assert task_id.startswith("GuessNumber-v0/test/4/")
    assert "You have 10 guesses." in prompt
    assert all(turn.endswith(("higher. (reward 0.0)", "lower. (reward 0.0)")) for turn in turns[:-1])
    assert turns[-1].endswith("-> Right. (reward 1.0)")
    assert end == f"CORRECT after {len(turns)} turns"


def test_custom_verifier_loses_only_the_slow_answer(tmp_path: Path) -> None:
    lines = _printed("custom_verifier.py", cwd=tmp_path)
    slow = lines.pop(5)
    assert slow.startswith("LIMIT    0.0 1000000000000000003 used ")
    assert lines == [
        "CORRECT  1.0 101",
        "CORRECT  1.0 103",
        "WRONG    0.0 105",
        "WRONG    0.0 97",
        "WRONG    0.0 101 or 105",
        "CORRECT  1.0 107",
    ]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_vector_env_pays_every_other_response(mode: str, tmp_path: Path) -> None:
    *steps, end = _printed("vector_env.py", mode, cwd=tmp_path)
    assert [step.rpartition(" -> ")[2] for step in steps] == ["1.0", "0.0", "1.0", "0.0"]
    assert end == "4 of 4 episodes ended"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="train_tiny.py needs torch: rlvr[train]")
def test_train_tiny_learns(tmp_path: Path) -> None:
    lines = _printed("train_tiny.py", str(tmp_path / "run"), cwd=tmp_path)
    rewards = [float(line.rpartition(" ")[2]) for line in lines]
    assert len(rewards) == 20
    assert max(rewards[:3]) < 0.1
    assert min(rewards[-3:]) > 0.3
    assert {"config.toml", "metrics.jsonl", "rollouts.jsonl", "summary.json"} <= {
        file.name for file in (tmp_path / "run").iterdir()
    }
