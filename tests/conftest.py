"""What many tests start from: the built-in use case, an empty store of each kind, a home with a trained release."""

import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
from functools import cache, partial

os.environ |= {
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}  # read once, when numpy and xgboost are loaded; files run two at a time

import hypothesis
import numpy as np
import pytest
from streamlit.components.v2 import manifest_scanner

from data.people import DEMO_PEOPLE
from data.settings import PROJECT
from data.store import open_store
from data.usecase.file import load
from pages.parts.remembered.kept import forget_all
from pages.parts.shell import session
from tests import deliveries
from tests.homes import HOMES
from tests.screens import point_at
from tests.sharing import BROWSER, InTheGaps, make_way

hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")  # how long an example takes says something of the machine only
STORES = {"sqlite": lambda folder: open_store(folder / "pullcord.db")}
"""Every kind of store, by how it is opened in a folder: a second one joins here and must pass the same suite."""


def pytest_xdist_make_scheduler(config, log):
    """Share the files out as :mod:`tests.sharing` says."""
    return InTheGaps(config, log)


def pytest_collection_modifyitems(items):
    """What is done in a browser comes first: it waits most, and what is short ends the run together."""
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))


def pytest_sessionstart():
    """A process that shares the work with others makes way where it should."""
    make_way()


@pytest.fixture(scope="session", autouse=True)
def packages_looked_through_once():
    """Each page that is run without a browser looks through all installed packages for components of Streamlit, half a second: they stay the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def own_main():
    """A page that is run without a browser takes the place of ``__main__`` and stays there: a process started later would run it."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True)
def own_plant_clock(monkeypatch):
    """A page that is run without a browser may set the plant's clock, which is the process's: whatever one test says is over with it."""
    monkeypatch.setattr(session, "plant_now", session.plant_now)


@pytest.fixture(scope="session")
def use_case():
    """The built-in milling line."""
    return load("milling")


@pytest.fixture(params=STORES)
def opened(request, tmp_path, use_case):
    """Opens one and the same store, as often as asked; all of them are closed afterwards."""
    stores = []

    def open_one():
        stores.append(STORES[request.param](tmp_path))
        stores[-1].readings.prepare(use_case)
        return stores[-1]

    yield open_one
    for each in stores:
        each.close()


@pytest.fixture
def store(opened):
    """An empty store that is prepared for the milling line."""
    return opened()


@pytest.fixture
def staffed(store):
    """The store with the demo people in it."""
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    return store


@pytest.fixture
def opened_home(released_home, tmp_path, use_case):
    """A copy of the released home, and its store."""
    home = tmp_path / "home"
    shutil.copytree(released_home, home)
    store = open_store(home / "pullcord.db")
    store.readings.prepare(use_case)
    yield home, store
    store.close()


@pytest.fixture
def screens_of(monkeypatch):
    """As :func:`tests.screens.point_at`; afterwards nothing is left."""
    yield partial(point_at, monkeypatch=monkeypatch)
    forget_all()


@pytest.fixture
def empty(tmp_path, screens_of, use_case):
    """The store of a home that holds people and nothing else, as the screens see it."""
    store = open_store(screens_of(tmp_path) / "pullcord.db")
    store.readings.prepare(use_case)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    yield store
    store.close()


@pytest.fixture
def shown_home(opened_home, screens_of):
    """The same as the screens see it, with the demo people."""
    home, store = opened_home
    screens_of(home)
    for person in DEMO_PEOPLE:
        store.people.save(person, "test")
    return home, store


@pytest.fixture
def scored_batch(use_case):
    """Makes scored deliveries of the milling line: see :func:`tests.deliveries.scored_batch`."""
    return lambda *given, **named: deliveries.scored_batch(use_case, *given, **named)


@pytest.fixture
def record(store, use_case):
    """Records a delivery into the store: see :func:`tests.deliveries.record`."""
    return lambda *given, **named: deliveries.record(store, use_case, *given, **named)


@pytest.fixture(scope="session")
def released_home(tmp_path_factory, use_case):
    """A home whose champion is a really trained release. Copy it before writing into it.

    Trained in a process of its own: training starts threads, and a process that has them must not be forked any more. Of tests that run beside each other
    the first one to ask trains it for all, and each has a copy of its own.
    """
    own = tmp_path_factory.mktemp("released")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return train(use_case, own)
    shared = tmp_path_factory.getbasetemp().parent
    with (shared / "released.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "released").exists():
            train(use_case, own)
            shutil.copytree(own, shared / "released")
        return shutil.copytree(shared / "released", own, dirs_exist_ok=True)


def train(use_case, home):
    """Train a first release into an empty home."""
    words = [sys.executable, "-m", "models.training", "--use-case", use_case.name, "--home", str(home)]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    made = open_store(home / "pullcord.db")
    assert made.releases.champion(use_case.name).number == 1
    made.close()
    return home


@pytest.fixture(scope="module")
def judged_on_few():
    """The explanations of what is made in this file are judged on a few rows: where what is tested is another thing than that judgement."""
    from models.release import portrait, trust

    with pytest.MonkeyPatch.context() as patch:
        for part, name, rows in ((trust, "ROWS", 10), (trust, "SECOND_ROWS", 2), (portrait, "PROFILE_ROWS", 200)):
            patch.setattr(part, name, rows)
        yield


@pytest.fixture(scope="session")
def kept_home(tmp_path_factory):
    """A home with something of everything, as an older version left it and this one brought it up. Copy it before writing into it."""
    folder = tmp_path_factory.mktemp("kept")
    with tarfile.open(max(HOMES.glob("*.tar.xz"))) as packed:
        packed.extractall(folder, filter="data")
    open_store(folder / "home" / "pullcord.db").close()
    return folder / "home"


@pytest.fixture
def filled_home(kept_home, tmp_path):
    """A copy of it."""
    return shutil.copytree(kept_home, tmp_path / "home")


@pytest.fixture(scope="session")
def x() -> np.ndarray:
    """Rows of four independent columns, for functions whose truth is known."""
    return np.random.default_rng(7).normal(size=(1500, 4))


@pytest.fixture(scope="session")
def twins() -> np.ndarray:
    """Two columns that correlate by 0.95."""
    rng = np.random.default_rng(3)
    first = rng.normal(size=4000)
    return np.stack([first, 0.95 * first + np.sqrt(1 - 0.95**2) * rng.normal(size=4000)], axis=1)


@pytest.fixture(scope="session")
def boosters(x):
    """One that learned a product and a term, and one that learned a sum, of the columns of ``x``."""
    import xgboost as xgb

    def fit(y):
        settings = {"max_depth": 4, "eta": 0.15, "nthread": 1, "seed": 0}
        return xgb.train(settings, xgb.DMatrix(x.astype(np.float32), y), num_boost_round=60)

    return fit(x[:, 0] * x[:, 1] + x[:, 2]), fit(np.sign(x[:, 0]) + np.sign(x[:, 2]))
