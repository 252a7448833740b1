"""`jifen run`: starts what was asked for and ends in good order when told to."""

import asyncio
import signal
import socket
from collections.abc import Callable

import httpx
import pytest

from sandbox.app import create_app
from sandbox.serve import serving
from sandbox.world import World
from services.assembly import make_secret, read_secret
from services.clock import ShiftedClock
from services.settings import load_settings
from tests.cli.conftest import START_SECONDS_MAX, Said, Terminal


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def run_until(terminal: Terminal, part: str, line: str, number: int, look: Callable[[], None]) -> Said:
    """Start a part, wait until it prints the line, look, and send it the signal."""
    with terminal.started("run", part) as process:
        assert process.stdout is not None
        out = ""
        while line not in out:
            async with asyncio.timeout(START_SECONDS_MAX):
                more = await asyncio.to_thread(process.stdout.readline)
            assert more, await asyncio.to_thread(process.communicate)
            out += more
        await asyncio.to_thread(look)
        process.send_signal(number)
        rest, err = await asyncio.to_thread(process.communicate, timeout=START_SECONDS_MAX)
        return Said(process.returncode, out + rest, err)


async def test_the_panel_answers_until_it_is_told_to_stop(installed: Terminal) -> None:
    port = a_free_port()
    address = f"http://127.0.0.1:{port}"
    installed.env = {"JIFEN_PANEL_PORT": str(port)}
    health: list[int] = []

    def look() -> None:
        health.append(httpx.get(f"{address}/healthz").status_code)

    said = await run_until(installed, "panel", "The panel is at", signal.SIGTERM, look)
    assert (said.code, said.out, said.err) == (0, f"The panel is at {address}\n", "")
    assert health == [200]


async def test_a_taken_port_is_one_sentence(installed: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        installed.env = {"JIFEN_PANEL_PORT": str(port)}
        said = await asyncio.to_thread(installed.spawn, "run", "panel")
    sentence = (
        f"The panel cannot listen on 127.0.0.1:{port}: Address already in use. Change JIFEN_PANEL_PORT.\n"
    )
    assert (said.code, said.out, said.err) == (2, "", sentence)


async def test_bot_and_panel_run_in_one_process_until_ctrl_c(installed: Terminal) -> None:
    world = World(clock=ShiftedClock(), media_directory=installed.folder / "media")
    async with serving(create_app(world)) as api_base:
        installed.env = {
            "JIFEN_BOT_TOKEN": world.token,
            "JIFEN_API_BASE": api_base,
            "JIFEN_PANEL_PORT": str(a_free_port()),
            "JIFEN_LOG_LEVEL": "ERROR",
        }
        said = await run_until(installed, "all", "The bot is running", signal.SIGINT, lambda: None)
    assert (said.code, said.err) == (0, "")


def test_a_key_is_made_once(installed: Terminal) -> None:
    settings = load_settings(env={"JIFEN_DATA": str(installed.folder / "data")}, env_file=None)
    before = read_secret(settings)
    with pytest.raises(FileExistsError):
        make_secret(settings)
    assert read_secret(settings) == before
