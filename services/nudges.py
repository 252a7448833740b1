"""Points out, once each, what was left lying: reports, drafts, objections, orders; on working days only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice

from domain.due import Step, UnitClock
from domain.hours import instant_of
from domain.outbox import NewMessage, OutboxKind, Priority
from domain.reminders import LISTED_MAX, by_recipient
from domain.reports import Report, ReportStatus
from domain.shop import HOLDING
from services.actors import Actor, answerers, deciding, identify, local_day, overseeing, unit_tree
from services.deps import Deps
from services.scoring import item_name
from storage import appeals as stored_appeals
from storage import decisions as stored_decisions
from storage import due as stored_due
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage import reports as stored_reports
from storage.database import UnitOfWork
from storage.reports import Waiting
from storage.shop import orders as stored_orders
from storage.shop.orders import OrderFilter

OVERDUE, ESCALATED, DRAFT, OBJECTION, ORDER = "overdue", "escalated", "draft", "objection", "order"
"""Under these names each report, draft, objection and order is claimed, so that it is pointed out once."""


MOMENT = timedelta(microseconds=1)
"""An end is exclusive; the last day is that of the moment before."""


@dataclass(frozen=True, slots=True)
class LeftReport:
    """A report or draft that was left lying; `item` is its name, empty where none was chosen."""

    report: Report
    member_name: str
    item: str


def open_left(
    deps: Deps, *, actor: Actor, report_ids: Iterable[int], status: ReportStatus
) -> tuple[LeftReport, ...]:
    """Return those of these reports that are still as they were left, and still the actor's business.

    With `ReportStatus.DRAFT` the drafts that the actor began, else the waiting reports they decide.

    Raises:
        AccountUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        may_decide, tree = deciding(uow), unit_tree(uow)
        is_draft = status is ReportStatus.DRAFT
        left = [
            report
            for report in stored_reports.get_reports(uow, report_ids)
            if report.status is status
            and member.id in ((report.filed_by_id,) if is_draft else may_decide(report))
        ]
        names = stored_members.names_of(uow, [report.member_id for report in left])
        found = []
        for report in left:
            unit = tree.get(report.unit_id)
            on = report.happened_on or local_day(deps.clock.now(), unit)
            rulebook = deps.shelf.in_force(uow, unit.rulebook, on).rulebook
            item = item_name(rulebook, report.item) if report.item else ""
            found.append(LeftReport(report, names[report.member_id], item))
        return tuple(found)


def sweep(uow: UnitOfWork, deps: Deps, clock: UnitClock, step: Step, now: datetime) -> None:  # noqa: ARG001  every step is called alike
    """Look through a unit for everything that nobody was told of yet."""
    waiting = stored_reports.list_waiting(uow, [step.unit_id])
    messages = [
        *_escalate(uow, clock, step, waiting, now),  # first: what is nudged now has another day
        *_nudge_deciders(uow, clock, step, waiting, now),
        *_ask_about_drafts(uow, clock, step, now),
        *_hurry_answerers(uow, clock, now),
        *_warn_collectors(uow, clock, now),
    ]
    stored_outbox.enqueue(uow, messages, now=now)


def _nudge_deciders(
    uow: UnitOfWork, clock: UnitClock, step: Step, waiting: Iterable[Waiting], now: datetime
) -> list[NewMessage]:
    may_decide = deciding(uow)
    overdue = (
        one
        for one in waiting
        if _has_waited(clock, one.submitted_at, clock.settings.overdue_days, now)
        and _is_new(uow, OVERDUE, _key(one), now)
    )
    recipients = {one.id: may_decide(one) for one in islice(overdue, LISTED_MAX)}
    return _about_reports(OutboxKind.OVERDUE, step, recipients)


def _escalate(
    uow: UnitOfWork, clock: UnitClock, step: Step, waiting: Iterable[Waiting], now: datetime
) -> list[NewMessage]:
    overseers = overseeing(uow)
    left = (
        one
        for one in waiting
        if _has_waited(clock, one.submitted_at, clock.settings.escalate_days, now)
        and stored_due.claimed_at(uow, job=OVERDUE, slot=_key(one)) is not None
        and overseers(one)
        and _is_new(uow, ESCALATED, _key(one), now)
    )
    recipients = {}
    for one in islice(left, LISTED_MAX):
        stored_reports.escalate(uow, one)
        recipients[one.id] = overseers(one)
    return _about_reports(OutboxKind.ESCALATED, step, recipients)


def _ask_about_drafts(uow: UnitOfWork, clock: UnitClock, step: Step, now: datetime) -> list[NewMessage]:
    first_kept = clock.day_of(now) - timedelta(days=clock.settings.draft_days - 1)
    left = stored_reports.list_left_drafts(
        uow, step.unit_id, untouched_since=instant_of(first_kept, time(), clock.zone)
    )
    new = (
        (report_id, filed_by_id)
        for report_id, filed_by_id in left.items()
        if _is_new(uow, DRAFT, str(report_id), now)
    )
    recipients = {report_id: (filed_by_id,) for report_id, filed_by_id in islice(new, LISTED_MAX)}
    return _about_reports(OutboxKind.DRAFTS_LEFT, step, recipients)


def _hurry_answerers(uow: UnitOfWork, clock: UnitClock, now: datetime) -> list[NewMessage]:
    messages = []
    today = clock.day_of(now)
    for objection in stored_appeals.list_open(uow, clock.unit.id):
        deadline = clock.calendar.shift(clock.day_of(objection.raised_at), clock.settings.objection_days)
        is_near = clock.calendar.shift(deadline, -1) <= today
        if not is_near or not _is_new(uow, OBJECTION, str(objection.id), now):
            continue
        report = stored_reports.get_report(uow, objection.report_id)
        decision = stored_decisions.get_decision(uow, objection.decision_id)
        assert report is not None, "an objection refers to a report"
        assert decision is not None, "an objection refers to a decision"
        messages += [
            NewMessage(
                OutboxKind.OBJECTION_DUE,
                f"objection_due:{objection.id}:{member_id}",
                member_id,
                {"objection_id": objection.id, "deadline": deadline.isoformat()},
                Priority.CARD,
            )
            for member_id in answerers(uow, report, decision)
        ]
    return messages


def _warn_collectors(uow: UnitOfWork, clock: UnitClock, now: datetime) -> list[NewMessage]:
    """Return a word to each whose order lapses before there is another working day to tell them.

    Who ordered today knows it.
    """
    today = clock.day_of(now)
    next_on = clock.calendar.shift(today, 1)
    kept, _ = stored_orders.page_of_orders(
        uow, OrderFilter(frozenset({clock.unit.id}), HOLDING), limit=None, is_oldest_first=True
    )
    return [
        NewMessage(
            OutboxKind.ORDER_EXPIRING,
            f"order_expiring:{order.id}",
            order.member_id,
            {"unit_id": order.unit_id, "order_id": order.id},
            Priority.CARD,
        )
        for order in kept
        if clock.day_of(order.ordered_at) < today
        and now < order.expires_at
        and clock.day_of(order.expires_at - MOMENT) <= next_on
        and _is_new(uow, ORDER, str(order.id), now)
    ]


def _has_waited(clock: UnitClock, since: datetime, working_days: int, now: datetime) -> bool:
    return clock.calendar.shift(clock.day_of(since), working_days) <= clock.day_of(now)


def _key(waiting: Waiting) -> str:
    return f"{waiting.id}:{waiting.revision}"


def _is_new(uow: UnitOfWork, job: str, slot: str, now: datetime) -> bool:
    return stored_due.claim(uow, job=job, slot=slot, outcome="run", now=now)


def _about_reports(kind: OutboxKind, step: Step, recipients: Mapping[int, Iterable[int]]) -> list[NewMessage]:
    """Return one message for each member, about all the reports that are theirs."""
    return [
        NewMessage(
            kind,
            f"{kind}:{step.unit_id}:{step.about}:{member_id}",
            member_id,
            {"unit_id": step.unit_id, "reports": ",".join(map(str, report_ids))},
            Priority.CARD,
        )
        for member_id, report_ids in by_recipient(recipients).items()
    ]
