"""Settings: one file and the environment; a typo is an error that names the nearest known word."""

import stat

import pytest

from data import settings as module
from data.settings import SettingsError, load_settings, prepared_home


def test_an_environment_variable_goes_before_the_file_and_the_file_before_the_default(tmp_path, monkeypatch):
    file = tmp_path / "pullcord.toml"
    file.write_text("port = 9000\nspeed = 3.0\n")
    monkeypatch.setitem(module.Settings.model_config, "toml_file", file)
    monkeypatch.setenv("PULLCORD_PORT", "9100")
    found = load_settings()
    assert (found.port, found.speed, found.stale_s) == (9100, 3.0, 5)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PULLCORD_HOEM", "x", "PULLCORD_HOME"),
        ("PULLCORD_PORT", "eighty", "PULLCORD_PORT is 'eighty'"),
        ("PULLCORD_PORT", "99999", "65535"),
        ("PULLCORD_SPEED", "-1", "greater than 0"),
    ],
)
def test_a_wrong_variable_is_told_with_what_to_write(monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert said in str(told.value)


def test_a_typo_in_the_file_is_told(tmp_path, monkeypatch):
    file = tmp_path / "pullcord.toml"
    file.write_text("prot = 9000\n")
    monkeypatch.setitem(module.Settings.model_config, "toml_file", file)
    with pytest.raises(SettingsError, match="Did you mean port"):
        load_settings()


def test_a_file_that_is_no_toml_is_told(tmp_path, monkeypatch):
    file = tmp_path / "pullcord.toml"
    file.write_text("port : 9000")
    monkeypatch.setitem(module.Settings.model_config, "toml_file", file)
    with pytest.raises(SettingsError, match=r"pullcord\.toml"):
        load_settings()


def test_names_are_separated_by_commas_in_the_environment(monkeypatch):
    monkeypatch.setenv("PULLCORD_FLAWS", "stuck_sensor:M-01, leak")
    assert load_settings().flaws == ("stuck_sensor:M-01", "leak")


def test_a_home_that_cannot_be_made_is_told_with_a_way_on(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    file.chmod(stat.S_IRUSR)
    with pytest.raises(SettingsError, match="PULLCORD_HOME="):
        prepared_home(load_settings(home=file / "home"))
