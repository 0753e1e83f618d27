"""From the text of a response to a `Score`.

A `Verifier` extracts the answer and grades it against the reference; a `Rubric` combines being right with other parts.
Nothing here knows what a task is: a verifier takes `(response, reference)`. The names below load their modules at
first use, so that importing this package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlvr.rewards.arithmetic import Arithmetic, Expression, ExpressionError, evaluate, numbers, parse_expression
    from rlvr.rewards.exact import Exact
    from rlvr.rewards.extraction import Extraction, extract, parse_spec
    from rlvr.rewards.format import format_score
    from rlvr.rewards.names import verifier_named
    from rlvr.rewards.numeric import Numeric, parse_number
    from rlvr.rewards.puzzles import CountdownChecker, KnightsAndKnavesChecker, LinearEquationChecker
    from rlvr.rewards.rubric import Rubric
    from rlvr.rewards.score import BadReferenceError, Score, Verdict, as_score
    from rlvr.rewards.verifier import FrozenVerifier, Verifier

_HOMES = {
    "Arithmetic": "arithmetic",
    "BadReferenceError": "score",
    "FrozenVerifier": "verifier",
    "CountdownChecker": "puzzles",
    "Exact": "exact",
    "Expression": "arithmetic",
    "ExpressionError": "arithmetic",
    "Extraction": "extraction",
    "KnightsAndKnavesChecker": "puzzles",
    "LinearEquationChecker": "puzzles",
    "Numeric": "numeric",
    "Rubric": "rubric",
    "Score": "score",
    "Verdict": "score",
    "Verifier": "verifier",
    "as_score": "score",
    "evaluate": "arithmetic",
    "extract": "extraction",
    "format_score": "format",
    "numbers": "arithmetic",
    "parse_expression": "arithmetic",
    "parse_number": "numeric",
    "parse_spec": "extraction",
    "verifier_named": "names",
}

__all__ = [
    "Arithmetic",
    "BadReferenceError",
    "CountdownChecker",
    "Exact",
    "Expression",
    "ExpressionError",
    "Extraction",
    "FrozenVerifier",
    "KnightsAndKnavesChecker",
    "LinearEquationChecker",
    "Numeric",
    "Rubric",
    "Score",
    "Verdict",
    "Verifier",
    "as_score",
    "evaluate",
    "extract",
    "format_score",
    "numbers",
    "parse_expression",
    "parse_number",
    "parse_spec",
    "verifier_named",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
