"""Watching an announcement go out: progress, pause, stop, take back; and a reader's 已阅."""

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.handlers.announcements.screens import opened
from bot.memory import follow
from bot.screen import Screen
from bot.screens.announcements import (
    Step,
    audience_screen,
    digest_of,
    is_over,
    progress_screen,
    read_screen,
)
from domain.errors import AnnouncementConflict
from services import announcements
from services.announcements import AnnouncementDesk


async def let_follow(conv: Conversation, announcement_id: int, message_id: int, screen: Screen) -> None:
    """Let a message show from now on how far an announcement has come."""
    await conv.run(
        follow,
        announcement_id=announcement_id,
        chat_id=conv.chat_id,
        message_id=message_id,
        language=conv.language,
        shown=digest_of(screen),
    )


async def _redraw(conv: Conversation, desk: AnnouncementDesk, *, is_asking: bool = False) -> None:
    """Bring the tapped message up to date, and let it follow the announcement from now on."""
    message_id = conv.tapped_message_id
    if message_id is None:
        return
    screen = progress_screen(desk, conv.language, is_asking=is_asking)
    await conv.edit(message_id, screen)
    if not is_over(desk.announcement.status):
        # while it asks, the next look must not wipe the question away at once
        await let_follow(conv, desk.announcement.id, message_id, progress_screen(desk, conv.language))


async def tap_progress(conv: Conversation, tap: Tap) -> None:
    """返回: how far it has come."""
    await _redraw(conv, await opened(conv, tap.id))


async def tap_stop(conv: Conversation, tap: Tap) -> None:
    """取消发送: asks once more."""
    await _redraw(conv, await opened(conv, tap.id), is_asking=True)


async def tap_turn(conv: Conversation, tap: Tap) -> None:
    """暂停, 继续发送, 确定取消, 给没收到的再发一次."""
    use_case = {
        Act.ANNOUNCE_PAUSE: announcements.pause,
        Act.ANNOUNCE_RESUME: announcements.resume,
        Act.ANNOUNCE_STOP_NOW: announcements.cancel,
        Act.ANNOUNCE_AGAIN: announcements.send_again,
    }[tap.act]
    try:
        desk = await conv.run(use_case, actor=conv.actor, announcement_id=tap.id)
    except AnnouncementConflict as late:
        await conv.refuse(late)
        desk = await opened(conv, tap.id)
    conv.desk.put_back.set()
    await _redraw(conv, desk)


async def tap_recall(conv: Conversation, tap: Tap) -> None:
    """撤回修改: a scheduled one is a draft again, its audience shown."""
    try:
        desk = await conv.run(announcements.recall, actor=conv.actor, announcement_id=tap.id)
    except AnnouncementConflict as late:
        await conv.refuse(late)
        await _redraw(conv, await opened(conv, tap.id))
        return
    await _redraw(conv, desk)
    await conv.show_below(
        audience_screen(desk, conv.language), Step.AUDIENCE, announcement_id=desk.announcement.id
    )


async def tap_read(conv: Conversation, tap: Tap) -> None:
    """已阅."""
    announcement = await conv.run(announcements.confirm_reading, actor=conv.actor, announcement_id=tap.id)
    await conv.answer(conv.words("announcements/read.j2"))
    await conv.change_buttons(read_screen(announcement, conv.language))


ANYWHERE_TAPS = {
    Act.ANNOUNCE_PROGRESS: tap_progress,
    Act.ANNOUNCE_PAUSE: tap_turn,
    Act.ANNOUNCE_RESUME: tap_turn,
    Act.ANNOUNCE_STOP: tap_stop,
    Act.ANNOUNCE_STOP_NOW: tap_turn,
    Act.ANNOUNCE_AGAIN: tap_turn,
    Act.ANNOUNCE_RECALL: tap_recall,
    Act.ANNOUNCE_READ: tap_read,
}
