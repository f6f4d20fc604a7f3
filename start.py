"""Starts Pullcord from nothing but Python: makes `.venv`, installs what is pinned, then runs or tests.

    python3 start.py run     the dashboard and a worker for every line, until Ctrl-C
    python3 start.py demo    the same as a three-minute story, in a home of its own
    python3 start.py check   lint, types and the fast tests: no training, no browser, under 90 s on two cores
    python3 start.py test    lint, types and every test, browser included
    python3 start.py screens the pictures of docs/screens, taken anew
    python3 start.py lint    lint only
    python3 start.py mutants how many small faults would no test notice (tests/mutants): hours, or with --sample 10 a while
    python3 start.py lock    the locks anew, after a requirements file was changed: every package that comes along, with its hashes

Only the standard library is used here: nothing else is installed yet when it begins.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
VENV = PROJECT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 13)
READY_S = 60
UV = "uv==0.13.9"
"""Installs the packages side by side and compiles none of them before it is needed; pip does both one after the other."""
FAST = (
    "advice", "ai_switch", "app_roles", "beginning", "board_page", "board_view", "catalogue", "certainty", "change",
    "checks", "counterfactual", "empty_plant", "figures", "guidance", "handover", "house", "intended_use", "kept",
    "language", "languages", "lock", "milling_line", "mishap", "names_in_docs", "opening", "pages_value", "period",
    "plant_clock", "priority", "quality", "reasons", "replay_source", "report", "reviewing", "sampling", "scale",
    "settings", "shifts", "store_attention", "store_contract", "store_feedback", "store_handovers", "store_periods",
    "store_review", "store_sqlite", "store_work", "tables", "trend_figure", "usecase", "verbs", "waterfall", "what_changes",
    "windows", "wording",
)  # fmt: skip
"""What ``check`` runs: the files of tests that train no model, start no worker and open no browser (80 s of one core, all together)."""


def main(words: list[str]) -> int:
    """Do what the first word says. Returns the exit code."""
    what = words[0] if words else "run"
    if what not in ("run", "demo", "check", "test", "screens", "lint", "lock", "mutants"):
        print(
            f"start.py does not know {what!r}. Write one of: run, demo, check, test, screens, lint, lock, mutants.",
            file=sys.stderr,
        )
        return 2
    os.chdir(PROJECT)
    keep_what_is_compiled()
    fetching = in_the_meantime() if what in ("test", "screens") else None
    if not prepared("requirements.lock" if what in ("run", "demo") else "requirements-test.lock"):
        return 1
    if what == "lock":
        return any([locked(name) for name in ("requirements", "requirements-test")])
    if fetching:
        fetching.wait()
    if what == "demo":
        os.environ["PULLCORD_DEMO"] = "true"
    if what in ("run", "demo"):
        return run()
    if what == "mutants":
        return subprocess.call([PYTHON, "-m", "tests.mutants", *words[1:]])
    if what == "screens":
        return subprocess.call([PYTHON, "-m", "tests.e2e.browser"]) or subprocess.call([PYTHON, "-m", "tests.e2e.gallery"])
    lint = subprocess.call([PYTHON, "-m", "ruff", "check", "."]) or subprocess.call(
        [PYTHON, "-m", "ruff", "format", "--check", "."]
    )
    if what == "lint" or lint:
        return lint
    if what == "check":
        files = [str(file) for subject in FAST for file in sorted(PROJECT.glob(f"tests/**/test_{subject}.py"))]
        return tested("2", ["-m", "not slow and not browser", *files, *words[1:]])
    return subprocess.call([PYTHON, "-m", "tests.e2e.browser"]) or tested("3", words[1:])


def tested(processes: str, words: list[str]) -> int:
    """Run tests, and in their gaps the type checker, which is one process of a minute. What it finds is printed at the end."""
    low = ["nice"] if shutil.which("nice") else []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        types = subprocess.Popen([*low, PYTHON, "-m", "basedpyright", "--warnings"], stdout=said, stderr=subprocess.STDOUT)
        try:
            failed = subprocess.call([PYTHON, "-m", "pytest", "-n", processes, "--dist", "loadfile", *words])
            mistyped = types.wait()
        finally:
            end(types)
        if mistyped:
            said.seek(0)
            print(said.read(), file=sys.stderr)
    return failed or mistyped


def keep_what_is_compiled() -> None:
    """Where the environment forbids Python to write what it compiles beside its source, keep it in `.venv`: else every process of a line compiles all of its
    packages anew, two seconds each."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(VENV / "bytecode")


def in_the_meantime() -> subprocess.Popen:
    """Fetch a browser for the tests while Python's packages are installed: half a minute for Debian's, where there is none yet."""
    return subprocess.Popen([sys.executable, "-m", "tests.e2e.browser"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def prepared(lock: str) -> bool:
    """Make the virtual environment and install what is locked, unless that has been done for this very file."""
    wanted = hashlib.sha256((PROJECT / lock).read_bytes()).hexdigest()
    stamp = VENV / f"installed-{lock}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return True
    python = suitable_python()
    if python is None:
        print(
            f"Pullcord needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}; this is {sys.version.split()[0]}. Install one from python.org "
            "(Debian: apt install python3 python3-venv) and run the same command again.",
            file=sys.stderr,
        )
        return False
    if not PYTHON.exists():
        print("1/2  Making the virtual environment in .venv …", flush=True)
        if subprocess.call([python, "-m", "venv", str(VENV)]):
            print("The virtual environment could not be made. On Debian: apt install python3-venv.", file=sys.stderr)
            return False
    print(f"2/2  Installing {lock} (once; about 700 MB) …", flush=True)
    if not installed(lock):
        print(
            f"{lock} could not be installed: see above. Is the network there? Then run the same command again.",
            file=sys.stderr,
        )
        return False
    stamp.write_text(wanted)
    return True


def installed(lock: str) -> bool:
    """Install what a lock names: in ten seconds with uv, in seventy with pip where uv cannot be had or reaches no index. Both refuse what has another hash."""
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    if not subprocess.call([*pip, "--quiet", "--retries", "1", UV]):
        if not subprocess.call(
            [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", lock]
        ):
            return True
        print("     uv could not do it; trying pip …", flush=True)
    return not subprocess.call([*pip, "--progress-bar", "on", "-r", lock])


def locked(name: str) -> int:
    """Write the lock of a requirements file, for every system and Python that Pullcord runs on. What it named before stays as it is where it may."""
    words = ["--quiet", "--universal", "--generate-hashes", "--no-annotate", "--custom-compile-command", "python3 start.py lock"]
    return subprocess.call([PYTHON, "-m", "uv", "pip", "compile", *words, f"{name}.txt", "-o", f"{name}.lock"])


def suitable_python() -> str | None:
    """This Python, or another one on the PATH that every package is there for; the newest."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    return next((found for minor in range(NEWEST[1], OLDEST[1] - 1, -1) if (found := shutil.which(f"python3.{minor}"))), None)


def run() -> int:
    """Start the dashboard, which starts a worker for every line, say where it is, and stop all on Ctrl-C. The demo's stage is set first."""
    begun = time.monotonic()
    asked = subprocess.run([PYTHON, "-m", "data.settings"], stdout=subprocess.PIPE, text=True)
    if asked.returncode:
        return 1  # it has said what to do
    address, port = asked.stdout.split()
    if not free(address, int(port)):
        print(
            f"Port {port} is taken by another program (or by a Pullcord that already runs: http://localhost:{port}). "
            f"Stop it, or choose another one: PULLCORD_PORT={int(port) + 1} make run",
            file=sys.stderr,
        )
        return 1
    if os.environ.get("PULLCORD_DEMO") == "true":
        print("     Setting the stage of the demo (the first time this trains a model) …", flush=True)
        if subprocess.call([PYTHON, "-m", "models.demo.staging"]):
            return 1
    stop = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.append(True))
    command = screens_command(str(PYTHON), port, address)
    screens = subprocess.Popen(command, env=CALM | os.environ, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        own = "localhost" if address == "0.0.0.0" else address  # noqa: S104 - compared only
        return watch(screens, own, port, stop, begun)
    finally:
        end(screens)


CALM = {"MALLOC_ARENA_MAX": "2", "OMP_WAIT_POLICY": "PASSIVE"}
"""For the dashboard: every drawing is a thread of its own there, and with an arena of memory for each of them glibc keeps more from hour to hour.
And for what it starts: threads of OpenMP that wait give up their core instead of spinning. Two trainings at once on two cores took 52 s, and 37 s so."""


def screens_command(python: str, port: str, address: str = "localhost") -> list[str]:
    """What starts the dashboard."""
    given = ["--server.port", port, "--server.address", address, "--server.headless", "true"]
    return [python, "-m", "streamlit", "run", "server.py", *given]


def watch(screens: subprocess.Popen, address: str, port: str, stop: list, begun: float) -> int:
    """Wait for the dashboard, say its address, then wait for Ctrl-C or for its end."""
    said = False
    while not stop:
        if screens.poll() is not None:
            print(f"The dashboard ended by itself (code {screens.returncode}): see above.", file=sys.stderr)
            return 1
        if not said and healthy(address, port):
            said = True
            print(
                f"\n  Pullcord is at  http://{address}:{port}   (ready after {time.monotonic() - begun:.1f} s; Ctrl-C stops it)\n",
                flush=True,
            )
        if not said and time.monotonic() - begun > READY_S:
            print(f"The dashboard did not answer within {READY_S} s.", file=sys.stderr)
            return 1
        time.sleep(0.1)
    print("\nStopping …", flush=True)
    return 0


def free(address: str, port: int) -> bool:
    """Whether a server may listen there."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((address, port))
            return True
        except OSError:
            return False


def healthy(address: str, port: str) -> bool:
    """Whether the dashboard answers."""
    try:
        with urllib.request.urlopen(f"http://{address}:{port}/_stcore/health", timeout=0.5) as answer:
            return answer.status == 200
    except OSError:
        return False


def end(process: subprocess.Popen) -> None:
    """Ask a process to stop; after twenty seconds make it, and whatever it has started with it: it ends its own workers first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # a group of its own: what is left of it


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\nStopped by Ctrl-C. The same command goes on where this one was.", file=sys.stderr)
        sys.exit(130)
    except OSError as trouble:  # no right to write here, a full disk
        print(
            f"{trouble.filename or PROJECT}: {trouble.strerror or trouble}. Mend that, then run the same command again.",
            file=sys.stderr,
        )
        sys.exit(1)
