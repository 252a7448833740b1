"""Dispatch in process: the worst-placed button of the whole bot beside a bare dispatcher with one handler."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.methods.base import TelegramMethod, TelegramType
from aiogram.types import CallbackQuery, Chat, Message, Update, User

from benchmarks.ground import open_deps, scratch, settle
from benchmarks.measuring import Row, Sizes, per_second
from bot import dispatch
from bot.callbacks import Tap
from bot.conversation import Conversation, Desk
from services.deps import Deps

SHARE_MIN = 0.75
TOKEN = "4200000001:AAnobody-listens"  # noqa: S105  a pretend token opens nothing
USER_ID = 1001
ROUNDS = 10
_YES: Any = True


class SilentSession(BaseSession):
    """Answers every call with yes, at once, without any network."""

    async def close(self) -> None:
        """Nothing is open."""

    async def make_request(
        self,
        bot: Bot,  # noqa: ARG002
        method: TelegramMethod[TelegramType],  # noqa: ARG002
        timeout: int | None = None,  # noqa: ASYNC109, ARG002  the base class names it so
    ) -> TelegramType:
        """Say yes."""
        answer: TelegramType = _YES
        return answer

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        """Give nothing."""
        yield b""


async def _nothing(_conv: Conversation, _tap: Tap) -> None:
    """Stand for the handler's own work."""


def _bare() -> Dispatcher:
    router = Router()

    async def on_tap(callback: CallbackQuery) -> None:
        await callback.answer()

    router.callback_query.register(on_tap)
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    return dispatcher


def _a_tap(bot: Bot, data: str) -> Update:
    person = User(id=USER_ID, is_bot=False, first_name="党员", language_code="zh-hans")
    message = Message(
        message_id=1,
        date=datetime(2026, 3, 10, tzinfo=UTC),
        chat=Chat(id=USER_ID, type="private"),
        text="积分",
    )
    callback = CallbackQuery(id="1", from_user=person, chat_instance="1", message=message, data=data)
    update = Update(update_id=1, callback_query=callback)
    return Update.model_validate(update.model_dump(exclude_none=True, by_alias=True), context={"bot": bot})


async def _rate(feed: Callable[[], Awaitable[Any]], count: int) -> float:
    begun = time.perf_counter()
    for _ in range(count):
        await feed()
    return count / (time.perf_counter() - begun)


async def _in_turns(deps: Deps, sizes: Sizes) -> tuple[list[float], list[float]]:
    bot = Bot(TOKEN, session=SilentSession())
    whole = dispatch.build_dispatcher(Desk(bot, deps))
    bare = _bare()
    last = next(reversed(dispatch.ANYWHERE_TAPS))
    handler, dispatch.ANYWHERE_TAPS[last] = dispatch.ANYWHERE_TAPS[last], _nothing
    tap = _a_tap(bot, Tap(act=last, id=1, arg="zh_Hans").pack())
    ours: list[float] = []
    theirs: list[float] = []
    try:
        for dispatcher in (whole, bare):
            await _rate(lambda dispatcher=dispatcher: dispatcher.feed_update(bot, tap), 200)  # type: ignore[misc]
        for _ in range(ROUNDS):
            part = sizes.dispatches // ROUNDS
            ours.append(await _rate(lambda: whole.feed_update(bot, tap), part))
            theirs.append(await _rate(lambda: bare.feed_update(bot, tap), part))
    finally:
        dispatch.ANYWHERE_TAPS[last] = handler
    return ours, theirs


def measure_dispatch(sizes: Sizes) -> list[Row]:
    """Feed the same tap to both; each answers it into the void and does nothing else."""
    with scratch() as folder:
        deps = open_deps(f"sqlite:///{folder / 'jifen.db'}", folder, durability="NORMAL")
        settle(deps, branches=1, members=1)
        with asyncio.Runner() as runner:
            ours, theirs = runner.run(_in_turns(deps, sizes))
        deps.close()
    share = median(ours) / median(theirs)
    count = len(dispatch.ANYWHERE_TAPS) + len(dispatch.SCREEN_TAPS)
    return [
        Row(
            f"dispatch in process, the last of {count} kinds of button, chat lock and conversation included",
            per_second(ours),
            f"bare dispatcher, one handler {per_second(theirs)}",
            share,
            f"≥ {SHARE_MIN}",
            share >= SHARE_MIN,
        )
    ]
