"""Puts together what every use case is handed, as the settings say."""

import os
import secrets
from datetime import timedelta

from services.clock import Clock, SystemClock
from services.deps import Deps
from services.settings import Settings
from services.shelf import Shelf
from storage.database import Store
from storage.files import EvidenceFiles

SECRET_MODE = 0o600
SECRET_BYTES = 32


class SecretMissing(Exception):
    """There is no key: neither set nor made by `jifen init`."""


def open_store(settings: Settings) -> Store:
    """Return the database of the settings; nothing is connected yet."""
    return Store(settings.database_url, durability=settings.durability)


def open_shelf(settings: Settings) -> Shelf:
    """Return the shelf with the shipped rulebooks and the installation's own."""
    return Shelf((settings.rulebooks,) if settings.rulebooks else ())


def read_secret(settings: Settings) -> bytes:
    """Return the key of the ledger's chain.

    Raises:
        SecretMissing
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    try:
        secret = settings.secret_file.read_bytes().strip()
    except FileNotFoundError:
        raise SecretMissing from None
    if not secret:
        raise SecretMissing
    return secret


def make_secret(settings: Settings) -> None:
    """Make the key file, readable by its owner only; a key that is there already is never touched."""
    settings.data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(settings.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(SECRET_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())


def build_deps(settings: Settings, *, clock: Clock | None = None) -> Deps:
    """Open everything the settings name; does not migrate.

    Raises:
        SecretMissing
    """
    secret = read_secret(settings)
    return Deps(
        store=open_store(settings),
        clock=clock or SystemClock(),
        shelf=open_shelf(settings),
        files=EvidenceFiles(settings.evidence_folder),
        secret=secret,
        panel_url=settings.panel_address,
        undo_span=timedelta(minutes=settings.undo_minutes),
    )
