"""Runs one method of a `unittest` class, and says of whatever stopped a test what it was."""

from __future__ import annotations

from typing import Any


class NotPassedError(Exception):
    """The test has not passed; the arguments are a word that says why, and the name that it is about."""


def spare_main() -> None:
    """Let a call of `unittest.main` in the test's own text do nothing: its methods are run one by one."""
    import unittest

    unittest.main = lambda *_, **__: None  # type: ignore[assignment]


def run_method(names: dict[str, Any], class_name: str, method: str, methods: list[str]) -> None:
    """Run one test method with all that `unittest` runs around it.

    Args:
        names: What the test's module holds.
        class_name: The class's name in it.
        method: The method's name.
        methods: All test methods that the host found, each as `class.method`.

    Raises:
        NotPassedError: it failed, was skipped, was expected to fail, or did not run.
    """
    import unittest

    found = [
        f"{name}.{one}"
        for name, kind in names.items()
        if isinstance(kind, type) and issubclass(kind, unittest.TestCase)
        if (kind.__module__, kind.__name__) == ("tests", name)
        for one in unittest.defaultTestLoader.getTestCaseNames(kind)
    ]
    if sorted(found) != sorted(methods):
        raise NotPassedError("task", "other test methods than its text says")
    problems: list[tuple[str, str]] = []

    class Result(unittest.TestResult):
        def addError(self, _: Any, error: Any) -> None:  # noqa: N802
            problems.append(why_failed(error[1]))

        def addFailure(self, test: Any, error: Any) -> None:  # noqa: N802
            self.addError(test, error)

        def addSubTest(self, test: Any, _: Any, error: Any) -> None:  # noqa: N802
            if error is not None:
                self.addError(test, error)

        def addSkip(self, *_: Any) -> None:  # noqa: N802
            problems.append(("skipped", ""))

        def addExpectedFailure(self, *_: Any) -> None:  # noqa: N802
            problems.append(("skipped", ""))

        def addUnexpectedSuccess(self, *_: Any) -> None:  # noqa: N802
            problems.append(("skipped", ""))

    result = Result()
    unittest.TestSuite([names[class_name](method)]).run(result)
    if problems or result.testsRun != 1:
        raise NotPassedError(*(problems or [("skipped", "")])[0])


def why_failed(error: BaseException) -> tuple[str, str]:
    """Return the word for an exception that ended a test, and the name that it is about."""
    name = type(error).__name__
    if isinstance(error, NotPassedError):
        return error.args[0], error.args[1]
    if hasattr(error, "_rlvr_is_relayed"):
        return "raised", name
    if isinstance(error, NameError):
        return "name", str(getattr(error, "name", ""))
    if isinstance(error, ImportError):
        return "task", name
    return ("failed" if isinstance(error, AssertionError) else "unfit"), name
