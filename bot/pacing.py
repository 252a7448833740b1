"""Paces calls to the Bot API: 30 messages a second overall, one a second per chat, 20 a minute per group.

Measured rule: a send starts no sooner than one second after the *answer* to the message 30 before it; a limit
on starting times alone is refused as soon as round trips jitter. What is urgent goes first. Announcements by
themselves take at most 29 of the thirty places, so that somebody who taps meanwhile finds the last one free.
"""

import asyncio
import heapq
import itertools
import math
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

MESSAGES_PER_SECOND_MAX = 30
BROADCASTS_PER_SECOND_MAX = MESSAGES_PER_SECOND_MAX - 1
"""The places of announcements. The last one is for a person who waits; announcements lose nothing by it."""
GROUP_MESSAGES_PER_MINUTE_MAX = 20
CHATS_REMEMBERED_MAX = 10_000
SECOND = 1.0
MINUTE = 60.0


def _now() -> float:
    """Return the seconds of the loop's clock, by which its timers ring too."""
    return asyncio.get_running_loop().time()


class Urgency(IntEnum):
    """Who goes first when many wait."""

    ANSWER = 0
    """Somebody tapped and looks at the screen."""
    OUTBOX = 1
    """It can wait a moment."""
    BROADCAST = 2
    """One of many; everything else goes first."""


class _Call:
    """A call to a group: others wait until it has begun, or is called off, and then for a minute."""

    def __init__(self) -> None:
        self._has_begun = asyncio.Event()
        self._begun_at = 0.0

    def begin(self) -> None:
        """Note that it begins now, or never will."""
        self._begun_at = _now()
        self._has_begun.set()

    async def wait(self, seconds: float) -> None:
        """Return so many seconds after it began."""
        await self._has_begun.wait()
        await asyncio.sleep(max(0.0, self._begun_at + seconds - _now()))


class Window:
    """Places for calls; one is taken from a call's start until a second after its answer."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._answered: deque[float] = deque(maxlen=places)
        self._under_way = 0

    def start(self) -> None:
        """Take a place; the caller has looked at `seconds_left`."""
        self._under_way += 1

    def end(self) -> None:
        """Note the answer to a call that took a place."""
        self._under_way -= 1
        self._answered.append(_now())

    def give_back(self) -> None:
        """Return a place whose call never began."""
        self._under_way -= 1

    def seconds_left(self) -> float:
        """Return the seconds until a place is free; infinity if only an answer to a call can free one."""
        now = _now()
        if self._under_way >= self._places:
            return math.inf
        while self._answered and self._answered[0] + SECOND <= now:
            self._answered.popleft()
        taken = len(self._answered) + self._under_way
        return 0.0 if taken < self._places else self._answered[taken - self._places] + SECOND - now


class Pacer:
    """Hands out permission to call; one for each bot token."""

    def __init__(self) -> None:
        everything = Window(MESSAGES_PER_SECOND_MAX)
        self._windows = {urgency: [everything] for urgency in Urgency}
        self._windows[Urgency.BROADCAST].append(Window(BROADCASTS_PER_SECOND_MAX))
        self._waiting: list[tuple[Urgency, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._chat_free_at: OrderedDict[int, float] = OrderedDict()
        self._group_calls: dict[int, deque[_Call]] = {}
        self._paused_until = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def pause(self, seconds: float) -> None:
        """Obey a `retry_after`: nothing starts before it is over."""
        self._paused_until = max(self._paused_until, _now() + seconds)

    @asynccontextmanager
    async def slot(self, chat_id: int, *, urgency: Urgency, is_new_message: bool) -> AsyncIterator[None]:
        """Wait for a turn, and keep it while the call is under way."""
        to_group = _Call()
        try:
            if chat_id < 0:
                await self._wait_for_group(chat_id, to_group)
            if is_new_message:
                await self._wait_for_chat(chat_id)
            await self._wait_for_turn(urgency)
        finally:
            to_group.begin()
        try:
            yield
        finally:
            for window in self._windows[urgency]:
                window.end()
            if is_new_message:
                self._remember(chat_id, _now() + SECOND)
            self._wake()

    async def _wait_for_chat(self, chat_id: int) -> None:
        while True:
            now = _now()
            free_at = self._chat_free_at.get(chat_id, 0.0)
            if free_at <= now:
                # taken until the answer comes: a second caller waits at least a second behind this one
                self._remember(chat_id, now + SECOND)
                return
            await asyncio.sleep(free_at - now)

    async def _wait_for_group(self, chat_id: int, call: _Call) -> None:
        """Wait until a minute has passed since the twentieth call before this one really began."""
        calls = self._group_calls.setdefault(chat_id, deque(maxlen=GROUP_MESSAGES_PER_MINUTE_MAX))
        before = calls[0] if len(calls) == GROUP_MESSAGES_PER_MINUTE_MAX else None
        calls.append(call)
        if before is not None:
            await before.wait(MINUTE)

    def _remember(self, chat_id: int, free_at: float) -> None:
        self._chat_free_at[chat_id] = free_at
        self._chat_free_at.move_to_end(chat_id)
        while len(self._chat_free_at) > CHATS_REMEMBERED_MAX:
            self._chat_free_at.popitem(last=False)

    async def _wait_for_turn(self, urgency: Urgency) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._order), turn))
        self._wake()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # called off between its turn and its start
                for window in self._windows[urgency]:
                    window.give_back()
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiting:
            urgency, _, turn = self._waiting[0]
            left = self._seconds_left(urgency)
            if math.isinf(left):
                return  # an answer to a call under way wakes us
            if left > 0:
                self._look_again_in(left)
                return
            heapq.heappop(self._waiting)
            if turn.cancelled():
                continue
            for window in self._windows[urgency]:
                window.start()
            turn.set_result(None)

    def _look_again_in(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._timer is not None:
            if self._timer.when() <= loop.time() + seconds:
                return
            self._timer.cancel()  # somebody more urgent came, who has to wait less
        self._timer = loop.call_later(seconds, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._wake()

    def _seconds_left(self, urgency: Urgency) -> float:
        paused = self._paused_until - _now()
        if paused > 0:
            return paused
        return max(window.seconds_left() for window in self._windows[urgency])
