"""Settings: read once from the environment and `.env`, checked all at once, explained where they are defined.

The docstring under each setting is its documentation; a test holds `.env.example` and docs/operating.md to
this list.
"""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from domain.outbox import IN_DOUBT_MAX
from domain.reports import UNDO_MINUTES_MAX

PREFIX = "JIFEN_"
ENV_FILE = Path(".env")
SECRET_LENGTH_MIN = 32
PORT_MAX = 65535


class SettingsInvalid(Exception):
    """The settings cannot be used; `problems` holds every reason at once, in the order of the settings."""

    def __init__(self, problems: tuple["SettingProblem", ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """One setting that cannot be used: its name, what is wrong, how to mend it."""

    name: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what} {self.mend}"


def _token(text: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d{1,20}:[A-Za-z0-9_-]{3,200}", text.get_secret_value()):
        raise ValueError("this is not a bot token")
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.port == 0
        or parts.query
        or parts.fragment
    ):
        raise ValueError("this is not a web address")
    return text.rstrip("/")


def _proxy(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "http" or not parts.hostname or parts.port is None:
        raise ValueError("this is not the address of an HTTP proxy")
    return text


def _database(text: str) -> str:
    scheme, _, rest = text.partition("://")
    is_sqlite = scheme == "sqlite" and len(rest) > 1 and rest.startswith("/")
    if not is_sqlite and not (scheme == "postgresql" and rest):
        raise ValueError("this is not a database address")
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("this time zone is not known") from None
    return text


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError("this folder is not there")
    return path


def _data(path: Path) -> Path:
    if path.exists() and not path.is_dir():
        raise ValueError("this is a file, not a folder")
    return path


def _upper(text: Any) -> Any:
    return text.upper() if isinstance(text, str) else text


class Settings(BaseSettings):
    """Everything that differs between installations."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    """The token that @BotFather gave for the bot. Needed by `jifen run bot` and `jifen run all`."""

    api_base: Annotated[str, AfterValidator(_address)] = "https://api.telegram.org"
    """Where the Bot API answers: Telegram itself, a Bot API server of your own, or the sandbox."""

    data: Annotated[Path, AfterValidator(_data)] = Path("data")
    """The folder for the database file, the evidence photos and the key; back it up as a whole."""

    database: Annotated[str, AfterValidator(_database)] | None = None
    """The database, `sqlite:///file` or `postgresql://user:password@host/name`; when empty, `jifen.db` in the
    data folder."""

    secret: Annotated[SecretStr, Field(min_length=SECRET_LENGTH_MIN)] | None = None
    """The key of the ledger's hash chain, at least 32 characters; when empty, `secret.key` in the data
    folder, which `jifen init` makes. Never change it."""

    proxy: Annotated[str, AfterValidator(_proxy)] | None = None
    """An HTTP proxy for everything that goes to the Bot API, where Telegram cannot be reached directly."""

    panel_url: Annotated[str, AfterValidator(_address)] | None = None
    """The address under which people's browsers reach the panel; when empty, http:// with the panel's host
    and port."""

    panel_host: str = Field(default="127.0.0.1", min_length=1)
    """The network address the panel listens on; `0.0.0.0` for all of the machine's."""

    panel_port: int = Field(default=8080, ge=1, le=PORT_MAX)
    """The port the panel listens on."""

    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Shanghai"
    """The time zone that new units get; it decides which day a report belongs to."""

    rulebooks: Annotated[Path, AfterValidator(_folder)] | None = None
    """A folder with rulebook files of your own; they win over shipped ones with the same name."""

    durability: Annotated[Literal["FULL", "NORMAL"], BeforeValidator(_upper)] = "FULL"
    """For SQLite: FULL loses nothing even when the power fails; NORMAL is faster and may then lose the last
    moments."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    """How much is logged: DEBUG, INFO, WARNING or ERROR."""

    undo_minutes: int = Field(default=UNDO_MINUTES_MAX, ge=0, le=UNDO_MINUTES_MAX)
    """For how many minutes a recorder can take a decision back; 0 turns it off."""

    in_doubt_max: int = Field(default=IN_DOUBT_MAX, ge=1, le=IN_DOUBT_MAX)
    """How many messages of an announcement may be under way at once, at most; the bot takes no more than the
    line needs. A crash may send these twice: 1 makes it one at most, and is slower where Telegram is far."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the names are pydantic-settings' own
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what `load_settings` hands over: it also sees the names that no setting has."""
        return (init_settings,)

    @property
    def database_url(self) -> str:
        """The address of the database, whether set or derived."""
        return self.database or f"sqlite:///{self.data / 'jifen.db'}"

    @property
    def sqlite_file(self) -> Path | None:
        """Where the SQLite database lies; None for PostgreSQL."""
        _, is_sqlite, path = self.database_url.partition("sqlite:///")
        return Path(path.partition("?")[0]) if is_sqlite else None

    @property
    def panel_address(self) -> str:
        """The public address of the panel, whether set or derived."""
        host = f"[{self.panel_host}]" if ":" in self.panel_host else self.panel_host
        return self.panel_url or f"http://{host}:{self.panel_port}"

    @property
    def secret_file(self) -> Path:
        """Where the key lies when it is not set."""
        return self.data / "secret.key"

    @property
    def evidence_folder(self) -> Path:
        """Where photos and documents are kept."""
        return self.data / "evidence"


MENDS: Mapping[str, str] = {
    "bot_token": "Copy the token from @BotFather; it looks like 123456:ABC-DEF.",
    "api_base": "Write https://api.telegram.org, or leave it out.",
    "data": "Name a folder; it is made when it is missing.",
    "database": "Write sqlite:///file or postgresql://user:password@host/name, or leave it out.",
    "secret": f"Use at least {SECRET_LENGTH_MIN} characters, or leave it out and let `jifen init` make one.",
    "proxy": "Write http://host:port, with user:password@ before the host where it asks for them.",
    "panel_url": "Write the panel's whole address, such as https://points.example.org.",
    "panel_host": "Write 127.0.0.1, or 0.0.0.0 to listen on every address.",
    "panel_port": f"Write a whole number from 1 to {PORT_MAX}.",
    "time_zone": "Write a name such as Asia/Shanghai.",
    "rulebooks": "Make the folder, or leave the setting out.",
    "durability": "Write FULL or NORMAL.",
    "log_level": "Write DEBUG, INFO, WARNING or ERROR.",
    "undo_minutes": f"Write a whole number from 0 to {UNDO_MINUTES_MAX}.",
    "in_doubt_max": f"Write a whole number from 1 to {IN_DOUBT_MAX}.",
}
WRONG = "the value cannot be used."
WRONG_KINDS: Mapping[str, str] = {
    "int_parsing": "this is not a whole number.",
    "greater_than_equal": "the number is too small.",
    "less_than_equal": "the number is too large.",
    "literal_error": "this is not one of the possible words.",
    "too_short": "this is too short.",
    "string_too_short": "this is too short.",
}


def variable(field: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + field.upper()


def load_settings(*, env: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE) -> Settings:
    """Read the settings from the environment, and what is missing there from the file.

    An empty value counts as not set. With `env` given, the process's own environment is not looked at.

    Raises:
        SettingsInvalid: with every problem found.
    """
    problems: list[SettingProblem] = []
    given: dict[str, str] = {}
    if env_file is not None and env_file.is_file():
        try:
            from_file = DotEnvSettingsSource(
                Settings, env_file=env_file, env_file_encoding="utf-8-sig", case_sensitive=True
            ).env_vars
        except (UnicodeDecodeError, OSError):
            mend = "Save it as UTF-8 text that the service's user may read."
            problems.append(SettingProblem(str(env_file), "the file cannot be read.", mend))
        else:
            given |= {name: value or "" for name, value in from_file.items()}
    given |= os.environ if env is None else env
    fields = {variable(field): field for field in Settings.model_fields}
    ours = {name: text.strip() for name, text in given.items() if name.startswith(PREFIX) and text.strip()}
    problems += [_unknown(name, fields) for name in ours if name not in fields]
    try:
        settings = Settings.model_validate({fields[n]: text for n, text in ours.items() if n in fields})
    except ValidationError as refused:
        raise SettingsInvalid((*problems, *_problems(refused))) from None
    if problems:
        raise SettingsInvalid(tuple(problems))
    return settings


def _unknown(name: str, known: Mapping[str, str]) -> SettingProblem:
    close = difflib.get_close_matches(name, known, n=1)
    mend = f"Did you mean {close[0]}?" if close else "Remove it."
    return SettingProblem(name, "there is no such setting.", mend)


def _problems(refused: ValidationError) -> list[SettingProblem]:
    found: dict[str, SettingProblem] = {}
    for error in refused.errors(include_input=False, include_url=False):
        field = str(error["loc"][0])
        own = str(error["ctx"]["error"]) + "." if error["type"] == "value_error" and "ctx" in error else None
        what = own or WRONG_KINDS.get(error["type"], WRONG)
        found[field] = SettingProblem(variable(field), what, MENDS[field])
    return [found[field] for field in Settings.model_fields if field in found]
