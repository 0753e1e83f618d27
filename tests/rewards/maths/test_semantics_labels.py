r"""What stands left of an `=` or an `\in`: a name that may be dropped, a chain that must hold, an equation that stays.

Left out as policy: `f(2) = 5` (a value of a function, not its name), `x \approx 5` alone, labels on both sides that
differ where what follows them is the same expression (`f(x) = 2x`, `y = 2x`).
"""

import pytest

from tests.rewards.maths.rows import Case, check, rows

NAMES: list[Case] = [
    (
        "5",
        [
            "x=5",
            "x = 5",
            "$x = 5$",
            "a_1 = 5",
            "a_{1}=5",
            r"x_{\max} = 5",
            "f(x)=5",
            "Maximum = 2+3",
            "|AB|=5",
            r"\theta = 5",
            "A:B=5",
            "P(x) = 5.0",
            r"\text{Area} = 5",
            r"S_n = 5",
            r"\boxed{x=5}",
            "k=10/2",
        ],
        [
            "2x=5",
            "x+1=5",
            "x=6",
            "x<5",
            r"x \ne 5",
            r"x \ge 5",
            "5=11a",
            "x^2=5",
            "-x=5",
            "5x",
            "x=-5",
            "x+5",
            "5=5x",
            "x=5, y=6",
            "x-5=0",
        ],
    ),
    ("x=5", ["5", "x=5", "5=x", "x = 10/2", "2x=10", "x-5=0", "$5$"], ["x=-5", "-5", "y=5", "x=50", "5x=1", "x>5"]),
    (
        "y = 2x + 3",
        ["2x+3", "y=3+2x", "y-2x=3", "2x-y+3=0", r"y=2\left(x+\frac32\right)", "2x+3=y", "3+2x", "-y=-2x-3"],
        ["y=2x-3", "x=2y+3", "y=3x+2", "2x+3=0", "y<2x+3", "z=2x+3", "2x-3", "-y=2x+3", "y+2x=3"],
    ),
    ("y = -2x", ["-2x", "y+2x=0", "-y=2x", "y=-2 x"], ["2x", "y=2x", "x=-2y", "-2y", "y-2x=0", "y=-x"]),
    ("f(x) = x^2+1", ["x^2+1", "f(x)=1+x^2", "1+x^2"], ["f(x)=x^2-1", "f(y)=x^2+1", "x^2", "f(x)=x^2", "g"]),
    ("Maximum = 2", ["2", "Maximum = 4/2"], ["Maximum = 3", "3", "Minimum = 2"]),
    (r"|AB| = \sqrt{2}", [r"\sqrt2", "|AB|=2^{1/2}"], ["2", r"|AB| = 2", r"\sqrt{3}"]),
    (
        r"\frac{NO}{BO} = \frac{1}{3}",
        ["1/3", r"\frac13", r"\frac{NO}{BO}=1/3"],
        ["3", r"\frac{BO}{NO}=\frac13", "NO = 1/3"],
    ),
    (r"V_1:V_2 = 3:4", ["3:4", "3/4", r"\frac34"], ["4:3", "3", "V_2:V_1=3:4", "4"]),
    (r"\alpha = 30^\circ", ["30", r"30^\circ", r"\alpha=30"], ["60", r"\alpha = 60^\circ", r"\beta=30^\circ"]),
]

WORDS_AS_NAMES: list[Case] = [
    (
        "5",
        [
            r"\text{Area of the triangle} = 5",
            r"\text{Least value} = 5",
            r"\text{Answer} = 5",
            r"\text{Number of ways} = 5",
            "meet at x = 5",
            r"\text{Area} = 5\text{ cm}^2",
        ],
        [
            r"\text{not} = 5",
            r"\text{anything but} = 5",
            r"\text{wrong answer} = 5",
            r"\text{double the answer} = 5",
            r"\text{sum of the answer and one} = 5",
            r"\text{answer squared} = 5",
            r"\text{at least} = 5",
            r"\text{less than} = 5",
            r"\text{above} = 5",
            r"\text{lower bound} = 5",
            r"\text{guess} = 5",
            r"\text{not } x = 5",
            "twice x = 5",
            r"-\text{answer} = 5",
        ],
    ),
    (
        r"\text{even}",
        [r"\text{Answer} = \text{even}", r"f = \text{even}"],
        [r"\text{odd} = \text{even}", r"\text{even} = \text{odd}", r"\text{not} = \text{even}"],
    ),
]

NAMED_TUPLES: list[Case] = [
    (
        "(x,y)=(3,2)",
        ["(3,2)", "(x,y) = (3, 2)", r"\left(x,y\right)=\left(3,2\right)", "x=3, y=2", "3, 2", r"x=3\text{ and }y=2"],
        ["(2,3)", "(y,x)=(3,2)", "x=2, y=3", "(x,y)=(2,3)", "(3,2,1)", "5", "x=3", "(x,y,z)=(3,2,0)"],
    ),
    (
        "(3,2,7)",
        ["(p,q,r)=(3,2,7)", "p=3, q=2, r=7", "(p, q, r) = (3, 2, 7)"],
        ["(p,q,r)=(3,7,2)", "(p,q)=(3,2)", "p=3,q=2"],
    ),
    (
        "x=1, y=2",
        ["y=2, x=1", "(1,2)", "x=1; y=2", r"x=1 \text{ and } y=2", "1,2"],
        ["x=2, y=1", "x=1", "(2,1)", "y=2"],
    ),
    ("(1,2),(3,4)", ["(x,y)=(1,2),(3,4)", "x=1,y=2;x=3,y=4"], ["(x,y)=(1,2)", "x=1,y=2;x=4,y=3", "(x,y)=(1,3),(2,4)"]),
]

SOLUTIONS: list[Case] = [
    (
        r"\{1,2\}",
        ["x=1,2", "x=1, x=2", "x = 1 or x = 2", r"x=1\text{ or }x=2", r"x\in\{1,2\}", "x_1=1, x_2=2", "x=2,1"],
        ["x=1", r"x\in\{1,3\}", "x=1,2,3", r"x \notin \{1,2\}", "x=1, x=3", "x=12", r"1\in\{1,2\}", "x=3"],
    ),
    ("-2,1", [r"x=-2 \text{ or } x=1", "x = 1, x = -2", "n=-2,1"], ["x=2,-1", "x=-2", "x = -2, x = -1", "x=2 or x=1"]),
    (
        r"x \in [-2,7]",
        ["[-2,7]", r"-2 \le x \le 7", r"x\in\left[-2,7\right]", r"\{x : -2\le x\le 7\}", r"7\ge x\ge -2"],
        ["(-2,7)", "[-2,7)", r"x \notin [-2,7]", r"x\in(-2,7)", "-2<x<7", "[2,7]", "{-2,7}", r"x \le 7"],
    ),
    (r"D = (0, 1)", ["(0,1)", "D=(0,1)"], ["D=(0,2)", "D=[0,1]", "(0,1]"]),
    ("n=1, 2, 3", ["1,2,3", "n=3,2,1", r"n\in\{1,2,3\}"], ["n=2,3,4", "n=1,2", "n=1", "n=1,2,3,4"]),
]

EQUATIONS_STAY: list[Case] = [
    ("7 = 11a+c", ["11a+c=7", "c=7-11a", "7-11a-c=0"], ["11a+c", "7", "11a", "7=11a", "7=11a-c"]),
    ("a+3z=0", ["a=-3z", "3z+a=0", "2a+6z=0"], ["0", "a+3z", "a=3z", "a+3z=1"]),
    ("2x+z=1", ["z=1-2x", "1=2x+z"], ["1", "2x+z", "2x-z=1", "2x+z=0", "2x+z=-1"]),
    ("a^2+b=0", ["b=-a^2", "-a^2=b"], ["0", "a^2+b", "a^2-b=0", "a+b^2=0"]),
    ("11", [], ["7+x=11", "11a=11b", "x+y=11", "2x=11", r"x \cdot y = 11"]),
]

CHAINS: list[Case] = [
    (
        "5",
        ["x = 2+3 = 5", "2+3=5", "2+3 = 10/2 = 5", "a=b=5"],
        ["2+3=5=6", "x=5=6", "2+2=5", "1+4=6", "4=5", "5=4", "6=5"],
    ),
    ("2", [r"\sqrt4 = 2", r"\sqrt{4}=2", "4/2=2", "x=4/2=2"], ["4=2", "1=2=2", r"\sqrt{4}=3", r"\sqrt{3}=2", "2=3"]),
    ("3", ["9/3=3", r"\frac{9}{3}=\frac{6}{2}=3"], ["4=3", "3=4", "9/3=4", "9/3=3=4", "4/3=3"]),
    (
        r"\frac12",
        [r"\frac{4}{8}=\frac12=0.5", r"0.5 = \frac12", r"x=\frac{2}{4}=\frac12"],
        [r"\frac48=\frac13", "0.5=0.2"],
    ),
    (
        "x = 11",
        ["x = 5+5+1 = 11", "x=5+6=11=11.0"],
        ["x = 5+5 = 11", "x=11=12", "x=10=11", "x=12"],
    ),
    (
        r"\frac23",
        [r"\frac{2}{3} \approx 0.667", r"x = \frac23 \approx 0.67", r"\frac46=\frac23\approx0.6667", r"\frac23 ≈ 0.7"],
        [r"\frac13 \approx 0.333", r"0.667 \approx \frac23", r"0.67 \approx 0.667", r"\frac32\approx\frac23"],
    ),
    ("6", [r"\sum_{k=1}^3 k=6", r"S=1+2+3=6", r"3\cdot 2=6"], [r"\sum_{k=1}^3 k=7", r"\sum_{k=1}^4 k=6", r"1+2+3=7"]),
    (r"\frac13", [r"\int_0^1 x^2\,dx=\frac13"], [r"\int_0^1 x\,dx=\frac13", r"\int_0^1 x^2\,dx=\frac12"]),
    (
        r"\sqrt{17}",
        [r"\sqrt{17}\approx 4.12", r"x=\sqrt{17}\approx4.1", r"AC = \sqrt{16+1} = \sqrt{17} \approx 4.123"],
        [r"4.12 \approx \sqrt{17}", r"\sqrt{18} \approx 4.24", r"4\approx\sqrt{17}"],
    ),
    ("11", [], [r"10 \approx 11", r"10.9 \approx 11", r"12 \approx 11"]),
    ("24", [r"4! = 24", r"4\cdot 3\cdot 2 = 24", r"\binom{4}{2}\cdot4=24"], ["4!=25", "4!=24=25", "5!=24", "24=25"]),
    (r"2\pi", [r"A = \pi + \pi = 2\pi", r"2\pi=2\pi"], [r"\pi=2\pi", r"A=\pi=2\pi"]),
]


@pytest.mark.parametrize(("reference", "answer", "right"), rows(NAMES + WORDS_AS_NAMES))
def test_a_name_may_be_left_out(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(NAMED_TUPLES + SOLUTIONS))
def test_the_names_of_solutions_may_be_left_out(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(EQUATIONS_STAY))
def test_an_equation_is_not_one_of_its_sides(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


@pytest.mark.parametrize(("reference", "answer", "right"), rows(CHAINS))
def test_a_chain_is_its_last_member_where_it_holds(reference: str, answer: str, right: bool) -> None:
    check(reference, answer, right)


CASES = [*NAMES, *WORDS_AS_NAMES, *NAMED_TUPLES, *SOLUTIONS, *EQUATIONS_STAY, *CHAINS]
