"""The points shop from both sides of the counter, tapped through as people would."""

import asyncio
import io
import re

import pytest
import zxingcpp
from PIL import Image

from domain.shop import OrderStatus
from services.ledger import verify
from services.shop import list_windows, my_orders, my_purse, open_kept_product, tick
from tests.journeys.conftest import Stage
from tests.journeys.phone import Message, Phone, a_jpeg
from tests.shops import ShopBranch, a_product, a_shop, an_order, earn

pytestmark = pytest.mark.journey
CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


def open_shop(stage: Stage, *, members: int = 2) -> tuple[ShopBranch, Phone, Phone]:
    """Return a branch with an open shop, its first member's phone and its shopkeeper's."""
    shop = a_shop(stage.deps, code="shangpu", members=members)
    return shop, stage.phone(shop.member), stage.phone(shop.keeper)


async def order_one(phone: Phone) -> str:
    """Order one of the first product and return its pick-up code."""
    await phone.say("商城")
    await phone.tap("1")
    await phone.tap("换 1 件")
    await phone.tap("确认兑换")
    await phone.read("换好了")
    return await code_of(phone)


async def code_of(phone: Phone) -> str:
    message = await phone.read("取货码：")
    found = CODE.search(message["text"])
    assert found is not None, message["text"]
    return found[0]


async def test_goods_for_points(stage: Stage) -> None:
    shop, member, keeper = open_shop(stage)
    earn(stage.deps, shop, shop.member, times=3)

    await keeper.send_photos(a_jpeg(3), caption="热水壶 6分 5件")
    shelf = await keeper.read("已上架")
    assert "货架上 5 件：可换 5，已订 0" in shelf["text"]
    assert shelf["photo_urls"]

    await member.say("商城")
    listed = await member.read("1. 热水壶 · 6 分 · 剩 5 件")
    assert "可兑换积分：15 分" in listed["text"]
    await member.tap("1")
    card = await member.read("每件 6 分")
    assert card["photo_urls"]
    assert member.button_words(card) == ["换 1 件", "换 2 件", "返回"]
    await member.tap("换 2 件")
    asked = await member.read("可兑换积分：15 → 3 分")
    assert "用 12 分" in asked["text"]
    await member.tap("确认兑换")
    await member.read("换好了：热水壶 × 2")
    code = await code_of(member)
    picture = await member.read("取货码：")
    assert picture["photo_urls"]

    await keeper.say("兑换台")
    waiting = await keeper.read("待取 1 单")
    assert "1. shangpu党员1 · 热水壶 × 2 · 待备货" in waiting["text"]
    await keeper.tap("1")
    await keeper.tap("备好了")
    await member.read("热水壶 × 2 备好了，可以来领")
    assert "兑换人：shangpu党员1" in await keeper.ask(code.lower().replace("-", " "))
    desk = await keeper.read("兑换人：shangpu党员1")
    assert desk["photo_urls"]
    await keeper.tap("发 1 件")
    await member.read("热水壶 已领 1 件，共 2 件")
    await keeper.tap("别人代领")
    await keeper.read("谁来代领？")
    await keeper.say("女儿")
    handed = await keeper.read("已发放，请把东西交给对方。shangpu党员1 也收到了通知。")
    assert "代领：女儿" in handed["text"]
    assert "备注" not in handed["text"]
    told = await member.read("已领取：热水壶 × 2")
    assert "代领：女儿" in told["text"]

    await member.say("我的兑换")
    await member.read("1. 热水壶 × 2 · 12 分 · 已领取")
    await member.say("商城")
    await member.tap("积分收支")
    statement = await member.read("和排名的分各算各的")
    assert "-12 · 换 热水壶 × 2" in statement["text"]
    assert statement["text"].count("+5 · 社区清扫") == 3
    assert verify(stage.deps)[1] == ()


async def scanned(phone: Phone, message: Message) -> str:
    """Return what a scanner reads in the picture of a message."""
    (address,) = message["photo_urls"]
    picture = await phone.client.get(address)
    with Image.open(io.BytesIO(picture.content)) as image:
        (found,) = zxingcpp.read_barcodes(image.convert("L"))
    assert found.format is zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


async def test_a_scanned_code_opens_the_order(stage: Stage) -> None:
    shop, member, keeper = open_shop(stage)
    earn(stage.deps, shop, shop.member)
    a_product(stage.deps, shop)
    code = await order_one(member)
    link = await scanned(member, await member.read("取货码："))
    address, _, start = link.partition("?start=")
    assert re.fullmatch(r"https://t\.me/\w+", address)
    assert start == f"p_{code.replace('-', '')}"
    await keeper.say(f"/start {start}")
    await keeper.read("兑换人：shangpu党员1")
    await keeper.tap("全部发放")
    await member.read("已领取：热水壶 × 1")
    await keeper.say(code)
    again = await keeper.read("已经发放过了，请不要重复发。")
    assert "经办：shangpu店主" in again["text"]
    assert "请把东西交给对方" not in again["text"]
    assert keeper.button_words(again) == ["退货", "兑换台"]


async def test_double_taps_and_stale_buttons_make_one_order(stage: Stage) -> None:
    shop, member, _ = open_shop(stage)
    earn(stage.deps, shop, shop.member, times=2)
    a_product(stage.deps, shop, count=9)
    await member.say("商城")
    await member.tap("1")
    await member.tap("换 1 件")
    question: Message = await member.read("可兑换积分：10 → 7 分")
    data = member.data_of("确认兑换")
    taps = [
        member.client.post(
            f"/sandbox/users/{member.user_id}/tap",
            json={"message_id": question["message_id"], "data": data},
        )
        for _ in range(5)
    ]
    await asyncio.gather(*taps)
    await member.read("换好了：热水壶 × 1")
    await stage.restart_bot()
    await member.client.post(
        f"/sandbox/users/{member.user_id}/tap", json={"message_id": question["message_id"], "data": data}
    )
    await member.say("我的兑换")
    await member.read("1. 热水壶 × 1")
    assert my_orders(stage.deps, actor=shop.member.actor).total == 1
    assert my_purse(stage.deps, actor=shop.member.actor).balance == 7
    assert member.count("取货码：") == 1


async def test_sold_out_waiting_and_cancelling(stage: Stage) -> None:
    shop, member, _ = open_shop(stage)
    second = stage.phone(shop.branch.members[1])
    for person in shop.branch.members:
        earn(stage.deps, shop, person)
    a_product(stage.deps, shop, count=1)
    await order_one(member)
    await second.say("商城")
    await second.read("1. 热水壶 · 3 分 · 换完了")
    await second.tap("1")
    await second.tap("到货告诉我")
    await second.read("已记下，一到货就告诉您")
    await member.say("我的兑换")
    await member.tap("1")
    await member.tap("取消兑换")
    await member.read("取消后退回 3 分")
    await member.tap("确定取消")
    await member.read("积分已经退回")
    await second.read("您等的 热水壶 到货了")
    await second.tap("商城")
    await second.tap("换 1 件")
    await second.tap("确认兑换")
    await second.read("换好了")
    statuses = [order.status for order in my_orders(stage.deps, actor=shop.member.actor).orders]
    assert statuses == [OrderStatus.CANCELLED]


async def test_the_shelf_is_kept_in_the_chat(stage: Stage) -> None:
    shop, member, keeper = open_shop(stage)
    kettle = a_product(stage.deps, shop, count=2)
    await keeper.say("兑换台")
    await keeper.tap("商品与库存")
    await keeper.read("1. 热水壶 · 3 分 · 可换 2，已订 0")
    await keeper.tap("1")
    await keeper.tap("入库")
    await keeper.read("进了几件？")
    await keeper.say("很多")
    await keeper.read("没看懂是几件")
    await keeper.say("进了10件")
    noted = await keeper.read("已记：入库 10 件")
    assert "货架上 12 件" in noted["text"]
    await keeper.tap("盘点")
    await keeper.say("11")
    noted = await keeper.read("已记：盘点 11 件，比账上少 1 件")
    assert "货架上 11 件" in noted["text"]
    await keeper.tap("报损")
    await keeper.say("1")
    await keeper.read("请连原因一起写")
    await keeper.say("1 包装破损")
    await keeper.read("货架上 10 件")
    await keeper.tap("改价")
    await keeper.read("新价格是多少分？")
    await keeper.say("abc")
    await keeper.read("没看懂是几分。请打一个数，例如：300")
    await keeper.say("0")
    await keeper.read("价格要大于 0 分")
    await keeper.say("4分")
    changed = await keeper.read("✅ 已改价：原来 3 分，现在 4 分")
    assert "热水壶 · 4 分" in changed["text"]
    await keeper.tap("下架")
    await keeper.read("已下架")
    await member.say("商城")
    await member.read("货架上还没有商品")
    assert kettle.id == 1
    assert verify(stage.deps)[1] == ()


async def test_the_counter_finds_people_by_name(stage: Stage) -> None:
    shop, member, keeper = open_shop(stage, members=3)
    kettle = a_product(stage.deps, shop, count=9)
    for person in shop.branch.members:
        earn(stage.deps, shop, person, times=2)
    for person in (*shop.branch.members, shop.member):
        an_order(stage.deps, person, kettle)
    await keeper.say("兑换台")
    await keeper.read("待取 4 单")
    await keeper.say("党员2")
    await keeper.read("兑换人：shangpu党员2")
    await keeper.say("党员1")
    found = await keeper.read("党员1 待取 2 单")
    assert keeper.button_words(found) == ["1", "2", "兑换台"]
    await keeper.tap("2")
    await keeper.read("兑换人：shangpu党员1")
    await keeper.tap("全部发放")
    await member.read("已领取：热水壶 × 1")
    await keeper.say("不认识")
    await keeper.read("没有这个取货码")


async def test_goods_are_taken_back_in_the_chat(stage: Stage) -> None:
    shop, member, keeper = open_shop(stage)
    earn(stage.deps, shop, shop.member)
    kettle = a_product(stage.deps, shop, count=2)
    code = await order_one(member)
    await keeper.say("兑换台")
    await keeper.ask(code)
    await keeper.tap("全部发放")
    await keeper.tap("退货")
    question = await keeper.read("退货后退回 3 分。退回来的货怎么样？")
    await keeper.tap("货坏了，报损")
    reason = await keeper.read("为什么退货？")
    assert not any("作废" in asked["text"] for asked in (question, reason))
    await keeper.say("漏水")
    done = await keeper.read("已退货")
    assert "备注：漏水" in done["text"]
    assert keeper.button_words(done) == ["兑换台"]
    await member.read("热水壶 已退货，积分已退回")
    assert my_purse(stage.deps, actor=shop.member.actor).balance == 5
    assert open_kept_product(stage.deps, actor=shop.keeper.actor, product_id=kettle.id).on_shelf == 1
    assert verify(stage.deps)[1] == ()


async def test_the_shopkeeper_opens_and_closes_in_the_chat(stage: Stage) -> None:
    shop = a_shop(stage.deps, code="shangpu", is_open=False)
    member, keeper = stage.phone(shop.member), stage.phone(shop.keeper)
    await keeper.say("兑换台")
    await keeper.tap("兑换期")
    await keeper.read("还没有开过兑换期")
    await keeper.tap("开放 7 天")
    await keeper.read("3月10日 周二 到 3月16日 周一（含当天），最晚 3月30日 周一 来领")
    question = await keeper.read("确定开放吗？")
    data = keeper.data_of("确认开放")
    for _ in range(2):
        await keeper.tap_on(question["message_id"], data=data)
    await keeper.read("3月10日 周二 到 3月16日 周一（含当天） · 开放中")
    await member.say("商城")
    await member.read("兑换期开放中，到 3月16日 周一（含当天）。")
    await keeper.tap("现在就结束")
    await keeper.read("已经订的单子不受影响")
    await keeper.tap("确定结束")
    over = await keeper.read("3月10日 周二 到 3月10日 周二（含当天） · 已结束")
    assert over["text"].count("3月10日 周二 到") == 1
    await member.say("商城")
    await member.read("现在只能看，开放兑换时会通知您。")
    assert len(list_windows(stage.deps, actor=shop.keeper.actor)[0].windows) == 1


async def test_the_shopkeeper_chooses_the_day_on_which_to_open(stage: Stage) -> None:
    shop = a_shop(stage.deps, code="shangpu", is_open=False)
    member, keeper = stage.phone(shop.member), stage.phone(shop.keeper)
    await keeper.say("兑换台")
    await keeper.tap("兑换期")
    await keeper.tap("开放 7 天")
    question = await keeper.read("确定开放吗？")
    assert keeper.button_words(question) == ["确认开放", "明天", "下月1日", "返回"]
    await keeper.tap("下月1日")
    question = await keeper.read("4月1日 周三 到 4月7日 周二（含当天），最晚 4月21日 周二 来领")
    assert keeper.button_words(question) == ["确认开放", "今天", "明天", "返回"]
    for typed, problem in (
        ("abc", "没看懂是哪一天"),
        ("3月9日", "那天已经过去了"),
        ("9999-12-31", "那天太远了"),
    ):
        await keeper.say(typed)
        asked = await keeper.read(problem)
        assert "3月10日 周二 到 3月16日 周一（含当天）" in asked["text"]
    await keeper.say("3月20日")
    await keeper.read("3月20日 周五 到 3月26日 周四（含当天）")
    await keeper.tap("确认开放")
    planned = await keeper.read("✅ 已定好，到那天自动开放")
    assert "3月20日 周五 到 3月26日 周四（含当天） · 还没开放" in planned["text"]
    await member.say("商城")
    await member.read("3月20日 周五 开放兑换，到时通知您")
    await keeper.tap("这期不开了")
    await keeper.read("这一期还没开放，也还没有通知过人。不开了吗？")
    await keeper.tap("确定不开")
    given_up = await keeper.read("✅ 这一期不开了")
    assert "还没有开过兑换期" in given_up["text"]
    await member.say("商城")
    assert "3月20日" not in (await member.read("现在只能看，开放兑换时会通知您。"))["text"]
    await keeper.tap("开放 10 天")
    await keeper.tap("明天")
    await keeper.read("3月11日 周三 到 3月20日 周五（含当天）")
    await keeper.tap("今天")
    await keeper.read("3月10日 周二 到 3月19日 周四（含当天）")
    await keeper.tap("确认开放")
    opened = await keeper.read("✅ 已开放，马上通知本单位每个人")
    assert "3月10日 周二 到 3月19日 周四（含当天） · 开放中" in opened["text"]


async def test_wrong_codes_are_told_and_slowed(stage: Stage) -> None:
    _, member, keeper = open_shop(stage)
    await keeper.say("兑换台")
    await keeper.read("待取 0 单")
    await keeper.read("积分商城开放了")  # else it may pass for an answer
    for _ in range(5):
        await keeper.ask("AAAA2222")
    assert "请过 10 分钟再试" in await keeper.ask("AAAA2222")
    assert "没有这个取货码" in (await keeper.read("没有这个取货码"))["text"]
    await member.say("/start p_AAAA2222")
    await member.read("没有这个取货码")


async def test_only_where_the_rulebook_has_a_shop(stage: Stage) -> None:
    member = stage.member
    await member.say("/start")
    await member.read("您好")
    chat = (await member.client.get(f"/sandbox/users/{member.user_id}/chat")).json()
    assert chat["reply_keyboard"]["rows"] == [["申报", "我的积分"], ["我的申报"]]
    assert "没有积分商城" in await member.ask("商城")
    _, customer, keeper = open_shop(stage)
    await customer.say("/start")
    await customer.read("您好")
    chat = (await customer.client.get(f"/sandbox/users/{customer.user_id}/chat")).json()
    assert chat["reply_keyboard"]["rows"] == [["申报", "我的积分"], ["我的申报"], ["商城", "我的兑换"]]
    await keeper.say("/help")
    await keeper.read("兑换台")
    chat = (await keeper.client.get(f"/sandbox/users/{keeper.user_id}/chat")).json()
    assert chat["reply_keyboard"]["rows"][-1] == ["兑换台", "管理面板"]


async def test_the_opening_is_told_to_everybody(stage: Stage) -> None:
    shop, member, keeper = open_shop(stage)
    tick(stage.deps)
    tick(stage.deps)
    told = await member.read("积分商城开放了")
    assert "到 3月14日 周六（含当天）都可以换，最晚 3月25日 周三 来领" in told["text"]
    assert member.count("积分商城开放了") == 1
    await keeper.read("积分商城开放了")
    assert shop.unit_id
