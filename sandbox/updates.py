"""The bot's queue of updates: numbered, kept until confirmed, fetched by polling or brought to a webhook."""

import asyncio
from dataclasses import dataclass
from typing import Any

from sandbox.errors import conflict
from sandbox.faults import FaultKind, Faults

HELD_SECONDS_MAX = 1.0
BATCH_MAX = 100


@dataclass(slots=True, eq=False)
class Pending:
    """An update that was not confirmed yet."""

    update_id: int
    kind: str
    payload: dict[str, Any]
    repeats: int = 0
    """How often it will come again after it was confirmed."""
    attempts: int = 0

    def body(self) -> dict[str, Any]:
        """Return the Bot API's Update."""
        return {"update_id": self.update_id, self.kind: self.payload}


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are brought instead of being fetched."""

    url: str
    secret_token: str = ""
    max_connections: int = 40


@dataclass(slots=True)
class WebhookTrouble:
    """The last failed delivery, as getWebhookInfo tells it."""

    failed_at: int = 0
    message: str = ""


class UpdateQueue:
    """Updates in order, with at most one poller."""

    def __init__(self, faults: Faults, *, first_update_id: int = 700_000_001) -> None:
        self._faults = faults
        self._next_id = first_update_id
        self._pending: list[Pending] = []
        self._held: Pending | None = None
        self._on_their_way: set[Pending] = set()
        self._news: set[asyncio.Future[None]] = set()
        self._poller: asyncio.Future[None] | None = None
        self.allowed: list[str] | None = None
        self.webhook: Webhook | None = None
        self.trouble = WebhookTrouble()
        self._is_closed = False

    @property
    def pending_count(self) -> int:
        """How many updates were not confirmed yet."""
        return len(self._pending) + (self._held is not None)

    @property
    def last_id(self) -> int:
        """The number of the newest update."""
        return self._next_id - 1

    def put(self, kind: str, payload: dict[str, Any]) -> None:
        """Queue an update, unless the bot said it does not want this kind."""
        if self.allowed and kind not in self.allowed:
            return
        update = Pending(update_id=self._next_id, kind=kind, payload=payload)
        self._next_id += 1
        if self._faults.take_update(FaultKind.DUPLICATE_UPDATE):
            update.repeats = 1
        if self._held is not None:
            self._pending += [update, self._held]
            self._held = None
        elif self._faults.take_update(FaultKind.REORDER_UPDATES):
            self._held = update
            self._release_later(update)
            return
        else:
            self._pending.append(update)
        self._tell()

    def confirm_below(self, offset: int) -> None:
        """Forget the updates before `offset`; a negative one keeps only that many of the last."""
        if offset < 0:
            self._pending = self._pending[offset:]
            return
        kept = []
        for update in self._pending:
            if update.update_id >= offset:
                kept.append(update)
            elif update.repeats > 0:
                update.repeats -= 1
                kept.append(update)
        self._pending = kept

    def clear(self) -> None:
        """Forget every waiting update."""
        self._pending.clear()
        self._held = None

    async def fetch(self, *, offset: int, limit: int, timeout_seconds: float) -> list[dict[str, Any]]:
        """Return the next updates, waiting for one if there is none.

        Raises: BotApiError 409 while a webhook is set, and for the older of two pollers.
        """
        if self.webhook is not None:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        self._end_poller(
            "terminated by other getUpdates request; make sure that only one bot instance is running"
        )
        if offset:
            self.confirm_below(offset)
        if not self._pending and timeout_seconds > 0 and not self._is_closed:
            await self._wait_as_poller(timeout_seconds)
        return [update.body() for update in self._pending[:limit]]

    def claim(self, on_their_way_max: int) -> Pending | None:
        """Take the next update for delivery to the webhook; it stays queued until `delivered`.

        None while there is nothing to bring, or as many as allowed are on their way.
        """
        if len(self._on_their_way) >= on_their_way_max:
            return None
        for update in self._pending:
            if update not in self._on_their_way:
                self._on_their_way.add(update)
                return update
        return None

    def delivered(self, update: Pending) -> None:
        """Forget what the webhook took."""
        self._on_their_way.discard(update)
        if update.repeats > 0:
            update.repeats -= 1
        elif update in self._pending:
            self._pending.remove(update)
        self._tell()

    def not_delivered(self, update: Pending) -> None:
        """Let what the webhook did not take be due again."""
        self._on_their_way.discard(update)
        update.attempts += 1
        self._tell()

    async def wait_for_news(self) -> None:
        """Return when something was queued or the webhook changed."""
        future = asyncio.get_running_loop().create_future()
        self._news.add(future)
        try:
            await future
        finally:
            self._news.discard(future)

    def set_webhook(self, webhook: Webhook | None) -> None:
        """Bring updates there from now on; None: they are fetched again."""
        self.webhook = webhook
        self.trouble = WebhookTrouble()
        self._on_their_way.clear()
        self._end_poller("terminated by setWebhook request")
        self._tell()

    def close(self) -> None:
        """Let nobody wait any more."""
        self._is_closed = True
        self._tell()

    def skip_numbers(self, count: int) -> None:
        """Leave out the next ids."""
        self._next_id += count

    def dump(self) -> dict[str, Any]:
        """Return the waiting updates and the settings as JSON."""
        waiting = [*self._pending, *([self._held] if self._held else [])]
        return {
            "next_id": self._next_id,
            "allowed": self.allowed,
            "pending": [
                {"update_id": update.update_id, "kind": update.kind, "payload": update.payload}
                for update in waiting
            ],
        }

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` gave; a webhook is set anew by its bot."""
        self._next_id = dumped["next_id"]
        self.allowed = dumped["allowed"]
        self._pending = [Pending(**row) for row in dumped["pending"]]

    async def _wait_as_poller(self, timeout_seconds: float) -> None:
        poller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = poller
        self._news.add(poller)
        try:
            async with asyncio.timeout(timeout_seconds):
                await poller
        except TimeoutError:
            return
        finally:
            self._news.discard(poller)
            if self._poller is poller:
                self._poller = None

    def _end_poller(self, reason: str) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_exception(conflict(reason))
        self._poller = None

    def _tell(self) -> None:
        for future in self._news:
            if not future.done():
                future.set_result(None)

    def _release_later(self, held: Pending) -> None:
        """Let a held update go alone when none follows it."""
        asyncio.get_running_loop().call_later(HELD_SECONDS_MAX, self._release, held)

    def _release(self, held: Pending) -> None:
        if self._held is held:
            self._held = None
            self._pending.append(held)
            self._tell()
