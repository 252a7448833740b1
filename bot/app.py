"""Puts the bot together and runs it: receiver, worker, sender, fetcher and the ticker for housekeeping."""

import asyncio
import contextlib
import logging
from datetime import timedelta

from aiogram.exceptions import AiogramError
from aiogram.methods import DeleteWebhook, SetMyCommands
from aiogram.types import BotCommand
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.api import CALL_SECONDS_MAX, call, open_bot
from bot.conversation import Desk
from bot.dispatch import build_dispatcher
from bot.fetcher import Fetcher
from bot.progress import Progress
from bot.receiver import Receiver
from bot.sender import Sender
from bot.steady import steadily
from bot.ticker import TICK_SECONDS, add_ticks
from bot.worker import Worker
from domain.due import LOOK_BACK_MAX, Job
from domain.outbox import IN_DOUBT_MAX, OutboxKind, OutboxStatus
from services.deps import Deps
from services.shop import tick
from storage import due as stored_due
from storage import inbox as stored_inbox
from storage import outbox as stored_outbox
from storage.inbox import InboxStatus
from templates.labels import COMMAND_LABELS
from templates.words import DEFAULT_LANGUAGE, LANGUAGES, label

logger = logging.getLogger(__name__)
KEPT = timedelta(days=30)
ANNOUNCEMENTS_KEPT = timedelta(days=400)
FAILED_KEPT = timedelta(days=180)
"""What an operator may still want to look at; after that nobody does, and it holds what people wrote."""
HOUSEKEEPING_HOURS = 6
SHOP_SECONDS = 20
"""How often it is looked whether a window opens, or an order or points expire."""
STOP_SECONDS_MAX = 5
CLIENT_CODES = {"zh_Hans": "zh", "en": "en"}


def forget_old(deps: Deps) -> None:
    """Remove handled updates and sent messages older than thirty days, and claims that no look reaches.

    What could not be handled or delivered goes after half a year.
    The messages of an announcement stay for a year: they are the list of those who got it.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        stored_inbox.delete_before(uow, now - KEPT, InboxStatus.DONE)
        stored_inbox.delete_before(uow, now - FAILED_KEPT, InboxStatus.PARKED)
        notices = set(OutboxKind) - {OutboxKind.ANNOUNCEMENT}
        stored_outbox.delete_before(uow, now - KEPT, [OutboxStatus.SENT], kinds=notices)
        stored_outbox.delete_before(uow, now - FAILED_KEPT, [OutboxStatus.DEAD], kinds=notices)
        ended = [OutboxStatus.SENT, OutboxStatus.DEAD, OutboxStatus.CANCELLED]
        announced = [OutboxKind.ANNOUNCEMENT]
        stored_outbox.delete_before(uow, now - ANNOUNCEMENTS_KEPT, ended, kinds=announced)
        for job in (Job.SWEEP, Job.STAND_INS):
            stored_due.delete_claims(uow, f"{job}:", before=now - 2 * LOOK_BACK_MAX)


async def run_bot(
    deps: Deps,
    *,
    token: str,
    api_base: str,
    stop: asyncio.Event,
    is_paced: bool = True,
    proxy: str | None = None,
    call_seconds_max: float = CALL_SECONDS_MAX,
    tick_seconds: float = TICK_SECONDS,
    in_doubt_max: int = IN_DOUBT_MAX,
) -> None:
    """Run the bot until `stop` is set; what is under way then may end, the rest waits for the next start.

    A crash repeats at most `in_doubt_max` messages of announcements; fewer is slower on a slow line.
    """
    bot = open_bot(token, api_base, is_paced=is_paced, proxy=proxy, call_seconds_max=call_seconds_max)
    desk = Desk(bot, deps)
    worker = Worker(deps, bot, build_dispatcher(desk), desk.nursery)
    receiver = Receiver(
        deps,
        token=token,
        api_base=api_base,
        take=worker.take,
        room=worker.room,
        hear=desk.line.hear,
        proxy=proxy,
        call_seconds_max=call_seconds_max,
    )
    sender = Sender(desk, is_paced=is_paced, in_doubt_max=in_doubt_max)
    scheduler = AsyncIOScheduler(timezone="UTC")

    async def receive() -> None:
        await worker.recover()  # first: each chat's updates are handled in order
        await receiver.run()

    async def tidy() -> None:
        await deps.run(forget_old)

    async def keep_shop() -> None:
        if await deps.run(tick):
            desk.wake_sender.set()

    scheduler.add_job(tidy, "interval", hours=HOUSEKEEPING_HOURS)
    add_ticks(scheduler, desk, every_seconds=tick_seconds)
    scheduler.add_job(keep_shop, "interval", seconds=SHOP_SECONDS)
    try:
        desk.nursery.start(_introduce(desk), name="introduce the bot")
        loops = [
            desk.nursery.watch(steadily(loop, name=name), name=name)
            for loop, name in (
                (receive, "receiver"),
                (worker.keep_books, "bookkeeper"),
                (sender.run, "sender"),
                (sender.run_announcements, "announcements"),
                (Progress(desk, sender).run, "progress"),
                (Fetcher(desk).run, "fetcher"),
            )
        ]
        scheduler.start()
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait([stopped, *loops], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for ended in (task for task in loops if task.done()):
            ended.result()
        for task in loops:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS_MAX):
                await worker.drain()
                await sender.drain()
    finally:
        if scheduler.running:
            scheduler.shutdown(wait=False)
        await desk.nursery.close()
        await worker.write_done()
        await sender.give_back()
        await bot.session.close()


async def _introduce(desk: Desk) -> None:
    """Tell Telegram that we poll, and which commands there are."""
    try:
        await call(desk.bot, DeleteWebhook())
        for language in LANGUAGES:
            commands = [
                BotCommand(command=name, description=label(words, language))
                for name, words in COMMAND_LABELS.items()
            ]
            code = None if language == DEFAULT_LANGUAGE else CLIENT_CODES[language]
            await call(desk.bot, SetMyCommands(commands=commands, language_code=code))
    except AiogramError as error:
        logger.warning("the bot could not introduce itself: %s", error)
