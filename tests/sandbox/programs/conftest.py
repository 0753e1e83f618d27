"""The tiers that the tests run on: each is real, or skipped with the reason.

`RLVR_NEEDS_DOCKER=1`, `RLVR_NEEDS_BUBBLEWRAP=1` and `RLVR_NEEDS_PROCESS=1` say that a tier must be there, and then its
absence fails the tests.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rlvr.sandbox import Limits, Sandbox, SandboxError, open_sandbox
from rlvr.sandbox.programs import bubblewrap, process_tier
from rlvr.sandbox.programs.pool import Tier

AS_A_USER = " as a user"
TIERS = ("docker", "bubblewrap", "bubblewrap" + AS_A_USER, "process", "process" + AS_A_USER)
NEEDED = {"docker": "RLVR_NEEDS_DOCKER", "bubblewrap": "RLVR_NEEDS_BUBBLEWRAP", "process": "RLVR_NEEDS_PROCESS"}
USER = "--reuid 65534 --regid 65534 --clear-groups"
SMALL = Limits(wall_s=10, cpu_s=10, memory_mb=96, pids=32, output_mb=2, disk_mb=8)


def opened(tier: str, limits: Limits | None = None, num_slots: int = 2) -> Sandbox:
    """Return a sandbox of the tier, or skip; fail where the tier must be there."""
    try:
        return open_sandbox(tier, limits=limits, num_slots=num_slots)
    except SandboxError as error:
        if os.environ.get(NEEDED[tier]) == "1":
            pytest.fail(f"{NEEDED[tier]}=1, and yet: {error}")
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def folder_for_all() -> Iterator[Path]:
    """A folder that every user can read; pytest's own are only for one."""
    folder = Path(tempfile.mkdtemp(prefix="rlvr-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def unprivileged_tier(name: str, folder: Path) -> Tier:
    """Return a tier as another user has it, although we are root."""
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
    name = request.param.removesuffix(AS_A_USER)
    if name != request.param:
        try:
            made = Sandbox(unprivileged_tier(name, request.getfixturevalue("folder_for_all")), SMALL, num_slots=2)
        except SandboxError as error:
            pytest.skip(str(error))
    else:
        made = opened(request.param, SMALL)
    with made as sandbox:
        yield sandbox


@pytest.fixture
def many_users(sandbox: Sandbox) -> Sandbox:
    """A sandbox in which each job has a user of its own."""
    if "one user" in sandbox.tier_detail:
        pytest.skip("an unprivileged bubblewrap has one user for all jobs")
    return sandbox
