"""Writing an announcement, watching it go out, and confirming that one has read one."""

from bot.conversation import Conversation
from bot.handlers.announcements import aiming, sending, watching, writing
from bot.handlers.announcements.writing import start, take_media
from bot.screen import Screen
from bot.screens.announcements import Step


async def type_hint(conv: Conversation, text: str) -> None:  # noqa: ARG001  whatever it says
    """A text where a button is to be tapped."""
    await conv.say(Screen(conv.words("announcements/hint.j2", kind="text")))


SCREEN_TAPS = {**writing.SCREEN_TAPS, **aiming.SCREEN_TAPS, **sending.SCREEN_TAPS}
ANYWHERE_TAPS = watching.ANYWHERE_TAPS
TYPED = {
    **dict.fromkeys((Step.AUDIENCE, Step.CHOICES, Step.PREVIEW, Step.CONFIRM), type_hint),
    **writing.TYPED,
    **aiming.TYPED,
    **sending.TYPED,
}
__all__ = ["ANYWHERE_TAPS", "SCREEN_TAPS", "TYPED", "start", "take_media"]
