import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

import rlvr.rewards
from rlvr.rewards.names import VERIFIER_NAMES, UnknownVerifierError, verifier_named
from rlvr.rewards.score import Verdict

USERS = Path(__file__).with_name("user_verifiers.py")


@pytest.mark.parametrize("name", VERIFIER_NAMES)
def test_each_name_gives_its_verifier(name: str) -> None:
    verifier = verifier_named(name, extract="hash")
    assert verifier.extract == "hash"
    assert verifier.runs_inline or name == "code"


@pytest.mark.parametrize("source", [str(USERS), "tests.rewards.user_verifiers"])
def test_a_users_class_is_named_by_its_path_and_guarded(source: str) -> None:
    moody = verifier_named(f"{source}:Moody")
    assert moody("<answer>5</answer>", "5").verdict is Verdict.CORRECT
    assert moody("<answer>die</answer>", "5").verdict is Verdict.LIMIT
    assert asyncio.run(moody.verify_async("<answer>hoard</answer>", "5")).verdict is Verdict.LIMIT
    assert verifier_named(f"{source}:ready")("5", "6").verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("numerc", "did you mean 'numeric'"),
        ("Exact", "did you mean 'exact'"),
        ("", "use one of exact, numeric"),
        (f"{USERS}:Mody", "did you mean 'Moody'"),
        (f"{USERS}:Needy", "cannot be made without arguments"),
        (f"{USERS}:not_a_verifier", "is a int, not a subclass"),
        (f"{USERS}:Score", "cannot be made without arguments|not a subclass"),
        ("nowhere.py:Moody", "nowhere.py"),
    ],
)
def test_a_name_that_leads_nowhere_says_what_to_write(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        verifier_named(name)


def test_an_unknown_name_has_its_own_error() -> None:
    with pytest.raises(UnknownVerifierError):
        verifier_named("sympy")


@pytest.mark.parametrize("name", rlvr.rewards.__all__)
def test_the_package_gives_every_name_it_lists(name: str) -> None:
    assert getattr(rlvr.rewards, name).__name__ == name
    assert name in dir(rlvr.rewards)


def test_an_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = rlvr.rewards.Nothing


def test_grading_needs_the_standard_library_only() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "from rlvr.rewards import *; assert Numeric()('5', '5').value == 1.0; assert CountdownChecker().is_bounded\n"
        "loaded = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(*sorted(loaded - set(sys.stdlib_module_names)))"
    )
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["rlvr"]
