"""The sandbox of tasksets whose responses are programs: opened once for a module, and closed after it."""

from collections.abc import Iterator

import pytest

from rlvr.rewards.code.default import process_sandbox
from rlvr.sandbox import SandboxError


@pytest.fixture(scope="module")
def some_tier() -> Iterator[None]:
    with process_sandbox() as open_now:
        try:
            open_now()
        except SandboxError as error:
            pytest.skip(str(error))
        yield
