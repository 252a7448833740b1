"""Puts into the outbox who has to be told what; always inside the use case's own transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.appeals import Objection
from domain.outbox import OutboxKind, Priority
from domain.reports import Decision, Report
from services.actors import answerers, deciders
from storage import dialogs as stored_dialogs
from storage import outbox as stored_outbox
from storage.database import UnitOfWork


def send_cards(
    uow: UnitOfWork, report: Report, *, revision: int, to: Iterable[int], has_photos: bool, now: datetime
) -> None:
    """Give every decider a card of a submitted report, its photos first."""
    for member_id in to:
        key = f"{report.id}:{revision}:{member_id}"
        facts = {"report_id": report.id, "revision": revision}
        if has_photos:
            stored_outbox.enqueue(
                uow,
                OutboxKind.CARD_PHOTOS,
                dedupe_key=f"card_photos:{key}",
                member_id=member_id,
                facts=facts,
                priority=Priority.CARD,
                now=now,
            )
        stored_outbox.enqueue(
            uow,
            OutboxKind.CARD,
            dedupe_key=f"card:{key}",
            member_id=member_id,
            facts=facts | {"is_new": 1},
            priority=Priority.CARD,
            now=now,
        )


def refresh_cards(uow: UnitOfWork, report: Report, *, cause: str, now: datetime) -> None:
    """Bring every card of a submitted report up to date, wherever one was or will be shown.

    The deciders are told too: a card of theirs may be under way just now, and not be remembered yet.
    """
    if report.submitted_at is None:
        return
    shown = {card.member_id for card in stored_dialogs.list_cards(uow, report.id)}
    for member_id in sorted(shown.union(deciders(uow, report))):
        stored_outbox.enqueue(
            uow,
            OutboxKind.CARD,
            dedupe_key=f"card:{report.id}:{cause}:{member_id}",
            member_id=member_id,
            facts={"report_id": report.id, "is_new": 0},
            priority=Priority.CARD,
            now=now,
        )


def tell_decision(uow: UnitOfWork, report: Report, *, decision_id: int, now: datetime) -> None:
    """Tell the member, and the one who filed for them, what was decided."""
    for member_id in sorted({report.member_id, report.filed_by_id}):
        stored_outbox.enqueue(
            uow,
            OutboxKind.DECIDED,
            dedupe_key=f"decided:{decision_id}:{member_id}",
            member_id=member_id,
            facts={"decision_id": decision_id, "report_id": report.id},
            priority=Priority.ANSWER,
            now=now,
        )


def send_objection(
    uow: UnitOfWork, objection: Objection, *, to: Iterable[int], has_photos: bool, now: datetime
) -> None:
    """Give every answerer a card of an objection, the photos of the report first."""
    facts = {"objection_id": objection.id, "report_id": objection.report_id}
    for member_id in to:
        if has_photos:
            key = f"objection_photos:{objection.id}:{member_id}"
            _tell_objection(uow, OutboxKind.OBJECTION_PHOTOS, key, member_id, facts, now)
        key = f"objection:{objection.id}:{member_id}"
        _tell_objection(uow, OutboxKind.OBJECTION, key, member_id, facts | {"is_new": 1}, now)


def refresh_objection(
    uow: UnitOfWork, report: Report, decision: Decision, objection: Objection, *, now: datetime
) -> None:
    """Bring every card of an ended objection up to date, wherever one was or will be shown."""
    cards = stored_dialogs.list_cards(uow, report.id, objection_id=objection.id)
    facts = {"objection_id": objection.id, "report_id": report.id, "is_new": 0}
    for member_id in sorted({card.member_id for card in cards}.union(answerers(uow, report, decision))):
        key = f"objection:{objection.id}:{objection.status}:{member_id}"
        _tell_objection(uow, OutboxKind.OBJECTION, key, member_id, facts, now)


def tell_answer(uow: UnitOfWork, report: Report, objection: Objection, *, now: datetime) -> None:
    """Tell the member, and the one who filed for them, what became of the objection."""
    for member_id in sorted({report.member_id, report.filed_by_id}):
        stored_outbox.enqueue(
            uow,
            OutboxKind.OBJECTION_ANSWERED,
            dedupe_key=f"objection_answered:{objection.id}:{member_id}",
            member_id=member_id,
            facts={"objection_id": objection.id, "report_id": report.id},
            priority=Priority.ANSWER,
            now=now,
        )


def _tell_objection(
    uow: UnitOfWork, kind: OutboxKind, key: str, member_id: int, facts: Mapping[str, int | str], now: datetime
) -> None:
    stored_outbox.enqueue(
        uow, kind, dedupe_key=key, member_id=member_id, facts=facts, priority=Priority.CARD, now=now
    )


def tell_evidence_problem(uow: UnitOfWork, report: Report, *, evidence_id: int, now: datetime) -> None:
    """Tell the one who filed a report that a photo could not be taken."""
    stored_outbox.enqueue(
        uow,
        OutboxKind.EVIDENCE_PROBLEM,
        dedupe_key=f"evidence:{evidence_id}@{now.isoformat()}",
        member_id=report.filed_by_id,
        facts={"evidence_id": evidence_id, "report_id": report.id},
        priority=Priority.ANSWER,
        now=now,
    )
