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
    """Count how often a person has the announcement in their chat."""
    chat = theatre.world.book.chats[user_id]
    return sum(WORDS in message.words for message in chat.messages.values())


async def test_killed_sender_misses_nobody_and_doubles_at_most_one_each_time(
    sqlite_template: Path, tmp_path: Path
) -> None:
    chance = random.Random(1)  # noqa: S311  the same moments in every run
    async with (
        theatre_in(tmp_path, sqlite_template, members=MEMBERS) as theatre,
        asyncio.timeout(SECONDS_MAX),
    ):
        actor = theatre.branch.recorder.actor
        number = announcements.start_announcement(
            theatre.deps, actor=actor, cause_key="kills"
        ).announcement.id
        announcements.write_content(theatre.deps, actor=actor, announcement_id=number, text=WORDS)
        announcements.send_now(theatre.deps, actor=actor, announcement_id=number)
        await theatre.keep_killing(chance, kills=KILLS, life_seconds=LIFE_SECONDS, is_paced=True)
        sent_between_kills = newest(theatre).tally.sent
        os.kill(theatre.last_process_id, signal.SIGKILL)
        theatre.kills += 1
        process_id = await theatre.start()
        await until(lambda: newest(theatre).announcement.status is AnnouncementStatus.DONE)
        os.kill(process_id, signal.SIGKILL)
        people = (theatre.branch.secretary, *theatre.branch.recorders, *theatre.branch.members)
        counts = [copies(theatre, person.user_id) for person in people]
        doubles = sum(counts) - len(people)
        sys.stdout.write(
            f"{theatre.kills} kills, {sent_between_kills} sent between them, {doubles} doubles\n"
        )
        assert min(counts) == 1
        assert doubles <= theatre.kills
        assert sent_between_kills > KILLS
        assert newest(theatre).tally.sent == len(people)
