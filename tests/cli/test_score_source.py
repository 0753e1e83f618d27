import gzip
import random
from contextlib import closing
from pathlib import Path

import pytest

from rlvr.cli.errors import InputError, UsageError
from rlvr.cli.score_source import Source

LINES = [b'{"a": %d}\n' % number for number in range(100)]
DATA = b"".join(LINES)


def chunks(path: Path, size: int, limit: int | None = None) -> list[tuple[int, bytes]]:
    with closing(Source(str(path), limit)) as source:
        found = []
        while (chunk := source.next_chunk(size)) is not None:
            found.append((chunk.first_line, chunk.data))
        return found


def read_all(path: Path, size: int) -> tuple[bytes, str]:
    """All lines before the damage, and the error."""
    read = b""
    with closing(Source(str(path))) as source:
        try:
            while (chunk := source.next_chunk(size)) is not None:
                read += chunk.data
        except InputError as error:
            return read, str(error)
    return read, ""


@pytest.mark.parametrize("size", [1, 7, 25, 10_000])
@pytest.mark.parametrize("suffix", ["plain", "gzip"])
def test_chunks_are_whole_lines_in_order(tmp_path: Path, size: int, suffix: str) -> None:
    file = tmp_path / "misleading.name"
    file.write_bytes(DATA if suffix == "plain" else gzip.compress(DATA))
    found = chunks(file, size)
    assert b"".join(data for _, data in found) == DATA
    position = 1
    for first_line, data in found:
        assert first_line == position
        assert data.endswith(b"\n")
        position += data.count(b"\n")


def test_last_line_needs_no_newline_and_a_mark_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"\xef\xbb\xbf{}\r\n{}")
    assert chunks(file, 100) == [(1, b"{}\r\n{}")]
    assert chunks(file, 1) == [(1, b"{}\r\n"), (2, b"{}")]


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (1, 1), (33, 33), (100, 100), (1000, 100)])
@pytest.mark.parametrize("size", [1, 95, 10_000])
def test_limit(tmp_path: Path, limit: int, count: int, size: int) -> None:
    file = tmp_path / "f"
    file.write_bytes(DATA)
    assert b"".join(data for _, data in chunks(file, size, limit)) == b"".join(LINES[:count])


def test_other_line_separators_do_not_split(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes('{"a": "\u2028\x85\x0c"}\n'.encode())
    assert len(chunks(file, 1)) == 1


def test_lines_and_chunks_share_one_position(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(DATA)
    source = Source(str(file))
    assert [source.next_line() for _ in range(3)] == LINES[:3]
    chunk = source.next_chunk(1)
    assert chunk is not None
    assert (chunk.first_line, chunk.data) == (4, LINES[3])
    assert source.num_lines == 4
    source.close()


@pytest.mark.parametrize("content", [DATA, gzip.compress(DATA)])
def test_position_goes_from_nothing_to_everything(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "f"
    file.write_bytes(content)
    with closing(Source(str(file))) as source:
        seen = [source.position]
        while source.next_line():
            seen.append(source.position)
        assert seen[0] == 0
        assert seen == sorted(seen)
        assert seen[50] == pytest.approx(len(content) / 2, rel=0.2)
        assert seen[-1] == source.size == len(content)


def test_long_line_is_one_chunk(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b'{"a": "' + b"x" * 5_000_000 + b'"}\n{}\n')
    assert [len(data) for _, data in chunks(file, 64)] == [5_000_010, 3]


def test_parquet_rows_are_json_lines(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [
        {"text": "é\n", "number": 1.5, "list": [1, None], "bytes": b"\xff", "nested": {"a": True}} for _ in range(3000)
    ]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "f")
    data = b"".join(data for _, data in chunks(tmp_path / "f", 1000))
    line = b'{"text": "\\u00e9\\n", "number": 1.5, "list": [1, null], "bytes": "/w==", "nested": {"a": true}}\n'
    assert data == line * 3000


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("damage", ["torn", "overwritten", "trailing"])
def test_damaged_gzip_gives_all_lines_before_the_damage(tmp_path: Path, size: int, damage: str) -> None:
    rows = b"".join(b'{"a": "%s"}\n' % random.Random(number).randbytes(9).hex().encode() for number in range(5000))
    data = bytearray(gzip.compress(rows))
    if damage == "torn":
        del data[len(data) // 2 :]
    elif damage == "overwritten":
        data[len(data) // 2 : len(data) // 2 + 50] = b"\xff" * 50
    else:
        data += b"not gzip"
    file = tmp_path / "f"
    file.write_bytes(data)
    read, failure = read_all(file, size)
    assert read.endswith(b"\n")
    num_lines = read.count(b"\n")
    assert f"beyond line {num_lines}:" in failure
    if damage == "torn":
        assert 2000 < num_lines < 5000
        assert rows.startswith(read)
    if damage == "trailing":
        assert read == rows


def test_gzip_of_several_members_and_padding(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(gzip.compress(DATA) + gzip.compress(DATA) + b"\0" * 512)
    assert b"".join(data for _, data in chunks(file, 999)) == DATA + DATA


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    file = tmp_path / "f"
    file.write_bytes(b"PAR1" + b"\0" * 100)
    with pytest.raises(UsageError, match="not a whole Parquet file"):
        Source(str(file))


@pytest.mark.parametrize("name", ["missing", "."])
def test_unreadable_file_is_a_usage_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        Source(str(tmp_path / name))
