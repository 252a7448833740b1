"""Opens the installation for a command, and says in one sentence why that is not possible."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.refusing import refuse
from services.deps import Deps
from services.settings import Settings, SettingsInvalid, load_settings


def settings_or_refuse() -> Settings:
    """Return the settings, or end with every problem they have."""
    try:
        return load_settings()
    except SettingsInvalid as invalid:
        refuse("The settings cannot be used:", *(f"  {problem}" for problem in invalid.problems))


@contextmanager
def telling_unreachable(settings: Settings) -> Iterator[None]:
    """Say in one sentence that the database cannot be reached, instead of a traceback."""
    from storage.database import Unreachable

    try:
        yield
    except Unreachable as failure:
        where = "the SQLite file" if settings.database_url.startswith("sqlite") else "PostgreSQL"
        refuse(f"The database cannot be used ({where}): {failure.orig}. `jifen doctor` looks closer.")


def is_file_missing(settings: Settings) -> bool:
    """Tell whether the SQLite file is not there; opening it would make an empty one."""
    return settings.sqlite_file is not None and not settings.sqlite_file.exists()


@contextmanager
def opened(settings: Settings, *, needs_newest: bool = True) -> Iterator[Deps]:
    """Open everything, and close it at the end; end with a sentence when it cannot be used as it is."""
    from services.assembly import SecretMissing, build_deps
    from services.checkup import is_current, is_empty

    try:
        deps = build_deps(settings)
    except SecretMissing:
        refuse(
            f"There is no key: {settings.secret_file} is missing. Run `jifen init` for a new installation, "
            "or put back the file from your backup."
        )
    try:
        with telling_unreachable(settings):
            if needs_newest and (is_file_missing(settings) or is_empty(deps.store)):
                refuse("There is no installation in this database. Run `jifen init` first.")
            if needs_newest and not is_current(deps.store):
                refuse("The database is not at the newest revision. Make a backup, then run `jifen upgrade`.")
            yield deps
    finally:
        deps.close()
