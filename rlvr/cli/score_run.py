"""The scoring loop: read a chunk, hand it to whoever is free, write what is done, in order.

Memory stays bounded for input of any size, because only so many chunks are under way. An interrupt never tears a row:
what is finished in order is written, the rest is left for `--resume`.
"""

import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Protocol

from rlvr.cli.errors import InputError, OutputError
from rlvr.cli.score_chunk import Chunk, ScoredChunk
from rlvr.cli.score_output import Output
from rlvr.cli.score_source import Source

CHUNKS_PER_SCORER = 4
"""Chunks under way for each scorer: one in its hands, the others so that one slow chunk does not idle the rest."""

_MAX_BYTES = 512 * 1024
_FAST_S = 0.1
_SLOW_S = 0.5


class Scorer(Protocol):
    """Scores chunks, one at a time."""

    def wait_ready(self) -> None:
        """Return when the first chunk can be scored without further preparation."""

    def score(self, chunk: Chunk) -> ScoredChunk:
        """Score every line of a chunk."""

    def close(self) -> None:
        """Release what an idle scorer holds."""

    def kill(self) -> None:
        """End a scorer that may be busy."""


class ChunkSize:
    """How many bytes a chunk should have: many for speed, few where rows are slow, so that finished ones get out."""

    def __init__(self, num_bytes: int) -> None:
        self.num_bytes = num_bytes

    def observe(self, seconds: float) -> None:
        """Adapt to how long the last chunk took."""
        if seconds < _FAST_S:
            self.num_bytes = min(self.num_bytes * 2, _MAX_BYTES)
        elif seconds > _SLOW_S:
            self.num_bytes = max(self.num_bytes // 2, 1)


class Crew:
    """One thread for each scorer, all taking chunks from one queue."""

    def __init__(self, scorers: Sequence[Scorer], size: ChunkSize) -> None:
        self._scorers = scorers
        self._size = size
        self._jobs: queue.SimpleQueue[tuple[Chunk, Future[ScoredChunk]] | None] = queue.SimpleQueue()
        for scorer in scorers:
            threading.Thread(target=self._work, args=(scorer,), daemon=True).start()

    @property
    def capacity(self) -> int:
        """How many chunks may be under way."""
        return len(self._scorers) * CHUNKS_PER_SCORER

    def submit(self, chunk: Chunk) -> Future[ScoredChunk]:
        """Queue a chunk."""
        future: Future[ScoredChunk] = Future()
        self._jobs.put((chunk, future))
        return future

    def dismiss(self) -> None:
        """Let the threads end once the queue is empty."""
        for _ in self._scorers:
            self._jobs.put(None)

    def _work(self, scorer: Scorer) -> None:
        while (job := self._jobs.get()) is not None:
            chunk, future = job
            started = time.perf_counter()
            try:
                future.set_result(scorer.score(chunk))
            except BaseException as error:  # noqa: BLE001  it is raised again in the thread that waits for the result
                future.set_exception(error)
            self._size.observe(time.perf_counter() - started)


class Interrupts:
    """Ctrl-C as a KeyboardInterrupt, but never in the middle of a write."""

    def __init__(self) -> None:
        self._is_held = False
        self._is_pending = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Handle SIGINT within the block, where this is the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = signal.signal(signal.SIGINT, self._handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put an interrupt off until the end of the block."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self._is_pending:
            self._is_pending = False
            raise KeyboardInterrupt

    def _handle(self, _number: int, _frame: Any) -> None:
        if not self._is_held:
            raise KeyboardInterrupt
        self._is_pending = True


def score_all(
    source: Source,
    output: Output,
    crew: Crew,
    size: ChunkSize,
    interrupts: Interrupts,
    on_scored: Callable[[ScoredChunk], None],
) -> None:
    """Score what is left of `source` into `output`.

    Args:
        source: Where rows come from.
        output: Where scored rows go, in the same order.
        crew: Who scores.
        size: How large chunks are to be.
        interrupts: Keeps Ctrl-C out of the writes.
        on_scored: Told of each chunk once it is written.

    Raises:
        KeyboardInterrupt: On Ctrl-C, after the rows that were finished in order are written.
        InputError: If the input cannot be read to its end, after the rows before are written.
        OutputError: If the output cannot be written.
    """
    under_way: deque[Future[ScoredChunk]] = deque()

    def write_next() -> None:
        scored = under_way[0].result()
        with interrupts.held():
            _write(output, scored)
            under_way.popleft()
            on_scored(scored)

    try:
        while (chunk := source.next_chunk(size.num_bytes)) is not None:
            under_way.append(crew.submit(chunk))
            while under_way and (len(under_way) >= crew.capacity or under_way[0].done()):
                write_next()
        while under_way:
            write_next()
    except KeyboardInterrupt:
        with interrupts.held():
            _flush(output, under_way, on_scored)
        raise
    except InputError:
        while under_way:
            write_next()
        raise
    crew.dismiss()


def _flush(output: Output, under_way: deque[Future[ScoredChunk]], on_scored: Callable[[ScoredChunk], None]) -> None:
    while under_way and under_way[0].done() and under_way[0].exception() is None:
        scored = under_way.popleft().result()
        _write(output, scored)
        on_scored(scored)


def _write(output: Output, scored: ScoredChunk) -> None:
    try:
        output.write(scored.data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the output cannot be written: {error.strerror}") from error
