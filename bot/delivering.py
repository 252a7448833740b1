"""Makes one delivery, and writes down in batches what became of deliveries."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aiogram.exceptions import AiogramError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.methods import EditMessageText

from bot.api import Failure, sort_failure
from bot.attachments import send_words
from bot.conversation import Desk
from bot.notices import Told
from bot.nursery import Nursery
from bot.photos import send_evidence
from bot.pictures import send_picture
from bot.screen import Screen, clipped, inline_keyboard
from domain.announcements import AnnouncementStatus
from domain.outbox import ATTEMPTS_MAX, UNBOUND_FAILURE, OutboxStatus, Outgoing, next_try_at
from services.deps import Deps
from storage import accounts as stored_accounts
from storage import announcements as stored_announcements
from storage import dialogs as stored_dialogs
from storage import groups as stored_groups
from storage import outbox as stored_outbox
from storage.database import UnitOfWork, Unreachable
from storage.dialogs import Card

ARRIVED = frozenset({None, Failure.UNCHANGED, Failure.GONE})
WAITED_OUT = frozenset({Failure.TRANSIENT, Failure.AMBIGUOUS})
"""Failures that may be the line's."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try."""

    message_id: int | None = None
    card: Card | None = None
    failure: Failure | None = None
    words: str = ""
    pause_seconds: float = 0.0
    new_chat_id: int | None = None
    is_unbound: bool = False
    """There is no account to send it to."""
    is_line_down: bool = False
    """Telegram answers nobody at the moment."""
    is_held: bool = False
    """It was not tried: its announcement is paused or stopped."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try with its outcome."""

    outgoing: Outgoing
    outcome: Outcome
    chat_id: int | None


def mishap(error: Exception) -> Outcome:
    """Return what to do about a message that could not even be made: a database or disk may come back."""
    is_passing = isinstance(error, Unreachable | OSError)
    return Outcome(failure=Failure.TRANSIENT if is_passing else Failure.WRONG, words=repr(error))


async def deliver(desk: Desk, told: Told) -> Outcome:
    """Send, edit, or send evidence, once, and return what became of it."""
    outcome = await _deliver(desk, told)
    if outcome.failure in WAITED_OUT:
        return replace(outcome, is_line_down=desk.line.is_silent)
    desk.line.hear()
    return outcome


async def _deliver(desk: Desk, told: Told) -> Outcome:
    try:
        if told.evidence:
            sent = await send_evidence(desk, told.user_id, told.evidence)
            return Outcome(message_id=sent[-1] if sent else None)
        if told.edits:
            return await _edit_all(desk, told)
        return await _new(desk, told, told.screen)
    except AiogramError as error:
        return Outcome(
            failure=sort_failure(error),
            words=str(error),
            pause_seconds=float(error.retry_after) if isinstance(error, TelegramRetryAfter) else 0.0,
            new_chat_id=error.migrate_to_chat_id if isinstance(error, TelegramMigrateToChat) else None,
        )


async def _new(desk: Desk, told: Told, screen: Screen) -> Outcome:
    if screen.picture is not None:
        return Outcome(message_id=await send_picture(desk.bot, desk.deps, told.user_id, screen))
    message = await send_words(desk.bot, desk.deps, told.user_id, screen, told.attachment)
    card = None
    if told.card_of is not None:
        report_id, member_id = told.card_of
        card = Card(report_id, member_id, told.user_id, message.message_id, told.objection_id)
    return Outcome(message_id=message.message_id, card=card)


async def _edit_all(desk: Desk, told: Told) -> Outcome:
    outcome = Outcome()
    for message_id in told.edits:
        try:
            await desk.bot(
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


def write_down(deps: Deps, tries: Sequence[Try]) -> None:
    """Keep what became of these tries, in one transaction."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        arrived = [one for one in tries if not _is_odd(one.outcome)]
        sent = [(one.outgoing.id, one.outcome.message_id) for one in arrived]
        stored_outbox.mark_all_sent(uow, sent, now=now)
        for one in tries:
            if one.outcome.card is not None:
                stored_dialogs.insert_card(uow, one.outcome.card)
            if _is_odd(one.outcome):
                _write_failure(uow, one, now)


def _is_odd(outcome: Outcome) -> bool:
    return outcome.failure not in ARRIVED or outcome.is_unbound or outcome.is_held


def _write_failure(uow: UnitOfWork, one: Try, now: datetime) -> None:
    outgoing, outcome = one.outgoing, one.outcome
    if outcome.is_held:
        stored_outbox.mark_held(uow, outgoing.id, _put_aside(uow, outgoing))
        return
    if outcome.is_unbound:
        stored_outbox.mark_dead(uow, outgoing.id, failure=UNBOUND_FAILURE)
        return
    if outcome.failure is Failure.MOVED and outcome.new_chat_id is not None and one.chat_id is not None:
        stored_groups.move_group(uow, old_chat_id=one.chat_id, new_chat_id=outcome.new_chat_id, now=now)
        stored_outbox.move_chat(uow, old_chat_id=one.chat_id, new_chat_id=outcome.new_chat_id)
    if outcome.failure is Failure.BLOCKED and one.chat_id is not None:
        stored_accounts.set_blocked(uow, one.chat_id, now)
    chance = random.random()  # noqa: S311  it only spreads the tries
    is_put_off = outcome.failure is Failure.WAIT
    if is_put_off:
        due_at: datetime | None = now + timedelta(seconds=outcome.pause_seconds)
    elif outcome.is_line_down:
        due_at = next_try_at(now, min(outgoing.attempts, ATTEMPTS_MAX - 1), chance=chance)
    else:
        due_at = next_try_at(now, outgoing.attempts, chance=chance)
    if outcome.failure in {Failure.BLOCKED, Failure.WRONG} or due_at is None:
        stored_outbox.mark_dead(uow, outgoing.id, failure=f"{outcome.failure}: {outcome.words}")
        return
    stored_outbox.mark_retry(
        uow,
        outgoing.id,
        due_at=due_at,
        failure=outcome.words,
        status=_put_aside(uow, outgoing),
        is_counted=not (is_put_off or outcome.is_line_down),
    )


def _put_aside(uow: UnitOfWork, outgoing: Outgoing) -> OutboxStatus:
    """Return where a message goes that has not arrived, as its announcement stands at this moment."""
    if outgoing.announcement_id is None:
        return OutboxStatus.QUEUED
    announcement = stored_announcements.get_announcement(uow, outgoing.announcement_id, is_locked=True)
    status = announcement.status if announcement is not None else AnnouncementStatus.CANCELLED
    if status is AnnouncementStatus.CANCELLED:
        return OutboxStatus.CANCELLED
    return OutboxStatus.HELD if status is AnnouncementStatus.PAUSED else OutboxStatus.QUEUED


class Bookkeeper:
    """Writes down tries in batches: what ends while one batch is written goes into the next."""

    def __init__(self, deps: Deps, nursery: Nursery) -> None:
        self._deps = deps
        self._nursery = nursery
        self._waiting: list[tuple[Try, asyncio.Future[None]]] = []
        self._is_writing = False

    async def write(self, one: Try) -> None:
        """Return when it is written down for good."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, done))
        if not self._is_writing:
            self._is_writing = True
            self._nursery.start(self._write_all(), name="write down deliveries")
        await done

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._write_batch(batch)
        finally:
            self._is_writing = False

    async def _write_batch(self, batch: list[tuple[Try, asyncio.Future[None]]]) -> None:
        problem: BaseException | None = None
        try:
            await self._deps.run(write_down, [one for one, _ in batch])
        except Exception as error:  # noqa: BLE001  those who wait for it raise it
            if len(batch) > 1 and not isinstance(error, Unreachable):
                for single in batch:  # one of them is at fault: the others must not be sent again for it
                    await self._write_batch([single])
                return
            problem = error
        for _, done in batch:
            if done.cancelled():
                continue
            if problem is None:
                done.set_result(None)
            else:
                done.set_exception(problem)
