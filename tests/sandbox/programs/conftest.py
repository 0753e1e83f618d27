"""The tiers that the tests run on: each is real, or skipped with the reason.

`RLVR_NEEDS_DOCKER=1`, `RLVR_NEEDS_BUBBLEWRAP=1` and `RLVR_NEEDS_PROCESS=1` say that a tier must be there, and then its
absence fails the tests.
"""

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr.sandbox import Limits, Sandbox, SandboxError, open_sandbox
from rlvr.sandbox.programs import bubblewrap, process_tier
from rlvr.sandbox.programs.inside import landlock
from rlvr.sandbox.programs.pool import Tier

AS_A_USER = " as a user"
TIERS = ("docker", "bubblewrap", "bubblewrap" + AS_A_USER, "process", "process" + AS_A_USER)
NEEDED = {"docker": "RLVR_NEEDS_DOCKER", "bubblewrap": "RLVR_NEEDS_BUBBLEWRAP", "process": "RLVR_NEEDS_PROCESS"}
FOLDER_VARIABLE = "RLVR_TEST_FOLDER"
USER = "--reuid 65534 --regid 65534 --clear-groups"
SMALL = Limits(wall_s=10, cpu_s=10, memory_mb=96, pids=32, output_mb=2, disk_mb=8)


def opened(tier: str, limits: Limits | None = None, num_slots: int = 2) -> Sandbox:
    """Return a sandbox of the tier, or skip; fail where the tier must be there."""
    name = tier.removesuffix(AS_A_USER)
    try:
        if name != tier:
            return Sandbox(unprivileged_tier(name), limits, num_slots)
        return open_sandbox(tier, limits=limits, num_slots=num_slots)
    except SandboxError as error:
        if os.environ.get(NEEDED[name]) == "1":
            pytest.fail(f"{NEEDED[name]}=1, and yet: {error}")
        pytest.skip(str(error))


@functools.cache
def folder_for_all() -> Path:
    """Return a folder that every user can read, for as long as this process lives; pytest's own are only for one."""
    if FOLDER_VARIABLE in os.environ:  # a process that the tests start, and kill
        return Path(os.environ[FOLDER_VARIABLE])
    folder = Path(tempfile.mkdtemp(prefix="rlvr-test-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def unprivileged_tier(name: str) -> Tier:
    """Return a tier as another user has it, although we are root."""
    folder = folder_for_all()
    setpriv, bwrap = shutil.which("setpriv"), shutil.which("bwrap")
    if os.getuid():
        pytest.skip(f"this user is unprivileged already: the {name} tier is this one")
    if setpriv is None or (bwrap is None and name == "bubblewrap"):
        pytest.skip("needs setpriv and bwrap")
    command = folder / name
    lines = {
        "bubblewrap": f'exec {setpriv} {USER} {bwrap} "$@"',
        "process": f'chown 65534:65534 "$RLVR_SLOT_FOLDER" && exec {setpriv} {USER} "$@"',
    }
    command.write_text(f"#!/bin/sh\n{lines[name]}\n")
    command.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        if name == "bubblewrap":
            return bubblewrap.BubblewrapTier(str(command), is_privileged=False)
        tier = process_tier.ProcessTier([str(command)], is_privileged=False)
        tier.folder.chmod(0o711)  # ours, and not the other user's
        return tier


@pytest.fixture(scope="session", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each tier with small limits, so that what exceeds them does so soon."""
    with opened(request.param, SMALL) as sandbox:
        yield sandbox


@pytest.fixture
def guarded(sandbox: Sandbox) -> Sandbox:
    """A sandbox in which no job can signal what runs it: for its user, or for its Landlock domain."""
    if "one user" in sandbox.tier_detail and landlock.abi() < landlock.SCOPES_ABI:
        pytest.skip(f"with one user for all, signals are kept in by Landlock ABI {landlock.SCOPES_ABI}")
    return sandbox


@pytest.fixture
def many_users(sandbox: Sandbox) -> Sandbox:
    """A sandbox in which each job has a user of its own."""
    if "one user" in sandbox.tier_detail:
        pytest.skip("this tier has one user for all jobs")
    return sandbox
