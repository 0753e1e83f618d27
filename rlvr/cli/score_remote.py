"""A worker process as seen by the command: send a chunk, get it scored, survive whatever happens in between.

A process that ends, or does not answer in time, is replaced and its chunk is sent again line by line; a line that
fails twice is given up alone. That bounds every wait, for verifiers that claim to be bounded. The others run under
the deadlines of `rlvr.sandbox` and never come here.
"""

import os
import select
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import Any, BinaryIO, cast

from rlvr.cli.errors import OutsideError
from rlvr.cli.score_chunk import Chunk, Problem, ScoredChunk, assemble
from rlvr.cli.score_frames import FrameError, read_frame, write_frame
from rlvr.cli.score_line import LineError, decode_line, opened, opened_error, parse_line
from rlvr.cli.score_plan import Plan
from rlvr.cli.score_tally import Tally
from rlvr.rewards.score import Score

START_DEADLINE_S = 60.0
CHUNK_DEADLINE_S = 60.0
LINE_DEADLINE_S = 10.0
CLOSE_DEADLINE_S = 5.0
_BYTES_PER_S = 1_000_000
"""The deadlines grow by a second for each of these, so that a line of any size can be scored."""


class WorkerFailedError(OutsideError):
    """A worker process ended, or did not answer within its deadline."""

    def __init__(self, message: str, *, has_died: bool) -> None:
        super().__init__(message)
        self.has_died = has_died


class RemoteScorer:
    """Scores chunks in one process of its own; used by one thread at a time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._is_closed = False
        self._in_use = threading.Lock()
        self._process = self._launch()

    def wait_ready(self) -> None:
        """Wait until the process has loaded its grader.

        Raises:
            WorkerFailedError: If it ends or takes more than `START_DEADLINE_S`.
        """
        self._receive(START_DEADLINE_S)

    def score(self, chunk: Chunk) -> ScoredChunk:
        """Score a chunk, if need be line by line.

        Raises:
            WorkerFailedError: If no replacement for a failed process can be started, or the scorer was closed.
        """
        with self._in_use:
            self._require_open()
            try:
                return self._exchange(chunk, CHUNK_DEADLINE_S)
            except WorkerFailedError:
                self._replace()
                lines = enumerate(chunk.lines(), chunk.first_line)
                return _joined([self._score_line(Chunk(number, line)) for number, line in lines])

    def close(self) -> None:
        """End an idle process in peace."""
        self._is_closed = True
        cast(BinaryIO, self._process.stdin).close()
        try:
            self._process.wait(CLOSE_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._discard()

    def kill(self) -> None:
        """End the process at once; a call of `score` in another thread fails."""
        self._is_closed = True
        self._process.kill()
        if self._in_use.acquire(timeout=CLOSE_DEADLINE_S):
            self._discard()
            self._in_use.release()

    def _score_line(self, chunk: Chunk) -> ScoredChunk:
        failure = None
        for _ in range(2):
            try:
                return self._exchange(chunk, LINE_DEADLINE_S)
            except WorkerFailedError as error:
                failure = error
                self._replace()
        assert failure is not None, "a loop that ends without a result has seen a failure"
        return _given_up(chunk, failure)

    def _exchange(self, chunk: Chunk, deadline_s: float) -> ScoredChunk:
        try:
            write_frame(cast(BinaryIO, self._process.stdin), chunk.first_line, chunk.data)
        except BrokenPipeError:
            raise WorkerFailedError("a worker process ended", has_died=True) from None
        header, data = self._receive(deadline_s + len(chunk.data) / _BYTES_PER_S)
        if "failure" in header:
            raise WorkerFailedError(header["failure"], has_died=False)
        return ScoredChunk(data, Tally(**header["tally"]), [Problem(**problem) for problem in header["problems"]])

    def _receive(self, deadline_s: float) -> tuple[Any, bytes]:
        stream = cast(BinaryIO, self._process.stdout)
        poll = select.poll()
        poll.register(stream, select.POLLIN)
        if not poll.poll(deadline_s * 1000):
            raise WorkerFailedError(f"no answer within {deadline_s:.0f} s", has_died=False)
        try:
            frame = read_frame(stream)
        except FrameError:
            frame = None
        if frame is None:
            raise WorkerFailedError("a worker process ended", has_died=True)
        return frame

    def _replace(self) -> None:
        self._discard()
        self._require_open()
        self._process = self._launch()
        self.wait_ready()

    def _require_open(self) -> None:
        if self._is_closed:
            raise WorkerFailedError("the scorer was closed", has_died=True)

    def _discard(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    continue  # the rest of a chunk that nobody will read

    def _launch(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rlvr.cli.score_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )
        write_frame(cast(BinaryIO, process.stdin), asdict(self._plan))
        return process


def _joined(pieces: list[ScoredChunk]) -> ScoredChunk:
    tally = Tally()
    for piece in pieces:
        tally.merge(piece.tally)
    problems = [problem for piece in pieces for problem in piece.problems]
    return ScoredChunk(b"".join(piece.data for piece in pieces), tally, problems)


def _given_up(chunk: Chunk, failure: WorkerFailedError) -> ScoredChunk:
    """A line that crashed its worker twice is LIMIT; one that took too long is our failure."""
    line = chunk.data
    try:
        text = decode_line(line)
        opened_line = opened(text, parse_line(text))
    except LineError as error:
        opened_line = opened_error(chunk.first_line, str(error), line)
    reason = f"{failure}, twice on this line"
    score = Score.limit(reason) if failure.has_died else Score.unscored(reason)
    return assemble(chunk.first_line, [opened_line], [score])
