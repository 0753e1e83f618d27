"""From the text of a response to a `Score`.

A `Verifier` extracts the answer and grades it against the reference; a `Rubric` combines being right with other parts.
Nothing here knows what a task is: a verifier takes `(response, reference)`. The names below load their modules at
first use, so that importing this package costs next to nothing.
"""

from typing import TYPE_CHECKING

from rlvr._lazy import lazy_exports

if TYPE_CHECKING:
    from rlvr.rewards.arithmetic import Arithmetic, Expression, ExpressionError, evaluate, numbers, parse_expression
    from rlvr.rewards.code.verifier import CodeVerifier
    from rlvr.rewards.exact import Exact
    from rlvr.rewards.extraction import Extraction, extract, parse_spec
    from rlvr.rewards.format import format_score
    from rlvr.rewards.math_verifier import MathVerifier, check_reference
    from rlvr.rewards.maths.options import MathOptions
    from rlvr.rewards.names import verifier_named
    from rlvr.rewards.numeric import Numeric, parse_number
    from rlvr.rewards.puzzles import CountdownChecker, KnightsAndKnavesChecker, LinearEquationChecker
    from rlvr.rewards.rubric import Rubric
    from rlvr.rewards.score import BadReferenceError, Score, Verdict, as_score
    from rlvr.rewards.step_verifier import Step, StepVerifier
    from rlvr.rewards.verifier import FrozenVerifier, Verifier

_HOMES = {
    "Arithmetic": "rlvr.rewards.arithmetic",
    "BadReferenceError": "rlvr.rewards.score",
    "FrozenVerifier": "rlvr.rewards.verifier",
    "CodeVerifier": "rlvr.rewards.code.verifier",
    "CountdownChecker": "rlvr.rewards.puzzles",
    "Exact": "rlvr.rewards.exact",
    "Expression": "rlvr.rewards.arithmetic",
    "ExpressionError": "rlvr.rewards.arithmetic",
    "Extraction": "rlvr.rewards.extraction",
    "KnightsAndKnavesChecker": "rlvr.rewards.puzzles",
    "LinearEquationChecker": "rlvr.rewards.puzzles",
    "MathOptions": "rlvr.rewards.maths.options",
    "MathVerifier": "rlvr.rewards.math_verifier",
    "Numeric": "rlvr.rewards.numeric",
    "Rubric": "rlvr.rewards.rubric",
    "Score": "rlvr.rewards.score",
    "Step": "rlvr.rewards.step_verifier",
    "StepVerifier": "rlvr.rewards.step_verifier",
    "Verdict": "rlvr.rewards.score",
    "Verifier": "rlvr.rewards.verifier",
    "as_score": "rlvr.rewards.score",
    "check_reference": "rlvr.rewards.math_verifier",
    "evaluate": "rlvr.rewards.arithmetic",
    "extract": "rlvr.rewards.extraction",
    "format_score": "rlvr.rewards.format",
    "numbers": "rlvr.rewards.arithmetic",
    "parse_expression": "rlvr.rewards.arithmetic",
    "parse_number": "rlvr.rewards.numeric",
    "parse_spec": "rlvr.rewards.extraction",
    "verifier_named": "rlvr.rewards.names",
}

__all__ = [
    "Arithmetic",
    "BadReferenceError",
    "CodeVerifier",
    "CountdownChecker",
    "Exact",
    "Expression",
    "ExpressionError",
    "Extraction",
    "FrozenVerifier",
    "KnightsAndKnavesChecker",
    "LinearEquationChecker",
    "MathOptions",
    "MathVerifier",
    "Numeric",
    "Rubric",
    "Score",
    "Step",
    "StepVerifier",
    "Verdict",
    "Verifier",
    "as_score",
    "check_reference",
    "evaluate",
    "extract",
    "format_score",
    "numbers",
    "parse_expression",
    "parse_number",
    "parse_spec",
    "verifier_named",
]

__getattr__, __dir__ = lazy_exports(__name__, _HOMES)
