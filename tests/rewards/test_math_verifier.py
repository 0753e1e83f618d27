"""`MathVerifier` as users hold it: options, references, workers, and what it never does to its caller."""

import asyncio
import pickle
import subprocess
import sys
import threading
from typing import Any

import pytest

from rlvr.rewards import BadReferenceError, MathOptions, MathVerifier, Score, Verdict, check_reference, verifier_named

SLOW = r"\int_0^1 x^2\,dx"
"""A reference that only computer algebra can compare."""


def verdict(answer: str, reference: Any, **options: Any) -> Verdict:
    return MathVerifier(**options).grade(answer, reference).verdict


@pytest.mark.parametrize(
    ("options", "answer", "reference", "with_option"),
    [
        ({"tolerance": 1e-2}, "3.14", r"\pi", True),
        ({"tolerance": 0.0}, "3.1415927", r"\pi", False),
        ({"decimals": "rounded"}, "0.67", r"\frac23", True),
        ({"decimals": "rounded"}, "0.66", r"\frac23", False),
        ({"decimals": "exact"}, "3.1415927", r"\pi", False),
        ({"decimals": "exact"}, "0.5", r"\frac12", True),
        ({"units": "required"}, "5", r"5\text{ cm}", False),
        ({"units": "required"}, r"5\text{ cm}", "5", True),
        ({"ordered_lists": True}, "2, 1", "1, 2", False),
        ({"ordered_lists": True}, "2, 1", r"\{1, 2\}", True),
        ({"labels": False}, "x = 5", "5", False),
        ({"decimal_comma": True}, "1,5", "1.5", True),
    ],
)
def test_each_option_changes_what_it_says(
    options: dict[str, Any], answer: str, reference: str, with_option: bool
) -> None:
    assert (verdict(answer, reference, **options) is Verdict.CORRECT) is with_option


def test_the_defaults_decide_these_the_other_way() -> None:
    assert verdict("3.14", r"\pi") is Verdict.WRONG
    assert verdict("0.67", r"\frac23") is Verdict.WRONG
    assert verdict("5", r"5\text{ cm}") is Verdict.CORRECT
    assert verdict("2, 1", "1, 2") is Verdict.CORRECT
    assert verdict("x = 5", "5") is Verdict.CORRECT
    assert verdict("1,5", "1.5") is Verdict.WRONG


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"tolerence": 1}, "no option tolerence"),
        ({"tolerance": -1}, "tolerance is relative"),
        ({"tolerance": float("nan")}, "tolerance is relative"),
        ({"decimals": "loose"}, "decimals must be one of"),
        ({"units": True}, "units must be one of"),
        ({"extract": "boxedd"}, "did you mean 'boxed'"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        MathVerifier(**options)


@pytest.mark.parametrize(
    "reference", [None, True, [1], {"a": 1}, "", "  ", "$$", float("nan"), r"\boxed{}", "x" * 200_000]
)
def test_a_reference_that_is_none_is_refused(reference: Any) -> None:
    with pytest.raises(BadReferenceError):
        MathVerifier().grade("1", reference)
    score = MathVerifier()(r"\boxed{1}", reference)
    assert score.verdict is Verdict.UNSCORED
    assert score.reason
    assert check_reference(reference)


@pytest.mark.parametrize(("reference", "answer"), [(5, "5"), (-2.5, "-5/2"), (10**3000, "1" + "0" * 3000)])
def test_a_number_is_a_reference(reference: float, answer: str) -> None:
    assert verdict(answer, reference) is Verdict.CORRECT
    assert verdict(answer + "1", reference) is Verdict.WRONG


@pytest.mark.parametrize("reference", ["5", r"\frac{1}{2}", "even", r"\text{A}", "(1, 2)", "x = 5", r"\{1\}"])
def test_a_sound_reference_has_no_fault(reference: str) -> None:
    assert check_reference(reference) is None


@pytest.mark.parametrize("reference", ["1/0", r"\frac{1}{", "(1, 2", r"\unknown{3}"])
def test_an_unsound_reference_has_one(reference: str) -> None:
    assert check_reference(reference)


def test_the_first_rule_that_finds_something_decides() -> None:
    verifier = MathVerifier(extract=("boxed", "marker"))
    assert verifier(r"The answer is 3. \boxed{4}", "4").verdict is Verdict.CORRECT
    assert verifier("The answer is 4.", "4").verdict is Verdict.CORRECT
    assert verifier(r"The answer is 4. \boxed{}", "4").verdict is Verdict.NO_ANSWER
    assert verifier("4", "4").verdict is Verdict.NO_ANSWER


@pytest.mark.parametrize(("response", "answer"), [(r"\boxed{50}\%", r"50\%"), (r"$\boxed{50}$ percent", r"50\%")])
def test_a_percent_sign_after_the_box_is_its_own_where_the_reference_has_one(response: str, answer: str) -> None:
    score = MathVerifier()(response, r"50\%")
    assert (score.verdict, score.answer) == (Verdict.CORRECT, answer)
    assert MathVerifier()(response, r"5\%").verdict is Verdict.WRONG
    assert MathVerifier()(response, "50").answer == "50"
    assert MathVerifier()(response, "0.5").verdict is Verdict.WRONG


def test_what_needs_a_worker_comes_back_in_its_place() -> None:
    verifier = MathVerifier(extract="boxed")
    pairs = [(r"\boxed{1/3}", SLOW), (r"\boxed{2}", "2"), (r"\boxed{1/2}", SLOW), ("none", "3"), (r"\boxed{3}", None)]
    wanted = [Verdict.CORRECT, Verdict.CORRECT, Verdict.WRONG, Verdict.NO_ANSWER, Verdict.UNSCORED]
    scores = verifier.verify_many(pairs)
    assert [score.verdict for score in scores] == wanted
    assert [score.answer for score in scores] == ["1/3", "2", "1/2", None, "3"]


def test_threads_and_asyncio_get_the_same_scores() -> None:
    verifier = MathVerifier()
    pairs = [("1/3", SLOW), (r"\boxed{x+1}", "1+x"), ("1/2", SLOW)]
    wanted = verifier.verify_many(pairs)

    async def gathered() -> list[Score]:
        return await asyncio.gather(*(verifier.verify_async(*pair) for pair in pairs))

    found: list[list[Score]] = []
    thread = threading.Thread(target=lambda: found.append(verifier.verify_many(pairs)))
    thread.start()
    thread.join(60)
    assert found == [wanted]
    assert asyncio.run(gathered()) == wanted


def test_it_travels_by_pickle_with_its_options() -> None:
    verifier: MathVerifier = pickle.loads(pickle.dumps(MathVerifier(units="required", extract="boxed")))
    assert verifier.options == MathOptions(units="required")
    assert verifier(r"\boxed{5}", r"5\text{ cm}").verdict is Verdict.WRONG
    assert repr(verifier) == "MathVerifier(extract='boxed', units='required')"


def test_a_subclass_with_its_own_grade_keeps_it() -> None:
    class Doubled(MathVerifier):
        def grade(self, answer: str, reference: Any) -> Score:
            return super().grade(f"2*({answer})", reference)

    with pytest.warns(UserWarning, match="without a deadline"):
        score = Doubled()("3", "6")
    assert score.verdict is Verdict.CORRECT


def test_its_name_and_its_rules() -> None:
    assert isinstance(verifier_named("math"), MathVerifier)
    assert verifier_named("math", ["boxed", "whole"]).extract == ("boxed", "whole")


def test_the_caller_never_loads_computer_algebra() -> None:
    code = (
        "import sys; from rlvr.rewards import MathVerifier; v = MathVerifier();"
        f"assert v.grade('1/3', r'{SLOW}').value == 1.0; assert v.grade('x+1', '1+x').value == 1.0;"
        "print('sympy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "False"
