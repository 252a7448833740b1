"""Dispatch in process: the worst-placed button of the whole bot beside a bare dispatcher with one handler."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.methods.base import TelegramMethod, TelegramType
from aiogram.types import CallbackQuery, Chat, Message, Update, User

from benchmarks.ground import open_deps, scratch, settle
from benchmarks.measuring import Row, Sizes
from bot import dispatch
from bot.callbacks import Tap
from bot.conversation import Conversation, Desk
from services.deps import Deps

SHARE_MIN = 0.75
TOKEN = "4200000001:AAnobody-listens"  # noqa: S105  a pretend token opens nothing
USER_ID = 1001
WARM = 200
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


@dataclass(slots=True)
class Entered:
    """When a handler was last entered."""

    at: float = 0.0

    async def ours(self, _conv: Conversation, _tap: Tap) -> None:
        """Stand for a handler of the product, without its work."""
        self.at = time.perf_counter()

    async def theirs(self, callback: CallbackQuery) -> None:
        """Stand for a handler of a bare bot, which answers the tap as every bot must."""
        self.at = time.perf_counter()
        await callback.answer()


def _bare(entered: Entered) -> Dispatcher:
    router = Router()
    router.callback_query.register(entered.theirs)
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


@dataclass(frozen=True, slots=True)
class Spans:
    """Seconds from feeding the tap to the handler's first line, and to the end of what it left running."""

    to_handler: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    async def add(self, dispatcher: Dispatcher, bot: Bot, tap: Update, entered: Entered) -> None:
        """Feed the tap once more."""
        begun = time.perf_counter()
        running = await dispatcher.feed_update(bot, tap)
        if isinstance(running, list):
            await asyncio.gather(*running)
        self.whole.append(time.perf_counter() - begun)
        self.to_handler.append(entered.at - begun)


async def _in_turns(deps: Deps, sizes: Sizes) -> tuple[Spans, Spans]:
    bot = Bot(TOKEN, session=SilentSession())
    entered = Entered()
    product, bare = dispatch.build_dispatcher(Desk(bot, deps)), _bare(entered)
    last = next(reversed(dispatch.ANYWHERE_TAPS))
    handler, dispatch.ANYWHERE_TAPS[last] = dispatch.ANYWHERE_TAPS[last], entered.ours
    tap = _a_tap(bot, Tap(act=last, id=1, arg="zh_Hans").pack())
    ours, theirs = Spans(), Spans()
    try:
        for _ in range(WARM):
            await Spans().add(product, bot, tap, entered)
            await Spans().add(bare, bot, tap, entered)
        for _ in range(sizes.dispatches):
            await ours.add(product, bot, tap, entered)
            await theirs.add(bare, bot, tap, entered)
    finally:
        dispatch.ANYWHERE_TAPS[last] = handler
    return ours, theirs


def measure_dispatch(sizes: Sizes) -> list[Row]:
    """Feed the same tap to both in turns; each answers it into the void and does nothing else."""
    with scratch() as folder:
        deps = open_deps(f"sqlite:///{folder / 'jifen.db'}", folder, durability="NORMAL")
        settle(deps, branches=1, members=1)
        with asyncio.Runner() as runner:
            ours, theirs = runner.run(_in_turns(deps, sizes))
        deps.close()
    count = len(dispatch.ANYWHERE_TAPS) + len(dispatch.SCREEN_TAPS)
    rows = []
    for what, our, their, is_aim in (
        (f"to the handler of the last of {count} kinds of button", ours.to_handler, theirs.to_handler, True),
        ("the same, until the tap is answered too", ours.whole, theirs.whole, False),
    ):
        share = median(their) / median(our)
        rows.append(
            Row(
                f"dispatch in process, {what}",
                _rate(our),
                f"bare dispatcher, one handler {_rate(their)}",
                share,
                f"≥ {SHARE_MIN}" if is_aim else "–",
                not is_aim or share >= SHARE_MIN,
            )
        )
    return rows


def _rate(spans: list[float]) -> str:
    return f"{1 / median(spans):,.0f}/s"
