r"""Orders, doubles, exact values and keys of single expressions."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from rlvr.rewards.maths.grammar.reading import read
from rlvr.rewards.maths.values.scalar import approximate, canonical_key, is_undefined, order, sign_ratio, value


@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        (r"\frac13", "0.333", 1),
        (r"\frac13", r"\frac26", 0),
        (r"\sqrt2", "1.41421356", 1),
        (r"\sqrt2", "1.41421357", -1),
        (r"\pi", r"\frac{22}{7}", -1),
        ("2", r"\infty", -1),
        (r"-\infty", r"-10^{100}", -1),
        (r"\infty", r"\infty", 0),
        (r"\infty", r"\sin 1", 1),
        (r"e^{\pi\sqrt{163}}", "262537412640768744", -1),
        (r"\ln 2+\ln 3", r"\ln 6", 0),
        (r"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}", "1", 0),
        (r"\sqrt[3]{2+\sqrt5}+\sqrt[3]{2-\sqrt5}", "1+10^{-30}", -1),
        (r"\sin 1", r"\cos 1", 1),
        (r"\sqrt{10}+\sqrt{17}", r"\sqrt{53}", 1),
        ("2^{1000}", "10^{301}", 1),
        ("-5", "3", -1),
        ("i", "1", None),
        ("i+1", "i", None),
        (r"\infty", "i", None),
        ("x", "1", None),
        (r"\infty", "x", None),
        (r"\frac10", "1", None),
        (r"\sqrt{-1}", "0", None),
    ],
)
def test_order(left: str, right: str, sign: int | None) -> None:
    a, b = read(left), read(right)
    assert order(a, b) == sign
    assert order(b, a) == (None if sign is None else -sign)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.50", 2.5),
        (r"\frac13", 1 / 3),
        (r"3\sqrt{13}", 3 * math.sqrt(13)),
        (r"\sin 1", math.sin(1)),
        (r"e^{-20}", math.exp(-20)),
        (r"\ln(-1)", complex(0, math.pi)),
        ("6-5i", complex(6, -5)),
        (r"(-1)^{0.5}", 1j),
        (r"\sqrt[3]{-8}", -2.0),
        (r"\infty", math.inf),
        (r"-\infty", -math.inf),
        (r"\lfloor\pi\rfloor", 3.0),
        (r"\sqrt{10^{20}+1}-10^{10}", 5e-11),
    ],
)
def test_approximate(text: str, expected: complex) -> None:
    found = approximate(read(text))
    assert type(found) is type(expected)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("text", ["x", r"\frac10", "10^{400}", "e^{1000}", "f(1)+x", r"\sum_{k=1}^{n} k"])
def test_that_some_trees_have_no_double(text: str) -> None:
    assert approximate(read(text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.50", Fraction(5, 2)),
        (r"\sqrt{\frac49}", Fraction(2, 3)),
        (r"\log_4 8", Fraction(3, 2)),
        (r"\cos\frac{\pi}{3}", Fraction(1, 2)),
        (r"x-x+3", Fraction(3)),
        (r"\sum_{k=1}^{10} k", Fraction(55)),
        (r"\sqrt2", None),
        ("x", None),
        (r"\infty", None),
        (r"\frac10", None),
    ],
)
def test_value(text: str, expected: Fraction | None) -> None:
    found = value(read(text))
    assert found == expected
    assert found is None or type(found) is Fraction


@pytest.mark.parametrize(
    "text",
    [r"\frac10", r"1+\frac{x}{0}", r"\ln 0", r"\tan\frac{\pi}{2}", "0^{-2}", r"\frac{1}{\sqrt2-\sqrt2}", "(-3)!"],
)
def test_what_is_undefined(text: str) -> None:
    assert is_undefined(read(text))


@pytest.mark.parametrize(
    "text", ["0", r"\frac01", r"\ln 1", r"\tan\frac{\pi}{4}", "0^2", r"\frac1x", r"\infty", "x", "0!"]
)
def test_what_is_defined(text: str) -> None:
    assert not is_undefined(read(text))


def test_that_keys_tell_values_apart() -> None:
    assert canonical_key(read(r"\frac24")) == canonical_key(read("0.5"))
    assert canonical_key(read("(x+1)^2")) == canonical_key(read("x^2+2x+1"))
    assert canonical_key(read("(x+1)^2")) != canonical_key(read("x^2+x+1"))
    assert canonical_key(read(r"\frac10")) is None
    assert len({canonical_key(read(text)) for text in ("x", "y", "1", "1.0", r"\frac22", "x+0", r"\sqrt{x^2}")}) == 4


@pytest.mark.parametrize(
    ("left", "right", "sign"),
    [
        ("2x+4y-3", "y+x/2-3/4", 1),
        ("2x+4y-3", "-y-x/2+3/4", -1),
        ("x-y", "y-x", -1),
        (r"\sqrt2x+\sqrt6y", r"x+\sqrt3y", 1),
        (r"\sqrt2x+\sqrt6y", r"x-\sqrt3y", None),
        (r"\pi x-\pi", "1-x", -1),
        ("x-y", "(x-y)^2", None),
        ("x^2+y^2-1", "x+y-1", None),
        (r"\frac{x}{y}-1", "x-y", None),
        (r"\frac{x}{2}-\frac{y}{3}", "3x-2y", 1),
        (r"\sin 2x", r"\sin x\cos x", 1),
        (r"-\frac{\sin 2x}{3}", r"\sin x\cos x", -1),
        (r"\cos x-1", r"\sin^2\frac{x}{2}", -1),
        (r"\ln x^2", r"\ln x", 1),
        ("x", "x+1", None),
        ("x", "y", None),
        ("(x-1)(x+1)/2", "1-x^2", -1),
        ("e^x-1", "1-e^x", -1),
        ("2", "3", 1),
        ("-2", "3", -1),
        ("0", "0", None),
        ("0", "x", None),
        ("x", "2", None),
        ("ix", "x", None),
        (r"\frac{x}{0}", "x", None),
        ("(x+y)^{200}", "2(x+y)^{200}", 1),
        ("f(x)-g(y)", "3g(y)-3f(x)", -1),
    ],
)
def test_sign_ratio(left: str, right: str, sign: int | None) -> None:
    a, b = read(left), read(right)
    assert sign_ratio(a, b) == sign
    assert sign_ratio(b, a) == sign
