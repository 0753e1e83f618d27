"""Inequalities: solved exactly, ends and poles where they belong, and left alone where no exact solution is known."""

import operator
import random
from fractions import Fraction

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.sets.cuts import compare, rational_cut
from rlvr.rewards.maths.sets.realsets import as_set, same_set, subject, variable
from rlvr.rewards.maths.tree import Node, num, sym
from rlvr.rewards.maths.truth import Truth

SOLVED: list[tuple[str, str, list[str]]] = [
    (r"2x-1\le5", r"(-\infty,3]", [r"(-\infty,3)", r"[3,\infty)", r"(-\infty,2]"]),
    ("-x>-1", r"(-\infty,1)", [r"(1,\infty)", r"(-1,\infty)", r"(-\infty,1]"]),
    (r"\frac{x}{-2}\ge1", r"(-\infty,-2]", [r"[-2,\infty)", r"(-\infty,2]"]),
    ("1<2x+1<5", "(0,2)", ["(0,2]", "(1,5)", "[0,2)"]),
    (r"-1\ge 3-2x>-5", "[2,4)", ["(2,4]", "[2,4]", "(-5,-1]"]),
    ("x<2x<4", "(0,2)", [r"(-\infty,2)", "(0,4)"]),
    ("x^2<4", "(-2,2)", ["[-2,2]", r"(-\infty,2)", r"(-\infty,-2)\cup(2,\infty)", "(-4,4)"]),
    (r"x^2\ge4", r"(-\infty,-2]\cup[2,\infty)", [r"[2,\infty)", "[-2,2]", r"(-\infty,-2)\cup(2,\infty)"]),
    ("x^2<2", r"(-\sqrt2,\sqrt2)", [r"[-\sqrt2,\sqrt2]", "(-2,2)", r"(-1.41421356,1.41421356)"]),
    (r"x^2-2x-1\le0", r"[1-\sqrt2,1+\sqrt2]", [r"(1-\sqrt2,1+\sqrt2)", r"[-1-\sqrt2,\sqrt2-1]"]),
    (r"x^2+1>0", r"\mathbb{R}", [r"\emptyset", r"(0,\infty)"]),
    (r"x^2+1\le0", r"\emptyset", [r"\mathbb{R}"]),
    (r"x^2\le0", r"\{0\}", [r"\emptyset", r"\mathbb{R}"]),
    (r"(x-1)^2>0", r"x\ne1", [r"\mathbb{R}", r"(1,\infty)"]),
    (r"-x^2+5x-6\ge0", "[2,3]", ["(2,3)", r"(-\infty,2]\cup[3,\infty)"]),
    ("(x-1)(x+2)(x-3)>0", r"(-2,1)\cup(3,\infty)", [r"(-\infty,-2)\cup(1,3)", r"(-2,1)\cup[3,\infty)"]),
    ("x^3-6x^2+11x-6>0", r"(1,2)\cup(3,\infty)", [r"(-\infty,1)\cup(2,3)", r"(3,\infty)"]),
    (r"x^3\ge8", r"[2,\infty)", [r"(2,\infty)", r"(-\infty,-2]\cup[2,\infty)"]),
    ("x^3<2", r"(-\infty,\sqrt[3]{2})", [r"(-\infty,\sqrt{2})", r"(-\infty,\sqrt[3]{2}]"]),
    ("x^4<5x^2-6", r"(-\sqrt3,-\sqrt2)\cup(\sqrt2,\sqrt3)", [r"(\sqrt2,\sqrt3)", r"(-\sqrt3,\sqrt3)"]),
    (r"x^4\ge x^2", r"(-\infty,-1]\cup\{0\}\cup[1,\infty)", [r"(-\infty,-1]\cup[1,\infty)"]),
    ("x^{100}(x-1)>0", r"(1,\infty)", [r"(0,\infty)", r"[1,\infty)"]),
    (r"x^{100}(x-1)\ge0", r"\{0\}\cup[1,\infty)", [r"[1,\infty)"]),
    (r"\frac{(x-1)(x+2)}{x}\ge0", r"[-2,0)\cup[1,\infty)", [r"[-2,0]\cup[1,\infty)", r"(-2,0)\cup(1,\infty)"]),
    (r"\frac1x<1", r"(-\infty,0)\cup(1,\infty)", [r"(1,\infty)", r"(-\infty,0]\cup(1,\infty)"]),
    (r"\frac{1}{x^2}>0", r"x\ne0", [r"\mathbb{R}"]),
    (r"\frac{x^2-1}{x-1}>0", r"(-1,1)\cup(1,\infty)", [r"(-1,\infty)"]),
    (r"\frac{1}{1/x}>-1", r"(-1,0)\cup(0,\infty)", [r"(-1,\infty)"]),
    (r"\frac{x}{x-1}\le\frac{2}{x+1}", "(-1,1)", ["[-1,1]", r"(-\infty,-1)\cup(1,\infty)"]),
    (r"\frac{x-3}{x-2}\le2", r"(-\infty,1]\cup(2,\infty)", [r"(-\infty,1]\cup[2,\infty)", r"(2,\infty)"]),
    ("|x|<2", "(-2,2)", ["[-2,2]", "(0,2)", r"(-\infty,2)"]),
    (r"|x-1|\ge3", r"(-\infty,-2]\cup[4,\infty)", [r"[4,\infty)", "[-2,4]"]),
    (r"1\le|z|\le\frac32", r"[-\frac32,-1]\cup[1,\frac32]", [r"[1,\frac32]", r"[-\frac32,\frac32]"]),
    ("|x-1|+|x+2|<5", "(-3,2)", ["(-2,1)", "[-3,2]"]),
    ("||x|-1|<2", "(-3,3)", ["(-1,3)", "(-3,-1)\\cup(1,3)"]),
    ("|x|<-1", r"\emptyset", [r"\mathbb{R}"]),
    (r"|x|\ge x", r"\mathbb{R}", [r"[0,\infty)"]),
    (r"|2x-3|=5", r"\{-1,4\}", [r"\{4\}"]),
    ("x^2=4", r"\{-2,2\}", [r"\{2\}"]),
    (r"x^2\ne4", r"\mathbb{R}\setminus\{-2,2\}", [r"\mathbb{R}\setminus\{2\}"]),
    (r"\pi x>2", r"(\frac2\pi,\infty)", [r"(2\pi,\infty)", r"(-\infty,\frac2\pi)"]),
    (r"(1-\sqrt2)x>1", r"(-\infty,-1-\sqrt2)", [r"(-1-\sqrt2,\infty)"]),
    (r"x^2-2\sqrt2x+2\le0", r"\{\sqrt2\}", [r"\emptyset"]),
    (r"x^2<\pi", r"(-\sqrt\pi,\sqrt\pi)", [r"(-\pi,\pi)"]),
    ("0>0x", r"\emptyset", [r"\mathbb{R}"]),
    (r"x\ge x", r"\mathbb{R}", [r"\emptyset"]),
    ("f(x)^2<4", "(-2,2)", ["[-2,2]"]),
]

UNSOLVED = [
    r"\sqrt{x}<2",
    "2^x>8",
    r"\sin x>0",
    "x^3-3x+1>0",
    "x^5-x-1<0",
    "x^{40}+x>3",
    "x+y<1",
    r"ax>2",
    r"x+\frac10>2",
    r"x+0\cdot\frac10>1",
    r"\frac{x}{0}>1",
    r"\frac{x}{x-x}>1",
    "|x|+|x-1|+|x-2|+|x-3|+|x-4|<9",
    "f(x)>x",
    "f(1)<2",
    r"x\approx2",
]


@pytest.mark.parametrize(("text", "solution"), [(text, right) for text, right, _ in SOLVED])
def test_the_solutions_of_an_inequality(text: str, solution: str) -> None:
    assert compared(text, solution) is Truth.TRUE


@pytest.mark.parametrize(("text", "mistake"), [(text, wrong) for text, _, mistakes in SOLVED for wrong in mistakes])
def test_near_misses_of_the_solutions(text: str, mistake: str) -> None:
    assert compared(text, mistake) is Truth.FALSE


@pytest.mark.parametrize("text", UNSOLVED)
def test_an_inequality_without_an_exact_solution_here_is_left_alone(text: str) -> None:
    assert as_set(read(text)) is None


def compared(left: str, right: str) -> Truth:
    one, other = as_set(read(left), open_pairs=True), as_set(read(right), open_pairs=True)
    assert one is not None
    assert other is not None
    return same_set(one, other)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x>3", "x"),
        ("3<2t+1", "t"),
        (r"x_1\ge x_1^2", "x_1"),
        ("a<x<b", "x"),
        (r"x\in[a,b]", "x"),
        ("x>1, x<2", "x"),
        (r"x<1\text{ or }x>2", "x"),
        ("x>y", None),
        ("a<x<x^2+b", None),
        ("a=x=b", None),
        ("1<2", None),
        ("x>1, y<2", None),
        ("f(x)<1", None),
        ("x+1", None),
        (r"x+1\in[0,1]", None),
    ],
)
def test_what_a_relation_is_about(text: str, name: str | None) -> None:
    assert variable(read(text)) == name


def test_a_function_value_may_be_what_a_relation_is_about() -> None:
    call = Node("call", ("f", sym("x")))

    assert subject(read("0<f(x)<1")) == call
    assert subject(read("f(x)<x")) is None
    assert subject(read("f(2)<1")) is None
    assert subject(read("f(2)<f(1)<f(4)")) is None


X = sym("x")
NUMBERS: list[int | Fraction] = [0, 1, 2, 3, -1, -2, Fraction(1, 2)]
POINTS = [Fraction(k, 4) for k in range(-24, 25)] + [Fraction(1, 3), Fraction(-7, 5), Fraction(999)]
OPERATORS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def some_expression(draw: random.Random, depth: int) -> Node:
    if depth == 0 or draw.random() < 0.15:
        return X if draw.random() < 0.6 else num(draw.choice(NUMBERS))
    parts = [some_expression(draw, depth - 1) for _ in range(2)]
    head = draw.choice(["add", "add", "mul", "div", "neg", "pow", "abs"])
    if head in ("add", "mul", "div"):
        return Node(head, tuple(parts))
    if head == "pow":
        return Node("pow", (parts[0], num(draw.choice([2, 3, -1]))))
    return Node("fn", ("abs", parts[0])) if head == "abs" else Node("neg", (parts[0],))


def value_at(node: Node, point: Fraction) -> Fraction:
    """Return the value of an expression of `some_expression`; ZeroDivisionError where it has none."""
    if node == X:
        return point
    if node.head == "num":
        return Fraction(node.args[0])
    if node.head == "pow":
        return value_at(node.args[0], point) ** int(value_at(node.args[1], point))
    if node.head == "fn":
        return abs(value_at(node.args[1], point))
    values = [value_at(one, point) for one in node.args]
    if node.head == "neg":
        return -values[0]
    if node.head == "add":
        return values[0] + values[1]
    return values[0] * values[1] if node.head == "mul" else values[0] / values[1]


def is_solution(relation: Node, point: Fraction) -> bool:
    (name,), left, right = relation.args
    try:
        return bool(OPERATORS[name](value_at(left, point), value_at(right, point)))
    except ZeroDivisionError:
        return False


@pytest.mark.parametrize("seed", range(150))
def test_random_inequalities_point_by_point(seed: int) -> None:
    draw = random.Random(seed)
    name = draw.choice(sorted(OPERATORS))
    relation = Node("rel", ((name,), some_expression(draw, 3), some_expression(draw, draw.randrange(3))))
    found = as_set(relation)
    if found is None:
        return

    for point in POINTS:
        sides = [compare(cut, rational_cut(point), symbolic=False) for cut in found.line.cuts]
        below = sides.count(-1)
        held = found.line.at[below] if 0 in sides else found.line.gaps[below]
        assert bool(held) is is_solution(relation, point), f"{relation} at {point}: {found.line}"


def test_most_random_inequalities_are_solved() -> None:
    draws = [random.Random(seed) for seed in range(150)]
    relations = [Node("rel", (("<",), some_expression(draw, 2), some_expression(draw, 1))) for draw in draws]
    unsolved = [one for one in relations if X in (one.args[1], one.args[2]) and as_set(one) is None]

    assert len(unsolved) < 15
