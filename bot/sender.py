"""Sends what waits in the outbox: one sender for each bot, in order for each person, losing nothing."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta

from aiogram.exceptions import AiogramError, TelegramRetryAfter
from aiogram.methods import EditMessageText, SendMessage

from bot.api import Failure, sort_failure, urgency
from bot.conversation import Desk
from bot.holders import is_gone, own_holder
from bot.notices import Told, tell
from bot.pacing import Urgency
from bot.photos import send_evidence
from bot.pictures import send_picture
from bot.screen import Screen, clipped, inline_keyboard
from domain.outbox import Outgoing, next_try_at
from services.deps import Deps
from storage import accounts as stored_accounts
from storage import dialogs as stored_dialogs
from storage import outbox as stored_outbox
from storage.dialogs import Card
from storage.leases import acquire_lease, holder_of, release_lease

logger = logging.getLogger(__name__)
AT_ONCE_MAX = 20
POLL_SECONDS = 0.5
LEASE_SECONDS = 15
RENEW_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try."""

    message_id: int | None = None
    card: Card | None = None
    failure: Failure | None = None
    words: str = ""
    pause_seconds: float = 0.0


def claim(deps: Deps, *, limit: int) -> list[Outgoing]:
    """Take the next messages, one for each person."""
    with deps.store.begin() as uow:
        return list(stored_outbox.claim(uow, now=deps.clock.now(), limit=limit))


def write_down(deps: Deps, outgoing: Outgoing, outcome: Outcome, user_id: int | None) -> None:
    """Keep what became of a try."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        if outcome.card is not None:
            stored_dialogs.insert_card(uow, outcome.card)
        if outcome.failure in {None, Failure.UNCHANGED, Failure.GONE}:
            stored_outbox.mark_sent(uow, outgoing.id, message_id=outcome.message_id, now=now)
            return
        if outcome.failure is Failure.BLOCKED and user_id is not None:
            stored_accounts.set_blocked(uow, user_id, now)
        due_at = next_try_at(now, outgoing.attempts)
        if due_at is not None:
            due_at = max(due_at, now + timedelta(seconds=outcome.pause_seconds))
        is_final = outcome.failure in {Failure.BLOCKED, Failure.WRONG} or due_at is None
        if is_final or due_at is None:
            stored_outbox.mark_dead(uow, outgoing.id, failure=f"{outcome.failure}: {outcome.words}")
        else:
            stored_outbox.mark_retry(uow, outgoing.id, due_at=due_at, failure=outcome.words)


class Sender:
    """The one loop that empties the outbox; a slow answer holds up nobody but its own person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._holder = own_holder()
        self._lease = f"sender:{desk.bot.id}"
        self._renewed_at = float("-inf")
        self._is_held = False
        self._under_way: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send for ever, while this process holds the lease."""
        urgency.set(Urgency.OUTBOX)
        while True:
            self._desk.wake_sender.clear()
            await self._renew()
            started = await self._start_due() if self._is_held else 0
            if not started:
                await self._rest()

    async def drain(self) -> None:
        """Return when what is under way has ended."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def give_back(self) -> None:
        """Let another process send from now on."""
        await self._desk.deps.run(_give_back, name=self._lease, holder=self._holder)

    async def _renew(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._renewed_at < RENEW_SECONDS:
            return
        deps = self._desk.deps
        was_held = self._is_held
        self._is_held = await deps.run(_take_lease, name=self._lease, holder=self._holder)
        self._renewed_at = now
        if self._is_held and not was_held:
            await deps.run(_release_all)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._desk.wake_sender.wait()
        except TimeoutError:
            return

    async def _start_due(self) -> int:
        room = AT_ONCE_MAX - len(self._under_way)
        if room <= 0:
            return 0
        batch = await self._desk.deps.run(claim, limit=room)
        for outgoing in batch:
            if outgoing.id not in self._under_way:  # else its lease ended while the answer is still awaited
                task = self._desk.nursery.watch(self._send(outgoing), name=f"message {outgoing.id}")
                self._under_way[outgoing.id] = task
        return len(batch)

    async def _send(self, outgoing: Outgoing) -> None:
        try:
            await self._send_now(outgoing)
        finally:
            del self._under_way[outgoing.id]
            self._desk.wake_sender.set()

    async def _send_now(self, outgoing: Outgoing) -> None:
        deps = self._desk.deps
        try:
            told = await deps.run(tell, outgoing)
            outcome = await self._try(told) if told is not None else Outcome()
            user_id = told.user_id if told is not None else None
        except Exception as error:
            logger.exception("message %s of the outbox cannot be rendered", outgoing.id)
            outcome, user_id = Outcome(failure=Failure.WRONG, words=repr(error)), None
        await deps.run(write_down, outgoing, outcome, user_id)

    async def _try(self, told: Told) -> Outcome:
        try:
            if told.evidence:
                sent = await send_evidence(self._desk, told.user_id, told.evidence)
                return Outcome(message_id=sent[-1] if sent else None)
            if told.edits:
                return await self._edit_all(told)
            return await self._new(told, told.screen)
        except AiogramError as error:
            failure = sort_failure(error)
            pause = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 0.0
            return Outcome(failure=failure, words=str(error), pause_seconds=pause)

    async def _new(self, told: Told, screen: Screen) -> Outcome:
        if screen.picture is not None:
            sent = await send_picture(self._desk.bot, self._desk.deps, told.user_id, screen)
            return Outcome(message_id=sent)
        message = await self._desk.bot(
            SendMessage(chat_id=told.user_id, text=clipped(screen.text), reply_markup=inline_keyboard(screen))
        )
        card = None
        if told.card_of is not None:
            report_id, member_id = told.card_of
            card = Card(report_id, member_id, told.user_id, message.message_id, told.objection_id)
        return Outcome(message_id=message.message_id, card=card)

    async def _edit_all(self, told: Told) -> Outcome:
        outcome = Outcome()
        for message_id in told.edits:
            try:
                await self._desk.bot(
                    EditMessageText(
                        chat_id=told.user_id,
                        message_id=message_id,
                        text=clipped(told.screen.text),
                        reply_markup=inline_keyboard(told.screen),
                    )
                )
            except AiogramError as error:
                if sort_failure(error) not in {Failure.UNCHANGED, Failure.GONE}:
                    raise
            outcome = Outcome(message_id=message_id)
        return outcome


def _take_lease(deps: Deps, *, name: str, holder: str) -> bool:
    now = deps.clock.now()
    if acquire_lease(deps.store, name, holder=holder, now=now, seconds=LEASE_SECONDS):
        return True
    other = holder_of(deps.store, name)
    if other is None or not is_gone(other):
        return False
    release_lease(deps.store, name, holder=other)
    return acquire_lease(deps.store, name, holder=holder, now=now, seconds=LEASE_SECONDS)


def _give_back(deps: Deps, *, name: str, holder: str) -> None:
    release_lease(deps.store, name, holder=holder)


def _release_all(deps: Deps) -> None:
    with deps.store.begin() as uow:
        stored_outbox.release_all(uow)
