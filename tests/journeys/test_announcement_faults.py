"""Telegram at its worst in the middle of an announcement: nobody is missed, and it stops when told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.announcements import AnnouncementStatus, Tally
from services import announcements
from services.announcements import AnnouncementDesk
from services.outbox import list_dead_letters, send_letter_again
from storage import outbox as stored_outbox
from storage.tables import outbox
from tests.builders import Person, a_member, a_report
from tests.journeys.conftest import Stage
from tests.journeys.steps import submit_cleaning

pytestmark = pytest.mark.journey
WORDS = "明天上午九点开会"


def start(stage: Stage, *, members: int = 0) -> list[Person]:
    """Send an announcement to the branch with so many more members; return everybody it is for."""
    branch = stage.branch
    more = [a_member(stage.deps, unit=branch.unit, name=f"群众{n}") for n in range(members)]
    people = [branch.secretary, *branch.recorders, *branch.members, *more]
    for person in people:
        stage.phone(person)
    actor = branch.recorder.actor
    number = announcements.start_announcement(stage.deps, actor=actor, cause_key="test").announcement.id
    announcements.write_content(stage.deps, actor=actor, announcement_id=number, text=WORDS)
    announcements.send_now(stage.deps, actor=actor, announcement_id=number)
    return people


def newest(stage: Stage) -> AnnouncementDesk:
    return announcements.list_announcements(stage.deps, actor=stage.branch.recorder.actor).desks[0]


async def until_done(stage: Stage) -> None:
    """Let time go on until the announcement is done."""
    await stage.time_passes(
        lambda: newest(stage).announcement.status is AnnouncementStatus.DONE, "the announcement's end"
    )


def copies(stage: Stage, person: Person) -> int:
    chat = stage.world.book.chats[person.user_id]
    return sum(message.words == f"📢 chunfeng支部 · 通知\n\n{WORDS}" for message in chat.messages.values())


@pytest.mark.parametrize(
    ("kind", "doubles"),
    [("429", 0), ("500", 0), ("502html", 0), ("timeout_before", 0), ("timeout_after", 3), ("drop", 0)],
)
async def test_nobody_is_missed_whatever_fails(stage: Stage, kind: str, doubles: int) -> None:
    if kind.startswith("timeout"):
        await stage.lose_patience()
    await stage.fault(method="sendMessage", kind=kind, times=3, retry_after=2)
    people = start(stage, members=10)
    await until_done(stage)
    counts = [copies(stage, person) for person in people]
    assert min(counts) == 1
    assert sum(counts) - len(people) == doubles
    assert newest(stage).tally == Tally(sent=len(people))


async def test_storm_of_refusals_for_haste_wears_no_message_out(stage: Stage) -> None:
    await stage.fault(method="sendMessage", kind="429", times=60, retry_after=1)
    people = start(stage)
    await until_done(stage)
    assert [copies(stage, person) for person in people] == [1] * len(people)
    with stage.deps.store.read() as uow:
        tries = select(outbox.c.attempts).where(outbox.c.announcement_id.is_not(None))
        assert set(uow.connection.execute(tries).scalars()) == {1}


async def test_who_blocks_midway_is_reported_and_reads_it_when_they_come_back(stage: Stage) -> None:
    await stage.client.post(f"/sandbox/users/{stage.member.user_id}/block")
    start(stage)
    await until_done(stage)
    assert newest(stage).tally == Tally(sent=4, blocked=1)
    await stage.recorder.read("停用了机器人：1")
    await stage.client.post(f"/sandbox/users/{stage.member.user_id}/unblock")
    await stage.member.read(WORDS)
    await stage.member.until(lambda: newest(stage).tally == Tally(sent=5) or None, "the tally")


async def test_what_was_given_up_is_shown_and_sent_again(stage: Stage) -> None:
    recorder = stage.branch.recorder
    del stage.world.book.chats[stage.member.user_id]
    start(stage)
    await until_done(stage)
    (letter,) = list_dead_letters(stage.deps, actor=recorder.actor).letters
    assert letter.failure == "blocked: Telegram server says - Bad Request: chat not found"
    stage.world.add_user("党员", user_id=stage.member.user_id)
    send_letter_again(stage.deps, actor=recorder.actor, message_id=letter.id)
    await stage.member.read(WORDS)
    await stage.member.until(lambda: newest(stage).tally == Tally(sent=5) or None, "the tally")
    assert list_dead_letters(stage.deps, actor=recorder.actor).letters == ()


async def test_it_is_paused_and_stopped_from_the_chat_while_it_goes_out(stage: Stage) -> None:
    recorder = stage.recorder
    await recorder.say("写通知")
    await recorder.read("写一条通知")
    await recorder.say(WORDS)
    await recorder.tap("下一步：预览")
    await recorder.tap("现在发送")
    await recorder.read("现在就发吗？")
    await stage.fault(method="sendMessage", kind="500", times=10_000)
    await recorder.tap("确定发送")
    await recorder.read("正在发送")
    await recorder.tap("暂停")
    await recorder.read("已暂停")
    await recorder.until(lambda: newest(stage).tally == Tally(held=5) or None, "everything to be held")
    await stage.client.delete("/sandbox/faults")
    stage.clock.advance(timedelta(minutes=30))
    await recorder.refresh(wait_seconds=1.5)
    assert newest(stage).announcement.status is AnnouncementStatus.PAUSED
    assert newest(stage).tally == Tally(held=5)
    await recorder.tap("继续发送")
    await stage.member.read(WORDS)
    await until_done(stage)
    assert newest(stage).tally == Tally(sent=5)


async def test_it_is_stopped_for_good_and_says_so(stage: Stage) -> None:
    await stage.stop_bot()
    start(stage, members=3)
    actor = stage.branch.recorder.actor
    announcements.cancel(stage.deps, actor=actor, announcement_id=newest(stage).announcement.id)
    await stage.start_bot()
    await stage.member.say("我的积分")
    await stage.member.read("合计")
    assert newest(stage).tally == Tally(cancelled=8)
    assert copies(stage, stage.branch.member) == 0


async def test_notice_overtakes_an_announcement_that_waits(stage: Stage) -> None:
    await stage.stop_bot()
    start(stage, members=30)
    report = a_report(stage.deps, stage.branch.member)
    with stage.deps.store.begin() as uow:
        first = stored_outbox.claim(uow, now=stage.clock.now(), limit=1)
        stored_outbox.release(uow, [one.id for one in first])
    assert first[0].announcement_id is None
    assert report.id == 1


async def test_decision_reaches_its_member_in_the_middle_of_an_announcement(stage: Stage) -> None:
    number = await submit_cleaning(stage.member)
    await stage.recorder.card(number)
    start(stage, members=200)
    await stage.recorder.tap("通过")
    await stage.member.read("您的申报已通过")
    await until_done(stage)
    assert newest(stage).tally.sent == 205
