"""Fetches updates and keeps them in the inbox before Telegram may forget them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.api import CALL_SECONDS_MAX
from services.deps import Deps
from storage import inbox as stored_inbox
from storage.database import Unreachable
from storage.inbox import Incoming

logger = logging.getLogger(__name__)
POLL_SECONDS = 25
BATCH_MAX = 100
PAUSE_SECONDS_MAX = 30.0
KEEP_AGAIN_SECONDS = 2.0
ALLOWED = ("message", "callback_query", "my_chat_member")


def lane_of(update: dict[str, Any]) -> str:
    """Return the chat whose updates must stay in order; an update of no chat is a lane of its own."""
    for kind in ALLOWED:
        part = update.get(kind)
        if isinstance(part, dict):
            message = part.get("message") if kind == "callback_query" else part
            chat = message.get("chat") if isinstance(message, dict) else None
            for place in (chat, part.get("from")):
                if isinstance(place, dict) and isinstance(place.get("id"), int):
                    return str(place["id"])
    return str(update.get("update_id"))


def keep_updates(
    deps: Deps, *, bot_id: int, updates: Sequence[dict[str, Any]], is_again: bool = False
) -> list[Incoming]:
    """Keep a batch in the inbox and return those that are new, in order.

    When it `is_again`, those that wait there are new too: perhaps the first time only the answer was lost.
    """
    incoming = [Incoming(int(u["update_id"]), lane_of(u), u, 0) for u in updates]
    with deps.store.begin() as uow:
        fresh = set(stored_inbox.keep(uow, bot_id=bot_id, updates=incoming, now=deps.clock.now()))
        if is_again:
            fresh |= stored_inbox.waiting_among(
                uow, bot_id=bot_id, update_ids=[u.update_id for u in incoming]
            )
    return sorted((u for u in incoming if u.update_id in fresh), key=lambda u: u.update_id)


class Receiver:
    """Long polling, raw: one unreadable update never blocks the others, which are parsed one by one later."""

    def __init__(
        self,
        deps: Deps,
        *,
        token: str,
        api_base: str,
        take: Callable[[Sequence[Incoming]], None],
        room: Callable[[], Awaitable[None]],
        hear: Callable[[], None],
        proxy: str | None = None,
        call_seconds_max: float = CALL_SECONDS_MAX,
    ) -> None:
        self._deps = deps
        self._bot_id = int(token.split(":", maxsplit=1)[0])
        self._url = f"{api_base.rstrip('/')}/bot{token}/getUpdates"
        self._take = take
        self._room = room
        self._hear = hear
        self._proxy = proxy
        self._poll_seconds = max(1, min(POLL_SECONDS, int(call_seconds_max)))
        self._answer_seconds_max = self._poll_seconds + call_seconds_max / 2

    async def run(self) -> None:
        """Fetch for ever, as long as there is room for more; every failure is waited out."""
        offset = 0
        pause = 0.5
        timeout = ClientTimeout(total=self._answer_seconds_max)
        async with ClientSession(timeout=timeout) as session:
            while True:
                await self._room()
                try:
                    updates = await self._fetch(session, offset)
                except _Refused as refused:
                    logger.warning("no updates: %s", refused)
                    await asyncio.sleep(max(refused.retry_after, pause))
                    pause = min(PAUSE_SECONDS_MAX, pause * 2)
                    continue
                except (ClientError, TimeoutError, ValueError, OSError) as error:
                    logger.warning("no updates: %r", error)
                    await asyncio.sleep(pause)
                    pause = min(PAUSE_SECONDS_MAX, pause * 2)
                    continue
                pause = 0.5
                self._hear()
                if updates:
                    self._take(await self._keep(updates))
                    offset = max(int(u["update_id"]) for u in updates) + 1

    async def _keep(self, updates: Sequence[dict[str, Any]]) -> list[Incoming]:
        is_again = False
        while True:
            try:
                return await self._deps.run(
                    keep_updates, bot_id=self._bot_id, updates=updates, is_again=is_again
                )
            except Unreachable as failure:
                logger.warning("updates cannot be kept yet: %s", failure)
                is_again = True
                await asyncio.sleep(KEEP_AGAIN_SECONDS)

    async def _fetch(self, session: ClientSession, offset: int) -> list[dict[str, Any]]:
        query = {
            "offset": offset,
            "timeout": self._poll_seconds,
            "limit": BATCH_MAX,
            "allowed_updates": list(ALLOWED),
        }
        async with session.post(self._url, json=query, proxy=self._proxy) as response:
            body = await response.json(content_type=None)
        if not isinstance(body, dict) or not body.get("ok"):
            raise _Refused(body if isinstance(body, dict) else {})
        return [u for u in body["result"] if isinstance(u, dict) and isinstance(u.get("update_id"), int)]


class _Refused(Exception):
    """The Bot API answered no."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(str(body.get("description", "an answer that is not JSON of the Bot API")))
        parameters = body.get("parameters") or {}
        self.retry_after = float(parameters.get("retry_after", 0))
