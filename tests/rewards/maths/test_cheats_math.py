r"""Answers that would pass without being right: hedges, second values in small print, words that undo the number.

Each case has the honest spellings that must stay right beside the cheats that resemble them. Left out: hostile sizes
and injected code, which `tests/hostile` has.
"""

import pytest

from rlvr.rewards import Verdict
from tests.rewards.maths.rows import VERIFIER, Case, check, rows

WORDS_AFTER_A_NUMBER: list[Case] = [
    (
        "2",
        [r"2\text{ cm}", r"2\text{ students}", r"2\text{ small triangles}", r"2\text{ in.}", r"2\text{ m}", "2 cm"],
        [
            r"2\text{ squared}",
            r"2\text{ cubed}",
            r"2\text{ inverse}",
            r"2\text{ factorial}",
            r"2\text{ plus three}",
            r"2\text{ minus one}",
            r"2\text{ over three}",
            r"2\text{ root three}",
            r"2\text{ sqrt three}",
            r"2\text{ by three}",
            r"2\text{ point five}",
            r"2\text{ to one}",
            r"2\text{ out of three}",
            r"2\text{ three}",
            r"2\text{ four five}",
            r"2\text{ zero}",
            r"2\text{-three}",
            r"2\text{ thirds}",
            r"2\text{ halves}",
            r"2\text{ tenths}",
            r"2\text{ sixths}",
            r"2\text{ hundred}",
            r"2\text{ million}",
            r"2\text{ and a half}",
            r"2\text{ pi}",
            r"2\text{pi}",
            r"2\mathrm{pi}",
            r"2\text{ pi radians}",
            r"2\text{sqrt}",
            r"2\text{ln x}",
            r"2\text{ e-seven}",
            r"2\text{ per cent}",
            r"2\text{ percent}",
            r"2\text{k}",
            r"2\text{ bn}",
        ],
    ),
    (
        "2",
        [r"2\text{ s}", r"2\text{ g}", r"2\mathrm{m}"],
        [r"2\text{x}", r"2\text{ x}", r"2\text{t}", r"2\text{ t}", r"2\text{e}", r"2\text{i}", r"2\text{ i}", "2t"],
    ),
    ("2x", [r"2x\text{ cm}"], [r"2\text{x}\text{ squared}", "2"]),
]

WORDS_THAT_TAKE_IT_BACK: list[Case] = [
    (
        "5",
        [r"5\text{ units}", r"5\text{ red marbles}"],
        [
            r"5\text{ or maybe 6}",
            r"5\text{ or 6}",
            r"5\text{ possibly }6",
            r"5\text{ wait three}",
            r"5\text{ wait no}",
            r"5\text{ nope}",
            r"5\text{ unsure}",
            r"5\text{ alternatively three}",
            r"5\text{ otherwise three}",
            r"5\text{ versus three}",
            r"5\text{ isn't it}",
            r"5\text{ is wrong}",
            r"5\text{ false}",
            r"5\text{ undefined}",
            r"5\text{ negative}",
            r"5\text{ or more}",
            r"5\text{ at most}",
            r"5\text{ at least}",
            r"5\text{ too few}",
            r"\text{at least }5",
            r"\text{less than }5",
            r"\text{not }5",
            r"\text{negative }5",
            r"\text{minus }5",
            r"5\text{ minus }2",
            "5 units minus 2",
            "not 5",
            "negative 5",
            r"5\text{ (or 6)}",
            "5 (or 6)",
        ],
    ),
]

SECOND_VALUES: list[Case] = [
    (
        "5",
        [r"5 \text{ for all } x", "5 when x = 2", r"5, \text{ where } x > 0"],
        [
            r"5 \text{ if } x > 0, 6 \text{ if } x < 0",
            r"5\text{ if }x=2\text{, otherwise }6",
            r"5\text{ if x=2, 6 otherwise}",
            "5 for all x < 0 and 6 for x > 0",
            "5 when n is even, 6 when n is odd",
            r"5 \text{ assuming nothing, or } 6",
            r"5\text{ unless }6",
            r"5 \text{ (or } 6 \text{ if the coin is fair)}",
            r"5 \implies 6",
            r"5 \to 6",
            r"6 \to 5",
            "x = 5 = 2",
            "2 = x = 5",
            "x = 5, y = 6",
            "5 or 6",
            "5, 6",
            "5 6",
            r"5 \\ 6",
            r"\{5, 6\}",
            "[5, 6]",
            r"\pm 5",
            r"5 \pm 1",
            r"x \ge 5",
            r"x \ne 5",
            r"\ne 5",
            "5:01",
            "5:00",
        ],
    ),
    (r"5 \text{ when } n \text{ is even, } 6 \text{ when } n \text{ is odd}", [], ["5", "6"]),
    (r"x=2 \text{ if } a>0, x=-2 \text{ if } a<0", [], ["2", "x=2", "-2"]),
    (r"f(x)=x \text{ for } x>0, f(x)=-x \text{ for } x<0", [], ["f(x)=x", "x"]),
    (r"7 \text{ for } x=1 \text{ and } 8 \text{ for } x = 2", [], ["7", "8"]),
    (r"\begin{cases} 1 & n \text{ even} \\ 2 & n \text{ odd} \end{cases}", [], ["1", "2"]),
]

SENTENCES: list[Case] = [
    (
        "5",
        ["The answer is 5", "The largest value is 5"],
        [
            "The answer is not 5",
            "The answer is 5 or 6",
            "The answer is 5 and 6",
            "The wrong answer is 5",
            "The wrong one is 5",
            "The opposite of the answer is 5",
            "The answer minus one is 5",
            "The answer plus two is 5",
            "The value minus $6$ is 5",
            "The answer cannot be anything but is 5",
            "The number that the answer can't equal is 5",
            "Thus it cannot be true that it is 5",
        ],
    ),
]

LABELS: list[Case] = [
    (
        "5",
        [r"\text{Area} = 5", "Maximum = 5", "x = 5", r"|AB| = 5"],
        [
            r"\text{not} = 5",
            r"\text{not equal to } = 5",
            r"\text{anything but} = 5",
            r"\text{wrong answer} = 5",
            r"\text{negative answer} = 5",
            r"\text{double the answer} = 5",
            r"\text{answer} - 1 = 5",
            r"\text{answer} \ne 5",
            "-x = 5",
            "2x = 5",
            "x + y = 5",
        ],
    ),
    ("x=1, y=2", ["y=2, x=1", "(1,2)", "(x,y)=(1,2)"], ["2, 1", r"\{2, 1\}", "(2,1)", "y=1, x=2", "a=1, b=2", "x=1"]),
    (r"\{1,2\}", [r"x \in \{1,2\}", "1, 2", "x=1, 2"], ["x=1, y=2", "x=1", r"x \notin \{1,2\}"]),
    (r"x \in (1,2)", ["(1,2)", "1 < x < 2"], ["1, 2", "x=1, 2", r"\{1,2\}", r"x \notin (1,2)"]),
    ("(1,2)", ["1, 2", r"\left(1,2\right)"], [r"1 \text{ or } 2", r"x=1 \text{ or } x=2", r"\{1,2\}", "2, 1"]),
    (r"\text{even}", ["even"], [r"\text{odd}", r"\text{neither even nor odd}", r"\text{odd} = \text{even}"]),
]

UNITS: list[Case] = [
    (r"300\text{ cents}", ["300", r"300\text{ cents}"], [r"\$300", "€300", r"300\text{ euros}"]),
    (r"\$3", ["3", r"3\text{ dollars}", "$3$"], [r"3\text{ cents}", r"3\text{ euros}", "€3", "£3"]),
    (r"3\text{ cm}", ["3", "3 cm"], [r"3^\circ", r"3\text{ m}", r"3\text{ cm}^2", r"3\%"]),
    (r"3^\circ", ["3", r"3\text{ degrees}"], [r"3\text{ cm}", r"3\text{ radians}", r"3\%"]),
]

NUMBERS: list[Case] = [
    ("0.36", ["0.36", ".36"], ["1.2.3"]),
    ("0.25", [".25", "1/4"], [".5.5", "0.5.5"]),
    ("5/3", [r"1.\overline{6}"], [r"0.\overline{3}5"]),
    ("5", ["5.0"], [r"5.\overline{0}1", "5.6", "5. 6", "5..6", "5...", r"5\ldots"]),
    ("30", [r"5 \cdot 6", "5(6)"], [r"5\text{6}", r"\text{5}\text{6}", "5 6", r"5\ 6", "$5$$6$"]),
    ("10", ["10"], [r"5 \qquad (2)"]),
]

CASES = [
    case
    for group in (
        WORDS_AFTER_A_NUMBER,
        WORDS_THAT_TAKE_IT_BACK,
        SECOND_VALUES,
        SENTENCES,
        LABELS,
        UNITS,
        NUMBERS,
    )
    for case in group
]

RESPONSES: list[tuple[str, str]] = [
    ("5", r"\boxed{5} or \boxed{6}"),
    ("5", r"\boxed{6} or \boxed{5}"),
    ("5", r"\boxed{6}, \boxed{5}"),
    ("5", r"\boxed{6} \quad\text{or}\quad \boxed{5}"),
    ("5", r"\boxed{6} and/or \boxed{5}"),
    ("5", r"\boxed{6} OR \boxed{5}"),
    ("5", r"\boxed{6} \lor \boxed{5}"),
    ("5", r"**$\boxed{6}$** or **$\boxed{5}$**"),
    ("5", "\\boxed{6}\u200b\\boxed{5}"),
    ("5", r"\boxed{6}、\boxed{5}"),
    ("5", r"\boxed{6}\\ \boxed{5}"),
    ("5", r"\boxed{5\boxed{6}}"),
    ("5", r"\boxed{\boxed{5} or \boxed{6}}"),
    ("5", r"<think>\boxed{5}"),
    ("5", r"\boxed{5}</think>6"),
    ("5", "the answer is 5 but could be 6"),
    ("5", "the answer is either 5 or 6"),
    ("5", "the answer is between 5 and 6"),
    ("5", "the answer is not 5"),
    ("5", "answer: 5\nanswer: 6"),
    ("5", "answer: 5 (or 6)"),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(CASES))
def test_a_cheat_is_no_answer(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "response"), RESPONSES)
def test_a_hedge_over_a_response_is_no_answer(reference: str, response: str) -> None:
    assert VERIFIER(response, reference).verdict is not Verdict.CORRECT
