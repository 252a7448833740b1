"""The sender is killed again and again in the middle of an announcement: nobody is missed, few read it twice.

For longer runs: JIFEN_BROADCAST_MEMBERS (1000), JIFEN_BROADCAST_KILLS (50). One message is in
doubt at a time; how few are at the usual rate is shown without a wall clock in tests/bot/test_doubt.py.
"""

import asyncio
import os
import random
import sys
from pathlib import Path

import pytest

from domain.announcements import AnnouncementStatus
from services import announcements
from services.announcements import AnnouncementDesk
from tests.journeys.theatre import Theatre, theatre_in, until

pytestmark = pytest.mark.journey
MEMBERS = int(os.environ.get("JIFEN_BROADCAST_MEMBERS", "350"))
KILLS = int(os.environ.get("JIFEN_BROADCAST_KILLS", "20"))
SECONDS_MAX = 300.0
LIFE_CALLS = (1, 25)
"""How many calls a process makes before it is killed: paced, some thirty in the first second."""
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


class Doubts:
    """Counts what was sent and not written down when the sender was killed: only that may come twice."""

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self.counts: list[int] = []

    def count(self) -> None:
        """Count once; nobody sends meanwhile."""
        reached = sum(copies > 0 for copies in all_copies(self._theatre))
        self.counts.append(reached - newest(self._theatre).tally.sent)


async def test_killed_sender_misses_nobody_and_doubles_at_most_one_at_each_kill(
    sqlite_template: Path, tmp_path: Path, bots: Path
) -> None:
    chance = random.Random(1)  # noqa: S311  the same moments in every run
    stage = theatre_in(tmp_path, sqlite_template, bots, members=MEMBERS)
    async with stage as theatre, asyncio.timeout(SECONDS_MAX):
        begin(theatre)
        doubts = Doubts(theatre)
        await theatre.keep_killing(
            chance, kills=KILLS, life_calls=LIFE_CALLS, is_paced=True, after_each=doubts.count
        )
        between = newest(theatre).tally.sent
        await until(lambda: newest(theatre).announcement.status is AnnouncementStatus.DONE)
        await theatre.kill(theatre.last_process_id)
        counts = all_copies(theatre)
        doubles = sum(counts) - len(counts)
        sys.stdout.write(f"{KILLS} kills, {between} sent between them, {doubles} doubles\n")
        sys.stdout.write(f"in doubt at each kill: {doubts.counts}\n")
        assert min(counts) == 1
        assert doubles <= sum(doubts.counts)
        assert max(doubts.counts) <= 1  # count by count: no kill leaves more than one to come twice
        assert between > KILLS
        assert newest(theatre).tally.sent == len(counts)


async def test_two_processes_send_it_once_and_one_takes_over_from_the_other(
    sqlite_template: Path, tmp_path: Path, bots: Path
) -> None:
    stage = theatre_in(tmp_path, sqlite_template, bots, members=150)
    async with stage as theatre, asyncio.timeout(SECONDS_MAX):
        first = await theatre.start(is_paced=True)
        second = await theatre.start(is_paced=True)
        begin(theatre)
        await until(lambda: newest(theatre).tally.sent > 40)
        assert all_copies(theatre).count(2) == 0
        await theatre.kill(first)
        doubts = Doubts(theatre)
        doubts.count()
        await until(lambda: newest(theatre).announcement.status is AnnouncementStatus.DONE)
        await theatre.kill(second)
        counts = all_copies(theatre)
        assert min(counts) == 1
        assert sum(counts) - len(counts) <= sum(doubts.counts)
