import random
import re

import pytest

import rlvr
from rlvr.envs.tasksets.calculator import MAX_CHARS, NOTHING, PARENTHESES_FROM, SIZES, Calculator, calculated
from tests.rewards.hostile import corpus, text_of

TASK = rlvr.Task("Calculator-v0/train/0/0", "Compute 12*34.", "408", {"expression": "12*34"})
CALL, RIGHT = "<think></think><call>12*34</call>", "<think></think><answer>408</answer>"


def valued(expression: str) -> int:
    """Python's own value of an expression that a taskset wrote."""
    return int(eval(expression))


@pytest.mark.parametrize("level", range(10))
def test_a_level_has_its_numbers_digits_and_parentheses(level: int) -> None:
    for task in Calculator(instructions="").tasks("train", level, 20):
        expression = task.metadata["expression"]
        numbers = re.findall("[0-9]+", expression)
        assert (len(numbers), {len(number) for number in numbers}) == (SIZES[level][0], {SIZES[level][1]})
        assert expression.count("(") == (level >= PARENTHESES_FROM)
        assert "*" in expression
        assert task.prompt == f"Compute {expression}."
        assert task.reference == str(valued(expression))


def test_an_episode_is_a_call_and_an_answer() -> None:
    taskset = Calculator()
    assert taskset.oracle_responses(TASK) == (CALL, RIGHT)
    assert taskset.advance(TASK, (), CALL).turn.observation == "408"
    score = taskset.verify_turns(TASK, [CALL, RIGHT])
    assert (score.value, score.verdict, score.parts) == (1.0, "CORRECT", {"correct": 1.0, "called": 1.0})
    guessed = taskset.verify_turns(TASK, [RIGHT])
    assert (guessed.value, guessed.parts) == (1.0, {"correct": 1.0, "called": 0.0})


@pytest.mark.parametrize(
    ("expression", "output"),
    [
        *(("12*34", "408"), (" 12 * 34 ", "408"), ("7-9", "-2"), ("-(2+3)*4", "-20"), ("2--3", "5"), ("007", "7")),
        *(("(" * 50 + "1" + ")" * 50, "1"), ("9" * 50 + "*" + "9" * 50, str((10**50 - 1) ** 2))),
        ("", "Error: a number is missing at the end."),
        ("1+", "Error: a number is missing at the end."),
        ("(1", "Error: a '(' is not closed."),
        ("2(3)", "Error: an operator is missing before '('."),
        ("9**9**9", "Error: a number is missing before '*'."),
        ("9" * 51, "Error: a number has at most 50 digits, got 51."),
        ("(" * 51 + "1", "Error: an expression opens at most 50 parentheses and signs at once."),
        ("1+" * 100 + "1", f"Error: an expression has at most {MAX_CHARS} characters, got 201."),
    ],
)
def test_what_the_tool_says(expression: str, output: str) -> None:
    assert calculated(expression) == output


@pytest.mark.parametrize(
    "expression",
    [
        *("6/2", "1.5", "10^9", "1e9", "0x10", "1_000", "1,000", "x", "__import__('os')", "2;3", "1\n+2", "\0"),
        *("\u0663+\u0664", "\u00b2", "\uff13", "\u22123"),
    ],
)
def test_the_tool_reads_nothing_else(expression: str) -> None:
    said = "Error: an expression has whole numbers, +, -, * and parentheses, and nothing else."
    assert calculated(expression) == said


def test_the_tool_bounds_whatever_it_is_told() -> None:
    for case in corpus("arithmetic")["cases"]:
        assert calculated(text_of(case["text"])).startswith("Error: ")
    worst = "*".join(["9" * 50] * 4)[:MAX_CHARS]
    assert len(calculated(worst)) <= MAX_CHARS


@pytest.mark.parametrize(
    ("response", "observation"),
    [
        (CALL, "408"),
        ("<call>12*34</call>", "408"),
        ("Let me see: <call>\n12*34\n</call> it is.", "408"),
        ("", NOTHING),
        ("408", NOTHING),
        ("<think><call>12*34</call></think>", NOTHING),
        ("<think><call>12*34</call>", NOTHING),
        ("<call></call>", "Error: a number is missing"),
        ("<call>1</call><call>2</call>", "Error: one <call>...</call> is needed, got 2 opened and 2 closed."),
        ("<call>1", "Error: one <call>...</call> is needed, got 1 opened and 0 closed."),
        ("1</call>", "Error: one <call>...</call> is needed, got 0 opened and 1 closed."),
        ("</call>1<call>", "Error: one <call>...</call> is needed, got 1 opened and 1 closed."),
        ("<call>1<call>2</call></call>", "Error: one <call>...</call> is needed, got 2 opened and 2 closed."),
        ("<call>12*34</call><answer></answer>", "408"),
        ("<call>" * 100_000, "Error: one <call>...</call> is needed, got 100000 opened and 0 closed."),
    ],
)
def test_a_turn_without_an_answer_goes_on(response: str, observation: str) -> None:
    step = Calculator().advance(TASK, (), response)
    assert step.score is None
    assert step.turn.observation.startswith(observation)


@pytest.mark.parametrize(
    ("responses", "verdict"),
    [
        ([CALL, RIGHT], "CORRECT"),
        (["<call>1</call>", "nothing", RIGHT], "CORRECT"),
        (["<call>12*34</call><answer>408</answer>"], "CORRECT"),
        (["<call>12*34</call><answer>1</answer>", RIGHT], "WRONG"),
        (["<answer>12*34</answer>"], "WRONG"),
        (["<answer>Compute 12*34.</answer>"], "WRONG"),
        (["<answer><call>12*34</call></answer>"], "WRONG"),
        (["<answer>407 or 408</answer>"], "WRONG"),
        ([CALL, "408"], "WRONG"),
        ([CALL] * 4, "WRONG"),
        ([CALL] * 4 + [RIGHT], "WRONG"),
    ],
)
def test_an_answer_ends_the_episode_whatever_stands_beside_it(responses: list[str], verdict: str) -> None:
    assert Calculator().verify_turns(TASK, responses).verdict == verdict


def test_calling_is_never_paid_for_in_itself() -> None:
    with pytest.raises(ValueError, match="the rubric of Calculator weighs called"):
        Calculator(rubric={"correct": 1.0, "called": 0.2})


@pytest.mark.parametrize("level", range(10))
def test_repeating_the_prompt_neither_calls_nor_answers(level: int) -> None:
    taskset = Calculator()
    for task in taskset.tasks("val", level, 5):
        said = [task.prompt, task.prompt.splitlines()[0], f"<answer>{task.prompt}</answer>"]
        assert taskset.advance(task, (), said[0]).turn.observation == NOTHING
        assert taskset.advance(task, (), said[1]).turn.observation == NOTHING
        assert taskset.verify_turns(task, said).value == 0.0
        assert task.reference not in task.prompt


def test_habit_is_a_share() -> None:
    with pytest.raises(ValueError, match=r"habit must lie in \[0, 1\], got 1.2"):
        Calculator(habit=1.2)


def test_demonstrations_call_as_often_as_asked_and_guess_otherwise() -> None:
    some, always = Calculator(habit=0.2), Calculator()
    tasks = some.tasks("train", 3, 400)
    assert tasks == always.tasks("train", 3, 400)
    shown = [some.demonstration(task, random.Random(place)) for place, task in enumerate(tasks)]
    assert shown == [some.demonstration(task, random.Random(place)) for place, task in enumerate(tasks)]
    calling = [said == some.oracle(task) for task, said in zip(tasks, shown, strict=True)]
    assert 55 <= sum(calling) <= 105
    for task, said, calls in zip(tasks, shown, calling, strict=True):
        if not calls:
            score = some.verify_turns(task, [said])
            assert score.answer is not None
            assert (len(score.answer), score.answer[0] == "-") == (len(task.reference), task.reference[0] == "-")
            assert score.verdict == "WRONG"
    assert all(always.demonstration(task, random.Random(0)) == always.oracle(task) for task in tasks)
    turns = (rlvr.Turn(CALL, None, "408"),)
    assert Calculator(habit=0.0).demonstration(TASK, random.Random(0), turns) == RIGHT
