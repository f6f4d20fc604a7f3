"""What the tests in a browser share."""

import pytest

from tests.e2e.plant import browser


@pytest.fixture(scope="module")
def chromium():
    """A headless browser for the tests of one file."""
    with browser() as opened:
        yield opened
