"""One person's chat while an update is handled: who it is, what was shown last, and how to answer."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageCaption,
    EditMessageReplyMarkup,
    EditMessageText,
    SendMessage,
)
from aiogram.types import ReplyKeyboardMarkup

from bot.api import Failure, Line, call, sort_failure
from bot.nursery import Nursery
from bot.pictures import send_picture
from bot.screen import CAPTION_LENGTH_MAX, Screen, clipped, inline_keyboard, plain, text_length
from domain.errors import JifenError
from services.actors import ChatAccount
from services.deps import Deps
from storage import dialogs as stored_dialogs
from storage import members as stored_members
from storage.dialogs import Dialog
from templates.words import language_of, render

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)
CHATS_REMEMBERED_MAX = 2000
ALERT_LENGTH_MAX = 200


@dataclass
class Desk:
    """What all conversations of one bot share."""

    bot: Bot
    deps: Deps
    nursery: Nursery = field(default_factory=Nursery)
    wake_sender: asyncio.Event = field(default_factory=asyncio.Event)
    wake_fetcher: asyncio.Event = field(default_factory=asyncio.Event)
    line: Line = field(default_factory=Line)
    put_back: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody paused or stopped an announcement: what the sender has in hand is to be looked at anew."""
    known: OrderedDict[int, tuple[Dialog, str | None]] = field(default_factory=OrderedDict)
    locks: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    arrivals: dict[int, int] = field(default_factory=dict)
    """For chats in which photos are arriving: how many came, so that only the last one is answered."""

    def lock(self, chat_id: int) -> asyncio.Lock:
        """Return the lock under which everything in this chat happens, one thing after the other."""
        return self.locks.setdefault(chat_id, asyncio.Lock())

    def remember(self, chat_id: int, dialog: Dialog, language: str | None) -> None:
        """Keep a chat's dialog and language in memory; the database has them too."""
        self.known[chat_id] = (dialog, language)
        self.known.move_to_end(chat_id)
        while len(self.known) > CHATS_REMEMBERED_MAX:
            self.known.popitem(last=False)


def load_chat(deps: Deps, chat_id: int, user_id: int) -> tuple[Dialog, str | None]:
    """Return the dialog of a chat and the language its person chose."""
    with deps.store.read() as uow:
        member = stored_members.member_of_account(uow, user_id)
        return stored_dialogs.get_dialog(uow, chat_id), member.language if member else None


def save_chat(deps: Deps, dialog: Dialog) -> None:
    """Keep the dialog of a chat."""
    with deps.store.begin() as uow:
        stored_dialogs.save_dialog(uow, dialog, now=deps.clock.now())


@dataclass
class Conversation:
    """One update's worth of talk with one person."""

    desk: Desk
    user_id: int
    chat_id: int
    update_id: int
    client_language: str | None
    dialog: Dialog
    language: str
    tapped_message_id: int | None = None
    callback_id: str | None = None
    is_answered: bool = False
    deferred: list[asyncio.Task[Any]] = field(default_factory=list)

    @property
    def actor(self) -> ChatAccount:
        """The person as the services know them."""
        return ChatAccount(self.user_id)

    @property
    def step(self) -> str | None:
        """Where the open dialog stands."""
        return self.dialog.step

    @property
    def is_on_screen(self) -> bool:
        """Whether the tap came from the message that is the current screen."""
        return self.tapped_message_id is not None and self.tapped_message_id == self.dialog.screen_message_id

    async def run(self, use_case: Callable[Concatenate[Deps, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case in one thread hop; afterwards the sender and the fetcher look for work."""
        result = await self.desk.deps.run(use_case, *args, **kwargs)
        self.desk.wake_sender.set()
        self.desk.wake_fetcher.set()
        return result

    def words(self, template: str, **facts: Any) -> str:
        """Render a message template in this person's language."""
        return render(f"messages/{template}", self.language, facts)

    def error_words(self, error: JifenError) -> str:
        """Render what a refusal means and what to do."""
        return self.words("errors.j2", code=error.code, facts=error.facts())

    async def show(self, screen: Screen, step: str | None, **data: Any) -> None:
        """Show a screen: the tapped one changes in place, otherwise a new one comes below and the old goes.

        `data` replaces what the dialog knew. A message keeps its picture: another one is another message.
        """
        old_id = self.dialog.screen_message_id
        picture = screen.picture.key if screen.picture is not None else None
        keeps_picture = self.dialog.data.get("picture") == picture
        message_id = None
        if self.is_on_screen and keeps_picture:
            message_id = await self._edit(self.tapped_message_id, screen)
        if message_id is None:
            message_id = await self.say(screen)
            if old_id is not None:
                self.later(self._remove(old_id), name="remove an old screen")
        known = data | {"picture": picture} if picture is not None else data
        await self.remember(Dialog(self.chat_id, step, known, message_id))

    async def remember(self, dialog: Dialog) -> None:
        """Keep the dialog, in memory and in the database."""
        if dialog != self.dialog:
            self.dialog = dialog
            await self.desk.deps.run(save_chat, dialog)
        self.desk.remember(self.chat_id, dialog, self.language)

    async def expect_text(self, step: str, **facts: Any) -> None:
        """Take the next text for the card that was tapped."""
        before = self.dialog.data.get("before", [self.step, self.dialog.data])
        data = facts | {"card": self.tapped_message_id, "before": before}
        await self.remember(Dialog(self.chat_id, step, data, self.dialog.screen_message_id))

    async def stop_expecting(self) -> None:
        """Go on where the person was before a card asked for text: perhaps in a report of their own."""
        if "before" in self.dialog.data:
            step, data = self.dialog.data["before"]
            await self.remember(Dialog(self.chat_id, step, data, self.dialog.screen_message_id))

    async def close_screen(self, screen: Screen) -> None:
        """Show last words on the current screen and end the dialog."""
        await self.show(screen, None)
        await self.remember(replace(self.dialog, screen_message_id=None))

    async def speak(self, language: str) -> None:
        """Go on in another language."""
        self.language = language
        self.desk.remember(self.chat_id, self.dialog, language)

    async def say(self, screen: Screen, *, menu: ReplyKeyboardMarkup | None = None) -> int:
        """Send a message of its own and return its id."""
        if screen.picture is not None:
            return await send_picture(self.desk.bot, self.desk.deps, self.chat_id, screen)
        message = await call(
            self.desk.bot,
            SendMessage(
                chat_id=self.chat_id,
                text=clipped(screen.text),
                reply_markup=menu if menu is not None else inline_keyboard(screen),
            ),
        )
        return message.message_id

    async def edit(self, message_id: int, screen: Screen) -> None:
        """Change another message of this chat."""
        await self._edit(message_id, screen)

    async def _edit(self, message_id: int | None, screen: Screen) -> int | None:
        if message_id is None:
            return None
        edit: EditMessageText | EditMessageCaption = EditMessageText(
            chat_id=self.chat_id,
            message_id=message_id,
            text=clipped(screen.text),
            reply_markup=inline_keyboard(screen),
        )
        if screen.picture is not None:
            edit = EditMessageCaption(
                chat_id=self.chat_id,
                message_id=message_id,
                caption=clipped(screen.text, length_max=CAPTION_LENGTH_MAX),
                reply_markup=inline_keyboard(screen),
            )
        try:
            await call(self.desk.bot, edit)
        except AiogramError as error:
            failure = sort_failure(error)
            if failure is Failure.GONE:
                return None
            if failure is not Failure.UNCHANGED:
                raise
        return message_id

    async def show_below(self, screen: Screen, step: str | None, **data: Any) -> None:
        """Show a screen as a new message below whatever was sent since; the old screen goes."""
        self.tapped_message_id = None
        await self.show(screen, step, **data)

    def remove_later(self, message_id: int) -> None:
        """Take a message of the bot out of the chat; nobody waits for that."""
        self.later(self._remove(message_id), name="remove a message")

    async def change_buttons(self, screen: Screen) -> None:
        """Change only the buttons of the tapped message, whatever it shows."""
        try:
            await call(
                self.desk.bot,
                EditMessageReplyMarkup(
                    chat_id=self.chat_id,
                    message_id=self.tapped_message_id,
                    reply_markup=inline_keyboard(screen),
                ),
            )
        except AiogramError as error:
            if sort_failure(error) not in {Failure.UNCHANGED, Failure.GONE}:
                raise

    async def _remove(self, message_id: int) -> None:
        try:
            await call(self.desk.bot, DeleteMessage(chat_id=self.chat_id, message_id=message_id))
        except AiogramError:
            await self._strip(message_id)

    async def _strip(self, message_id: int) -> None:
        try:
            await call(self.desk.bot, EditMessageReplyMarkup(chat_id=self.chat_id, message_id=message_id))
        except AiogramError as error:
            logger.debug("an old screen of chat %s stays: %s", self.chat_id, error)

    async def answer(self, text: str | None = None, *, is_alert: bool = False) -> None:
        """Answer the tap, once: the button stops spinning, perhaps with a line of HTML's plain words."""
        if self.callback_id is None or self.is_answered:
            return
        self.is_answered = True
        try:
            await call(
                self.desk.bot,
                AnswerCallbackQuery(
                    callback_query_id=self.callback_id,
                    text=plain(text)[:ALERT_LENGTH_MAX] if text else None,
                    show_alert=is_alert or None,
                ),
            )
        except AiogramError as error:
            logger.debug("a tap of chat %s could not be answered: %s", self.chat_id, error)

    async def refuse(self, error: JifenError) -> None:
        """Tell what was refused: on the tapped button, or as a message."""
        await self.tell(self.error_words(error))

    async def tell(self, text: str) -> None:
        """Tell one sentence: on the tapped button where it fits, or as a message."""
        if self.callback_id is not None and not self.is_answered and text_length(text) <= ALERT_LENGTH_MAX:
            await self.answer(text, is_alert=True)
        else:
            await self.say(Screen(text))

    def end(self) -> None:
        """Let the button stop spinning if nothing was said on it; nobody waits for that."""
        if self.callback_id is not None and not self.is_answered:
            self.later(self.answer(), name="answer a tap")

    def later(self, work: Coroutine[Any, Any, Any], *, name: str) -> None:
        """Let work go on behind; the update counts as handled only when it has ended."""
        self.deferred.append(self.desk.nursery.watch(work, name=name))


async def open_conversation(
    desk: Desk,
    *,
    user_id: int,
    chat_id: int,
    update_id: int,
    client_language: str | None,
    tapped_message_id: int | None = None,
    callback_id: str | None = None,
) -> Conversation:
    """Return the conversation of a chat, from memory or from the database."""
    if chat_id in desk.known:
        dialog, language = desk.known[chat_id]
        desk.known.move_to_end(chat_id)
    else:
        dialog, language = await desk.deps.run(load_chat, chat_id, user_id)
        desk.remember(chat_id, dialog, language)
    return Conversation(
        desk=desk,
        user_id=user_id,
        chat_id=chat_id,
        update_id=update_id,
        client_language=client_language,
        dialog=dialog,
        language=language or language_of(client_language),
        tapped_message_id=tapped_message_id,
        callback_id=callback_id,
    )
