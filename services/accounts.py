"""Whose account a deed goes into: the member's own, or that of their household on its day."""

from collections.abc import Iterable
from datetime import date

from domain.members import Unit, row_on
from domain.scoring.records import Recorded
from domain.scoring.settling import Judge, judge_on
from storage import households as stored_households
from storage import sums as stored_sums
from storage.database import UnitOfWork
from storage.households import Span
from storage.sums import Subject


def is_shared(judges: Iterable[Judge]) -> bool:
    """Whether any version lets the members of a household share an account."""
    return any(judge.rulebook.is_by_household for judge in judges)


def subject_on(uow: UnitOfWork, unit: Unit, member_id: int, judges: tuple[Judge, ...], on: date) -> Subject:
    """Return in whose sums a deed of that day is, of a member or (0) of the unit itself."""
    own = Subject(unit.id, member_id)
    if own.is_unit or not judge_on(judges, on).rulebook.is_by_household:
        return own
    return _subject(own, stored_households.spans_of(uow, unit.id, [member_id])[member_id], on)


def _subject(own: Subject, spans: Iterable[Span], on: date) -> Subject:
    span = row_on(tuple(spans), on)
    return own if span is None or span.household_id is None else Subject(own.unit_id, -span.household_id)


def entries_of(
    uow: UnitOfWork, of: Subject, judges: tuple[Judge, ...], since_on: date, until_on: date
) -> list[Recorded]:
    """Return the entries of these days that are in a subject's sums, in ledger order."""
    if of.is_unit or not is_shared(judges):
        return stored_sums.recorded_between(uow, of, since_on, until_on)
    people = [of.member_id]
    if of.is_household:
        people = list(stored_households.members_of(uow, of.unit_id, -of.member_id))
    spans = stored_households.spans_of(uow, of.unit_id, people)
    found: list[Recorded] = []
    for member_id in people:
        own = Subject(of.unit_id, member_id)
        for entry in stored_sums.recorded_between(uow, own, since_on, until_on):
            by_household = judge_on(judges, entry.on).rulebook.is_by_household
            if of == (_subject(own, spans[member_id], entry.on) if by_household else own):
                found.append(entry)
    return sorted(found, key=lambda entry: entry.sequence)
