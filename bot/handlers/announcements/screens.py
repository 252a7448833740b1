"""What the steps of writing an announcement share: the draft at hand, and its first two screens."""

from bot.conversation import Conversation
from bot.screens.announcements import Step, audience_screen, content_screen
from services import announcements
from services.announcements import AnnouncementDesk


def about(conv: Conversation) -> int:
    """Return which announcement the dialog is about."""
    return int(conv.dialog.data["announcement_id"])


async def opened(conv: Conversation, announcement_id: int) -> AnnouncementDesk:
    """Return an announcement as it is now."""
    return await conv.run(announcements.open_announcement, actor=conv.actor, announcement_id=announcement_id)


def take_preview_away(conv: Conversation) -> None:
    """Remove the preview that stands above the screen."""
    preview_id = conv.dialog.data.get("preview")
    if preview_id is not None:
        conv.remove_later(int(preview_id))


async def ask_content(conv: Conversation, desk: AnnouncementDesk, *, problem: str = "") -> None:
    """Ask for the words, a photo or a file."""
    take_preview_away(conv)
    screen = content_screen(desk, conv.language, problem=problem)
    await conv.show(screen, Step.CONTENT, announcement_id=desk.announcement.id)


async def show_audience(conv: Conversation, desk: AnnouncementDesk, *, problem: str = "") -> None:
    """Show whom it is for."""
    take_preview_away(conv)
    screen = audience_screen(desk, conv.language, problem=problem)
    await conv.show(screen, Step.AUDIENCE, announcement_id=desk.announcement.id)
