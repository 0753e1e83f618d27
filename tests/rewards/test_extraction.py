import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.rewards.extraction import DEFAULT_EXTRACT, Extraction, after_think, extract, parse_spec
from tests.rewards.hostile import corpus, text_of

CASES = corpus("extraction")["cases"]
BOUNDED = ["tag", "boxed", "hash", "code", "code:python", "marker", "whole", "regex:A: ?(.*)"]

TAGS = ["<think>", "</think>", "<answer>", "</answer>", r"\boxed{", r"\fbox{", r"\boxed", "{", "}", "\\"]
MARKS = [
    "####",
    "```",
    "```py",
    "~~~",
    "\n",
    " ",
    "$",
    ",",
    "and",
    "or",
    "answer is",
    "answer:",
    "A: ",
    "3",
    "\ud800",
    "\0",
]

pieces = st.sampled_from(TAGS + MARKS)
texts = st.lists(pieces, max_size=30).map("".join) | st.text()


def spec_of(written: str | list[str]) -> str | tuple[str, ...]:
    return written if isinstance(written, str) else tuple(written)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_hedges_and_revisions_are_read_by_the_stated_rule(case: dict[str, Any]) -> None:
    found = extract(spec_of(case["extract"]), text_of(case["text"]))
    assert found.answer == case["answer"]
    assert bool(found.reason) == (found.answer is None)


@pytest.mark.parametrize("case", [case for case in CASES if not isinstance(case["text"], str)], ids=lambda c: c["name"])
def test_a_megabyte_is_read_by_every_rule_in_a_moment(case: dict[str, Any]) -> None:
    text = text_of(case["text"])
    started = time.process_time()
    for spec in BOUNDED:
        extract(spec, text)
        extract(spec, f"<think>{text}</think>{text}")
    assert time.process_time() - started < 1.5, "linear rules need a few milliseconds each; quadratic ones hours"


@pytest.mark.parametrize("spec", [*BOUNDED, DEFAULT_EXTRACT])
@given(text=texts)
def test_every_text_has_one_non_empty_answer_or_a_reason(spec: str | tuple[str, ...], text: str) -> None:
    found = extract(spec, text)
    assert (found.answer is None) == bool(found.reason)
    if found.answer is not None:
        assert found.found
        assert found.answer.strip()
        final = after_think(text)
        assert final is not None
        assert found.answer[0] in final


@given(st.text(alphabet="0123456789abc,$ ", min_size=1).filter(str.strip), texts)
def test_a_plain_answer_in_its_place_is_found_whatever_the_thoughts(answer: str, thoughts: str) -> None:
    wanted = Extraction(answer.strip(), found=True)
    for written, spec in [
        (f"<answer>{answer}</answer>", "tag"),
        (rf"\boxed{{{answer}}}", "boxed"),
        (f"#### {answer}", "hash"),
        (f"```python\n{answer}\n```", "code:python"),
        (f"A: {answer}", "regex:A: ?(.*)"),
    ]:
        found = extract(spec, f"{thoughts}</think>{written}")
        assert found.answer is not None
        assert Extraction(found.answer.strip(), found.found) == wanted


def test_a_spec_may_be_a_list_as_toml_writes_it() -> None:
    assert parse_spec(["tag", "whole"]) is parse_spec(("tag", "whole"))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("boxd", "did you mean 'boxed'"),
        ("", "unknown extraction rule"),
        ("regex", "unknown extraction rule"),
        ("regex:", "unknown extraction rule"),
        ("code:", "unknown extraction rule"),
        ("regex:(", "not a regular expression"),
        (("tag", "tags"), "did you mean 'tag'"),
        ((), "at least one rule"),
    ],
)
def test_a_spec_that_names_nothing_is_refused(spec: str | tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_spec(spec)


@pytest.mark.parametrize(("spec", "is_bounded"), [(DEFAULT_EXTRACT, True), (("tag", "regex:(a+)+b"), False)])
def test_a_tuple_is_bounded_when_all_of_it_is(spec: tuple[str, ...], is_bounded: bool) -> None:
    assert parse_spec(spec).is_bounded == is_bounded


def test_unknown_rules_are_answered_with_all_known_ones() -> None:
    with pytest.raises(ValueError, match=re.escape("tag, boxed, hash, code, marker, whole, code:LANG, regex:PATTERN")):
        parse_spec("xml")
