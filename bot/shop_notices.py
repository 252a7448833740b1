"""Makes the words of the shop's notices when they are sent, from the facts as they are then."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from bot.callbacks import Act
from bot.screen import Row, Screen, labelled
from bot.screens.shop import code_screen
from domain.members import Unit
from domain.outbox import OutboxKind
from domain.shop import OrderStatus, ShopWindow
from services import shop
from services.actors import PanelMember, local_day
from services.deps import Deps
from storage import units as stored_units
from storage.shop import windows as stored_windows
from templates.labels import Label
from templates.words import render

Facts = Mapping[str, int | str]
ShopNotice = Callable[[Deps, Facts, PanelMember, str], Screen | None]


def _ordered(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    view = shop.open_my_order(deps, actor=to, order_id=int(facts["order_id"]))
    return code_screen(view, language) if view.code else None


def _about_order(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    view = shop.open_my_order(deps, actor=to, order_id=int(facts["order_id"]))
    status = OrderStatus(str(facts["status"]))
    told = {
        "view": view,
        "status": status,
        "handed": int(facts["handed"]),
        "collect_by": shop.last_day(view.order.expires_at, view.unit),
    }
    row: Row = (labelled(Label.MY_ORDERS, language, Act.MY_ORDER, view.order.id),)
    return Screen(render("messages/shop/news.j2", language, told), (row,))


def _back(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    view = shop.open_product(deps, actor=to, product_id=int(facts["product_id"]))
    if not view.product.stock:
        return None  # gone again by now
    row: Row = (labelled(Label.SHOP, language, Act.PRODUCT, view.product.id, style="primary"),)
    return Screen(render("messages/shop/back.j2", language, {"view": view}), (row,))


def _low(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    product = shop.open_kept_product(deps, actor=to, product_id=int(facts["product_id"]))
    row: Row = (labelled(Label.SHELF, language, Act.KEPT, product.id),)
    return Screen(render("messages/shop/low.j2", language, {"product": product}), (row,))


def _window(deps: Deps, facts: Facts) -> tuple[ShopWindow, Unit]:
    with deps.store.read() as uow:
        window = stored_windows.get_window(uow, int(facts["window_id"]))
        assert window is not None, "windows are never removed"
        return window, next(unit for unit in stored_units.list_units(uow) if unit.id == window.unit_id)


def _opened(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    window, unit = _window(deps, facts)
    if not window.is_open(deps.clock.now()):
        return None  # told too late: there is nothing to order any more
    told = {
        "unit": unit,
        "closes_on": shop.last_day(window.closes_at, unit),
        "collect_by": shop.last_day(window.pick_up_until_at, unit),
        "balance": shop.open_shop(deps, actor=to).balance,
    }
    row: Row = (labelled(Label.SHOP, language, Act.SHOP, style="primary"),)
    return Screen(render("messages/shop/opened.j2", language, told), (row,))


def _closed(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    window, unit = _window(deps, facts)
    told = {
        "unit": unit,
        "collect_by": shop.last_day(window.pick_up_until_at, unit),
        "waiting": shop.list_orders(deps, actor=to, unit_id=unit.id).total,
    }
    row: Row = (labelled(Label.COUNTER, language, Act.COUNTER),)
    return Screen(render("messages/shop/closed.j2", language, told), (row,))


def _lapsing(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    warning = shop.open_warning(deps, actor=to, until_on=date.fromisoformat(str(facts["until_on"])))
    if warning is None:
        return None  # spent by now
    window, planned, unit = warning.window, warning.next_window, warning.unit
    told = {
        "warning": warning,
        "lapsing": warning.lapsing,
        "closes_on": shop.last_day(window.closes_at, unit) if window is not None else None,
        "opens_on": local_day(planned.opens_at, unit) if planned is not None else None,
    }
    row: Row = (labelled(Label.SHOP, language, Act.SHOP, style="primary"),)
    return Screen(render("messages/shop/lapsing.j2", language, told), (row,))


def _lapsed(deps: Deps, facts: Facts, to: PanelMember, language: str) -> Screen | None:
    mine = shop.my_purse(deps, actor=to)
    told = {"points": Fraction(str(facts["points"])), "mine": mine}
    row: Row = (labelled(Label.SHOP, language, Act.SHOP),)
    return Screen(render("messages/shop/lapsed.j2", language, told), (row,))


MAKERS: Mapping[OutboxKind, ShopNotice] = {
    OutboxKind.SHOP_OPENED: _opened,
    OutboxKind.SHOP_CLOSED: _closed,
    OutboxKind.SHOP_ORDERED: _ordered,
    OutboxKind.SHOP_READY: _about_order,
    OutboxKind.SHOP_HANDED: _about_order,
    OutboxKind.SHOP_ENDED: _about_order,
    OutboxKind.SHOP_EXPIRED: _about_order,
    OutboxKind.SHOP_BACK: _back,
    OutboxKind.SHOP_LOW: _low,
    OutboxKind.SHOP_LAPSING: _lapsing,
    OutboxKind.SHOP_LAPSED: _lapsed,
}
