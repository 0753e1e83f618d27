r"""Hard pairs without variables: radicals, exact trigonometric values, logarithms, and the spellings of numbers.

Each function builds two forms of one number. `slip` is 0 for a pair that is equal; else it is a small integer that is
added to one number of one form, chosen so that the two differ for certain.
"""

from fractions import Fraction
from math import comb, factorial, gcd, isqrt, lcm
from random import Random

from math_workloads.render import complex_number, fraction, scaled, surd, total

SQUAREFREE = (2, 3, 5, 6, 7, 10, 11, 13, 14, 15, 17, 19)
EXACT_VALUES = (
    (r"\sin\frac{\pi}{12}", r"\frac{\sqrt{6} - \sqrt{2}}{4}"),
    (r"\cos\left(\frac{\pi}{12}\right)", r"\frac{\sqrt{6} + \sqrt{2}}{4}"),
    (r"\tan\frac{\pi}{12}", r"(2 - \sqrt{3})"),
    (r"\tan\left(\frac{5\pi}{12}\right)", r"(2 + \sqrt{3})"),
    (r"\cos\frac{\pi}{5}", r"\frac{1 + \sqrt{5}}{4}"),
    (r"\cos\frac{2\pi}{5}", r"\frac{\sqrt{5} - 1}{4}"),
    (r"\sin\left(\frac{\pi}{10}\right)", r"\frac{\sqrt{5} - 1}{4}"),
    (r"\sin\frac{\pi}{8}", r"\frac{\sqrt{2 - \sqrt{2}}}{2}"),
    (r"\cos\frac{\pi}{8}", r"\frac{\sqrt{2 + \sqrt{2}}}{2}"),
    (r"\tan\frac{\pi}{8}", r"(\sqrt{2} - 1)"),
    (r"\sin\frac{\pi}{5}", r"\frac{\sqrt{10 - 2\sqrt{5}}}{4}"),
    (r"\sin\frac{2\pi}{3}", r"\frac{\sqrt{3}}{2}"),
)
UNITS = (r"\text{ cm}", r"\text{ cm}^2", r"\,\mathrm{m/s}", r"\mbox{ inches}", r"^\circ", r"\text{ square units}")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def nested_radical(rng: Random, slip: int) -> tuple[str, str]:
    """The root of a sum with a root, and the sum of roots that it is."""
    if rng.random() < 0.5:
        a, b = sorted(rng.sample(SQUAREFREE, 2))
        return f"\\sqrt{{{a + b} + 2{surd(a * b)}}}", f"{surd(a + slip)} + {surd(b)}"
    a, b, d = rng.randint(1, 9), rng.randint(1, 6), rng.choice(SQUAREFREE)
    inside = f"{a * a + b * b * d} + {2 * a * b}{surd(d)}"
    return f"\\sqrt{{{inside}}}", total([str(a + slip), scaled(b, surd(d))])


def rationalised(rng: Random, slip: int) -> tuple[str, str]:
    """A quotient with roots below, and with roots above."""
    a, b = sorted(rng.sample(SQUAREFREE, 2))
    k = rng.randint(2, 9)
    above = f"{k + slip}({surd(b)} + {surd(a)})"
    return f"\\frac{{{k}}}{{{surd(b)} - {surd(a)}}}", f"\\frac{{{above}}}{{{b - a}}}"


def simplified_roots(rng: Random, slip: int) -> tuple[str, str]:
    """A sum of two roots, and its multiple of one root; or a cube root."""
    d, a, b = rng.choice(SQUAREFREE), rng.randint(2, 12), rng.randint(2, 9)
    if rng.random() < 0.3:
        return f"\\sqrt[3]{{{a**3 * d}}}", f"{a + slip}\\sqrt[3]{{{d}}}"
    return f"{surd(a * a * d)} + {surd(b * b * d)}", f"{a + b + slip}{surd(d)}"


def powers_of_surds(rng: Random, slip: int) -> tuple[str, str]:
    """A power of (a + b sqrt d) / c, and its expansion."""
    a, b, c, d = rng.randint(1, 5), rng.randint(1, 3), rng.randint(1, 4), rng.choice(SQUAREFREE)
    exponent = rng.randint(3, 8)
    whole, part = 1, 0
    for _ in range(exponent):
        whole, part = a * whole + b * d * part, b * whole + a * part
    base = f"{a} + {scaled(b, surd(d))}"
    below = c**exponent
    power = f"\\left(\\frac{{{base}}}{{{c}}}\\right)^{exponent}" if c > 1 else f"({base})^{exponent}"
    other = f"{whole + slip} + {part}{surd(d)}"
    return power, f"\\frac{{{other}}}{{{below}}}" if below > 1 else other


def exact_value(rng: Random, slip: int) -> tuple[str, str]:
    """A multiple of a trigonometric value at a fraction of pi, and in radicals."""
    angle, radicals = rng.choice(EXACT_VALUES)
    k, m = rng.randint(2, 9), rng.randint(1, 40)
    return f"{m} + {k}{angle}", f"{k}{radicals} + {m + slip}"


def inverse_tangents(rng: Random, slip: int) -> tuple[str, str]:
    """A sum of two arc tangents, and one arc tangent."""
    a, b, c, d = rng.randint(1, 4), rng.randint(5, 9), rng.randint(1, 4), rng.randint(5, 9)
    joined = Fraction(a * d + b * c, b * d - a * c)
    name = rng.choice([r"\arctan", r"\tan^{-1}"])
    left = f"{name}\\frac{{{a}}}{{{b}}} + {name}\\frac{{{c}}}{{{d}}}"
    return left, f"\\arctan\\left({fraction(joined + Fraction(slip, 10))}\\right)"


def logarithms_of_numbers(rng: Random, slip: int) -> tuple[str, str]:
    """Logarithms that are rational, or laws of logarithms on numbers."""
    a, b, m, n = rng.randint(2, 7), rng.randint(2, 9), rng.randint(2, 5), rng.randint(2, 5)
    return rng.choice(
        [
            (f"\\log_{{{a**n}}} {a**m}", fraction(Fraction(m + slip, n))),
            (f"\\ln {a} + \\ln {b}", f"\\ln {a * b + slip}"),
            (f"{m}\\ln {a}", f"\\ln({a**m + slip})"),
            (f"\\frac{{\\ln {b**m}}}{{\\ln {b}}}", str(m + slip)),
            (f"e^{{{m}\\ln {b}}}", str(b**m + slip)),
            (f"{a}^{{\\log_{{{a}}} {b}}} + \\ln(e^{{{m}}})", str(b + m + slip)),
            (f"\\log_2 {a} \\cdot \\log_{{{a}}} {2**n}", str(n + slip)),
        ]
    )


def continued_fraction(rng: Random, slip: int) -> tuple[str, str]:
    """A continued fraction of three to eight levels, and its value."""
    parts = [rng.randint(1, 9) for _ in range(rng.randint(3, 8))]
    text, value = str(parts[-1]), Fraction(parts[-1])
    for part in reversed(parts[:-1]):
        text, value = f"{part} + \\cfrac{{1}}{{{text}}}", part + 1 / value
    return text, fraction(value + Fraction(slip, value.denominator))


def mixed_number(rng: Random, slip: int) -> tuple[str, str]:
    r"""`3\frac{1}{4}`, and an improper fraction or a decimal; the near miss may multiply."""
    whole, below = rng.randint(2, 40), rng.choice((2, 4, 5, 8, 16, 20, 25))
    above = rng.choice([one for one in range(1, below) if gcd(one, below) == 1])
    value = Fraction(whole * below + above, below) + Fraction(slip, below)
    if slip == 2:
        value = Fraction(whole * above, below)
    mixed = f"{whole}\\frac{{{above}}}{{{below}}}" if rng.random() < 0.7 else f"{whole} {above}/{below}"
    return mixed, fraction(value) if rng.random() < 0.5 else f"{float(value)}"


def repeating_decimal(rng: Random, slip: int) -> tuple[str, str]:
    """A repeating decimal, and its fraction."""
    places, before = rng.randint(1, 6), rng.choice(("", "", "0", "3", "12"))
    period = rng.randint(1, 10**places - 2)
    whole = rng.choice((0, 0, 1, 17))
    tail = Fraction(int(before or 0), 10 ** len(before)) + Fraction(period, (10**places - 1) * 10 ** len(before))
    return f"{whole}.{before}\\overline{{{period:0{places}d}}}", fraction(whole + tail + Fraction(slip, 10))


def percentage(rng: Random, slip: int) -> tuple[str, str]:
    """A percentage, and the fraction or the decimal; a near miss is never a hundredfold, on which graders differ."""
    tenths = rng.randint(1, 1999)
    value = Fraction(tenths + slip, 1000)
    sign = rng.choice([r"\%", "%", r" \%"])
    return f"{tenths / 10:g}{sign}", fraction(value) if rng.random() < 0.5 else f"{float(value)}"


def large_number(rng: Random, slip: int) -> tuple[str, str]:
    """Thousands separators, scientific notation, and powers, against the digits."""
    digits = rng.randint(10**6, 10**9)
    a, n, e = rng.randint(2, 9), rng.randint(12, 40), rng.randint(4, 9)
    thousands = f"{digits:,}".replace(",", rng.choice([",", "{,}", r"\,", r",\!"]))
    mantissa = rng.randint(101, 999)
    return rng.choice(
        [
            (thousands, str(digits + slip)),
            (f"{mantissa / 100:g} \\times 10^{{{e}}}", f"{mantissa * 10 ** (e - 2) + slip * 10 ** (e - 3):,}"),
            (f"{a}^{{{n}}}", str(a**n + slip)),
            (f"{a}^{{{n}}} - {a}^{{{n - 2}}}", f"{a * a - 1} \\cdot {a}^{{{n - 2 + slip}}}"),
        ]
    )


def based(rng: Random, slip: int) -> tuple[str, str]:
    """A number in base 2 to 9, and in another spelling; the near miss has another digit or another base."""
    base = rng.randint(3, 8)
    digits = "".join(rng.choice("012"[: base - 1] + "12"[: base - 1]) for _ in range(rng.randint(3, 7)))
    digits = "1" + digits
    other = digits[:-1] + ("0" if digits[-1] != "0" else "1") if slip == 1 else digits
    return f"{digits}_{{{base}}}", f"{other}_{base + (slip not in {0, 1})}"


def counting(rng: Random, slip: int) -> tuple[str, str]:
    """Binomials and factorials, and the number."""
    n = rng.randint(6, 20)
    k = rng.randint(2, n - 2)
    return rng.choice(
        [
            (f"\\binom{{{n}}}{{{k}}}", str(comb(n, k) + slip)),
            (f"\\frac{{{n}!}}{{{k}! \\cdot {n - k}!}}", str(comb(n, k) + slip)),
            (f"{n}!", str(factorial(n) + slip)),
            (f"\\frac{{{n}!}}{{{n - 2}!}} + {k}", str(n * (n - 1) + k + slip)),
            (f"1 - \\frac{{\\binom{{{n}}}{{{k}}}}}{{2^{{{n}}}}}", fraction(1 - Fraction(comb(n, k) + slip, 2**n))),
        ]
    )


def complex_arithmetic(rng: Random, slip: int) -> tuple[str, str]:
    """A product or a quotient of complex numbers, and the number."""
    a, b, c, d = (rng.randint(1, 9) * rng.choice((1, -1)) for _ in range(4))
    left, right = complex_number(a, b), complex_number(c, d)
    if rng.random() < 0.5:
        return f"({left})({right})", complex_number(a * c - b * d, a * d + b * c + slip)
    size = c * c + d * d
    quotient = (Fraction(a * c + b * d + slip, size), Fraction(b * c - a * d, size))
    return f"\\frac{{{left}}}{{{right}}}", complex_number(*quotient)


def integer_functions(rng: Random, slip: int) -> tuple[str, str]:
    """Floors, ceilings, absolute values, minima, greatest common divisors."""
    a, b, c = rng.randint(20, 400), rng.randint(3, 19), rng.randint(2, 60)
    return rng.choice(
        [
            (f"\\left\\lfloor \\frac{{{a}}}{{{b}}} \\right\\rfloor + {c}", str(a // b + c + slip)),
            (f"\\lceil \\sqrt{{{a}}} \\rceil \\cdot {c}", str((isqrt(a - 1) + 1) * c + slip)),
            (f"|{c} - {a + c}|", str(a + slip)),
            (f"\\gcd({a}, {c * b})", str(gcd(a, c * b) + slip)),
            (f"\\operatorname{{lcm}}({a}, {c})", str(lcm(a, c) + slip)),
            (f"\\max({a}, {c}, {b}) - \\min({a}, {c}, {b})", str(max(a, b, c) - min(a, b, c) + slip)),
        ]
    )


def measured(rng: Random, slip: int) -> tuple[str, str]:
    """A number with a unit, a degree sign or a currency mark, and without."""
    number = rng.randint(3, 900)
    if rng.random() < 0.3:
        amount = number * 1000 + rng.randint(0, 999)
        return f"\\${amount:,}.50", f"{amount + 100 * slip}.5"
    unit = rng.choice(UNITS)
    return f"{number}{unit}", str(number + slip)


def multiple_of_pi(rng: Random, slip: int) -> tuple[str, str]:
    """A sum of pi and a root, expanded, and with a factor in front."""
    a, b, k, d = rng.randint(2, 9), rng.randint(2, 9), rng.randint(2, 12), rng.choice(SQUAREFREE)
    outside = f"{k}\\left({a}\\pi - \\frac{{{b}{surd(d)}}}{{2}}\\right)"
    return outside, f"{a * k + slip}\\pi - {fraction(Fraction(k * b, 2))}{surd(d)}"


def in_unicode(rng: Random, slip: int) -> tuple[str, str]:
    """LaTeX, and the characters that stand for it."""
    a, b, n = rng.randint(2, 30), rng.randint(2, 30), rng.randint(2, 12)
    c = a + slip
    return rng.choice(
        [
            (f"{a}\\sqrt{{{b}}}", f"{c}√{b}"),
            (f"{a}\\pi", f"{c}π"),
            (f"{a} \\cdot 10^{{{n}}}", f"{c}×10{str(n).translate(_SUPERSCRIPTS)}"),
            (f"-{a}x^{{{n}}}", f"−{c}x{str(n).translate(_SUPERSCRIPTS)}"),
            (f"{a}\\frac{{1}}{{2}}", f"{c}½"),
            (f"({a}, \\infty)", f"({c}, ∞)"),
            (f"x \\le {a}", f"x ≤ {c}"),
        ]
    )
