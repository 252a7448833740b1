"""A phone in tests that reads like thumbs: `await phone.tap("通过")`."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from PIL import Image

SECONDS_MAX = 90.0
"""Far more than anything here needs, on a slow machine too."""
GONE = 404
"""Answered to a tap on a button that is not there any more."""
Message = dict[str, Any]
T = TypeVar("T")


def a_jpeg(colour: int = 0, size: tuple[int, int] = (320, 240)) -> bytes:
    """Return a small photo; another colour is another picture."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    picture.paste((colour * 37 % 256, colour * 91 % 256, 60), (20, 20, 120 + colour % 90, 140))
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


@dataclass
class Phone:
    """One account's phone, over the sandbox's control interface."""

    client: httpx.AsyncClient
    user_id: int
    seen: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    alerts: list[str] = field(default_factory=list)

    async def say(self, text: str) -> None:
        """Type a text and send it."""
        await self._send(json={"text": text})

    async def send(self, kind: str) -> None:
        """Send a sticker, a voice message or a location."""
        await self._send(json={kind: True})

    async def send_photos(self, *photos: bytes, caption: str = "") -> None:
        """Send photos, several as one album."""
        files = [("photo", (f"{n}.jpg", photo, "image/jpeg")) for n, photo in enumerate(photos)]
        await self._send(files=files, data={"caption": caption} if caption else None)

    async def send_document(self, name: str, content: bytes, mime: str) -> None:
        """Send a file."""
        await self._send(files=[("document", (name, content, mime))])

    async def _send(self, **body: Any) -> None:
        await self.refresh()
        answer = await self.client.post(f"/sandbox/users/{self.user_id}/send", **body)
        assert answer.status_code == 200, answer.text

    async def tap(self, words: str) -> None:
        """Tap the newest button with these words, once it is there; again where it was just replaced."""
        until = time.monotonic() + SECONDS_MAX
        while True:
            message = await self.until(lambda: self.with_button(words), f"a button {words!r}")
            answer = await self._tap(message["message_id"], text=words)
            if answer.status_code != GONE:
                break
            assert time.monotonic() < until, f"the button {words!r} goes whenever it is tapped"
        assert answer.status_code == 200, answer.text

    async def tap_on(self, message_id: int, **what: str) -> None:
        """Tap a button of a message, by its text or with this data."""
        answer = await self._tap(message_id, **what)
        assert answer.status_code == 200, answer.text

    async def _tap(self, message_id: int, **what: str) -> httpx.Response:
        return await self.client.post(
            f"/sandbox/users/{self.user_id}/tap", json={"message_id": message_id, **what}
        )

    async def refresh(self, *, wait_seconds: float = 0) -> None:
        """Read what changed in the chat, waiting so long for a change."""
        asked = {"after": self.seen, "wait": wait_seconds}
        answer = await self.client.get(f"/sandbox/users/{self.user_id}/chat", params=asked)
        chat = answer.json()
        self.seen = max(self.seen, chat["seq"])
        self.messages |= {m["message_id"]: m for m in chat["messages"]}
        self.alerts += [alert["text"] for alert in chat["alerts"]]

    @property
    def living(self) -> list[Message]:
        """The messages of the chat that were not deleted, oldest first."""
        return [m for _, m in sorted(self.messages.items()) if not m["deleted"]]

    @property
    def from_bot(self) -> list[str]:
        """The texts of the bot's messages, oldest first."""
        return [m["text"] for m in self.living if m["from"] == "bot"]

    def with_button(self, words: str) -> Message | None:
        """Return the newest message that has a button with these words."""
        for message in reversed(self.living):
            if any(words == b["text"] or words in b["text"] for row in message["buttons"] for b in row):
                return message
        return None

    def button_words(self, message: Message) -> list[str]:
        """Return the words of a message's buttons."""
        return [b["text"] for row in message["buttons"] for b in row]

    def data_of(self, words: str) -> str:
        """Return what the newest button with these words carries."""
        message = self.with_button(words)
        assert message is not None, f"no button {words!r}"
        return next(str(b["data"]) for row in message["buttons"] for b in row if words in str(b["text"]))

    async def read(self, words: str) -> Message:
        """Wait for the newest living message of the bot that contains these words."""

        def found() -> Message | None:
            return next((m for m in reversed(self.living) if m["from"] == "bot" and words in m["text"]), None)

        return await self.until(found, f"a message with {words!r}")

    async def alerted(self, words: str) -> str:
        """Wait for an alert that contains these words."""
        return await self.until(
            lambda: next((a for a in reversed(self.alerts) if words in a), None), f"an alert with {words!r}"
        )

    async def until(self, find: Callable[[], T | None], what: str) -> T:
        """Look again and again until `find` finds something."""
        until = time.monotonic() + SECONDS_MAX
        await self.refresh()
        while True:
            found = find()
            if found is not None:
                return found
            if time.monotonic() > until:
                shown = "\n---\n".join(f"{m['text']} {self.button_words(m)}" for m in self.living[-4:])
                raise AssertionError(
                    f"{self.user_id} waited in vain for {what}; sees:\n{shown}\n{self.alerts}"
                )
            await self.refresh(wait_seconds=0.5)

    async def ask(self, text: str) -> str:
        """Type a text and return the first thing the bot says to it, as a message of its own."""
        await self.refresh()
        before = max(self.messages, default=0)
        await self.say(text)
        return await self.next_words(before)

    async def next_words(self, after: int) -> str:
        """Wait for the first message of the bot after this one and return its words."""

        def found() -> str | None:
            newer = (m for m in self.living if m["from"] == "bot" and m["message_id"] > after)
            return next((str(m["text"]) for m in newer), None)

        return await self.until(found, "an answer")

    async def alert_of(self, message_id: int, **what: str) -> str:
        """Tap a button and return the alert that comes."""
        await self.refresh()
        before = len(self.alerts)
        await self.tap_on(message_id, **what)
        return await self.until(
            lambda: self.alerts[before] if len(self.alerts) > before else None, f"an alert to {what}"
        )

    async def card(self, number: int, words: str = "") -> Message:
        """Wait for the newest card of a report, showing these words."""

        def found() -> Message | None:
            cards = (m for m in reversed(self.living) if f"编号 {number}" in m["text"].partition("\n")[0])
            return next((m for m in cards if words in m["text"]), None)

        return await self.until(found, f"a card of {number} with {words!r}")

    def count(self, words: str) -> int:
        """Count the bot's messages that contain these words."""
        return sum(words in text for text in self.from_bot)
