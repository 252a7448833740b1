"""Posting the head of a frozen list in the unit's groups (公告)."""

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.screens.group_lists import post_preview_screen, publishing_screen
from bot.screens.reports import Step
from services import group_lists


async def show_publishing(conv: Conversation, unit_id: int | None = None) -> None:
    """公告: the frozen periods whose list may go to the group."""
    desk = await conv.run(group_lists.open_publishing, actor=conv.actor, unit_id=unit_id)
    await conv.show(publishing_screen(desk, conv.language), Step.DETAIL)


async def tap_publishing(conv: Conversation, tap: Tap) -> None:
    """The periods of a unit."""
    await show_publishing(conv, tap.id)


async def tap_preview(conv: Conversation, tap: Tap) -> None:
    """The post as the group will see it."""
    post = await conv.run(group_lists.preview_post, actor=conv.actor, unit_id=tap.id, period=tap.arg)
    await conv.show(post_preview_screen(post, conv.language), Step.DETAIL)


async def tap_post(conv: Conversation, tap: Tap) -> None:
    """发到群里: once for each group; a second tap finds it sent."""
    post = await conv.run(group_lists.post_list, actor=conv.actor, unit_id=tap.id, period=tap.arg)
    conv.desk.wake_sender.set()
    await conv.show(post_preview_screen(post, conv.language), Step.DETAIL)


SCREEN_TAPS = {
    Act.PUBLISH: tap_publishing,
    Act.PUBLISH_PREVIEW: tap_preview,
    Act.PUBLISH_SEND: tap_post,
}
