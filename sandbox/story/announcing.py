"""Two announcements of the story: one that was read some days ago, one that reaches the phones at once."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.announcements import Audience
from domain.outbox import OutboxKind, OutboxStatus, Priority
from sandbox.story.settling import Settled
from services import announcements
from services.actors import PanelMember
from services.clock import FixedClock
from services.deps import Deps
from storage import outbox as stored_outbox

AUTHOR, BRANCH = "C01", "chunfeng"
READ_AGO = timedelta(days=3, hours=2)
SLOW_READERS = 3
"""Every third member has not tapped 已阅."""
READ = (
    "{姓名}同志：本月主题党日定在周六上午九点，在社区活动室集合，一起清扫后巷、看望独居老人。"
    "请自带手套，有事请提前向记录员请假。"
)
FRESH = "各位同志：本季度积分公示前，请点「我的积分」核对自己的记录，有疑问三天内提出。"


def announce_what_was_read(deps: Deps, settled: Settled, *, now: datetime) -> None:
    """Write the older one and let it arrive and be confirmed by most, while the outbox holds nothing else."""
    _send(deps, settled, READ, at=now - READ_AGO, cause="story:read")
    _arrive(deps, settled, at=now - READ_AGO)


def announce_what_is_new(deps: Deps, settled: Settled, *, now: datetime) -> None:
    """Write the newer one and leave it in the outbox."""
    _send(deps, settled, FRESH, at=now, cause="story:fresh")


def _at(deps: Deps, at: datetime) -> Deps:
    return replace(deps, clock=FixedClock(at))


def _send(deps: Deps, settled: Settled, text: str, *, at: datetime, cause: str) -> None:
    then, author = _at(deps, at), PanelMember(settled.members[AUTHOR])
    number = announcements.start_announcement(then, actor=author, cause_key=cause).announcement.id
    audience = Audience(unit_ids=(settled.units[BRANCH],))
    announcements.choose_audience(then, actor=author, announcement_id=number, audience=audience)
    announcements.want_confirmation(then, actor=author, announcement_id=number, is_wanted=True)
    announcements.write_content(then, actor=author, announcement_id=number, text=text)
    announcements.send_now(then, actor=author, announcement_id=number)


def _arrive(deps: Deps, settled: Settled, *, at: datetime) -> None:
    """Mark the older one as delivered to those with an account, and confirmed by most of them."""
    then = _at(deps, at + timedelta(minutes=1))
    with then.store.begin() as uow:
        everybody = stored_outbox.claim(
            uow, now=then.clock.now(), limit=len(settled.members), first=Priority.BROADCAST
        )
        joined = {settled.members[code] for code in settled.joined_at}
        reached = [one for one in everybody if one.member_id in joined]
        stored_outbox.mark_all_sent(uow, [(one.id, None) for one in reached], now=then.clock.now())
        for one in everybody:
            if one.member_id not in joined:
                stored_outbox.mark_dead(uow, one.id, failure="unbound")
    announcements.finish_done(then)
    with then.store.begin() as uow:
        stored_outbox.delete_before(
            uow, deps.clock.now(), [OutboxStatus.QUEUED], kinds=[OutboxKind.ANNOUNCEMENT_REPORT]
        )
    for place, one in enumerate(reached):
        assert one.member_id is not None, "there is no group in the story"
        assert one.announcement_id is not None, "announcements only"
        if place % SLOW_READERS:
            read_at = _at(deps, at + timedelta(minutes=7 * place))
            announcements.confirm_reading(
                read_at, actor=PanelMember(one.member_id), announcement_id=one.announcement_id
            )
