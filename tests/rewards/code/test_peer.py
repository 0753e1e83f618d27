"""The two ends of a test in one process, each in a thread, and what a hostile end may say."""

import os
import socket
import threading
from collections import deque
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from rlvr.rewards.code.inside import link as links
from rlvr.rewards.code.inside.encoding import encode
from rlvr.rewards.code.inside.handles import Handle
from rlvr.rewards.code.inside.judge import OpaqueHandle
from rlvr.rewards.code.inside.link import Link
from rlvr.rewards.code.inside.operations import OPERATIONS
from rlvr.rewards.code.inside.peer import Peer
from rlvr.rewards.code.inside.reach import Reach


class EndedError(BaseException):
    """In the place of the process's end."""


def end(why: str) -> NoReturn:
    raise EndedError(why)


class Ends:
    """A judge's end, and the bytes of the other."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        reach = Reach()
        operations: dict[str, Any] = {**OPERATIONS, "get": reach.read, "set": reach.assign}
        self.judge = Peer(Link(self.ours.fileno(), end), end, operations, OpaqueHandle)
        self.number = 0

    def say(self, *words: Any, number: int | None = None) -> None:
        """Send a message as the other end."""
        body = encode(words, str)
        self.number += 2
        numbered = self.number if number is None else number
        self.theirs.sendall(len(body).to_bytes(4, "big") + numbered.to_bytes(4, "big") + body)


pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.ours.close()
    made.theirs.close()


def test_an_entry_is_a_handle(ends: Ends) -> None:
    body = b"svalue\nh0:cl\nbNone\nt3"
    ends.theirs.sendall(bytes([0, 0, 0, len(body), 0, 0, 0, 2]) + body)
    found = ends.judge.ask_entry()
    assert isinstance(found, Handle)
    assert callable(found)


@pytest.mark.parametrize(
    "words",
    [
        ("value", 1),
        ("value", 1, 2, 3),
        ("items", [1], None),
        ("changed", (), {}),
        ("raised", ("eval", ()), None),
        ("raised", 5, None),
        ("call", 0, (), {}),
        ("call", -1, (), {}),
        ("call", True, (), {}),
        ("call", "0", (), {}),
        ("str", 0),
        ("exec", 0, "1"),
        ("value",),
        (1, 2, 3),
        (None, 0, 0),
    ],
)
def test_a_word_that_is_none_of_ours_ends_the_test(ends: Ends, words: Any) -> None:
    ends.say(*words)
    with pytest.raises(EndedError, match="malformed"):
        ends.judge.ask_entry()


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0\0\x02\0\0\0\x03i1",  # another number
        b"\0\0\0\x02\0\0\0\x02i1i1",  # more than was asked for
        b"\xff\0\0\0\0\0\0\x02i1",  # too large
        b"\0\0\0\x02\0\0\0\x02i1",  # no words
        b"\0\0\0\x02\0\0\0\x02\xff\xff",
        b"\0\0\0\0\0\0\0\x02",
    ],
)
def test_bytes_that_are_no_message_end_the_test(ends: Ends, data: bytes) -> None:
    ends.theirs.sendall(data)
    with pytest.raises(EndedError, match=r"a message|malformed"):
        ends.judge.ask_entry()


def test_an_end_that_is_gone_ends_the_test(ends: Ends) -> None:
    ends.theirs.sendall(b"\0\0")
    ends.theirs.close()
    with pytest.raises(EndedError, match="lost"):
        ends.judge.ask_entry()


def test_a_conversation_has_an_end(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MAX_MESSAGES", 1)
    ends.say("value", 1, None)
    with pytest.raises(EndedError, match="more than 1 messages"):
        ends.judge.ask_entry()


def test_a_fork_has_no_part_in_it(ends: Ends) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            ends.judge.ask_entry()
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
    ends.theirs.settimeout(0.01)
    with pytest.raises(TimeoutError):
        ends.theirs.recv(1)


class Node:
    def __init__(self) -> None:
        self.val, self._hidden = 1, 2

    def double(self) -> int:
        return 2 * self.val


def paired(entry: Any) -> tuple[Any, threading.Thread, socket.socket]:
    """Return the handle of an object that a thread serves as the program's end does."""
    ours, theirs = socket.socketpair()
    own: dict[str, Any] = {"entry": lambda one: one, "get": getattr, "set": setattr, "str": str, "repr": repr}
    candidate = Peer(Link(theirs.fileno(), end), end, {**OPERATIONS, **own}, Handle)
    candidate.show(entry)

    def serve() -> None:
        with theirs, pytest.raises(EndedError, match="lost"):
            candidate.serve()

    thread = threading.Thread(target=serve)
    thread.start()
    reach = Reach()
    judge = Peer(Link(ours.fileno(), end), end, {**OPERATIONS, "get": reach.read, "set": reach.assign}, OpaqueHandle)
    return judge.ask_entry(), thread, ours


@pytest.mark.parametrize(
    ("function", "args", "found"),
    [
        (lambda a, b: [b, a], (1, {2}), [{2}, 1]),
        (lambda g: g(3) + 1, (lambda x: x * x,), 10),
        (lambda node: (node.val, node.double()), (Node(),), (1, 2)),
        (lambda it: [next(it), list(it)], (iter(range(50)),), [0, list(range(1, 50))]),
        (lambda node: node is node and node == node, (Node(),), True),
        (lambda g: [g(n) for n in range(300)] and None, (abs,), None),
    ],
)
def test_a_call_and_what_it_calls_back(function: Any, args: Any, found: Any) -> None:
    handle, thread, ours = paired(function)
    with ours:
        assert handle(*args) == found
    thread.join()


def mixed(items: Any) -> list[Any]:
    """Use many methods of a deque, most of them twice."""
    for number in range(50):
        items.append(number), items.appendleft(number), items.rotate(1), items.extend([number])
        items.pop(), items.popleft()
    return [items.count(3), items.index(3), items.copy()[0], list(items)]


def test_methods_are_not_taken_for_each_other() -> None:
    handle, thread, ours = paired(mixed)
    with ours:
        assert handle(deque([3])) == mixed(deque([3]))
    thread.join()


def test_an_iterator_ends_once_with_what_it_raised() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError(2)

    handle, thread, ours = paired(items)
    with ours:
        found = handle()
        assert next(found) == 1
        with pytest.raises(KeyError, match="2"):
            next(found)
        assert list(found) == []
    thread.join()


@pytest.mark.parametrize("name", ["_hidden", "__dict__", "__class__", "nothing", "__init__"])
def test_what_is_not_handed_out_cannot_be_read(name: str) -> None:
    handle, thread, ours = paired(lambda node: node._rlvr_peer.ask("get", node, name))
    with ours, pytest.raises(AttributeError, match=name):
        handle(Node())
    thread.join()


def test_an_object_keeps_its_handle_and_comes_home() -> None:
    handle, thread, ours = paired(lambda one: one)
    node, other = Node(), Node()
    with ours:
        assert handle(node) is node
        assert handle([node, other, node]) == [node, other, node]
        assert handle(handle) is handle
    thread.join()
