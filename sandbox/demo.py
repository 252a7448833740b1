"""The whole product on one command: sandbox, bot and panel in one process, on a folder of its own."""

import asyncio
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import webbrowser
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.app import run_bot
from panel.serve import serve_panel
from sandbox import journal
from sandbox.app import create_app
from sandbox.serve import serving
from sandbox.story import Cast, load_cast, people, save_cast, tell_nothing, tell_story
from sandbox.world import World
from services.clock import ShiftedClock
from services.deps import Deps
from services.shelf import Shelf
from storage.database import Store
from storage.files import EvidenceFiles
from storage.migrate import upgrade

HOST = "127.0.0.1"
CLOCK_SAVE_SECONDS = 1.0


@dataclass(frozen=True)
class Folder:
    """Where the demo keeps what it knows."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "jifen.db"

    @property
    def evidence(self) -> Path:
        """The evidence store."""
        return self.path / "evidence"

    @property
    def media(self) -> Path:
        """What the pretend Telegram was sent."""
        return self.path / "telegram"

    @property
    def journal(self) -> Path:
        """The pretend Telegram's chats."""
        return self.path / "telegram.json"

    @property
    def clock(self) -> Path:
        """How far the demo's clock was moved."""
        return self.path / "clock.json"

    @property
    def cast(self) -> Path:
        """Who plays whom; written last, so it also says that the story was told to its end."""
        return self.path / "cast.json"

    def forget_half_told(self) -> None:
        """Remove what a first start left behind that was stopped before its story ended."""
        if self.cast.exists() or not self.database.exists():
            return
        for path in (self.database, *self.path.glob("jifen.db-*"), self.journal):
            path.unlink(missing_ok=True)
        for folder in (self.evidence, self.media):
            shutil.rmtree(folder, ignore_errors=True)

    def secret(self) -> bytes:
        """Return the key of the ledger's chain, made on the first start."""
        file = self.path / "secret.key"
        if not file.exists():
            file.write_text(secrets.token_hex(32))
            file.chmod(0o600)
        return file.read_text().encode()


def demo(*, port: int, data: Path, headless: bool, empty: bool, no_limits: bool) -> None:
    """Run the demo until Ctrl-C; the first line printed is its address."""
    sys.stderr.write("Starting the demo …\n")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_run(port, Folder(data), is_headless=headless, is_empty=empty, has_limits=not no_limits))
    except OSError as error:
        if not _is_taken(port):
            raise
        sys.exit(f"Port {port} is taken ({error.strerror}); choose another one with --port.")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return port != 0 and probe.connect_ex((HOST, port)) == 0


async def _run(port: int, folder: Folder, *, is_headless: bool, is_empty: bool, has_limits: bool) -> None:
    if _is_taken(port):
        raise OSError(0, "something answers there")
    folder.path.mkdir(parents=True, exist_ok=True)
    folder.forget_half_told()
    clock = ShiftedClock(offset=_saved_offset(folder.clock))
    world = World(clock=clock, media_directory=folder.media, limits=has_limits)
    panel_port = _free_port(port + 1 if port else 0)
    deps = _open(folder, clock, panel_url=f"http://{HOST}:{panel_port}")
    cast = await asyncio.to_thread(_told, deps, world, folder, is_empty=is_empty)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def story() -> dict[str, Any]:
        return {
            "bot": world.bot["username"],
            "bot_name": world.bot["first_name"],
            "panel": deps.panel_url,
            "people": people(deps, world, cast),
        }

    app = create_app(world, story=story, journal_path=folder.journal)
    try:
        async with (
            serving(app, port=port, host=HOST) as base,
            serve_panel(deps, host=HOST, port=panel_port),
        ):
            _welcome(base, is_headless=is_headless)
            saving = asyncio.create_task(_keep_offset(clock, folder.clock))
            await run_bot(deps, token=world.token, api_base=base, stop=stop, is_paced=has_limits)
            saving.cancel()
    finally:
        deps.close()


def _open(folder: Folder, clock: ShiftedClock, *, panel_url: str) -> Deps:
    store = Store(f"sqlite:///{folder.database}", durability="NORMAL")
    upgrade(store)
    shelf = Shelf()
    for problem in shelf.load_files(store, now=clock.now()):
        sys.stderr.write(f"{problem}\n")
    return Deps(
        store=store,
        clock=clock,
        shelf=shelf,
        files=EvidenceFiles(folder.evidence),
        secret=folder.secret(),
        panel_url=panel_url,
    )


def _told(deps: Deps, world: World, folder: Folder, *, is_empty: bool) -> Cast:
    """Return who plays whom: from the last time, or from a story told now."""
    if folder.cast.exists():
        journal.load(world, folder.journal)
        return load_cast(folder.cast)
    sys.stderr.write("Filling in a believable year, a moment …\n" if not is_empty else "")
    cast = tell_nothing(deps, world) if is_empty else tell_story(deps, world)
    journal.save(world, folder.journal)
    save_cast(cast, folder.cast)
    return cast


def _welcome(base: str, *, is_headless: bool) -> None:
    sys.stdout.write(f"{base}\n")
    sys.stdout.write("两部手机在上面的地址；按 Ctrl-C 结束，数据会保留。\n")
    sys.stdout.write("Two phones await you at the address above; Ctrl-C ends, the data stays.\n")
    sys.stdout.flush()
    if not is_headless and (sys.platform != "linux" or os.environ.get("DISPLAY")):
        webbrowser.open(base)


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")


def _saved_offset(path: Path) -> timedelta:
    if not path.exists():
        return timedelta()
    return timedelta(seconds=float(json.loads(path.read_text())["offset_seconds"]))


def _save_offset(offset: timedelta, path: Path) -> None:
    path.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))


async def _keep_offset(clock: ShiftedClock, path: Path) -> None:
    """Keep how far the clock was moved, so that the next start goes on from there."""
    kept: timedelta | None = None
    while True:
        if clock.offset != kept:
            kept = clock.offset
            await asyncio.to_thread(_save_offset, kept, path)
        await asyncio.sleep(CLOCK_SAVE_SECONDS)
