"""Finds the handler of an update: by tables, so that the last button is as quick as the first."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from typing import Any

from aiogram import Dispatcher, Router
from aiogram.enums import ChatType
from aiogram.exceptions import AiogramError
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

from bot.callbacks import Act, Tap, read_tap
from bot.conversation import Conversation, Desk, open_conversation
from bot.handlers import (
    announcements,
    appeals,
    counter,
    evidence,
    group_lists,
    groups,
    ledger,
    members,
    reminders,
    reports,
    reviews,
    shop,
    standings,
    windows,
)
from bot.screen import Screen
from bot.screens.announcements import STEPS as ANNOUNCING
from bot.screens.reports import Step
from bot.screens.shop import STEP as SHOPPING
from domain.errors import JifenError
from domain.shop import START_PREFIX, typed_code
from services.members import note_blocked
from storage.database import Unreachable
from templates.labels import Label
from templates.words import LANGUAGES, label

logger = logging.getLogger(__name__)
TapHandler = Callable[[Conversation, Tap], Coroutine[Any, Any, None]]
Running = list[asyncio.Task[Any]]
"""What a handler left running; the update counts as handled when it has ended."""

SCREEN_TAPS: dict[Act, TapHandler] = {
    **reports.SCREEN_TAPS,
    **ledger.SCREEN_TAPS,
    **shop.SCREEN_TAPS,
    **counter.SCREEN_TAPS,
    **windows.SCREEN_TAPS,
    **announcements.SCREEN_TAPS,
    **standings.SCREEN_TAPS,
    **group_lists.SCREEN_TAPS,
}
"""Buttons of the current screen; on an older message they are stale."""
ANYWHERE_TAPS: dict[Act, TapHandler] = {
    **reports.ANYWHERE_TAPS,
    **ledger.ANYWHERE_TAPS,
    **reviews.CARD_TAPS,
    **appeals.ANYWHERE_TAPS,
    **announcements.ANYWHERE_TAPS,
    **reminders.ANYWHERE_TAPS,
    **members.ANYWHERE_TAPS,
    **shop.ANYWHERE_TAPS,
    **counter.ANYWHERE_TAPS,
    **standings.ANYWHERE_TAPS,
}
"""Buttons of messages that stay valid: cards, notices, menus."""
MENU: dict[str, Callable[[Conversation], Awaitable[None]]] = {
    Label.REPORT: reports.start,
    Label.MY_POINTS: ledger.show_my_points,
    Label.MY_REPORTS: reports.show_my_reports,
    Label.QUEUE: reviews.show_queue,
    Label.SHOP: shop.show_shop,
    Label.MY_ORDERS: shop.show_my_orders,
    Label.COUNTER: counter.show_counter,
    Label.ANNOUNCE: announcements.start,
    Label.FREEZE: standings.show_freezing,
    Label.PUBLISH: group_lists.show_publishing,
    Label.PANEL: members.panel_command,
}
COMMANDS: dict[str, Callable[[Conversation], Awaitable[None]]] = {
    "report": reports.start,
    "points": ledger.show_my_points,
    "reports": reports.show_my_reports,
    "queue": reviews.show_queue,
    "shop": shop.show_shop,
    "orders": shop.show_my_orders,
    "counter": counter.show_counter,
    "announce": announcements.start,
    "freeze": standings.show_freezing,
    "publish": group_lists.show_publishing,
    "panel": members.panel_command,
    "language": members.language_command,
    "help": members.help_command,
}
TYPED: dict[str, Callable[[Conversation, str], Awaitable[None]]] = {
    Step.QUANTITY: reports.type_quantity,
    Step.NOTE: reports.type_note,
    Step.DATE: reports.type_day,
    Step.CALENDAR: reports.type_day,
    Step.OBJECTION: appeals.type_reason,
    appeals.ANSWERING: appeals.type_answer,
    "review_points": reviews.type_points,
    "review_return": reviews.type_return,
    "review_reject": reviews.type_reject,
    **counter.TYPED,
    **windows.TYPED,
    **announcements.TYPED,
}
OTHER_KINDS = ("sticker", "voice", "location", "video", "video_note", "animation", "audio", "contact", "poll")


@cache
def menu_words() -> dict[str, Callable[[Conversation], Awaitable[None]]]:
    """Return the menu's words in every language."""
    return {label(words, language): act for words, act in MENU.items() for language in LANGUAGES}


class TapOfTable(Filter):
    """Passes a callback with its tap, or with None when the data is none of ours; costs no thread."""

    async def __call__(self, callback: CallbackQuery) -> dict[str, Any]:
        """Read the data once."""
        return {"tap": read_tap(callback.data or "")}


def build_dispatcher(desk: Desk) -> Dispatcher:
    """Return aiogram's dispatcher with one handler for each kind of update."""
    router = Router(name="jifen")

    async def on_tap(callback: CallbackQuery, tap: Tap | None, event_update: Update) -> Running:
        if callback.message is None:
            return []
        async with desk.lock(callback.message.chat.id):
            conv = await open_conversation(
                desk,
                user_id=callback.from_user.id,
                chat_id=callback.message.chat.id,
                update_id=event_update.update_id,
                client_language=callback.from_user.language_code,
                tapped_message_id=callback.message.message_id,
                callback_id=callback.id,
            )
            is_private = callback.message.chat.type == ChatType.PRIVATE
            await _guarded(conv, handle_tap(conv, tap) if is_private else tap_in_group(conv))
        return conv.deferred

    async def on_message(message: Message, event_update: Update) -> Running:
        if message.migrate_to_chat_id is not None:
            await groups.moved(desk, message.chat.id, message.migrate_to_chat_id)
            return []
        if message.from_user is None:
            return []
        async with desk.lock(message.chat.id):
            conv = await open_conversation(
                desk,
                user_id=message.from_user.id,
                chat_id=message.chat.id,
                update_id=event_update.update_id,
                client_language=message.from_user.language_code,
            )
            is_private = message.chat.type == ChatType.PRIVATE
            await _guarded(conv, handle_message(conv, message) if is_private else in_group(conv, message))
        return conv.deferred

    async def on_membership(change: ChatMemberUpdated) -> None:
        if change.chat.type == ChatType.PRIVATE:
            is_blocked = change.new_chat_member.status == "kicked"
            await desk.deps.run(note_blocked, user_id=change.from_user.id, is_blocked=is_blocked)
            desk.wake_sender.set()
        else:
            await groups.membership_changed(desk, change)

    router.callback_query.register(on_tap, TapOfTable())
    router.message.register(on_message)
    router.my_chat_member.register(on_membership)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    return dispatcher


async def _guarded(conv: Conversation, work: Awaitable[None]) -> None:
    try:
        await work
    except JifenError as error:
        await conv.refuse(error)
    except (AiogramError, Unreachable):
        raise  # it is tried again
    except Exception:
        await conv.tell(conv.words("errors.j2", code="unexpected", facts={}))
        raise
    conv.end()


async def handle_tap(conv: Conversation, tap: Tap | None) -> None:
    """Run the handler of a tap; stale and forged ones get a sentence."""
    if tap is None:
        await _tell_stale(conv)
        return
    if tap.act is Act.NOTHING:
        return
    if tap.act is Act.DISABLED:
        await conv.tell(conv.words("errors.j2", code="button.disabled", facts={}))
        return
    if tap.act in SCREEN_TAPS:
        if not conv.is_on_screen and tap.act is not Act.SUBMIT:
            await _tell_stale(conv)
            return
        handler = SCREEN_TAPS[tap.act] if conv.is_on_screen else reports.tap_submit_late
    else:
        handler = ANYWHERE_TAPS[tap.act]
    try:
        await handler(conv, tap)
    except (ValueError, OverflowError):
        logger.warning("a button of chat %s carried what no button of ours carries", conv.chat_id)
        await _tell_stale(conv)


async def _tell_stale(conv: Conversation) -> None:
    await conv.tell(conv.words("errors.j2", code="button.stale", facts={}))


async def handle_message(conv: Conversation, message: Message) -> None:
    """Run the handler of a private message."""
    if (message.photo or message.document) and conv.step == Step.OBJECTION:
        await conv.say(Screen(conv.words("reports/wrong_step.j2", step=conv.step, kind="photo")))
        return
    if (message.photo or message.document) and conv.step in ANNOUNCING:
        await announcements.take_media(conv, message)
        return
    if await counter.take_photo(conv, message):
        return
    if message.photo or message.document:
        await evidence.take_evidence(conv, message)
        return
    if message.text is None:
        await handle_other_kind(conv, message)
        return
    await handle_text(conv, message.text.strip())


async def handle_text(conv: Conversation, text: str) -> None:
    """Run the handler of a text: commands and the menu's words first, then what the open step expects."""
    if text.startswith("/"):
        await handle_command(conv, text)
    elif text in menu_words():
        await menu_words()[text](conv)
    elif await counter.take_words(conv, text):
        return
    elif conv.step in TYPED:
        await TYPED[conv.step](conv, text)
    elif conv.step is None or conv.step in {Step.DETAIL, SHOPPING}:
        await members.stray_text(conv, text)
    else:
        await conv.say(Screen(conv.words("reports/wrong_step.j2", step=conv.step, kind="text")))


async def handle_command(conv: Conversation, text: str) -> None:
    """Run a command; one that does not exist gets the help."""
    word, _, argument = text[1:].partition(" ")
    name = word.partition("@")[0].lower()
    if name == "start":
        await start(conv, argument.strip())
    else:
        await COMMANDS.get(name, members.help_command)(conv)


async def start(conv: Conversation, argument: str) -> None:
    """/start: a pick-up code at the counter, an invitation, or nothing."""
    if argument.startswith(START_PREFIX) and typed_code(argument) is not None:
        await counter.open_by_code(conv, argument)
    else:
        await members.start_command(conv, argument)


async def handle_other_kind(conv: Conversation, message: Message) -> None:
    """Say what to do instead of a sticker, a voice message or a location."""
    kind = next((kind for kind in OTHER_KINDS if getattr(message, kind, None) is not None), "other")
    known = {"video_note": "video", "animation": "video", "audio": "voice"}
    await members.unknown_kind(conv, known.get(kind, kind))


async def in_group(conv: Conversation, message: Message) -> None:
    """In a group only commands for this bot are answered, and only with a hint."""
    if message.text is None or not message.text.startswith("/"):
        return
    command, *_ = message.text.split(maxsplit=1)
    _, _, whose = command.partition("@")
    if not whose or whose.casefold() == ((await conv.desk.bot.me()).username or "").casefold():
        await members.group_message(conv)


async def tap_in_group(conv: Conversation) -> None:
    """No message in a group has buttons of ours: whoever taps one made it up."""
    await _tell_stale(conv)
