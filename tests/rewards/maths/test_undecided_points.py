"""What becomes of sets when the order of two points is not found: tier 2 is asked, or it is unknown, never guessed."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.sets.cuts import Cut, Undecided, class_of, compare, cut_at, has_integer_between, rational_cut
from rlvr.rewards.maths.sets.realsets import as_set, same_set
from rlvr.rewards.maths.tree import Node, num
from rlvr.rewards.maths.truth import Decision, NeedsSymbolic, Truth
from rlvr.rewards.maths.values import scalar

Forget = Callable[[Truth | None], None]


@pytest.fixture
def forget_order(monkeypatch: pytest.MonkeyPatch) -> Forget:
    """Make the order of irrational points unknown, and their equality `truth`; None asks for tier 2 where it may."""

    def forget(truth: Truth | None) -> None:
        def equal(a: Node, b: Node, *, symbolic: bool) -> Decision:
            if truth is None and not symbolic:
                raise NeedsSymbolic
            return Decision(truth or Truth.UNKNOWN, "a stand-in")

        monkeypatch.setattr(scalar, "order", lambda a, b: None)
        monkeypatch.setattr(scalar, "equal", equal)

    return forget


def test_tier_2_is_asked_only_where_it_may_be(forget_order: Forget) -> None:
    forget_order(None)

    with pytest.raises(NeedsSymbolic):
        as_set(read(r"[\sqrt2,\sqrt3]"))
    assert as_set(read(r"[\sqrt2,\sqrt3]"), symbolic=True) is None
    assert as_set(read(r"[1,2]")) is not None


def test_points_known_to_be_equal_or_far_apart_are_enough(forget_order: Forget) -> None:
    forget_order(Truth.TRUE)
    one = as_set(read(r"[\sqrt8,\infty)"))
    assert one is not None
    other = as_set(read(r"[2\sqrt2,\infty)"))
    assert other is not None
    assert same_set(one, other) is Truth.TRUE

    forget_order(Truth.FALSE)
    apart = as_set(read(r"[\sqrt2,\sqrt3]"))
    assert apart is not None
    assert [piece.low for piece in apart.pieces() or []] == [read(r"\sqrt2")]
    reverse = as_set(read(r"[\sqrt3,\sqrt2]"))
    assert reverse is not None
    assert reverse.pieces() == []


def test_points_known_to_differ_but_too_close_to_order_are_not_ordered(forget_order: Forget) -> None:
    forget_order(Truth.FALSE)

    assert as_set(read(r"[\sqrt{2},\sqrt{2.000001}]")) is None


def test_sets_whose_points_cannot_be_compared_are_neither_the_same_nor_not(forget_order: Forget) -> None:
    rays = [as_set(read(text)) for text in (r"[\sqrt8,\infty)", r"[2\sqrt2,\infty)")]
    forget_order(Truth.UNKNOWN)

    assert rays[0] is not None
    assert rays[1] is not None
    assert same_set(rays[0], rays[0]) is Truth.TRUE
    assert same_set(rays[0], rays[1]) is Truth.UNKNOWN
    assert same_set(rays[0], rays[1], same=lambda a, b: Truth.TRUE) is Truth.TRUE


def test_elements_that_cannot_be_compared_are_neither_the_same_nor_not(forget_order: Forget) -> None:
    texts = (r"\{i\sqrt8\}", r"\{2i\sqrt2\}", r"(a,b)", r"(b,a)", r"(1+a,b)")
    sets = [as_set(read(text), open_pairs=True) for text in texts]
    left, right, *intervals = [one for one in sets if one is not None]
    assert len(intervals) == 3

    forget_order(Truth.UNKNOWN)
    assert same_set(left, right) is Truth.UNKNOWN
    assert same_set(intervals[0], intervals[1]) is Truth.UNKNOWN
    forget_order(None)
    for one, other in ((left, right), (intervals[0], intervals[2])):
        with pytest.raises(NeedsSymbolic):
            same_set(one, other)


def test_a_question_for_tier_2_waits_until_no_other_end_or_element_settles_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def equal(a: Node, b: Node, *, symbolic: bool) -> Decision:
        if {a, b} == {read("a"), read("b")}:
            raise NeedsSymbolic
        return Decision(Truth.TRUE if {a, b} == {read("x"), read("y")} else Truth.FALSE, "a stand-in")

    sets = [as_set(read(text)) for text in (r"[a,1)", r"[b,2)", r"\{a,x\}", r"\{b,y\}", r"\{x\}", r"\{b,y\}")]
    monkeypatch.setattr(scalar, "equal", equal)
    interval, other, elements, others, few, more = (one for one in sets if one is not None)

    assert same_set(interval, other) is Truth.FALSE
    with pytest.raises(NeedsSymbolic):
        same_set(elements, others)
    assert same_set(few, more) is Truth.FALSE


@pytest.mark.parametrize(
    ("text", "classes"),
    [("3", 1), (r"\frac12", 2), (r"\sqrt2", 6), (r"\pi", 6)],
)
def test_the_classes_that_a_point_may_be_in(text: str, classes: int) -> None:
    cut = cut_at(read(text))

    assert cut is not None
    assert class_of(cut) == classes


def test_a_point_too_near_to_an_integer_has_no_class() -> None:
    near = Cut(read(r"\sqrt2"), None, 3.0000001)

    assert class_of(near) is None
    with pytest.raises(Undecided):
        has_integer_between(near, rational_cut(5), symbolic=False)


@pytest.mark.parametrize("text", ["x", "i", r"\infty", r"\frac10", "f(2)"])
def test_what_is_no_point_of_the_line(text: str) -> None:
    assert cut_at(read(text)) is None


def test_numbers_beyond_any_double_are_ordered_all_the_same() -> None:
    cuts = [rational_cut(sign * 10**power) for sign, power in ((-1, 500), (-1, 400), (1, 400), (1, 500))]

    assert [compare(one, other, symbolic=False) for one, other in pairwise(cuts)] == [-1, -1, -1]
    found = as_set(Node("set", (num(10**500), num(-(10**500)), num(10**400))))
    assert found is not None
    assert [piece.low for piece in found.pieces() or []] == [num(-(10**500)), num(10**400), num(10**500)]
