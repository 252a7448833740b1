"""Reporting: every step of the guided path, and one's own reports."""

from datetime import date, datetime

from bot.callbacks import Act, Tap, page_of
from bot.conversation import Conversation
from bot.photos import send_evidence
from bot.screen import Screen
from bot.screens.days import read_day
from bot.screens.mine import report_screen, reports_screen
from bot.screens.reports import (
    STEPS,
    Step,
    confirm_cancel_screen,
    next_step,
    step_screen,
    submitted_screen,
)
from domain.errors import (
    AmountRefused,
    DateRefused,
    EvidenceUnknown,
    ItemRefused,
    JifenError,
    ReportIncomplete,
    StatusConflict,
)
from domain.points import parse_points
from domain.reports import EDITABLE, ReportStatus
from domain.rulebooks import LevelAmount
from services import reports
from services.reports import Change, ReportDesk


async def start(conv: Conversation) -> None:
    """申报: begin a report."""
    cause_key = f"update:{conv.desk.bot.id}:{conv.update_id}"
    desk = await conv.run(reports.start_report, actor=conv.actor, cause_key=cause_key)
    await show_step(conv, Step.CATEGORY, desk)


async def tap_new(conv: Conversation, _tap: Tap) -> None:
    """再报一项, or 申报 below a list."""
    await start(conv)


async def show_step(
    conv: Conversation,
    step: str,
    desk: ReportDesk,
    *,
    month: date | None = None,
    page: int = 0,
    problem: str = "",
) -> None:
    """Show a step of the report and remember which it is."""
    screen = step_screen(step, desk, conv.language, month=month, page=page, problem=problem)
    await conv.show(screen, step, report_id=desk.report.id)


async def _edit(conv: Conversation, tap: Tap, change: Change) -> ReportDesk:
    return await conv.run(reports.edit_report, actor=conv.actor, report_id=tap.id, change=change)


async def tap_category(conv: Conversation, tap: Tap) -> None:
    """A category was chosen."""
    await show_step(conv, Step.ITEM, await _edit(conv, tap, Change(category=tap.arg)))


async def tap_item_page(conv: Conversation, tap: Tap) -> None:
    """Another page of the category's items."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    await show_step(conv, Step.ITEM, desk, page=page_of(tap.arg))


async def tap_item(conv: Conversation, tap: Tap) -> None:
    """An item was chosen."""
    desk = await _edit(conv, tap, Change(item=tap.arg))
    await show_step(conv, next_step(desk), desk)


async def tap_level(conv: Conversation, tap: Tap) -> None:
    """A level was chosen."""
    desk = await _edit(conv, tap, Change(level=tap.arg))
    await show_step(conv, next_step(desk), desk)


async def tap_quantity(conv: Conversation, tap: Tap) -> None:
    """One of the offered quantities was chosen."""
    desk = await _edit(conv, tap, Change(quantity=parse_points(tap.arg)))
    await show_step(conv, next_step(desk), desk)


async def tap_day(conv: Conversation, tap: Tap) -> None:
    """A day was chosen, by name or in the calendar."""
    on = datetime.strptime(tap.arg, "%Y%m%d").date()  # noqa: DTZ007  a local day has no time zone
    desk = await _edit(conv, tap, Change(happened_on=on))
    await show_step(conv, next_step(desk), desk)


async def tap_month(conv: Conversation, tap: Tap) -> None:
    """Another month of the calendar."""
    month = datetime.strptime(tap.arg, "%Y%m").date()  # noqa: DTZ007  a local month has no time zone
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    await show_step(conv, Step.CALENDAR, desk, month=month)


async def tap_step(conv: Conversation, tap: Tap) -> None:
    """返回, 下一步, or one of the changes offered at the preview."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    _check_editable(desk)
    await show_step(conv, next_step(desk) if tap.arg == "open" else _reachable(tap.arg, desk), desk)


def _reachable(step: str, desk: ReportDesk) -> str:
    """Return the step asked for; 下一步 cannot pass a step that is still open.

    Raises:
        ValueError: there is no such step.
    """
    if step not in STEPS:
        raise ValueError(step)
    still_open = next_step(desk)
    if desk.item is None and (step != Step.ITEM or desk.report.category is None):
        return still_open
    if step not in {Step.NOTE, Step.PREVIEW}:
        return step
    is_skipped = desk.item is not None and not desk.item.evidence_required
    if still_open == Step.PREVIEW or (still_open == Step.EVIDENCE and is_skipped):
        return step
    return still_open


def _check_editable(desk: ReportDesk) -> None:
    if desk.report.status not in EDITABLE:
        raise StatusConflict(status=desk.report.status)


async def tap_resend(conv: Conversation, tap: Tap) -> None:
    """重新上传: drop the photos."""
    desk = await conv.run(reports.drop_evidence, actor=conv.actor, report_id=tap.id)
    await show_step(conv, Step.EVIDENCE, desk)


async def tap_submit(conv: Conversation, tap: Tap) -> None:
    """提交; a second tap finds it submitted and shows the same confirmation."""
    try:
        desk = await conv.run(reports.submit_report, actor=conv.actor, report_id=tap.id)
    except StatusConflict as conflict:
        desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
        if conflict.status != ReportStatus.PENDING:
            raise
    except (ReportIncomplete, ItemRefused, DateRefused, AmountRefused) as refused:
        desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
        await show_step(conv, _step_to_mend(refused, desk), desk, problem=conv.error_words(refused))
        return
    await conv.close_screen(submitted_screen(desk, conv.language))


def _step_to_mend(refused: JifenError, desk: ReportDesk) -> str:
    match refused:
        case DateRefused() | ReportIncomplete(missing="date"):
            return Step.DATE
        case ReportIncomplete(missing="evidence"):
            return Step.EVIDENCE
        case ReportIncomplete() | AmountRefused() if desk.item is not None:
            return Step.LEVEL if isinstance(desk.item.amount, LevelAmount) else Step.QUANTITY
        case _:
            return Step.CATEGORY


async def tap_submit_late(conv: Conversation, tap: Tap) -> None:
    """提交 on a screen that has changed since: most often a second tap on the same button."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    if desk.report.status is ReportStatus.PENDING:
        await conv.tell(conv.words("reports/ended.j2", how="submitted", report=desk.report))
    else:
        await conv.tell(conv.words("errors.j2", code="button.stale", facts={}))


async def tap_later(conv: Conversation, tap: Tap) -> None:
    """稍后再填."""
    desk = await conv.run(reports.put_aside, actor=conv.actor, report_id=tap.id)
    await conv.close_screen(Screen(conv.words("reports/ended.j2", how="later", report=desk.report)))


async def tap_ask_cancel(conv: Conversation, tap: Tap) -> None:
    """取消: an untouched draft goes at once, another is asked about."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    _check_editable(desk)
    if desk.item is None and not desk.evidence:
        await tap_cancel(conv, tap)
        return
    await conv.show(confirm_cancel_screen(tap.id, conv.language), Step.CONFIRM_CANCEL, report_id=tap.id)


async def tap_cancel(conv: Conversation, tap: Tap) -> None:
    """确定不报了."""
    report = await conv.run(reports.discard, actor=conv.actor, report_id=tap.id)
    await conv.close_screen(Screen(conv.words("reports/ended.j2", how="cancelled", report=report)))


async def type_quantity(conv: Conversation, text: str) -> None:
    """A quantity was typed."""
    quantity = parse_points(text)
    report_id = int(conv.dialog.data["report_id"])
    if quantity is None:
        await conv.say(Screen(conv.words("reports/wrong_step.j2", step=Step.QUANTITY, kind="text")))
        return
    try:
        desk = await conv.run(
            reports.edit_report, actor=conv.actor, report_id=report_id, change=Change(quantity=quantity)
        )
    except AmountRefused as refused:
        desk = await conv.run(reports.open_report, actor=conv.actor, report_id=report_id)
        await show_step(conv, Step.QUANTITY, desk, problem=conv.error_words(refused))
        return
    await show_step(conv, next_step(desk), desk)


async def type_day(conv: Conversation, text: str) -> None:
    """A day was typed instead of tapped: 昨天, 3月5日, 3-5 or 2026-03-05."""
    report_id = int(conv.dialog.data["report_id"])
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=report_id)
    on = read_day(text, desk.home.today)
    if on is None:
        await conv.say(Screen(conv.words("reports/wrong_step.j2", step=Step.DATE, kind="text")))
        return
    try:
        desk = await conv.run(
            reports.edit_report, actor=conv.actor, report_id=report_id, change=Change(happened_on=on)
        )
    except JifenError as refused:
        await show_step(conv, Step.DATE, desk, problem=conv.error_words(refused))
        return
    await show_step(conv, next_step(desk), desk)


async def type_note(conv: Conversation, text: str) -> None:
    """A note was typed."""
    report_id = int(conv.dialog.data["report_id"])
    desk = await conv.run(
        reports.edit_report, actor=conv.actor, report_id=report_id, change=Change(note=text)
    )
    await show_step(conv, Step.PREVIEW, desk)


async def show_my_reports(conv: Conversation, page: int = 0) -> None:
    """我的申报."""
    found = await conv.run(reports.my_reports, actor=conv.actor, page=page)
    await conv.show(reports_screen(found, conv.language), None)


async def tap_my_reports(conv: Conversation, tap: Tap) -> None:
    """A page of 我的申报."""
    await show_my_reports(conv, page_of(tap.arg))


async def tap_my_report(conv: Conversation, tap: Tap) -> None:
    """One report of the list."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    await conv.show(report_screen(desk, conv.language, page=page_of(tap.arg)), Step.DETAIL)


async def tap_continue(conv: Conversation, tap: Tap) -> None:
    """继续填写, 补充后再报, or 重新打开."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    if desk.report.status is ReportStatus.WITHDRAWN:
        desk = await conv.run(reports.reopen, actor=conv.actor, report_id=tap.id)
    _check_editable(desk)
    await show_step(conv, next_step(desk), desk)


async def tap_withdraw(conv: Conversation, tap: Tap) -> None:
    """撤回."""
    desk = await conv.run(reports.withdraw, actor=conv.actor, report_id=tap.id)
    await conv.answer(conv.words("reports/ended.j2", how="withdrawn", report=desk.report))
    await conv.show(report_screen(desk, conv.language, page=0), Step.DETAIL)


async def tap_delete(conv: Conversation, tap: Tap) -> None:
    """删除草稿, from the list."""
    report = await conv.run(reports.discard, actor=conv.actor, report_id=tap.id)
    await conv.answer(conv.words("reports/ended.j2", how="deleted", report=report))
    await show_my_reports(conv)


async def tap_photos(conv: Conversation, tap: Tap) -> None:
    """看照片: send a report's evidence below."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    await conv.answer()
    if not await send_evidence(conv.desk, conv.chat_id, desk.evidence):
        await conv.refuse(EvidenceUnknown())


ANYWHERE_TAPS = {
    Act.CONTINUE: tap_continue,
    Act.PHOTOS: tap_photos,
    Act.NEW: tap_new,
    Act.MY_REPORTS: tap_my_reports,
}
SCREEN_TAPS = {
    Act.CATEGORY: tap_category,
    Act.ITEM: tap_item,
    Act.ITEM_PAGE: tap_item_page,
    Act.LEVEL: tap_level,
    Act.QUANTITY: tap_quantity,
    Act.DAY: tap_day,
    Act.MONTH: tap_month,
    Act.STEP: tap_step,
    Act.RESEND: tap_resend,
    Act.SUBMIT: tap_submit,
    Act.LATER: tap_later,
    Act.ASK_CANCEL: tap_ask_cancel,
    Act.CANCEL: tap_cancel,
    Act.MY_REPORT: tap_my_report,
    Act.WITHDRAW: tap_withdraw,
    Act.DELETE: tap_delete,
}
