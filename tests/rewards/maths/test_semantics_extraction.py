r"""Which text of a response is its answer: each rule, their order, thoughts, hedges and revisions."""

import pytest

from rlvr.rewards import MathVerifier, Verdict

RIGHT, WRONG, NONE = Verdict.CORRECT, Verdict.WRONG, Verdict.NO_ANSWER

BOXED = [
    ("42", r"\boxed{42}", RIGHT),
    ("42", r"So the answer is $\boxed{42}$.", RIGHT),
    ("42", r"First \boxed{41}. Wait, that is off by one, so \boxed{42}", RIGHT),
    ("41", r"First \boxed{41}. Wait, that is off by one, so \boxed{42}", WRONG),
    ("42", r"\fbox{42}", RIGHT),
    ("42", r"\boxed{ 42 }", RIGHT),
    ("42", "\\boxed{\n42\n}", RIGHT),
    ("42", r"\boxed{\boxed{42}}", RIGHT),
    ("42", r"\boxed{\fbox{42}}", RIGHT),
    ("42", r"\boxed{x = \boxed{42}}", RIGHT),
    (r"\frac{1}{2}", r"\boxed{\frac{1}{2}}", RIGHT),
    (r"\frac{1}{2}", r"$$\boxed{\dfrac{1}{2}}$$", RIGHT),
    (r"\{1,2\}", r"\boxed{\{1,2\}}", RIGHT),
    (r"\{1,2\}", r"\boxed{\left\{1,2\right\}}", RIGHT),
    (r"\text{east}", r"\boxed{\text{east}}", RIGHT),
    ("42", r"\boxed{}", NONE),
    ("42", r"\boxed{42} and finally \boxed{}", NONE),
    ("42", r"\boxed{42} or rather \boxed{43", NONE),
    ("42", r"\boxed{42", NONE),
    ("42", r"\boxed{\frac{42}{1}", NONE),
    ("42", "The answer is 42.", NONE),
    ("42", "42", NONE),
    ("42", "", NONE),
    ("42", r"\boxed{   }", NONE),
    ("42", r"\boxed{41}", WRONG),
    ("42", r"\boxed{42}, \boxed{43}", WRONG),
    ("42", r"$\boxed{42}$ and $\boxed{43}$", WRONG),
    ("42", r"\boxed{42} or \boxed{43}", WRONG),
    ("42", r"\boxed{42} \boxed{43}", WRONG),
    ("42", r"$\boxed{42}$; $\boxed{43}$", WRONG),
    ("43", r"\boxed{42} or \boxed{43}", WRONG),
    ("42,43", r"$\boxed{42}$ and $\boxed{43}$", RIGHT),
    ("42,43", r"\boxed{43}, \boxed{42}", RIGHT),
    ("1,2,3", r"\boxed{1}, \boxed{2} and \boxed{3}", RIGHT),
    ("1,2,3", r"\boxed{1}, \boxed{2}", WRONG),
    ("(1,2),(3,4)", r"\boxed{(1,2)} and \boxed{(3,4)}", RIGHT),
    ("42", r"\boxed{42 \text{ or } 43}", WRONG),
    ("42", r"\boxed{42, 43}", WRONG),
    ("2", r"For part one \boxed{1}. For part two we get \boxed{2}.", RIGHT),
    ("1", r"For part one \boxed{1}. For part two we get \boxed{2}.", WRONG),
    ("42", r"\boxed{43}. No, I made a mistake: it should be \boxed{42}.", RIGHT),
    ("42", r"\boxed{42}. No, I made a mistake: it should be \boxed{43}.", WRONG),
    ("5", r"The set \{a, b\} has {5} members, so \boxed{5}. { unbalanced", RIGHT),
]

THINKING = [
    ("42", r"<think> maybe 41 </think> \boxed{42}", RIGHT),
    ("42", r"<think>\boxed{41}</think>\boxed{42}", RIGHT),
    ("42", r"<think>\boxed{42}</think>\boxed{41}", WRONG),
    ("42", r"<think>\boxed{42}</think> I do not know.", NONE),
    ("42", r"<think>\boxed{42}", NONE),
    ("42", r"reasoning </think> \boxed{42}", RIGHT),
    ("42", r"\boxed{41} </think> \boxed{42}", RIGHT),
    ("42", r"<think>a</think> \boxed{41} <think>b</think> \boxed{42}", RIGHT),
    ("42", r"<think>a</think> \boxed{42} <think>b", NONE),
    ("42", "<think>\n\n</think>\n\n\\boxed{42}", RIGHT),
]

TAG = [
    ("42", "<answer>42</answer>", RIGHT),
    ("42", "so <answer> $42$ </answer>", RIGHT),
    ("42", "<answer>41</answer>", WRONG),
    ("42", "<answer>42</answer><answer>42</answer>", NONE),
    ("42", "<answer>41</answer> no <answer>42</answer>", NONE),
    ("42", "<answer>42", NONE),
    ("42", "42</answer>", NONE),
    ("42", "<answer></answer>", NONE),
    ("42", "42", NONE),
    ("42", "<answer>42 or 43</answer>", WRONG),
]

HASH = [
    ("42", "40 + 2 = 42\n#### 42", RIGHT),
    ("42", "#### 41\nno\n#### 42", RIGHT),
    ("42", "#### 42\nno\n#### 41", WRONG),
    ("1,234", "#### 1234", RIGHT),
    ("42", "42", NONE),
    ("42", "####", NONE),
    ("42", "#### $42", RIGHT),
    ("42", "#### 42 or 43", WRONG),
]

MARKER = [
    ("42", "The answer is 42.", RIGHT),
    ("42", "the ANSWER IS $42$", RIGHT),
    ("42", "Answer: 42", RIGHT),
    ("42", "**Answer:** 42", RIGHT),
    ("42", "**Answer: 42**", RIGHT),
    ("42", "Final Answer: The final answer is $42$. I hope it is correct.", RIGHT),
    ("42", "The answer is 41. Wait. The answer is 42.", RIGHT),
    ("42", "The answer is 42. Wait. The answer is 41.", WRONG),
    ("4.5", "The answer is 4.5.", RIGHT),
    ("4", "The answer is 4.5.", WRONG),
    (r"\frac{1}{2}", r"The answer is $\frac{1}{2}$.", RIGHT),
    ("x+1", "The answer is x+1.", RIGHT),
    ("42", "The answer is 42 or 43.", WRONG),
    ("42", "The answer is 42 and 43", WRONG),
    ("42", "It equals 42.", NONE),
    ("42", "We get 40, then 41, then 42", NONE),
    ("42", "the answer is not 42.", WRONG),
    ("(6, 10)", r"The final answer is \((6, 10)\). I hope it is correct.", RIGHT),
    ("42", "The answer is 41. The sum 42 is something else.", WRONG),
    ("34", "Final Answer: The largest $n$ is 34.", RIGHT),
    ("34", "Final Answer: The largest $n$ is 35.", WRONG),
]

WHOLE = [
    ("42", "42", RIGHT),
    ("42", "$42$", RIGHT),
    ("42", " $$42$$ ", RIGHT),
    ("42", r"\[42\]", RIGHT),
    ("42", r"\(42\)", RIGHT),
    ("1/2", r"\frac12", RIGHT),
    ("42", "x = 42", RIGHT),
    ("42", "43", WRONG),
    ("42", "I first thought 41, but now I am sure about 42", WRONG),
    ("42", "There are 42 apples and 43 pears", WRONG),
    ("42", "We have $x = 42$ here and $y = 43$ there", WRONG),
    ("3", "I count 1, 2, 3", WRONG),
    ("42", "3 or 42", WRONG),
]

ORDERED = [
    ("42", r"The answer is 41, no: \boxed{42}", RIGHT),
    ("42", r"The answer is 42, no: \boxed{41}", WRONG),
    ("42", r"\boxed{41}. The answer is 42.", WRONG),
    ("42", r"The answer is 42. \boxed{}", NONE),
    ("42", "Therefore the answer is 42.", RIGHT),
    ("42", "42", RIGHT),
    ("42", "<think>The answer is 42", NONE),
    ("42", "<think>The answer is 42</think>41", WRONG),
    ("42", "<think>The answer is 41</think>42", RIGHT),
    ("42", "", NONE),
]

RULES = {
    ("boxed",): BOXED + THINKING,
    ("tag",): TAG,
    ("hash",): HASH,
    ("marker",): MARKER,
    ("whole",): WHOLE,
    ("boxed", "marker", "whole"): ORDERED,
}


@pytest.mark.parametrize(
    ("rules", "reference", "response", "verdict"),
    [
        pytest.param(rules, *row, id=f"{'+'.join(rules)}: {row[1]!a} against {row[0]!a}")
        for rules, table in RULES.items()
        for row in table
    ],
)
def test_the_rule_finds_the_one_final_answer(
    rules: tuple[str, ...], reference: str, response: str, verdict: Verdict
) -> None:
    score = MathVerifier(extract=rules)(response, reference)
    # A text in which "whole" sees no answer may be refused or be wrong; what matters is that it is not right.
    allowed = {WRONG, NONE} if rules == ("whole",) and verdict is WRONG else {verdict}
    assert score.verdict in allowed, f"{response!r} against {reference!r}: {score.verdict}, {score.reason}"


@pytest.mark.parametrize("row", BOXED, ids=lambda row: ascii(row[1]))
def test_a_tag_rule_first_does_not_see_a_box(row: tuple[str, str, Verdict]) -> None:
    reference, response, verdict = row
    assert MathVerifier(extract=("tag", "boxed"))(response, reference).verdict is verdict
    assert MathVerifier(extract=("tag",))(response, reference).verdict is NONE


def test_the_extracted_answer_is_in_the_score() -> None:
    score = MathVerifier(extract=("boxed",))(r"so \boxed{x = 41}", "42")
    assert score.verdict is WRONG
    assert score.answer is not None
    assert "41" in score.answer
    assert score.reason


@pytest.mark.parametrize("rules", [(), ("box",), ("boxed", "nothing")])
def test_an_unknown_rule_is_an_error_at_once(rules: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        MathVerifier(extract=rules)
