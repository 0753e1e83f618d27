"""Reads the code of tests as syntax: whether it is Python, the test methods in it, the names that it does not define.

The text is the task author's, and nothing of it is evaluated.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import symtable
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Final

from rlvr.rewards.score import BadReferenceError

_lock: Final = threading.Lock()
_TRIES: Final = 20
_PYTHONS: Final = frozenset(dir(builtins)) | {"__name__", "__file__"}


def parsed(source: str, where: str) -> ast.Module:
    """Return the syntax tree of a test.

    Raises:
        BadReferenceError: it is not Python, or holds nothing.
    """
    try:
        tree = _tree(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise BadReferenceError(f"{where} is not Python: {error}") from error
    if not tree.body:
        raise BadReferenceError(f"{where} is empty: give a test")
    return tree


def _tree(source: str) -> ast.Module:
    # Filters of warnings belong to the process. A warning here is about the test's text, and for nobody.
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(_TRIES):
            # In CPython 3.11, threads that build trees at one time, wherever in the process, disturb each other.
            with contextlib.suppress(SystemError):
                return ast.parse(source)
        return ast.parse(source)


def has_check(tree: ast.Module) -> bool:
    """Whether the code defines a function `check`."""
    return any(isinstance(node, ast.FunctionDef) and node.name == "check" for node in tree.body)


def methods_in(tree: ast.Module) -> list[tuple[str, str]]:
    """Return the class and the name of each test method, in the classes' order, inherited ones included."""
    classes: dict[str, ast.ClassDef] = {}
    cases = _aliases(tree)
    found: list[tuple[str, str]] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            classes[node.name] = node
            ancestors = list(_ancestors(node, classes))
            bases = {_last_name(base) for one in ancestors for base in one.bases}
            if any(base in cases or base.endswith("TestCase") for base in bases):
                found.extend((node.name, name) for name in sorted({name for one in ancestors for name in _tests(one)}))
    return found


def free_names(source: str, preamble: str) -> tuple[list[str], frozenset[str]]:
    """Return what the code reads and neither it, the preamble nor Python defines.

    Returns:
        Names of modules of the standard library, and the other names.
    """
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        own_bound, read = _names(symtable.symtable(source, "test", "exec"))
        bound, _ = _names(symtable.symtable(preamble, "preamble", "exec"))
    free = read - own_bound - bound - _PYTHONS
    return sorted(free & sys.stdlib_module_names), frozenset(free - sys.stdlib_module_names)


def _names(table: symtable.SymbolTable) -> tuple[set[str], set[str]]:
    """Return the global names that code binds, and those that it reads."""
    bound: set[str] = set()
    read: set[str] = set()
    tables = [table]
    while tables:
        one = tables.pop()
        tables.extend(one.get_children())
        for symbol in one.get_symbols():
            if one is table or symbol.is_global():
                if symbol.is_assigned() or symbol.is_imported():
                    bound.add(symbol.get_name())
                if symbol.is_referenced():
                    read.add(symbol.get_name())
    return bound, read


def _aliases(tree: ast.Module) -> set[str]:
    """Return the names under which a module's test classes were imported."""
    imports = [alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    return {alias.asname for alias in imports if alias.asname and alias.name.endswith("TestCase")}


def _ancestors(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    """Yield a class and those of the same code that it is derived from."""
    seen, todo = set(), [node]
    while todo:
        one = todo.pop()
        if one.name not in seen:
            seen.add(one.name)
            yield one
            todo.extend(classes[_last_name(base)] for base in one.bases if _last_name(base) in classes)


def _last_name(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""


def _tests(node: ast.ClassDef) -> list[str]:
    functions = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [one.name for one in functions if one.name.startswith("test")]
