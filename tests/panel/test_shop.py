"""The shop's pages: the counter, products and their stock, windows, and the sheets."""

import io
from datetime import timedelta
from fractions import Fraction

import python_calamine
from sqlalchemy import event

from domain.shop import OrderStatus
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import verify
from services.shop import hand_over, list_kept_products, my_purse, open_kept_product, open_order
from tests.panel.conftest import OpenWindow
from tests.panel.pictures import a_jpeg
from tests.panel.reading import Element
from tests.panel.routes import filled, paths_with
from tests.panel.windows import Page, Window
from tests.shops import a_product, a_shop, an_order, earn


def cause_of(page: Page) -> str:
    found: list[Element] = page.root.find("input", name="cause")
    return found[0].attributes["value"]


async def test_the_shopkeeper_hands_over_by_code(deps: Deps, window: Window, clock: FixedClock) -> None:
    shop = a_shop(deps)
    earn(deps, shop, shop.member, times=2)
    placed = an_order(deps, shop.member, a_product(deps, shop), quantity=2)
    page = await window.sign_in(deps, shop.keeper)
    assert (page.address, page.heading) == ("/shop", "兑换台 待取 1 单")
    assert page.rows() == [["chunfeng党员1", "热水壶", "2", "6", "待备货", "3月10日 12:00"]]
    assert page.texts("a", href="/shop")[0] == "商城"

    wrong = await window.post("/shop/code", code="AAAA2222")
    assert (wrong.status, wrong.alert) == (404, "没有这个取货码，请对照对方手机再输一次。")
    page = await window.post("/shop/code", code=placed.code.lower())
    assert page.heading == "chunfeng党员1 热水壶 × 2"
    page = await window.post(f"/shop/orders/{placed.order.id}", action="prepare")
    page = await window.post(f"/shop/orders/{placed.order.id}", action="hand", quantity="1", note="女儿")
    assert page.facts()["代领"] == "女儿"
    page = await window.post(f"/shop/orders/{placed.order.id}", action="hand")
    assert page.texts(class_="badge") == ["已领取"]
    assert page.told == "已发放，请把东西交给对方。"
    again = await window.post("/shop/code", code=placed.code)
    assert page.address == f"/shop/orders/{placed.order.id}?done=hand"
    assert again.told == "这单 3月10日 12:00 已经发放过了，请不要重复发。"
    clock.advance(timedelta(minutes=3))
    assert (await window.get(page.address)).told == again.told
    late = await window.post(f"/shop/orders/{placed.order.id}", action="hand")
    assert (late.status, late.alert) == (409, "这张兑换单现在是“已领取”，不能这样做。")
    page = await window.post(f"/shop/orders/{placed.order.id}", action="return", reason=" ")
    assert page.status == 422
    page = await window.post(
        f"/shop/orders/{placed.order.id}", action="return", reason="漏水", sound="broken"
    )
    assert page.texts(class_="badge") == ["已退货"]
    assert my_purse(deps, actor=shop.member.actor).balance == 10
    assert (await window.get("/shop")).rows() == []
    assert len((await window.get("/shop?all=1")).rows()) == 1
    assert verify(deps)[1] == ()


async def test_calling_off_on_the_page(deps: Deps, window: Window) -> None:
    shop = a_shop(deps)
    earn(deps, shop, shop.member)
    placed = an_order(deps, shop.member, a_product(deps, shop))
    await window.sign_in(deps, shop.keeper)
    page = await window.post(f"/shop/orders/{placed.order.id}", action="release", reason="没货了")
    assert page.facts()["备注"] == "没货了"
    assert page.told == "已取消，积分退给了 chunfeng党员1，对方也收到了通知。"
    desk = open_order(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    assert desk.order.status is OrderStatus.CANCELLED


async def test_products_are_kept_on_the_pages(deps: Deps, window: Window) -> None:
    shop = a_shop(deps)
    await window.sign_in(deps, shop.keeper)
    page = await window.get("/shop/products")
    cause = cause_of(page)
    for _ in range(2):
        page = await window.post("/shop/products", cause=cause, name="抽纸", price="2.5", count="20")
        assert page.heading == "抽纸 2.5 分"
    assert list_kept_products(deps, actor=shop.keeper.actor).total == 1
    wrong = await window.post("/shop/products", cause=cause, name="香皂", price="很贵", count="1")
    assert (wrong.status, wrong.alert) == (422, "没看懂是几分。请填一个数，例如：300")
    zero = await window.post("/shop/products", cause=cause, name="香皂", price="0分", count="1")
    assert (zero.status, zero.alert) == (422, "价格要大于 0 分，最多 100 万分。")
    assert wrong.root.find("input", name="name")[0].attributes["value"] == "香皂"

    page = await window.post(
        "/shop/products/1",
        name="抽纸（三包）",
        price="3",
        description="原木",
        limit="2",
        kinds="full",
        place="5",
        low="4",
        cost="9.90",
    )
    facts = open_kept_product(deps, actor=shop.keeper.actor, product_id=1).facts
    assert (facts.name, facts.price, facts.limit_per_window) == ("抽纸（三包）", Fraction(3), 2)
    assert (facts.cost_cents, facts.low_stock, facts.place) == (990, 4, 5)
    for action, count, reason in (("in", "5", ""), ("count", "24", ""), ("write_off", "1", "受潮")):
        cause = cause_of(page)
        for _ in range(2):
            page = await window.post(
                "/shop/products/1/stock", cause=cause + action, action=action, count=count, reason=reason
            )
    assert page.facts()["货架上"] == "23 件"
    short = await window.post(
        "/shop/products/1/stock", cause="x" * 12, action="write_off", count="99", reason="丢了"
    )
    assert (short.status, short.alert) == (422, "可用的只有 23 件，不能减这么多。")
    page = await window.post("/shop/products/1/stock", cause="y" * 12, action="archive")
    assert page.texts(class_="rejected") == ["已下架"]
    assert (await window.get("/shop/products?archived=1")).texts("a", class_="title") == ["抽纸（三包）"]
    assert [row[2] for row in (await window.get("/shop/stock")).rows()] == ["报损", "盘点", "入库", "入库"]
    assert verify(deps)[1] == ()


async def test_a_photo_is_uploaded_and_shown(deps: Deps, window: Window, open_window: OpenWindow) -> None:
    shop, other = a_shop(deps), a_shop(deps, code="haizi")
    a_product(deps, shop)
    await window.sign_in(deps, shop.keeper)
    assert (await window.get("/shop/products/1/photo")).status == 404
    big = a_jpeg() + b"\x00" * 100_000
    answer = await window.client.post(
        "/shop/products/1/photo",
        data={"csrf": window.csrf},
        files={"photo": ("a.jpg", big, "image/jpeg")},
        follow_redirects=True,
    )
    assert answer.status_code == 200
    photo = await window.client.get("/shop/products/1/photo?small=1")
    assert (photo.headers["content-type"], photo.content[:2]) == ("image/jpeg", b"\xff\xd8")
    broken = await window.client.post(
        "/shop/products/1/photo",
        data={"csrf": window.csrf},
        files={"photo": ("a.jpg", b"no photo", "image/jpeg")},
    )
    assert broken.status_code == 422
    stranger = open_window()
    await stranger.sign_in(deps, other.keeper)
    assert (await stranger.get("/shop/products/1/photo")).status == 404


async def test_windows_are_opened_and_closed(deps: Deps, window: Window, clock: FixedClock) -> None:
    shop = a_shop(deps, is_open=False)
    await window.sign_in(deps, shop.keeper)
    page = await window.get("/shop/windows")
    offered = {
        name: page.root.find("input", name=name)[0].attributes["value"]
        for name in ("opens_on", "closes_on", "pick_up_until_on")
    }
    assert offered == {
        "opens_on": "2026-03-10",
        "closes_on": "2026-03-19",
        "pick_up_until_on": "2026-04-02",
    }
    unit = str(shop.unit_id)
    page = await window.post("/shop/windows", unit=unit, budget="500", **offered)
    assert page.rows()[0][:5] == [
        "2026年第1季度",
        "3月10日 周二",
        "3月19日 周四",
        "4月2日 周四",
        "0.00 / 500.00",
    ]
    again = await window.post("/shop/windows", unit=unit, **offered)
    assert (again.status, again.alert) == (422, "这几天和另一个兑换期重叠了。")
    wrong = await window.post("/shop/windows", unit=unit, budget="很多", **offered)
    assert wrong.alert == "经费看不懂，请填一个数；不限就留空。"
    page = await window.post("/shop/windows/1/close")
    assert page.texts(class_="badge") == ["已结束"]
    clock.advance(timedelta(days=1))
    await window.sign_in(deps, shop.keeper)
    late = await window.post("/shop/windows", unit=unit, **offered)
    assert (late.status, late.alert) == (422, "开放的日子已经过去了，请选今天或以后的日子。")
    coming = offered | {"opens_on": "2026-03-15"}
    page = await window.post("/shop/windows", unit=unit, **coming)
    assert page.texts("summary") == ["开一个兑换期", "这期不开了"]
    page = await window.post("/shop/windows/2/close")
    assert page.texts(class_="badge") == ["没有开放", "已结束"]
    again = await window.post("/shop/windows", unit=unit, **(offered | {"opens_on": "2026-03-12"}))
    assert sorted(again.texts(class_="badge")) == ["已结束", "没有开放", "还没开放"]


async def test_a_household_shares_an_account(deps: Deps, window: Window) -> None:
    homes, other = a_shop(deps, rulebook="jiating"), a_shop(deps, code="haizi", rulebook="jiating")
    first, second = homes.branch.members
    earn(deps, homes, first)
    earn(deps, homes, second)
    page = await window.sign_in(deps, homes.keeper)
    unit = str(homes.unit_id)
    page = await window.get("/shop/windows")
    assert {option.text for option in page.root.find("option")} == {
        person.name
        for person in (homes.branch.secretary, *homes.branch.recorders, first, second, homes.keeper)
    }
    fields = {"member": str(second.member_id), "holder": str(first.member_id)}
    page = await window.post("/shop/households", unit=unit, **fields)
    assert page.facts() == {first.name: f"和 {second.name} 合用"}
    assert my_purse(deps, actor=second.actor).balance == 10
    same = await window.post("/shop/households", unit=unit, member=fields["member"], holder=fields["member"])
    assert (same.status, same.alert[:10]) == (422, "这两位不能合用一个账")
    foreign = await window.post("/shop/households", unit=str(other.unit_id), **fields)
    assert foreign.status == 422


async def test_the_sheets_hold_the_forms_columns(deps: Deps, window: Window) -> None:
    shop = a_shop(deps)
    earn(deps, shop, shop.member, times=2)
    tricky = a_product(deps, shop, name="=HYPERLINK(1)", price=3)
    placed = an_order(deps, shop.member, tricky, quantity=2)
    hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    fetched = an_order(deps, shop.member, tricky)
    hand_over(deps, actor=shop.keeper.actor, order_id=fetched.order.id, note="女儿 & <女婿>")
    await window.sign_in(deps, shop.keeper)

    async def sheet(path: str) -> list[list[object]]:
        answer = await window.client.get(path)
        assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        return [list(row) for row in book.get_sheet_by_index(0).to_python()]

    rows = await sheet("/shop/register.xlsx")
    assert rows[0][0] == "chunfeng支部 兑换登记表"
    assert rows[1] == [
        *("序号", "日期", "姓名", "兑换物品", "数量"),
        *("单价（分）", "兑换积分", "剩余积分", "领取签名", "经办人"),
    ]
    assert rows[2:] == [
        [1, "2026-03-10", "chunfeng党员1", "=HYPERLINK(1)", 2, 3, 6, 4, "", "chunfeng店主"],
        [
            *(2, "2026-03-10", "chunfeng党员1", "=HYPERLINK(1)", 1, 3, 3, 1),
            *("代领：女儿 & <女婿>", "chunfeng店主"),
        ],
    ]
    assert (await sheet("/shop/register.xlsx?window=99"))[2:] == []
    stock = await sheet("/shop/stock.xlsx")
    assert stock[1] == ["序号", "日期", "物品", "摘要", "入", "出", "结存", "说明", "经办人"]
    assert [row[3:7] for row in stock[2:]] == [["入库", 5, 0, 5], ["发放", 0, 2, 3], ["发放", 0, 1, 2]]


async def test_only_shopkeepers_come_here_and_only_to_their_own(
    deps: Deps, window: Window, open_window: OpenWindow
) -> None:
    shop, other = a_shop(deps), a_shop(deps, code="haizi")
    earn(deps, shop, shop.member)
    secret = a_product(deps, shop, name="春风的壶")
    placed = an_order(deps, shop.member, secret)
    await window.sign_in(deps, other.keeper)
    numbers = {
        "/shop/orders/{order_id}": placed.order.id,
        "/shop/products/{product_id}": secret.id,
        "/shop/products/{product_id}/photo": secret.id,
    }
    assert set(numbers) == {path for path in paths_with("GET") if path.startswith("/shop/") and "{" in path}
    for path, number in numbers.items():
        page = await window.get(filled(path, number))
        missing = await window.get(filled(path, 4_000))
        assert (page.status, page.root.text) == (404, missing.root.text), path
    for path in ("/shop", "/shop?all=1", "/shop/products", "/shop/stock", "/shop/windows"):
        page = await window.get(path)
        assert (page.status, "春风" in page.response.text) == (200, False), path
    assert (await window.get(f"/shop/register.xlsx?unit={shop.unit_id}")).status == 404
    assert (await window.post(f"/shop/orders/{placed.order.id}", action="hand")).status == 404
    assert (await window.post("/shop/windows/1/close")).status == 404
    recorder = open_window()
    page = await recorder.sign_in(deps, shop.branch.recorder)
    assert "商城" not in page.texts("a")
    for path in ("/shop", "/shop/products", "/shop/stock", "/shop/windows", "/shop/stock.xlsx"):
        assert (await recorder.get(path)).status == 403, path
    assert open_order(deps, actor=shop.keeper.actor, order_id=placed.order.id).order.handed == 0


async def questions_of(deps: Deps, window: Window, path: str) -> int:
    """Return how many statements a page needs."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(deps.store.engine, "before_cursor_execute", note)
    assert (await window.get(path)).status == 200
    event.remove(deps.store.engine, "before_cursor_execute", note)
    return len(asked)


async def test_the_list_asks_as_many_questions_for_one_as_for_three(deps: Deps, window: Window) -> None:
    shop = a_shop(deps)
    earn(deps, shop, shop.member, times=3)
    await window.sign_in(deps, shop.keeper)
    kettle = a_product(deps, shop, price=1)
    an_order(deps, shop.member, kettle)
    once = [await questions_of(deps, window, path) for path in ("/shop", "/shop/products", "/shop/stock")]
    for name in ("抽纸", "香皂"):
        an_order(deps, shop.member, a_product(deps, shop, name=name, price=1))
    again = [await questions_of(deps, window, path) for path in ("/shop", "/shop/products", "/shop/stock")]
    assert again == once
