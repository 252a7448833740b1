"""Rulebook versions as they were loaded: self-contained texts that stay for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, func, insert, select

from storage.database import UnitOfWork, one_or_none
from storage.statements import Prepared
from storage.tables import rulebook_versions

_DATES = Prepared(
    select(rulebook_versions.c.id, rulebook_versions.c.effective_on)
    .where(rulebook_versions.c.rulebook == bindparam("code"))
    .order_by(rulebook_versions.c.id)
)
_REMEMBERED = "versions"


@dataclass(frozen=True, slots=True)
class RulebookVersion:
    """One loaded version."""

    id: int
    rulebook: str
    digest: str
    text: str


def newest_ids(uow: UnitOfWork) -> Mapping[str, int]:
    """Return the id of the newest version that was loaded from a file, of each rulebook."""
    rows = uow.connection.execute(
        select(rulebook_versions.c.rulebook, func.max(rulebook_versions.c.id))
        .where(rulebook_versions.c.published_by_id.is_(None))
        .group_by(rulebook_versions.c.rulebook)
    )
    return {code: int(version_id) for code, version_id in rows}


def versions_of(uow: UnitOfWork, rulebook: str) -> Sequence[tuple[int, date | None]]:
    """Return id and first day of every version of a rulebook, as they were loaded; once per transaction."""
    if (_REMEMBERED, rulebook) not in uow.memory:
        uow.memory[_REMEMBERED, rulebook] = [
            (row.id, row.effective_on) for row in _DATES.all(uow, code=rulebook)
        ]
    found: Sequence[tuple[int, date | None]] = uow.memory[_REMEMBERED, rulebook]
    return found


def get_version(uow: UnitOfWork, version_id: int) -> RulebookVersion | None:
    """Return one version."""
    row = one_or_none(
        list(
            uow.connection.execute(
                select(
                    rulebook_versions.c.id,
                    rulebook_versions.c.rulebook,
                    rulebook_versions.c.digest,
                    rulebook_versions.c.text,
                ).where(rulebook_versions.c.id == version_id)
            )
        )
    )
    return RulebookVersion(row.id, row.rulebook, row.digest, row.text) if row else None


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version without its text."""

    id: int
    version: str
    effective_on: date | None
    reason: str


def list_versions(uow: UnitOfWork, rulebook: str) -> Sequence[ListedVersion]:
    """Return every version of a rulebook, the one loaded last first."""
    rows = uow.connection.execute(
        select(
            rulebook_versions.c.id,
            rulebook_versions.c.version,
            rulebook_versions.c.effective_on,
            rulebook_versions.c.reason,
        )
        .where(rulebook_versions.c.rulebook == rulebook)
        .order_by(rulebook_versions.c.id.desc())
    )
    return [ListedVersion(*row) for row in rows]


def insert_version(
    uow: UnitOfWork,
    *,
    rulebook: str,
    version: str,
    digest: str,
    text: str,
    now: datetime,
    effective_on: date | None = None,
    published_by_id: int | None = None,
    reason: str = "",
) -> int:
    """Keep a version and return its id; it judges entries from `effective_on` on, None: every day."""
    uow.memory.pop((_REMEMBERED, rulebook), None)
    values = {
        "rulebook": rulebook,
        "version": version,
        "digest": digest,
        "text": text,
        "loaded_at": now,
        "effective_on": effective_on,
        "published_by_id": published_by_id,
        "reason": reason,
    }
    statement = insert(rulebook_versions).values(values).returning(rulebook_versions.c.id)
    return int(uow.connection.execute(statement).scalar_one())
