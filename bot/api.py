"""Calls the Bot API: paced, repeated where that is safe, and with failures sorted into what to do next."""

import asyncio
import contextvars
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    CopyMessage,
    EditMessageCaption,
    EditMessageMedia,
    EditMessageReplyMarkup,
    EditMessageText,
    Response,
    SendDocument,
    SendMediaGroup,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.methods.base import TelegramType
from aiogram.types import LinkPreviewOptions, Message
from aiohttp import ClientSession, TCPConnector

from bot.pacing import Pacer, Urgency
from domain.outbox import BLOCKED_FAILURE

CALL_SECONDS_MAX = 30
SILENT_SECONDS = 60.0
"""A line on which no answer came for so long is down: the receiver alone gets one every half minute."""
TRIES_MAX = 4
NEW_MESSAGES = (SendMessage, SendPhoto, SendMediaGroup, SendDocument, CopyMessage)
EDITS = (EditMessageText, EditMessageCaption, EditMessageMedia, EditMessageReplyMarkup)
KEPT_CLASSES = (Response[Message], Response[bool], Response[list[Message]])
"""aiogram builds these on first use; a garbage collection would drop them, and rebuilding costs 5 ms."""

urgency: contextvars.ContextVar[Urgency] = contextvars.ContextVar("urgency", default=Urgency.ANSWER)

on_the_wire: contextvars.ContextVar[Callable[[], None] | None] = contextvars.ContextVar(
    "on_the_wire", default=None
)
"""Called when a paced call has waited for its turn and really starts."""


class Failure(StrEnum):
    """What a failed call means for whoever made it."""

    UNCHANGED = "unchanged"
    """The message already looks so: nothing to do."""
    GONE = "gone"
    """The message to edit or answer is no longer there."""
    BLOCKED = BLOCKED_FAILURE
    """This person or chat cannot be reached; trying again is useless."""
    MOVED = "moved"
    """The group became a supergroup and has another address."""
    WAIT = "wait"
    """Telegram asked for a pause."""
    TRANSIENT = "transient"
    """It did not go through; try again later."""
    AMBIGUOUS = "ambiguous"
    """It may have gone through: the answer was lost."""
    WRONG = "wrong"
    """The call itself is at fault: our mistake."""


_BY_WORDS = (
    ("message is not modified", Failure.UNCHANGED),
    ("message to edit not found", Failure.GONE),
    ("message can't be edited", Failure.GONE),
    ("message to delete not found", Failure.GONE),
    ("query is too old", Failure.GONE),
    ("chat not found", Failure.BLOCKED),
    ("user is deactivated", Failure.BLOCKED),
    ("bot was kicked", Failure.BLOCKED),
    ("not enough rights to send", Failure.BLOCKED),
    ("have no rights to send", Failure.BLOCKED),
)


_BY_KIND: tuple[tuple[type[AiogramError], Failure], ...] = (
    (TelegramRetryAfter, Failure.WAIT),
    (TelegramMigrateToChat, Failure.MOVED),
    (TelegramUnauthorizedError, Failure.TRANSIENT),  # our token is refused: that says nothing of the person
    (TelegramForbiddenError, Failure.BLOCKED),
    (TelegramNetworkError, Failure.AMBIGUOUS),
)


def sort_failure(error: AiogramError) -> Failure:
    """Return what a failed call means."""
    if isinstance(error, TelegramBadRequest | TelegramNotFound):
        words = str(error).lower()
        return next((failure for part, failure in _BY_WORDS if part in words), Failure.WRONG)
    # else 5xx, and a gateway's HTML page where JSON was expected
    return next((failure for kind, failure in _BY_KIND if isinstance(error, kind)), Failure.TRANSIENT)


class Line:
    """Knows whether Telegram answers at all: a failure while it does not says nothing of a message."""

    def __init__(self) -> None:
        self.hear()

    def hear(self) -> None:
        """Note that an answer came."""
        self._heard_at = asyncio.get_running_loop().time()

    @property
    def is_silent(self) -> bool:
        """Whether no answer came for a while."""
        return asyncio.get_running_loop().time() - self._heard_at > SILENT_SECONDS


class Pacing(BaseRequestMiddleware):
    """Lets each call wait for its turn."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def __call__(
        self,
        make_request: NextRequestMiddlewareType[TelegramType],
        bot: Bot,
        method: TelegramMethod[TelegramType],
    ) -> Any:
        """Make the call in its turn; a refusal for haste pauses every other call too."""
        is_new = isinstance(method, NEW_MESSAGES)
        chat_id = getattr(method, "chat_id", None)
        if not (is_new or isinstance(method, EDITS)) or not isinstance(chat_id, int):
            return await make_request(bot, method)
        async with self._pacer.slot(chat_id, urgency=urgency.get(), is_new_message=is_new):
            started = on_the_wire.get()
            if started is not None:
                started()
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as refused:
                self._pacer.pause(refused.retry_after)
                raise


class ProxiedSession(AiohttpSession):
    """A session whose requests all go through an HTTP proxy; aiogram's own way needs a further package."""

    def __init__(self, http_proxy: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._http_proxy = http_proxy

    async def create_session(self) -> ClientSession:
        """Return the open session."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                connector=TCPConnector(**self._connector_init), proxy=self._http_proxy
            )
        return self._session


def open_bot(
    token: str,
    api_base: str,
    *,
    is_paced: bool = True,
    proxy: str | None = None,
    call_seconds_max: float = CALL_SECONDS_MAX,
) -> Bot:
    """Return a bot that speaks HTML, without link previews, against this API server."""
    api = TelegramAPIServer.from_base(api_base)
    session = (
        ProxiedSession(proxy, api=api, timeout=call_seconds_max)
        if proxy
        else AiohttpSession(api=api, timeout=call_seconds_max)
    )
    if is_paced:
        session.middleware(Pacing(Pacer()))
    return Bot(
        token,
        session=session,
        default=DefaultBotProperties(parse_mode="HTML", link_preview=LinkPreviewOptions(is_disabled=True)),
    )


async def call(bot: Bot, method: TelegramMethod[TelegramType]) -> TelegramType:
    """Make an interactive call, repeating it a few times where that can help.

    Raises:
        AiogramError: it did not help.
    """
    for attempt in range(TRIES_MAX):
        try:
            return await bot(method)
        except AiogramError as error:
            failure = sort_failure(error)
            is_last = attempt == TRIES_MAX - 1
            if is_last or failure not in {Failure.WAIT, Failure.TRANSIENT, Failure.AMBIGUOUS}:
                raise
            pause = error.retry_after if isinstance(error, TelegramRetryAfter) else 0.3 * 2**attempt
            await asyncio.sleep(pause)
    raise AssertionError("the last try returns or raises")
