"""Updates in hand are few, however many wait in the inbox; all are handled, each chat's in order."""

import asyncio
from collections import defaultdict

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message

from bot import worker as working
from bot.nursery import Nursery
from bot.worker import Worker
from services.deps import Deps
from storage import inbox as stored_inbox
from storage.inbox import InboxStatus, Incoming
from tests.together import SECONDS_MAX

BOT_ID, TOKEN = 42, "42:TOKEN"
CHATS = 100
IN_HAND_MAX = 20


def wrote(number: int, chat: int) -> Incoming:
    person = {"id": chat, "is_bot": False, "first_name": "王"}
    message = {
        "message_id": number,
        "date": 0,
        "chat": {"id": chat, "type": "private"},
        "from": person,
        "text": str(number),
    }
    return Incoming(number, str(chat), {"update_id": number, "message": message}, 0)


async def test_many_left_behind_are_handled_a_few_at_a_time(
    deps: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "IN_HAND_MAX", IN_HAND_MAX)
    left = [wrote(number, number % CHATS + 1) for number in range(1, 3 * CHATS + 1)]
    with deps.store.begin() as uow:
        stored_inbox.keep(uow, bot_id=BOT_ID, updates=left, now=deps.clock.now())
    nursery, dispatcher = Nursery(), Dispatcher()
    tasks: list[int] = []
    handled: dict[int, list[int]] = defaultdict(list)

    @dispatcher.message()
    async def on_message(message: Message) -> None:
        tasks.append(len(nursery._tasks))
        handled[message.chat.id].append(message.message_id)

    worker = Worker(deps, Bot(TOKEN), dispatcher, nursery)
    async with asyncio.timeout(SECONDS_MAX):
        await worker.recover()
        await worker.drain()
        await worker.write_done()
    assert max(tasks) <= 3 * IN_HAND_MAX < CHATS
    assert handled == {
        chat: [u.update_id for u in left if u.lane == str(chat)] for chat in range(1, CHATS + 1)
    }
    with deps.store.read() as uow:
        assert stored_inbox.count_by_status(uow) == {InboxStatus.DONE: len(left)}
