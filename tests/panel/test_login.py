"""In by a one-time link, out by a button, and out for good when the session is revoked."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import text

from domain.errors import NotAllowed
from panel.app import create_app
from services.actors import PanelMember
from services.clock import FixedClock
from services.deps import Deps
from services.sessions import close_session, new_login_link
from tests.builders import Branch
from tests.panel.conftest import OpenWindow
from tests.panel.windows import Window

USED_UP = "这个登录链接已经用过或过期了。请在聊天里给机器人再发一次 /panel，点新的链接进来。"
LOG_IN = "请先登录：在聊天里给机器人发 /panel，点它回给您的链接。链接只能用一次，五分钟内有效。"


def a_link(deps: Deps, branch: Branch) -> str:
    return urlsplit(new_login_link(deps, actor=branch.recorder.actor)).path


async def test_link_opens_the_queue(deps: Deps, branch: Branch, window: Window) -> None:
    page = await window.get(a_link(deps, branch))
    assert (page.status, page.address, page.texts(class_="who")) == (200, "/", ["chunfeng记录员1"])


async def test_link_works_once(deps: Deps, branch: Branch, open_window: OpenWindow) -> None:
    link = a_link(deps, branch)
    assert (await open_window().get(link)).status == 200
    again = await open_window().get(link)
    assert (again.status, again.heading, again.texts("p")) == (404, "没有找到", [USED_UP])


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 404), (86400, 404)])
async def test_link_lives_five_minutes(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window, seconds: int, status: int
) -> None:
    link = a_link(deps, branch)
    clock.advance(timedelta(seconds=seconds))
    assert (await window.get(link)).status == status


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "张三"])
async def test_invented_link_opens_nothing(branch: Branch, window: Window, token: str) -> None:
    page = await window.get(f"/login/{token}")
    assert (page.status, page.texts("p"), window.client.cookies.get("jifen")) == (404, [USED_UP], None)


async def test_without_a_link_the_page_says_how_to_get_one(window: Window) -> None:
    for path in ("/login", "/", "/ledger"):
        page = await window.get(path)
        assert (page.status, page.texts("p")) == (401, [LOG_IN])


async def test_session_ends_after_half_a_day(
    deps: Deps, clock: FixedClock, branch: Branch, window: Window
) -> None:
    await window.sign_in(deps, branch.recorder)
    clock.advance(timedelta(hours=11, minutes=59))
    assert (await window.get("/")).status == 200
    clock.advance(timedelta(minutes=1))
    assert (await window.get("/")).status == 401


async def test_logout_ends_the_session_for_its_cookie_too(
    deps: Deps, branch: Branch, window: Window, open_window: OpenWindow
) -> None:
    await window.sign_in(deps, branch.recorder)
    stolen = open_window()
    stolen.client.cookies.set("jifen", window.client.cookies["jifen"], domain="panel.test")
    assert (await stolen.get("/")).status == 200
    page = await window.post("/logout")
    assert (page.heading, page.address, window.client.cookies.get("jifen")) == ("再见", "/goodbye", None)
    assert (await stolen.get("/")).status == 401


async def test_logout_leaves_other_windows_open(
    deps: Deps, branch: Branch, window: Window, open_window: OpenWindow
) -> None:
    other = open_window()
    await window.sign_in(deps, branch.recorder)
    await other.sign_in(deps, branch.recorder)
    await window.post("/logout")
    assert (await other.get("/")).status == 200


async def test_revoked_sessions_are_over_at_once(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    assert close_session(deps, member_id=branch.recorder.member_id) == 1
    assert (await window.get("/")).status == 401


async def test_who_lost_the_last_role_is_out(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    with deps.store.begin() as uow:
        uow.connection.execute(
            text("UPDATE roles SET revoked_at = granted_at WHERE member_id = :id"),
            {"id": branch.recorder.member_id},
        )
    statuses = [(await window.get(path)).status for path in ("/", "/members", "/ledger", "/roles")]
    assert statuses == [403] * 4


def test_member_without_a_role_gets_no_link(deps: Deps, branch: Branch) -> None:
    with pytest.raises(NotAllowed):
        new_login_link(deps, actor=branch.member.actor)
    with pytest.raises(NotAllowed):
        new_login_link(deps, actor=PanelMember(branch.member.member_id))


@pytest.mark.parametrize(
    ("panel_url", "expected"),
    [
        ("http://panel.test", "jifen=…; HttpOnly; Max-Age=43200; Path=/; SameSite=lax"),
        ("https://panel.test", "__Host-jifen=…; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure"),
    ],
)
async def test_cookie_is_out_of_reach(deps: Deps, branch: Branch, panel_url: str, expected: str) -> None:
    served = replace(deps, panel_url=panel_url)
    transport = httpx.ASGITransport(create_app(served))
    async with httpx.AsyncClient(transport=transport, base_url=panel_url) as client:
        response = await client.get(a_link(served, branch))
    name, _, rest = response.headers["set-cookie"].partition("=")
    assert f"{name}=…;{rest.partition(';')[2]}" == expected
    assert (response.status_code, response.headers["location"]) == (303, "/")


async def test_language_is_the_members_own_and_stays(deps: Deps, branch: Branch, window: Window) -> None:
    page = await window.sign_in(deps, branch.recorder)
    assert page.heading == "待审 0 份"
    page = await window.post("/language", language="en", back="/members?name=x")
    assert (page.address, page.heading) == ("/members?name=x", "Members 0 people")
    page = await window.post("/language", language="tlh", back="//evil.test/")
    assert (page.address, page.heading) == ("/", "Waiting 0 reports")


@pytest.mark.parametrize(
    ("accepted", "heading"),
    [
        ("", "需要登录"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "需要登录"),
        ("en-GB,en;q=0.9", "Please log in"),
        ("*", "需要登录"),
    ],
)
async def test_stranger_reads_the_browsers_language(window: Window, accepted: str, heading: str) -> None:
    page = await window.get("/", **{"accept-language": accepted})
    assert page.heading == heading
