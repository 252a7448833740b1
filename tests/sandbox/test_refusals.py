"""What the pretend Telegram refuses, and in which words."""

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.bot_api.editing import NOT_MODIFIED
from tests.sandbox.conftest import Stage, drawn_photo

KEYS: dict[str, Any] = {"inline_keyboard": [[{"text": "通过", "callback_data": "ok"}]]}


@pytest.mark.parametrize(
    ("text", "parse_mode", "reason"),
    [
        ("", "", "message text is empty"),
        ("  \n ", "", "message text is empty"),
        ("<b></b>", "HTML", "message text is empty"),
        ("字" * 4097, "", "message is too long"),
        ("😀" * 2049, "", "message is too long"),
        ("<b>a", "HTML", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("你<x>a</x>", "HTML", 'can\'t parse entities: Unsupported start tag "x" at byte offset 3'),
        ("a<br/>", "HTML", 'can\'t parse entities: Unsupported start tag "br/" at byte offset 1'),
        ("</b>", "HTML", "can't parse entities: Unexpected end tag at byte offset 0"),
        (
            "<b><i>a</b></i>",
            "HTML",
            'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("1 < 2", "HTML", "can't parse entities: Unclosed start tag at byte offset 2"),
        ("a", "Latex", "unsupported parse_mode"),
    ],
)
async def test_texts_are_refused(stage: Stage, text: str, parse_mode: str, reason: str) -> None:
    user = await stage.user()
    refused = await stage.refusal("sendMessage", chat_id=user, text=text, parse_mode=parse_mode)
    assert refused == f"Bad Request: {reason}"
    assert (await stage.chat(user))["messages"] == []


async def test_the_longest_text_is_counted_after_parsing(stage: Stage) -> None:
    user = await stage.user()
    sent = await stage.result("sendMessage", chat_id=user, text=f"<b>{'😀' * 2048}</b>", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ({"inline_keyboard": [[{"text": "a", "callback_data": "字" * 22}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": ""}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "a"}]]}, "text buttons are unallowed in the inline keyboard"),
        (
            {"inline_keyboard": [[{"callback_data": "a"}]]},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ({"inline_keyboard": [KEYS["inline_keyboard"][0] * 9]}, "REPLY_MARKUP_TOO_LONG"),
        ({"inline_keyboard": KEYS["inline_keyboard"] * 101}, "REPLY_MARKUP_TOO_LONG"),
        (
            {"inline_keyboard": [[{"text": "a", "url": "积分"}]]},
            "inline keyboard button URL '积分' is invalid: Wrong HTTP URL",
        ),
        (
            {"inline_keyboard": [[{"text": "a", "callback_data": "a", "style": "pink"}]]},
            "BUTTON_STYLE_INVALID",
        ),
        ({"something": 1}, "object expected as reply markup"),
    ],
)
async def test_keyboards_are_refused(stage: Stage, markup: dict[str, Any], reason: str) -> None:
    user = await stage.user()
    refused = await stage.refusal("sendMessage", chat_id=user, text="a", reply_markup=markup)
    assert refused == f"Bad Request: {reason}"
    assert (await stage.chat(user))["messages"] == []


async def test_one_hundred_buttons_are_allowed(stage: Stage) -> None:
    user = await stage.user()
    markup = {"inline_keyboard": KEYS["inline_keyboard"] * 100}
    sent = await stage.result("sendMessage", chat_id=user, text="a", reply_markup=json.dumps(markup))
    assert sent["reply_markup"] == markup


async def test_edits_are_refused(stage: Stage) -> None:
    user = await stage.user()
    own = (await stage.control(f"users/{user}/send", text="我的"))["message_id"]
    sent = (await stage.result("sendMessage", chat_id=user, text="a", reply_markup=KEYS))["message_id"]
    here = {"chat_id": user, "message_id": sent}

    async def refusal(method: str, **values: Any) -> str:
        return (await stage.refusal(method, **{**here, **values})).removeprefix("Bad Request: ")

    assert await refusal("editMessageText", text="a", reply_markup=KEYS) == NOT_MODIFIED
    assert await refusal("editMessageReplyMarkup", reply_markup=KEYS) == NOT_MODIFIED
    assert await refusal("editMessageText", text="b", message_id=999) == "message to edit not found"
    assert await refusal("editMessageText", text="b", message_id=own) == "message can't be edited"
    assert await refusal("editMessageCaption", caption="b") == "there is no caption in the message to edit"
    assert await refusal("deleteMessage", message_id=999) == "message to delete not found"
    assert await refusal("sendMessage", text="b", reply_parameters={"message_id": 999}) == (
        "message to be replied not found"
    )
    await stage.result("deleteMessage", **here)
    assert await refusal("editMessageText", text="b") == "message to edit not found"
    assert await refusal("deleteMessage") == "message to delete not found"


async def test_a_message_is_not_deleted_after_two_days(stage: Stage) -> None:
    user = await stage.user()
    sent = (await stage.result("sendMessage", chat_id=user, text="a"))["message_id"]
    stage.world.clock.advance(timedelta(hours=48))
    refused = await stage.refusal("deleteMessage", chat_id=user, message_id=sent)
    assert refused == "Bad Request: message can't be deleted for everyone"
    assert await stage.result("deleteMessages", chat_id=user, message_ids=[sent])
    assert [row["deleted"] for row in (await stage.chat(user))["messages"]] == [False]


async def test_unknown_things_are_refused_in_the_real_shape(stage: Stage) -> None:
    missing = await stage.call("sendPigeon", chat_id=1)
    wrong = await stage.http.post("/bot1:wrong/getMe")
    nowhere = await stage.http.get(f"/file/bot{stage.world.token}/photos/none.jpg")
    assert (missing.status_code, missing.json()) == (
        404,
        {"ok": False, "error_code": 404, "description": "Not Found"},
    )
    assert (wrong.status_code, wrong.json()["description"]) == (401, "Unauthorized")
    assert nowhere.status_code == 404
    assert await stage.refusal("sendMessage", chat_id=5, text="a") == "Bad Request: chat not found"
    assert await stage.refusal("sendMessage", text="a") == "Bad Request: chat_id is empty"
    assert await stage.refusal("getFile", file_id="x") == "Bad Request: invalid file_id"


async def test_a_blocked_bot_is_told_so(stage: Stage) -> None:
    user = await stage.user()
    await stage.control(f"users/{user}/block")
    assert await stage.refusal("sendMessage", chat_id=user, text="a") == (
        "Forbidden: bot was blocked by the user"
    )
    silenced = await stage.http.post(f"/sandbox/users/{user}/send", json={"text": "a"})
    await stage.control(f"users/{user}/unblock")
    sent = await stage.result("sendMessage", chat_id=user, text="b")
    statuses = [update["my_chat_member"]["new_chat_member"]["status"] for update in await stage.updates()]
    assert silenced.status_code == 409
    assert sent["text"] == "b"
    assert statuses == ["kicked", "member"]


async def test_a_callback_is_answered_once_and_not_late(stage: Stage) -> None:
    user = await stage.user()
    sent = (await stage.result("sendMessage", chat_id=user, text="a", reply_markup=KEYS))["message_id"]
    first, second = [
        (await stage.control(f"users/{user}/tap", message_id=sent, text="通过"))["callback_query_id"]
        for _ in range(2)
    ]
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await stage.refusal("answerCallbackQuery", callback_query_id=first, text="长" * 201) == (
        "Bad Request: MESSAGE_TOO_LONG"
    )
    assert await stage.result("answerCallbackQuery", callback_query_id=first, text="好")
    assert await stage.refusal("answerCallbackQuery", callback_query_id=first, text="再") == too_old
    stage.world.clock.advance(timedelta(minutes=16))
    assert await stage.refusal("answerCallbackQuery", callback_query_id=second) == too_old
    alerts = (await stage.chat(user))["alerts"]
    assert [(alert["text"], alert["show_alert"]) for alert in alerts] == [("好", False)]


async def test_photos_and_files_are_refused(stage: Stage) -> None:
    user = await stage.user()

    async def refusal(method: str, files: dict[str, bytes], **values: Any) -> str:
        parts = {name: (f"{name}.jpg", data) for name, data in files.items()}
        address = f"/bot{stage.world.token}/{method}"
        response = await stage.http.post(address, data={"chat_id": str(user), **values}, files=parts)
        return str(response.json()["description"]).removeprefix("Bad Request: ")

    big = drawn_photo(64, 64) + bytes(10 * 1024 * 1024)
    photo = {"type": "photo", "media": "attach://a"}
    file = {"type": "document", "media": "attach://a"}
    data = {"a": drawn_photo(64, 64)}
    assert await refusal("sendPhoto", {"photo": b"no photo"}) == "IMAGE_PROCESS_FAILED"
    assert await refusal("sendPhoto", {"photo": drawn_photo(2100, 100)}) == "PHOTO_INVALID_DIMENSIONS"
    assert await refusal("sendPhoto", {"photo": big}) == (
        f"file of size {len(big)} bytes is too big for a photo; the maximum size is 10485760 bytes"
    )
    assert await refusal("sendPhoto", {}, photo="AgACx") == "wrong file identifier/HTTP URL specified"
    assert await refusal("sendPhoto", data) == "there is no photo in the request"
    assert await refusal("sendPhoto", {"photo": drawn_photo(9, 9)}, caption="字" * 1025) == (
        "message caption is too long"
    )
    assert await refusal("sendMediaGroup", data, media=json.dumps([photo])) == "an album must have 2-10 items"
    assert await refusal("sendMediaGroup", data, media=json.dumps([photo] * 11)) == (
        "too many messages to send as an album"
    )
    assert await refusal("sendMediaGroup", data, media=json.dumps([photo, file])) == (
        "document can't be mixed with other media types"
    )
    assert await refusal("sendMediaGroup", {"b": b"x"}, media=json.dumps([photo] * 2)) == (
        "can't find file part a in the request"
    )
    assert (await stage.chat(user))["messages"] == []


async def test_a_big_file_of_a_person_cannot_be_fetched(stage: Stage) -> None:
    user = await stage.user()
    big = {"document": ("big.bin", bytes(21 * 1024 * 1024))}
    await stage.http.post(f"/sandbox/users/{user}/send", files=big)
    document = (await stage.updates())[0]["message"]["document"]
    assert document["file_size"] == 21 * 1024 * 1024
    assert await stage.refusal("getFile", file_id=document["file_id"]) == "Bad Request: file is too big"
