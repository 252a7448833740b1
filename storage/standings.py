"""Frozen standings, when and by whom a period was frozen, and what members want to be told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.periods import Period, PeriodKind
from domain.points import from_stored, to_stored, to_stored_together
from domain.reports import ReportStatus
from domain.scoring.drafts import Due
from domain.scoring.nearest import NextClass
from domain.standings import Needs, NoticeChoices, Standing, StandingPart
from storage.database import UnitOfWork
from storage.statements import inserting
from storage.tables import finalised_periods, members, notice_choices, reports, standings

_INSERT = inserting(
    standings,
    (
        *("finalised_period_id", "member_id", "unit_id", "kind", "position", "total", "rank", "ranked"),
        *("movement", "grade", "stars", "is_eligible", "parts", "consequences", "needs"),
    ),
)


@dataclass(frozen=True, slots=True)
class FrozenMark:
    """When a period was frozen and by whom; nameless where a rule froze it.

    `has_standings` is false where it was closed without a list.
    """

    id: int
    unit_id: int
    label: str
    frozen_at: datetime
    by_name: str
    has_standings: bool


def insert_standings(
    uow: UnitOfWork, period_id: int, unit_id: int, kind: PeriodKind, frozen: Sequence[Standing]
) -> None:
    """Write down how everybody stands in a period that was just frozen, in this order."""
    _INSERT.change_many(
        uow,
        [
            {
                "finalised_period_id": period_id,
                "member_id": one.member_id,
                "unit_id": unit_id,
                "kind": kind.value,
                "position": position,
                "total": to_stored(one.total),
                "rank": one.rank,
                "ranked": one.ranked,
                "movement": one.movement,
                "grade": one.grade,
                "stars": one.stars,
                "is_eligible": one.is_eligible,
                "parts": _parts_json(one),
                "consequences": [_due_json(due) for due in one.consequences],
                "needs": _needs_json(one.needs),
            }
            for position, one in enumerate(frozen)
        ],
    )


def _parts_json(one: Standing) -> list[dict[str, Any]]:
    points = [part.points for part in one.parts]
    stored = to_stored_together(points, whole=sum(points, Fraction(0)))
    return [
        {"code": part.code, "name": part.name, "points": amount}
        for part, amount in zip(one.parts, stored, strict=True)
    ]


def _due_json(due: Due) -> dict[str, Any]:
    due_on = due.due_on.isoformat() if due.due_on is not None else None
    return {"code": due.code, "name": due.name, "to": due.to, "due_on": due_on}


def _needs_json(needs: Needs) -> dict[str, Any]:
    found: dict[str, Any] = {"is_star": needs.is_star, "unmet": list(needs.unmet), "next": None}
    if needs.next is not None:
        found["next"] = {
            "label": needs.next.label,
            "missing": to_stored(needs.next.missing),
            "is_beyond": needs.next.is_beyond,
        }
    return found


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:
    missing = row.needs["next"]
    nearest = None
    if missing is not None:
        nearest = NextClass(missing["label"], from_stored(missing["missing"]), missing["is_beyond"])
    return Standing(
        member_id=row.member_id,
        name=row.name,
        total=from_stored(row.total),
        rank=row.rank,
        ranked=row.ranked,
        movement=row.movement,
        grade=row.grade,
        stars=row.stars,
        is_eligible=bool(row.is_eligible),
        parts=tuple(
            StandingPart(part["code"], part["name"], from_stored(part["points"])) for part in row.parts
        ),
        consequences=tuple(_due(due) for due in row.consequences),
        needs=Needs(nearest, row.needs["is_star"], tuple(row.needs["unmet"])),
    )


def _due(kept: Mapping[str, Any]) -> Due:
    due_on = date.fromisoformat(kept["due_on"]) if kept["due_on"] is not None else None
    return Due(kept["code"], kept["name"], kept["to"], due_on)


def _listing() -> Select[Any]:
    return select(standings, members.c.name).join(members, members.c.id == standings.c.member_id)


def list_standings(uow: UnitOfWork, period_id: int) -> Sequence[Standing]:
    """Return everybody's standing in a frozen period, in the order of its list."""
    rows = uow.connection.execute(
        _listing().where(standings.c.finalised_period_id == period_id).order_by(standings.c.position)
    )
    return [_standing(row) for row in rows]


def get_standing(uow: UnitOfWork, period_id: int, member_id: int) -> Standing | None:
    """Return one member's standing in a frozen period."""
    row = uow.connection.execute(
        _listing().where(standings.c.finalised_period_id == period_id, standings.c.member_id == member_id)
    ).one_or_none()
    return None if row is None else _standing(row)


def ranks_before(uow: UnitOfWork, unit_id: int, period: Period) -> Mapping[int, int]:
    """Return the members' ranks in the last frozen period of that kind before, if there is one."""
    s, f = standings.c, finalised_periods.c
    newest = (
        select(f.id)
        .join(standings, s.finalised_period_id == f.id)
        .where(s.unit_id == unit_id, s.kind == period.kind.value, f.until_on <= period.starts_on)
        .order_by(f.until_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = uow.connection.execute(
        select(s.member_id, s.rank).where(s.finalised_period_id == newest, s.rank.is_not(None))
    )
    return {row.member_id: row.rank for row in rows}


def marks_of(uow: UnitOfWork, unit_id: int) -> Mapping[str, FrozenMark]:
    """Return when the frozen periods of a unit were frozen, by label."""
    f = finalised_periods.c
    has_standings = select(standings.c.member_id).where(standings.c.finalised_period_id == f.id).exists()
    rows = uow.connection.execute(
        select(f.id, f.label, f.finalised_at, members.c.name, has_standings.label("has_standings"))
        .join(members, members.c.id == f.finalised_by_id, isouter=True)
        .where(f.unit_id == unit_id)
    )
    return {
        row.label: FrozenMark(
            row.id, unit_id, row.label, row.finalised_at, row.name or "", bool(row.has_standings)
        )
        for row in rows
    }


def span_of(uow: UnitOfWork, period_id: int) -> tuple[int, str, date, date] | None:
    """Return unit, label and span (end exclusive) of a frozen period."""
    f = finalised_periods.c
    row = uow.connection.execute(
        select(f.unit_id, f.label, f.starts_on, f.until_on).where(f.id == period_id)
    ).one_or_none()
    return None if row is None else (row.unit_id, row.label, row.starts_on, row.until_on)


def count_waiting(uow: UnitOfWork, unit_id: int, period: Period) -> int:
    """Return how many reports about days of a period still wait for a decision."""
    return int(
        uow.connection.execute(
            select(func.count()).where(
                reports.c.unit_id == unit_id,
                reports.c.status == ReportStatus.PENDING.value,
                reports.c.happened_on >= period.starts_on,
                reports.c.happened_on < period.until_on,
            )
        ).scalar_one()
    )


def choices_of(uow: UnitOfWork, member_id: int) -> NoticeChoices:
    """Return what a member wants to be told; everything where nothing was said."""
    row = uow.connection.execute(
        select(
            notice_choices.c.wants_picture, notice_choices.c.wants_monthly, notice_choices.c.hides_name
        ).where(notice_choices.c.member_id == member_id)
    ).one_or_none()
    if row is None:
        return NoticeChoices()
    return NoticeChoices(bool(row.wants_picture), bool(row.wants_monthly), bool(row.hides_name))


def hiding_among(uow: UnitOfWork, period_id: int) -> frozenset[int]:
    """Return those on a frozen list who want their name left out where it is made public."""
    rows = uow.connection.execute(
        select(standings.c.member_id)
        .join(notice_choices, notice_choices.c.member_id == standings.c.member_id)
        .where(standings.c.finalised_period_id == period_id, notice_choices.c.hides_name)
    )
    return frozenset(row.member_id for row in rows)


def put_choices(uow: UnitOfWork, member_id: int, choices: NoticeChoices, *, now: datetime) -> None:
    """Write down what a member wants to be told."""
    insert = sqlite.insert(notice_choices) if uow.is_sqlite else postgresql.insert(notice_choices)
    values = {
        "wants_picture": choices.wants_picture,
        "wants_monthly": choices.wants_monthly,
        "hides_name": choices.hides_name,
        "set_at": now,
    }
    uow.connection.execute(
        insert.values(member_id=member_id, **values).on_conflict_do_update(
            index_elements=["member_id"], set_=values
        )
    )
