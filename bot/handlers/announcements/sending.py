"""The preview of an announcement, when it goes out, and the last question before it does."""

from dataclasses import replace
from datetime import datetime

from bot.attachments import send_words
from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.handlers.announcements.screens import about, opened, show_audience, take_preview_away
from bot.handlers.announcements.watching import let_follow
from bot.screen import Screen
from bot.screens.announcements import (
    Step,
    confirm_screen,
    message_screen,
    preview_screen,
    progress_screen,
    when_screen,
)
from bot.screens.times import read_button_time
from domain.errors import AnnouncementConflict, AudienceEmpty, DueInPast, Invalid, TimeUnreadable
from domain.spoken_times import read_time
from services import announcements, members
from services.announcements import AnnouncementDesk
from services.wording import footer_of


async def tap_preview(conv: Conversation, tap: Tap) -> None:
    """下一步：预览: the message exactly as readers see it, and what to do below it."""
    desk = await opened(conv, tap.id)
    me = await conv.run(members.who_am_i, actor=conv.actor)
    footer = await conv.run(footer_of, unit_id=desk.unit.id, language=conv.language)
    screen = message_screen(
        desk.announcement, desk.unit, conv.language, footer=footer, name=me.member.name, is_preview=True
    )
    take_preview_away(conv)
    message = await send_words(
        conv.desk.bot, conv.desk.deps, conv.chat_id, screen, desk.announcement.attachment, is_interactive=True
    )
    await conv.show_below(
        preview_screen(desk, conv.language),
        Step.PREVIEW,
        announcement_id=tap.id,
        preview=message.message_id,
    )


async def _show_kept(conv: Conversation, screen: Screen, step: str, announcement_id: int) -> None:
    """Show a screen below the preview, which stays."""
    kept = {"preview": conv.dialog.data["preview"]} if "preview" in conv.dialog.data else {}
    await conv.show(screen, step, announcement_id=announcement_id, **kept)


async def tap_when(conv: Conversation, tap: Tap) -> None:
    """定时发送: a time is chosen or typed."""
    desk = await opened(conv, tap.id)
    screen = when_screen(desk, conv.language, now=conv.desk.deps.clock.now())
    await _show_kept(conv, screen, Step.WHEN, tap.id)


async def type_when(conv: Conversation, text: str) -> None:
    """The time was typed."""
    desk = await opened(conv, about(conv))
    now = conv.desk.deps.clock.now()
    due_at = read_time(text, now, desk.unit.time_zone)
    problem: Invalid | None = None
    if due_at is None:
        problem = TimeUnreadable()
    elif due_at <= now:
        problem = DueInPast()
    if problem is not None:
        screen = when_screen(desk, conv.language, now=now, problem=conv.error_words(problem))
        await _show_kept(conv, screen, Step.WHEN, desk.announcement.id)
        return
    screen = confirm_screen(desk, conv.language, due_at=due_at)
    await _show_kept(conv, screen, Step.CONFIRM, desk.announcement.id)


async def tap_ask(conv: Conversation, tap: Tap) -> None:
    """现在发送, or a time was chosen: the count once more."""
    desk = await opened(conv, tap.id)
    screen = confirm_screen(desk, conv.language, due_at=_due(tap, desk))
    await _show_kept(conv, screen, Step.CONFIRM, tap.id)


def _due(tap: Tap, desk: AnnouncementDesk) -> datetime | None:
    return read_button_time(tap.arg, desk.unit.time_zone) if tap.arg else None


async def tap_send(conv: Conversation, tap: Tap) -> None:
    """确定发送: it goes out, now or when it is due; a second tap shows how far it has come."""
    desk = await opened(conv, tap.id)
    due_at = _due(tap, desk)
    try:
        if due_at is None:
            desk = await conv.run(announcements.send_now, actor=conv.actor, announcement_id=tap.id)
        else:
            desk = await conv.run(
                announcements.schedule, actor=conv.actor, announcement_id=tap.id, due_at=due_at
            )
    except AnnouncementConflict:
        desk = await opened(conv, tap.id)
    except DueInPast as refused:
        screen = when_screen(
            desk, conv.language, now=conv.desk.deps.clock.now(), problem=conv.error_words(refused)
        )
        await _show_kept(conv, screen, Step.WHEN, tap.id)
        return
    except AudienceEmpty as refused:
        await show_audience(conv, desk, problem=conv.error_words(refused))
        return
    take_preview_away(conv)
    screen = progress_screen(desk, conv.language)
    await conv.show(screen, None)
    message_id = conv.dialog.screen_message_id
    await conv.remember(replace(conv.dialog, screen_message_id=None))
    if message_id is not None:
        await let_follow(conv, tap.id, message_id, screen)


async def tap_discard(conv: Conversation, tap: Tap) -> None:
    """不发了."""
    await conv.run(announcements.discard, actor=conv.actor, announcement_id=tap.id)
    take_preview_away(conv)
    await conv.close_screen(progress_screen(await opened(conv, tap.id), conv.language))


SCREEN_TAPS = {
    Act.ANNOUNCE_PREVIEW: tap_preview,
    Act.ANNOUNCE_WHEN: tap_when,
    Act.ANNOUNCE_ASK: tap_ask,
    Act.ANNOUNCE_SEND: tap_send,
    Act.ANNOUNCE_DISCARD: tap_discard,
}
TYPED = {Step.WHEN: type_when}
