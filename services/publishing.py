"""Tries a new version of a rulebook on the past, and publishes it with a date and a reason."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from domain.access import Permission
from domain.errors import PeriodUnknown, PublicationRefusal, PublicationRefused, RulebookUnknown
from domain.members import Unit
from domain.periods import Period, PeriodKind, PeriodUnreadable
from domain.reports import storable
from domain.rulebooks import Problem, RangeAmount, Rulebook, RulebookInvalid
from domain.scoring import Evaluation, Event
from domain.scoring.simulation import Simulation, simulate
from services.actors import Actor, identify, local_day, require_reach, unit_tree
from services.deps import Deps
from services.tallies import recount_books
from services.worlds import Roster, roster_around
from storage import audit as stored_audit
from storage import ledger as stored_ledger
from storage import periods as stored_periods
from storage import rulebooks as stored_rulebooks
from storage.database import UnitOfWork

REASON_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One version on the shelf; `effective_on` None is a shipped one, in force on every other day."""

    id: int
    version: str
    effective_on: date | None
    reason: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A text tried on the past of a unit: its problems, or what it would change."""

    code: str
    text: str
    unit: Unit
    units: tuple[Unit, ...]
    period: Period
    today_on: date
    rulebook: Rulebook
    """The version in force."""
    versions: tuple[Version, ...]
    problems: tuple[Problem, ...]
    simulation: Simulation | None
    ranked: int


def books_managed(deps: Deps, *, actor: Actor) -> dict[str, tuple[Rulebook, tuple[Unit, ...]]]:
    """Return the rulebooks by which the units score that the actor manages, each with these units.

    Raises:
        AccountUnknown, NotAllowed, RulebookUnavailable
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        found: dict[str, tuple[Rulebook, tuple[Unit, ...]]] = {}
        for unit in _managed(uow, actor):
            assert unit.rulebook is not None, "those without one are left out"
            book = deps.shelf.in_force(uow, unit.rulebook, local_day(now, unit)).rulebook
            units = found[unit.rulebook][1] if unit.rulebook in found else ()
            found[unit.rulebook] = book, (*units, unit)
        return found


def try_version(
    deps: Deps,
    *,
    actor: Actor,
    code: str,
    text: str | None = None,
    unit_id: int | None = None,
    period: str | None = None,
) -> Trial:
    """Compare a text with the version in force on everything that was recorded; None tries that version.

    Nothing is written. The whole past is judged by either version, whatever the days they hold from.

    Raises:
        AccountUnknown, NotAllowed
        RulebookUnknown: no unit that the actor manages scores by it.
        PeriodUnknown
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        units = tuple(unit for unit in _managed(uow, actor) if unit.rulebook == code)
        if not units:
            raise RulebookUnknown
        unit = next((one for one in units if one.id == unit_id), units[0])
        today = local_day(now, unit)
        in_force = deps.shelf.in_force(uow, code, today)
        asked = _period(in_force.rulebook, period, today)
        kept = stored_rulebooks.get_version(uow, in_force.version_id)
        assert kept is not None, "it is in force"
        source = kept.text if text is None else text
        problems: tuple[Problem, ...] = ()
        simulation, ranked = None, 0
        try:
            new, _ = deps.shelf.read(source, name=f"{code}.yaml")
        except RulebookInvalid as invalid:
            problems = invalid.problems
        else:
            old = _replayed(uow, in_force.rulebook, unit, asked, today)
            simulation = simulate(old.of(asked), _replayed(uow, new, unit, asked, today).of(asked))
            ranked = len(old.of(asked).subjects)
        versions = tuple(
            Version(one.id, one.version, one.effective_on, one.reason, one.id == in_force.version_id)
            for one in stored_rulebooks.list_versions(uow, code)
        )
        return Trial(
            code=code,
            text=source,
            unit=unit,
            units=units,
            period=asked,
            today_on=today,
            rulebook=in_force.rulebook,
            versions=versions,
            problems=problems,
            simulation=simulation,
            ranked=ranked,
        )


def publish_version(
    deps: Deps, *, actor: Actor, code: str, text: str, effective_on: date | None, reason: str
) -> int:
    """Put a version into force from a day on, and return its id; what was final before stays as it was.

    Raises:
        AccountUnknown, NotAllowed, RulebookUnknown
        PublicationRefused: with the reason.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        units = [unit for unit in _managed(uow, actor) if unit.rulebook == code]
        if not units:
            raise RulebookUnknown
        try:
            book, flat = deps.shelf.read(text, name=f"{code}.yaml")
        except RulebookInvalid as invalid:
            raise PublicationRefused(PublicationRefusal.BROKEN) from invalid
        if book.id != code:
            raise PublicationRefused(PublicationRefusal.OTHER_BOOK)
        if effective_on is None:
            raise PublicationRefused(PublicationRefusal.NO_DATE)
        if not storable(reason):
            raise PublicationRefused(PublicationRefusal.NO_REASON)
        scoring = [unit for unit in unit_tree(uow).all() if unit.rulebook == code]
        for unit in scoring:
            stored_ledger.lock_head(uow, unit.id)  # approvals under way are before it or after it
        _refuse_final(uow, scoring, effective_on)
        in_force = deps.shelf.in_force(uow, code, effective_on)
        digest = hashlib.sha256(flat.encode()).hexdigest()
        kept = stored_rulebooks.get_version(uow, in_force.version_id)
        if kept is not None and kept.digest == digest:
            raise PublicationRefused(PublicationRefusal.UNCHANGED)
        member = identify(uow, actor)
        version_id = stored_rulebooks.insert_version(
            uow,
            rulebook=code,
            version=book.version,
            digest=digest,
            text=flat,
            now=now,
            effective_on=effective_on,
            published_by_id=member.id,
            reason=storable(reason)[:REASON_LENGTH_MAX],
        )
        recount_books(uow, deps.shelf, [code])
        stored_audit.note(
            uow,
            "rulebook.published",
            actor_id=member.id,
            facts={
                "rulebook": code,
                "version_id": version_id,
                "effective_on": effective_on.isoformat(),
                "reason": storable(reason)[:REASON_LENGTH_MAX],
            },
            now=now,
        )
        return version_id


def _refuse_final(uow: UnitOfWork, units: Iterable[Unit], effective_on: date) -> None:
    ends = [until for unit in units for _, until in stored_periods.finalised_spans(uow, unit.id)]
    earliest = max(ends, default=None)
    if earliest is not None and effective_on < earliest:
        raise PublicationRefused(PublicationRefusal.FINALISED, until=earliest)


def _managed(uow: UnitOfWork, actor: Actor) -> list[Unit]:
    reach = require_reach(uow, identify(uow, actor), Permission.MANAGE_UNITS)
    return [unit for unit in unit_tree(uow).all() if unit.id in reach and unit.rulebook is not None]


def _period(book: Rulebook, label: str | None, today: date) -> Period:
    if not label:
        return book.period_of(PeriodKind.YEAR, today)
    try:
        return book.period(label)
    except PeriodUnreadable:
        raise PeriodUnknown from None


def _replayed(uow: UnitOfWork, book: Rulebook, unit: Unit, period: Period, today: date) -> Evaluation:
    """Return a rulebook applied to every event that was recorded, as it happened."""
    roster = roster_around(uow, book, unit, today=max(today, period.starts_on))
    codes = {one.id: one.code for one in roster.units}
    events = tuple(
        _event(happening, book, roster, codes)
        for happening in stored_ledger.happenings(uow, codes)
        if happening.happened_on < period.until_on
    )
    return Evaluation(book, replace(roster.world, events=events))


def _event(
    happening: stored_ledger.Happening, book: Rulebook, roster: Roster, codes: dict[int, str]
) -> Event:
    """Return an event for the engine; points that a person decided stay, others the rulebook says anew."""
    item = book.item(happening.item)
    is_decided = happening.is_adjusted or (item is not None and isinstance(item.amount, RangeAmount))
    return Event(
        number=happening.id,
        on=happening.happened_on,
        item=happening.item,
        members=(roster.code_of(happening.member_id),) if happening.member_id is not None else (),
        unit=codes[happening.unit_id],
        level=happening.level,
        quantity=happening.quantity,
        points=happening.points if is_decided and happening.reverses_id is None else None,
        key=str(happening.id),
        reverses="" if happening.reverses_id is None else str(happening.reverses_id),
    )
