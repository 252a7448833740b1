"""Posting the head of a frozen list: as the rulebook allows, once for each group, outside quiet hours."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from domain.errors import NotAllowed, PeriodUnknown, PublicityRefusal, PublicityRefused
from domain.outbox import OutboxKind
from domain.reports import ReportStatus
from services.clock import FixedClock
from services.deps import Deps
from services.group_lists import open_publishing, post_for_group, post_list, preview_post
from services.standings import choose_notices, freeze_period, my_choices, open_notice, preview_freeze
from storage import groups as stored_groups
from storage import standings as stored_standings
from storage.database import Store
from storage.tables import audit, outbox
from tests.builders import Branch, a_report
from tests.conftest import RULEBOOKS
from tests.together import in_processes

APRIL = datetime(2026, 4, 2, 4, tzinfo=UTC)
NIGHT = datetime(2026, 4, 2, 16, tzinfo=UTC)
QUARTER = "2026-Q1"
GROUPS = (-100, -200)


def allow(deps: Deps, clock: FixedClock, folder: Path, publicity: str) -> None:
    book = (RULEBOOKS / "ceshi.yaml").read_text(encoding="utf-8")
    (folder / "ceshi.yaml").write_text(f"{book}{publicity}\n", encoding="utf-8")
    deps.shelf.folders = (folder,)
    assert deps.shelf.load_files(deps.store, now=clock.now()) == ()


def freeze(deps: Deps, clock: FixedClock, branch: Branch, *, at: datetime = APRIL) -> None:
    for person, item in zip(branch.members, ("clean", "article"), strict=True):
        a_report(deps, person, item=item, status=ReportStatus.APPROVED, by=branch.recorder)
    clock.set(APRIL)
    for period in (QUARTER, "2026-03"):
        freeze_period(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=period)
    clock.set(at)


def join(deps: Deps, clock: FixedClock, branch: Branch, *, chats: tuple[int, ...] = GROUPS) -> None:
    with deps.store.begin() as uow:
        for chat_id in chats:
            stored_groups.save_group(
                uow,
                chat_id=chat_id,
                title=f"群{chat_id}",
                unit_id=branch.unit.id,
                added_by_id=branch.recorder.member_id,
                now=clock.now(),
            )


def posted(deps: Deps) -> list[tuple[int, datetime]]:
    with deps.store.read() as uow:
        rows = uow.connection.execute(
            select(outbox.c.chat_id, outbox.c.due_at)
            .where(outbox.c.kind == OutboxKind.STANDINGS_POST.value)
            .order_by(outbox.c.id)
        )
        return [tuple(row) for row in rows]


def test_the_head_goes_to_each_group_once(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, "publicity: {in: [quarter], top: 2}")
    freeze(deps, clock, branch)
    join(deps, clock, branch)
    actor, unit_id = branch.recorder.actor, branch.unit.id
    desk = open_publishing(deps, actor=actor)
    assert [one.label for one in desk.periods] == [QUARTER]  # a month is frozen too, but not for the group
    before = preview_post(deps, actor=actor, unit_id=unit_id, period=QUARTER)
    assert ([one.name for one in before.shown], before.posted) == (["chunfeng党员1", "chunfeng党员2"], 0)
    with ThreadPoolExecutor(2) as pool:
        both = list(
            pool.map(lambda _: post_list(deps, actor=actor, unit_id=unit_id, period=QUARTER), range(2))
        )
    assert [one.posted for one in both] == [2, 2]
    again = post_list(deps, actor=branch.secretary.actor, unit_id=unit_id, period=QUARTER)
    assert (again.shown, again.posted) == (before.shown, 2)
    assert (again.waiting, again.going, again.failed) == ((), 2, 0)
    assert posted(deps) == [(chat_id, APRIL) for chat_id in GROUPS]
    assert post_for_group(deps, unit_id=unit_id, period=QUARTER).shown == before.shown
    with deps.store.read() as uow:
        rows = uow.connection.execute(select(audit.c.id).where(audit.c.action == "standings.posted"))
        assert len(rows.all()) == 1


def test_two_processes_post_it_once(deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path) -> None:
    allow(deps, clock, tmp_path, "publicity: {in: [quarter], top: 2}")
    freeze(deps, clock, branch)
    join(deps, clock, branch)
    url = deps.store.url.render_as_string(hide_password=False)
    actor, unit_id = branch.recorder.actor, branch.unit.id
    deps.store.close()

    def post() -> None:
        own = replace(deps, store=Store(url, durability="NORMAL"))
        for _ in range(3):
            post_list(own, actor=actor, unit_id=unit_id, period=QUARTER)
        own.close()

    assert in_processes(post, post) == [0, 0]
    own = replace(deps, store=Store(url, durability="NORMAL"))
    assert posted(own) == [(chat_id, APRIL) for chat_id in GROUPS]
    own.close()


def test_a_group_gets_it_once_though_the_outbox_forgets_and_another_group_comes(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, "publicity: {in: [quarter], top: 2}")
    freeze(deps, clock, branch)
    join(deps, clock, branch, chats=GROUPS[:1])
    actor, unit_id = branch.recorder.actor, branch.unit.id
    post_list(deps, actor=actor, unit_id=unit_id, period=QUARTER)
    with deps.store.begin() as uow:
        uow.connection.execute(delete(outbox).where(outbox.c.kind == OutboxKind.STANDINGS_POST.value))
    again = post_list(deps, actor=actor, unit_id=unit_id, period=QUARTER)
    assert (again.posted, again.waiting, again.going, posted(deps)) == (1, (), 0, [])
    join(deps, clock, branch, chats=GROUPS[1:])
    found = preview_post(deps, actor=actor, unit_id=unit_id, period=QUARTER)
    assert (found.posted, [one.chat_id for one in found.waiting]) == (1, [GROUPS[1]])
    post_list(deps, actor=actor, unit_id=unit_id, period=QUARTER)
    assert posted(deps) == [(GROUPS[1], APRIL)]


def test_a_post_waits_for_the_end_of_quiet_hours(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, "publicity: {in: [quarter], top: 2}")
    freeze(deps, clock, branch, at=NIGHT)
    join(deps, clock, branch, chats=GROUPS[:1])
    morning = datetime(2026, 4, 3, 0, tzinfo=UTC)
    shown = preview_post(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert shown.waits_until == morning
    done = post_list(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert (done.waits_until, done.going) == (morning, 1)
    assert posted(deps) == [(GROUPS[0], morning)]


@pytest.mark.parametrize(
    ("publicity", "period", "chats", "reason"),
    [
        ("", QUARTER, GROUPS, PublicityRefusal.FORBIDDEN),
        ("publicity: {in: [year], top: 2}", QUARTER, GROUPS, PublicityRefusal.FORBIDDEN),
        ("publicity: {in: [quarter], top: 2}", "2025-Q4", GROUPS, PublicityRefusal.NOT_FROZEN),
        ("publicity: {in: [quarter], top: 2}", QUARTER, (), PublicityRefusal.NO_GROUP),
        ("publicity: {in: [quarter], top: 10%}", QUARTER, GROUPS, PublicityRefusal.NOBODY),
    ],
)
def test_what_the_rulebook_does_not_allow_is_refused(
    deps: Deps,
    clock: FixedClock,
    branch: Branch,
    tmp_path: Path,
    publicity: str,
    period: str,
    chats: tuple[int, ...],
    reason: PublicityRefusal,
) -> None:
    allow(deps, clock, tmp_path, publicity)
    freeze(deps, clock, branch)
    join(deps, clock, branch, chats=chats)
    with pytest.raises(PublicityRefused) as refused:
        post_list(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=period)
    assert refused.value.reason is reason
    assert posted(deps) == []


def test_only_who_freezes_posts(
    deps: Deps, clock: FixedClock, branch: Branch, other_branch: Branch, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, "publicity: {in: [quarter], top: 2}")
    freeze(deps, clock, branch)
    join(deps, clock, branch)
    for person in (branch.member, other_branch.secretary):
        with pytest.raises(NotAllowed):
            post_list(deps, actor=person.actor, unit_id=branch.unit.id, period=QUARTER)
        with pytest.raises(NotAllowed):
            preview_post(deps, actor=person.actor, unit_id=branch.unit.id, period=QUARTER)
    with pytest.raises(NotAllowed):
        open_publishing(deps, actor=branch.member.actor)
    with pytest.raises(PeriodUnknown):
        post_list(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period="soon")
    assert posted(deps) == []


MAY_HIDE = "publicity: {in: [quarter], top: 2, may_hide: true}"
NAMES = ("chunfeng党员1", "chunfeng党员2")


def seen(deps: Deps, branch: Branch) -> list[tuple[int | None, str, int]]:
    """Return what the sender would post, after checking that the desk's preview is the same."""
    told = post_for_group(deps, unit_id=branch.unit.id, period=QUARTER)
    shown = preview_post(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    assert told.shown == shown.shown
    return [(one.rank, one.name, int(one.total)) for one in told.shown]


def test_who_hides_keeps_place_and_points_without_a_name(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, MAY_HIDE)
    first = branch.member.actor
    assert my_choices(deps, actor=first).may_hide
    for _ in range(2):
        assert choose_notices(deps, actor=first, hides_name=True).choices.hides_name
    choose_notices(deps, actor=first, wants_picture=False)
    assert my_choices(deps, actor=first).choices.hides_name  # one choice leaves the others alone
    freeze(deps, clock, branch)
    join(deps, clock, branch)
    assert seen(deps, branch) == [(1, "", 5), (2, NAMES[1], 2)]
    post_list(deps, actor=branch.recorder.actor, unit_id=branch.unit.id, period=QUARTER)
    choose_notices(deps, actor=first, hides_name=False)
    choose_notices(deps, actor=branch.members[1].actor, hides_name=True)  # before it went out
    assert seen(deps, branch) == [(1, NAMES[0], 5), (2, "", 2)]


def test_hiding_changes_neither_the_private_notice_nor_the_pages_of_the_desk(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, MAY_HIDE)
    freeze(deps, clock, branch)
    by, unit_id = branch.recorder.actor, branch.unit.id
    before = preview_freeze(deps, actor=by, unit_id=unit_id, period=QUARTER).standings
    choose_notices(deps, actor=branch.member.actor, hides_name=True)
    assert preview_freeze(deps, actor=by, unit_id=unit_id, period=QUARTER).standings == before
    assert [one.name for one in before][:2] == list(NAMES)
    with deps.store.read() as uow:
        period_id = stored_standings.marks_of(uow, unit_id)[QUARTER].id
    told = open_notice(deps, actor=branch.member.actor, period_id=period_id)
    assert (told.standing.name, told.standing.rank) == (NAMES[0], 1)


@pytest.mark.parametrize("publicity", ["", "publicity: {in: [quarter], top: 2}"])
def test_where_the_rulebook_does_not_allow_it_nobody_hides(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path, publicity: str
) -> None:
    allow(deps, clock, tmp_path, publicity)
    actor = branch.member.actor
    assert not my_choices(deps, actor=actor).may_hide
    with pytest.raises(PublicityRefused) as refused:
        choose_notices(deps, actor=actor, hides_name=True)
    assert refused.value.reason is PublicityRefusal.NO_HIDING
    assert not choose_notices(deps, actor=actor, hides_name=False).choices.hides_name


def test_a_wish_has_no_effect_once_no_rulebook_allows_it(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, MAY_HIDE)
    choose_notices(deps, actor=branch.member.actor, hides_name=True)
    allow(deps, clock, tmp_path, "publicity: {in: [quarter], top: 2}")
    freeze(deps, clock, branch)
    assert [name for _, name, _ in seen(deps, branch)] == list(NAMES)


@pytest.mark.parametrize("before", [True, False])
def test_the_period_s_version_or_today_s_may_allow_it(
    deps: Deps, clock: FixedClock, branch: Branch, tmp_path: Path, *, before: bool
) -> None:
    """A member who was shown the setting, then or now, is not named."""
    plain = MAY_HIDE.replace(", may_hide: true", "")
    allow(deps, clock, tmp_path, MAY_HIDE if before else plain)
    if before:
        choose_notices(deps, actor=branch.member.actor, hides_name=True)
    freeze(deps, clock, branch)
    allow(deps, clock, tmp_path, f"{plain if before else MAY_HIDE}\neffective: 2026-04-01")
    if not before:
        choose_notices(deps, actor=branch.member.actor, hides_name=True)
    assert seen(deps, branch) == [(1, "", 5), (2, NAMES[1], 2)]
