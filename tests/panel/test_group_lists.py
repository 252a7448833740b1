"""Posting the head of a frozen list from the panel: seen beforehand, once, and as the rulebook allows."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.members import Role
from domain.outbox import OutboxKind
from services.clock import FixedClock
from services.deps import Deps
from services.members import choose_language
from services.standings import choose_notices
from storage import outbox as stored_outbox
from storage.tables import outbox
from tests.builders import Branch, a_member
from tests.panel.windows import Window
from tests.services.test_group_lists import GROUPS, NIGHT, allow, freeze, join

ALLOWED = "publicity: {in: [quarter], top: 2, may_hide: true}"


def frozen_with(deps: Deps, clock: FixedClock, branch: Branch, folder: Path, *, publicity: str) -> str:
    """Freeze a quarter and a month under these rules, with the unit in a group; return the quarter's page."""
    allow(deps, clock, folder, publicity)
    freeze(deps, clock, branch)
    join(deps, clock, branch, chats=GROUPS[:1])
    return f"/standings/post?unit={branch.unit.id}&period=2026-Q1"


def posts(deps: Deps) -> int:
    with deps.store.read() as uow:
        asked = select(func.count()).where(outbox.c.kind == OutboxKind.STANDINGS_POST.value)
        return int(uow.connection.execute(asked).scalar_one())


async def test_a_list_is_seen_as_the_group_will_and_posted_once(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window, tmp_path: Path
) -> None:
    where = frozen_with(deps, clock, branch, tmp_path, publicity=ALLOWED)
    choose_notices(deps, actor=branch.members[1].actor, hides_name=True)
    await window.sign_in(deps, branch.recorder)
    assert (await window.get("/standings?period=2026-Q1")).texts("a", href=where) == ["发到群里公布…"]
    page = await window.get(where)
    assert page.heading == "发到群里 chunfeng支部 · 2026年第1季度"
    (words,) = page.texts("p", class_="words")
    assert words.split() == [
        *("📊", "chunfeng支部", "·", "2026年第1季度积分公告"),
        *("1.", "chunfeng党员1", "·", "5", "分", "2.", "一位成员", "·", "2", "分"),
        "只公布前",
        *("2", "名；每个人自己的成绩已经私下告知。"),
    ]
    assert "发到：群-100" in page.texts("p")
    assert "其中 1 行按本人的意愿没有写名字。" in page.texts("p")
    assert page.texts("button")[-1] == "发到群里（1 个群）"
    fields = {"unit": str(branch.unit.id), "period": "2026-Q1"}
    assert (await window.post("/standings/post", **fields, csrf="forged")).status == 403
    assert posts(deps) == 0
    both = await asyncio.gather(*(window.post("/standings/post", **fields) for _ in range(2)))
    assert [one.told for one in both] == ["正在发到 1 个群，不会再发第二次。"] * 2
    assert not [text for one in both for text in one.texts("button") if "发到群里" in text]
    assert posts(deps) == 1


async def test_a_group_that_did_not_get_it_is_told_of_and_tried_again(
    deps: Deps, clock: FixedClock, branch: Branch, elsewhere: Branch, window: Window, tmp_path: Path
) -> None:
    where = frozen_with(deps, clock, branch, tmp_path, publicity=ALLOWED)
    await window.sign_in(deps, branch.recorder)
    await window.post("/standings/post", unit=str(branch.unit.id), period="2026-Q1")
    with deps.store.begin() as uow:
        asked = select(outbox.c.id).where(outbox.c.kind == OutboxKind.STANDINGS_POST.value)
        post_id = int(uow.connection.execute(asked).scalar_one())
        stored_outbox.mark_dead(uow, post_id, failure="wrong: Forbidden: bot was kicked")
    page = await window.get(where)
    assert page.alert.startswith("有 1 个群没有收到：请看看机器人还在不在群里，再重发。")
    listed = (await window.get("/undelivered")).rows()
    assert [row[:2] for row in listed if row[0] == "群-100"] == [["群-100", "群里的公告"]]
    await window.sign_in(deps, elsewhere.recorder)
    assert (await window.get("/undelivered")).rows() == []
    assert (await window.post(f"/undelivered/{post_id}/again")).status == 404
    await window.sign_in(deps, branch.recorder)
    assert (await window.post(f"/undelivered/{post_id}/again")).status == 200
    assert (await window.post(f"/undelivered/{post_id}/again")).status == 404
    assert (await window.get(where)).told == "正在发到 1 个群，不会再发第二次。"


async def test_quiet_hours_and_english_are_told(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window, tmp_path: Path
) -> None:
    where = frozen_with(deps, clock, branch, tmp_path, publicity=ALLOWED)
    clock.set(NIGHT)
    choose_language(deps, actor=branch.secretary.actor, language="en")
    await window.sign_in(deps, branch.secretary)
    page = await window.get(where)
    assert page.heading == "Post in the group chunfeng支部 · Q1 2026"
    assert "These are quiet hours: it will go out at Apr 3, 08:00." in page.texts("p")
    done = await window.post("/standings/post", unit=str(branch.unit.id), period="2026-Q1")
    assert done.told == "These are quiet hours: it goes out at Apr 3, 08:00, and never twice."


@pytest.mark.parametrize(
    ("publicity", "period", "sentence"),
    [
        ("", "2026-Q1", "规则本没有写这一期可以公布到群里。"),
        (ALLOWED, "2026-03", "规则本没有写这一期可以公布到群里。"),
        (ALLOWED, "2025-Q4", "这一期还没有定稿，定稿以后才能公布。"),
    ],
)
async def test_what_may_not_be_posted_is_refused_in_words(
    deps: Deps,
    clock: FixedClock,
    branch: Branch,
    window: Window,
    tmp_path: Path,
    publicity: str,
    period: str,
    sentence: str,
) -> None:
    frozen_with(deps, clock, branch, tmp_path, publicity=publicity)
    await window.sign_in(deps, branch.recorder)
    where = f"/standings/post?unit={branch.unit.id}&period={period}"
    assert (await window.get(f"/standings?period={period}")).texts("a", href=where) == []
    assert sentence in (await window.get(where)).root.text
    refused = await window.post("/standings/post", unit=str(branch.unit.id), period=period)
    assert (refused.status, sentence in refused.texts("p"), posts(deps)) == (422, True, 0)


async def test_without_a_group_there_is_nothing_to_confirm(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window, tmp_path: Path
) -> None:
    allow(deps, clock, tmp_path, ALLOWED)
    freeze(deps, clock, branch)
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/standings/post?unit={branch.unit.id}&period=2026-Q1")
    assert "本单位还没有群：请把机器人加进群里，再来发。" in page.texts("p")
    assert not [text for text in page.texts("button") if "发到群里" in text]
    refused = await window.post("/standings/post", unit=str(branch.unit.id), period="2026-Q1")
    assert (refused.status, posts(deps)) == (422, 0)


async def test_only_who_freezes_posts_from_the_panel(
    deps: Deps, clock: FixedClock, branch: Branch, elsewhere: Branch, window: Window, tmp_path: Path
) -> None:
    where = frozen_with(deps, clock, branch, tmp_path, publicity=ALLOWED)
    supervisor = a_member(deps, unit=branch.unit, name="纪检委员", roles=(Role.SUPERVISOR,))
    for person in (supervisor, elsewhere.recorder):
        await window.sign_in(deps, person)
        assert (await window.get("/standings?period=2026-Q1")).texts("a", href=where) == []
        assert (await window.get(where)).status == 403
        refused = await window.post("/standings/post", unit=str(branch.unit.id), period="2026-Q1")
        assert refused.status == 403
    assert posts(deps) == 0
