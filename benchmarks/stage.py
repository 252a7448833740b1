"""A sandbox in this process and a bot in another, and thumbs that tap without asking over HTTP themselves."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ground import NOON
from sandbox import people
from sandbox.app import create_app
from sandbox.chats import Chat, Message, User
from sandbox.serve import serving
from sandbox.views import ChatWatch
from sandbox.world import World
from services.clock import ShiftedClock

SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Thumb:
    """One person's private chat in the sandbox."""

    world: World
    user: User

    @property
    def chat(self) -> Chat:
        """The chat with the bot."""
        return self.world.book.chats[self.user.user_id]

    def say(self, text: str) -> None:
        """Type a text."""
        people.say(self.world, self.user, self.chat, text)

    def tap(self, message: Message, words: str) -> None:
        """Tap the button with these words, or that begins with them."""
        assert message.reply_markup is not None, "it has buttons"
        buttons = [b for row in message.reply_markup["inline_keyboard"] for b in row]
        data = next(b["callback_data"] for b in buttons if b["text"].startswith(words))
        people.tap(self.world, self.user, self.chat, message.message_id, data=data)

    async def until(self, find: Callable[[], Message | None]) -> Message:
        """Wait for what `find` looks for, woken by every change of the chat."""
        async with asyncio.timeout(SECONDS_MAX):
            while True:
                seq = self.chat.seq
                found = find()
                if found is not None:
                    return found
                await ChatWatch(self.world, self.chat).wait(after=seq, seconds=SECONDS_MAX)

    def newest(self, *words: str) -> Message | None:
        """Return the bot's newest message that contains or offers each of these words."""
        return next((m for m in reversed(self.chat.messages.values()) if _shows(m, words)), None)


def _shows(message: Message, words: tuple[str, ...]) -> bool:
    if message.is_deleted or not message.is_from_bot:
        return False
    markup = message.reply_markup or {}
    buttons = [b["text"] for row in markup.get("inline_keyboard", []) for b in row]
    return all(w in message.words or any(b.startswith(w) for b in buttons) for w in words)


@asynccontextmanager
async def staged(kind: str, folder: Path, *, database: str = "") -> AsyncIterator[tuple[World, int]]:
    """Open a sandbox without limits and start a bot against it; give the world and the bot's process id."""
    clock = ShiftedClock()
    clock.set(NOON)
    world = World(clock=clock, media_directory=folder / f"media-{kind}", limits=False)
    async with serving(create_app(world)) as base:
        process = subprocess.Popen(  # noqa: ASYNC220  it returns at once
            [
                sys.executable,
                "-m",
                "benchmarks.bot_process",
                kind,
                "--api",
                base,
                "--token",
                world.token,
                "--database",
                database,
            ],
            cwd=Path(__file__).parents[1],
        )
        try:
            yield world, process.pid
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)
