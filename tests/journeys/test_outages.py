"""The database goes away for a while: the bot waits for it, and then goes on where it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.conftest import Stage
from tests.journeys.steps import submit_cleaning

pytestmark = pytest.mark.journey
AWAY = ("outbox", "inbox", "evidence")


@contextmanager
def without_tables(stage: Stage) -> Iterator[None]:
    """Take away what every loop of the bot looks at; the driver's error is that of a lost database."""
    connection = sqlite3.connect(stage.deps.store.url.database or "", timeout=60)
    connection.execute("PRAGMA legacy_alter_table = ON")
    try:
        for name in AWAY:
            connection.execute(f"ALTER TABLE {name} RENAME TO {name}_away")
        connection.commit()
        yield
    finally:
        for name in AWAY:
            connection.execute(f"ALTER TABLE {name}_away RENAME TO {name}")
        connection.commit()
        connection.close()


async def test_bot_outlives_its_database(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    waiting = {"sender: waiting", "announcements: waiting", "fetcher: waiting", "cannot be kept yet"}

    def seen() -> set[str]:
        return {words for words in waiting for record in caplog.records if words in record.getMessage()}

    await stage.recorder.card(await submit_cleaning(stage.member))  # by now every loop runs
    with without_tables(stage):
        await stage.member.say("我的积分")
        await stage.member.until(lambda: seen() == waiting or None, "every loop to wait for the database")
    await stage.member.read("2026年3月")
    await stage.recorder.card(await submit_cleaning(stage.member))
