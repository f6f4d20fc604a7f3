"""The tests of a module against one fault in it: in a copy of the tree, in a process of its own that shares what is loaded already.

The process is a fork of this one, which has loaded the packages from outside and the house; what the fault reaches is loaded anew: half a second a
fault instead of four.
"""

import ast
import contextlib
import importlib
import importlib.util
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

HOUSE = Path(__file__).parents[2]
_LEFT = (".venv", ".git", "var", ".pytest_cache", ".ruff_cache", ".hypothesis", "test-results", "__pycache__", "*.png")
_HEAD_START_S, _TIMES = 10.0, 4
"""How long the tests may take with a fault in what they test: so many times as long as without, and a head start."""
KILLED, SURVIVED, TIMEOUT = "killed", "survived", "timeout"
_OUT = "out.txt"
_FLOORS = ("data", "explainers", "models", "pages")


class Copy:
    """A copy of the house. ``loaded``: what its tests need was loaded here."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.house = folder, folder / "house"
        shutil.copytree(HOUSE, self.house, ignore=shutil.ignore_patterns(*_LEFT))
        self.loaded: set[str] = set()
        self.arrows = {
            ".".join(file.relative_to(self.house).with_suffix("").parts).removesuffix(".__init__"): _imported(file)
            for floor in _FLOORS
            for file in (self.house / floor).rglob("*.py")
        }

    def without_fault(self, module: str, tests: Sequence[str]) -> float:
        """How long the tests take, in seconds. What they loaded is loaded here afterwards.

        Raises:
            RuntimeError: they fail without any fault.
        """
        sys.path[:] = [str(self.house), *(path for path in sys.path if path not in ("", str(HOUSE)))]
        self._run(tests, 600, _FLOORS, keep_compiled=True)
        self._load()
        begun = time.monotonic()
        if self._run(tests, 600, self._reached(module)) != 0:
            raise RuntimeError(f"{' '.join(tests)} fail without any fault:\n{(self.folder / _OUT).read_text()[-3000:]}")
        return time.monotonic() - begun

    def with_fault(self, module: str, source: str, tests: Sequence[str], usual_s: float) -> str:
        """What becomes of a fault: ``killed``, ``survived`` or ``timeout``."""
        file = self.house / module
        before = file.read_text(encoding="utf-8")
        compiled = Path(importlib.util.cache_from_source(str(file)))
        file.write_text(source, encoding="utf-8")
        compiled.unlink(missing_ok=True)
        try:
            code = self._run(tests, _HEAD_START_S + _TIMES * usual_s, self._reached(module))
        finally:
            file.write_text(before, encoding="utf-8")
        return TIMEOUT if code is None else SURVIVED if code == 0 else KILLED

    def _reached(self, module: str) -> set[str]:
        """The module and all that import it, directly or not: what has to be loaded anew."""
        found, more = set(), {module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")}
        while more:
            found |= more
            more = {name for name, others in self.arrows.items() if others & more} - found
        return found

    def _run(self, tests: Sequence[str], limit_s: float, anew: Iterable[str], keep_compiled: bool = False) -> int | None:
        """The exit code of the tests; ``None`` where they took too long."""
        child = os.fork()
        if child == 0:
            code = 70
            with contextlib.suppress(BaseException):
                code = self._tested(tests, anew, keep_compiled)
            os._exit(code)
        until = time.monotonic() + limit_s
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                _end_group(child)
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        _end_group(child)
        os.waitpid(child, 0)
        return None

    def _tested(self, tests: Sequence[str], anew: Iterable[str], keep_compiled: bool) -> int:
        """In the forked process: pytest in the copy, silent."""
        os.setsid()
        out = os.open(self.folder / _OUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.chdir(self.house)
        for name in [name for name in sys.modules if name in anew or name.split(".")[0] in ("tests", *anew)]:
            above, _, own = name.rpartition(".")
            vars(sys.modules.get(above, sys)).pop(own, None) if above else None
            del sys.modules[name]
        sys.argv = ["pytest"]
        if not keep_compiled:
            sys.dont_write_bytecode = True
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        pytest = importlib.import_module("pytest")
        hypothesis = importlib.import_module("hypothesis")
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)  # no example is made smaller: that it fails is enough
        hypothesis.settings.register_profile(
            "mutants", max_examples=40, phases=phases, derandomize=True, database=None, deadline=None
        )
        hypothesis.settings.load_profile("mutants")
        words = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "--basetemp", str(self.folder / "tmp")]
        code = int(pytest.main([*words, "-m", "not slow and not browser", *tests], plugins=[_Fast()]))
        if keep_compiled:
            (self.folder / "loaded.json").write_text(json.dumps(_worth_loading()))
        return code

    def _load(self) -> None:
        told = self.folder / "loaded.json"
        for name in json.loads(told.read_text()) if told.exists() else ():
            if name not in self.loaded:
                self.loaded.add(name)
                with contextlib.suppress(BaseException):
                    importlib.import_module(name)


class _Fast:
    """Leaves out what needs a trained release: ten seconds for each fault."""

    @staticmethod
    def pytest_collection_modifyitems(items: list) -> None:
        items[:] = [item for item in items if "released_home" not in item.fixturenames]


def _imported(file: Path) -> set[str]:
    """Every module that a file may import, by name; of what it takes from a package the package too."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _worth_loading() -> list[str]:
    """The modules of this process that are of the house or of installed packages, in the order in which they were loaded."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name.split(".")[0] in _FLOORS
        or ("site-packages" in (getattr(module, "__file__", None) or "") and not name.startswith(("_pytest", "xdist", "pytest")))
    ]


def _end_group(child: int) -> None:
    """Whatever the tests started ends with them."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


@contextlib.contextmanager
def copied() -> Iterator[Copy]:
    """A copy of the house that is thrown away afterwards."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        yield Copy(Path(folder))
