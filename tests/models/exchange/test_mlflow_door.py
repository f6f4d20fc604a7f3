"""The door to MLflow: against a real server where MLflow is installed, and a clear word where it is not."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from data.store import open_store
from data.usecase.file import load
from models.exchange.__main__ import main
from tests.e2e.plant import wait_for

MILLING = load("milling")
THERE = importlib.util.find_spec("mlflow") is not None
SERVER = THERE and importlib.util.find_spec("uvicorn") is not None


@pytest.fixture
def home(released_home, tmp_path):
    folder = tmp_path / "home"
    shutil.copytree(released_home, folder)
    return folder


@pytest.mark.skipif(THERE, reason="MLflow is installed")
def test_without_mlflow_it_is_said_what_to_install(home, capsys):
    assert main(["mlflow-publish", "1", "--server", "http://localhost:1", "--home", str(home)]) == 1
    assert "pip install -r requirements-mlflow.txt" in capsys.readouterr().err


@pytest.fixture
def server(tmp_path):
    """A real MLflow server with an empty registry."""
    with socket.socket() as trial:
        trial.bind(("localhost", 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db", "--artifacts-destination", str(tmp_path / "artifacts")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://localhost:{port}"

    def healthy():
        try:
            return urllib.request.urlopen(f"{url}/health", timeout=1).status == 200
        except (urllib.error.URLError, OSError):
            return False

    try:
        wait_for(healthy, 120, "the MLflow server")
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.slow
@pytest.mark.skipif(not SERVER, reason="needs an MLflow server: pip install mlflow")
def test_a_release_goes_to_a_registry_and_comes_back_as_a_challenger_that_says_the_same(home, server, capsys):
    from models.release.release import Release

    asked = ["--server", server, "--home", str(home)]
    assert main(["mlflow-publish", "1", *asked]) == 0
    assert "models:/pullcord-milling/1" in capsys.readouterr().out
    assert main(["mlflow-bring", "models:/pullcord-milling@champion", "--as", "dana", *asked]) == 0
    store = open_store(home / "pullcord.db")
    store.readings.prepare(MILLING)
    old, new = (Release.load(home, store.releases.get("milling", number), MILLING) for number in (1, 2))
    assert (old.risk(old.background) == new.risk(old.background)).all()
    assert new.record.figures["against"]["reasons"]["ndcg"] == 1.0 and store.releases.champion("milling").number == 1
    store.close()
    assert main(["mlflow-bring", "models:/nothing@champion", "--as", "dana", *asked]) == 1
    assert "cannot be had from" in capsys.readouterr().err
