import pytest

from rlvr.rewards.format import episode_format_score, format_score

GOOD = "<think>2 + 3 is 5</think><answer>5</answer>"


@pytest.mark.parametrize(
    "response",
    [
        GOOD,
        f" \n{GOOD}\n ",
        "<think></think><answer>5</answer>",
        "<think>a\n</think>\n\n<answer>\n5\n</answer>",
        "<think>\ud800\x00</think><answer>\ud800</answer>",
    ],
)
def test_thoughts_then_one_answer_is_well_formed(response: str) -> None:
    assert format_score(response) == 1.0


@pytest.mark.parametrize(
    "response",
    [
        "",
        "5",
        "<answer>5</answer>",
        "<think>5</think>5",
        "<think>5<answer>5</answer>",
        "5</think><answer>5</answer>",
        f"So: {GOOD}",
        f"{GOOD} I hope",
        f"{GOOD}{GOOD}",
        "<think>a<think>b</think><answer>5</answer>",
        "<think>a</think>b</think><answer>5</answer>",
        "<think>a</think>so <answer>5</answer>",
        "<think>a</think><answer></answer>",
        "<think>a</think><answer> </answer>",
        "<think>a</think><answer>5",
        "<think>a</think><answer><answer>5</answer></answer>",
        "<think>use <answer> tags</think><answer>5</answer>",
        "<answer>5</answer><think>a</think>",
        "<THINK>a</THINK><answer>5</answer>",
    ],
)
def test_anything_else_is_not(response: str) -> None:
    assert format_score(response) == 0.0


@pytest.mark.parametrize(
    ("extract", "final", "value"),
    [
        ("boxed", r"so it is $\boxed{5}$", 1.0),
        ("boxed", "so it is 5", 0.0),
        ("hash", "#### 5", 1.0),
        ("whole", " 5", 1.0),
        ("whole", " ", 0.0),
        ("code", "```\npass\n```", 1.0),
        (("boxed", "whole"), "5", 0.0),
        (["tag", "boxed"], "<answer>5</answer>", 1.0),
        (("tag", "boxed"), r"\boxed{5}", 0.0),
    ],
)
def test_other_extractions_need_thoughts_and_a_find(extract: str | tuple[str, ...], final: str, value: float) -> None:
    assert format_score(f"<think>hm</think>{final}", extract) == value
    assert format_score(final, extract) == 0.0
    assert format_score(f"<think>hm</think>{final}<think>", extract) == 0.0


def test_over_an_episode_it_is_a_mean_and_never_accumulates() -> None:
    assert episode_format_score([GOOD] * 10) == 1.0
    assert episode_format_score([GOOD, "5"]) == 0.5
    assert episode_format_score([]) == 0.0
