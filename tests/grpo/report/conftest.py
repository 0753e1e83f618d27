from collections.abc import Iterator

import pytest

from tests.grpo.report.browser import Browser, require_chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with Browser(require_chromium()) as opened:
        yield opened
