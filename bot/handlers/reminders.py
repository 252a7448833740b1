"""The buttons of reminders and nudges."""

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.handlers.reviews import show_queue
from bot.screens.reminders import nothing_screen
from domain.periods import parse_period
from services import reminders


async def tap_nothing(conv: Conversation, tap: Tap) -> None:
    """本月无: the reminder says that it is written down; a second tap finds it written."""
    month = parse_period(tap.arg)
    await conv.run(reminders.say_nothing, actor=conv.actor, unit_id=tap.id, month=month)
    if conv.tapped_message_id is not None:
        await conv.edit(conv.tapped_message_id, nothing_screen(month, conv.language))


async def tap_queue(conv: Conversation, _tap: Tap) -> None:
    """待审, below a nudge."""
    await conv.answer()
    await show_queue(conv)


ANYWHERE_TAPS = {Act.NOTHING_THIS_MONTH: tap_nothing, Act.QUEUE: tap_queue}
