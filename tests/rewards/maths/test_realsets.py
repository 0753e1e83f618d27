r"""Sets: what is the same, what is not, what cannot be told, and what is no set of numbers at all."""

import random
from collections.abc import Callable
from fractions import Fraction

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.sets.linesets import EMPTY, MAX_CUTS, NUMBERS, LineSet
from rlvr.rewards.maths.sets.realsets import (
    Piece,
    RealSet,
    as_set,
    complement_of,
    difference_of,
    intersection_of,
    of_relations,
    same_set,
    union_of,
)
from rlvr.rewards.maths.tree import INFINITY, ONE, TWO, ZERO, Node, TooLarge, num, sym
from rlvr.rewards.maths.truth import Truth

MINUS_INFINITY = Node("neg", (INFINITY,))


def the_set(text: str) -> RealSet:
    found = as_set(read(text), open_pairs=True)
    assert found is not None, f"{text!r} is no set: {read(text)}"
    return found


SAME = [
    ("[0,1)", r"0\le x<1"),
    ("[0,0]", r"\{0\}"),
    ("[2,1]", r"[\frac42,1]"),
    (r"[0,1)\cup[1,2]", "[0,2]"),
    (r"[0,1)\cup\{1\}\cup(1,2]", "[0,2]"),
    (r"[0,1]\cap[1,2]", r"\{1\}"),
    (r"[0,1)\cap[1,2]", r"\emptyset"),
    (r"\{1,2\}\cup\{2,3\}", r"\{1,2,3\}"),
    (r"\{1,1,2\}", r"\{2,1\}"),
    (r"\{1,2\}\cap\{2,3\}", r"\{2\}"),
    (r"[0,1]\setminus\{0.5\}", r"[0,\frac12)\cup(\frac12,1]"),
    (r"[0,4]\setminus\{1\}\setminus\{2\}", r"[0,4]\setminus\{1,2\}"),
    (r"\mathbb{R}-\{0\}", r"x\ne0"),
    (r"\mathbb{R}\setminus2", r"x\neq2"),
    (r"\overline{[0,1]}", r"(-\infty,0)\cup(1,\infty)"),
    (r"(0,1)^c", r"(-\infty,0]\cup[1,\infty)"),
    (r"[0,\infty]", r"x\ge0"),
    (r"(-\infty,\infty)", r"\mathbb{R}"),
    (r"x<\infty", r"\mathbb{R}"),
    (r"(-\sqrt8,\sqrt8)", r"-2\sqrt2<x<2\sqrt2"),
    (r"\{\sqrt4,\frac{3}{3}\}", r"\{1,2\}"),
    (r"(0,\ln4)", r"0<x<2\ln2"),
    (r"[\sin1,\infty)\cup\{0\}", r"\{0\}\cup[\sin1,\infty)"),
    (r"\{0.5,25\%\}", r"\{\frac14,\frac12\}"),
    (r"2\ge x", r"(-\infty,2]"),
    (r"5\ge x>2", "(2,5]"),
    ("1<2<x", r"(2,\infty)"),
    ("2<1<x", r"\emptyset"),
    (r"x\in(0,1)\cup(2,3)", r"(2,3)\cup(0,1)"),
    (r"x\notin[0,1]", r"x<0\text{ or }x>1"),
    (r"x<0, x>1", r"(-\infty,0)\cup(1,\infty)"),
    (r"x>0, x<1", "(0,1)"),
    (r"x>0, x\ne1", r"(0,1)\cup(1,\infty)"),
    (r"x\ne1, 2", r"\mathbb{R}\setminus\{1,2\}"),
    (r"0<f(x)<1", "(0,1)"),
    (r"\{x : x>0\}", r"(0,\infty)"),
    (r"\{x\in\mathbb{R}\mid x\ne0\}", r"(-\infty,0)\cup(0,\infty)"),
    (r"\{x\mid x<-1\text{ or }x>1\}", r"(-\infty,-1)\cup(1,\infty)"),
    (r"\{x\mid x>0, x<5, x\ne2\}", r"(0,2)\cup(2,5)"),
    (r"\{x\in[0,5]\mid x>2\}", "(2,5]"),
    (r"\{x\in\mathbb{Z} : 1\le x\le 3\}", r"\{1,2,3\}"),
    (r"\{x\in\mathbb{Z} : 0<x<4\}", r"\{x\in\mathbb{Z} : 0.5\le x\le\pi\}"),
    (r"\mathbb{Z}\cap(0,1)", r"\emptyset"),
    (r"\mathbb{Z}\setminus\{0\}", r"\{x\in\mathbb{Z}\mid x\ne0\}"),
    (r"\mathbb{Z}\setminus\{\frac12\}", r"\mathbb{Z}"),
    (r"\mathbb{Q}\cup\mathbb{Z}", r"\mathbb{Q}"),
    (r"\mathbb{R}\cap\mathbb{Z}", r"\mathbb{Z}"),
    (r"\mathbb{N}\cup\{0\}", r"\{x\in\mathbb{Z}\mid x\ge0\}"),
    (r"\mathbb{N}\setminus\{0\}", r"\mathbb{Z}\cap(0,\infty)"),
    (r"\mathbb{N}\cap[1,3]", r"\{1,2,3\}"),
    (r"\mathbb{N}", r"\mathbb{N}"),
    (r"\mathbb{C}\cup\mathbb{R}", r"\mathbb{C}"),
    (r"\mathbb{C}\cap\mathbb{R}", r"\mathbb{R}"),
    ("[a,b]", "[a,b]"),
    ("[a,b)", r"a\le x<b"),
    (r"[a,\infty)", r"[a,\infty]"),
    ("[a+b,2c]", "[b+a,c+c]"),
    (r"(a,b)\cup(1,2)\cup(2,3]", r"(1,3]\setminus\{2\}\cup(a,b)"),
    (r"\{x,y\}\cup\{z,y\}", r"\{x,y,z\}"),
    (r"\{x+y,2\}\cup\{3\}", r"\{3,2,y+x\}"),
    (r"\{i,1\}\cup\{-i\}", r"\{-i,1,i\}"),
    (r"\{i,1\}\setminus\{i\}", r"\{1\}"),
    (r"\{i,1\}\cap\{i,2\}", r"\{i\}"),
    (r"\{i,1\}\cap\mathbb{C}", r"\{1,i\}"),
    (r"\{i,1\}\cap\mathbb{R}", r"\{1\}"),
    (r"\{(1,2)\}\cup\{(3,4)\}", r"\{(3,4),(1,\frac42)\}"),
]

DIFFERENT = [
    ("[0,1)", "[0,1]"),
    ("[0,1)", "(0,1)"),
    ("[0,1)", "(0,1]"),
    ("[0,1)", "[0,2)"),
    ("[0,1)", "[-1,1)"),
    ("[0,1)", r"\emptyset"),
    ("[0,1)", r"\{0,1\}"),
    ("[2,1]", "[3,1]"),
    ("(1,1)", "(2,2)"),
    ("[2,1]", "[1,2]"),
    ("[1,1]", r"\{2\}"),
    (r"[0,1)\cup(1,2]", "[0,2]"),
    (r"[0,1]\cup[2,3]", "[0,3]"),
    (r"\{1,2\}", r"\{1,2,3\}"),
    (r"\{1,2\}", r"\{1\}"),
    (r"\{1,2\}\cap\{2,3\}", r"\{1,2,3\}"),
    (r"[0,1]\setminus\{1\}", "[0,1]"),
    (r"\mathbb{R}\setminus\{0\}", r"\mathbb{R}"),
    (r"\mathbb{R}\setminus\{0\}", r"\mathbb{R}\setminus\{1\}"),
    ("x>3", "x<3"),
    ("x>3", r"x\ge3"),
    (r"2\ge x", r"x\ge2"),
    (r"x\ne3", "x=3"),
    ("5>x>2", "2>x>5"),
    (r"x\in[0,1]", r"x\notin[0,1]"),
    (r"x<0\text{ or }x>1", "0<x<1"),
    (r"x>0\text{ or }x<1", "(0,1)"),
    (r"(-\sqrt8,\sqrt8)", "(-2.8284271247,2.8284271247)"),
    (r"(0,\ln2)", r"(0,\ln3)"),
    (r"(0,\ln2)", r"(0,0.6931471805599453)"),
    (r"[\sin1,\infty)", r"(\sin1,\infty)"),
    (r"\mathbb{Z}", r"\mathbb{Q}"),
    (r"\mathbb{Z}", r"\mathbb{R}"),
    (r"\mathbb{Z}", r"\mathbb{N}"),
    (r"\mathbb{R}", r"\mathbb{C}"),
    (r"\mathbb{Z}\setminus\{0\}", r"\mathbb{Z}"),
    (r"\mathbb{Z}\setminus\{0\}", r"\mathbb{R}\setminus\{0\}"),
    (r"\{x\in\mathbb{Z} : 0<x<4\}", r"\{0,1,2,3\}"),
    (r"\{x\in\mathbb{Z} : 0<x<4\}", "(0,4)"),
    (r"\mathbb{N}\cup\{0\}", r"\{x\in\mathbb{Z}\mid x>0\}"),
    ("[a,b]", "[a,b)"),
    ("[a,b]", "[b,a]"),
    ("[a,b]", "[1,2]"),
    (r"(a,\infty)", r"(-\infty,a)"),
    (r"(a,\infty)", "(a,b)"),
    (r"\{x,y\}\cup\{z\}", r"\{x,y\}"),
    (r"\{x,y\}", r"\{x,y,z\}"),
    (r"\{x,2\}", r"\{x,3\}"),
    (r"\{i,1\}", r"\{-i,1\}"),
    (r"\{(1,2)\}\cup\{(3,4)\}", r"\{(1,2),(4,3)\}"),
    (r"\{(1,2)\}\cup\{(3,4)\}", r"\{(1,2),(3,4,0)\}"),
    (r"\{(1,2)\}\cup\{3\}", r"\{1,2\}\cup\{3\}"),
]

UNKNOWN = [
    (r"\mathbb{N}", r"\{x\in\mathbb{Z}\mid x>0\}"),
    (r"\mathbb{N}", r"\{x\in\mathbb{Z}\mid x\ge0\}"),
    (r"(a,b]\cup(b,c)", "(a,c)"),
    (r"(a,b)\cup(1,2)", "(1,2)"),
    (r"[0,1]\cup\{f(2)\}", "[0,1]"),
    ("[2,1]", r"\emptyset"),
    ("(3,1)", "x<x"),
]

UNREAD = [
    "3",
    "(1,2,3)",
    r"\{\{1\},\{2\}\}",
    r"\{1,2,\ldots\}",
    r"\{1\pm\sqrt2\}",
    r"\{1,\infty\}",
    r"\{\frac10\}",
    r"[0,\frac10]",
    r"[\ln 0,1]",
    r"[\infty,1]",
    "-[0,1)",
    "2[0,1)",
    "[0,1)+[1,2)",
    "(1,2)-(3,4)",
    r"A\cup B",
    r"\{x,1\}\cap\{1,2\}",
    r"\{x,1\}\setminus\{x\}",
    r"[a,b]\cap[0,1]",
    r"\overline{[a,b]}",
    r"\{2k : k\in\mathbb{Z}\}",
    r"\{(x,y) : x>0\}",
    "x>y",
    "x=y=2",
    "2<3",
    "f(2)<f(1)<f(4)",
    r"x\approx2",
    r"x>1, y<2",
    r"x>\frac10",
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_the_same_set_however_it_is_written(left: str, right: str) -> None:
    assert same_set(the_set(left), the_set(right)) is Truth.TRUE
    assert same_set(the_set(right), the_set(left)) is Truth.TRUE


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_another_set(left: str, right: str) -> None:
    assert same_set(the_set(left), the_set(right)) is Truth.FALSE
    assert same_set(the_set(right), the_set(left)) is Truth.FALSE


@pytest.mark.parametrize(("left", "right"), UNKNOWN)
def test_what_depends_on_a_symbol_or_a_convention_is_not_known(left: str, right: str) -> None:
    assert same_set(the_set(left), the_set(right)) is Truth.UNKNOWN
    assert same_set(the_set(right), the_set(left)) is Truth.UNKNOWN


@pytest.mark.parametrize("text", UNREAD)
def test_what_has_no_reading_as_a_set_of_numbers(text: str) -> None:
    assert as_set(read(text)) is None


@pytest.mark.parametrize("text", sorted({text for pair in SAME + DIFFERENT + UNKNOWN for text in pair}))
def test_every_set_is_the_same_as_itself(text: str) -> None:
    assert same_set(the_set(text), the_set(text)) is Truth.TRUE


def test_a_pair_is_an_interval_only_where_one_is_due() -> None:
    assert as_set(read("(0,1)")) is None
    assert as_set(read("(0,1)"), open_pairs=True) is not None
    assert as_set(read(r"(-\infty,1)")) is not None
    assert as_set(read("(1,2,3)"), open_pairs=True) is None


def test_a_number_is_a_set_only_in_a_set_operation() -> None:
    assert as_set(read("3"), open_pairs=True) is None
    assert as_set(read(r"\mathbb{R}\setminus3")) is not None


def test_the_pieces_are_as_few_as_can_be_and_in_order() -> None:
    pieces = the_set(r"(2,\infty)\cup[0,1)\cup\{1\}\cup\{1.5\}").pieces()

    assert pieces == [
        Piece(ZERO, ONE, True, True),
        Piece(read("1.5"), read("1.5"), True, True),
        Piece(TWO, INFINITY, False, False),
    ]
    assert the_set(r"\mathbb{R}\setminus\{0\}").pieces() == [
        Piece(MINUS_INFINITY, ZERO, False, False),
        Piece(ZERO, INFINITY, False, False),
    ]
    assert the_set(r"\mathbb{Z}").pieces() is None
    assert the_set("[a,b]").pieces() is None


def test_a_more_generous_comparison_is_asked_of_each_end_in_its_place() -> None:
    def near(a: Node, b: Node) -> Truth:
        return Truth.TRUE if {a, b} == {read("0.333"), read(r"\frac13")} else Truth.FALSE

    rounded = the_set(r"(0.333,\infty)")

    assert same_set(the_set(r"(\frac13,\infty)"), rounded) is Truth.FALSE
    assert same_set(the_set(r"(\frac13,\infty)"), rounded, same=near) is Truth.TRUE
    assert same_set(the_set(r"[\frac13,\infty)"), rounded, same=near) is Truth.FALSE
    assert same_set(the_set(r"(-\infty,\frac13)"), rounded, same=near) is Truth.FALSE
    assert same_set(the_set(r"(\frac14,\infty)"), rounded, same=near) is Truth.FALSE
    assert same_set(the_set(r"(\frac13,1)"), rounded, same=near) is Truth.FALSE


def test_relations_are_joined_as_the_caller_says() -> None:
    relations, x = [read("x>0"), read("x<1")], sym("x")
    either, both = (of_relations(relations, x, joined=word) for word in ("or", "and"))

    assert either is not None
    assert both is not None
    assert same_set(either, the_set(r"\mathbb{R}")) is Truth.TRUE
    assert same_set(both, the_set("(0,1)")) is Truth.TRUE
    assert of_relations([read("x>0"), read("y<1")], x, joined="and") is None
    contradictory = of_relations([read("x<0"), read("x>1")], x, joined="and")
    assert contradictory is not None
    assert same_set(contradictory, the_set(r"\emptyset")) is Truth.TRUE


def shuffled(nodes: list[Node]) -> tuple[Node, ...]:
    return tuple(random.Random(7).sample(nodes, len(nodes)))


def chain(nodes: tuple[Node, ...]) -> Node:
    """Return the union of `nodes` as the parser nests it."""
    found = nodes[0]
    for node in nodes[1:]:
        found = Node("union", (found, node))
    return found


LARGE: list[tuple[str, Callable[[int], Node]]] = [
    ("numbers", num),
    ("square roots", lambda n: Node("root", (num(n * n + 1), TWO))),
    ("symbols", lambda n: sym(f"x_{n}")),
]


@pytest.mark.parametrize(("name", "element"), LARGE)
def test_thousands_of_elements_in_any_order(name: str, element: Callable[[int], Node]) -> None:
    elements = [element(n) for n in range(1, 3000)]
    whole = as_set(Node("set", tuple(elements)))
    mixed = as_set(Node("set", shuffled(elements)))
    fewer = as_set(Node("set", shuffled(elements[1:])))

    assert whole is not None
    assert mixed is not None
    assert fewer is not None
    assert same_set(whole, mixed) is Truth.TRUE
    assert same_set(whole, fewer) is Truth.FALSE


def test_a_union_of_thousands_of_intervals() -> None:
    parts = [Node("interval", (num(n), num(n + 1), "[", ")")) for n in range(3000)]
    whole, gap = as_set(chain(shuffled(parts))), as_set(chain(shuffled(parts[:7] + parts[8:])))

    assert whole is not None
    assert gap is not None
    assert same_set(whole, the_set("[0,3000)")) is Truth.TRUE
    assert same_set(whole, gap) is Truth.FALSE


def test_the_number_of_pieces_and_of_comparisons_is_capped() -> None:
    with pytest.raises(TooLarge, match="points"):
        as_set(Node("set", tuple(num(n) for n in range(MAX_CUTS + 1))))
    left = as_set(Node("set", tuple(sym(f"x_{n}") for n in range(200))))
    right = as_set(Node("set", tuple(sym(f"y_{n}") for n in range(200))))
    assert left is not None
    assert right is not None
    with pytest.raises(TooLarge, match="pairs"):
        same_set(left, right)


def test_a_tree_that_no_parser_makes_is_refused_and_not_a_crash() -> None:
    deep = Node("set", (ONE,))
    for _ in range(5000):
        deep = Node("complement", (deep,))

    with pytest.raises(TooLarge, match="deep"):
        as_set(deep)


POINTS = [Fraction(n, 2) for n in range(-7, 8)]


def holds(line: LineSet, point: Fraction) -> bool:
    """Tell from its definition whether `line` holds a rational point, with 0 a natural number."""
    for index, cut in enumerate(line.cuts):
        assert cut.value is not None
        if cut.value >= point:
            return bool(line.at[index] & 2 if cut.value == point else line.gaps[index] & _class(point))
    return bool(line.gaps[-1] & _class(point))


def _class(point: Fraction) -> int:
    return 1 if point.denominator == 1 else 2


def some_set(draw: random.Random) -> RealSet:
    """Return numbers, an interval or some points, with ends among the halves from -3 to 3."""
    ends = sorted(draw.choices(POINTS[1:-1], k=2))
    kind = draw.randrange(4)
    if kind == 0:
        return RealSet(NUMBERS[draw.choice("NZQR")])
    if kind == 1:
        node = Node("set", tuple(num(end) for end in draw.choices(POINTS[1:-1], k=draw.randrange(4))))
    else:
        low, high = (MINUS_INFINITY if kind == 2 and draw.random() < 0.5 else num(ends[0])), num(ends[1])
        node = Node("interval", (low, high, draw.choice("[("), draw.choice("])")))
    found = as_set(node)
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(40))
def test_the_operations_hold_what_they_should_point_by_point(seed: int) -> None:
    draw = random.Random(seed)
    a, b, c = (union_of([some_set(draw), some_set(draw)]) for _ in range(3))
    both, less, rest = intersection_of([a, b, c]), difference_of(a, b), complement_of(a)

    assert both is not None
    assert less is not None
    assert rest is not None
    for point in POINTS:
        in_a, in_b, in_c = (holds(one.line, point) for one in (a, b, c))
        assert holds(union_of([a, b, c]).line, point) is (in_a or in_b or in_c)
        assert holds(both.line, point) is (in_a and in_b and in_c)
        assert holds(less.line, point) is (in_a and not in_b)
        assert holds(rest.line, point) is not in_a


@pytest.mark.parametrize("seed", range(40))
def test_the_laws_of_sets(seed: int) -> None:
    draw = random.Random(seed)
    a, b = (union_of([some_set(draw), some_set(draw)]) for _ in range(2))
    outside = [one for one in (complement_of(a), complement_of(b)) if one is not None]
    both, less = intersection_of([a, b]), difference_of(a, b)

    assert both is not None
    assert less is not None
    assert same_set(union_of([less, both]), a) is Truth.TRUE
    de_morgan = intersection_of(outside)
    around = complement_of(union_of([a, b]))
    assert de_morgan is not None
    assert around is not None
    assert same_set(de_morgan, around) is Truth.TRUE
    assert (same_set(a, b) is Truth.TRUE) is (same_set(union_of([a, b]), both) is Truth.TRUE)
    nothing = intersection_of([a, outside[0]])
    assert nothing is not None
    assert same_set(nothing, RealSet(EMPTY)) is Truth.TRUE


@pytest.mark.parametrize("text", [r"(1,1)\cup\{2\}", r"[1,1)\cap\mathbb{R}", r"[2,1]\cup[3,4]", r"(1,2)\cup(2,1)"])
def test_an_interval_the_wrong_way_round_is_no_part_of_a_set(text: str) -> None:
    assert as_set(read(text)) is None
