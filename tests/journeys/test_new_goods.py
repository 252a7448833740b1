"""New goods as shopkeepers send them: a photo and the words in two messages, either of them first."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from domain.reports import ReportStatus
from services.shop import list_kept_products
from storage import inbox as stored_inbox
from storage.inbox import InboxStatus
from storage.tables import inbox
from tests.journeys.conftest import Stage
from tests.journeys.phone import Phone, a_jpeg
from tests.shops import a_shop

pytestmark = pytest.mark.journey
NOT_HERE = "这一步请点上面消息里的按钮"


async def test_a_photo_and_words_in_two_messages_are_one_product(stage: Stage) -> None:
    shop = a_shop(stage.deps, code="shangpu")
    keeper = stage.phone(shop.keeper)
    await keeper.say("兑换台")
    await keeper.read("一起发、分开发都行")

    await keeper.send_photos(a_jpeg(3))
    await keeper.read("您做的是哪一类")
    await keeper.say("毛巾 5件 8分")
    shown = await keeper.read("已上架")
    assert "货架上 5 件：可换 5，已订 0" in shown["text"]
    assert shown["photo_urls"]
    assert [report.status for report in stage.reports(shop.keeper)] == [ReportStatus.DISCARDED]

    await keeper.say("兑换台")
    await keeper.say("香皂 3分 20件")
    asked = await keeper.read("请把它的照片发来，收到就上架")
    assert "香皂 · 3 分 · 20 件" in asked["text"]
    await keeper.send_photos(a_jpeg(4))
    shown = await keeper.read("货架上 20 件")
    assert "香皂" in shown["text"]
    assert shown["photo_urls"]

    products = list_kept_products(stage.deps, actor=shop.keeper.actor).products
    assert [(one.name, int(one.price), one.stock) for one in products] == [("毛巾", 8, 5), ("香皂", 3, 20)]
    assert all(one.photo_digest for one in products)
    assert len(stage.reports(shop.keeper)) == 1


async def again(stage: Stage, phone: Phone) -> None:
    """Let the bot find the newest update unhandled, as after a crash right before it was marked."""

    def is_handled() -> bool | None:
        with stage.deps.store.read() as uow:
            return InboxStatus.WAITING not in stored_inbox.count_by_status(uow) or None

    await stage.stop_bot()
    with stage.deps.store.begin() as uow:
        newest = select(func.max(inbox.c.update_id)).scalar_subquery()
        done = (inbox.c.update_id == newest) & (inbox.c.status == InboxStatus.DONE.value)
        changed = uow.connection.execute(
            update(inbox).where(done).values(status=InboxStatus.WAITING.value, handled_at=None)
        )
        assert changed.rowcount == 1
    await stage.start_bot()
    await phone.until(is_handled, "the update to be handled again")
    await phone.refresh()


async def test_an_update_that_comes_again_after_a_crash_makes_nothing_new(stage: Stage) -> None:
    shop = a_shop(stage.deps, code="shangpu")
    keeper = stage.phone(shop.keeper)
    await keeper.send_photos(a_jpeg(3))
    await keeper.read("您做的是哪一类")
    await keeper.say("毛巾 5件 8分")
    await keeper.read("已上架")
    await again(stage, keeper)
    assert "已上架" in keeper.living[-1]["text"]
    await keeper.say("香皂 3分 20件")
    await keeper.read("请把它的照片发来")
    await keeper.send_photos(a_jpeg(4))
    await keeper.read("货架上 20 件")
    await again(stage, keeper)
    assert "货架上 20 件" in keeper.living[-1]["text"]
    products = list_kept_products(stage.deps, actor=shop.keeper.actor).products
    assert [(one.name, one.stock) for one in products] == [("毛巾", 5), ("香皂", 20)]
    assert [report.status for report in stage.reports(shop.keeper)] == [ReportStatus.DISCARDED]


async def test_what_is_unclear_goes_on_as_a_report(stage: Stage) -> None:
    shop = a_shop(stage.deps, code="shangpu")
    keeper, member = stage.phone(shop.keeper), stage.phone(shop.member)
    await keeper.say("申报")
    await keeper.read("您做的是哪一类")
    await keeper.send_photos(a_jpeg(3))  # into a report that was begun on purpose
    await keeper.read("收到 1 份照片")
    await keeper.say("毛巾 5件 8分")
    await keeper.read(NOT_HERE)
    assert [report.status for report in stage.reports(shop.keeper)] == [ReportStatus.DRAFT]

    await keeper.say("兑换台")
    await keeper.say("毛巾 5件 8分")
    await keeper.read("请把它的照片发来")
    stage.clock.advance(timedelta(minutes=11))
    await keeper.send_photos(a_jpeg(4))  # too late to belong to the words
    await keeper.read("您做的是哪一类")
    assert len(stage.reports(shop.keeper)) == 2

    await member.send_photos(a_jpeg(5))  # keeps no shop
    await member.read("您做的是哪一类")
    await member.say("毛巾 5件 8分")
    await member.read(NOT_HERE)
    assert list_kept_products(stage.deps, actor=shop.keeper.actor).total == 0
