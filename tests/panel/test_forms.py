"""Forms that this panel did not write for this session are refused, and change nothing."""

from collections.abc import AsyncIterator

import pytest

from panel.csrf import is_own_origin
from panel.headers import FORM_BYTES_MAX
from services.deps import Deps
from services.histories import open_history
from tests.builders import Branch, a_report
from tests.panel.conftest import OpenWindow
from tests.panel.routes import filled, paths_with
from tests.panel.windows import Page, Window

REFUSED = "这张表单过期了，或者不是从本页发出的。请回到页面刷新后再试，刚才的操作没有生效。"


@pytest.mark.parametrize("token", ["", "wrong", "错"])
async def test_every_form_needs_its_token(deps: Deps, branch: Branch, window: Window, token: str) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    fields = {"action": "approve", "revision": "1", "language": "en", "csrf": token}
    for path in paths_with("POST"):
        page = await window.post(filled(path, report.id), **fields)
        assert (page.status, page.texts("p")[0]) == (403, REFUSED), path
    assert open_history(deps, actor=branch.recorder.actor, report_id=report.id).decisions == ()
    assert (await window.get("/")).status == 200


async def test_token_of_another_session_is_refused(
    deps: Deps, branch: Branch, window: Window, open_window: OpenWindow
) -> None:
    report = a_report(deps, branch.member)
    other = open_window()
    await window.sign_in(deps, branch.recorder)
    await other.sign_in(deps, branch.recorder)
    window.csrf = other.csrf
    assert (await window.decide(report.id, "approve")).status == 403


async def test_token_in_the_address_does_not_count(deps: Deps, branch: Branch, window: Window) -> None:
    await window.sign_in(deps, branch.recorder)
    token, window.csrf = window.csrf, ""
    assert (await window.post(f"/logout?csrf={token}")).status == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://panel.test", 200),
        ("https://evil.test", 403),
        ("http://panel.test.evil.test", 403),
        ("http://panel.test:8080", 403),
        ("null", 403),
        ("", 403),
    ],
)
async def test_forms_of_other_sites_are_refused(
    deps: Deps, branch: Branch, window: Window, origin: str, status: int
) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    window.client.headers["origin"] = origin
    page = await window.decide(report.id, "approve")
    assert page.status == status
    decisions = open_history(deps, actor=branch.recorder.actor, report_id=report.id).decisions
    assert len(decisions) == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("origin", "host", "panel_url", "is_own"),
    [
        (None, "a.test", "http://a.test", True),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", "https://a.test", True),
        ("https://a.test", "127.0.0.1:8080", "https://a.test/", True),
        ("https://b.test", "127.0.0.1:8080", "https://a.test", False),
        ("null", "a.test", "https://a.test", False),
        ("null", "", "", False),
        ("", "", "", False),
    ],
)
def test_own_origin_is_ones_host_or_the_public_address(
    origin: str | None, host: str, panel_url: str, *, is_own: bool
) -> None:
    assert is_own_origin(origin, host=host, panel_url=panel_url) is is_own


async def test_long_forms_are_turned_away_before_they_are_read(
    deps: Deps, branch: Branch, window: Window
) -> None:
    await window.sign_in(deps, branch.recorder)
    page = await window.post("/language", language="en", back="x" * FORM_BYTES_MAX)
    assert (page.status, page.texts("p")[0]) == (413, "提交的内容太长了，请缩短后再试。")

    async def in_pieces() -> AsyncIterator[bytes]:
        yield b"language=en"

    streamed = Page(await window.client.post("/language", content=in_pieces()))
    assert streamed.status == 413


async def test_fields_that_no_page_sends_are_refused(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    for fields in (
        {"action": "explode", "revision": "1"},
        {"action": "approve", "revision": "one"},
        {"action": "approve"},
        {"revision": "1"},
        {"action": "approve", "revision": "1", "points": "9" * 41},
        {"action": "approve", "revision": str(2**70)},
    ):
        page = await window.post(f"/reports/{report.id}/decide", **fields)
        assert (page.status, page.texts("p")[0]) == (
            422,
            "有一栏没有填对，请返回检查。刚才的操作没有生效。",
        ), fields
    for action in ("undo", "submit", "withdraw"):
        assert (await window.decide(report.id, action)).status == 403, action
    assert open_history(deps, actor=branch.recorder.actor, report_id=report.id).decisions == ()
