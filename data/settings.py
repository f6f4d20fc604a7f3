"""Settings: one file (``pullcord.toml``) plus environment variables (``PULLCORD_…``), checked at start.

An environment variable goes before the file, the file before the default. A key that nobody knows is an error that
names the nearest known one: a typo must not quietly mean the default.
"""

import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from data.commands import command
from data.errors import PullcordError
from data.private import private

PROJECT = Path(__file__).resolve().parents[1]
SETTINGS_FILE = PROJECT / "pullcord.toml"
DEMO_HOME = PROJECT / "var" / "demo"
DEMO_MARK = "demo.json"
"""The file in a home that makes it the demo's: how far the story is. An empty one is its beginning."""
_PREFIX = "PULLCORD_"
_Names = Annotated[tuple[str, ...], NoDecode]  # in the environment: separated by commas


class SettingsError(PullcordError, ValueError):
    """A setting that cannot be used: the message names it, where it stands and what to write instead."""


class Settings(BaseSettings):
    """How this installation runs. Each field may stand in the file under its name or in the environment in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, extra="forbid", toml_file=SETTINGS_FILE, frozen=True, validate_default=True
    )

    home: Path = Field(default=Path("var"), description="folder of everything that is kept: store, releases, logs")
    demo: bool = Field(
        default=False, description="whether this is the demo: a told story with made-up machines, in a home of its own"
    )
    use_cases: _Names = Field(default=("milling",), min_length=1, description="use cases that run, in their order on the board")
    port: int = Field(default=8501, ge=1, le=65535, description="port of the dashboard")
    address: str = Field(default="localhost", description="address the dashboard listens on; 0.0.0.0 for the whole network")
    speed: float = Field(default=1.0, gt=0, le=1e6, description="seconds of plant time that pass in one second")
    seed: int = Field(default=2023, ge=0, description="seed of the built-in line")
    flaws: _Names = Field(default=(), description="flaws of the built-in line, e.g. shifted_overstrain_limit:M-14:0.85")
    backlog_s: float = Field(
        default=3600, ge=0, le=86_400, description="seconds before the first start that the built-in line fills in"
    )
    open_wall: bool = Field(default=True, description="whether boards may be read by somebody who has not said who they are")
    stale_s: float = Field(default=5, gt=0, description="seconds without a reading after which an asset is marked as stale")
    embedded_worker: bool = Field(default=True, description="whether the dashboard starts a worker when none is alive")
    training_memory_gb: float = Field(default=6, gt=0.5, description="memory that a training may use; beyond it, it fails")
    retention_days: int = Field(default=180, ge=1, description="days that readings are kept; flagged ones are kept for ever")

    backup_nightly: bool = Field(default=True, description="whether the worker makes a backup each night")
    backup_hour: int = Field(default=2, ge=0, le=23, description="hour of this computer's day at which it does")
    backup_folder: Path | None = Field(default=None, description="folder of the backups; by default backups in the home")
    backup_keep: int = Field(default=3, ge=1, description="newest nightly backups that are kept")
    backup_keep_weekly: int = Field(default=2, ge=0, description="earlier weeks of which the newest backup is kept too")

    @field_validator("home", "backup_folder")
    @classmethod
    def _absolute(cls, folder: Path | None) -> Path | None:
        return folder and (PROJECT / folder.expanduser()).resolve()

    @field_validator("use_cases", "flaws", mode="before")
    @classmethod
    def _split(cls, names: object) -> object:
        return [part.strip() for part in names.split(",") if part.strip()] if isinstance(names, str) else names

    @property
    def store_path(self) -> Path:
        """The store's file."""
        return self.home / "pullcord.db"

    @property
    def backups(self) -> Path:
        """The folder of the backups."""
        return self.backup_folder or self.home / "backups"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**given: Any) -> Settings:
    """The settings in force; ``given`` (from a command line) goes before everything else.

    Raises:
        SettingsError: one line for each wrong setting.
    """
    unknown = [
        name
        for name in os.environ
        if name.startswith(_PREFIX) and name.removeprefix(_PREFIX).lower() not in Settings.model_fields
    ]
    if unknown:
        raise SettingsError(
            "\n".join(f"Environment variable {name}: {_nearest(name.removeprefix(_PREFIX).lower(), _PREFIX)}" for name in unknown)
        )
    try:
        settings = Settings(**given)
        if settings.demo and "home" not in settings.model_fields_set:
            settings = settings.model_copy(update={"home": DEMO_HOME})
        return settings
    except ValidationError as error:
        raise SettingsError("\n".join(_told(e) for e in error.errors())) from None
    except ValueError as error:  # the file is not TOML, or a variable is no JSON list
        raise SettingsError(
            "{SETTINGS_FILE} or a {x}… variable cannot be read: {error}",
            SETTINGS_FILE=SETTINGS_FILE,
            x=_PREFIX,
            error=error.__cause__ or error,
        ) from None


def _told(error: ErrorDetails) -> str:
    name = str(error["loc"][0]) if error["loc"] else "settings"
    if error["type"] == "extra_forbidden":
        return f"{SETTINGS_FILE}: {name}: {_nearest(name)}"
    where = f"{_PREFIX}{name.upper()}" if f"{_PREFIX}{name.upper()}" in os.environ else f"{SETTINGS_FILE}: {name}"
    meant = Settings.model_fields[name].description if name in Settings.model_fields else ""
    return f"{where} is {error['input']!r}: {error['msg']}. It is the {meant}."


def _nearest(name: str, prefix: str = "") -> str:
    near = get_close_matches(name, Settings.model_fields, n=1, cutoff=0.5)
    known = ", ".join(Settings.model_fields)
    meant = f" Did you mean {prefix}{near[0].upper() if prefix else near[0]}?" if near else ""
    return f"there is no such setting.{meant} Known: {known}."


def is_demo(home: Path) -> bool:
    """Whether this home was made for the demo."""
    return (home / DEMO_MARK).is_file()


def prepared_home(settings: Settings) -> Path:
    """The home folder, made if it is not there, kept to this user and tried for writing.

    Raises:
        SettingsError: when it cannot be written, or is a real plant's and this is the demo, or the other way round; it says what to do.
    """
    _one_or_the_other(settings)
    trial = settings.home / f".trial-{os.getpid()}"
    try:
        private(settings.home)
        settings.home.mkdir(parents=True, exist_ok=True)
        trial.write_text("")
        trial.unlink()
        if settings.demo and not is_demo(settings.home):
            (settings.home / DEMO_MARK).write_text("{}", encoding="utf-8")  # from now on it is the demo's
    except OSError as error:
        raise SettingsError(
            "The home folder {home} cannot be written ({strerror}). Give it to this user, or name another one: "
            "{x}HOME=/path/to/folder.",
            home=settings.home,
            strerror=error.strerror,
            x=_PREFIX,
        ) from None
    return settings.home


@command
def main() -> int:
    """For ``start.py``: prepare the home and print the address and the port of the dashboard, a line each."""
    settings = load_settings()
    prepared_home(settings)
    print(settings.address, settings.port, sep="\n")
    return 0


def _one_or_the_other(settings: Settings) -> None:
    """A demo never touches the records of a plant, and no plant goes on in what a demo has made up."""
    if settings.demo == is_demo(settings.home):
        return
    if settings.demo and any((settings.home / name).exists() for name in ("pullcord.db", "releases", "gold", "use_cases")):
        raise SettingsError(
            "The home folder {home} holds the records of a real plant: the demo does not touch them. Leave {x}HOME out (the demo "
            "then keeps its own in {DEMO_HOME}), or name an empty folder.",
            home=settings.home,
            x=_PREFIX,
            DEMO_HOME=DEMO_HOME,
        )
    if not settings.demo:
        raise SettingsError(
            "The home folder {home} was made by the demo, with machines and people that are made up. Start it with make demo, or "
            "name another home: {x}HOME=/path/to/folder.",
            home=settings.home,
            x=_PREFIX,
        )


if __name__ == "__main__":
    sys.exit(main())
