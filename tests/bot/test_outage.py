"""While Telegram or the database cannot be reached, nothing is given up: it was not the message's fault."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.api import SILENT_SECONDS, Failure, Line
from bot.broadcasting import prepare
from bot.delivering import Outcome, Try, write_down
from domain.outbox import (
    ATTEMPTS_MAX,
    RETRY_SECONDS_MAX,
    NewMessage,
    OutboxKind,
    OutboxStatus,
    Outgoing,
    Priority,
)
from services.clock import FixedClock
from services.deps import Deps
from storage import outbox as stored_outbox
from storage.database import Store
from tests.bot.hurried import in_hurried_time
from tests.builders import a_branch

TRIES = 3 * ATTEMPTS_MAX


def one_waits(deps: Deps) -> None:
    message = NewMessage(OutboxKind.DECIDED, "key", a_branch(deps).member.member_id, {}, Priority.ANSWER)
    with deps.store.begin() as uow:
        stored_outbox.enqueue(uow, [message], now=deps.clock.now())


def taken(deps: Deps) -> Outgoing | None:
    with deps.store.begin() as uow:
        return next(iter(stored_outbox.claim(uow, now=deps.clock.now(), limit=1)), None)


def statuses(deps: Deps) -> set[OutboxStatus]:
    with deps.store.read() as uow:
        return set(stored_outbox.count_by_status(uow))


@pytest.mark.parametrize("ends_as", [OutboxStatus.QUEUED, OutboxStatus.DEAD])
def test_message_outlives_a_day_without_a_line(
    deps: Deps,
    clock: FixedClock,
    ends_as: OutboxStatus,
) -> None:
    """With a line, what fails so often is given up."""
    is_line_down = ends_as is OutboxStatus.QUEUED
    one_waits(deps)
    for _ in range(TRIES):
        outgoing = taken(deps)
        if outgoing is not None:
            failed = Outcome(failure=Failure.AMBIGUOUS, words="timeout", is_line_down=is_line_down)
            write_down(deps, [Try(outgoing, failed, 7)])
        clock.advance(timedelta(seconds=RETRY_SECONDS_MAX))
    assert statuses(deps) == {ends_as}


@in_hurried_time
async def test_line_is_down_when_nothing_was_heard_for_a_while() -> None:
    line = Line()
    heard = []
    for seconds in (SILENT_SECONDS - 1, 2):
        await asyncio.sleep(seconds)
        heard.append(line.is_silent)
    line.hear()
    assert [*heard, line.is_silent] == [False, True, False]


def test_message_is_tried_again_when_its_words_could_not_be_looked_up(deps: Deps, tmp_path: Path) -> None:
    one_waits(deps)
    outgoing = taken(deps)
    assert outgoing is not None
    unreachable = replace(deps, store=Store(f"sqlite:///{tmp_path}"))  # a folder is no database
    [prepared] = prepare(unreachable, [outgoing])
    assert prepared.outcome.failure is Failure.TRANSIENT
    write_down(deps, [Try(outgoing, prepared.outcome, None)])
    assert statuses(deps) == {OutboxStatus.QUEUED}
