r"""What words and signs of money beside a value are: a unit that counts things, a currency, or no unit at all.

Left out as policy: "quarters" (a coin or a fourth), `K` (kelvin or thousand), magnitudes ("million") as factors.
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

COUNTED: list[Case] = [
    (
        "2",
        [
            r"2\text{ apples}",
            r"2\text{ red marbles}",
            r"2\text{ marbles left}",
            r"2\text{ cards per hour}",
            r"2\text{ cups of flour}",
            r"2\text{ possible values}",
            r"2\text{ ways}",
            r"2\text{ times}",
            r"2\text{ people}",
            r"2\text{ dollars each}",
            r"2\text{ years old}",
            r"2\text{ meters away}",
            r"2\text{ sheep}",
            r"2\text{ left}",
            "2 apples",
            r"\text{2 cats}",
        ],
        [
            r"2\text{ dozen eggs}",
            r"2\text{ thousand people}",
            r"2\text{ times three}",
            r"2\text{ apples or three}",
            r"2\text{ apples minus one}",
            r"2\text{ inverses}",
            r"2\text{ quickly}",
            r"2\text{ of them are wrong}",
            r"2\text{ per mille}",
            r"2\text{ percentage points}",
            r"2\text{ K}",
            r"2\text{ bn}",
            r"2\text{ nice}",
            r"\text{2 million}",
            r"\text{2 or 3}",
            r"2\text{ feet }3\text{ inches}",
            "2 hours 30 minutes",
        ],
    ),
    (r"12\text{ marbles}", ["12", r"12\text{ red marbles}", "12 marbles"], [r"12\text{ cards}", r"12\text{ cm}"]),
    (r"12\text{ apples}", ["12"], [r"12\text{ oranges}", r"12\text{ apples per day}"]),
    ("1", [r"1\text{ apple}", r"1\text{ way}"], [r"1\text{ over}", r"1\text{ half}", r"1\text{ tenth}"]),
    ("2x", [r"2\text{x}", r"2\mathrm{x}"], [r"2\text{ y}", "2"]),
    (r"2\pi", [r"2\text{ pi}", r"2\mathrm{pi}", r"2\pi\text{ cm}"], ["2", r"2\text{ pie}"]),
    (r"5\%", [r"5\text{ percent}", r"5\text{ per cent}", "5 per cent", r"\text{5 percent}"], ["5", r"5\text{ cents}"]),
]

MONEY: list[Case] = [
    (
        r"\$5",
        [
            "5",
            r"5\text{ dollars}",
            "5 dollars",
            "5 USD",
            "USD 5",
            r"5\$",
            r"$\$5$",
            "$5$",
            "$5",
            r"\$5\text{ dollars}",
            r"\$5.00",
            r"\frac{\$10}{2}",
            r"\$2 + \$3",
        ],
        [
            r"5\text{ cents}",
            "5¢",
            r"5\text{ euros}",
            "€5",
            "5€",
            "£5",
            "¥5",
            r"-\$5",
            r"\$5\text{ per hour}",
            r"\$5\text{ million}",
            r"\$5\text{ cents}",
            r"5\text{ cm}",
            r"\$5, \$6",
        ],
    ),
    (r"-\$5", ["-5", r"\$-5", r"-5\text{ dollars}"], [r"\$5", "5", "-€5"]),
    (r"300\text{ cents}", ["300", "300¢"], [r"\$300", "€300", r"\$3", "3"]),
    ("¥5", [r"5\text{ yen}", r"5\text{ yuan}", "5"], [r"\$5", r"5\text{ won}"]),
    ("1000.99", [r"\$1,000.99", "1,000.99$", "$1,000.99$", "1,000.99€"], [r"\$1,000", "1.00099€"]),
    ("10455", ["$10,455$", r"\$10,455", "$10,455"], [r"\$10,456", "10, 455"]),
    (r"\$\infty", [r"\infty"], [r"-\infty"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(COUNTED))
def test_words_after_a_value_are_a_unit_only_if_they_count_things(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(MONEY))
def test_a_sign_of_money_is_a_unit(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*COUNTED, *MONEY]
