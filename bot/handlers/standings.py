"""Freezing a period in the chat, and what a member wants to be told about it."""

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.screen import Screen
from bot.screens.reports import Step
from bot.screens.standings import choices_screen, freezing_screen, preview_screen
from services import standings
from services.standings import ChoicesDesk


async def show_freezing(conv: Conversation, unit_id: int | None = None) -> None:
    """定稿: the periods that are over."""
    desk = await conv.run(standings.open_freezing, actor=conv.actor, unit_id=unit_id)
    await conv.show(freezing_screen(desk, conv.language), Step.DETAIL)


async def tap_freeze(conv: Conversation, tap: Tap) -> None:
    """The periods of a unit."""
    await show_freezing(conv, tap.id)


async def tap_preview(conv: Conversation, tap: Tap) -> None:
    """The list as it would be frozen, or the progress of its notices."""
    await _show_list(conv, tap)


async def tap_whole(conv: Conversation, tap: Tap) -> None:
    """The whole list."""
    await _show_list(conv, tap, is_whole=True)


async def tap_confirm(conv: Conversation, tap: Tap) -> None:
    """确认定稿: freeze it; a second tap finds it frozen, and is told so."""
    done = await conv.run(standings.freeze_period, actor=conv.actor, unit_id=tap.id, period=tap.arg)
    await conv.answer(conv.words("standings/frozen.j2", done=done), is_alert=True)
    await _show_list(conv, tap)


async def _show_list(conv: Conversation, tap: Tap, *, is_whole: bool = False) -> None:
    found = await conv.run(standings.preview_freeze, actor=conv.actor, unit_id=tap.id, period=tap.arg)
    await conv.show(preview_screen(found, conv.language, is_whole=is_whole), Step.DETAIL)


async def tap_notices(conv: Conversation, _tap: Tap) -> None:
    """告知设置."""
    desk = await conv.run(standings.my_choices, actor=conv.actor)
    await conv.say(choices_screen(desk, conv.language))


async def tap_picture(conv: Conversation, tap: Tap) -> None:
    """With or without the picture."""
    desk = await conv.run(standings.choose_notices, actor=conv.actor, wants_picture=_is_wanted(tap))
    await _show_choices(conv, desk)


async def tap_monthly(conv: Conversation, tap: Tap) -> None:
    """With or without the short form of every month."""
    desk = await conv.run(standings.choose_notices, actor=conv.actor, wants_monthly=_is_wanted(tap))
    await _show_choices(conv, desk)


async def tap_name(conv: Conversation, tap: Tap) -> None:
    """With or without one's name in the lists that a group sees."""
    desk = await conv.run(standings.choose_notices, actor=conv.actor, hides_name=not _is_wanted(tap))
    await _show_choices(conv, desk)


def _is_wanted(tap: Tap) -> bool:
    if tap.arg not in {"0", "1"}:
        raise ValueError(tap.arg)
    return tap.arg == "1"


async def _show_choices(conv: Conversation, desk: ChoicesDesk) -> None:
    screen: Screen = choices_screen(desk, conv.language)
    if conv.tapped_message_id is not None:
        await conv.edit(conv.tapped_message_id, screen)


SCREEN_TAPS = {
    Act.FREEZE: tap_freeze,
    Act.FREEZE_PREVIEW: tap_preview,
    Act.FREEZE_WHOLE: tap_whole,
    Act.FREEZE_CONFIRM: tap_confirm,
}
ANYWHERE_TAPS = {
    Act.NOTICES: tap_notices,
    Act.NOTICE_PICTURE: tap_picture,
    Act.NOTICE_MONTHLY: tap_monthly,
    Act.NOTICE_NAME: tap_name,
}
