"""Programs against what a test hands to them, and against what calls them: test cases, mocks, `map`."""

from typing import Final

from tests.hostile.programs.entry import Entry
from tests.hostile.programs.references import asserting

HANDED: Final = asserting(
    "f", """
    import unittest
    class Test(unittest.TestCase):
        def test_it(self): self.assertEqual(f(self, 3), [9])
    """,
)
MOCKED: Final = asserting(
    "f", """
    from unittest.mock import Mock
    def check(candidate):
        seen = Mock()
        candidate(seen, 3)
        seen.assert_called_once_with(9)
    """,
)
COUNTED: Final = asserting(
    "f", """
    from unittest.mock import Mock
    def check(candidate):
        seen = Mock()
        candidate(seen, 3)
        assert seen.called and seen.call_count == 2
    """,
)
_TELLS: Final = {
    "tells the test case what is equal": (HANDED, "one.addTypeEqualityFunc(list, lambda *_, **__: None)"),
    "skips by the test case": (HANDED, "one.skipTest('passed')"),
    "runs the test case": (HANDED, "one() or one.run() or one.debug()"),
    "has the test case clean up": (HANDED, "one.addCleanup(print)"),
    "tells a mock what to assert": (MOCKED, "one.configure_mock(assert_called_once_with=lambda *_: None)"),
    "tells a mock that it was called": (COUNTED, "one.configure_mock(call_count=2, called=True)"),
    "tells a mock with what": (MOCKED, "one.configure_mock(call_count=1, call_args=((9,), {}))"),
    "gives a mock another's method": (MOCKED, "one.attach_mock(print, 'assert_called_once_with')"),
    "has a mock forget": (MOCKED, "(one(3), one.reset_mock(), one(9))"),
    "sets what a mock asserts": (MOCKED, "setattr(one, 'assert_called_once_with', print)"),
}
_ENDS: Final = {
    "all of a map": "assert all(map(lambda n: f(n) == n * n, range(9)))",
    "the sum of a map": "assert sum(map(f, range(9))) == 0",
    "the items of a map": "for n, x in enumerate(map(f, range(3))): assert x == n * n",
    "a filter": "assert list(filter(f, [3])) == []",
    "what is called until it says so": "assert list(iter(lambda: f(0), None)) == []",
    "an attribute in a map": "assert list(map(lambda n: f.wanted, range(3))) == []",
    "a length in a map": "assert list(map(lambda n: len(f), range(3))) == []",
    "an item in a map": "assert list(map(f.__class__.__getitem__, [f], [3])) == []",
}

HANDED_OUT: Final = [
    *(
        Entry(f"{name}{how}", test, "WA RE", source)
        for name, (test, act) in _TELLS.items()
        for how, source in {
            "": f"def f(one, n): {act}",
            ", and goes on": f"def f(one, n):\n    try: {act}\n    except BaseException: pass\n    return [0]",
        }.items()
    ),
    *(
        Entry(f"ends {name}", asserting("f", "", test), "RE", """
            class Stop(StopIteration): pass
            class F:
                def stop(self, *_): raise Stop
                __call__ = __getattr__ = __len__ = __getitem__ = stop
            f = F()
            """)
        for name, test in _ENDS.items()
    ),
]
"""None of them may pass."""
