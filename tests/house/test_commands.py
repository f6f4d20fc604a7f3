"""No command ends in a traceback: whatever it is given, it says in a sentence on standard error what is wrong, and its exit code says that too."""

import ast
import importlib
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from data.commands import FAILED, STOPPED, command
from data.errors import PullcordError
from data.settings import PROJECT

ALONE = {
    "start.py", "models/exchange/predict_alone.py", "models/exchange/trial.py", "data/bounded.py", "data/pictures.py", "data/tables/child.py",
}  # fmt: skip
"""They run where nothing of the house is installed yet, or are talked to by a program: they see to their own words."""
FILES = [file for file in PROJECT.rglob("*.py") if not {".venv", "var", "tests"} & set(file.relative_to(PROJECT).parts)]
ENTRIES = sorted(file for file in FILES if '__name__ == "__main__"' in file.read_text(encoding="utf-8"))


NOISE = random.Random(1).randbytes(3000)


def named(content) -> str:
    return "noise" if content is NOISE else str(content)


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PROJECT).with_suffix("").parts)


USE_CASES, TRAINING, EXCHANGE, RETRAINING, BACKUP, CATALOGUE, FETCH, WORKER = (
    "data.usecases.__main__", "models.training.__main__", "models.exchange.__main__", "models.jobs.retraining", "data.backup.__main__",
    "pages.locale.catalogue", "data.usecases.tennessee_eastman.fetch", "worker",
)  # fmt: skip


def run(module: str, *words) -> tuple[int, str]:
    """The exit code of a command, and what it says on standard error."""
    said = io.StringIO()
    with redirect_stderr(said), redirect_stdout(io.StringIO()):
        try:
            code = importlib.import_module(module).main([str(word) for word in words])
        except SystemExit as end:
            code = end.code
    return code, said.getvalue()


def refused(module: str, *words) -> str:
    """What it says of words that cannot be done; one trouble, one sentence or two, and no traceback."""
    code, said = run(module, *words)
    last = said.strip().splitlines()[-1]
    assert code not in (0, None), words
    assert "Traceback" not in said and re.search(r"\w{2,} \w+", last) and "None" not in last, last
    return said


@pytest.fixture(autouse=True)
def same_process():
    """A worker takes Ctrl-C for itself, and every command keeps new files to its user."""
    umask, handlers = os.umask(0o022), {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    yield
    os.umask(umask)
    for one, handler in handlers.items():
        signal.signal(one, handler)


@pytest.fixture
def home(filled_home):
    return filled_home


@pytest.mark.parametrize("file", ENTRIES, ids=module_of)
def test_every_entry_of_the_house_is_a_command(file):
    """One place tells trouble; an entry that is not there would end in a traceback."""
    place, tree = file.relative_to(PROJECT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))
    guarded = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(getattr(one, "id", "") == "command" for one in node.decorator_list)
    } | ({"main"} if "from benchmarks.convention import" in file.read_text(encoding="utf-8") else set())
    entry = next(node for node in tree.body if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test))
    called = {node.func.id for node in ast.walk(entry) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)} - {
        "print",
        "SystemExit",
    }
    assert place in ALONE or (called and called <= guarded), f"{place}: {called - guarded} is no @command of data.commands"


def test_every_error_of_the_house_is_trouble_that_a_command_tells():
    inner = {"Changed", "Misfit", "Stopped"}  # never leave the room that raises them
    for file in FILES:
        if file.relative_to(PROJECT).parts[0] not in ("data", "models", "explainers"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            bases = {getattr(base, "id", "") for base in node.bases} if isinstance(node, ast.ClassDef) else set()
            if bases & {
                "Exception",
                "ValueError",
                "RuntimeError",
                "LookupError",
                "PermissionError",
                "OSError",
            } and node.name not in inner | {"PullcordError"}:
                assert bases & {"PullcordError", "StoreError"}, (
                    f"{file}: {node.name} would end a command in a traceback: make it a PullcordError"
                )


@pytest.mark.parametrize("module", [module_of(file) for file in ENTRIES if file.relative_to(PROJECT).as_posix() not in ALONE])
def test_wrong_words_and_a_cry_for_help_are_answered(module):
    if module in ("data.settings", "models.demo.staging"):
        pytest.skip("takes no words")
    if module.startswith("benchmarks.") and module != "benchmarks.large_lines":
        module, words = "benchmarks.convention", ("store", lambda _: [], ["--nonsense"])
        with redirect_stderr(io.StringIO()), pytest.raises(SystemExit) as end:
            importlib.import_module(module).main(*words)
        assert end.value.code == 2
        return
    assert run(module, "--help")[0] == 0
    assert run(module, "--nonsense")[0] == 2


@pytest.mark.parametrize(
    "content", [None, b"", NOISE, b"{", b"[1]", b"PAR1nonsensePAR1", b"PK\x03\x04nonsense", "folder"], ids=named
)
def test_a_file_that_is_not_what_it_should_be(kept_home, tmp_path, content):
    for ending, module, before, after in (
        (".csv", USE_CASES, ["new"], ["--target", "y", "--home", tmp_path / "home"]),
        (".xlsx", USE_CASES, ["new"], ["--target", "y", "--home", tmp_path / "home"]),
        (".csv", WORKER, ["--use-case", "kiln", "--home", kept_home, "--replay"], []),
        (".skops", EXCHANGE, ["bring"], ["--as", "dana", "--use-case", "kiln", "--home", kept_home]),
        (".pkl", EXCHANGE, ["bring"], ["--as", "dana", "--use-case", "kiln", "--home", kept_home]),
        (".json", EXCHANGE, ["label-studio-import"], ["--as", "erik", "--home", kept_home]),
        (".zip", BACKUP, ["verify"], []),
        (".zip", BACKUP, ["restore"], ["--home", tmp_path / "restored"]),
        (".whl", FETCH, ["--home", tmp_path / "home", "--wheel"], []),
    ):
        file = tmp_path / f"given{ending}"
        if content == "folder":
            file.mkdir(exist_ok=True)
        elif content is not None:
            file.write_bytes(content)
        refused(module, *before, file, *after)
    assert not (tmp_path / "restored").exists()


HARMS = {
    "garbage for a store": lambda home: (home / "pullcord.db").write_bytes(NOISE * 20),
    "a folder for a store": lambda home: ((home / "pullcord.db").unlink(), (home / "pullcord.db").mkdir()),
    "a file for a home": lambda home: (shutil.rmtree(home), home.write_text("")),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_home(home, harm):
    HARMS[harm](home)
    for module, *words in (
        (USE_CASES, "list"), (USE_CASES, "rename", "kiln", "other"), (USE_CASES, "remove", "oven"), (TRAINING,), (WORKER,),
        (EXCHANGE, "cases", "--out", home.parent / "c.csv"), (RETRAINING, "--job", "4", "--owner", "me"),
        (BACKUP, "make", "--to", home.parent / "to"),
    ):  # fmt: skip
        refused(module, *words, "--home", home)


@pytest.mark.parametrize("seal", [b"{", b"[]", NOISE, "folder", "changed"], ids=named)
def test_a_gold_set_that_was_changed_is_told_before_anything_is_trained(home, seal):
    if seal == "changed":
        (home / "gold" / "milling.parquet").write_bytes(b"x")
    else:
        (home / "gold" / "milling.json").unlink()
        (home / "gold" / "milling.json").mkdir() if seal == "folder" else (home / "gold" / "milling.json").write_bytes(seal)
    said = refused(TRAINING, "--home", home)
    assert "gold set of Milling line" in said and "from a backup" in said and "Training on" not in said


@pytest.mark.parametrize("content", [b"", NOISE, b"- a\n", b"name: [kiln\n", b"name: kiln\n", "folder"], ids=named)
def test_a_use_case_whose_file_is_damaged(home, content):
    file = home / "usecases" / "kiln" / "usecase.yaml"
    file.unlink()
    file.mkdir() if content == "folder" else file.write_bytes(content)
    for module, *words in (
        (USE_CASES, "check", "kiln"), (TRAINING, "--use-case", "kiln"), (WORKER, "--use-case", "kiln"),
        (EXCHANGE, "cases", "--use-case", "kiln", "--out", home / "c.csv"),
    ):  # fmt: skip
        refused(module, *words, "--home", home)
    run(USE_CASES, "rename", "kiln", "other", "--home", home)
    assert run(USE_CASES, "list", "--home", home)[0] == 0, "the others are not held up by it"
    assert run(EXCHANGE, "cases", "--out", home / "c.csv", "--home", home)[0] == 0


@pytest.mark.parametrize("note", [b"", b"[1]", b'{"key": 1}', NOISE], ids=named)
def test_a_note_of_a_renaming_that_is_no_note_holds_nobody_up(home, note):
    (home / "usecases" / ".renaming.json").write_bytes(note)
    assert run(USE_CASES, "list", "--home", home)[0] == 0
    assert not (home / "usecases" / ".renaming.json").exists()


def test_a_damaged_release(home):
    (home / "releases" / "milling" / "1" / "model.ubj").write_bytes(b"x")
    assert "Release 1 of Milling" in refused(EXCHANGE, "release", "1", "--out", home / "out", "--home", home).replace(
        "milling", "Milling"
    )
    shutil.rmtree(home / "releases")
    for words in ((WORKER, "--readings", "24"), (EXCHANGE, "release", "1", "--out", home / "out")):
        assert "is missing" in refused(*words, "--home", home)


@pytest.mark.parametrize(
    "words",
    [
        (WORKER, "--use-case", "nope"), (WORKER, "--flaw", "nope"), (WORKER, "--flaw", "leak:M-99"), (WORKER, "--speed", "-3"),
        (WORKER, "--speed", "nan"), (WORKER, "--readings", "0"), (USE_CASES, "show", "../milling"), (USE_CASES, "rename", "kiln", "Ki ln"),
        (USE_CASES, "rename", "milling", "other"), (USE_CASES, "remove", "milling"), (EXCHANGE, "bring", "x.json", "--as", "nobody"),
        (EXCHANGE, "release", "99", "--out", "x"), (EXCHANGE, "release", "9" * 30, "--out", "x"), (EXCHANGE, "cases", "--out", "/nowhere/c.csv"),
        (EXCHANGE, "label-studio", "--out", "/nowhere/c.json"), (EXCHANGE, "training-set", "--out", "/nowhere/c.csv"),
        (RETRAINING, "--job", "99", "--owner", "me"), (TRAINING, "--use-case", "nope"), (BACKUP, "make", "--to", "/proc/nowhere"),
    ],
    ids=lambda words: " ".join(words)[:50],
)  # fmt: skip
def test_a_name_or_a_value_that_there_is_not(kept_home, words):
    refused(*words, "--home", kept_home)


@pytest.mark.parametrize("code", ["zz", "../x", ""])
def test_a_language_that_there_is_not_is_not_begun(code):
    refused(CATALOGUE, "--add", code)


def test_a_home_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    for module, *words in ((USE_CASES, "list"), (TRAINING,), (WORKER,), (EXCHANGE, "cases", "--out", "c.csv"), (BACKUP, "make")):
        refused(module, *words, "--home", tmp_path / "file" / "home")


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (PullcordError("The torque is 81 Nm."), FAILED, "The torque is 81 Nm."),
        (
            FileNotFoundError(2, "No such file or directory", "a.csv"),
            FAILED,
            "a.csv: No such file or directory. Is the name right?",
        ),
        (IsADirectoryError(21, "Is a directory", "a"), FAILED, "a: Is a directory. It is a folder: name a file."),
        (OSError(28, "No space left on device"), FAILED, "The disk is full."),
        (OSError("odd"), FAILED, "The system refused: odd."),
        (MemoryError(), FAILED, "not enough memory"),
        (KeyboardInterrupt(), STOPPED, "Stopped by Ctrl-C"),
    ],
)
def test_what_is_raised_is_told_and_ends_with_its_code(raised, code, said, capsys):
    @command
    def main():
        raise raised

    assert main() == code
    assert said in capsys.readouterr().err


def test_a_fault_of_the_program_is_not_hidden():
    @command
    def main():
        return 1 / 0

    with pytest.raises(ZeroDivisionError):
        main()


def test_ctrl_c_is_told_while_the_libraries_are_still_being_loaded():
    words = [sys.executable, "-c", "import models; print(1, flush=True); import time; time.sleep(60)"]
    process = subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode != 0 and said.startswith("Stopped by Ctrl-C") and "Traceback" not in said
