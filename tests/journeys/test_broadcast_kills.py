"""The sender is killed again and again in the middle of an announcement: nobody is missed, few read it twice.

For longer runs: JIFEN_BROADCAST_MEMBERS, JIFEN_BROADCAST_KILLS.
"""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

import pytest

from domain.announcements import AnnouncementStatus
from services import announcements
from services.announcements import AnnouncementDesk
from tests.journeys.theatre import Theatre, theatre_in, until

pytestmark = pytest.mark.journey
MEMBERS = int(os.environ.get("JIFEN_BROADCAST_MEMBERS", "1000"))
KILLS = int(os.environ.get("JIFEN_BROADCAST_KILLS", "50"))
SECONDS_MAX = 180.0
LIFE_SECONDS = (0.01, 0.35)
"""How long a process lives, from its first call on: paced, it sends some thirty in that time."""
WORDS = "明天上午九点开会"


def newest(theatre: Theatre) -> AnnouncementDesk:
    return announcements.list_announcements(theatre.deps, actor=theatre.branch.recorder.actor).desks[0]


def copies(theatre: Theatre, user_id: int) -> int:
    """Count how often a person has the announcement in their chat; the author is told of it besides."""
    chat = theatre.world.book.chats[user_id]
    return sum(message.words.endswith(f"通知\n\n{WORDS}") for message in chat.messages.values())


def begin(theatre: Theatre) -> None:
    """Send an announcement to everybody."""
    actor = theatre.branch.recorder.actor
    number = announcements.start_announcement(theatre.deps, actor=actor, cause_key="kills").announcement.id
    announcements.write_content(theatre.deps, actor=actor, announcement_id=number, text=WORDS)
    announcements.send_now(theatre.deps, actor=actor, announcement_id=number)


def all_copies(theatre: Theatre) -> list[int]:
    """Return how often each person has it."""
    branch = theatre.branch
    people = (branch.secretary, *branch.recorders, *branch.members)
    return [copies(theatre, person.user_id) for person in people]


async def test_killed_sender_misses_nobody_and_doubles_at_most_one_each_time(
    sqlite_template: Path, tmp_path: Path
) -> None:
    chance = random.Random(1)  # noqa: S311  the same moments in every run
    stage = theatre_in(tmp_path, sqlite_template, members=MEMBERS)
    async with stage as theatre, asyncio.timeout(SECONDS_MAX):
        begin(theatre)
        await theatre.keep_killing(chance, kills=KILLS, life_seconds=LIFE_SECONDS, is_paced=True)
        between = newest(theatre).tally.sent
        os.kill(theatre.last_process_id, signal.SIGKILL)
        theatre.kills += 1
        process_id = await theatre.start()
        await until(lambda: newest(theatre).announcement.status is AnnouncementStatus.DONE)
        os.kill(process_id, signal.SIGKILL)
        counts = all_copies(theatre)
        doubles = sum(counts) - len(counts)
        sys.stdout.write(f"{theatre.kills} kills, {between} sent between them, {doubles} doubles\n")
        assert min(counts) == 1
        assert doubles <= theatre.kills
        assert between > KILLS
        assert newest(theatre).tally.sent == len(counts)


async def test_two_processes_send_it_once_and_one_takes_over_from_the_other(
    sqlite_template: Path, tmp_path: Path
) -> None:
    stage = theatre_in(tmp_path, sqlite_template, members=150)
    async with stage as theatre, asyncio.timeout(SECONDS_MAX):
        first = await theatre.start(is_paced=True)
        second = await theatre.start_beside()
        begin(theatre)
        await until(lambda: newest(theatre).tally.sent > 40)
        assert all_copies(theatre).count(2) == 0
        os.kill(first, signal.SIGKILL)
        await until(lambda: newest(theatre).announcement.status is AnnouncementStatus.DONE)
        os.kill(second, signal.SIGKILL)
        counts = all_copies(theatre)
        assert min(counts) == 1
        assert sum(counts) - len(counts) <= 1
