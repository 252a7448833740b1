"""Sends what waits in the outbox: one sender for each bot, in order for each person, losing nothing."""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Awaitable

from bot.api import on_the_wire, urgency
from bot.broadcasting import Prepared, prepare
from bot.conversation import Desk
from bot.delivering import Bookkeeper, Outcome, Try, deliver, mishap
from bot.holders import is_gone, own_holder
from bot.notices import tell
from bot.pacing import MESSAGES_PER_SECOND_MAX, Urgency
from domain.outbox import IN_DOUBT_MAX, Outgoing, Priority
from services.deps import Deps
from services.quiet import hold_back
from storage import outbox as stored_outbox
from storage.leases import acquire_lease, holder_of, release_lease

logger = logging.getLogger(__name__)
AT_ONCE_MAX = 20
"""Notices under way at the same time."""
HEADROOM = 2.0
STRAGGLER_SECONDS = 1.0
"""A message whose answer takes longer holds up no others."""
SMOOTHING = 8
"""So many messages back the measured time looks."""
BATCH, UNPACED_BATCH = 30, 200
"""Messages of announcements taken and rendered at once: a pause works after these, in about a second."""
AHEAD = 10
"""With so few left in hand the next ones are taken."""
UNPACED_PER_SECOND_MAX = 1000
POLL_SECONDS = 0.5
LEASE_SECONDS = 15
RENEW_SECONDS = 5


def claim_notices(deps: Deps, *, limit: int) -> list[Outgoing]:
    """Take the next messages that go to one person, one for each person."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        batch = stored_outbox.claim(uow, now=now, limit=limit, last=Priority.CARD)
        return hold_back(uow, batch, now=now)


def claim_announcements(deps: Deps, *, limit: int) -> list[Prepared]:
    """Take the next messages that go to many, and render them."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        taken = stored_outbox.claim(uow, now=now, limit=limit, first=Priority.BROADCAST)
        batch = hold_back(uow, taken, now=now)
    return prepare(deps, batch) if batch else []


def release(deps: Deps, outgoing_ids: list[int]) -> None:
    """Put back what was taken and not tried."""
    with deps.store.begin() as uow:
        stored_outbox.release(uow, outgoing_ids)


class Doubt:
    """Counts messages that may have arrived and are not written down: a kill doubles at most these.

    So there are no more of them than the rate needs: rate × time from the call to the written line.
    """

    def __init__(self, per_second: float, *, most: int = IN_DOUBT_MAX) -> None:
        self._per_second = per_second
        self._most = most
        self._latency_seconds = 0.0
        self._fresh = 0
        self._all = 0
        self._changed = asyncio.Event()

    @property
    def limit(self) -> int:
        """How many there may be now."""
        needed = math.ceil(self._per_second * self._latency_seconds * HEADROOM)
        return min(self._most, max(1, needed))

    async def enter(self) -> None:
        """Wait until there may be one more."""
        while self._fresh >= self.limit or self._all >= self._most:
            self._changed.clear()
            await self._changed.wait()
        self._fresh += 1
        self._all += 1

    async def watch(self, work: Awaitable[None], *, waits_for_turn: bool) -> None:
        """Do the work of one message that entered; one whose answer takes long no longer counts as fresh.

        Time is counted from the call itself, not while it waits for its turn.
        """
        one = _Doubtful(self)
        if waits_for_turn:
            on_the_wire.set(one.start)
        else:
            one.start()
        try:
            await work
        finally:
            one.end()

    def grow_old(self) -> None:
        """Count one fresh message less."""
        self._fresh -= 1
        self._changed.set()

    def leave(self, *, is_fresh: bool, seconds: float | None) -> None:
        """Count one message less that is written down, `seconds` after its call."""
        self._all -= 1
        self._fresh -= is_fresh
        if is_fresh and seconds is not None:
            self._latency_seconds += (seconds - self._latency_seconds) / SMOOTHING
        self._changed.set()


class _Doubtful:
    """One message between its call and the written line."""

    def __init__(self, doubt: Doubt) -> None:
        self._doubt = doubt
        self._loop = asyncio.get_running_loop()
        self._begun: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_fresh = True

    def start(self) -> None:
        if self._begun is not None:
            return  # one message in several calls, such as a file and then its words
        self._begun = self._loop.time()
        self._timer = self._loop.call_later(STRAGGLER_SECONDS, self._grow_old)

    def _grow_old(self) -> None:
        self._is_fresh = False
        self._doubt.grow_old()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        seconds = None if self._begun is None else self._loop.time() - self._begun
        self._doubt.leave(is_fresh=self._is_fresh, seconds=seconds)


class Sender:
    """The loops that empty the outbox; a slow answer holds up nobody but its own person."""

    def __init__(self, desk: Desk, *, is_paced: bool = True, in_doubt_max: int = IN_DOUBT_MAX) -> None:
        self._desk = desk
        self._holder = own_holder()
        self._lease = f"sender:{desk.bot.id}"
        self._renewed_at = float("-inf")
        self._is_held = False
        self._takes_charge = asyncio.Event()
        self._notices: dict[int, asyncio.Task[None]] = {}
        self._announcements: dict[int, asyncio.Task[None]] = {}
        self._is_paced = is_paced
        per_second = MESSAGES_PER_SECOND_MAX if is_paced else UNPACED_PER_SECOND_MAX
        self._doubt = Doubt(per_second, most=in_doubt_max)
        self._books = Bookkeeper(desk.deps, desk.nursery)
        self._in_hand: deque[Prepared] = deque()

    @property
    def is_in_charge(self) -> bool:
        """Whether this process is the one that sends."""
        return self._is_held

    async def run(self) -> None:
        """Send notices for ever, while this process holds the lease."""
        urgency.set(Urgency.OUTBOX)
        while True:
            self._desk.wake_sender.clear()
            await self._renew()
            started = await self._start_notices() if self._is_held else 0
            if not started:
                await self._rest()

    async def run_announcements(self) -> None:
        """Send announcements for ever, while this process holds the lease."""
        urgency.set(Urgency.BROADCAST)
        coming: asyncio.Task[list[Prepared]] | None = None
        while True:
            await self._takes_charge.wait()
            self._in_hand.extend(await (coming or self._claim_ahead()))
            coming = None
            if not self._in_hand:
                await asyncio.sleep(POLL_SECONDS)
            while self._in_hand and self._is_held:
                if coming is None and len(self._in_hand) <= AHEAD:
                    coming = self._claim_ahead()
                await self._doubt.enter()
                if self._desk.put_back.is_set():
                    self._doubt.leave(is_fresh=True, seconds=None)
                    break
                self._start_announcement(self._in_hand.popleft())
            if self._desk.put_back.is_set() or not self._is_held:
                self._in_hand.extend(await coming if coming is not None else ())
                coming = None
                await self._put_back()
                self._desk.put_back.clear()

    def _claim_ahead(self) -> asyncio.Task[list[Prepared]]:
        """Take the next ones beside the sending: the window must not wait for the database."""
        limit = BATCH if self._is_paced else UNPACED_BATCH
        work = self._desk.deps.run(claim_announcements, limit=limit)
        return self._desk.nursery.watch(work, name="take announcements")

    async def drain(self) -> None:
        """Return when what is under way has ended, and put back what is only in hand."""
        under_way = (*self._notices.values(), *self._announcements.values())
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._put_back()

    async def _put_back(self) -> None:
        """Put back what is in hand; who lost the lease leaves that to the one who has it."""
        if self._in_hand and self._is_held:
            await self._desk.deps.run(release, [one.outgoing.id for one in self._in_hand])
        self._in_hand.clear()

    async def give_back(self) -> None:
        """Let another process send from now on."""
        await self._desk.deps.run(_give_back, name=self._lease, holder=self._holder)

    async def _renew(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._renewed_at < RENEW_SECONDS:
            return
        deps = self._desk.deps
        was_held = self._is_held
        is_held = await deps.run(_take_lease, name=self._lease, holder=self._holder)
        self._renewed_at = now
        if is_held and not was_held:
            await deps.run(_release_all)
        self._is_held = is_held
        if is_held:
            self._takes_charge.set()
        else:
            self._takes_charge.clear()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._desk.wake_sender.wait()
        except TimeoutError:
            return

    async def _start_notices(self) -> int:
        room = AT_ONCE_MAX - len(self._notices)
        if room <= 0:
            return 0
        batch = await self._desk.deps.run(claim_notices, limit=room)
        for outgoing in batch:
            if outgoing.id not in self._notices:  # else its lease ended while the answer is still awaited
                task = self._desk.nursery.watch(self._send_notice(outgoing), name=f"message {outgoing.id}")
                self._notices[outgoing.id] = task
        return len(batch)

    async def _send_notice(self, outgoing: Outgoing) -> None:
        try:
            chat_id = None
            try:
                told = await self._desk.deps.run(tell, outgoing)
                outcome = await deliver(self._desk, told) if told is not None else Outcome()
                chat_id = told.user_id if told is not None else None
            except Exception as error:
                logger.exception("message %s of the outbox cannot be rendered", outgoing.id)
                outcome = mishap(error)
            await self._books.write(Try(outgoing, outcome, chat_id))
        finally:
            del self._notices[outgoing.id]
            self._desk.wake_sender.set()

    def _start_announcement(self, one: Prepared) -> None:
        number = one.outgoing.id
        if number in self._announcements:
            self._doubt.leave(is_fresh=True, seconds=None)
            return
        work = self._doubt.watch(self._send_announcement(one), waits_for_turn=self._is_paced)
        task = self._desk.nursery.watch(work, name=f"announcement message {number}")
        self._announcements[number] = task
        task.add_done_callback(lambda _: self._announcements.pop(number))

    async def _send_announcement(self, one: Prepared) -> None:
        chat_id: int | None = None
        outcome = one.outcome
        if one.told is not None:
            chat_id = one.told.user_id
            try:
                outcome = await deliver(self._desk, one.told)
            except Exception as error:
                logger.exception("message %s of an announcement cannot be sent", one.outgoing.id)
                outcome = mishap(error)
        await self._books.write(Try(one.outgoing, outcome, chat_id))


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
