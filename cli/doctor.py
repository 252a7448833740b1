"""`jifen doctor`: looks at everything an installation needs, and says how to mend what is wrong."""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import typer

from cli.languages import language_of
from cli.opening import is_file_missing
from cli.telegram import BotAnswer, ask_bot
from services.assembly import SecretMissing, open_shelf, open_store, read_secret
from services.checkup import Condition, broken_rulebooks, is_current, is_empty, look, try_write
from services.clock import Clock, SystemClock
from services.settings import Settings, SettingsInvalid, load_settings
from storage.database import Store, Unreachable

MIB = 1 << 20
DISK_WARN_MIB = 1024
DISK_BAD_MIB = 100
CLOCK_WARN_SECONDS = 30
CLOCK_BAD_SECONDS = 300


class Level(StrEnum):
    """How a finding stands."""

    OK = "ok"
    """As it should be."""
    WARN = "warn"
    """It works, but somebody should look at it."""
    BAD = "bad"
    """It does not work."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `mend` is empty where all is well."""

    level: Level
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.what}" + (f"\n      → {self.mend}" if self.mend else "")


def examine() -> None:
    """Print every finding; exit 1 when something is bad."""
    worst = Level.OK
    for finding in _findings():
        print(finding)
        if finding.level is Level.BAD:
            worst = Level.BAD
    if worst is Level.BAD:
        raise typer.Exit(1)


def _findings() -> Iterator[Finding]:
    try:
        settings = load_settings()
    except SettingsInvalid as invalid:
        for problem in invalid.problems:
            yield Finding(Level.BAD, f"setting {problem.name}: {problem.what}", problem.mend)
        return
    clock = SystemClock()
    yield Finding(Level.OK, "settings")
    yield folder_finding(settings.data)
    yield from secret_findings(settings)
    yield from _database_findings(settings, clock)
    yield from _rulebook_findings(settings)
    if settings.bot_token is None:
        mend = "Get a token from @BotFather and put it into .env; without it only the panel runs."
        yield Finding(Level.WARN, "bot: JIFEN_BOT_TOKEN is not set", mend)
    else:
        answer = ask_bot(settings)
        yield bot_finding(answer, settings.api_base)
        if answer.at is not None:
            yield clock_finding(clock.now(), answer.at)


def folder_finding(folder: Path) -> Finding:
    """Return whether the data folder is there, can be written, and has room."""
    if not folder.is_dir():
        return Finding(Level.BAD, f"data folder: {folder} is missing", "Run `jifen init`, or set JIFEN_DATA.")
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            Level.BAD, f"data folder: {folder} cannot be written", "Give it to the service's user."
        )
    return disk_finding(shutil.disk_usage(folder).free // MIB)


def disk_finding(free_mib: int) -> Finding:
    """Return whether the disk has room for photos and the database."""
    if free_mib < DISK_WARN_MIB:
        level = Level.BAD if free_mib < DISK_BAD_MIB else Level.WARN
        return Finding(level, f"disk: only {free_mib} MiB free", "Make room, or move JIFEN_DATA.")
    return Finding(Level.OK, f"data folder and disk: {free_mib // 1024} GiB free")


def secret_findings(settings: Settings) -> Iterator[Finding]:
    """Yield whether the key is there, and for nobody else's eyes."""
    path = settings.secret_file
    try:
        read_secret(settings)
    except SecretMissing:
        mend = "Run `jifen init` for a new installation, or put the file back from your backup."
        yield Finding(Level.BAD, f"key: {path} is missing", mend)
        return
    except OSError as failure:
        yield Finding(Level.BAD, f"key: {path}: {failure.strerror}", "Give it to the service's user.")
        return
    if settings.secret is not None and path.exists():
        mend = "Keep the one with which `jifen verify` finds nothing wrong, and remove the other."
        yield Finding(Level.WARN, f"key: both JIFEN_SECRET and {path} are there; the first is used", mend)
    elif settings.secret is None and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(Level.BAD, f"key: others may read {path}", f"Run: chmod 600 {path}")
    else:
        yield Finding(Level.OK, "key")


def _database_findings(settings: Settings, clock: Clock) -> Iterator[Finding]:
    if is_file_missing(settings):
        mend = "Run `jifen init` for a new installation, or put the file back from your backup."
        yield Finding(Level.BAD, f"database: {settings.sqlite_file} is missing", mend)
        return
    store = open_store(settings)
    kind = "SQLite" if store.is_sqlite else "PostgreSQL"
    try:
        yield from _opened_database_findings(store, clock, kind)
    except Unreachable as failure:
        mend = "Look whether JIFEN_DATABASE is right, the server runs, and the file may be written."
        yield Finding(Level.BAD, f"database: {kind}: {failure.orig}", mend)
    finally:
        store.close()


def _opened_database_findings(store: Store, clock: Clock, kind: str) -> Iterator[Finding]:
    if is_empty(store):
        yield Finding(Level.BAD, f"database: {kind}, empty", "Run `jifen init`.")
        return
    if not is_current(store):
        mend = "Make a backup, then run `jifen upgrade`."
        yield Finding(Level.BAD, f"database: {kind}, not at the newest revision", mend)
        return
    try_write(store, clock)
    yield Finding(Level.OK, f"database: {kind}, newest revision, writable")
    yield from condition_findings(look(store, clock))


def condition_findings(condition: Condition) -> Iterator[Finding]:
    """Yield what waits, what failed, and what is missing in the database."""
    if not condition.is_installed:
        yield Finding(Level.BAD, "no root unit and no administrator", "Run `jifen init`.")
    for unit in condition.units_without_rulebook:
        mend = "Put the rulebook file into place and run `jifen upgrade`, or give the unit another one."
        yield Finding(Level.BAD, f"unit {unit}: its rulebook was never loaded", mend)
    troubles = (
        (condition.evidence_failed, "photos or documents could not be fetched", "Ask for them again."),
        (condition.updates_parked, "updates could not be handled and are parked", "Look into the log."),
        (condition.messages_dead, "messages could not be delivered", "Look into the log."),
    )
    for count, words, mend in troubles:
        if count:
            yield Finding(Level.WARN, f"{count} {words}", mend)
    if condition.is_outbox_overdue:
        mend = "Look whether `jifen run` is running and Telegram can be reached."
        yield Finding(Level.WARN, "messages have waited for more than half an hour", mend)
    yield Finding(
        Level.OK,
        f"waiting: {condition.updates_waiting} updates, {condition.evidence_waiting} photos or documents, "
        f"{condition.messages_waiting} messages",
    )


def _rulebook_findings(settings: Settings) -> Iterator[Finding]:
    shelf = open_shelf(settings)
    problems = broken_rulebooks(shelf)
    for problem in problems:
        mend = "Mend the file; until then the last good version stays in force."
        yield Finding(Level.BAD, f"rulebook {problem.told_in(language_of(None))}", mend)
    if not problems:
        yield Finding(Level.OK, f"rulebooks: {len(shelf.paths())}")


def bot_finding(answer: BotAnswer, api_base: str) -> Finding:
    """Return whether the bot's token is good and its server answers."""
    if answer.name is not None:
        return Finding(Level.OK, f"bot: @{answer.name}")
    mend = "Copy the token from @BotFather again, or look at the network and JIFEN_API_BASE."
    return Finding(Level.BAD, f"bot: {api_base}: {answer.refusal}", mend)


def clock_finding(own_at: datetime, server_at: datetime) -> Finding:
    """Return whether the machine's clock agrees with the Bot API server's."""
    seconds = round((own_at - server_at).total_seconds())
    if abs(seconds) <= CLOCK_WARN_SECONDS:
        return Finding(Level.OK, "clock")
    level = Level.BAD if abs(seconds) > CLOCK_BAD_SECONDS else Level.WARN
    return Finding(
        level,
        f"clock: {abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}",
        "Let the machine set its clock by NTP.",
    )
