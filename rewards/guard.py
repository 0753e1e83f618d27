"""Runs judging that may not end in killable workers, and turns how it ended into a `Score`.

What runs here is a trusted object's method on a model's text: a verifier that is not linear by construction, or a
taskset whose author wrote its own check. The method must return a score's JSON (`Score.to_json`), because nothing else
than JSON comes back from a worker. A call that used up its processor time or memory is LIMIT, which is worth 0; a
call that we failed to make is UNSCORED.

Inside a worker, and for a class that no worker can import (`__main__`, a notebook), calls run in this process; the
latter with one warning per class, since then nothing can stop them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rlvr.rewards.score import BadReferenceError, Score, as_score

if TYPE_CHECKING:
    from rlvr.sandbox.calls import CallResult
    from rlvr.sandbox.target import Target

_warned: set[type] = set()


class UnguardedWarning(UserWarning):
    """A class lives where no worker can import it, so its calls run without a deadline."""


def guarded(obj: object, method: str, calls: Sequence[Sequence[Any]]) -> list[Score]:
    """Call `obj.method(*arguments)` for each of `calls` under a deadline; return the scores in that order.

    Args:
        obj: A trusted object that can be pickled; it is sent to the workers once.
        method: The name of a method that returns a score's JSON.
        calls: The arguments of each call, as JSON values.
    """
    return [result if isinstance(result, Score) else _read(result) for result in guarded_json(obj, method, calls)]


def guarded_json(obj: object, method: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
    """Like `guarded`, for a method that returns any JSON: each result is that value, or the `Score` of a failure."""
    target = _target(obj, method)
    if target is None:
        return [_inline(obj, method, arguments) for arguments in calls]
    from rlvr.sandbox.deadline import default_pool
    from rlvr.sandbox.frames import NotJsonError

    try:
        return [_outcome(result) for result in default_pool().run_many(target, calls)]
    except NotJsonError as error:
        if len(calls) == 1:
            return [Score.unscored(str(error))]
        return [guarded_json(obj, method, [arguments])[0] for arguments in calls]


async def guarded_async(obj: object, method: str, *arguments: Any) -> Score:
    """Like `guarded` for one call, without blocking the event loop meanwhile."""
    target = _target(obj, method)
    if target is None:
        result = _inline(obj, method, arguments)
    else:
        from rlvr.sandbox.deadline import default_pool
        from rlvr.sandbox.frames import NotJsonError

        try:
            result = _outcome(await default_pool().run_async(target, *arguments))
        except NotJsonError as error:
            result = Score.unscored(str(error))
    return result if isinstance(result, Score) else _read(result)


def scored(judge: Callable[[], object], name: str) -> Score:
    """Call a user's own function and turn what it returns or raises into a score.

    Args:
        judge: The call, without arguments; may return whatever `as_score` takes.
        name: What the reason calls it, such as "grade" or "check".

    Returns:
        The score; LIMIT for a MemoryError and UNSCORED with its text for any other exception.
    """
    try:
        return as_score(judge())
    except MemoryError:
        return Score.limit(f"{name} ran out of memory")
    except BadReferenceError as error:
        return Score.unscored(str(error))
    except Exception as error:  # noqa: BLE001  the author's failure is not the response's: it has no score
        return Score.unscored(f"{name} raised {type(error).__name__}: {error}")


def _target(obj: object, method: str) -> Target | None:
    """Return what a worker is to call, or None where the call must run in this process."""
    from rlvr.sandbox.inside import in_worker

    if in_worker():
        return None
    from rlvr.sandbox.loading import NotLoadable
    from rlvr.sandbox.target import Target

    try:
        return Target.method(obj, method)
    except NotLoadable as error:
        if type(obj) not in _warned:
            _warned.add(type(obj))
            message = f"{type(obj).__qualname__} runs without a deadline, since no worker can load it: {error}"
            warnings.warn(message, UnguardedWarning, stacklevel=4)
        return None


def _inline(obj: object, method: str, arguments: Sequence[Any]) -> Any:
    try:
        return getattr(obj, method)(*arguments)
    except MemoryError:
        return Score.limit(f"{method} ran out of memory")
    except Exception as error:  # noqa: BLE001  as in a worker, where an exception is RAISED
        return Score.unscored(f"{type(error).__name__}: {error}")


def _outcome(result: CallResult) -> Any:
    """Return the value of a call that ended well, else the score of how it ended."""
    from rlvr.sandbox.calls import Outcome

    if result.outcome is Outcome.OK:
        return result.value
    if result.outcome in (Outcome.CPU_LIMIT, Outcome.MEMORY_LIMIT, Outcome.DIED):
        return Score.limit(result.error)
    return Score.unscored(result.error)


def _read(value: Any) -> Score:
    try:
        return Score.from_json(value)
    except (ValueError, TypeError, AttributeError) as error:
        return Score.unscored(f"a worker returned no score: {error}")
