"""Brings updates to the bot's webhook until it answers 2xx, and carries out the method it answers with."""

import asyncio
import logging
from urllib.parse import urlsplit

import aiohttp

from sandbox.bot_api.bodies import read_body
from sandbox.bot_api.call import Call
from sandbox.bot_api.door import BotApiDoor
from sandbox.errors import BotApiError
from sandbox.updates import Pending, Webhook
from sandbox.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
DELIVERY_SECONDS_MAX = 60
RETRY_SECONDS_MAX = 60.0
TAKEN = range(200, 300)
"""The answers that mean the update was taken."""

_log = logging.getLogger(__name__)


class Courier:
    """Delivers over as many connections as the bot allows; what failed is tried again, ever more slowly."""

    def __init__(self, world: World, door: BotApiDoor, *, retry_seconds_first: float = 0.5) -> None:
        self._world = world
        self._door = door
        self._retry_seconds_first = retry_seconds_first

    async def run(self) -> None:
        """Deliver until cancelled."""
        updates = self._world.updates
        timeout = aiohttp.ClientTimeout(total=DELIVERY_SECONDS_MAX)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as nursery:
            while True:
                webhook = updates.webhook
                update = None if webhook is None else updates.claim(webhook.max_connections)
                if webhook is None or update is None:
                    await updates.wait_for_news()
                else:
                    nursery.create_task(self._deliver(session, webhook, update))

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Webhook, update: Pending) -> None:
        headers = {SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
        updates = self._world.updates
        try:
            async with session.post(
                webhook.url, json=update.body(), headers=headers, allow_redirects=False
            ) as response:
                raw = await response.read()
                if response.status in TAKEN:
                    await self._carry_out(raw, response.headers.get("Content-Type", ""))
                    updates.delivered(update)
                    return
                trouble = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            trouble = f"Connection failed: {type(error).__name__} at {urlsplit(webhook.url).netloc}"
        updates.trouble.failed_at = self._world.now_seconds()
        updates.trouble.message = trouble
        await asyncio.sleep(min(self._retry_seconds_first * 2**update.attempts, RETRY_SECONDS_MAX))
        updates.not_delivered(update)

    async def _carry_out(self, raw: bytes, content_type: str) -> None:
        """Run the method that a webhook may answer with; its result is told to nobody."""
        if not raw.strip():
            return
        try:
            body = read_body(raw, content_type)
            name = str(body.values.pop("method", ""))
            if name:
                self._world.stats.count_call(name)
                await self._door.run(name, Call(self._world, body))
        except BotApiError as error:
            self._world.stats.count_refusal(error.code, error.description)
            _log.info("the webhook's answer was refused: %s", error.description)
