import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.puzzles import MAX_CHARS, CountdownChecker, KnightsAndKnavesChecker, LinearEquationChecker
from rlvr.rewards.score import BadReferenceError, Verdict

COUNTDOWN = {"numbers": [3, 5, 7], "target": 26}
ISLAND = {"Alice": "knight", "Bob": "knave", "Carol": "knave"}


@pytest.mark.parametrize(
    "answer", ["3*7+5", "5 + 7*3", "(3 × 7) + 5", "5+3*7 = 26", "5+3*7=26.0", "7*3--5", "5--7*3", "3*7+5."]
)
def test_any_valid_expression_reaches_the_target(answer: str) -> None:
    assert CountdownChecker().grade(answer, COUNTDOWN).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "26",
        "3*7",
        "3*7+5+0",
        "3*7+5*1",
        "3*7+5+3-3",
        "3*(7+5)",
        "35-7",
        "3+57",
        "3*7+5 = 27",
        "3*7+5 = 26 = 26",
        "26 = 3*7+5",
        "3*7+5 or 5+3*7",
        "3*7+5, 7*3+5",
        "3*7+5\n7*3+5",
        "three*7+5",
        "3*7+5/(7-7)",
        "",
        "=",
        "= 26",
        "3 7 5",
        "3**7+5",
        "3*7+5 # 26",
        "__import__('os')",
        "(" * 100_000 + "3*7+5" + ")" * 100_000,
        "3*7+5+" * 100_000,
        "\ud800\x00",
    ],
)
def test_an_expression_that_bends_the_rules_is_wrong(answer: str) -> None:
    assert CountdownChecker().grade(answer, COUNTDOWN).verdict is Verdict.WRONG


@pytest.mark.parametrize("numbers", [[2, 2, 2], [2, 2]])
def test_a_number_given_twice_is_used_twice(numbers: list[int]) -> None:
    reference = {"numbers": numbers, "target": 4}
    assert bool(CountdownChecker().grade("2+2", reference).value) == (len(numbers) == 2)


@pytest.mark.parametrize(
    "reference",
    [
        None,
        [],
        {},
        {"numbers": [], "target": 1},
        {"numbers": [1]},
        {"numbers": [True], "target": 1},
        {"numbers": [1.5], "target": 1},
    ],
)
def test_a_malformed_countdown_is_our_failure(reference: Any) -> None:
    with pytest.raises(BadReferenceError, match="'numbers'"):
        CountdownChecker().grade("1", reference)
    assert CountdownChecker()("1", reference).verdict is Verdict.UNSCORED


@pytest.mark.parametrize(
    "answer", ["x = -7/3", "x=-7/3", "-7/3", "$x = -7/3$", r"x = -\frac{7}{3}", "x = -14/6", " x = \u22127/3. "]
)
@pytest.mark.parametrize("reference", ["-7/3", "x = -7/3"])
def test_the_value_of_the_unknown_is_right_with_or_without_its_name(answer: str, reference: str) -> None:
    assert LinearEquationChecker().grade(answer, reference).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "x = 7/3",
        "y = -7/3",
        "X = -7/3",
        "-7/3 = x",
        "x = -7/3 or x = 1",
        "x = 1, x = -7/3",
        "x = x = -7/3",
        "x",
        "x =",
        "",
        "xx = -7/3",
        "x = -2.333",
        "x = (-7)/3",
        "x" * 1_000_000,
    ],
)
def test_another_value_name_or_a_hedge_is_wrong(answer: str) -> None:
    assert LinearEquationChecker().grade(answer, "-7/3").verdict is Verdict.WRONG


def test_the_unknown_may_have_another_name() -> None:
    checker = LinearEquationChecker(variable="n")
    assert checker.grade("n = 5", 5).value == 1.0
    assert checker.grade("x = 5", 5).value == 0.0
    assert LinearEquationChecker().grade("x = 5", 5.0).value == 1.0
    for reference in (None, "five", True):
        with pytest.raises(BadReferenceError):
            checker.grade("n = 5", reference)


@pytest.mark.parametrize(
    "answer",
    [
        "Alice is a knight, Bob is a knave, Carol is a knave",
        "Alice is a knight, Bob is a knave, and Carol is a knave.",
        "Bob and Carol are knaves. Alice is a knight.",
        "alice: knight; bob: KNAVE; carol: knave",
        "Alice = knight\nBob = knave\nCarol = knave",
        "- **Alice**: knight\n- **Bob**: knave\n- **Carol**: knave",
        '{"Alice": "knight", "Bob": "knave", "Carol": "knave"}',
        "Alice -> knight, Bob -> knave, Carol -> knave",
        "Knights: Alice. Knaves: Bob, Carol.",
        "Knaves: Bob and Carol; knight: Alice",
        "Alice is a knight, Alice is a knight, Bob and Carol are both knaves",
    ],
)
def test_everyones_role_may_be_told_in_many_ways(answer: str) -> None:
    assert KnightsAndKnavesChecker().grade(answer, ISLAND).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "Alice is a knight, Bob is a knave",
        "Alice is a knave, Bob is a knave, Carol is a knave",
        "Alice is a knight, Bob is a knave, Carol is a knave, Carol is a knight",
        "Alice is a knight and a knave, Bob is a knave, Carol is a knave",
        "Alice is a knight or a knave, Bob is a knave, Carol is a knave",
        "Alice is a knight, Bob is a knave, Carol is not a knight",
        "Alice is a knight, Bob is a knave, Carol is a knave, or all are knights",
        "Either Alice is a knight, Bob is a knave, Carol is a knave",
        "If Alice is a knight, Bob is a knave, Carol is a knave",
        "Alice is a knight, Bob is a knave, Carol is a knave, Dave is a knight",
        "Alice is a knight, Bob is a knave, Carol is a knave? No",
        "Alice/Bob/Carol: knight/knave/knave",
        "A knight is Alice and Bob is a knave and Carol is a knave",
        "Knights: Alice, Bob. Knaves: Bob, Carol",
        "Knights: Alice. Knaves: Bob",
        "Knights: Alice; Knaves:",
        "knight, knave, knave",
        "Alice, Bob, Carol",
        "Alice",
        "knight",
        "",
        "\ud800\x00",
        "Alice is a knight, " * 100_000,
        "knight" * 200_000,
    ],
)
def test_a_missing_contradictory_or_hedged_role_is_wrong(answer: str) -> None:
    assert KnightsAndKnavesChecker().grade(answer, ISLAND).verdict is Verdict.WRONG


def test_a_name_may_look_like_an_article() -> None:
    island = {"A": "knight", "B": "knave"}
    assert KnightsAndKnavesChecker().grade("A is a knight, B is a knave", island).value == 1.0
    assert KnightsAndKnavesChecker().grade("A is a knave, B is a knave", island).value == 0.0
    assert KnightsAndKnavesChecker().grade("Knights: A, B. Knaves: none", dict.fromkeys("AB", "knight")).value == 1.0


@pytest.mark.parametrize(
    "reference",
    [None, {}, "Alice", {"Alice": "spy"}, {"Alice": True}, {"": "knight"}, {"Al B": "knight"}, {"Knight": "knight"}],
)
def test_a_malformed_island_is_our_failure(reference: Any) -> None:
    with pytest.raises(BadReferenceError):
        KnightsAndKnavesChecker().grade("Alice is a knight", reference)


@given(
    st.dictionaries(
        st.sampled_from(["Ann", "Ben", "Cy", "Di", "Ed"]), st.sampled_from(["knight", "knave"]), min_size=1
    ),
    st.randoms(),
)
def test_one_flipped_role_is_wrong(island: dict[str, str], rng: Any) -> None:
    names = rng.sample(sorted(island), len(island))
    flipped = dict(island)
    flipped[names[0]] = "knave" if island[names[0]] == "knight" else "knight"
    text = ", ".join(f"{name} is a {island[name]}" for name in names)
    assert KnightsAndKnavesChecker().grade(text, island).value == 1.0
    assert KnightsAndKnavesChecker().grade(text, flipped).value == 0.0


@given(st.text(max_size=200) | st.text(alphabet="Alicebobknight knave,.:", max_size=MAX_CHARS))
def test_no_text_makes_a_checker_raise(text: str) -> None:
    scores = [
        CountdownChecker().grade(text, COUNTDOWN),
        LinearEquationChecker().grade(text, "5"),
        KnightsAndKnavesChecker().grade(text, ISLAND),
    ]
    assert {score.verdict for score in scores} <= {Verdict.CORRECT, Verdict.WRONG}


@pytest.mark.parametrize(
    "checker", [CountdownChecker(), LinearEquationChecker(variable="y"), KnightsAndKnavesChecker(extract="whole")]
)
def test_checkers_run_inline_and_travel(checker: Any) -> None:
    assert checker.runs_inline
    assert pickle.loads(pickle.dumps(checker)) == checker
