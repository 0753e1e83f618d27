r"""Hard pairs with variables: polynomials, quotients, powers, identities, equations, long sums.

Each function builds two forms of one value from numbers that it draws. `slip` is 0 for a pair that is equal; else it is
a small integer that is added to one number of one form, chosen so that the two differ for certain.
"""

from random import Random
from string import Template

from math_workloads.render import (
    added,
    multiplied,
    polynomial,
    product,
    raised,
    scaled,
    sum_of_monomials,
    total,
)

IDENTITIES = (
    (r"\sin^2($u) + \cos^2($u)", "1"),
    (r"2\sin($u)\cos($u)", r"\sin($double)"),
    (r"\cos^2 ($u) - \sin^2 ($u)", r"\cos ($double)"),
    (r"1 - 2\sin^2($u)", r"\cos($double)"),
    (r"\frac{1 - \cos($double)}{2}", r"\sin^2($u)"),
    (r"\frac{\sin($u)}{\cos($u)}", r"\tan($u)"),
    (r"3\sin($u) - 4\sin^3($u)", r"\sin($triple)"),
    (r"4\cos^{3}($u) - 3\cos($u)", r"\cos($triple)"),
    (r"\sin($u)\cos($v) + \cos($u)\sin($v)", r"\sin($sum)"),
    (r"\cos($u)\cos($v) - \sin($u)\sin($v)", r"\cos($sum)"),
    (r"\frac{1}{\cos^2($u)} - \tan^2($u)", "1"),
    (r"\sec^2($u)", r"1 + \tan^2($u)"),
    (r"\frac{\sin($double)}{1 + \cos($double)}", r"\tan($u)"),
    (r"\cot\left($u\right)", r"\frac{1}{\tan\left($u\right)}"),
    (r"\sin^4($u) - \cos^4($u)", r"-\cos($double)"),
    (r"2\sin($u)\cos($v)", r"\sin($sum) + \sin($difference)"),
    (r"\csc^2($u) - \cot^2($u)", "1"),
    (r"\frac{2\tan($u)}{1 + \tan^2($u)}", r"\sin($double)"),
    (r"\sin\left($u + \frac{\pi}{2}\right)", r"\cos($u)"),
    (r"\cos(\pi - ($u))", r"-\cos($u)"),
    (r"\sin^6($u) + \cos^6($u)", r"1 - 3\sin^2($u)\cos^2($u)"),
    (r"(\sin($u) + \cos($u))^2", r"1 + \sin($double)"),
)
"""Two spellings each, in the angles $u, $v, 2$u, 3$u, $u + $v and $u - $v."""


def factored(rng: Random, slip: int) -> tuple[str, str]:
    """Two to five linear factors, and the polynomial."""
    factors = [[rng.randint(1, 9) * rng.choice((1, -1)), rng.randint(1, 4)] for _ in range(rng.randint(2, 5))]
    expanded = product(*factors)
    expanded[rng.randrange(len(expanded))] += slip
    return "".join(f"({polynomial(factor)})" for factor in factors), polynomial(expanded)


def power_of_a_sum(rng: Random, slip: int) -> tuple[str, str]:
    """A power of a x + b y, and its expansion."""
    base: dict[tuple[int, ...], int] = {(1, 0): rng.randint(1, 5), (0, 1): rng.randint(1, 5) * rng.choice((1, -1))}
    exponent = rng.randint(3, 8)
    expanded: dict[tuple[int, ...], int] = {(0, 0): 1}
    for _ in range(exponent):
        expanded = multiplied(expanded, base)
    expanded[rng.choice(list(expanded))] += slip
    return f"({sum_of_monomials(base, 'xy')})^{exponent}", sum_of_monomials(expanded, "xy")


def three_variables(rng: Random, slip: int) -> tuple[str, str]:
    """A product of sums in x, y and z, and its expansion in another order."""
    powers: tuple[tuple[int, ...], ...] = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0))
    left, right = ({one: rng.randint(1, 9) * rng.choice((1, -1)) for one in powers} for _ in range(2))
    terms = list(multiplied(left, right).items())
    rng.shuffle(terms)
    terms[0] = (terms[0][0], terms[0][1] + slip)
    factors = (f"\\left({sum_of_monomials(one, 'xyz')}\\right)" for one in (left, right))
    return "".join(factors), sum_of_monomials(dict(terms), "xyz")


def partial_fractions(rng: Random, slip: int) -> tuple[str, str]:
    """Two simple fractions, and one over the common denominator."""
    p, q = rng.sample([-7, -5, -3, -2, -1, 1, 2, 3, 4, 6], 2)
    a, b = rng.randint(1, 9), rng.randint(1, 9) * rng.choice((1, -1))
    above = added([-a * q, a], [-b * p, b])
    above[rng.randrange(2)] += slip
    below = polynomial(product([-p, 1], [-q, 1]))
    sign = "-" if b < 0 else "+"
    apart = f"\\frac{{{a}}}{{{polynomial([-p, 1])}}} {sign} \\frac{{{abs(b)}}}{{{polynomial([-q, 1])}}}"
    return apart, f"\\frac{{{polynomial(above)}}}{{{below}}}"


def cancelled(rng: Random, slip: int) -> tuple[str, str]:
    """A quotient of polynomials with a common factor, and without it."""
    common, above, below = ([rng.randint(1, 9) * rng.choice((1, -1)), rng.randint(1, 3)] for _ in range(3))
    below[0] = below[0] if below != above else below[0] + 1
    long = [polynomial(product(common, one), "t") for one in (above, below)]
    short = [polynomial(one, "t") for one in ([above[0] + slip, above[1]], below)]
    return f"\\frac{{{long[0]}}}{{{long[1]}}}", f"\\dfrac{{{short[0]}}}{{{short[1]}}}"


def nested_quotient(rng: Random, slip: int) -> tuple[str, str]:
    """A fraction of sums of fractions, and a plain one."""
    a, b, c, d = (rng.randint(1, 9) for _ in range(4))
    c += a * d == b * c
    nested = f"\\frac{{\\frac{{{a}}}{{x}} + {b}}}{{\\frac{{{c}}}{{x}} - {d}}}"
    return nested, f"\\frac{{{polynomial([a + slip, b])}}}{{{polynomial([c, -d])}}}"


def powers_of_products(rng: Random, slip: int) -> tuple[str, str]:
    """A power of a monomial divided by another, and the monomial."""
    a, k, m, n, j = (rng.randint(2, 5) for _ in range(5))
    above = f"({a}{raised('x', m)}{raised('y', n)})^{{{k}}}"
    monomial = f"{a**k}{raised('x', m * k - j + (slip > 0))}{raised('y', n * k - 1 + (slip < 0))}"
    return f"\\frac{{{above}}}{{{raised('x', j)} y}}", monomial


def roots_of_variables(rng: Random, slip: int) -> tuple[str, str]:
    """A power over a square root, and a fractional exponent."""
    m, k = rng.randint(2, 9), rng.randint(2, 9)
    exponent = f"{2 * m - 1 + slip}/2" if rng.random() < 0.5 else f"\\frac{{{2 * m - 1 + slip}}}{{2}}"
    return f"\\frac{{{k}x^{m}}}{{\\sqrt{{x}}}}", f"{k}x^{{{exponent}}}"


def exponentials(rng: Random, slip: int) -> tuple[str, str]:
    """Powers with a variable in the exponent."""
    a, k, n = rng.randint(2, 7), rng.randint(2, 5), rng.randint(3, 9)
    return rng.choice(
        [
            (f"{a}^{{x+{k}}}", f"{a**k + slip} \\cdot {a}^x"),
            (f"\\left({a}^x\\right)^{k}", f"{a**k + slip}^x"),
            (f"{n}e^{{x + \\ln {a}}}", f"{n * a + slip} e^x"),
            (f"\\frac{{e^{{{n + k}x}}}}{{e^{{{k}x}}}}", f"e^{{{n + slip}x}}"),
            (f"{a}^{{{k}x}} \\cdot {a}^{{{n}x}}", f"{a}^{{{n + k + slip}x}}"),
        ]
    )


def identity(rng: Random, slip: int) -> tuple[str, str]:
    """A trigonometric identity in multiples of the variables, times a number."""
    a, b, k = rng.randint(2, 5), rng.randint(1, 4), rng.randint(3, 9)
    b += a == b
    angles = {
        "u": polynomial([0, a]),
        "v": polynomial([0, b], "y"),
        "double": polynomial([0, 2 * a]),
        "triple": polynomial([0, 3 * a]),
        "sum": f"{polynomial([0, a])} + {polynomial([0, b], 'y')}",
        "difference": f"{polynomial([0, a])} - {polynomial([0, b], 'y')}",
    }
    left, right = (Template(one).substitute(angles) for one in rng.choice(IDENTITIES))
    return f"{k}\\left({left}\\right)", str(k + slip) if right == "1" else f"{k + slip}\\left({right}\\right)"


def logarithms(rng: Random, slip: int) -> tuple[str, str]:
    """Laws of logarithms, with a variable."""
    a, b, k = rng.randint(2, 9), rng.randint(2, 9), rng.randint(3, 6)
    return rng.choice(
        [
            (f"\\ln({a}x) + \\ln({b}x)", f"\\ln({a * b + slip}x^2)"),
            (f"{k}\\ln x + \\ln {a}", f"\\ln\\left({a + slip} x^{k}\\right)"),
            (f"\\log_{{{a}}} ({a**k} x)", f"{k + slip} + \\log_{{{a}}} x"),
            (f"\\ln \\frac{{x^{k}}}{{{a}}}", f"{k + slip}\\ln x - \\ln {a}"),
            (f"\\log_{{{a * a}}} x", f"\\frac{{\\ln x}}{{{2 + slip} \\ln {a}}}"),
        ]
    )


def absolute(rng: Random, slip: int) -> tuple[str, str]:
    """Absolute values and the roots of squares; the near miss leaves the bars out or moves the zero."""
    a, k = rng.randint(1, 9), rng.randint(2, 6)
    bars = rng.choice(
        [f"|{a} - x|", f"\\left|x - {a}\\right|", f"\\sqrt{{(x - {a})^2}}", f"\\sqrt{{x^2 - {2 * a}x + {a * a}}}"]
    )
    other = f"(x - {a})" if slip > 0 else f"|x - {a + (slip != 0)}|"
    return f"{k}{bars}", f"{k}{other}"


def line(rng: Random, slip: int) -> tuple[str, str]:
    """An equation of a line, and a multiple of it with everything on one side, or solved for y."""
    a, b, c, k = (rng.randint(1, 9) for _ in range(4))
    k += 1
    if rng.random() < 0.5:
        left = polynomial([0, k * a])
        return f"{polynomial([0, a])} + {polynomial([0, b], 'y')} = {c}", f"{left} + {k * b}y - {k * c + slip} = 0"
    m = rng.choice((-3, -2, 2, 3, 4))
    return f"y = {polynomial([c, m])}", f"{polynomial([0, k * m])} - {k}y = {-k * c + slip}"


def circle(rng: Random, slip: int) -> tuple[str, str]:
    """The equation of a circle with squares completed, and expanded."""
    a, b, r = rng.randint(1, 9), rng.randint(1, 9), rng.randint(1, 12)
    constant = a * a + b * b - r * r + slip
    rest = total([f"x^2 + y^2 - {2 * a}x + {2 * b}y", scaled(constant, "")])
    return f"(x - {a})^2 + (y + {b})^2 = {r * r}", f"{rest} = 0"


def labelled(rng: Random, slip: int) -> tuple[str, str]:
    """A polynomial behind a name, and without one in another order."""
    coefficients = [rng.randint(1, 20) * rng.choice((1, -1)) for _ in range(rng.randint(3, 6))]
    other = [coefficients[0] + slip, *coefficients[1:]]
    name = rng.choice(["f(x)", "y", "P(x)", "h_1(x)", "p"])
    terms = [scaled(one, raised("x", power)) for power, one in enumerate(other)]
    return f"{name} = {polynomial(coefficients)}", total(terms)


def long_sum(rng: Random, slip: int) -> tuple[str, str]:
    """Twenty to sixty monomials, and the same in another order."""
    names = [f"{a}{b}" for a in "uvwxyz" for b in ("^2", "a", "b", "c", "^3", "t_1", "k", "")]
    chosen = rng.sample(names, rng.randint(20, min(60, len(names))))
    terms = [(rng.randint(1, 99) * rng.choice((1, -1)), name) for name in chosen]
    other = rng.sample(terms, len(terms))
    other[0] = (other[0][0] + slip or 100, other[0][1])
    return total(scaled(*one) for one in terms), total(scaled(*one) for one in other)


def plain_text(rng: Random, slip: int) -> tuple[str, str]:
    """The same formula in LaTeX and as one types it in a program."""
    a, b, n = rng.randint(2, 15), rng.randint(2, 9), rng.randint(2, 5)
    c = a + slip
    return rng.choice(
        [
            (f"{a}\\pi R^{n}", f"{c}*pi*R^{n}"),
            (f"\\frac{{{a}x^{n}}}{{y+{b}}}", f"{c}*x**{n}/(y + {b})"),
            (f"{a}\\sin\\left(\\frac{{\\pi x}}{{{b}}}\\right)", f"{c}*sin(pi*x/{b})"),
            (f"{b}\\sqrt{{x + {a}}}", f"{b}*sqrt(x+{c})"),
            (f"{a}x^{n}e^{{{b}x}}", f"{c} * exp({b}*x) * x^{n}"),
            (f"{b}\\ln(x) - {a}", f"{b}*ln(x) - {c}"),
        ]
    )
