import ast
import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rlvr.rewards import BadReferenceError
from rlvr.rewards.code.reading import free_names, has_check, methods_in, parsed

CASES = """
import unittest
from unittest import TestCase as Case
from x import SomeTestCase
class Mixin:
    def test_m(self): pass
class A(Mixin, unittest.TestCase):
    def test_b(self): pass
    async def test_a(self): pass
    def other(self): pass
class B(A):
    def test_b(self): pass
class C(Case):
    def test(self): pass
class D(SomeTestCase):
    testy = None
class E:
    def test_e(self): pass
def test_f(): pass
"""


def test_the_methods_of_test_classes_are_found() -> None:
    methods = [("A", "test_a"), ("A", "test_b"), ("A", "test_m")]
    more = [("B", "test_a"), ("B", "test_b"), ("B", "test_m"), ("C", "test")]
    assert methods_in(parsed(CASES, "test")) == methods + more


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def check(c): pass", True),
        ("x = 1\ndef check(candidate, more=1): pass", True),
        ("async def check(c): pass", False),
        ("class T:\n    def check(c): pass", False),
        ("check = print", False),
    ],
)
def test_check_is_a_function_of_the_module(source: str, found: bool) -> None:
    assert has_check(parsed(source, "test")) is found


@pytest.mark.parametrize(
    ("source", "modules", "unknown"),
    [
        ("assert f(1) == poly(2)", [], {"f", "poly"}),
        ("assert f(1) == sys.maxsize and math.pi", ["math", "sys"], {"f"}),
        ("import math\nassert len(f(1)) == math.pi", [], {"f"}),
        ("def check(c):\n    x = y\n    for n in x: c(n, z)\n    z = [k for k in x]", [], {"y"}),
        ("def check(c):\n    global g\n    g = 1\ndef other(): return g", [], set()),
        ("class A:\n    x = 1\n    def m(self): return x", [], {"x"}),
        ("try: f()\nexcept E as error: print(error)", [], {"E", "f"}),
        ("print(__name__, __file__, helper)", [], set()),
    ],
)
def test_names_that_nothing_defines(source: str, modules: list[str], unknown: set[str]) -> None:
    assert free_names(source, "def helper(): pass") == (modules, frozenset(unknown))


@pytest.mark.parametrize("source", ["", "# nothing", "assert (", "x = '\0'", "(" * 500 + ")" * 500])
def test_what_is_no_code_is_an_error(source: str) -> None:
    with pytest.raises(BadReferenceError, match=r"it is not Python|it is empty"):
        parsed(source, "it")


def test_a_test_is_read_without_a_warning() -> None:
    assert parsed("assert f('\\d') is 1", "test").body
    assert free_names("assert f('\\d') is 1", "'\\d'") == ([], frozenset({"f"}))


def test_threads_may_read_at_one_time() -> None:
    source = "\n".join(f"assert f({n}) == [{n}, -{n}]" for n in range(200))

    def give_way(*_: object) -> None:
        time.sleep(0)

    gc.callbacks.append(give_way)  # a switch of threads while a tree is built
    try:
        with ThreadPoolExecutor(3) as threads:
            # One of them elsewhere in the process, with the interpreter's own function.
            found = [threads.submit(parsed, source, "test") for _ in range(60)]
            others = [threads.submit(ast.parse, source) for _ in range(30)]
            assert all(len(one.result().body) == 200 for one in found)
            assert {type(one.exception()) for one in others} <= {type(None), SystemError}
    finally:
        gc.callbacks.remove(give_way)
