"""Every command that README and docs give is run here, in a short form: one that nobody runs, or that says something else by now, fails."""

import json
import re
import runpy
import shutil
import signal
import sys

import numpy as np
import pandas as pd
import pytest

from data.readings.features import feature_matrix
from data.settings import PROJECT, load_settings
from data.store import open_store
from data.usecase.file import load, names_of
from data.usecases.milling.flaws import parse
from data.usecases.milling.line import MillingLine
from models.lifecycle.registry import champion
from tests.plants import readings

DOCS = ("README.md", "benchmarks/README.md", *sorted(str(file.relative_to(PROJECT)) for file in (PROJECT / "docs").glob("*.md")))
_COMMAND = re.compile(r"^(?:[A-Z_]+=\S+ )*(?:python3? |make |streamlit |pip )")
_SETTING = re.compile(r"([A-Z_]+)=(\S+) ")


def commands():
    """Each command of the docs, without what stands beside it."""
    found = {}
    for name in DOCS:
        for line in (PROJECT / name).read_text(encoding="utf-8").split("\n"):
            whole = line.strip()
            for told in (
                [whole] if _COMMAND.match(whole) else [one for one in re.findall(r"`([^`]+)`", line) if _COMMAND.match(one)]
            ):
                found.setdefault(re.split(r"\s{2,}", told)[0], name)
    return found


TOLD = commands()


@pytest.fixture(scope="module")
def shared(tmp_path_factory, released_home):
    """A home with a release and some readings, and tables to read: for all commands together, so that each finds what the others left."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(released_home, folder / "home")
    readings("binary", 400).to_csv(folder / "your.csv", index=False)
    rng = np.random.default_rng(1)
    pd.DataFrame({
        "Type": rng.choice(["L", "M", "H"], 60), "Air temperature [K]": 300.0, "Process temperature [K]": 310.0, "Rotational speed [rpm]": 1500,
        "Torque [Nm]": rng.normal(40, 5, 60), "Tool wear [min]": 10, "Machine_failure": 0, **{mode: 0 for mode in ("HDF", "PWF", "OSF", "TWF", "RNF")},
    }).to_csv(folder / "table.csv", index=False)  # fmt: skip
    return folder


@pytest.fixture
def at_home(shared, monkeypatch):
    """Runs ``python WORDS`` there, in this process. Returns its exit code."""
    monkeypatch.setenv("PULLCORD_HOME", str(shared / "home"))
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def run(*words, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"PULLCORD_{name}", value)
        monkeypatch.setattr(sys, "argv", [words[0], *words[1:]])
        try:
            if words[0].endswith(".py"):
                runpy.run_path(str(PROJECT / words[0]), run_name="__main__")
            else:
                runpy.run_module(words[0], run_name="__main__", alter_sys=False)
        except SystemExit as end:
            return end.code or 0
        return 0

    yield run
    for name, handler in handlers.items():
        signal.signal(name, handler)


def helped(run, capsys, words):
    """A command that takes long: its ``--help``, which must know every option that is given."""
    sub = [word for word in words[1:2] if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")]
    assert run(words[0], *sub, "--help") == 0
    known = capsys.readouterr().out
    if words[0].startswith("benchmarks."):
        known += (PROJECT / f"{words[0].replace('.', '/')}.py").read_text(encoding="utf-8")
    assert all(option in known for option in words if option.startswith("--")), known


def words_of(command):
    """The settings, and the words after ``python`` or ``python -m``."""
    settings = {
        name.removeprefix("PULLCORD_"): value for name, value in _SETTING.findall(command) if name.startswith("PULLCORD_")
    }
    told = _SETTING.sub("", command).split()
    return settings, told[2:] if told[1:2] == ["-m"] else told[1:]


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted(TOLD))
def test_it_does_what_is_said(command, shared, at_home, capsys, monkeypatch):
    settings, words = words_of(command)
    program = _SETTING.sub("", command).split()[0]
    for name, value in settings.items():
        monkeypatch.setenv(f"PULLCORD_{name}", value)
    if program == "make" or words[0] == "start.py":
        _started(words[-1])
    elif program == "pip":
        assert (PROJECT / words[-1]).is_file()
    elif program == "streamlit":
        assert words[0] == "run" and (PROJECT / words[1]).is_file()  # started by every test in a browser
    elif words[0] == "worker.py":
        _worked(words, shared, at_home, capsys)
    elif words[0] == "data.usecases":
        _onboarded(words, shared, at_home, capsys)
    elif words[0] == "models.exchange" and words[1] in ("cases", "release", "label-studio"):
        at = words.index("--out")
        out = shared / words[at + 1]
        number = ["1"] if words[1] == "release" else []
        assert at_home(words[0], words[1], *number, "--use-case", "milling", "--out", str(out)) == 0 and out.exists()
    elif words[0] == "models.training":  # just so the release of these tests was trained
        helped(at_home, capsys, [words[0], "--use-case"])
    elif (
        words[0] == "tests.home_of_today"
    ):  # it makes training small in its process, and takes a minute: tests/data/store/test_upgrade.py holds what it makes
        assert (PROJECT / "tests" / "home_of_today.py").is_file()
    elif words[0].startswith("benchmarks.NAME"):
        assert (PROJECT / "benchmarks" / "convention.py").is_file()
    else:
        helped(at_home, capsys, words)


def _started(target):
    """A target of the Makefile is a word that start.py knows, with settings that are right."""
    told = (PROJECT / "Makefile").read_text()
    assert re.search(rf"^{target}:", told, re.MULTILINE), f"no such target: make {target}"
    assert f"start.py {target}" in told and f"python3 start.py {target} " in (PROJECT / "start.py").read_text()
    known = load_settings()
    milling = load("milling")
    for flaw in known.flaws:
        parse(flaw, milling.assets)
    for name in known.use_cases:
        load(name, known.home)


def _worked(words, shared, at_home, capsys):
    if "--use-case" in words or "--lines" in words:  # tests/data/onboarding/test_lines_kept.py runs those
        return helped(at_home, capsys, words)
    if "--readings" in words:
        words[words.index("--readings") + 1] = "240"
    if "--replay" in words:
        words[words.index("--replay") + 1] = str(shared / "table.csv")
    if "--speed" in words:
        words[words.index("--speed") + 1] = "1000"
    assert at_home(*words, *([] if "--json" in words else ["--json"])) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["readings"] in (60, 240) and told["quarantined"] == 0


def _onboarded(words, shared, at_home, capsys):
    if "new" in words:
        assert (
            at_home(
                "data.usecases",
                "new",
                str(shared / "your.csv"),
                "--target",
                "result",
                "--name",
                f"line_{len(names_of(shared / 'home'))}",
                "--json",
            )
            == 0
        )
        assert json.loads(capsys.readouterr().out)["rows"] == 400
        return
    assert at_home("data.usecases", "new", str(shared / "your.csv"), "--target", "result", "--name", "one") == 0
    called = "one"
    for told in " ".join(words[1:]).split(" | "):
        said = {"NAME": called, "OLD": "one", "NEW": "two"}
        given = [said.get(word, word) for word in told.split()]
        called = "two" if given[0] == "rename" else called
        assert at_home("data.usecases", *given) == 0, capsys.readouterr().err


def test_a_line_started_with_the_drift_of_the_readme_is_wrongly_advised_and_stays_known(released_home, use_case):
    command = next(one for one in TOLD if "sensor_drift" in one)
    flaw = parse(words_of(command)[0]["FLAWS"], use_case.assets)
    begun, found = 1_796_000_000, {}
    store = open_store(released_home / "pullcord.db")
    release = champion(released_home, store, use_case)
    store.close()
    line = MillingLine(use_case, 2023, (flaw,), float(begun))
    machine = line.assets.index(flaw.assets[0])
    for hours in (1, 2, 8, 24):  # the first hour is there when the board is first looked at
        moments = line.moments(machine, begun + 3600 * hours + np.arange(0, 3600, 3))
        x = feature_matrix(use_case, np.column_stack([moments.kind.astype(float), moments.numbers]))
        fine = moments.cause == ""
        wrong = (release.says(x).risk >= use_case.advice.likely.enter) & (release.novelty(x) <= 1) & fine
        found[hours] = wrong.sum() / max(fine.sum(), 1)
    assert min(found.values()) > 0.6, found
