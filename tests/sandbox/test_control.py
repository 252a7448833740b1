"""The control interface: its shapes are fixed, other programs use it."""

import asyncio
import time
from typing import Any

import httpx

from tests.sandbox.conftest import Stage, drawn_photo

KEYS = {
    "inline_keyboard": [
        [{"text": "✅ 通过", "callback_data": "ok"}, {"text": "不通过", "callback_data": "no"}],
        [{"text": "打开", "url": "http://127.0.0.1/x"}],
    ]
}
FIXED = ("message_id", "from", "text", "photos", "buttons", "edits", "deleted")


def _fixed(message: dict[str, Any]) -> dict[str, Any]:
    return {key: message[key] for key in FIXED}


def _error(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]


async def test_users_are_numbered_from_1001(stage: Stage) -> None:
    first = await stage.control("users", first_name="王芳", language_code="zh-hans")
    second = await stage.control("users", first_name="李明")
    assert [first, second] == [{"user_id": 1001}, {"user_id": 1002}]


async def test_a_chat_tells_messages_edits_and_deletions_by_seq(stage: Stage) -> None:
    user = await stage.user()
    asked = await stage.control(f"users/{user}/send", text="申报")
    sent = await stage.result(
        "sendMessage", chat_id=user, text="<b>选</b>", parse_mode="HTML", reply_markup=KEYS
    )
    whole = await stage.chat(user)
    await stage.result("editMessageText", chat_id=user, message_id=sent["message_id"], text="好")
    edited = await stage.chat(user, after=whole["seq"])
    await stage.result("deleteMessage", chat_id=user, message_id=sent["message_id"])
    deleted = await stage.chat(user, after=edited["seq"])
    nothing = await stage.chat(user, after=deleted["seq"])
    mine = {"message_id": asked["message_id"], "from": "user", "text": "申报"}
    bots = {"message_id": sent["message_id"], "from": "bot", "text": "好", "photos": 0, "buttons": []}
    assert _fixed(whole["messages"][0]) == {**mine, "photos": 0, "buttons": [], "edits": 0, "deleted": False}
    assert [
        [(button["text"], button["data"], button["url"]) for button in row]
        for row in whole["messages"][1]["buttons"]
    ] == [[("✅ 通过", "ok", None), ("不通过", "no", None)], [("打开", None, "http://127.0.0.1/x")]]
    assert [_fixed(row) for row in edited["messages"]] == [{**bots, "edits": 1, "deleted": False}]
    assert [_fixed(row) for row in deleted["messages"]] == [{**bots, "edits": 1, "deleted": True}]
    assert nothing["messages"] == []
    assert whole["seq"] < edited["seq"] < deleted["seq"] == nothing["seq"]


async def test_photos_are_an_album_with_the_caption_on_the_first(stage: Stage) -> None:
    user = await stage.user()
    photos = [("photo", ("a.jpg", drawn_photo(40, 30))), ("photo2", ("b.jpg", b"broken"))]
    response = await stage.http.post(
        f"/sandbox/users/{user}/send", data={"caption": " 昨天 清扫 "}, files=photos
    )
    messages = [update["message"] for update in await stage.updates()]
    shown = (await stage.chat(user))["messages"]
    assert response.json() == {
        "message_id": messages[0]["message_id"],
        "message_ids": [message["message_id"] for message in messages],
    }
    assert [message.get("caption") for message in messages] == ["昨天 清扫", None]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert [(row["photos"], row["text"]) for row in shown] == [(1, "昨天 清扫"), (1, "")]
    picture = await stage.http.get(shown[0]["photo_urls"][0])
    assert (picture.headers["content-type"], picture.content) == ("image/jpeg", drawn_photo(40, 30))


async def test_one_photo_alone_is_no_album_and_spaces_are_no_caption(stage: Stage) -> None:
    user = await stage.user()
    await stage.http.post(
        f"/sandbox/users/{user}/send", data={"caption": "   "}, files={"photo": ("a.jpg", b"x")}
    )
    message = (await stage.updates())[0]["message"]
    assert {"media_group_id", "caption"} & message.keys() == set()


async def test_a_document_has_its_name_and_bytes(stage: Stage) -> None:
    user = await stage.user()
    await stage.http.post(
        f"/sandbox/users/{user}/send",
        data={"caption": "名单"},
        files={"document": ("名单.csv", b"a,b", "text/csv")},
    )
    message = (await stage.updates())[0]["message"]
    shown = (await stage.chat(user))["messages"][0]
    place = await stage.result("getFile", file_id=message["document"]["file_id"])
    data = await stage.http.get(f"/file/bot{stage.world.token}/{place['file_path']}")
    assert (message["document"]["file_name"], message["caption"], data.content) == (
        "名单.csv",
        "名单",
        b"a,b",
    )
    assert {key: shown["document"][key] for key in ("name", "size", "mime_type")} == {
        "name": "名单.csv",
        "size": 3,
        "mime_type": "text/csv",
    }


async def test_odd_things_and_long_texts_are_sent(stage: Stage) -> None:
    user = await stage.user()
    for kind in ("sticker", "voice", "location"):
        await stage.control(f"users/{user}/send", **{kind: True})
    await stage.control(f"users/{user}/send", text="字" * 5000)
    messages = [update["message"] for update in await stage.updates()]
    assert [
        kind in message for kind, message in zip(("sticker", "voice", "location"), messages, strict=False)
    ] == [True] * 3
    assert [len(message["text"]) for message in messages[3:]] == [4096, 904]


async def test_taps_find_their_button(stage: Stage) -> None:
    user = await stage.user()
    sent = (await stage.result("sendMessage", chat_id=user, text="选", reply_markup=KEYS))["message_id"]

    async def tap(**values: Any) -> httpx.Response:
        return await stage.http.post(f"/sandbox/users/{user}/tap", json={"message_id": sent, **values})

    exact = await tap(text="不通过")
    near = await tap(text="✅")
    forged = await tap(data="anything:at:all")
    link = await tap(text="打开")
    assert list(exact.json()) == ["callback_query_id"]
    assert link.json() == {"url": "http://127.0.0.1/x"}
    queries = [update["callback_query"] for update in await stage.updates()]
    assert [query["data"] for query in queries] == ["no", "ok", "anything:at:all"]
    assert [query["id"] for query in queries] == [
        answer.json()["callback_query_id"] for answer in (exact, near, forged)
    ]
    names = "✅ 通过 · 不通过 · 打开"
    assert _error(await tap(text="通过")) == (
        409,
        f"message {sent} has 2 buttons that fit “通过”; its buttons: {names}",
    )
    assert _error(await tap(text="删除")) == (
        404,
        f"message {sent} has no button “删除”; its buttons: {names}",
    )
    assert _error(await tap(message_id=99, text="通过")) == (404, f"there is no message 99 in chat {user}")


async def test_old_buttons_can_still_be_tapped_with_data(stage: Stage) -> None:
    user = await stage.user()
    sent = (await stage.result("sendMessage", chat_id=user, text="选", reply_markup=KEYS))["message_id"]
    await stage.result("editMessageText", chat_id=user, message_id=sent, text="完")
    await stage.control(f"users/{user}/tap", message_id=sent, data="ok")
    await stage.result("deleteMessage", chat_id=user, message_id=sent)
    await stage.control(f"users/{user}/tap", message_id=sent, data="ok")
    queries = [update["callback_query"] for update in await stage.updates()]
    assert [(query["data"], query["message"]["date"] == 0) for query in queries] == [
        ("ok", False),
        ("ok", True),
    ]


async def test_groups_have_their_own_chat(stage: Stage) -> None:
    people = [await stage.user(name) for name in ("甲", "乙", "丙")]
    group = (await stage.control("groups", title="第一支部", members=people[:2]))["chat_id"]
    sent = (await stage.result("sendMessage", chat_id=group, text="签到", reply_markup=KEYS))["message_id"]
    await stage.control(f"users/{people[0]}/send?chat={group}", text="到")
    tapped = await stage.control(f"users/{people[1]}/tap?chat={group}", message_id=sent, text="不通过")
    await stage.result("answerCallbackQuery", callback_query_id=tapped["callback_query_id"], text="好")
    outside = await stage.http.get(f"/sandbox/users/{people[2]}/chat", params={"chat": group})
    await stage.control(f"groups/{group}/members", user_id=people[2])
    seen = [await stage.chat(person, chat=group) for person in people]
    assert group < -(10**12)
    assert [list(update)[1] for update in await stage.updates()] == [
        "my_chat_member",
        "message",
        "callback_query",
        "message",
    ]
    assert _error(outside) == (404, f"user {people[2]} is in no chat {group}")
    assert [[row["text"] for row in view["messages"]] for view in seen] == [["签到", "到", ""]] * 3
    assert [len(view["alerts"]) for view in seen] == [0, 1, 0]
    assert (await stage.chat(people[0]))["messages"] == []


async def test_the_clock_is_moved_for_all(stage: Stage) -> None:
    user = await stage.user()
    shown = await stage.control("clock", now="2026-04-01T09:00:00+08:00")
    await stage.control("clock", advance_seconds=90)
    sent = await stage.result("sendMessage", chat_id=user, text="早")
    naive = await stage.http.post("/sandbox/clock", json={"now": "2026-04-01T09:00:00"})
    assert shown == {"now": "2026-04-01T01:00:00+00:00"}
    assert sent["date"] == 1775005290
    assert _error(naive) == (400, "2026-04-01T09:00:00 has no offset from UTC")


async def test_a_watcher_is_told_at_once(stage: Stage) -> None:
    user = await stage.user()
    watch = asyncio.create_task(stage.chat(user, after=0, wait=30))
    await asyncio.sleep(0.1)
    started = time.monotonic()
    await stage.result("sendMessage", chat_id=user, text="早")
    seen = await watch
    assert [row["text"] for row in seen["messages"]] == ["早"]
    assert time.monotonic() - started < 15


async def test_what_cannot_be_done_is_said_in_a_sentence(stage: Stage) -> None:
    user = await stage.user()
    stranger = await stage.http.post("/sandbox/users/77/send", json={"text": "a"})
    nameless = await stage.http.post("/sandbox/users", json={})
    nothing = await stage.http.post(f"/sandbox/users/{user}/send", content=b"no json")
    empty = await stage.http.post(f"/sandbox/users/{user}/send", json={"text": "  "})
    assert [_error(response) for response in (stranger, nameless, nothing, empty)] == [
        (404, "there is no user 77"),
        (400, "first_name must be a text"),
        (400, "the body is not JSON"),
        (400, "a phone does not send an empty text"),
    ]


async def test_a_story_without_people_and_a_transcript(stage: Stage) -> None:
    user = await stage.user()
    await stage.control(f"users/{user}/send", text="早")
    sent = await stage.result("sendMessage", chat_id=user, text="选", reply_markup=KEYS)
    story = (await stage.http.get("/sandbox/story")).json()
    written = (await stage.http.get(f"/sandbox/users/{user}/transcript")).text
    assert story == {"bot": "jifen_bot", "bot_name": "积分", "panel": "", "people": []}
    assert written.splitlines() == [
        f"#{sent['message_id'] - 1} 王芳: 早",
        f"#{sent['message_id']} 积分: 选",
        "    [✅ 通过] [不通过]",
        "    [打开]",
    ]


async def test_commands_are_offered_in_the_persons_language(stage: Stage) -> None:
    user = await stage.user()
    await stage.result("setMyCommands", commands=[{"command": "start", "description": "Begin"}])
    await stage.result(
        "setMyCommands", commands=[{"command": "/start", "description": "开始"}], language_code="zh"
    )
    assert (await stage.chat(user))["commands"] == [{"command": "start", "description": "开始"}]
    assert await stage.refusal("setMyCommands", commands=[{"command": "开始", "description": "x"}]) == (
        "Bad Request: BOT_COMMAND_INVALID"
    )
