from typing import Any

import pytest

from rlvr.cli.score_fields import FieldError, has_field, lookup, response_text, turn_responses

ROW = {
    "a": 1,
    "a.b": "literal",
    "deep": {"x.y": {"z": "joined"}, "x": {"y": {"w": "walked"}}},
    "choices": [{"message": {"content": "first"}}, {"message": {"content": "last"}}],
    "empty": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", 1),
        ("a.b", "literal"),
        ("deep.x.y.z", "joined"),
        ("deep.x.y.w", "walked"),
        ("choices.0.message.content", "first"),
        ("choices.-1.message.content", "last"),
        ("empty", None),
    ],
)
def test_path_leads_to_its_value(path: str, value: Any) -> None:
    assert lookup(ROW, path) == value
    assert has_field(ROW, path)


@pytest.mark.parametrize(
    "path",
    ["b", "a.c", "choices.2", "choices.-3", "choices.x", "choices.¹", "empty.x", "", "a.", "choices.99999999999999"],
)
def test_path_to_nowhere_is_an_error_that_lists_the_fields(path: str) -> None:
    assert not has_field(ROW, path)
    with pytest.raises(FieldError, match="'choices'"):
        lookup(ROW, path)


def test_misspelt_field_is_suggested() -> None:
    with pytest.raises(FieldError, match="did you mean 'solution'"):
        lookup({"solution": "x"}, "soluton")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("", ""),
        (42, "42"),
        ([{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "a"),
        ([{"role": "assistant", "content": "old"}, {"role": "assistant", "content": "new"}, {"role": "user"}], "new"),
        ({"role": "assistant", "content": "one message"}, "one message"),
        (
            [{"role": "assistant", "content": [{"type": "text", "text": "in "}, {"type": "image"}, {"text": "parts"}]}],
            "in parts",
        ),
    ],
)
def test_response_text(value: Any, text: str) -> None:
    assert response_text(value, "r") == text


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        [],
        {},
        ["text"],
        [{"role": "user", "content": "q"}],
        [{"content": "no role"}],
        [{"role": "assistant", "content": None}],
    ],
)
def test_what_is_no_response_is_an_error(value: Any) -> None:
    with pytest.raises(FieldError, match="'r'"):
        response_text(value, "r")


@pytest.mark.parametrize(
    ("value", "responses"),
    [
        (["a", "b"], ["a", "b"]),
        ([{"response": "a", "observation": "o"}, {"response": "b"}], ["a", "b"]),
        ([{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], ["a"]),
        ("alone", ["alone"]),
    ],
)
def test_turn_responses(value: Any, responses: list[str]) -> None:
    assert turn_responses(value, "turns") == responses


@pytest.mark.parametrize("value", [None, [], {}, 3, [{"response": None}], ["a", 3], [{"role": "user", "content": "q"}]])
def test_what_is_no_episode_is_an_error(value: Any) -> None:
    with pytest.raises(FieldError, match="'turns"):
        turn_responses(value, "turns")
