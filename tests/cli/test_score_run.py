import random
import signal
import threading
import time

import pytest

from rlvr.cli.score_chunk import Chunk, ScoredChunk
from rlvr.cli.score_run import ChunkSize, Crew, Interrupts
from rlvr.cli.score_tally import Tally


class Echo:
    """Gives chunks back after a random while."""

    def __init__(self) -> None:
        self.rng = random.Random(0)

    def wait_ready(self) -> None: ...

    def close(self) -> None: ...

    def kill(self) -> None: ...

    def score(self, chunk: Chunk) -> ScoredChunk:
        time.sleep(self.rng.random() / 1000)
        if chunk.data == b"bad":
            raise ZeroDivisionError
        return ScoredChunk(chunk.data, Tally())


def test_futures_hold_the_result_of_their_own_chunk() -> None:
    crew = Crew([Echo() for _ in range(4)], ChunkSize(1))
    futures = [crew.submit(Chunk(number, b"%d" % number)) for number in range(200)]
    assert [future.result().data for future in futures] == [b"%d" % number for number in range(200)]
    crew.dismiss()


def test_failure_is_raised_to_who_waits_and_the_thread_lives_on() -> None:
    crew = Crew([Echo()], ChunkSize(1))
    bad, good = crew.submit(Chunk(1, b"bad")), crew.submit(Chunk(2, b"good"))
    assert isinstance(bad.exception(), ZeroDivisionError)
    assert good.result().data == b"good"
    crew.dismiss()


def test_chunks_grow_while_fast_and_shrink_while_slow() -> None:
    size = ChunkSize(1)
    for _ in range(40):
        size.observe(0.001)
    assert size.num_bytes == 512 * 1024
    size.observe(0.3)
    assert size.num_bytes == 512 * 1024
    for _ in range(40):
        size.observe(1.0)
    assert size.num_bytes == 1


def test_interrupt_waits_for_the_end_of_a_held_block() -> None:
    interrupts = Interrupts()
    reached = []

    def interrupt_held_block() -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGINT)
            reached.append("end of block")

    with interrupts.caught():
        with pytest.raises(KeyboardInterrupt):
            interrupt_held_block()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with interrupts.held():
            reached.append("no interrupt is left over")
    assert reached == ["end of block", "no interrupt is left over"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_leave_the_handler_alone() -> None:
    handlers = []

    def enter() -> None:
        with Interrupts().caught():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert handlers == [signal.default_int_handler]
