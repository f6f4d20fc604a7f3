"""What a use case brings along is found by its name; one that cannot be imported is told, never taken for one that is not there."""

import importlib
import sys

import pytest

import data.usecases
from data.usecase.hooks import HookError, hook


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(data.usecases, "__path__", [*data.usecases.__path__, str(tmp_path)])
    made = tmp_path / "press_shop"
    made.mkdir()
    (made / "__init__.py").write_text("")
    importlib.invalidate_caches()
    yield made
    for name in [name for name in sys.modules if name.startswith("data.usecases.press_shop")]:
        del sys.modules[name]


def test_a_module_is_found_by_the_name_of_its_use_case(folder):
    (folder / "history.py").write_text("def place(time):\n    return 'file.csv', 3\n")
    assert hook("press_shop", "history").place(None) == ("file.csv", 3)
    assert hook("milling", "source").open_line.__name__ == "open_line"


@pytest.mark.parametrize("name", ["press_shop", "nobody", "a.b", "not a name"])
def test_without_one_there_is_none(folder, name):
    assert hook(name, "source") is None


def test_a_module_that_cannot_be_imported_is_told(folder):
    (folder / "source.py").write_text("import a_driver_that_nobody_has\n")
    with pytest.raises(
        HookError, match=r"data/usecases/press_shop/source\.py cannot be imported: No module named 'a_driver_that_nobody_has'"
    ):
        hook("press_shop", "source")
