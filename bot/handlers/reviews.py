"""Deciding: the buttons of the recorder's card, the walk through the queue, typed points and reasons."""

from datetime import datetime
from fractions import Fraction

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.memory import keep_card
from bot.photos import send_evidence
from bot.screen import Screen
from bot.screens.cards import card_screen, is_unusual, reasons_for
from domain.errors import AmountRefused, Conflict, JifenError, ReasonMissing
from domain.points import parse_points
from domain.rulebooks import RangeAmount
from services import reviews
from services.reviews import ReviewDesk

TYPING = {"points": "review_points", "return": "review_return", "reject": "review_reject"}


async def _open(conv: Conversation, report_id: int) -> ReviewDesk:
    return await conv.run(reviews.open_review, actor=conv.actor, report_id=report_id)


async def _redraw(
    conv: Conversation,
    desk: ReviewDesk,
    message_id: int | None,
    *,
    ask: str = "",
    points: Fraction | None = None,
) -> None:
    if message_id is not None:
        await conv.edit(message_id, card_screen(desk, conv.language, ask=ask, points=points))


async def _refused(conv: Conversation, report_id: int, error: JifenError) -> None:
    """Tell a refusal on the button, and bring the card up to date where somebody was first."""
    await conv.refuse(error)
    if not isinstance(error, AmountRefused | ReasonMissing):
        await conv.stop_expecting()
    if isinstance(error, Conflict):
        await _redraw(conv, await _open(conv, report_id), conv.tapped_message_id)


async def tap_approve(conv: Conversation, tap: Tap) -> None:
    """通过; where the recorder decides a range, the points are asked for first."""
    try:
        desk = await conv.run(
            reviews.approve_report, actor=conv.actor, report_id=tap.id, revision=int(tap.arg)
        )
    except AmountRefused:
        await tap_adjust(conv, tap)
        return
    except JifenError as error:
        await _refused(conv, tap.id, error)
        return
    await conv.stop_expecting()
    await _redraw(conv, desk, conv.tapped_message_id)


async def tap_adjust(conv: Conversation, tap: Tap) -> None:
    """改分: offer points, and take typed ones."""
    desk = await _open(conv, tap.id)
    if desk.may_decide:
        await conv.expect_text(TYPING["points"], report_id=tap.id, revision=desk.report.revision)
    await _redraw(conv, desk, conv.tapped_message_id, ask="points")


async def tap_give(conv: Conversation, tap: Tap) -> None:
    """Points were chosen."""
    revision, _, points = tap.arg.partition(".")
    await _give(conv, tap.id, int(revision), parse_points(points), conv.tapped_message_id)


async def _give(
    conv: Conversation, report_id: int, revision: int, points: Fraction | None, card_id: int | None
) -> None:
    try:
        if points is None:
            raise await _wanted_points(conv, report_id)
        desk = await conv.run(
            reviews.approve_report, actor=conv.actor, report_id=report_id, revision=revision, points=points
        )
    except JifenError as error:
        await _refused(conv, report_id, error)
        return
    await conv.stop_expecting()
    await _redraw(conv, desk, card_id)


async def _wanted_points(conv: Conversation, report_id: int) -> AmountRefused:
    desk = await _open(conv, report_id)
    amount = desk.item.amount if desk.item else None
    if isinstance(amount, RangeAmount):
        return AmountRefused(what="points", low=amount.low, high=amount.high)
    return AmountRefused(what="points", low=Fraction(0), high=Fraction(reviews.ADJUSTED_POINTS_MAX))


async def tap_return(conv: Conversation, tap: Tap) -> None:
    """退回补充: offer reasons, and take a typed one."""
    await _ask_reason(conv, tap, "return")


async def tap_reject(conv: Conversation, tap: Tap) -> None:
    """不予认定: offer reasons, and take a typed one."""
    await _ask_reason(conv, tap, "reject")


async def _ask_reason(conv: Conversation, tap: Tap, ask: str) -> None:
    desk = await _open(conv, tap.id)
    if desk.may_decide:
        await conv.expect_text(TYPING[ask], report_id=tap.id, revision=int(tap.arg))
    await _redraw(conv, desk, conv.tapped_message_id, ask=ask)


async def tap_return_for(conv: Conversation, tap: Tap) -> None:
    """A preset reason for a return."""
    await _preset(conv, tap, "return")


async def tap_reject_for(conv: Conversation, tap: Tap) -> None:
    """A preset reason for a rejection."""
    await _preset(conv, tap, "reject")


async def _preset(conv: Conversation, tap: Tap, ask: str) -> None:
    revision, _, number = tap.arg.partition(".")
    presets = reasons_for(await _open(conv, tap.id), ask)
    if not number.isdigit() or int(number) >= len(presets):
        await _redraw(conv, await _open(conv, tap.id), conv.tapped_message_id, ask=ask)
        return
    await _decide_for(conv, ask, tap.id, int(revision), presets[int(number)], conv.tapped_message_id)


async def _decide_for(
    conv: Conversation, ask: str, report_id: int, revision: int, reason: str, card_id: int | None
) -> None:
    use_case = reviews.return_report if ask == "return" else reviews.reject_report
    try:
        desk = await conv.run(
            use_case, actor=conv.actor, report_id=report_id, reason=reason, revision=revision
        )
    except JifenError as error:
        await _refused(conv, report_id, error)
        return
    await conv.stop_expecting()
    await _redraw(conv, desk, card_id)


async def tap_type_reason(conv: Conversation, tap: Tap) -> None:
    """自己写原因: the next text is the reason."""
    revision, _, ask = tap.arg.partition(".")
    if ask not in {"return", "reject"}:
        return
    desk = await _open(conv, tap.id)
    if desk.may_decide:
        await conv.expect_text(TYPING[ask], report_id=tap.id, revision=int(revision))
    await _redraw(conv, desk, conv.tapped_message_id, ask="typed")


async def tap_card(conv: Conversation, tap: Tap) -> None:
    """返回: the card with its four buttons."""
    await conv.stop_expecting()
    await _redraw(conv, await _open(conv, tap.id), conv.tapped_message_id)


async def tap_undo(conv: Conversation, tap: Tap) -> None:
    """撤销决定."""
    try:
        desk = await conv.run(reviews.undo_decision, actor=conv.actor, report_id=tap.id)
    except JifenError as error:
        await conv.refuse(error)
        await _redraw(conv, await _open(conv, tap.id), conv.tapped_message_id)
        return
    await _redraw(conv, desk, conv.tapped_message_id)


async def type_points(conv: Conversation, text: str) -> None:
    """Points were typed."""
    data = conv.dialog.data
    report_id, revision, points = int(data["report_id"]), int(data["revision"]), parse_points(text)
    desk = await _open(conv, report_id)
    if points is not None and desk.may_decide and is_unusual(desk, points):
        await _redraw(conv, desk, data["card"], ask="sure", points=points)
        return
    await _give(conv, report_id, revision, points, data["card"])


async def type_return(conv: Conversation, text: str) -> None:
    """A reason for a return was typed."""
    data = conv.dialog.data
    await _decide_for(conv, "return", int(data["report_id"]), int(data["revision"]), text, data["card"])


async def type_reject(conv: Conversation, text: str) -> None:
    """A reason for a rejection was typed."""
    data = conv.dialog.data
    await _decide_for(conv, "reject", int(data["report_id"]), int(data["revision"]), text, data["card"])


async def show_queue(conv: Conversation) -> None:
    """待审: the oldest waiting report, as a card."""
    await _show_next(conv, None, has_head=True)


async def tap_next(conv: Conversation, tap: Tap) -> None:
    """下一件: the waiting report after this one, or from the start again."""
    desk = await _open(conv, tap.id)
    at = desk.report.submitted_at
    await conv.answer()
    await _show_next(conv, (at, desk.report.id) if at is not None else None, has_head=False)


async def _show_next(conv: Conversation, after: tuple[datetime, int] | None, *, has_head: bool) -> None:
    queue = await conv.run(reviews.list_queue, actor=conv.actor, limit=1, after=after)
    if not queue.desks and after is not None:
        queue = await conv.run(reviews.list_queue, actor=conv.actor, limit=1)
    if not queue.desks:
        await conv.say(Screen(conv.words("reviews/queue_empty.j2")))
        return
    desk = queue.desks[0]
    if has_head:
        await conv.say(Screen(conv.words("reviews/queue_head.j2", total=queue.total)))
    await send_evidence(conv.desk, conv.chat_id, desk.evidence)
    message_id = await conv.say(card_screen(desk, conv.language))
    await conv.desk.deps.run(keep_card, user_id=conv.user_id, report_id=desk.report.id, message_id=message_id)


CARD_TAPS = {
    Act.APPROVE: tap_approve,
    Act.ADJUST: tap_adjust,
    Act.GIVE: tap_give,
    Act.RETURN: tap_return,
    Act.RETURN_FOR: tap_return_for,
    Act.REJECT: tap_reject,
    Act.REJECT_FOR: tap_reject_for,
    Act.TYPE_REASON: tap_type_reason,
    Act.CARD: tap_card,
    Act.UNDO: tap_undo,
    Act.NEXT: tap_next,
}
