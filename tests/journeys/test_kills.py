"""The bot is killed again and again while people report and decide: nothing is lost, nothing is doubled.

For longer runs: JIFEN_KILLS_MEMBERS (20), _JOURNEYS_EACH (10), _MIN (20), _SEED and _SECONDS_MAX.
"""

import asyncio
import os
import random
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.outbox import OutboxStatus
from domain.reports import ReportAction, ReportStatus
from services.ledger import verify
from storage import inbox as stored_inbox
from storage.inbox import InboxStatus
from storage.tables import decisions, entries, outbox, reports
from tests.journeys.phone import Message, Phone
from tests.journeys.theatre import Theatre, theatre_in, until

pytestmark = pytest.mark.journey
MEMBERS = int(os.environ.get("JIFEN_KILLS_MEMBERS", "12"))
JOURNEYS_EACH = int(os.environ.get("JIFEN_KILLS_JOURNEYS_EACH", "5"))
KILLS_MIN = int(os.environ.get("JIFEN_KILLS_MIN", "15"))
SEED = int(os.environ.get("JIFEN_KILLS_SEED", "1"))
SECONDS_MAX = float(os.environ.get("JIFEN_KILLS_SECONDS_MAX", "300"))
PATIENCE_SECONDS = 4.0
"""How long a person looks at a screen that does not change before they tap again."""
LOOKED_AT_MAX = 8
"""How far back a person looks in the chat."""
GLANCE_SECONDS = 0.3
"""How often a recorder looks."""
LIFE_CALLS = (1, 60)
"""How many calls a process makes before it is killed."""
BUTTONS = ("信息稿件 +2", "学习", "今天", "跳过", "提交")
"""What a member taps on the way, whichever of them the screen has."""
ALL = MEMBERS * JOURNEYS_EACH


def shown(phone: Phone) -> tuple[Message, str] | None:
    """Return the newest message that asks for something, and the button to tap; "" asks for words."""
    for message in reversed(phone.living[-LOOKED_AT_MAX:]):
        if message["from"] == "bot" and "用一句话说说" in message["text"]:
            return message, ""
        buttons = phone.button_words(message)
        for button in BUTTONS:
            if button in buttons:
                return message, button
    return None


def looks(phone: Phone) -> tuple[int, int]:
    """Tell one look of the chat from another."""
    return max(((m["message_id"], m["edits"]) for m in phone.living), default=(0, 0))


async def answer(phone: Phone, note: str) -> None:
    """Do what the newest screen asks for; where nothing asks, begin."""
    screen = shown(phone)
    if screen is None:
        await phone.say("申报")
    elif screen[1]:
        await tap(phone, screen[0], screen[1])
    else:
        await phone.say(note)


async def tap(phone: Phone, message: Message, button: str) -> None:
    """Tap a button; whether that helps, the screen will tell."""
    what = {"message_id": message["message_id"], "text": button}
    await phone.client.post(f"/sandbox/users/{phone.user_id}/tap", json=what)


def confirmed(phone: Phone, note: str) -> int | None:
    """Return the number under which the report with this note was sent, once the chat tells it."""
    for message in phone.messages.values():
        number = re.match(r"✅ 已提交，编号 (\d+)", message["text"])
        if number and message["from"] == "bot" and f"说明：{note}" in message["text"]:
            return int(number[1])
    return None


async def report_article(phone: Phone, note: str) -> int:
    """Report one article with this note, looking at the screen as people do; return the confirmed number."""
    await phone.refresh()
    while (number := confirmed(phone, note)) is None:
        seen = looks(phone)
        await answer(phone, note)
        given_up_at = time.monotonic() + PATIENCE_SECONDS
        while looks(phone) == seen and time.monotonic() < given_up_at:
            await phone.refresh(wait_seconds=0.5)
        if looks(phone) == seen:
            await phone.say("申报")  # nothing happened: as people do, from the beginning
    return number


async def report_all(theatre: Theatre, phone: Phone, member_id: int) -> None:
    """Report so many times, one after the other."""
    for number in range(JOURNEYS_EACH):
        note = f"第{number}篇。"
        theatre.notes[await report_article(phone, note)] = (member_id, note)


async def approve_all(theatre: Theatre, phone: Phone) -> None:
    """Tap 通过 on whatever card has it, again when nothing happens, until all reports are approved."""
    tapped_at: dict[int, float] = {}
    while theatre.approved() < ALL:
        await asyncio.sleep(GLANCE_SECONDS)
        await phone.refresh()
        for message in phone.living:
            is_open = any(b["text"] == "通过" for row in message["buttons"] for b in row)
            since = time.monotonic() - tapped_at.get(message["message_id"], float("-inf"))
            if is_open and since > PATIENCE_SECONDS:
                tapped_at[message["message_id"]] = time.monotonic()
                await tap(phone, message, "通过")


async def test_kills_lose_nothing_and_double_nothing(
    sqlite_template: Path, tmp_path: Path, bots: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311  the same moments in every run
    async with (
        theatre_in(tmp_path, sqlite_template, bots, members=MEMBERS) as theatre,
        asyncio.timeout(SECONDS_MAX),
    ):
        members = theatre.branch.members
        phones = {person.member_id: await theatre.phone(person.user_id) for person in members}
        async with asyncio.TaskGroup() as people:
            people.create_task(theatre.keep_killing(chance, kills=KILLS_MIN, life_calls=LIFE_CALLS))
            for member_id, phone in phones.items():
                people.create_task(report_all(theatre, phone, member_id))
            for recorder in theatre.branch.recorders:
                people.create_task(approve_all(theatre, await theatre.phone(recorder.user_id)))
        await until(lambda: not theatre.unsent())
        await theatre.kill(theatre.last_process_id)
        for phone in phones.values():
            await phone.refresh()
        notices = [phone.count("您的申报已通过") for phone in phones.values()]
        check(theatre)
        assert min(notices) >= JOURNEYS_EACH
        assert sum(notices) - ALL <= theatre.kills


def check(theatre: Theatre) -> None:
    """Compare what the database holds with what people were told."""
    with theatre.deps.store.read() as uow:
        kept = uow.connection.execute(
            select(reports.c.id, reports.c.member_id, reports.c.note).where(
                reports.c.status == ReportStatus.APPROVED.value
            )
        )
        assert {row.id: (row.member_id, row.note) for row in kept} == theatre.notes
        rows = uow.connection.execute(select(decisions.c.report_id, decisions.c.action))
        decided = Counter((row.report_id, row.action) for row in rows)
        assert decided == {(number, ReportAction.APPROVE.value): 1 for number in theatre.notes}
        causes = select(decisions.c.id, decisions.c.report_id)
        keys = {
            f"decision:{row.id}:{theatre.notes[row.report_id][0]}" for row in uow.connection.execute(causes)
        }
        assert set(uow.connection.execute(select(entries.c.cause_key)).scalars()) == keys
        told = select(outbox.c.status).where(outbox.c.kind == "decided")
        assert Counter(uow.connection.execute(told).scalars()) == {OutboxStatus.SENT.value: ALL}
        assert InboxStatus.PARKED not in stored_inbox.count_by_status(uow)
    assert len(theatre.notes) == ALL
    assert verify(theatre.deps) == (ALL, ())
