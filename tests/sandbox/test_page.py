"""The phones page in a real Chromium: type, tap, attach two photos, see edits and alerts."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import FilePayload, Page, async_playwright, expect

from sandbox import people
from tests.sandbox.conftest import Stage, drawn_photo

pytestmark = pytest.mark.browser

KEYS = {"inline_keyboard": [[{"text": "通过", "callback_data": "ok", "style": "success"}]]}
PATIENCE_MS = 120_000
"""How long a browser may take for a step, on a slow machine too."""


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    stage.world.add_user("王芳")
    stage.world.add_user("李明")
    place = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=place, args=["--no-sandbox", "--disable-gpu"], timeout=PATIENCE_MS
        )
        page = await browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
        await page.goto(stage.base)
        yield page
        await browser.close()
        assert troubles == []


async def test_a_person_types_taps_and_attaches(stage: Stage, page: Page) -> None:
    left = page.locator(".phone.left")
    await left.get_by_role("button", name="开始 START").click()
    await left.locator("textarea").fill("今天 社区清扫")
    await left.locator("textarea").press("Enter")
    await expect(left.locator(".own .words")).to_have_text(["/start", "今天 社区清扫"])
    texts = [update["message"]["text"] for update in await stage.updates()]
    assert texts == ["/start", "今天 社区清扫"]

    sent = await stage.result(
        "sendMessage", chat_id=1001, text="<b>请核对</b> <i>x</i>", parse_mode="HTML", reply_markup=KEYS
    )
    await expect(left.locator(".other .words b")).to_have_text("请核对")
    await left.get_by_role("button", name="通过").click()
    await expect(left.locator(".button.success")).to_have_count(1)
    query = (await stage.updates(timeout=5))[0]["callback_query"]
    await stage.result("answerCallbackQuery", callback_query_id=query["id"], text="已通过")
    await stage.result("editMessageText", chat_id=1001, message_id=sent["message_id"], text="已通过 +5")
    await expect(left.locator(".toast")).to_have_text("已通过")
    await expect(left.locator(".other .words")).to_have_text("已通过 +5")
    await expect(left.locator(".buttons")).to_have_count(0)

    await left.locator("input[type=file]").set_input_files(
        [
            FilePayload(name=f"{colour}.jpg", mimeType="image/jpeg", buffer=drawn_photo(60, 40, colour))
            for colour in ("red", "blue")
        ]
    )
    await left.locator("textarea").fill("两张")
    await left.get_by_role("button", name="发送").click()
    await expect(left.locator(".pictures img")).to_have_count(2)
    messages = [update["message"] for update in await stage.updates(timeout=5)]
    assert [message.get("caption") for message in messages] == ["两张", None]
    assert len({message["media_group_id"] for message in messages}) == 1

    await stage.result("deleteMessage", chat_id=1001, message_id=sent["message_id"])
    await expect(left.locator(".other")).to_have_count(0)


async def test_markup_in_names_and_texts_stays_text(stage: Stage, page: Page) -> None:
    user = stage.world.book.users[1002]
    hostile = "<img src=x onerror=alert(1)>&lt;"
    group = stage.world.add_group(hostile, [1001, 1002])
    people.say(stage.world, user, group, hostile)
    left = page.locator(".phone.left")
    people.say(stage.world, stage.world.book.users[1001], stage.world.book.chats[1001], "a")
    await left.locator(".groups").select_option(index=1)
    await expect(left.locator(".words")).to_have_text(hostile)
    await expect(left.locator(".botname")).to_have_text(hostile)
    assert await page.locator("img[src=x]").count() == 0


async def test_reply_keyboards_alerts_and_one_phone_on_a_narrow_screen(stage: Stage, page: Page) -> None:
    right = page.locator(".phone.right")
    await page.set_viewport_size({"width": 360, "height": 740})
    await expect(right).to_be_hidden()
    await page.get_by_role("button", name="记录员的手机").click()
    await expect(right).to_be_visible()
    await stage.result("sendMessage", chat_id=1002, text="菜单", reply_markup={"keyboard": [["待审"]]})
    await right.get_by_role("button", name="待审").click()
    await expect(right.locator(".own .words")).to_have_text("待审")
    fold = right.get_by_role("button", name="收起或打开按钮")
    await fold.click()
    await expect(right.locator(".keys")).to_be_hidden()
    await fold.click()
    await expect(right.locator(".keys")).to_be_visible()
    sent = await stage.result("sendMessage", chat_id=1002, text="卡片", reply_markup=KEYS)
    tapped = await stage.control("users/1002/tap", message_id=sent["message_id"], text="通过")
    await stage.result("answerCallbackQuery", **tapped, text="已由王芳处理", show_alert=True)
    await expect(right.locator(".alert p")).to_have_text("已由王芳处理")
    await right.get_by_role("button", name="知道了").click()
    await expect(right.locator(".alert")).to_be_hidden()
    again = await stage.control("users/1002/tap", message_id=sent["message_id"], text="通过")
    await stage.result("answerCallbackQuery", **again, text="只给李明看", show_alert=True)
    await expect(right.locator(".alert p")).to_have_text("只给李明看")
    await right.locator(".account").select_option("1001")
    await expect(right.locator(".alert")).to_be_hidden()
    widest = await page.evaluate("document.documentElement.scrollWidth")
    assert widest == 360


async def test_the_language_can_be_switched_and_long_names_fit(stage: Stage, page: Page) -> None:
    stage.world.add_user("很长的名字" * 12)
    await page.reload()
    await page.get_by_role("button", name="English").click()
    await expect(page.locator("[data-word=hour]")).to_have_text("+1 hour")
    await expect(page.locator(".phone.left .begin")).to_have_text("START")
    edges = await page.evaluate(
        "[...document.querySelectorAll('.phone')].map(n => [n, n.querySelector('.account')]"
        ".map(e => e.getBoundingClientRect().right))"
    )
    assert [account <= phone for phone, account in edges] == [True, True]
