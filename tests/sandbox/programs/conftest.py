"""The tiers that the tests run on: each is real, or skipped with the reason.

`RLVR_NEEDS_DOCKER=1` says that the engine must be there, and then its absence fails the tests.
"""

import os
from collections.abc import Iterator

import pytest

from rlvr.sandbox import Limits, Sandbox, SandboxError, open_sandbox

TIERS = ("docker", "bubblewrap")
NEEDED = {"docker": "RLVR_NEEDS_DOCKER", "bubblewrap": "RLVR_NEEDS_BUBBLEWRAP"}


def opened(tier: str, limits: Limits | None = None, num_slots: int = 2) -> Sandbox:
    """Return a sandbox of the tier, or skip; fail where the tier must be there."""
    try:
        return open_sandbox(tier, limits=limits, num_slots=num_slots)
    except SandboxError as error:
        if os.environ.get(NEEDED[tier]) == "1":
            pytest.fail(f"{NEEDED[tier]}=1, and yet: {error}")
        pytest.skip(str(error))


@pytest.fixture(scope="session", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each tier with small limits, so that what exceeds them does so soon."""
    limits = Limits(wall_s=10, cpu_s=10, memory_mb=96, pids=32, output_mb=2, disk_mb=8)
    with opened(request.param, limits) as sandbox:
        yield sandbox
