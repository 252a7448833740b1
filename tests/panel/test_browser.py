"""The pages in a real browser: no wider than a phone, within the policy, with scripts and without."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from domain.outbox import Priority
from domain.reports import EvidenceKind, ReportStatus
from panel.serve import serve_panel
from services.announcements import open_announcement, send_now, start_announcement, write_content
from services.deps import Deps
from services.evidence import keep_fetched
from services.histories import open_history
from services.ledger import list_entries, verify
from services.reports import attach_evidence, start_report
from services.sessions import new_login_link
from services.shop import archive_product, hand_over, list_kept_products, list_orders
from storage import outbox as stored_outbox
from tests.builders import Branch, Person, a_member, a_report
from tests.example_desks import a_desk, bring_in
from tests.panel.pictures import a_jpeg
from tests.shops import ShopBranch, a_product, a_shop, an_order, earn

pytestmark = pytest.mark.browser

LONG = "一个名字很长很长的同志" * 4
REFUSED = "the server responded with a status of 422"
"""What Chromium writes beside a page that says what was not filled in."""
PATIENCE_MS = 120_000
"""How long a browser may take for a step, on a slow machine too."""
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}

SMALL_TARGETS = """[...document.querySelectorAll(
    'button, [role=button], select, input:not([type=hidden], [type=radio], [type=checkbox]), nav a'
)].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40).map(e => e.outerHTML)"""

OpenPage = Callable[..., AbstractAsyncContextManager[Page]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Yield Debian's Chromium."""
    place = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=place, args=["--no-sandbox", "--disable-gpu"], timeout=PATIENCE_MS
        )
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(deps: Deps, branch: Branch, browser: Browser) -> AsyncIterator[OpenPage]:
    """Yield a function that opens a page, by default as the first recorder; complaints fail the test."""
    async with serve_panel(deps) as base:
        served = replace(deps, panel_url=base)

        @asynccontextmanager
        async def open_one(
            *, size: dict[str, int] = PHONE, has_scripts: bool = True, person: Person | None = None
        ) -> AsyncIterator[Page]:
            context = await browser.new_context(
                viewport={"width": size["width"], "height": size["height"]},
                java_script_enabled=has_scripts,
                base_url=base,
                locale="zh-CN",
            )
            context.set_default_timeout(PATIENCE_MS)
            expect.set_options(timeout=PATIENCE_MS)
            page = await context.new_page()
            complaints: list[str] = []
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda line: complaints.append(line.text))
            await page.goto(new_login_link(served, actor=(person or branch.recorder).actor))
            yield page
            await context.close()
            assert [text for text in complaints if REFUSED not in text] == []

        yield open_one


def fill(deps: Deps, branch: Branch) -> int:
    """Make data that is long, wide and unusual; return the report that waits."""
    named = a_member(deps, unit=branch.unit, name=LONG)
    a_report(deps, named, status=ReportStatus.APPROVED, by=branch.recorder, note="x" * 300)
    a_report(
        deps, named, item="hours", quantity=Fraction(5), status=ReportStatus.APPROVED, by=branch.recorder
    )
    a_report(deps, named, item="urgent", status=ReportStatus.REJECTED, by=branch.recorder)
    waiting = a_report(
        deps, named, item="award", level="city", note="https://example.test/" + "y" * 200, photos=9
    )
    for piece in open_history(deps, actor=branch.recorder.actor, report_id=waiting.id).evidence[:-2]:
        keep_fetched(deps, evidence_id=piece.id, content=a_jpeg())
    other = start_report(deps, actor=branch.recorder.actor, cause_key="document").report
    attach_evidence(
        deps,
        actor=branch.recorder.actor,
        report_id=other.id,
        source_key="a",
        kind=EvidenceKind.DOCUMENT,
        file_id="a",
        file_name=f"{'通知' * 40}.pdf",
    )
    for cause, text in (("draft", LONG * 20), ("sent", f"https://example.test/{'z' * 200}")):
        number = start_announcement(deps, actor=branch.recorder.actor, cause_key=cause).announcement.id
        write_content(deps, actor=branch.recorder.actor, announcement_id=number, text=text)
    send_now(deps, actor=branch.recorder.actor, announcement_id=2)
    with deps.store.begin() as uow:
        (first,) = stored_outbox.claim(uow, now=deps.clock.now(), limit=1, first=Priority.BROADCAST)
        stored_outbox.mark_dead(uow, first.id, failure="wrong: " + "x" * 150)
    return waiting.id


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_no_page_is_wider_than_the_screen(
    deps: Deps, branch: Branch, open_page: OpenPage, size: dict[str, int]
) -> None:
    waiting = fill(deps, branch)
    entry = list_entries(deps, actor=branch.recorder.actor).lines[0].entry
    paths = [
        "/",
        f"/reports/{waiting}",
        f"/reports/{waiting - 1}",
        "/members",
        f"/members/{branch.member.member_id}",
        "/ledger",
        "/ledger?name=党员",
        f"/ledger/{entry.id}",
        "/announcements",
        "/announcements/1",
        "/announcements/2",
        "/undelivered",
        "/roles",
        f"/reminders/{branch.unit.id}",
        f"/reminders/{branch.unit.id}?year=2027",
        "/login",
        "/nothing/" + "z" * 300,
    ]
    widths = {}
    async with open_page(size=size) as page:
        for path in paths[:-2]:
            await page.goto(path)
            for summary in await page.locator("summary").all():
                await summary.click()
            widths[path] = await page.evaluate("document.documentElement.scrollWidth")
            pictures = await page.evaluate(
                "[...document.images].filter(i => i.loading !== 'lazy' && !i.naturalWidth).length"
            )
            assert pictures == 0, path
    assert widths == dict.fromkeys(paths[:-2], size["width"])


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_recorder_works_through_the_queue(
    deps: Deps, branch: Branch, open_page: OpenPage, *, has_scripts: bool
) -> None:
    first, second, third, fourth = (
        a_report(deps, member, item=item).id for member in branch.members for item in ("clean", "urgent")
    )
    async with open_page(has_scripts=has_scripts) as page:
        await page.locator("article.card").first.get_by_role("button", name="通过").click()
        told = page.get_by_role("status").locator("span")
        assert await told.inner_text() == "已通过：chunfeng党员1 的“社区清扫”，+5 分。"
        await page.get_by_role("button", name="打开评分").first.click()
        await page.get_by_label("评定分数").fill("7")
        await page.get_by_role("button", name="按这个分数通过").click()
        await page.wait_for_url(f"**/reports/{third}?decided={second}")
        await page.locator("summary", has_text="退回补充").click()
        await page.get_by_label("照片不清楚").check()
        await page.get_by_role("button", name="退回补充").last.click()
        await page.wait_for_url(f"**/reports/{fourth}?decided={third}")
        await page.get_by_role("button", name="撤销").click()
        await page.wait_for_url(f"**/reports/{third}")
        assert await page.locator(".badge").first.inner_text() == "待审"
        await page.locator("summary", has_text="不予认定").click()
        await page.get_by_role("button", name="不予认定").last.click()
        alert = page.get_by_role("alert")
        assert await alert.inner_text() == "退回和不予认定都要写明理由：选一条，或者自己写。"
    entries = list_entries(deps, actor=branch.recorder.actor).lines
    assert [line.entry.amount for line in entries] == [70_000, 50_000]
    history = open_history(deps, actor=branch.recorder.actor, report_id=third).decisions
    assert [line.decision.action.value for line in history] == ["return", "undo"]
    assert open_history(deps, actor=branch.recorder.actor, report_id=first).report.status == "approved"


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_words_changed_in_the_form_are_shown_before_they_go_out(
    deps: Deps, branch: Branch, open_page: OpenPage, *, has_scripts: bool
) -> None:
    author = branch.recorder.actor
    number = start_announcement(deps, actor=author, cause_key="a").announcement.id
    write_content(deps, actor=author, announcement_id=number, text="周三开会")
    async with open_page(has_scripts=has_scripts) as page:
        await page.goto(f"/announcements/{number}")
        await page.get_by_label("内容").fill("周四开会")
        await page.locator("summary", has_text="现在发送").click()
        await page.get_by_role("button", name="确定发送").click()
        alert = page.get_by_role("alert")
        assert await alert.inner_text() == "您刚才改过，已经保存，还没有发。请看看下面的样子，没问题再发。"
        assert await page.locator(".bubble .words").inner_text() == "周四开会"
        await page.locator("summary", has_text="现在发送").click()
        await page.get_by_role("button", name="确定发送").click()
        await page.locator("h1 .badge", has_text="正在发送").wait_for()
    assert open_announcement(deps, actor=author, announcement_id=number).announcement.text == "周四开会"


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_secretary_sets_reminders(
    branch: Branch, open_page: OpenPage, size: dict[str, int], tmp_path: Path
) -> None:
    async with open_page(size=size, person=branch.secretary) as page:
        await page.goto(f"/reminders/{branch.unit.id}?year=2027")
        for summary in await page.locator("summary").all():
            await summary.click()
        assert await page.evaluate("document.documentElement.scrollWidth") == size["width"]
        await page.screenshot(path=tmp_path / "reminders.png", full_page=True)
        await page.locator("[name=list_days]").fill("4")
        await page.locator("[name=reminder_rule]").select_option(label="当月最后一个工作日")
        await page.get_by_role("button", name="保存设置").click()
        assert await page.get_by_role("status").inner_text() == "设置已保存。"
        assert await page.locator("article").first.locator("p").inner_text() == (
            "3月31日 10:00 提醒还没有申报的人。"
        )


async def test_touch_targets_are_large(deps: Deps, branch: Branch, open_page: OpenPage) -> None:
    waiting = fill(deps, branch)
    async with open_page() as page:
        pages = ("/", f"/reports/{waiting}", "/members", "/ledger", "/announcements", "/announcements/1")
        for path in (*pages, f"/reminders/{branch.unit.id}"):
            await page.goto(path)
            assert await page.evaluate(SMALL_TARGETS) == [], path


async def test_language_is_switched_by_a_tap(branch: Branch, open_page: OpenPage) -> None:
    async with open_page() as page:
        await page.get_by_role("button", name="English").click()
        await expect(page.locator("h1")).to_have_text("Waiting 0 reports")
        await expect(page.locator("html")).to_have_attribute("lang", "en")
        await page.get_by_role("button", name="中文").click()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        await page.get_by_role("button", name="退出").click()
        await expect(page.locator("h1")).to_have_text("再见")


def fill_shop(deps: Deps) -> ShopBranch:
    """Make a shop whose names are long, with photos, orders in every status, and much of it."""
    shop = a_shop(deps, code="shangpu", members=3)
    for member in shop.branch.members:
        earn(deps, shop, member, times=6)
    kettle = a_product(deps, shop, name="电热水壶（一点五升、保温）" * 2, price=4, count=9, photo=a_jpeg())
    a_product(deps, shop, name="香皂", price=1, count=0)
    archived = a_product(deps, shop, name="旧款", price=1)
    archive_product(deps, actor=shop.keeper.actor, product_id=archived.id, is_archived=True)
    first, second, third = (an_order(deps, member, kettle, quantity=2) for member in shop.branch.members)
    hand_over(deps, actor=shop.keeper.actor, order_id=first.order.id, note="代领" * 60)
    hand_over(deps, actor=shop.keeper.actor, order_id=second.order.id, quantity=1)
    assert third.order.id
    return shop


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_no_page_of_the_shop_is_wider_than_the_screen(
    deps: Deps, open_page: OpenPage, size: dict[str, int]
) -> None:
    shop = fill_shop(deps)
    paths = [
        *("/shop", "/shop?all=1", "/shop/orders/1", "/shop/orders/2", "/shop/orders/3"),
        *("/shop/products", "/shop/products?archived=1", "/shop/products/1", "/shop/products/2"),
        *("/shop/windows", "/shop/stock"),
    ]
    widths, small = {}, {}
    async with open_page(size=size, person=shop.keeper) as page:
        await page.get_by_role("button", name="English").click()
        await page.goto("/shop/windows")
        assert await page.evaluate("document.documentElement.scrollWidth") == size["width"]
        await page.get_by_role("button", name="中文").click()
        for path in paths:
            await page.goto(path)
            for summary in await page.locator("summary").all():
                await summary.click()
            widths[path] = await page.evaluate("document.documentElement.scrollWidth")
            small[path] = await page.evaluate(SMALL_TARGETS)
    assert widths == dict.fromkeys(paths, size["width"])
    assert small == {path: [] for path in paths}


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_a_shopkeepers_day(deps: Deps, open_page: OpenPage, *, has_scripts: bool) -> None:
    shop = a_shop(deps, code="shangpu", members=4)
    for member in shop.branch.members:
        earn(deps, shop, member, times=4)
    async with open_page(size=DESK, has_scripts=has_scripts, person=shop.keeper) as page:
        await page.get_by_role("link", name="商品", exact=True).click()
        await page.get_by_label("名称").fill("抽纸")
        await page.get_by_label("价格（分）").fill("2")
        await page.get_by_label("数量").fill("40")
        await page.get_by_role("button", name="上架").click()
        await page.get_by_role("heading", name="抽纸").wait_for()
        product = list_kept_products(deps, actor=shop.keeper.actor).products[0]
        placed = [an_order(deps, member, product, quantity=2) for member in shop.branch.members]
        for view in placed:
            await page.goto("/shop")
            await page.get_by_label("取货码").fill(view.code)
            await page.get_by_label("取货码").press("Enter")
            await page.get_by_role("button", name="发放 2 件").click()
            await page.locator(".badge", has_text="已领取").wait_for()
        await page.goto(f"/shop/products/{product.id}")
        await page.locator("summary", has_text="盘点").click()
        await page.get_by_label("货架上一共几件").fill("31")
        await page.get_by_role("button", name="按实数记").click()
        await page.locator("dd", has_text="31 件").first.wait_for()
        await page.goto("/shop/windows")
        await page.locator("summary", has_text="现在就结束").click()
        await page.get_by_role("button", name="确定结束").click()
        await page.locator(".badge", has_text="已结束").wait_for()
    assert verify(deps)[1] == ()
    assert list_orders(deps, actor=shop.keeper.actor).total == 0


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_households_fit_the_screen(deps: Deps, open_page: OpenPage, size: dict[str, int]) -> None:
    village = a_desk(deps, "village-households")
    village.enter("m1", "sorting", "2026-03-02")
    member_id = village.people["m1"].member_id
    bring_in(deps, f"member,name,unit,household\nm2,王二,hezhuang,{'户' * 60}\n")
    async with open_page(size=size, person=village.administrator) as page:
        for path in (
            f"/members?unit={village.unit_id}",
            f"/members/{member_id}",
            f"/standings?unit={village.unit_id}&period=2026-Q1",
            f"/standings/{member_id}?unit={village.unit_id}&period=2026-Q1",
        ):
            await page.goto(path)
            for summary in await page.locator("main summary").all():
                await summary.click()
            width = await page.evaluate("document.documentElement.scrollWidth")
            assert (path, width) == (path, size["width"])
        await page.goto(f"/members/{member_id}")
        await page.locator("summary", has_text="改分类、家庭").click()
        await page.fill("input[name=on]", "2026-02-16")
        await page.fill("input[name=household]", "李二户")
        await page.get_by_role("button", name="从这天起改").click()
        await page.wait_for_selector("dd:text-is('李二户')")
    assert village.rows("m1")[-1][-1] == "李二户"
