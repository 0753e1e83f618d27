r"""Whatever the text, a verdict and never an exception: random text, broken LaTeX, and LaTeX from random commands."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.rewards import BadReferenceError, MathVerifier, Score, Verdict, check_reference
from tests.rewards.maths.rows import VERIFIER
from tests.rewards.maths.test_semantics_symmetry import TABLES, table

TOKENS = r"""
\frac \sqrt \left \right \text \begin{pmatrix} \end{pmatrix} \\ & \pm \mp \over \choose \limits \dot 10^ ** ' \prime
{ } ( ) [ ] \{ \} | ^ _ ! , ; : = < \le \approx \in + - * / \cdot \times \div % \% \circ \cup \cap \setminus \infty
\mathbb{R} \emptyset \sum \int \lim \binom \overline \boxed \fbox \ldots $ $$ \[ \] \( \) \, \! \mathrm \operatorname
0 1 2 9 10 0.5 . x y e i \pi \theta f sin \sin \log \ln and or only degrees − √ ½ ² ∪ 𝟘 ٣ …
<sup> </sup> <think> </think> #### <answer> </answer>
"""
PIECES = [*TOKENS.split(), " ", r"\ ", "answer is", "for all", "\u200b", "\x00", "\ud800"]
TEXTS = sorted({text for name in TABLES for a, b, _ in table(name) for text in (a, b)})
latex = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def mutated(text: str, rng: random.Random) -> str:
    """Return `text` with one to three characters dropped, doubled, swapped or replaced by a piece."""
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(text) + 1)
        piece = rng.choice(["", text[at : at + 1] * 2, rng.choice(PIECES), text[at + 1 : at + 2] + text[at : at + 1]])
        text = text[:at] + piece + text[at + rng.randint(0, 2) :]
    return text


def graded(answer: str, reference: str) -> Score | None:
    """Return the grade; None where the reference is refused, which is all that may ever be raised."""
    try:
        score = VERIFIER.grade(answer, reference)
    except BadReferenceError:
        assert check_reference(reference) is not None
        return None
    assert isinstance(score, Score)
    assert isinstance(score.verdict, Verdict)
    return score


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_random_text_has_a_verdict(answer: str, reference: str) -> None:
    graded(answer, reference)
    assert isinstance(VERIFIER(answer, reference), Score)
    assert check_reference(reference) is None or isinstance(check_reference(reference), str)


@settings(max_examples=300, deadline=None)
@given(latex, latex)
def test_random_latex_has_a_verdict(answer: str, reference: str) -> None:
    graded(answer, reference)
    assert isinstance(VERIFIER(answer, reference), Score)
    assert check_reference(reference) is None or isinstance(check_reference(reference), str)


@settings(max_examples=200, deadline=None)
@given(latex)
def test_a_reference_without_fault_is_itself(reference: str) -> None:
    if check_reference(reference) is None:
        assert VERIFIER.grade(reference, reference).verdict is Verdict.CORRECT


@pytest.mark.parametrize("seed", range(4))
def test_mutated_rows_have_one_verdict(seed: int) -> None:
    rng = random.Random(seed)
    other = MathVerifier(extract=("boxed", "marker", "whole"))
    for _ in range(250):
        reference, answer = rng.choice(TEXTS), mutated(rng.choice(TEXTS), rng)
        score = graded(answer, reference)
        assert score is None or other.grade(answer, reference).verdict is score.verdict


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_row_against_itself_never_raises(seed: int) -> None:
    rng = random.Random(1000 + seed)
    for _ in range(250):
        text = mutated(rng.choice(TEXTS), rng)
        graded(text, text)
        assert isinstance(VERIFIER(text, text), Score)


@pytest.mark.parametrize(
    "at", ["", " ", "\x00", "\ud800", "\\", "{", "}", "$", "%", "&", "^", "_", "'", "\t", "\n", "\r"]
)
def test_one_character_is_judged(at: str) -> None:
    for answer, reference in ((at, "1"), ("1", at), (at, at)):
        graded(answer, reference)
        assert isinstance(VERIFIER(answer, reference), Score)


MALFORMED = r"""
\tan() \frac{\cos()}{\sin(x)} 1/\tan() \operatorname{atan}{\left(\right)} \atan() \max() \gcd() \gcd(,) \log_
\tan_~100 \{x~| ℚ^ ℝ² \mathbb{R}^2 \mathbb{R}^ \emptyset^ ^\mathbb{Z} ∪∪ \cup [1, (-\infty, \pm ± \sqrt[]{}
\binom{}{} \frac{}{} 5\emptyset \sum_{}^{} \int_ \lim_{x\to} \begin{pmatrix}\end{pmatrix}
\begin{pmatrix}&\\&&\end{pmatrix} | || |\emptyset| x~\in ! !! x!!!! \overline{} 0.\overline{} 1_ 1_{} _2 == <
\in : 1: :1 1::2 , ; ,, (,) \{,\} 1/ /1 // 1<2< =~5 5~= x~< <~x
"""


@pytest.mark.parametrize("text", MALFORMED.split())
def test_a_malformed_answer_is_wrong(text: str) -> None:
    for reference in ("7", "x+1", "(1,2)", "[0,1)"):
        assert VERIFIER.grade(text, reference).verdict is Verdict.WRONG
        graded(reference, text)
    graded(text, text)
