r"""Arithmetic on matrices, on trees: what remains is one matrix of unevaluated expressions, or one scalar.

| written | result |
|---|---|
| `A + B`, `A - B`, `-A`, `kA`, `A/k` | entry by entry |
| `AB` | the product of matrices; a row times a column is a 1 by 1 matrix |
| `A^3`, `A^0`, `A^{-1}` | powers of a square matrix; the inverse by cofactors, up to 3 by 3 |
| `A^T`, `A^{\top}` | the transpose |
| `\det A`, `|A|` | the determinant, up to 5 by 5 |
| `|v|` of a row or a column | its Euclidean length |

Shapes stay as they are: a row is not a column, so two columns have no product (is it the dot or the cross product?).
Shapes that do not fit have no value (`Undefined`), and what needs more work than the caps allow is `TooLarge`. Sums and
products of plain numbers are folded, which keeps the trees small; nothing else is simplified, and 0 times an entry
stays, for the entry may be undefined. Other functions of matrices are left as they stand.
"""

from __future__ import annotations

from collections.abc import Callable

from rlvr.rewards.maths.entries import Entry, entry, length, negative, number, quotient, sized, times, total
from rlvr.rewards.maths.tree import ONE, ZERO, Node, TooLarge, Undefined, walk

MAX_PRODUCTS = 50_000
"""Products of two entries in one evaluation."""
MAX_POWER = 1_000
"""The exponent of a matrix, either sign."""
MAX_DETERMINANT = 5
"""Rows of a matrix whose determinant is written out."""
MAX_INVERSE = 3
"""Rows of a matrix whose inverse is written out."""

_TRANSPOSES = frozenset({"T", "t", "top", "intercal"})
_STRUCTURES = frozenset(
    {"tuple", "list", "set", "rel", "text", "builder", "interval", "union", "inter", "minus", "ratio"}
)


_Rows = list[list[Entry]]
_Value = Entry | _Rows


def evaluate(node: Node) -> Node:
    """Return `node` with the arithmetic of its matrices done.

    Args:
        node: Any tree; a structure such as a list or a relation, and a tree without a matrix, come back as they are.

    Raises:
        Undefined: If the shapes of two matrices do not fit, a matrix divides, or one without an inverse is inverted.
        TooLarge: If the result would need more products, rows or nodes than the caps allow.
    """
    if node.head == "matrix" or node.head in _STRUCTURES or not has_matrix(node):
        return node
    try:
        return _as_node(_Evaluation().value(node))
    except RecursionError:
        # A tree this deep is past every cap of the parser; it was built by hand.
        raise TooLarge("the arithmetic of matrices is nested too deeply") from None


def has_matrix(node: Node) -> bool:
    """Tell whether there is a matrix in `node`."""
    return any(one.head == "matrix" for one in walk(node))


class _Evaluation:
    """One evaluation, with the products that it may still take."""

    def __init__(self) -> None:
        self._left = MAX_PRODUCTS

    def value(self, node: Node) -> _Value:
        if node.head == "matrix":
            return [[entry(one) for one in row] for row in node.args]
        reader = _READERS.get(node.head)
        return self._other(node) if reader is None else reader(self, node)

    def _neg(self, node: Node) -> _Value:
        value = self.value(node.args[0])
        return _map(negative, value) if isinstance(value, list) else negative(value)

    def _add(self, node: Node) -> _Value:
        values = [self.value(one) for one in node.args]
        matrices = [one for one in values if isinstance(one, list)]
        if not matrices:
            return total([one for one in values if not isinstance(one, list)])
        if len(matrices) < len(values) or len({_shape(one) for one in matrices}) > 1:
            raise Undefined("a sum of matrices of different shapes, or of a matrix and a number")
        return [[total(entries) for entries in zip(*rows, strict=True)] for rows in zip(*matrices, strict=True)]

    def _mul(self, node: Node) -> _Value:
        result = self.value(node.args[0])
        for one in node.args[1:]:
            result = self._product(result, self.value(one))
        return result

    def _div(self, node: Node) -> _Value:
        top, bottom = map(self.value, node.args)
        if isinstance(bottom, list):
            raise Undefined("a division by a matrix")
        if isinstance(top, list):
            return _map(lambda one: quotient(one, bottom), top)
        return quotient(top, bottom)

    def _pow(self, node: Node) -> _Value:
        base, exponent = node.args
        value = self.value(base)
        if not isinstance(value, list):
            return self._other(node)
        if exponent.head == "sym" and exponent.args[0] in _TRANSPOSES:
            return [list(column) for column in zip(*value, strict=True)]
        power = number(exponent)
        if power is None or power.denominator != 1:
            return sized(Node("pow", (_as_node(value), exponent)))
        return self._power(value, int(power))

    def _fn(self, node: Node) -> _Value:
        name = node.args[0]
        value = self.value(node.args[1]) if name in ("det", "abs") and len(node.args) == 2 else None
        if not isinstance(value, list):
            return self._other(node)
        if name == "abs" and len(value) != len(value[0]) and 1 in _shape(value):
            return length([one for row in value for one in row])
        return self._determinant(_square(value))

    def _other(self, node: Node) -> Entry:
        """Return a scalar with the matrices under it worked out where they make scalars."""
        args = [_as_node(self.value(one)) if isinstance(one, Node) else one for one in node.args]
        return sized(Node(node.head, tuple(args)))

    def _product(self, a: _Value, b: _Value) -> _Value:
        if not isinstance(a, list):
            return times(a, b) if not isinstance(b, list) else _map(lambda one: times(a, one), b)
        if not isinstance(b, list):
            return _map(lambda one: times(one, b), a)
        if len(a[0]) != len(b):
            raise Undefined(f"a product of matrices of {_shape(a)} and {_shape(b)} rows and columns")
        self._take(len(a) * len(b) * len(b[0]))
        columns = list(zip(*b, strict=True))
        return [[total(list(map(times, row, column))) for column in columns] for row in a]

    def _power(self, base: _Rows, power: int) -> _Rows:
        if abs(power) > MAX_POWER:
            raise TooLarge(f"the power {power} of a matrix is past {MAX_POWER}")
        base = _square(base)
        if power < 0:
            base, power = self._inverse(base), -power
        result: _Rows | None = None
        while power:
            if power & 1:
                result = base if result is None else self._matrix_product(result, base)
            power >>= 1
            if power:
                base = self._matrix_product(base, base)
        return _identity(len(base)) if result is None else result

    def _matrix_product(self, a: _Rows, b: _Rows) -> _Rows:
        found = self._product(a, b)
        assert isinstance(found, list), "a product of two matrices is a matrix"
        return found

    def _determinant(self, rows: _Rows) -> Entry:
        if len(rows) > MAX_DETERMINANT:
            raise TooLarge(
                f"the determinant of a matrix of {len(rows)} rows; at most {MAX_DETERMINANT} are written out"
            )
        if len(rows) == 1:
            return rows[0][0]
        self._take(len(rows))
        terms = []
        for column, one in enumerate(rows[0]):
            term = times(one, self._determinant(_minor(rows, 0, column)))
            terms.append(negative(term) if column % 2 else term)
        return total(terms)

    def _inverse(self, rows: _Rows) -> _Rows:
        if len(rows) > MAX_INVERSE:
            raise TooLarge(f"the inverse of a matrix of {len(rows)} rows; at most {MAX_INVERSE} are written out")
        whole = self._determinant(rows)
        if len(rows) == 1:
            return [[quotient(entry(ONE), whole)]]
        inverse: _Rows = [[] for _ in rows]
        for i in range(len(rows)):
            for j in range(len(rows)):
                cofactor = self._determinant(_minor(rows, j, i))
                inverse[i].append(quotient(negative(cofactor) if (i + j) % 2 else cofactor, whole))
        return inverse

    def _take(self, products: int) -> None:
        self._left -= products
        if self._left < 0:
            raise TooLarge(f"more than {MAX_PRODUCTS} products of entries")


_READERS: dict[str, Callable[[_Evaluation, Node], _Value]] = {
    "neg": _Evaluation._neg,
    "add": _Evaluation._add,
    "mul": _Evaluation._mul,
    "div": _Evaluation._div,
    "pow": _Evaluation._pow,
    "fn": _Evaluation._fn,
}


def _as_node(value: _Value) -> Node:
    return (
        Node("matrix", tuple(tuple(one.node for one in row) for row in value))
        if isinstance(value, list)
        else value.node
    )


def _map(function: Callable[[Entry], Entry], rows: _Rows) -> _Rows:
    return [[function(one) for one in row] for row in rows]


def _shape(rows: _Rows) -> tuple[int, int]:
    return len(rows), len(rows[0])


def _square(rows: _Rows) -> _Rows:
    if len(rows) != len(rows[0]):
        raise Undefined(f"{_shape(rows)} rows and columns where a square matrix is due")
    return rows


def _minor(rows: _Rows, row: int, column: int) -> _Rows:
    return [[*one[:column], *one[column + 1 :]] for index, one in enumerate(rows) if index != row]


def _identity(size: int) -> _Rows:
    return [[entry(ONE if i == j else ZERO) for j in range(size)] for i in range(size)]
