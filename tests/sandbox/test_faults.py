"""Faults on demand, each seen from the client's side."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Stage, eventually


async def _texts(stage: Stage, user: int) -> list[str]:
    return [row["text"] for row in (await stage.chat(user))["messages"]]


async def test_refusals_come_as_often_as_ordered(stage: Stage) -> None:
    user = await stage.user()
    await stage.control("faults", method="sendMessage", kind="429", times=2, retry_after=3)
    await stage.control("faults", method="*", kind="500", times=1)
    await stage.control("faults", method="SENDMESSAGE", kind="502html", times=1)
    answers = [await stage.call("sendMessage", chat_id=user, text=str(number)) for number in range(5)]
    other = await stage.call("getMe")
    assert [answer.status_code for answer in answers] == [429, 429, 500, 502, 200]
    assert answers[0].json()["parameters"] == {"retry_after": 3}
    assert answers[2].json() == {"ok": False, "error_code": 500, "description": "Internal Server Error"}
    assert answers[3].headers["content-type"] == "text/html"
    assert other.status_code == 200
    assert await _texts(stage, user) == ["4"]


@pytest.mark.parametrize(("kind", "texts"), [("timeout_before", []), ("timeout_after", ["a"])])
async def test_timeouts_come_before_or_after_the_effect(stage: Stage, kind: str, texts: list[str]) -> None:
    user = await stage.user()
    await stage.control("faults", method="sendMessage", kind=kind)
    address = f"/bot{stage.world.token}/sendMessage"
    with pytest.raises(httpx.ReadTimeout):
        await stage.http.post(
            address, json={"chat_id": user, "text": "a"}, timeout=httpx.Timeout(20, read=0.5)
        )

    async def has_effect() -> bool:
        return await _texts(stage, user) == texts

    await eventually(has_effect)
    await stage.result("sendMessage", chat_id=user, text="b")
    assert await _texts(stage, user) == [*texts, "b"]


async def test_a_dropped_connection_has_no_effect(stage: Stage) -> None:
    user = await stage.user()
    await stage.control("faults", method="sendMessage", kind="drop", times=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await stage.call("sendMessage", chat_id=user, text="a")
    await stage.result("sendMessage", chat_id=user, text="b")
    assert await _texts(stage, user) == ["b"]


async def test_an_update_comes_again_after_it_was_confirmed(stage: Stage) -> None:
    user = await stage.user()
    await stage.control("faults", method="*", kind="duplicate_update", times=1)
    await stage.control(f"users/{user}/send", text="一")
    await stage.control(f"users/{user}/send", text="二")
    first = await stage.result("getUpdates")
    offset = first[-1]["update_id"] + 1
    again = await stage.result("getUpdates", offset=offset)
    end = await stage.result("getUpdates", offset=offset)
    assert [update["message"]["text"] for update in first] == ["一", "二"]
    assert again == first[:1]
    assert end == []


async def test_an_update_comes_after_the_one_that_follows_it(stage: Stage) -> None:
    user = await stage.user()
    await stage.control("faults", method="*", kind="reorder_updates", times=1)
    for text in ("一", "二", "三"):
        await stage.control(f"users/{user}/send", text=text)
    updates: list[dict[str, Any]] = await stage.result("getUpdates")
    assert [update["message"]["text"] for update in updates] == ["二", "一", "三"]
    assert updates[0]["update_id"] == updates[1]["update_id"] + 1


async def test_a_held_update_comes_alone_when_none_follows(stage: Stage) -> None:
    user = await stage.user()
    await stage.control("faults", method="*", kind="reorder_updates", times=1)
    await stage.control(f"users/{user}/send", text="一")
    async with asyncio.timeout(30):
        updates = await stage.result("getUpdates", timeout=40)
    assert [update["message"]["text"] for update in updates] == ["一"]


async def test_unknown_faults_are_refused_and_all_can_be_cleared(stage: Stage) -> None:
    refused = await stage.http.post("/sandbox/faults", json={"method": "*", "kind": "flood"})
    await stage.control("faults", method="getMe", kind="500", times=100)
    await stage.http.delete("/sandbox/faults")
    assert refused.status_code == 400
    assert refused.json()["error"].startswith("there is no fault flood")
    assert (await stage.call("getMe")).status_code == 200
