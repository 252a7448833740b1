"""Freezing and posting a quarter in a real browser: no wider than a phone, looked at, confirmed once."""

import os
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from domain.reports import ReportStatus
from services.clock import FixedClock
from services.deps import Deps
from tests.builders import Branch, a_member, a_report
from tests.panel.test_browser import DESK, LONG, PHONE, SMALL_TARGETS, OpenPage, browser, open_page
from tests.panel.test_group_lists import posts
from tests.services.test_group_lists import GROUPS, allow, join

__all__ = ["browser", "open_page"]
pytestmark = pytest.mark.browser
APRIL = datetime(2026, 4, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_a_quarter_is_frozen_on_any_screen(
    deps: Deps,
    clock: FixedClock,
    branch: Branch,
    open_page: OpenPage,
    tmp_path: Path,
    size: dict[str, int],
) -> None:
    named = a_member(deps, unit=branch.unit, name=LONG)
    for _ in range(2):
        a_report(deps, named, item="lesson", status=ReportStatus.APPROVED, by=branch.recorder)
    a_report(
        deps, named, item="hours", quantity=Fraction(5), status=ReportStatus.APPROVED, by=branch.recorder
    )
    a_report(deps, named, item="lesson", status=ReportStatus.APPROVED, by=branch.recorder)
    a_report(deps, branch.member)
    allow(deps, clock, tmp_path, "publicity: {in: [quarter], top: 5}")
    join(deps, clock, branch, chats=GROUPS[:1])
    clock.set(APRIL)
    widths, small = [], []
    async with open_page(size=size) as page:

        async def look(name: str) -> None:
            widths.append(await page.evaluate("document.documentElement.scrollWidth"))
            small.extend(await page.evaluate(SMALL_TARGETS))
            if os.environ.get("SHOTS"):
                await page.screenshot(
                    path=Path(os.environ["SHOTS"]) / f"{name}-{size['width']}.png", full_page=True
                )

        await page.goto(f"/standings/{named.member_id}?period=2026-Q1")
        await look("sheet")
        await page.goto("/standings?period=2026-Q1")
        await look("standings")
        await page.get_by_role("button", name="定稿…").click()
        await page.get_by_role("button", name="确认定稿（6 人）").wait_for()
        await look("preview")
        await page.get_by_role("button", name="确认定稿（6 人）").dblclick()
        await page.get_by_text("chunfeng记录员1，4月2日 12:00").wait_for()
        await page.wait_for_load_state("networkidle")  # the second tap brings the page once more
        await look("frozen")
        await page.goto(f"/standings/freeze?unit={branch.unit.id}&period=2026-Q1")
        await look("again")
        assert await page.get_by_role("button", name="确认定稿").count() == 0
        await page.goto("/standings?period=2026-Q1")
        await page.get_by_role("link", name="发到群里公布…").click()
        await page.get_by_role("button", name="发到群里（1 个群）").wait_for()
        await look("post")
        await page.get_by_role("button", name="发到群里（1 个群）").dblclick()
        await page.get_by_text("正在发到 1 个群，不会再发第二次。").wait_for()
        await page.wait_for_load_state("networkidle")
        await look("posted")
    assert (widths, small, posts(deps)) == ([size["width"]] * 7, [], 1)
