"""One end of a test, as the other end sees it: it asks of the other's objects and answers about its own.

A request is a tuple of an operation, the number of an object and the operation's arguments; its answer is a value, the
arguments that a call has changed, items, or an exception. While one end waits for an answer it serves the other's
requests, so a program may call back what it was given. Both ends run this, and only the judge's is believed.
"""

from __future__ import annotations

import _thread
from typing import TYPE_CHECKING, Any

from rlvr.rewards.code.inside.copying import copy_back
from rlvr.rewards.code.inside.decoding import CONTAINERS, READERS, decode
from rlvr.rewards.code.inside.encoding import CrossingError, encode
from rlvr.rewards.code.inside.exceptions import exception_of, exception_parts
from rlvr.rewards.code.inside.handles import Handle, handle_letters, handle_type, method_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from rlvr.rewards.code.inside.link import Link

MAX_OBJECTS = 100_000
"""Objects that one end has shown to the other."""

_ANSWERS = ("value", "changed", "items", "raised")
_UNCHANGING = (type(None), bool, int, float, complex, str, bytes, range)
_MALFORMED = (CrossingError, ValueError, TypeError, LookupError, AttributeError)


class Peer:
    """Asks and answers over a link.

    Args:
        link: To the other end.
        on_end: Ends this process when the other says what is not of this protocol.
        operations: What the other may ask, by name: functions of an object and the request's arguments.
        base: The type of all handles here.
        may_stop: Whether a StopIteration that the other raises is one here, too. It would end a `map` that calls the
            other as if there were no more items, so where nobody expects it, it is none.
    """

    def __init__(
        self,
        link: Link,
        on_end: Callable[[str], Any],
        operations: dict[str, Callable[..., Any]],
        base: type[Handle],
        *,
        may_stop: bool = True,
    ) -> None:
        self._link, self._on_end, self._operations, self._base = link, on_end, operations, base
        self._may_stop = may_stop
        # Held from a message to its answer, and released while this end does what it was asked.
        self._turn = _thread.allocate_lock()
        self._own: list[Any] = []
        self._numbers: dict[Any, int] = {}
        self._theirs: dict[int, Handle] = {}
        self._readers = {**READERS, "h": self._their_object, "H": self._own_object}

    def ask_entry(self) -> Any:
        """Return what the other has shown first. The other answers when it is ready."""
        return self._exchange(("entry", 0), "value")[1]

    def ask(self, operation: str, handle: Handle, *arguments: Any) -> Any:
        """Return what came of an operation on the other's object, or raise what it raised."""
        return self._exchange((operation, handle._rlvr_number, *arguments), "value")[1]

    def ask_call(self, handle: Handle, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what a call of the other's object returned, having carried over what it did to its arguments."""
        word, *found = self._exchange(("call", handle._rlvr_number, args, kwargs), "value", "changed")
        if word == "value":
            return found[0]
        self._checked(copy_back, (args, kwargs), tuple(found))
        return None

    def ask_items(self, handle: Handle, count: int) -> tuple[list[Any], BaseException | None]:
        """Return the next items of the other's iterator, and what it raises after them if that is known."""
        _, items, end = self._exchange(("next", handle._rlvr_number, count), "items")
        if type(items) is not list or not (items or end):
            self._on_end("a malformed message: no items")
        return items, self._error(end) if end else None

    def show(self, value: Any) -> int:
        """Return the number by which the other may ask for an object."""
        key = method_of(value) or id(value)
        if key not in self._numbers:
            if len(self._own) >= MAX_OBJECTS:
                raise CrossingError("too many objects")
            self._numbers[key] = len(self._own)
            self._own.append(value)
        return self._numbers[key]

    def serve(self) -> None:
        """Answer the other's requests, the first message being one, until it says that this was all."""
        self._turn.acquire()
        while True:
            request = self._receive()
            if request[0] == "end":
                return
            self._answer(request)

    def end(self) -> None:
        """Say to the other that this was all, and wait for its end."""
        with self._turn:
            self._link.send(encode(("end", 0), self._written))
            self._link.wait_for_end()

    def _exchange(self, request: tuple[Any, ...], *answers: str) -> Any:
        message = encode(request, self._written)
        with self._turn:
            self._link.send(message)
            found = self._receive()
            while found[0] not in _ANSWERS:
                self._answer(found)
                found = self._receive()
        if found[0] == "raised":
            error = self._error(found[1])
            if isinstance(error, StopIteration) and not self._may_stop:
                error = self._error(("", ("StopIteration",)))
            raise error
        if found[0] not in answers:
            self._on_end("a malformed message: an answer to something else")
        return found

    def _error(self, parts: Any) -> BaseException:
        error: BaseException = self._checked(exception_of, parts)
        error._rlvr_is_relayed = True  # type: ignore[attr-defined]
        return error

    def _receive(self) -> Any:
        """Return a message: a word and two values, or an operation, a number and two values at most."""
        found = self._checked(decode, self._link.receive(), self._readers, CONTAINERS)
        if type(found) is not tuple or len(found) not in (2, 3, 4) or type(found[0]) is not str:
            self._on_end("a malformed message: no words")
        if found[0] in _ANSWERS and len(found) != 3:
            self._on_end("a malformed message: no answer")
        return found

    def _checked(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except _MALFORMED as error:
            return self._on_end(f"a malformed message: {error}")

    def _answer(self, request: tuple[Any, ...]) -> None:
        operation, number, *_ = request
        if operation not in self._operations or type(number) is not int or not 0 <= number < len(self._own):
            self._on_end("a malformed message: no request")
        self._turn.release()
        try:
            message = encode(self._performed(*request), self._written)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is for who asked
            message = encode(("raised", exception_parts(error), None), self._written)
        self._turn.acquire()
        self._link.send(message)

    def _performed(self, operation: str, number: int, *arguments: Any) -> tuple[str, Any, Any]:
        found = self._operations[operation](self._own[number], *arguments)
        if operation == "next":
            return ("items", *found)
        if operation == "call" and found is None and _is_changing(*arguments):
            return ("changed", *arguments)
        return ("value", found, None)

    def _written(self, value: Any) -> str:
        """Return how an object crosses that is no data."""
        if isinstance(value, Handle):
            return f"H{value._rlvr_number:x}"
        return f"h{self.show(value):x}:{handle_letters(value)}"

    def _their_object(self, text: str) -> Handle:
        number_text, _, letters = text.partition(":")
        number = int(number_text, 16)
        if number not in self._theirs:
            if len(self._theirs) >= MAX_OBJECTS or number < 0:
                raise ValueError("too many objects")
            self._theirs[number] = handle_type(letters, self._base)(self, number)
        return self._theirs[number]

    def _own_object(self, text: str) -> Any:
        number = int(text, 16)
        if number < 0:
            raise ValueError("no such object")
        return self._own[number]


def _is_changing(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return any(type(one) not in _UNCHANGING for one in (*args, *kwargs.values()))
