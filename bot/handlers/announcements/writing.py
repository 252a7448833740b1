"""Beginning an announcement, and its words, photo or file."""

from aiogram.types import Message

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.handlers.announcements.screens import about, ask_content, opened, show_audience
from bot.screen import Screen
from bot.screens.announcements import Step
from domain.announcements import Attachment, AttachmentKind
from domain.errors import AnnouncementEmpty, AnnouncementTooLong
from services import announcements


async def start(conv: Conversation) -> None:
    """写通知: a new draft."""
    cause_key = f"announce:{conv.desk.bot.id}:{conv.update_id}"
    desk = await conv.run(announcements.start_announcement, actor=conv.actor, cause_key=cause_key)
    await ask_content(conv, desk)


async def tap_content(conv: Conversation, tap: Tap) -> None:
    """改内容."""
    await ask_content(conv, await opened(conv, tap.id))


async def type_content(conv: Conversation, text: str) -> None:
    """The words were typed; a photo or file stays."""
    desk = await opened(conv, about(conv))
    await _write(conv, text, desk.announcement.attachment)


async def take_media(conv: Conversation, message: Message) -> None:
    """A photo or a file came: it is the announcement's; its caption, if there is one, are the words.

    Words and photo often come one after the other, so the first one is taken at any step.
    """
    draft = (await opened(conv, about(conv))).announcement
    if conv.step != Step.CONTENT and draft.attachment is not None:
        await conv.say(Screen(conv.words("announcements/hint.j2", kind="media")))
        return
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        attachment = Attachment(AttachmentKind.PHOTO, largest.file_id)
    else:
        document = message.document
        assert document is not None, "only photos and documents come here"
        attachment = Attachment(AttachmentKind.DOCUMENT, document.file_id, document.file_name)
    await _write(conv, message.caption or draft.text, attachment)


async def _write(conv: Conversation, text: str, attachment: Attachment | None) -> None:
    announcement_id = about(conv)
    try:
        desk = await conv.run(
            announcements.write_content,
            actor=conv.actor,
            announcement_id=announcement_id,
            text=text,
            attachment=attachment,
        )
    except (AnnouncementEmpty, AnnouncementTooLong) as refused:
        desk = await opened(conv, announcement_id)
        await ask_content(conv, desk, problem=conv.error_words(refused))
        return
    await show_audience(conv, desk)


SCREEN_TAPS = {Act.ANNOUNCE_CONTENT: tap_content}
TYPED = {Step.CONTENT: type_content}
