r"""LaTeX for the parts that the generated pairs are built from, written as a person would write them.

Every function is given exact integers or fractions and returns text; nothing here parses or simplifies.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest

Monomials = Mapping[tuple[int, ...], int]
"""A polynomial: the exponents of its variables, and the coefficient."""


def fraction(value: Fraction | int) -> str:
    r"""Return `\frac{a}{b}` with the sign outside, or the integer."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    return f"{'-' if value < 0 else ''}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def total(terms: Iterable[str]) -> str:
    """Return the sum of `terms`, of which a negative one begins with a minus and an empty one is nothing."""
    text = ""
    for term in filter(None, terms):
        text += f" - {term[1:]}" if text and term[0] == "-" else f" + {term}" if text else term
    return text or "0"


def scaled(factor: Fraction | int, body: str) -> str:
    """Return `factor` times `body`: nothing for 0, and no 1 in front of a body."""
    if factor == 0:
        return ""
    if not body:
        return fraction(factor)
    return body if factor == 1 else f"-{body}" if factor == -1 else f"{fraction(factor)}{body}"


def raised(name: str, exponent: int) -> str:
    """Return `name` to a whole power, and nothing for the power 0."""
    if exponent in {0, 1}:
        return name * exponent
    return f"{name}^{exponent}" if 1 < exponent < 10 else f"{name}^{{{exponent}}}"


def surd(radicand: int) -> str:
    r"""Return `\sqrt{radicand}`."""
    return f"\\sqrt{{{radicand}}}"


def polynomial(coefficients: Sequence[Fraction | int], name: str = "x") -> str:
    """Return a polynomial in one variable, whose coefficients are given from the constant up."""
    powers = reversed(list(enumerate(coefficients)))
    return total(scaled(coefficient, raised(name, power)) for power, coefficient in powers)


def sum_of_monomials(monomials: Monomials, names: str) -> str:
    """Return a polynomial in several one-letter variables, its terms in the mapping's order."""
    return total(
        scaled(coefficient, "".join(map(raised, names, exponents))) for exponents, coefficient in monomials.items()
    )


def product(*polynomials: Sequence[int]) -> list[int]:
    """Return the product of polynomials in one variable, coefficients from the constant up."""
    result = [1]
    for factor in polynomials:
        longer = [0] * (len(result) + len(factor) - 1)
        for i, left in enumerate(result):
            for j, right in enumerate(factor):
                longer[i + j] += left * right
        result = longer
    return result


def added(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """Return the sum of two polynomials in one variable."""
    return [a + b for a, b in zip_longest(left, right, fillvalue=0)]


def multiplied(left: Monomials, right: Monomials) -> dict[tuple[int, ...], int]:
    """Return the product of two polynomials in the same variables, without the terms that vanish."""
    result: dict[tuple[int, ...], int] = {}
    for powers, a in left.items():
        for others, b in right.items():
            key = tuple(map(sum, zip(powers, others, strict=True)))
            result[key] = result.get(key, 0) + a * b
    return {key: value for key, value in result.items() if value}


def complex_number(real: Fraction | int, imaginary: Fraction | int) -> str:
    """Return `a + bi`."""
    return total([scaled(real, ""), scaled(imaginary, "i")])


def matrix(rows: Iterable[Iterable[str]], kind: str = "pmatrix") -> str:
    """Return a matrix environment of these entries."""
    body = r" \\ ".join(" & ".join(row) for row in rows)
    return f"\\begin{{{kind}}} {body} \\end{{{kind}}}"
