"""`jifen run`: the bot, the panel, or both in one process, until told to stop."""

import asyncio
import logging
import signal
from contextlib import AsyncExitStack
from enum import StrEnum

from cli.opening import opened, settings_or_refuse
from cli.refusing import refuse
from services.deps import Deps
from services.settings import Settings


class Part(StrEnum):
    """What a process runs."""

    ALL = "all"
    """Bot and panel."""
    BOT = "bot"
    """Only the bot."""
    PANEL = "panel"
    """Only the panel."""


def run_part(part: Part) -> None:
    """Run until SIGINT or SIGTERM; what is being done is finished first."""
    settings = settings_or_refuse()
    if part is not Part.PANEL and settings.bot_token is None:
        refuse("JIFEN_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env.")
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with opened(settings) as deps:
        for problem in deps.shelf.load_files(deps.store, now=deps.clock.now()):
            print(problem)
        asyncio.run(_run(deps, settings, part))


async def _run(deps: Deps, settings: Settings, part: Part) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        if part is not Part.BOT:
            from panel.serve import serve_panel

            try:
                await stack.enter_async_context(
                    serve_panel(deps, host=settings.panel_host, port=settings.panel_port)
                )
            except OSError as failure:
                where = f"{settings.panel_host}:{settings.panel_port}"
                refuse(f"The panel cannot listen on {where}: {failure.strerror}. Change JIFEN_PANEL_PORT.")
            print(f"The panel is at {settings.panel_address}", flush=True)
        if part is Part.PANEL:
            await stop.wait()
            return
        from bot.app import run_bot

        assert settings.bot_token is not None, "looked at before anything was opened"
        print("The bot is running; Ctrl-C ends it.", flush=True)
        await run_bot(
            deps,
            token=settings.bot_token.get_secret_value(),
            api_base=settings.api_base,
            stop=stop,
            proxy=settings.proxy,
            in_doubt_max=settings.in_doubt_max,
        )
