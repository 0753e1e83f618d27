"""From a name to a verifier: one of ours, or a user's own class by its path."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module

from rlvr.rewards.extraction import Spec
from rlvr.rewards.verifier import Verifier

_HOMES = {
    "exact": "rlvr.rewards.exact:Exact",
    "numeric": "rlvr.rewards.numeric:Numeric",
    "math": "rlvr.rewards.math_verifier:MathVerifier",
    "steps": "rlvr.rewards.step_verifier:StepVerifier",
    "code": "rlvr.rewards.code.verifier:CodeVerifier",
    "arithmetic": "rlvr.rewards.arithmetic:Arithmetic",
    "countdown": "rlvr.rewards.puzzles:CountdownChecker",
    "knights_and_knaves": "rlvr.rewards.puzzles:KnightsAndKnavesChecker",
    "linear_equation": "rlvr.rewards.puzzles:LinearEquationChecker",
}

VERIFIER_NAMES = tuple(_HOMES)
"""The names of the verifiers that rlvr brings."""


class UnknownVerifierError(ValueError):
    """No verifier has this name, or what has it is none."""


def verifier_named(name: str, extract: Spec | list[str] | None = None) -> Verifier:
    """Return the verifier that `name` names.

    Args:
        name: One of `VERIFIER_NAMES`, or `module:Class` or `file.py:Class` for a `Verifier` that can be made without
            arguments; such a path may also lead to a `Verifier` object.
        extract: Replaces the verifier's own extraction.

    Raises:
        UnknownVerifierError: A ValueError, if there is no such name, or the path leads to something else.
        ValueError: If the path leads nowhere, its class needs arguments, or `extract` names no rule.
    """
    verifier = _ours(name) if ":" not in name else _users(name)
    return verifier if extract is None else verifier.with_extract(extract)


def _ours(name: str) -> Verifier:
    if name not in _HOMES:
        near = get_close_matches(name.lower(), VERIFIER_NAMES, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise UnknownVerifierError(
            f"there is no verifier {name!r}{hint}; use one of {', '.join(VERIFIER_NAMES)}, "
            f"or your own as 'file.py:Class' or 'module:Class'"
        )
    module, _, class_name = _HOMES[name].partition(":")
    made: Verifier = getattr(import_module(module), class_name)()
    return made


def _users(path: str) -> Verifier:
    from rlvr.sandbox.loading import load_object

    found = load_object(path)
    if isinstance(found, type) and issubclass(found, Verifier):
        try:
            found = found()
        except TypeError as error:
            raise ValueError(f"the verifier {path!r} cannot be made without arguments: {error}") from error
    if not isinstance(found, Verifier):
        raise UnknownVerifierError(f"{path!r} is a {type(found).__name__}, not a subclass or object of rlvr.Verifier")
    return found
