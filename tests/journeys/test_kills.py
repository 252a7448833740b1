"""The bot is killed again and again while people report and decide: nothing is lost, nothing is doubled.

For longer runs: JIFEN_KILLS_MEMBERS, _JOURNEYS_EACH, _MIN, _SEED and _SECONDS_MAX.
"""

import asyncio
import os
import random
import re
import signal
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
MEMBERS = int(os.environ.get("JIFEN_KILLS_MEMBERS", "20"))
JOURNEYS_EACH = int(os.environ.get("JIFEN_KILLS_JOURNEYS_EACH", "10"))
KILLS_MIN = int(os.environ.get("JIFEN_KILLS_MIN", "20"))
SEED = int(os.environ.get("JIFEN_KILLS_SEED", "1"))
SECONDS_MAX = float(os.environ.get("JIFEN_KILLS_SECONDS_MAX", "300"))
PATIENCE_SECONDS = 4.0
"""How long a person looks at a screen that does not change before they tap again."""
LOOKED_AT_MAX = 8
"""How far back a person looks in the chat."""
GLANCE_SECONDS = 0.3
"""How often a recorder looks."""
LIFE_SECONDS = (0.05, 2.0)
"""How long a process lives, from its first call on."""
ALL = MEMBERS * JOURNEYS_EACH


async def wait_for(phone: Phone, *words: str) -> Message | None:
    """Look for a message with all these words for as long as patience lasts."""
    given_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < given_up_at:
        await phone.refresh(wait_seconds=0.5)
        for _, message in sorted(phone.messages.items(), reverse=True)[:LOOKED_AT_MAX]:
            if message["from"] == "bot" and all(part in message["text"] for part in words):
                return message
    return None


async def insist(phone: Phone, button: str, *words: str) -> Message:
    """Tap a button until a message has these words; as people do, again when nothing happens."""
    while True:
        message = phone.with_button(button)
        if message is not None:
            what = {"message_id": message["message_id"], "text": button}
            await phone.client.post(f"/sandbox/users/{phone.user_id}/tap", json=what)
        found = await wait_for(phone, *words)
        if found is not None:
            return found


async def insist_typing(phone: Phone, text: str, *words: str) -> Message:
    """Type until a message has these words."""
    while True:
        await phone.say(text)
        found = await wait_for(phone, *words)
        if found is not None:
            return found


async def report_article(phone: Phone, note: str) -> int:
    """Report one article with this note; return the number that the confirmation tells."""
    await insist_typing(phone, "申报", "您做的是哪一类")
    if phone.with_button("信息稿件 +2") is None:  # else it is offered at once, as used before
        await insist(phone, "学习", "里的哪一项")
    await insist(phone, "信息稿件 +2", "哪一天做的")
    await insist(phone, "今天", "有照片就发来")
    await insist(phone, "跳过", "用一句话说说")
    await insist_typing(phone, note, f"说明：{note}", "没问题就点")
    confirmation = await insist(phone, "提交", f"说明：{note}", "已提交，编号")
    return int(re.findall(r"已提交，编号 (\d+)", confirmation["text"])[0])


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
                what = {"message_id": message["message_id"], "text": "通过"}
                await phone.client.post(f"/sandbox/users/{phone.user_id}/tap", json=what)


async def test_kills_lose_nothing_and_double_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)  # noqa: S311  the same moments in every run
    async with (
        theatre_in(tmp_path, sqlite_template, members=MEMBERS) as theatre,
        asyncio.timeout(SECONDS_MAX),
    ):
        members = theatre.branch.members
        phones = {person.member_id: await theatre.phone(person.user_id) for person in members}
        async with asyncio.TaskGroup() as people:
            people.create_task(theatre.keep_killing(chance, kills=KILLS_MIN, life_seconds=LIFE_SECONDS))
            for member_id, phone in phones.items():
                people.create_task(report_all(theatre, phone, member_id))
            for recorder in theatre.branch.recorders:
                people.create_task(approve_all(theatre, await theatre.phone(recorder.user_id)))
        await until(lambda: not theatre.unsent())
        os.kill(theatre.last_process_id, signal.SIGKILL)
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
