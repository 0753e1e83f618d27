import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.rewards.regex_cost import is_linear

PROVEN = [
    "",
    "A: (.*)",
    "A: ?(.*)",
    r"A:\s*(.*)",
    r"A:\s*(\S+)",
    r"A: ([^\n]*)",
    "(?m)^A: (.*)$",
    r"####\s*(.*)",
    r"(-?[\d,.]+)",
    r"A:\s*(-?[\d,\.]+)",
    r"answer is:?\s*\$?(-?[\d,]+(?:\.\d+)?)",
    r"(?i)answer\s*[:=]\s*(.+)",
    r"Answer: ([A-E])",
    r"A: (\d+|none)",
    r"A: *(\$?[0-9,.]+)%?",
    r"\A(.*)",
    r"(?s)Final:(.*)",
]
NOT_PROVEN = [
    "(a+)+b",
    "(a|a)*b",
    "(a*)*b",
    "a*a*b",
    r"(\d+)\.",
    "(.*)A",
    "A: (.*)$",
    "A: (.*?)$",
    "(?m)A: (.*?)$",
    r"A: (.+)\n",
    r"(.)\1",
    "(?:ab)*c",
    "(?=a*b)a",
    r"\b(\d+)\b",
    "x{0,1000}y",
    "[ab]{1,60}c",
    "(?:a?){40}b",
    r"(?a)x\S*[\u2003]y",
    "(?i)\u212a[kl]*m",
]


@pytest.mark.parametrize("pattern", PROVEN)
def test_the_usual_patterns_are_proven(pattern: str) -> None:
    assert is_linear(pattern)


@pytest.mark.parametrize("pattern", NOT_PROVEN)
def test_what_may_backtrack_is_not(pattern: str) -> None:
    assert not is_linear(pattern)


def test_a_malformed_pattern_is_an_error() -> None:
    with pytest.raises(re.error):
        is_linear("(")


atoms = st.sampled_from(["a", "b", "A", ".", r"\d", r"\s", r"\S", r"\w", "[ab]", "[^a]", r"[^\s]", ":", " ", "1"])
items = st.tuples(atoms, st.sampled_from(["", "", "", "?", "*", "+", "*?", "{1,2}"])).map("".join)
patterns = st.tuples(
    st.sampled_from(["", "", "(?i)", "(?m)", "(?s)", "(?a)"]), st.lists(items, min_size=1, max_size=5)
).map(lambda parts: parts[0] + "".join(parts[1]))
attacks = st.lists(st.sampled_from(["a", "b", "A", ":", " ", "1", "\n", "x", "\u2003", "a: "]), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None)
@given(patterns.filter(is_linear), attacks)
def test_no_text_makes_a_proven_pattern_slow(pattern: str, unit: list[str]) -> None:
    text = "".join(unit) * (20_000 // len("".join(unit)))
    started = time.process_time()
    for _ in re.finditer(pattern, text):
        pass
    assert time.process_time() - started < 0.5, "a quadratic search of this text takes seconds"
