"""Webhooks: the secret header, redelivery until 2xx, and methods in the answer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from tests.sandbox.conftest import Stage, eventually


@dataclass
class Hook:
    """A bot's webhook that answers what it is told to, then 200."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.taken.append((secret, await request.json()))
        return self.answers.pop(0) if self.answers else web.Response()

    async def texts(self, count: int) -> list[str]:
        async def enough() -> bool:
            return len(self.taken) >= count

        await eventually(enough)
        return [update["message"]["text"] for _, update in self.taken]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    hook.url = f"http://{host}:{port}/hook"
    yield hook
    await runner.cleanup()


async def nothing_pending(stage: Stage) -> None:
    """Wait until every update was taken."""

    async def all_taken() -> bool:
        return bool((await stage.result("getWebhookInfo"))["pending_update_count"] == 0)

    await eventually(all_taken)


async def test_updates_are_brought_with_the_secret(stage: Stage, hook: Hook) -> None:
    user = await stage.user()
    await stage.control(f"users/{user}/send", text="早")
    await stage.result("setWebhook", url=hook.url, secret_token="s3-_", max_connections=1)
    await stage.control(f"users/{user}/send", text="好")
    assert await hook.texts(2) == ["早", "好"]
    assert {secret for secret, _ in hook.taken} == {"s3-_"}
    await nothing_pending(stage)
    info = await stage.result("getWebhookInfo")
    assert (info["url"], info["max_connections"]) == (hook.url, 1)


async def test_a_failed_delivery_comes_again(stage: Stage, hook: Hook) -> None:
    user = await stage.user()
    hook.answers = [web.Response(status=500), web.Response(status=302)]
    await stage.result("setWebhook", url=hook.url)
    await stage.control(f"users/{user}/send", text="一")
    assert await hook.texts(3) == ["一", "一", "一"]
    info = await stage.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"
    await nothing_pending(stage)
    assert len({update["update_id"] for _, update in hook.taken}) == 1


async def test_undelivered_updates_are_fetched_after_the_webhook_is_gone(stage: Stage, hook: Hook) -> None:
    user = await stage.user()
    hook.answers = [web.Response(status=503)] * 9
    await stage.result("setWebhook", url=hook.url)
    await stage.control(f"users/{user}/send", text="一")
    await hook.texts(1)
    await stage.result("deleteWebhook")
    updates = await stage.updates()
    assert [update["message"]["text"] for update in updates] == ["一"]


async def test_a_method_in_the_answer_is_carried_out(stage: Stage, hook: Hook) -> None:
    user = await stage.user()
    hook.answers = [web.json_response({"method": "sendMessage", "chat_id": user, "text": "收到"})]
    await stage.result("setWebhook", url=hook.url)
    await stage.control(f"users/{user}/send", text="一")

    async def answered() -> bool:
        return len((await stage.chat(user))["messages"]) == 2

    await eventually(answered)
    shown = [(row["from"], row["text"]) for row in (await stage.chat(user))["messages"]]
    assert shown == [("user", "一"), ("bot", "收到")]
