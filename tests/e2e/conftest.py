"""What the tests in a browser share."""

import pytest

from tests.e2e.furnished import furnished
from tests.e2e.plant import browser
from tests.e2e.wire import Wire


@pytest.fixture(scope="module")
def chromium():
    """A headless browser for the tests of one file."""
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def line(released_home, tmp_path_factory):
    """A plant with something on every screen. A file that needs another one has a fixture of this name itself. It ends with the file: its hand records in
    this process, and other files set the process's clock."""
    with furnished(released_home, tmp_path_factory.mktemp("plant") / "home") as there:
        yield there


@pytest.fixture
def wire(line):
    """The wire between a browser and the plant's dashboard, to be cut."""
    between = Wire(line.port)
    yield between
    between.stop()
