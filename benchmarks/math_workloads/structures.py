r"""Hard pairs that are not one expression: tuples, sets, intervals, inequalities, matrices, ratios.

Each function builds two forms of one object. `slip` is 0 for a pair that is equal; else it is a small integer that
decides how the near miss differs: one number, one bracket, one member too many, or the order where order counts.
"""

from fractions import Fraction
from random import Random

from math_workloads.render import complex_number, fraction, matrix, scaled, surd, total

Rows = list[list[int]]


def point(rng: Random, slip: int) -> tuple[str, str]:
    """A tuple of fractions, roots and multiples of pi, in two spellings; the near miss changes a member."""
    a, b, c, d = rng.randint(1, 9), rng.randint(2, 9), rng.randint(1, 9), rng.choice((2, 3, 5, 7))
    members = [f"-{a}/{b}", f"\\sqrt{{{c * c * d}}}", f"\\frac{{{c}\\pi}}{{{2 * b}}}"]
    others = [fraction(Fraction(-2 * a, 2 * b)), f"{c + slip}{surd(d)}", scaled(Fraction(c, 2 * b), r"\pi")]
    order = rng.sample(range(3), rng.choice((2, 3)))
    if 1 not in order:
        order[0] = 1
    left, right = ([one[index] for index in order] for one in (members, others))
    return f"({', '.join(left)})", f"\\left({','.join(right)}\\right)"


def order_of_a_tuple(rng: Random, slip: int) -> tuple[str, str]:
    """An ordered tuple of integers; the near miss swaps two."""
    members = rng.sample(range(-20, 21), rng.randint(2, 6))
    other = members[:]
    if slip:
        other[0], other[-1] = other[-1], other[0]
    return f"({', '.join(map(str, members))})", f"( {' , '.join(map(str, other))} )"


def set_of_numbers(rng: Random, slip: int) -> tuple[str, str]:
    """A set in another order and spelling; the near miss changes a member or has one more."""
    numbers = rng.sample([Fraction(a, b) for a in range(-9, 10) for b in (1, 2, 4, 5)], rng.randint(2, 8))
    numbers = list(dict.fromkeys(numbers))
    other = numbers[::-1]
    if slip > 0:
        other = [other[0] + 30 * slip, *other[1:]]
    elif slip:
        other.append(Fraction(77))
    shown = [fraction(one) if rng.random() < 0.5 else f"{float(one):g}" for one in other]
    return f"\\{{{', '.join(map(fraction, numbers))}\\}}", f"\\left\\{{ {', '.join(shown)} \\right\\}}"


def conjugates(rng: Random, slip: int) -> tuple[str, str]:
    """A value with a plus-minus sign, and both values; the near miss changes one."""
    a, b, d, c = rng.randint(1, 9), rng.randint(1, 6), rng.choice((2, 3, 5, 6, 7)), rng.randint(1, 4)
    root = scaled(b, surd(d))
    first, second = (f"{a}{sign}{root}" for sign in "+-")
    second = f"{a + slip}-{root}"
    if c > 1:
        first, second = (f"\\frac{{{one}}}{{{c}}}" for one in (first, second))
        return f"\\frac{{{a} \\pm {root}}}{{{c}}}", f"{first}, {second}"
    return f"{a} \\pm {root}", rng.choice([f"{second}, {first}", f"\\{{{first}, {second}\\}}"])


def quadratic_roots(rng: Random, slip: int) -> tuple[str, str]:
    """A set of complex or irrational roots with plus-minus signs, and each of them."""
    a, b, c = rng.randint(1, 9), rng.randint(1, 9), rng.randint(10, 20)
    roots = [complex_number(a, b), complex_number(a + slip, -b), str(c)]
    rng.shuffle(roots)
    return f"\\{{{a} \\pm {scaled(b, 'i')}, {c}\\}}", f"\\{{{', '.join(roots)}\\}}"


def points_with_signs(rng: Random, slip: int) -> tuple[str, str]:
    """A tuple with a plus-minus sign, and the two tuples."""
    a, b = rng.randint(1, 20), rng.randint(1, 20)
    return f"(\\pm {a}, {b})", rng.choice([f"({a}, {b}), (-{a}, {b + slip})", f"(-{a}, {b + slip}), ({a}, {b})"])


def intervals(rng: Random, slip: int) -> tuple[str, str]:
    """A union of intervals in another order; the near miss opens or closes an end or moves it."""
    a, b, c, d = sorted(rng.sample(range(-30, 31), 4))
    right = "]" if slip < 0 else ")"
    left = f"(-\\infty, {a}{right} \\cup [{b}, {c + (slip == 1)}) \\cup ({d}, \\infty)"
    other = f"\\left({d}{'.5' if slip == 2 else ''}, +\\infty\\right) \\cup [{b}, {c}) \\cup (-\\infty, {a})"
    return left, other


def inequality_as_interval(rng: Random, slip: int) -> tuple[str, str]:
    """An inequality, and the interval that it describes."""
    a, b = sorted(rng.sample(range(-30, 31), 2))
    low, high = fraction(Fraction(a, 2)), fraction(Fraction(b, 2) + slip)
    if rng.random() < 0.3:
        return f"x > {low}", f"({fraction(Fraction(a, 2) + slip)}, \\infty)"
    return f"{low} < x \\le {high}", f"x \\in \\left({low}, {fraction(Fraction(b, 2))}\\right]"


def inequality_turned(rng: Random, slip: int) -> tuple[str, str]:
    """An inequality read from either side; the near miss turns or moves it."""
    a, b = sorted(rng.sample(range(-30, 31), 2))
    if rng.random() < 0.5:
        return f"{a} \\leq x < {b}", f"{b + slip} > x \\geq {a}"
    return f"x \\geq {a}", f"x {'>' if slip > 0 else chr(92) + 'ge'} {a + min(slip, 0)}"


def all_but_some(rng: Random, slip: int) -> tuple[str, str]:
    """The reals without one or two points, and the union of what is left."""
    a, b = sorted(rng.sample(range(-30, 31), 2))
    pieces = f"(-\\infty, {a}) \\cup ({a}, {b}) \\cup ({b + slip}, \\infty)"
    return f"\\mathbb{{R}} \\setminus \\{{{a}, {b}\\}}", pieces


def set_builder(rng: Random, slip: int) -> tuple[str, str]:
    """A set described by a condition, and the interval."""
    a, b = sorted(rng.sample(range(-30, 31), 2))
    bar = rng.choice([r"\mid", ":", "|"])
    return f"\\{{x {bar} {a} \\le x < {b}\\}}", f"[{a}, {b + (slip > 0)}{']' if slip < 0 else ')'}"


def matrices(rng: Random, slip: int) -> tuple[str, str]:
    """A matrix of fractions with a factor in front or not, and with reduced entries."""
    rows, columns, k = rng.randint(1, 4), rng.randint(2, 4), rng.randint(2, 6)
    entries = [[rng.randint(-9, 9) for _ in range(columns)] for _ in range(rows)]
    other = [[Fraction(one, k) for one in row] for row in entries]
    other[0][-1] += slip
    factor = f"\\frac{{1}}{{{k}}}" if rng.random() < 0.5 else ""
    shown = [[str(one) if factor else f"\\frac{{{one}}}{{{k}}}" for one in row] for row in entries]
    return f"{factor}{matrix(shown)}", matrix([[fraction(one) for one in row] for row in other], "bmatrix")


def sum_of_matrices(rng: Random, slip: int) -> tuple[str, str]:
    """A sum or a product of matrices, and the matrix."""
    a, b = ([[rng.randint(-9, 9) for _ in range(2)] for _ in range(2)] for _ in range(2))
    is_sum = rng.random() < 0.5
    result = _sum(a, b) if is_sum else _product(a, b)
    result[1][0] += slip
    texts = [matrix([[str(entry) for entry in row] for row in one]) for one in (a, b, result)]
    return f"{texts[0]} {'+' if is_sum else ''} {texts[1]}", texts[2]


def _sum(a: Rows, b: Rows) -> Rows:
    return [[a[i][j] + b[i][j] for j in range(2)] for i in range(2)]


def _product(a: Rows, b: Rows) -> Rows:
    return [[a[i][0] * b[0][j] + a[i][1] * b[1][j] for j in range(2)] for i in range(2)]


def solutions(rng: Random, slip: int) -> tuple[str, str]:
    """Values of one variable behind its name, and the bare values in another order; all are required."""
    numbers = rng.sample(range(-40, 41), rng.randint(2, 5))
    other = numbers[::-1][1:] if slip > 0 else [*numbers[:0:-1], numbers[0] + slip]
    return f"x = {', '.join(map(str, numbers))}", rng.choice([", ", " , ", r" \text{ and } "]).join(map(str, other))


def ratio(rng: Random, slip: int) -> tuple[str, str]:
    """A ratio of two that is no time of day, and a multiple of it or the quotient."""
    a, b, k = rng.randint(1, 60), rng.randint(61, 99), rng.randint(2, 5)
    return f"{a}:{b}", f"{a * k + slip}:{b * k}" if rng.random() < 0.5 else fraction(Fraction(a + slip, b))


def long_tuple(rng: Random, slip: int) -> tuple[str, str]:
    """A tuple of small sums, and of their values."""
    parts = [[rng.randint(-9, 9) for _ in range(3)] for _ in range(rng.randint(4, 9))]
    values = [sum(part) for part in parts]
    values[rng.randrange(len(values))] += slip
    sums = [total(str(one) for one in part if one) for part in parts]
    return f"({', '.join(sums)})", f"({', '.join(map(str, values))})"
