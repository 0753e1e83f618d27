import copy
import pickle
import random
from typing import Any

import pytest

import rlvr
from rlvr.envs.ids import SPLIT_BUCKETS, prompt_bucket
from tests.envs.authored import Checked, Echo, Lookalike, Measured, OutOfInit, Reverse

SENTENCE = "Think inside <think> </think>, then give the final answer inside <answer> </answer>."


def test_ten_lines_make_a_taskset() -> None:
    taskset = Reverse()
    task = taskset.task("train", 2, 7)
    word = task.reference[::-1]
    assert task.id == "Reverse-v0/train/2/7"
    assert task.prompt == f"Write {word} backwards.\n{SENTENCE}"
    assert taskset.oracle(task) == f"<think></think><answer>{task.reference}</answer>"
    assert taskset.verify(task, taskset.oracle(task)).verdict == "CORRECT"
    assert taskset.verify(task, f"<answer>{word}x</answer>").verdict == "WRONG"
    assert taskset.verify(task, task.reference).verdict == "NO_ANSWER"


def test_a_task_is_its_id() -> None:
    taskset = Reverse()
    task = taskset.task("test", 5, 11)
    assert Reverse().task_from_id(task.id) == task
    assert taskset.task("test", 5, 12) != task


def test_the_splits_are_told_apart_by_the_problems_own_prompt() -> None:
    taskset = Reverse(instructions="")
    for split, buckets in SPLIT_BUCKETS.items():
        tasks = taskset.tasks(split, 0, 200)
        assert {prompt_bucket(task.prompt) for task in tasks} == set(buckets)


def test_other_instructions_ask_for_the_same_tasks() -> None:
    plain, told = Reverse(instructions=""), Reverse(instructions="Be brief.")
    for one, other in zip(plain.tasks("val", 1, 20), told.tasks("val", 1, 20), strict=True):
        assert other.prompt == f"{one.prompt}\nBe brief."
        assert other.reference == one.reference


def test_no_global_randomness_is_read_or_written() -> None:
    state = random.getstate()
    random.seed(1)
    first = Reverse().tasks("train", 3, 5)
    random.seed(2)
    after = random.getstate()
    assert Reverse().tasks("train", 3, 5) == first
    assert random.getstate() == after
    random.setstate(state)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dev", 0, 0), "no split 'dev'; it has train, val, test"),
        (("train", 10, 0), "no level 10; it has 0, 1"),
        (("train", -1, 0), "no level -1"),
        (("train", 0, -1), "must be 0 or more, not -1"),
    ],
)
def test_what_there_is_not_is_refused(arguments: tuple[str, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Reverse().task(*arguments)


@pytest.mark.parametrize("task_id", ["Countdown-v0/train/3/42", "Reverse-v1/train/3/42"])
def test_a_foreign_id_is_refused_by_name(task_id: str) -> None:
    with pytest.raises(ValueError, match=rf"'{task_id}' is a task of .*, not of Reverse-v0"):
        Reverse().task_from_id(task_id)


def test_tasks_counts_from_start_and_needs_a_number() -> None:
    taskset = Reverse()
    assert taskset.tasks("train", 0, 2, start=3) == [taskset.task("train", 0, 3), taskset.task("train", 0, 4)]
    assert taskset.tasks("train", 0, 0) == []
    with pytest.raises(ValueError, match="say how many"):
        taskset.tasks("train", 0)
    with pytest.raises(ValueError, match="asked for"):
        taskset.tasks("train", 0, -1)


def test_a_level_without_enough_prompts_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="level 4 of Lookalike gave no problem for 'val' in 1000 draws"):
        Lookalike().task("val", 4, 0)


def test_a_level_that_states_too_few_problems_is_an_error() -> None:
    class Small(Reverse):
        def num_distinct(self, level: int) -> int:
            return 999

    with pytest.raises(ValueError, match="level 0 of Small has 999 problems; it needs 1000"):
        Small().task("train", 0, 0)


def test_a_hidden_state_needs_no_split_by_content() -> None:
    class Hidden(Lookalike):
        content_split = False

    assert Hidden().task("val", 4, 0).prompt.startswith("Always this.")


def test_a_taskset_is_frozen_and_its_copies_are_too() -> None:
    for taskset in (Reverse(), copy.copy(Reverse()), copy.deepcopy(Reverse()), pickle.loads(pickle.dumps(Reverse()))):
        with pytest.raises(AttributeError, match="Reverse is frozen: set 'max_turns' in __init__"):
            taskset.max_turns = 3
        with pytest.raises(AttributeError, match="frozen"):
            del taskset.max_turns
        assert taskset.task("train", 0, 1) == Reverse().task("train", 0, 1)


def test_an_init_of_ones_own_may_set_attributes() -> None:
    taskset = OutOfInit(shout=True)
    assert taskset.task("train", 0, 0).prompt.startswith("WRITE ")
    with pytest.raises(AttributeError):
        taskset.shout = False


def test_replace_gives_a_frozen_copy_and_leaves_the_original() -> None:
    taskset = OutOfInit(shout=True)
    other = taskset.replace(rubric={"correct": 1.0, "format": 0.1}, instructions="", extract="boxed")
    assert (other.shout, other.instructions, dict(other.rubric)) == (True, "", {"correct": 1.0, "format": 0.1})
    assert (taskset.instructions, dict(taskset.rubric), taskset.extract) == (None, {"correct": 1.0}, "tag")
    assert other.oracle(other.task("val", 0, 0)).startswith("<think></think>\n\\boxed{")
    with pytest.raises(AttributeError):
        other.shout = False


def test_a_subclass_does_not_inherit_the_name() -> None:
    class Child(Reverse):
        pass

    assert Child().task("train", 0, 0).id == "Child-v0/train/0/0"


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"name": "my/tasks"}, "whose parts / divides"),
        ({"extract": "tags"}, "unknown extraction rule 'tags'"),
        ({"rubric": rlvr.Rubric(correct=1.0, style=0.5)}, "weighs style: write parts"),
        ({"max_turns": 0}, "must be 1 or more"),
        ({"max_turns": 2}, "write reply"),
        ({"splits": ("train", "dev")}, "dev; known are train, val, test"),
        ({"reply": Echo.reply}, "one turn never calls"),
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(attributes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        type("Odd", (Reverse,), attributes)()


def test_generate_and_solve_must_return_what_they_should() -> None:
    class Odd(Reverse):
        def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
            return "a problem"  # type: ignore[return-value]

        def solve(self, task: rlvr.Task) -> str:  # type: ignore[override]
            return 7  # type: ignore[return-value]

    with pytest.raises(TypeError, match=r"Odd\.generate must return a Problem, not 'a problem'"):
        Odd().task("train", 0, 0)
    with pytest.raises(TypeError, match=r"Odd\.solve must return a str or a Solution, not 7"):
        Odd().oracle(Reverse().task("train", 0, 0))


def test_a_reference_without_a_json_form_is_refused() -> None:
    class Odd(Reverse):
        def generate(self, rng: random.Random, level: int) -> rlvr.Problem:
            return rlvr.Problem(str(rng.random()), {1, 2})

    with pytest.raises(ValueError, match="the reference of Odd-v0/train/0/0 must be made of"):
        Odd().task("train", 0, 0)


def test_the_oracle_is_given_the_turns_where_it_takes_them() -> None:
    taskset = Echo()
    task = taskset.task("train", 0, 0)
    assert taskset.oracle(task) == "<think>turn 0</think><answer>what</answer>"
    assert (
        taskset.oracle(task, (rlvr.Turn("r", "a", "o"),)) == f"<think>turn 1</think><answer>{task.reference}</answer>"
    )
    assert len(taskset.oracle_responses(task)) == 2
    assert Reverse().oracle_responses(Reverse().task("train", 0, 0)) == (
        Reverse().oracle(Reverse().task("train", 0, 0)),
    )


def test_a_demonstration_is_the_oracles_response() -> None:
    taskset = Reverse()
    task = taskset.task("train", 0, 0)
    assert taskset.demonstration(task, random.Random(0)) == taskset.oracle(task)


def test_the_anchor_is_the_last_observation() -> None:
    taskset = Echo()
    task = taskset.task("train", 0, 0)
    assert taskset.anchor(task, ()) == task.prompt
    assert taskset.anchor(task, (rlvr.Turn("r", "a", "seen"),)) == "seen"


def test_true_and_false_and_floats_become_scores() -> None:
    taskset = Checked()
    task = taskset.task("train", 0, 0)
    verdicts = {
        answer: (score.value, score.verdict)
        for answer in ("half", "score", "wrong", task.reference)
        for score in [taskset.verify(task, f"<answer>{answer}</answer>")]
    }
    assert verdicts["half"] == (0.5, "PARTIAL")
    assert verdicts["score"] == (1.0, "CORRECT")
    assert verdicts["wrong"] == (0.0, "WRONG")
    assert verdicts[task.reference] == (1.0, "CORRECT")


def test_the_parts_are_weighed_and_kept() -> None:
    taskset = Measured()
    task = taskset.task("train", 0, 0)
    right = taskset.verify(task, taskset.oracle(task))
    wrong = taskset.verify(task, f"<think>{'x' * 100}</think><answer>no</answer>")
    none = taskset.verify(task, "no")
    assert (right.value, dict(right.parts)) == (1.0, {"correct": 1.0, "format": 1.0, "brevity": 1.0})
    assert wrong.value == pytest.approx(0.1 / 1.5)
    assert dict(wrong.parts) == {"correct": 0.0, "format": 1.0, "brevity": 0.0}
    assert (none.value, none.verdict, none.parts["brevity"]) == (0.0, "NO_ANSWER", 0.0)


@pytest.mark.parametrize(
    ("answer", "reason"), [("broken", "parts raised RuntimeError: no ruler"), ("missing", "brevity")]
)
def test_a_part_that_cannot_be_measured_is_unscored(answer: str, reason: str) -> None:
    taskset = Measured()
    score = taskset.verify(taskset.task("train", 0, 0), f"<answer>{answer}</answer>")
    assert (score.value, score.verdict) == (None, "UNSCORED")
    assert reason in score.reason
