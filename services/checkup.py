"""Looks at what an installation holds and how it fares: for the doctor, and before anything is started."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from domain.outbox import OutboxStatus
from domain.reports import EvidenceStatus
from domain.rulebooks import Problem, RulebookInvalid, parse_rulebook, read_source
from services.clock import Clock
from services.installation import ROOT_CODE
from services.shelf import Shelf
from storage import evidence as stored_evidence
from storage import inbox as stored_inbox
from storage import outbox as stored_outbox
from storage import rulebooks as stored_rulebooks
from storage import units as stored_units
from storage.database import Store
from storage.inbox import InboxStatus
from storage.leases import acquire_lease, release_lease
from storage.migrate import newest_revision, revision_of

TRIAL_LEASE = "doctor"
OVERDUE_SPAN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Condition:
    """What the database holds that an operator should know of; `*_overdue` have waited half an hour."""

    is_installed: bool
    units_without_rulebook: tuple[str, ...]
    evidence_waiting: int
    evidence_failed: int
    updates_waiting: int
    updates_parked: int
    messages_waiting: int
    messages_dead: int
    is_outbox_overdue: bool


def is_current(store: Store) -> bool:
    """Tell whether the database has the shape that this programme wants."""
    return revision_of(store) == newest_revision()


def is_empty(store: Store) -> bool:
    """Tell whether nothing was ever made in the database."""
    return revision_of(store) is None


def try_write(store: Store, clock: Clock) -> None:
    """Write something and take it back; whatever keeps the database from it is raised."""
    holder = token_hex(8)
    acquire_lease(store, TRIAL_LEASE, holder=holder, now=clock.now(), seconds=1)
    release_lease(store, TRIAL_LEASE, holder=holder)


def broken_rulebooks(shelf: Shelf) -> tuple[Problem, ...]:
    """Return every problem of the rulebook files; nothing is loaded."""
    paths = shelf.paths()

    def parent_text(code: str) -> str | None:
        path = paths.get(code)
        return read_source(path) if path else None

    problems: list[Problem] = []
    for path in paths.values():
        try:
            parse_rulebook(read_source(path), file=str(path), parents=parent_text)
        except RulebookInvalid as refused:
            problems += refused.problems
    return tuple(dict.fromkeys(problems))


def look(store: Store, clock: Clock) -> Condition:
    """Return how the installation fares."""
    with store.read() as uow:
        units = stored_units.list_units(uow)
        loaded = stored_rulebooks.newest_ids(uow)
        evidence = stored_evidence.count_unfetched(uow)
        inbox = stored_inbox.count_by_status(uow)
        outbox = stored_outbox.count_by_status(uow)
        due_at = stored_outbox.next_due_at(uow)
    return Condition(
        is_installed=any(unit.code == ROOT_CODE for unit in units),
        units_without_rulebook=tuple(
            unit.code for unit in units if unit.rulebook is not None and unit.rulebook not in loaded
        ),
        evidence_waiting=evidence.get(EvidenceStatus.WAITING, 0),
        evidence_failed=evidence.get(EvidenceStatus.FAILED, 0),
        updates_waiting=inbox.get(InboxStatus.WAITING, 0),
        updates_parked=inbox.get(InboxStatus.PARKED, 0),
        messages_waiting=outbox.get(OutboxStatus.QUEUED, 0),
        messages_dead=outbox.get(OutboxStatus.DEAD, 0),
        is_outbox_overdue=due_at is not None and clock.now() - due_at > OVERDUE_SPAN,
    )
