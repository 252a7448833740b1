"""getUpdates: offsets, limits, waiting, kinds, and only one poller."""

import asyncio
import time

from tests.sandbox.conftest import Stage


async def _say(stage: Stage, user: int, *texts: str) -> None:
    for text in texts:
        await stage.control(f"users/{user}/send", text=text)


async def test_updates_stay_until_they_are_confirmed(stage: Stage) -> None:
    user = await stage.user()
    await _say(stage, user, "一", "二", "三")
    first = await stage.result("getUpdates", limit=2)
    same = await stage.result("getUpdates", limit=2)
    rest = await stage.result("getUpdates", offset=first[-1]["update_id"] + 1)
    last = await stage.result("getUpdates", offset=-1)
    assert [update["message"]["text"] for update in first] == ["一", "二"]
    assert same == first
    assert [update["message"]["text"] for update in rest] == ["三"]
    assert last == rest


async def test_a_poll_waits_for_the_next_update(stage: Stage) -> None:
    user = await stage.user()
    poll = asyncio.create_task(stage.result("getUpdates", timeout=40))
    await stage.polled(1)
    started = time.monotonic()
    await _say(stage, user, "来了")
    updates = await poll
    assert [update["message"]["text"] for update in updates] == ["来了"]
    assert time.monotonic() - started < 20


async def test_a_poll_ends_empty_after_its_time(stage: Stage) -> None:
    assert await stage.result("getUpdates", timeout=1) == []


async def test_only_wanted_kinds_are_kept(stage: Stage) -> None:
    user = await stage.user()
    await stage.result("getUpdates", allowed_updates=["callback_query"])
    sent = await stage.result(
        "sendMessage",
        chat_id=user,
        text="a",
        reply_markup={"inline_keyboard": [[{"text": "通过", "callback_data": "ok"}]]},
    )
    await _say(stage, user, "不要")
    await stage.control(f"users/{user}/tap", message_id=sent["message_id"], text="通过")
    wanted = await stage.updates()
    await stage.result("getUpdates", allowed_updates=[])
    await _say(stage, user, "要")
    everything = await stage.updates()
    assert [list(update)[1] for update in wanted] == ["callback_query"]
    assert [update["message"]["text"] for update in everything] == ["要"]


async def test_a_second_poller_ends_the_first(stage: Stage) -> None:
    user = await stage.user()
    first = asyncio.create_task(stage.call("getUpdates", timeout=20))
    await stage.polled(1)
    second = asyncio.create_task(stage.call("getUpdates", timeout=20))
    ended = await first
    await _say(stage, user, "在")
    assert (ended.status_code, ended.json()["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    assert [update["message"]["text"] for update in (await second).json()["result"]] == ["在"]


async def test_polling_is_refused_while_a_webhook_is_set(stage: Stage) -> None:
    await stage.result("setWebhook", url="http://127.0.0.1:9/")
    refused = await stage.refusal("getUpdates")
    await stage.result("setWebhook", url="")
    assert refused == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    assert await stage.result("getUpdates") == []
