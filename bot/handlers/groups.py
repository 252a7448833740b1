"""Groups: the bot is added, removed, or the group gets a new address."""

from aiogram.types import ChatMemberUpdated

from bot.conversation import Desk
from services.actors import ChatAccount
from services.groups import note_joined, note_left, note_moved

PRESENT = frozenset({"member", "administrator", "creator", "restricted"})


async def membership_changed(desk: Desk, change: ChatMemberUpdated) -> None:
    """The bot came into a group, or left it."""
    if change.new_chat_member.status in PRESENT:
        await desk.deps.run(
            note_joined,
            actor=ChatAccount(change.from_user.id),
            chat_id=change.chat.id,
            title=change.chat.title or "",
        )
    else:
        await desk.deps.run(note_left, chat_id=change.chat.id)


async def moved(desk: Desk, old_chat_id: int, new_chat_id: int) -> None:
    """The group became a supergroup."""
    await desk.deps.run(note_moved, old_chat_id=old_chat_id, new_chat_id=new_chat_id)
