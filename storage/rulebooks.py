"""Rulebook versions as they were loaded: self-contained texts that stay for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select

from storage.database import UnitOfWork, one_or_none
from storage.statements import Prepared
from storage.tables import rulebook_versions

_NEWEST = Prepared(
    select(func.max(rulebook_versions.c.id)).where(rulebook_versions.c.rulebook == bindparam("code"))
)
_REMEMBERED = "newest_id"


@dataclass(frozen=True, slots=True)
class RulebookVersion:
    """One loaded version."""

    id: int
    rulebook: str
    digest: str
    text: str


def newest_ids(uow: UnitOfWork) -> Mapping[str, int]:
    """Return the id of the newest version of each rulebook."""
    rows = uow.connection.execute(
        select(rulebook_versions.c.rulebook, func.max(rulebook_versions.c.id)).group_by(
            rulebook_versions.c.rulebook
        )
    )
    return {code: int(version_id) for code, version_id in rows}


def newest_id(uow: UnitOfWork, rulebook: str) -> int | None:
    """Return the id of the newest version of one rulebook; read once per transaction."""
    if (_REMEMBERED, rulebook) not in uow.memory:
        uow.memory[_REMEMBERED, rulebook] = _NEWEST.scalar(uow, code=rulebook)
    newest: int | None = uow.memory[_REMEMBERED, rulebook]
    return newest


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


def insert_version(
    uow: UnitOfWork, *, rulebook: str, version: str, digest: str, text: str, now: datetime
) -> int:
    """Keep a version and return its id."""
    uow.memory.pop((_REMEMBERED, rulebook), None)
    values = {"rulebook": rulebook, "version": version, "digest": digest, "text": text, "loaded_at": now}
    statement = insert(rulebook_versions).values(values).returning(rulebook_versions.c.id)
    return int(uow.connection.execute(statement).scalar_one())
