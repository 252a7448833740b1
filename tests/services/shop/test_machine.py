"""Whatever is ordered, cancelled, handed over, counted and taken back in whatever order, the books agree."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
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
from sqlalchemy import select

from domain.errors import JifenError
from domain.outbox import OutboxKind
from domain.reports import ReportStatus
from domain.shop import TRANSITIONS, OrderAction, OrderStatus, ProductFacts
from domain.shop.windows import months_after
from services.actors import local_day
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import verify
from services.reviews import undo_decision
from services.shop import (
    call_off,
    cancel_order,
    check_books,
    count_stock,
    edit_product,
    hand_over,
    my_purse,
    place_order,
    prepare,
    share_account,
    stock_in,
    take_back,
    tick,
    wait_for,
    write_off,
)
from storage.database import Store
from storage.files import EvidenceFiles
from storage.shop import products as stored_products
from storage.shop import windows as stored_windows
from storage.tables import outbox
from tests.builders import TODAY, a_report
from tests.conftest import NOON, SECRET, PreparedPostgresql, a_shelf
from tests.services.shop.plain import PlainAccount, PlainLot, PlainOrder, ordered_by
from tests.shops import DAYS_TO_COLLECT, a_product, a_shop, a_window

A = OrderAction
LIMIT, EARNED, MONTHS = 4, 5, 1
PEOPLE = 3
STEPS_EACH = 40
STEPS = int(os.environ.get("JIFEN_TEST_STEPS", "80"))
"""In all, on each database; thousands take some minutes: JIFEN_TEST_STEPS=5000."""
who_of_them = st.integers(0, PEOPLE - 1)


class ShopMachine(RuleBasedStateMachine):
    """Drives the shop's use cases at random beside plain numbers of what must have come of it."""

    new_database: Callable[[Path], str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        self.clock = FixedClock(NOON)
        self.deps = Deps(
            store=Store(type(self).new_database(path), durability="NORMAL"),
            clock=self.clock,
            shelf=a_shelf(),
            files=EvidenceFiles(path),
            secret=SECRET,
            panel_url="http://panel.test",
        )
        self.shop = a_shop(self.deps, rulebook="duanqi", members=PEOPLE, is_open=False)
        a_window(self.deps, self.shop)
        self.people = self.shop.branch.members
        self.product = a_product(self.deps, self.shop, price=3, count=3, limit=LIMIT)
        self.price, self.shelf, self.causes, self.hour = 3, 3, 0, 0
        self.accounts = [PlainAccount() for _ in self.people]
        self.earned: dict[int, tuple[int, int, PlainAccount, PlainLot]] = {}
        self.orders: dict[int, PlainOrder] = {}
        self.waiting: list[int] = []
        self.told: list[int] = []

    def teardown(self) -> None:
        try:
            assert verify(self.deps)[1] == ()
        finally:
            self.deps.close()
            self.folder.cleanup()

    @initialize()
    def earn_a_little(self) -> None:
        for who in range(PEOPLE):
            self.earn(who)

    @property
    def today(self) -> date:
        return local_day(self.clock.now(), self.shop.branch.unit)

    def _held(self) -> int:
        return sum(order.held for order in self.orders.values())

    def _free(self) -> int:
        return self.shelf - self._held()

    def _cause(self) -> str:
        self.causes += 1
        return f"tap:{self.causes}"

    def _lot(self) -> PlainLot:
        self.causes += 1
        return PlainLot(self.causes, months_after(self.today, MONTHS))

    def _tell_waiting(self) -> None:
        free = max(0, self._free())
        self.told += self.waiting[:free]
        del self.waiting[:free]

    @rule(who=who_of_them)
    def earn(self, who: int) -> None:
        report = a_report(
            self.deps, self.people[who], status=ReportStatus.APPROVED, by=self.shop.branch.recorder, on=TODAY
        )
        account, lot = self.accounts[who].end, self._lot()
        account.lots.append(lot)
        account.put(lot, EARNED)
        self.earned[report.id] = (who, self.hour, account, lot)

    @precondition(lambda self: any(hour == self.hour for _, hour, _, _ in self.earned.values()))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        """Take back an approval, while there is time for it."""
        just_now = [report_id for report_id, (_, hour, _, _) in self.earned.items() if hour == self.hour]
        report_id = data.draw(st.sampled_from(just_now))
        who, _, earned_in, lot = self.earned.pop(report_id)
        undo_decision(self.deps, actor=self.shop.branch.recorder.actor, report_id=report_id)
        account = self.accounts[who].end
        account.take(EARNED, first=lot if account is earned_in else None)

    @rule(hours=st.sampled_from([1, 24, 24 * DAYS_TO_COLLECT, 24 * 31]))
    def wait(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))
        self.hour += hours
        tick(self.deps)
        expired = [order for order in self.orders.values() if order.held and self._is_over(order)]
        for order in sorted(expired, key=lambda order: order.expires_at_hour):
            self._give_back(order, order.held)
            order.status = OrderStatus.EXPIRED
            self._tell_waiting()
        for account in self.accounts:
            account.lapse(self.today)

    def _is_over(self, order: PlainOrder) -> bool:
        return self.hour >= order.expires_at_hour

    def _give_back(self, order: PlainOrder, count: int) -> None:
        order.give_back(count, fresh=self._lot(), today=self.today)

    @rule()
    def open_another_window(self) -> None:
        try:
            a_window(self.deps, self.shop)
        except JifenError:
            return

    @rule(who=who_of_them, with_whom=who_of_them)
    def join(self, who: int, with_whom: int) -> None:
        """Let one spend from another's account; lots move with the day on which they lapse."""
        try:
            share_account(
                self.deps,
                actor=self.shop.keeper.actor,
                unit_id=self.shop.unit_id,
                member_id=self.people[who].member_id,
                with_member_id=self.people[with_whom].member_id,
            )
        except JifenError:
            assert who == with_whom
            return
        leaving, joined = self.accounts[who].end, self.accounts[with_whom].end
        if leaving is joined:
            return
        for lot in sorted(leaving.lots, key=lambda lot: (lot.lapses_on, lot.number)):
            moved = PlainLot(self._lot().number, lot.lapses_on)
            joined.lots.append(moved)
            joined.put(moved, lot.left)
        joined.take(leaving.debt)
        leaving.lots, leaving.debt, leaving.gone_into = [], 0, joined

    def _window(self) -> tuple[int, int] | None:
        """Return the open window's number and the hour at which orders made in it expire."""
        with self.deps.store.read() as uow:
            window = stored_windows.open_window(uow, self.shop.unit_id, self.clock.now())
        if window is None:
            return None
        return window.id, int((window.pick_up_until_at - NOON).total_seconds() // 3600)

    @rule(who=who_of_them, quantity=st.integers(1, 3), taps=st.integers(1, 2))
    def order(self, who: int, quantity: int, taps: int) -> None:
        window, account = self._window(), self.accounts[who].end
        cost = self.price * quantity
        is_fine = (
            window is not None
            and ordered_by(self.orders.values(), who, window[0]) + quantity <= LIMIT
            and self._free() >= quantity
            and account.balance >= cost
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
        pieces = account.take(cost)
        self.orders[order_id] = PlainOrder(who, quantity, self.price, *window, account, pieces)

    @rule(who=who_of_them)
    def wait_for_more(self, who: int) -> None:
        wait_for(self.deps, actor=self.people[who].actor, product_id=self.product.id)
        if not self._free() and who not in self.waiting:
            self.waiting.append(who)

    @precondition(lambda self: bool(self.orders))
    @rule(data=st.data(), action=st.sampled_from(OrderAction), is_sound=st.booleans())
    def act(self, data: st.DataObject, action: OrderAction, *, is_sound: bool) -> None:
        order_id = data.draw(st.sampled_from(sorted(self.orders)))
        order = self.orders[order_id]
        if action is A.EXPIRE or (action is A.PARTLY and order.held == 1):
            return  # time does that; one piece is all of it
        held, expected = order.held, TRANSITIONS.get((order.status, action))
        try:
            self._do(action, order_id, order, is_sound=is_sound)
        except JifenError:
            assert expected is None
            return
        assert expected is not None
        order.status = expected
        match action:
            case A.CANCEL | A.RELEASE:
                self._give_back(order, held)
                self._tell_waiting()
            case A.FULFIL:
                self.shelf -= held
                order.handed += held
            case A.PARTLY:
                self.shelf -= 1
                order.handed += 1
            case A.RETURN:
                self._give_back(order, order.handed)
                if is_sound:
                    self.shelf += order.handed
                    self._tell_waiting()
            case _:
                pass

    def _do(self, action: OrderAction, order_id: int, order: PlainOrder, *, is_sound: bool) -> None:
        keeper = self.shop.keeper.actor
        match action:
            case A.PREPARE:
                prepare(self.deps, actor=keeper, order_id=order_id)
            case A.FULFIL:
                hand_over(self.deps, actor=keeper, order_id=order_id)
            case A.PARTLY:
                hand_over(self.deps, actor=keeper, order_id=order_id, quantity=1)
            case A.CANCEL:
                cancel_order(self.deps, actor=self.people[order.who].actor, order_id=order_id)
            case A.RELEASE:
                call_off(self.deps, actor=keeper, order_id=order_id, reason="x")
            case _:
                take_back(self.deps, actor=keeper, order_id=order_id, reason="x", is_sound=is_sound)

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
        self._tell_waiting()

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
        is_more, self.shelf = found > self.shelf, found
        if is_more:
            self._tell_waiting()

    @rule(count=st.integers(1, 3))
    def lose(self, count: int) -> None:
        is_fine = self._free() >= count
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
        told = select(outbox.c.member_id).where(outbox.c.kind == OutboxKind.SHOP_BACK.value)
        with self.deps.store.read() as uow:
            product = stored_products.get_product(uow, self.product.id)
            member_ids = list(uow.connection.execute(told.order_by(outbox.c.id)).scalars())
            assert check_books(uow, self.deps) == ()
        assert product is not None
        assert (product.stock, product.held) == (self._free(), self._held())
        assert member_ids == [self.people[who].member_id for who in self.told]
        purses = [my_purse(self.deps, actor=person.actor) for person in self.people]
        assert [(int(p.balance), (p.next_expiry_on, int(p.next_expiry))) for p in purses] == [
            (account.end.balance, account.end.next_lapse()) for account in self.accounts
        ]


def test_the_shop_agrees_with_plain_numbers(
    database_kind: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind == "postgresql":
        prepared: PreparedPostgresql = request.getfixturevalue("prepared_postgresql")
        new = lambda _folder: prepared.emptied()  # noqa: E731
    else:
        template: Path = request.getfixturevalue("sqlite_template")
        new = lambda folder: f"sqlite:///{shutil.copy(template, folder / 'jifen.db')}"  # noqa: E731
    monkeypatch.setattr(ShopMachine, "new_database", staticmethod(new), raising=False)
    run_state_machine_as_test(
        ShopMachine,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_EACH),
            stateful_step_count=STEPS_EACH,
            deadline=None,
            database=None,
        ),
    )
