"""A bot in a process of its own: the product, or a bare aiogram echo to compare it with."""

import argparse
import asyncio
import signal
from pathlib import Path

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from benchmarks.ground import NOON, open_deps
from bot.app import run_bot
from services.clock import ShiftedClock


async def _product(url: str, *, token: str, api_base: str) -> None:
    clock = ShiftedClock()
    clock.set(NOON)
    deps = open_deps(url, Path(url.removeprefix("sqlite:///")).parent, clock=clock)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await run_bot(deps, token=token, api_base=api_base, stop=stop, is_paced=False)
    deps.close()


async def _bare(*, token: str, api_base: str) -> None:
    router = Router()
    taps = 0

    @router.callback_query()
    async def echo(callback: CallbackQuery) -> None:
        nonlocal taps
        taps += 1
        rows = [[InlineKeyboardButton(text="echo", callback_data=f"{taps}")]]
        await callback.answer()
        assert isinstance(callback.message, Message), "it was just tapped"
        await callback.message.edit_text(
            f"echo {taps}", reply_markup=InlineKeyboardMarkup(inline_keyboard=rows)
        )

    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api_base)))
    dispatcher = Dispatcher(disable_fsm=True)
    dispatcher.include_router(router)
    await dispatcher.start_polling(bot)


def main() -> None:
    """Run until terminated."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["product", "bare"])
    parser.add_argument("--api", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--database", default="")
    asked = parser.parse_args()
    if asked.kind == "product":
        asyncio.run(_product(asked.database, token=asked.token, api_base=asked.api))
    else:
        asyncio.run(_bare(token=asked.token, api_base=asked.api))


if __name__ == "__main__":
    main()
