"""Objecting to a rejection, and the buttons of the card of the one who answers."""

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.screen import Screen
from bot.screens.appeals import objection_screen, reason_screen
from bot.screens.mine import report_screen
from bot.screens.reports import Step
from domain.errors import Conflict, JifenError, NoteTooLong, ReasonMissing
from services import appeals, reports
from services.appeals import ObjectionDesk

ANSWERING = "review_objection"


async def tap_object(conv: Conversation, tap: Tap) -> None:
    """有异议: ask for the reason; with nothing to object to any more, show how the report stands."""
    desk = await conv.run(reports.open_report, actor=conv.actor, report_id=tap.id)
    if desk.may_object:
        await conv.show(reason_screen(desk, conv.language), Step.OBJECTION, objects_to=tap.id)
    else:
        await conv.show(report_screen(desk, conv.language, page=0), Step.DETAIL)


async def type_reason(conv: Conversation, text: str) -> None:
    """The reason of an objection was typed."""
    report_id = int(conv.dialog.data["objects_to"])
    try:
        objection = await conv.run(
            appeals.raise_objection, actor=conv.actor, report_id=report_id, reason=text
        )
    except (NoteTooLong, ReasonMissing) as refused:
        desk = await conv.run(reports.open_report, actor=conv.actor, report_id=report_id)
        screen = reason_screen(desk, conv.language, problem=conv.error_words(refused))
        await conv.show(screen, Step.OBJECTION, objects_to=report_id)
        return
    await conv.close_screen(Screen(conv.words("appeals/raised.j2", objection=objection)))


async def _open(conv: Conversation, objection_id: int) -> ObjectionDesk:
    return await conv.run(appeals.open_objection, actor=conv.actor, objection_id=objection_id)


async def _redraw(
    conv: Conversation, desk: ObjectionDesk, card_id: int | None, *, is_asking: bool = False
) -> None:
    if card_id is not None:
        await conv.edit(card_id, objection_screen(desk, conv.language, is_asking=is_asking))


async def tap_uphold(conv: Conversation, tap: Tap) -> None:
    """异议成立: the report goes back to the queue."""
    await _answer(conv, tap.id, "", conv.tapped_message_id, is_upheld=True)


async def tap_dismiss(conv: Conversation, tap: Tap) -> None:
    """维持原决定: the next text is the answer."""
    desk = await _open(conv, tap.id)
    if desk.may_answer:
        await conv.expect_text(ANSWERING, objection_id=tap.id)
    await _redraw(conv, desk, conv.tapped_message_id, is_asking=True)


async def tap_card(conv: Conversation, tap: Tap) -> None:
    """返回: the card with its two buttons."""
    await conv.stop_expecting()
    await _redraw(conv, await _open(conv, tap.id), conv.tapped_message_id)


async def type_answer(conv: Conversation, text: str) -> None:
    """The answer that keeps the decision was typed."""
    data = conv.dialog.data
    await _answer(conv, int(data["objection_id"]), text, data["card"], is_upheld=False)


async def _answer(
    conv: Conversation, objection_id: int, answer: str, card_id: int | None, *, is_upheld: bool
) -> None:
    try:
        desk = await conv.run(
            appeals.answer_objection,
            actor=conv.actor,
            objection_id=objection_id,
            is_upheld=is_upheld,
            answer=answer,
        )
    except (NoteTooLong, ReasonMissing) as error:
        await conv.refuse(error)
        return
    except JifenError as error:
        await conv.refuse(error)
        await conv.stop_expecting()
        if isinstance(error, Conflict):
            await _redraw(conv, await _open(conv, objection_id), card_id)
        return
    await conv.stop_expecting()
    await _redraw(conv, desk, card_id)


ANYWHERE_TAPS = {
    Act.OBJECT: tap_object,
    Act.OBJECTION: tap_card,
    Act.UPHOLD: tap_uphold,
    Act.DISMISS: tap_dismiss,
}
