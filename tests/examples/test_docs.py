"""The documentation shows what happens: its files are written, its commands and prompts run, the outputs compared.

On a page, a block with a title is a file, a `pycon` block is Python with its output, a `console` block holds commands
with theirs. `...` stands for any text, and the numbers of a line about speed are not compared. After the commands,
`<!-- keys FILE [KEY] -->` above a table says whose keys its first column must list: those of a JSON file, or of all
lines of a JSONL file, or of one object in them. The file is one of the run whose recipe the page has.
"""

import doctest
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[2] / "docs"
DATA = Path(os.environ.get("RLVR_DATA", DOCS.parents[1] / "shared" / "data"))
RUN = re.compile(r'^dir = "(?P<folder>runs/\w+)"$', re.MULTILINE)
BLOCK = re.compile(r'^```(?P<kind>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<body>.*?)^```$', re.MULTILINE | re.DOTALL)
KEYS = re.compile(r"^<!-- keys (?P<file>\S+)(?: (?P<key>\w+))? -->\n\n(?P<rows>(?:\|.*\n)+)", re.MULTILINE)
SPEED = re.compile(r"[\d,]+ rows/s \(scoring [\d.]+ s, start-up [\d.]+ s, \d+ workers\)")
RULES = doctest.ELLIPSIS | doctest.REPORT_UDIFF


def _pages() -> list[Any]:
    """The pages with runnable blocks; one that trains is slow."""
    texts = {page.name: page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md"))}
    return [
        pytest.param(text, id=name, marks=[pytest.mark.slow] if "\n$ rlvr train " in text else [])
        for name, text in texts.items()
        if BLOCK.search(text)
    ]


@pytest.fixture(params=_pages())
def page(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The text of one page, with its files written."""
    text: str = request.param
    for block in BLOCK.finditer(text):
        if block["title"]:
            (tmp_path / block["title"]).write_text(block["body"], encoding="utf-8")
    for file in DATA.glob("gsm8k_*.jsonl"):
        (tmp_path / file.name).symlink_to(file)
    return text


def test_python_gives_the_output_shown(page: str, tmp_path: Path) -> None:
    (tmp_path / "shown.txt").write_text("\n".join(_blocks(page, "pycon")), encoding="utf-8")
    command = [sys.executable, "-W", "error", "-m", "doctest", "-o", "ELLIPSIS", "-o", "REPORT_UDIFF", "shown.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""


def test_commands_give_the_output_shown(page: str, tmp_path: Path) -> None:
    for command, wanted in _commands(page):
        if "gsm8k_" in command and not DATA.is_dir():
            continue
        got, example, checker = _output(command, tmp_path), doctest.Example(command, wanted), doctest.OutputChecker()
        if not checker.check_output(example.want, got, RULES):
            pytest.fail(f"$ {command}{checker.output_difference(example, got, RULES)}")
    for table in KEYS.finditer(page):
        written = _object(tmp_path / RUN.findall(page)[0] / table["file"])
        named = re.findall(r"`(\w+)`", "\n".join(row.split("|")[1] for row in table["rows"].splitlines()[2:]))
        assert sorted(named) == sorted(written[table["key"]] if table["key"] else written), table["file"]


def _output(command: str, cwd: Path) -> str:
    """What a command writes, to either stream."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "80", "OMP_WAIT_POLICY": "passive"}
    done = subprocess.run(
        command,
        shell=True,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return _plain(done.stdout)


def _object(file: Path) -> dict[str, Any]:
    """The JSON object of a file; of several lines, all their keys together."""
    text = file.read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    for line in text.splitlines() if file.suffix == ".jsonl" else [text]:
        for key, value in json.loads(line).items():
            found[key] = found.get(key, {}) | value if isinstance(value, dict) else value
    return found


def _plain(output: str) -> str:
    """The output without its speed and without blanks at the ends of lines and of the whole."""
    return "".join(f"{line.rstrip()}\n" for line in SPEED.sub("SPEED", output).strip().splitlines())


def _blocks(page: str, kind: str) -> list[str]:
    return [block["body"] for block in BLOCK.finditer(page) if block["kind"] == kind and not block["title"]]


def _commands(page: str) -> list[tuple[str, str]]:
    """Each command of the console blocks with the output that follows it."""
    commands = []
    for body in _blocks(page, "console"):
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            lines = part.splitlines(keepends=True)
            size = next(number for number, line in enumerate(lines, 1) if not line.endswith("\\\n"))
            commands.append(("".join(lines[:size]), _plain("".join(lines[size:]))))
    return commands
