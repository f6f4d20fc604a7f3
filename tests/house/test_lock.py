"""What is installed is locked with hashes, says what the requirements say, and has a licence that goes with MIT."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

import start
from data.settings import PROJECT

FITS = re.compile(
    r"\b(?:MIT|MIT-0|BSD|0BSD|Apache|PSF|Python Software|ISC|HPND|Zlib|Unlicense|CC0|Public Domain|MPL|Mozilla)\b", re.IGNORECASE
)
"""MPL-2.0 is by the file: what we do not change we need not publish."""
NEVER = re.compile(r"\b(?:A|L)?GPL", re.IGNORECASE)
READ = {
    "axe-playwright-python": "MIT, in its repository; only for tests",
    "pysqlite3": "zlib, in its LICENSE",
    "skops": "MIT, in its LICENSE",
}
"""Packages whose metadata name no licence, with what was read in their files."""
EITHER = {"python-dateutil", "packaging", "cryptography"}
"""Packages that may be had under either of two licences, one of which fits."""


def pins(name: str) -> dict[str, set[str]]:
    """The versions of each package; several where systems or Pythons differ."""
    found, text = {}, (PROJECT / name).read_text(encoding="utf-8")
    for package, version in re.findall(r"(?m)^([\w.-]+)==([^\s;#\\]+)", text):
        found.setdefault(package.lower().replace("_", "-"), set()).add(version)
    return found


@pytest.mark.parametrize("lock, files", [
    ("requirements.lock", ["requirements.txt"]),
    ("requirements-test.lock", ["requirements.txt", "requirements-onnx.txt", "requirements-test.txt"]),
])  # fmt: skip
def test_a_lock_says_what_the_requirements_say_and_has_a_hash_for_each(lock, files):
    locked, wanted = pins(lock), {name: version for file in files for name, version in pins(file).items()}
    assert len(wanted) > 20 and {name: locked.get(name) for name in wanted} == wanted, "python3 start.py lock writes it anew"
    entries = re.split(r"(?m)^(?=[\w.-]+==)", (PROJECT / lock).read_text(encoding="utf-8"))[1:]
    assert [one.split("==")[0] for one in entries if "--hash=sha256:" not in one] == []


def test_what_is_installed_is_what_is_locked():
    locked = pins("requirements-test.lock")
    installed = {one.metadata["Name"].lower().replace("_", "-"): one.version for one in importlib.metadata.distributions()}
    installed.pop("pip", None)  # of the environment itself
    other = {name: (version, locked[name]) for name, version in installed.items() if version not in locked.get(name, {version})}
    assert other == {} and len(set(installed) & set(locked)) > 80


@pytest.mark.parametrize("name", sorted(pins("requirements-test.lock")))
def test_a_licence_goes_with_mit(name):
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("not for this system")
    said = [told.get("License-Expression") or "", (told.get("License") or "").split("\n")[0], *(told.get_all("Classifier") or [])]
    licences = " | ".join(one for one in said if one and ("::" not in one or one.startswith("License")))
    assert name in READ or FITS.search(licences), f"{name}: {licences!r} is no licence that is known to go with MIT"
    assert name in EITHER or not NEVER.search(licences), f"{name}: {licences}"


def test_what_is_compiled_is_kept_in_the_environment_where_it_may_not_stand_beside_its_source(monkeypatch):
    """Else every process of a line compiles its packages anew: uv, other than pip, does not compile what it installs."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "elsewhere")
    start.keep_what_is_compiled()
    asked = [sys.executable, "-c", "import sys, data.version; print(sys.dont_write_bytecode, data.version.__cached__)"]
    for _ in range(2):
        said = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split()
        assert said[0] == "False" and Path(said[1]).is_relative_to(start.VENV) and Path(said[1]).exists()
