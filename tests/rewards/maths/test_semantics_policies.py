r"""Where the rules are silent: one choice for each question, so that a change of it is seen.

Each case says why. These are choices, not mathematics: another grader may make another one and be right.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

POLICIES: dict[str, list[Case]] = {
    "`percent` and `pct` in words are the sign": [
        (r"28\%", ["28 percent", r"28\text{ percent}", "28 %"], ["28", "28 percent of 2"])
    ],
    "a based numeral is not the same digits in base ten": [
        ("1011_2", [], ["1011"]),
        ("40_9", [], ["40", "49_9"]),
    ],
    "a list of 3 or more is a ratio only in the very same members": [("1:2:3", [], ["2:4:6", "3:6:9"])],
    "a time is not the fraction of its members": [("3:45", [], ["1:15", "1/15"])],
    "the order of a product of one-letter names does not matter": [("kv", ["vk"], ["k+v"])],
    "a name that differs on both sides differs": [("x=5", [], ["y=5"]), ("f(x)=2x", [], ["f(y)=2y", "g(x)=2x"])],
    "a decimal comma is no decimal point": [("1.22", [], ["1,22"]), ("0.5", [], ["0,5"])],
    "an integer has no tolerance even against a decimal": [("2", [], ["2.01", "1.99", "2.0001"])],
    "another unit of the same thing is another unit": [(r"5\text{ cm}", [], [r"50\text{ mm}", r"0.05\text{ m}"])],
    "a false chain is nothing, even where its end is right": [("6", [], ["2+3=6", "x=5=6"])],
    "a hedge with the reference in it is wrong": [("7", [], ["7 or 8", "7, 8", r"7\text{ or }8", "6 or 7"])],
    "the empty set is not zero and not a word": [(r"\emptyset", [], ["0", "nothing", r"\{0\}"])],
}


@pytest.mark.parametrize(("reference", "answer", "right"), [row for cases in POLICIES.values() for row in rows(cases)])
def test_each_choice_is_kept(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [case for cases in POLICIES.values() for case in cases]
