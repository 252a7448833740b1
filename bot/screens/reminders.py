"""The month-end reminder, the recorders' list, and what was left lying, with what can be done at once."""

from datetime import date

from bot.callbacks import Act
from bot.screen import Row, Screen, labelled
from domain.outbox import OutboxKind
from domain.periods import Period
from services.appeals import ObjectionDesk
from services.nudges import LeftReport
from services.reminders import SilentList
from services.shop import OrderView, last_day
from services.stand_ins import StandInDesk
from templates.labels import Label
from templates.words import render

NAMES_MAX = 60
LINES_MAX = 10


def reminder_screen(unit_id: int, month: Period, language: str, *, greeting: str = "") -> Screen:
    """Remind somebody who reported nothing in a month; `greeting` is the unit's own first line, if any."""
    text = render("messages/reminders/reminder.j2", language, {"month": month, "greeting": greeting})
    return Screen(
        text,
        (
            (labelled(Label.GO_REPORT, language, Act.NEW, style="primary"),),
            (labelled(Label.NOTHING_THIS_MONTH, language, Act.NOTHING_THIS_MONTH, unit_id, month.label),),
        ),
    )


def nothing_screen(month: Period, language: str) -> Screen:
    """Say that 本月无 was written down; a report is still welcome."""
    text = render("messages/reminders/nothing.j2", language, {"month": month})
    return Screen(text, ((labelled(Label.GO_REPORT, language, Act.NEW),),))


def silent_screen(found: SilentList, language: str) -> Screen:
    """Tell a recorder who neither reported nor answered."""
    facts = {
        "unit": found.unit,
        "month": found.month,
        "silent": found.silent,
        "nothing_count": found.nothing_count,
        "shown": NAMES_MAX,
    }
    return Screen(render("messages/reminders/silent.j2", language, facts))


def left_screen(kind: OutboxKind, left: tuple[LeftReport, ...], language: str) -> Screen:
    """Point out reports or drafts that were left lying."""
    facts = {"kind": kind.value, "left": left, "shown": LINES_MAX}
    text = render("messages/reminders/left.j2", language, facts)
    if kind is not OutboxKind.DRAFTS_LEFT:
        row: Row = (labelled(Label.QUEUE, language, Act.QUEUE, style="primary"),)
    elif len(left) == 1:
        row = (labelled(Label.CONTINUE, language, Act.CONTINUE, left[0].report.id, style="primary"),)
    else:
        row = (labelled(Label.MY_REPORTS, language, Act.MY_REPORTS, style="primary"),)
    return Screen(text, (row,))


def stand_in_screen(desk: StandInDesk, language: str, *, has_begun: bool) -> Screen:
    """Ask somebody to decide reports for some days."""
    facts = {"desk": desk, "has_begun": has_begun}
    row: Row = (labelled(Label.QUEUE, language, Act.QUEUE, style="primary"),)
    return Screen(render("messages/reminders/stand_in.j2", language, facts), (row,) if has_begun else ())


def order_expiring_screen(view: OrderView, language: str) -> Screen:
    """Point out an order that is kept for a short time only; it opens with its pick-up code."""
    facts = {"view": view, "collect_by": last_day(view.order.expires_at, view.unit)}
    text = render("messages/reminders/order_expiring.j2", language, facts)
    row: Row = (labelled(Label.MY_ORDERS, language, Act.MY_ORDER, view.order.id, style="primary"),)
    return Screen(text, (row,))


def objection_due_screen(desk: ObjectionDesk, deadline: date, language: str, *, is_over: bool) -> Screen:
    """Point out an objection that waits for an answer."""
    facts = {
        "desk": desk,
        "objection": desk.objection,
        "report": desk.report,
        "deadline": deadline,
        "is_over": is_over,
    }
    text = render("messages/reminders/objection_due.j2", language, facts)
    return Screen(
        text, ((labelled(Label.SEE_OBJECTION, language, Act.OBJECTION, desk.objection.id, style="primary"),),)
    )
