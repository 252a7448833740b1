"""Puts into the outbox who has to be told what; always inside the use case's own transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.appeals import Objection
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.reports import Decision, Report
from services.actors import answerers, deciders
from storage import dialogs as stored_dialogs
from storage import outbox as stored_outbox
from storage.database import UnitOfWork


def send_cards(
    uow: UnitOfWork, report: Report, *, revision: int, to: Iterable[int], has_photos: bool, now: datetime
) -> None:
    """Give every decider a card of a submitted report, its photos first."""
    facts = {"report_id": report.id, "revision": revision}
    messages = []
    for member_id in to:
        key = f"{report.id}:{revision}:{member_id}"
        if has_photos:
            messages.append(_card(OutboxKind.CARD_PHOTOS, f"card_photos:{key}", member_id, facts))
        messages.append(_card(OutboxKind.CARD, f"card:{key}", member_id, facts | {"is_new": 1}))
    stored_outbox.enqueue(uow, messages, now=now)


def refresh_cards(uow: UnitOfWork, report: Report, *, cause: str, now: datetime) -> None:
    """Bring every card of a submitted report up to date, wherever one was or will be shown.

    The deciders are told too: a card of theirs may be under way just now, and not be remembered yet.
    """
    if report.submitted_at is None:
        return
    shown = {card.member_id for card in stored_dialogs.list_cards(uow, report.id)}
    facts = {"report_id": report.id, "is_new": 0}
    messages = [
        _card(OutboxKind.CARD, f"card:{report.id}:{cause}:{member_id}", member_id, facts)
        for member_id in sorted(shown.union(deciders(uow, report)))
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def tell_decision(uow: UnitOfWork, report: Report, *, decision_id: int, now: datetime) -> None:
    """Tell the member, and the one who filed for them, what was decided."""
    facts = {"decision_id": decision_id, "report_id": report.id}
    messages = [
        _answer(OutboxKind.DECIDED, f"decided:{decision_id}:{member_id}", member_id, facts)
        for member_id in sorted({report.member_id, report.filed_by_id})
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def send_objection(
    uow: UnitOfWork, objection: Objection, *, to: Iterable[int], has_photos: bool, now: datetime
) -> None:
    """Give every answerer a card of an objection, the photos of the report first."""
    facts = {"objection_id": objection.id, "report_id": objection.report_id}
    messages = []
    for member_id in to:
        key = f"{objection.id}:{member_id}"
        if has_photos:
            messages.append(_card(OutboxKind.OBJECTION_PHOTOS, f"objection_photos:{key}", member_id, facts))
        messages.append(_card(OutboxKind.OBJECTION, f"objection:{key}", member_id, facts | {"is_new": 1}))
    stored_outbox.enqueue(uow, messages, now=now)


def refresh_objection(
    uow: UnitOfWork, report: Report, decision: Decision, objection: Objection, *, now: datetime
) -> None:
    """Bring every card of an ended objection up to date, wherever one was or will be shown."""
    cards = stored_dialogs.list_cards(uow, report.id, objection_id=objection.id)
    facts = {"objection_id": objection.id, "report_id": report.id, "is_new": 0}
    key = f"objection:{objection.id}:{objection.status}"
    messages = [
        _card(OutboxKind.OBJECTION, f"{key}:{member_id}", member_id, facts)
        for member_id in sorted({card.member_id for card in cards}.union(answerers(uow, report, decision)))
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def tell_answer(uow: UnitOfWork, report: Report, objection: Objection, *, now: datetime) -> None:
    """Tell the member, and the one who filed for them, what became of the objection."""
    facts = {"objection_id": objection.id, "report_id": report.id}
    key = f"objection_answered:{objection.id}"
    messages = [
        _answer(OutboxKind.OBJECTION_ANSWERED, f"{key}:{member_id}", member_id, facts)
        for member_id in sorted({report.member_id, report.filed_by_id})
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def tell_evidence_problem(uow: UnitOfWork, report: Report, *, evidence_id: int, now: datetime) -> None:
    """Tell the one who filed a report that a photo could not be taken."""
    key = f"evidence:{evidence_id}@{now.isoformat()}"
    facts = {"evidence_id": evidence_id, "report_id": report.id}
    stored_outbox.enqueue(
        uow, [_answer(OutboxKind.EVIDENCE_PROBLEM, key, report.filed_by_id, facts)], now=now
    )


def _card(kind: OutboxKind, key: str, member_id: int, facts: Mapping[str, int | str]) -> NewMessage:
    return NewMessage(kind, key, member_id, facts, Priority.CARD)


def _answer(kind: OutboxKind, key: str, member_id: int, facts: Mapping[str, int | str]) -> NewMessage:
    return NewMessage(kind, key, member_id, facts, Priority.ANSWER)
