"""Makes the words of reminders and nudges at the moment they are sent; None where they became needless."""

from collections.abc import Callable
from datetime import date

from bot.screen import Screen
from bot.screens.dated_lists import dated_list_screen
from bot.screens.reminders import (
    left_screen,
    objection_due_screen,
    order_expiring_screen,
    reminder_screen,
    silent_screen,
    stand_in_screen,
)
from domain.appeals import ObjectionStatus
from domain.outbox import OutboxKind, Outgoing
from domain.periods import parse_period
from domain.reports import ReportStatus
from domain.stand_ins import StandInStatus
from domain.wording import Name, Slot, filled_in
from services import appeals, dated_lists, nudges, reminders, shop, stand_ins
from services.actors import PanelMember, local_day, unit_tree
from services.deps import Deps
from services.wording import own_words
from storage import members as stored_members
from templates.words import month_title

Nudge = Callable[[Deps, Outgoing, int, str], Screen | None]


def _reminder(deps: Deps, outgoing: Outgoing, member_id: int, language: str) -> Screen | None:
    unit_id, month = int(outgoing.facts["unit_id"]), parse_period(str(outgoing.facts["month"]))
    if not reminders.is_silent(deps, member_id=member_id, unit_id=unit_id, month=month):
        return None
    with deps.store.read() as uow:
        unit = unit_tree(uow).get(unit_id)
        member = stored_members.get_member(uow, member_id)
        words = own_words(uow, unit_id, Slot.REMINDER_GREETING, language)
    values = {
        Name.MEMBER: member.name if member else "",
        Name.UNIT: unit.name,
        Name.MONTH: month_title(month.starts_on, language),
    }
    return reminder_screen(unit_id, month, language, greeting=filled_in(words, values))


def _list(deps: Deps, outgoing: Outgoing, member_id: int, language: str) -> Screen | None:
    found = reminders.open_list(
        deps,
        actor=PanelMember(member_id),
        unit_id=int(outgoing.facts["unit_id"]),
        month=parse_period(str(outgoing.facts["month"])),
    )
    return silent_screen(found, language) if found.silent else None


def _left(deps: Deps, outgoing: Outgoing, member_id: int, language: str) -> Screen | None:
    is_draft = outgoing.kind is OutboxKind.DRAFTS_LEFT
    left = nudges.open_left(
        deps,
        actor=PanelMember(member_id),
        report_ids=[int(number) for number in str(outgoing.facts["reports"]).split(",")],
        status=ReportStatus.DRAFT if is_draft else ReportStatus.PENDING,
    )
    return left_screen(outgoing.kind, left, language) if left else None


def _objection_due(deps: Deps, outgoing: Outgoing, member_id: int, language: str) -> Screen | None:
    objection_id = int(outgoing.facts["objection_id"])
    desk = appeals.open_objection(deps, actor=PanelMember(member_id), objection_id=objection_id)
    if desk.objection.status is not ObjectionStatus.OPEN or not desk.may_answer:
        return None
    deadline = date.fromisoformat(str(outgoing.facts["deadline"]))
    is_over = local_day(deps.clock.now(), desk.unit) > deadline
    return objection_due_screen(desk, deadline, language, is_over=is_over)


def _stand_in(deps: Deps, outgoing: Outgoing, member_id: int, language: str) -> Screen | None:
    desk = stand_ins.open_stand_in(
        deps, actor=PanelMember(member_id), stand_in_id=int(outgoing.facts["stand_in_id"])
    )
    if desk.stand_in.status is StandInStatus.ENDED:
        return None
    return stand_in_screen(desk, language, has_begun=desk.stand_in.status is StandInStatus.ACTIVE)


def _order_expiring(deps: Deps, outgoing: Outgoing, member_id: int, language: str) -> Screen | None:
    order_id = int(outgoing.facts["order_id"])
    view = shop.open_my_order(deps, actor=PanelMember(member_id), order_id=order_id)
    if not view.order.held or view.order.expires_at <= deps.clock.now():
        return None
    return order_expiring_screen(view, language)


def _dated_list(deps: Deps, outgoing: Outgoing, member_id: int, language: str) -> Screen | None:
    list_id = int(outgoing.facts["list_id"])
    found = dated_lists.open_list(deps, actor=PanelMember(member_id), list_id=list_id)
    return dated_list_screen(found, language)


NUDGES: dict[OutboxKind, Nudge] = {
    OutboxKind.REMINDER: _reminder,
    OutboxKind.REMINDER_LIST: _list,
    OutboxKind.OVERDUE: _left,
    OutboxKind.ESCALATED: _left,
    OutboxKind.DRAFTS_LEFT: _left,
    OutboxKind.OBJECTION_DUE: _objection_due,
    OutboxKind.STAND_IN: _stand_in,
    OutboxKind.ORDER_EXPIRING: _order_expiring,
    OutboxKind.DATED_LIST: _dated_list,
}
