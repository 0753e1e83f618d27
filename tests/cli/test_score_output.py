import json
from contextlib import closing
from pathlib import Path

import pytest

from rlvr.cli.errors import UsageError
from rlvr.cli.score_chunk import Chunk, ChunkScorer
from rlvr.cli.score_grader import VerifierGrader
from rlvr.cli.score_output import Output
from rlvr.cli.score_source import Source
from rlvr.cli.score_tally import Tally
from rlvr.rewards.exact import Exact

LINES = [
    b'{"response": "a", "reference": "a"}',
    b'  {"response": "a", "reference": "b", "x": NaN }',
    b'{"response": "a", "score": 1, "reference": "a"}\r',
    b"garbage \xff",
    b"",
    b'{"response": "a"}',
    b'{"response": "\xc3\xa9", "reference": "\\u00e9"}',
    b"{}",
]


def prepared(folder: Path, lines: list[bytes] = LINES) -> tuple[Path, Path, bytes]:
    """An input, and the whole output that it gives."""
    source, out = folder / "in", folder / "out"
    data = b"".join(line + b"\n" for line in lines)
    source.write_bytes(data)
    grader = VerifierGrader(Exact(), "response", "reference")
    return source, out, ChunkScorer(grader).score(Chunk(1, data)).data


def keep(source: Path, out: Path) -> tuple[Tally, int]:
    """What is kept, and how many lines of the input it covers."""
    output = Output(str(out), is_resume=True)
    output.open()
    with closing(output), closing(Source(str(source))) as opened:
        return output.keep(opened), opened.num_lines


@pytest.mark.parametrize("num_rows", range(len(LINES) + 1))
@pytest.mark.parametrize("torn", [0, 1, 5])
def test_whole_rows_are_kept_and_a_torn_one_is_cut(tmp_path: Path, num_rows: int, torn: int) -> None:
    source, out, whole = prepared(tmp_path)
    rows = whole.splitlines(keepends=True)
    rest = b"".join(rows[num_rows:])
    out.write_bytes(b"".join(rows[:num_rows]) + rest[: min(torn, len(rest) - 1)] if rest else whole)
    tally, num_lines = keep(source, out)
    assert (tally.num_rows, num_lines) == (num_rows, num_rows)
    assert out.read_bytes() == b"".join(rows[:num_rows])
    expected = [json.loads(row)["score"]["verdict"] for row in rows[:num_rows]]
    assert sorted(expected) == sorted(verdict for verdict, count in tally.counts.items() for _ in range(count))


@pytest.mark.parametrize(
    "row",
    [
        b"{}\n",
        b"garbage\n",
        b'{"response": "a", "reference": "a"}\n',
        b'{"response": "a", "reference": "c", "score": {"value": 1.0, "verdict": "CORRECT"}}\n',
        b'{"response": "a", "reference": "a", "score": {"value": 1.0, "verdict": "MAYBE"}}\n',
        b'{"response": "a", "reference": "a", "score": 1.0}\n',
    ],
)
def test_foreign_row_is_refused_and_nothing_is_lost(tmp_path: Path, row: bytes) -> None:
    source, out, _ = prepared(tmp_path)
    out.write_bytes(row)
    with pytest.raises(UsageError, match="line 1 of"):
        keep(source, out)
    assert out.read_bytes() == row


def test_more_rows_than_lines_are_refused(tmp_path: Path) -> None:
    source, out, whole = prepared(tmp_path)
    out.write_bytes(whole + whole.splitlines(keepends=True)[0])
    with pytest.raises(UsageError, match="more rows than"):
        keep(source, out)


def test_existing_file_needs_a_decision(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert not Output(str(out)).exists
    out.touch()
    with pytest.raises(UsageError, match="--resume"):
        Output(str(out))
    with pytest.raises(UsageError, match="choose one"):
        Output(str(out), is_overwrite=True, is_resume=True)
    assert Output(str(out), is_overwrite=True).exists


@pytest.mark.parametrize("path", ["-", "/dev/null"])
def test_streams_are_neither_overwritten_nor_resumed(path: str) -> None:
    assert Output(path).summary_path is None
    with pytest.raises(UsageError, match="stream"):
        Output(path, is_overwrite=True)


def test_missing_folder_is_told(tmp_path: Path) -> None:
    output = Output(str(tmp_path / "no" / "out"))
    with pytest.raises(UsageError, match="there is no folder"):
        output.open()


def test_writing_onto_the_input_is_seen_through_links(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.write_bytes(b"{}\n")
    (tmp_path / "link").symlink_to(source)
    assert Output(str(tmp_path / "link"), is_overwrite=True).is_same_as(str(source))
    assert Output(str(tmp_path / "in"), is_overwrite=True).is_same_as(str(tmp_path / "link"))
    assert not Output(str(tmp_path / "other")).is_same_as(str(source))
    summary = tmp_path / "other.summary.json"
    summary.write_bytes(b"{}\n")
    assert Output(str(tmp_path / "other")).is_same_as(str(summary))
