"""A world goes on where it ended."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from sandbox import journal, people
from sandbox.app import create_app
from sandbox.serve import serving
from sandbox.views import chat_view, transcript
from sandbox.world import World
from services.clock import FixedClock
from tests.sandbox.conftest import START, drawn_photo, eventually


def _world(directory: Path) -> World:
    return World(clock=FixedClock(START), media_directory=directory / "media", limits=False)


def _lived_in(directory: Path) -> World:
    world = _world(directory)
    user = world.add_user("王芳")
    chat = world.book.chats[user.user_id]
    world.add_group("第一支部", [user.user_id])
    people.say(world, user, chat, "早")
    people.send_photos(world, user, chat, [people.PickedFile("a.jpg", drawn_photo())] * 2, "两张")
    keys = {"inline_keyboard": [[{"text": "通过", "callback_data": "ok"}]]}
    sent = world.post(chat, {"text": "选"}, reply_markup=keys)
    people.tap(world, user, chat, sent.message_id, text="通过")
    people.show_alert(world, next(iter(world.book.callbacks.values())), "好", show_alert=True)
    chat.reply_keyboard = {"keyboard": [[{"text": "申报"}]]}
    return world


async def test_everything_comes_back(tmp_path: Path) -> None:
    before = _lived_in(tmp_path)
    journal.save(before, tmp_path / "state.json")
    after = _world(tmp_path)
    assert journal.load(after, tmp_path / "state.json")
    user = after.book.users[1001]
    chat = after.book.chats[1001]
    assert chat_view(after, user, chat, after=0) == chat_view(
        before, before.book.users[1001], before.book.chats[1001], after=0
    )
    assert transcript(after, chat) == transcript(before, before.book.chats[1001])
    assert await after.updates.fetch(offset=0, limit=100, timeout_seconds=0) == await before.updates.fetch(
        offset=0, limit=100, timeout_seconds=0
    )
    photo = chat.messages[2].content["photo"]
    stored = after.media.find(photo[-1]["file_id"])
    assert stored is not None
    assert after.media.read(stored.path) == drawn_photo()
    assert after.add_user("李明").user_id == 1002
    assert (
        after.post(chat, {"text": "新"}).message_id
        == before.post(before.book.chats[1001], {"text": "新"}).message_id
    )


async def test_a_killed_sandbox_gives_no_number_twice(tmp_path: Path) -> None:
    place = tmp_path / "state.json"
    before = _lived_in(tmp_path)
    keeping = asyncio.create_task(journal.keep_saved(before, place))
    await asyncio.sleep(0)
    kept = place.read_text()
    unsaved = people.say(before, before.book.users[1001], before.book.chats[1001], "没存上")[0]
    last_update_id = before.updates.last_id
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    place.write_text(kept)
    after = _world(tmp_path)
    journal.load(after, place)
    people.say(after, after.book.users[1001], after.book.chats[1001], "新")
    texts = {message.words: message.message_id for message in after.book.chats[1001].messages.values()}
    assert "没存上" not in texts
    assert texts["新"] > unsaved.message_id
    assert after.updates.last_id > last_update_id
    assert after.book.seq > before.book.seq


def test_an_empty_directory_is_a_new_world(tmp_path: Path) -> None:
    world = _world(tmp_path)
    assert journal.load(world, tmp_path / "state.json") is False
    assert world.book.users == {}


def test_another_format_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "state.json"
    place.write_text('{"format": 99}')
    with pytest.raises(ValueError, match="has format 99"):
        journal.load(_world(tmp_path), place)


async def test_a_running_sandbox_saves_as_it_goes(tmp_path: Path) -> None:
    place = tmp_path / "state.json"
    world = _world(tmp_path)
    app = create_app(world, journal_path=place)

    async def saved() -> bool:
        return "早" in (await asyncio.to_thread(place.read_text) if place.exists() else "")

    async with serving(app) as base, httpx.AsyncClient(base_url=base) as http:
        await http.post("/sandbox/users", json={"first_name": "王芳"})
        await http.post("/sandbox/users/1001/send", json={"text": "早"})
        await eventually(saved)
        await http.post("/sandbox/users/1001/send", json={"text": "晚"})
    world.clock.advance(timedelta(days=1))
    after = _world(tmp_path)
    journal.load(after, place)
    texts = [message.words for message in after.book.chats[1001].messages.values()]
    assert texts == ["早", "晚"]
