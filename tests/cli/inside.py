"""Running the command within the test's own process, where starting another would only cost time."""

import io
import sys

import pytest

from rlvr.cli.app import build_app


def run_inside(monkeypatch: pytest.MonkeyPatch, *arguments: str, stdin: str = "") -> int:
    """Run `rlvr` to its end and return the exit code; what it prints goes where the test captures it."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    with pytest.raises(SystemExit) as stopped:
        build_app()(list(arguments), prog_name="rlvr")
    code = stopped.value.code
    assert isinstance(code, int)
    return code
