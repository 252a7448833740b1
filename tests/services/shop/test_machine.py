"""Whatever is ordered, cancelled, handed over, counted and taken back in whatever order, the books agree."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.errors import JifenError
from domain.reports import ReportStatus
from domain.shop import HOLDING, TRANSITIONS, OrderAction, OrderStatus, ProductFacts
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import verify
from services.reviews import undo_decision
from services.shop import (
    call_off,
    cancel_order,
    count_stock,
    edit_product,
    hand_over,
    my_purse,
    place_order,
    prepare,
    stock_in,
    take_back,
    tick,
    write_off,
)
from storage.database import Store
from storage.files import EvidenceFiles
from storage.shop import products as stored_products
from tests.builders import TODAY, a_report
from tests.conftest import NOON, SECRET, a_shelf
from tests.shops import DAYS_TO_COLLECT, a_product, a_shop, a_window

A = OrderAction
LIMIT = 4
EXAMPLES = int(os.environ.get("JIFEN_MACHINE_EXAMPLES", "12"))
STEPS = int(os.environ.get("JIFEN_MACHINE_STEPS", "40"))
"""For longer runs: JIFEN_MACHINE_EXAMPLES=100, JIFEN_MACHINE_STEPS=60."""


@dataclass
class Believed:
    """An order as the dictionary knows it."""

    who: int
    quantity: int
    price: int
    expires_at_hour: int
    status: OrderStatus = OrderStatus.RESERVED
    handed: int = 0
    window: int = 0


class ShopMachine(RuleBasedStateMachine):
    """Drives the shop's use cases at random beside plain numbers of what must have come of it."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "jifen.db"
        path.write_bytes(self.template.read_bytes())
        self.clock = FixedClock(NOON)
        self.deps = Deps(
            store=Store(f"sqlite:///{path}", durability="NORMAL"),
            clock=self.clock,
            shelf=a_shelf(),
            files=EvidenceFiles(Path(self.folder.name)),
            secret=SECRET,
            panel_url="http://panel.test",
        )
        self.shop = a_shop(self.deps, rulebook="ewai", is_open=False)
        a_window(self.deps, self.shop)
        self.people = self.shop.branch.members
        self.product = a_product(self.deps, self.shop, price=3, count=3, limit=LIMIT)
        self.price, self.shelf, self.causes, self.hour = 3, 3, 0, 0
        self.balance = [0, 0]
        self.reports: dict[int, tuple[int, int]] = {}
        self.orders: dict[int, Believed] = {}

    def teardown(self) -> None:
        self.deps.close()
        self.folder.cleanup()

    @initialize()
    def earn_a_little(self) -> None:
        for who in (0, 1):
            self.earn(who)

    def _held(self) -> int:
        return sum(o.quantity - o.handed for o in self.orders.values() if o.status in HOLDING)

    def _cause(self) -> str:
        self.causes += 1
        return f"tap:{self.causes}"

    @rule(who=st.integers(0, 1))
    def earn(self, who: int) -> None:
        report = a_report(
            self.deps, self.people[who], status=ReportStatus.APPROVED, by=self.shop.branch.recorder, on=TODAY
        )
        self.reports[report.id] = (who, self.hour)
        self.balance[who] += 5

    @precondition(lambda self: bool(self.reports))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        report_id = data.draw(st.sampled_from(sorted(self.reports)))
        who, hour = self.reports.pop(report_id)
        if hour != self.hour:
            return  # the minutes for it are over
        undo_decision(self.deps, actor=self.shop.branch.recorder.actor, report_id=report_id)
        self.balance[who] -= 5

    @rule(hours=st.sampled_from([1, 24, 24 * DAYS_TO_COLLECT]))
    def wait(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        self.hour += hours
        tick(self.deps)
        for order in self.orders.values():
            if order.status in HOLDING and self.hour >= order.expires_at_hour:
                self._give_back(order)
                order.status = OrderStatus.EXPIRED

    def _give_back(self, order: Believed) -> None:
        self.balance[order.who] += order.price * (order.quantity - order.handed)

    @rule()
    def open_another_window(self) -> None:
        try:
            a_window(self.deps, self.shop)
        except JifenError:
            return

    def _expiry(self) -> tuple[int, int] | None:
        """Return the open window's number and the hour at which orders made in it expire."""
        from storage.shop import windows as stored_windows

        with self.deps.store.read() as uow:
            window = stored_windows.open_window(uow, self.shop.unit_id, self.clock.now())
        if window is None:
            return None
        return window.id, int((window.pick_up_until_at - NOON).total_seconds() // 3600)

    @rule(who=st.integers(0, 1), quantity=st.integers(1, 3), taps=st.integers(1, 2))
    def order(self, who: int, quantity: int, taps: int) -> None:
        window = self._expiry()
        had = sum(
            o.quantity
            for o in self.orders.values()
            if o.who == who
            and window is not None
            and o.window == window[0]
            and o.status not in {OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.RETURNED}
        )
        is_fine = (
            window is not None
            and had + quantity <= LIMIT
            and self.shelf - self._held() >= quantity
            and self.balance[who] >= self.price * quantity
        )
        cause = self._cause()
        order_ids = set()
        for _ in range(taps):
            try:
                view = place_order(
                    self.deps,
                    actor=self.people[who].actor,
                    product_id=self.product.id,
                    quantity=quantity,
                    cause_key=cause,
                )
                order_ids.add(view.order.id)
            except JifenError:
                assert not is_fine
                return
        assert is_fine
        assert window is not None
        (order_id,) = order_ids
        self.balance[who] -= self.price * quantity
        self.orders[order_id] = Believed(who, quantity, self.price, window[1], window=window[0])

    @precondition(lambda self: bool(self.orders))
    @rule(data=st.data(), action=st.sampled_from(OrderAction))
    def act(self, data: st.DataObject, action: OrderAction) -> None:
        order_id = data.draw(st.sampled_from(sorted(self.orders)))
        order = self.orders[order_id]
        if action is A.EXPIRE:
            return  # time does that
        held = order.quantity - order.handed if order.status in HOLDING else 0
        expected = TRANSITIONS.get((order.status, action))
        if action is A.PARTLY and held < 2:
            expected = None
            if order.status in HOLDING:
                return  # one piece is all of it
        try:
            self._do(action, order_id, order)
        except JifenError:
            assert expected is None
            return
        assert expected is not None
        match action:
            case A.CANCEL | A.RELEASE:
                self._give_back(order)
            case A.FULFIL:
                self.shelf -= held
                order.handed += held
            case A.PARTLY:
                self.shelf -= 1
                order.handed += 1
            case A.RETURN:
                self.shelf += order.handed
                self.balance[order.who] += order.price * order.handed
            case _:
                pass
        order.status = expected

    def _do(self, action: OrderAction, order_id: int, order: Believed) -> None:
        keeper = self.shop.keeper.actor
        simple: dict[OrderAction, Callable[..., object]] = {A.PREPARE: prepare, A.FULFIL: hand_over}
        if action in simple:
            simple[action](self.deps, actor=keeper, order_id=order_id)
        elif action is A.CANCEL:
            cancel_order(self.deps, actor=self.people[order.who].actor, order_id=order_id)
        elif action is A.PARTLY:
            hand_over(self.deps, actor=keeper, order_id=order_id, quantity=1)
        else:
            act = call_off if action is A.RELEASE else take_back
            act(self.deps, actor=keeper, order_id=order_id, reason="x")

    @rule(count=st.integers(1, 3), taps=st.integers(1, 2))
    def bring_stock(self, count: int, taps: int) -> None:
        cause = self._cause()
        for _ in range(taps):
            stock_in(
                self.deps,
                actor=self.shop.keeper.actor,
                product_id=self.product.id,
                count=count,
                cause_key=cause,
            )
        self.shelf += count

    @rule(found=st.integers(0, 6))
    def count(self, found: int) -> None:
        try:
            count_stock(
                self.deps,
                actor=self.shop.keeper.actor,
                product_id=self.product.id,
                found=found,
                cause_key=self._cause(),
            )
        except JifenError:
            assert found < self._held()
            return
        assert found >= self._held()
        self.shelf = found

    @rule(count=st.integers(1, 3))
    def lose(self, count: int) -> None:
        is_fine = self.shelf - self._held() >= count
        try:
            write_off(
                self.deps,
                actor=self.shop.keeper.actor,
                product_id=self.product.id,
                count=count,
                cause_key=self._cause(),
                reason="x",
            )
        except JifenError:
            assert not is_fine
            return
        assert is_fine
        self.shelf -= count

    @rule(price=st.integers(1, 4))
    def reprice(self, price: int) -> None:
        facts = ProductFacts("热水壶", Fraction(price), limit_per_window=LIMIT)
        edit_product(self.deps, actor=self.shop.keeper.actor, product_id=self.product.id, facts=facts)
        self.price = price

    @invariant()
    def the_books_are_what_the_numbers_say(self) -> None:
        with self.deps.store.read() as uow:
            product = stored_products.get_product(uow, self.product.id)
        assert product is not None
        assert (product.stock, product.held) == (self.shelf - self._held(), self._held())
        assert [my_purse(self.deps, actor=p.actor).balance for p in self.people] == self.balance
        assert verify(self.deps)[1] == ()


def test_the_shop_agrees_with_plain_numbers(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ShopMachine, "template", sqlite_template, raising=False)
    run_state_machine_as_test(
        ShopMachine,
        settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None),
    )
