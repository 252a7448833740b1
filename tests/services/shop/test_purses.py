"""What can be spent: earned with the entry, taken back with its reversal, lapsing, carried over, shared."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import text

from domain.errors import NotAllowed
from domain.reports import ReportStatus
from domain.shop import PurseKind
from domain.shop.refusals import BalanceShort, HouseholdRefused
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import my_points, verify
from services.reviews import undo_decision
from services.shop import cancel_order, credit_entries, hand_over, my_purse, share_account, tick
from storage import ledger as stored_ledger
from tests.builders import TODAY, Person, a_member, a_report
from tests.services.outbox import waiting_keys
from tests.shops import ShopBranch, a_product, a_shop, a_window, an_order, earn


def kinds_of(deps: Deps, person: Person) -> list[tuple[PurseKind, int, str]]:
    return [
        (one.line.kind, int(one.line.points), one.what) for one in my_purse(deps, actor=person.actor).lines
    ]


def test_an_approval_brings_points_and_its_undoing_takes_them_back(deps: Deps, shop: ShopBranch) -> None:
    report = a_report(deps, shop.member, status=ReportStatus.APPROVED, by=shop.branch.recorder)
    assert kinds_of(deps, shop.member) == [(PurseKind.EARNED, 5, "社区清扫")]
    undo_decision(deps, actor=shop.branch.recorder.actor, report_id=report.id)
    assert kinds_of(deps, shop.member) == [
        (PurseKind.REVERSED, -5, "社区清扫"),
        (PurseKind.EARNED, 5, "社区清扫"),
    ]
    assert my_purse(deps, actor=shop.member.actor).balance == 0
    assert verify(deps)[1] == ()


def test_points_count_as_the_caps_let_them(deps: Deps, shop: ShopBranch) -> None:
    for _ in range(2):
        a_report(
            deps,
            shop.member,
            status=ReportStatus.APPROVED,
            by=shop.branch.recorder,
            item="hours",
            quantity=Fraction(2),
        )
    assert [points for _, points, _ in kinds_of(deps, shop.member)] == [2, 4]


def test_a_reversal_after_spending_leaves_a_debt_and_ordering_stops(deps: Deps, shop: ShopBranch) -> None:
    report = a_report(deps, shop.member, status=ReportStatus.APPROVED, by=shop.branch.recorder)
    kettle = a_product(deps, shop, price=4)
    placed = an_order(deps, shop.member, kettle)
    undo_decision(deps, actor=shop.branch.recorder.actor, report_id=report.id)
    assert my_purse(deps, actor=shop.member.actor).balance == -4
    soap = a_product(deps, shop, price=1)
    with pytest.raises(BalanceShort) as short:
        an_order(deps, shop.member, soap)
    assert short.value.facts() == {"balance": -4, "price": 1}
    earn(deps, shop, shop.member)
    assert my_purse(deps, actor=shop.member.actor).balance == 1
    an_order(deps, shop.member, soap)
    cancel_order(deps, actor=shop.member.actor, order_id=placed.order.id)
    assert my_purse(deps, actor=shop.member.actor).balance == 4
    assert my_points(deps, actor=shop.member.actor).view.sheet.total == 5
    assert verify(deps)[1] == ()


def test_points_lapse_first_in_first_out(deps: Deps, clock: FixedClock) -> None:
    shop = a_shop(deps, is_open=False)
    earn(deps, shop, shop.member)
    clock.set(datetime(2026, 4, 20, 4, tzinfo=UTC))
    earn(deps, shop, shop.member)
    a_window(deps, shop)
    placed = an_order(deps, shop.member, a_product(deps, shop, price=2))
    hand_over(deps, actor=shop.keeper.actor, order_id=placed.order.id)
    mine = my_purse(deps, actor=shop.member.actor)
    assert (int(mine.balance), mine.next_expiry_on, int(mine.next_expiry)) == (8, date(2026, 6, 10), 3)
    clock.set(datetime(2026, 6, 9, 15, tzinfo=UTC))  # 23:00 in Shanghai
    assert my_purse(deps, actor=shop.member.actor).balance == 8
    clock.set(datetime(2026, 6, 9, 16, tzinfo=UTC))  # midnight
    assert my_purse(deps, actor=shop.member.actor).balance == 5
    tick(deps)
    tick(deps)
    lapsed = [line for line in kinds_of(deps, shop.member) if line[0] is PurseKind.EXPIRED]
    assert lapsed == [(PurseKind.EXPIRED, -3, "")]
    told = [key for key in waiting_keys(deps) if key.startswith("shop_lapsed")]
    assert len(told) == 1
    assert told[0].endswith(f":{shop.member.member_id}")
    assert verify(deps)[1] == ()


def test_points_of_an_expired_order_that_lapsed_meanwhile_lapse_at_once(
    deps: Deps, shop: ShopBranch, clock: FixedClock
) -> None:
    earn(deps, shop, shop.member)
    an_order(deps, shop.member, a_product(deps, shop, price=4))
    clock.set(datetime(2026, 6, 20, 4, tzinfo=UTC))
    tick(deps)
    assert [(kind, points) for kind, points, _ in kinds_of(deps, shop.member)] == [
        (PurseKind.EXPIRED, -4),
        (PurseKind.RETURNED, 4),
        (PurseKind.EXPIRED, -1),
        (PurseKind.RESERVED, -4),
        (PurseKind.EARNED, 5),
    ]
    assert my_purse(deps, actor=shop.member.actor).balance == 0
    assert verify(deps)[1] == ()


def test_no_more_than_the_limit_is_carried_over(deps: Deps, clock: FixedClock) -> None:
    shop = a_shop(deps, rulebook="jiating", is_open=False)
    earn(deps, shop, shop.member, times=4)
    clock.set(datetime(2026, 3, 31, 15, tzinfo=UTC))
    assert my_purse(deps, actor=shop.member.actor).balance == 20
    clock.set(datetime(2026, 3, 31, 16, tzinfo=UTC))
    assert my_purse(deps, actor=shop.member.actor).balance == 12
    earn(deps, shop, shop.member, on=date(2026, 4, 1))
    assert [(kind, points) for kind, points, _ in kinds_of(deps, shop.member)][:3] == [
        (PurseKind.EARNED, 5),
        (PurseKind.NOT_CARRIED, -3),
        (PurseKind.NOT_CARRIED, -5),
    ]
    clock.set(datetime(2026, 12, 31, 16, tzinfo=UTC))
    tick(deps)
    assert my_purse(deps, actor=shop.member.actor).balance == 12
    assert verify(deps)[1] == ()


def test_only_the_items_that_earn_bring_points(deps: Deps) -> None:
    shop = a_shop(deps, rulebook="jiating")
    a_report(deps, shop.member, status=ReportStatus.APPROVED, by=shop.branch.recorder, item="article")
    assert kinds_of(deps, shop.member) == []
    assert verify(deps)[1] == ()


def test_a_household_spends_from_one_account(deps: Deps) -> None:
    shop = a_shop(deps, rulebook="jiating", members=3)
    first, second, third = shop.branch.members
    earn(deps, shop, first)
    earn(deps, shop, second, times=2)
    for _ in range(2):
        share_account(
            deps,
            actor=shop.keeper.actor,
            unit_id=shop.unit_id,
            member_id=second.member_id,
            with_member_id=first.member_id,
        )
    assert [my_purse(deps, actor=p.actor).balance for p in (first, second, third)] == [15, 15, 0]
    assert my_purse(deps, actor=first.actor).sharers == (second.name,)
    earn(deps, shop, second)
    an_order(deps, first, a_product(deps, shop, price=18))
    assert my_purse(deps, actor=second.actor).balance == 2
    assert verify(deps)[1] == ()


def test_debts_and_open_orders_go_along_into_the_household(deps: Deps) -> None:
    shop = a_shop(deps, rulebook="jiating")
    first, second = shop.branch.members
    report = a_report(deps, second, status=ReportStatus.APPROVED, by=shop.branch.recorder)
    placed = an_order(deps, second, a_product(deps, shop, price=5))
    undo_decision(deps, actor=shop.branch.recorder.actor, report_id=report.id)
    earn(deps, shop, first)
    share_account(
        deps,
        actor=shop.keeper.actor,
        unit_id=shop.unit_id,
        member_id=second.member_id,
        with_member_id=first.member_id,
    )
    assert my_purse(deps, actor=first.actor).balance == 0
    cancel_order(deps, actor=second.actor, order_id=placed.order.id)
    assert my_purse(deps, actor=first.actor).balance == 5
    assert verify(deps)[1] == ()


def test_who_cannot_share(deps: Deps, shop: ShopBranch) -> None:
    homes = a_shop(deps, code="haizi", rulebook="jiating")
    first, second = homes.branch.members
    left = a_member(deps, unit=homes.branch.unit, name="搬走的", until_on=TODAY)
    wrong: list[tuple[Person, int, Person, Person]] = [
        (homes.keeper, homes.unit_id, first, first),
        (homes.keeper, homes.unit_id, first, shop.member),
        (homes.keeper, homes.unit_id, first, left),
        (homes.keeper, shop.unit_id, first, second),
        (shop.keeper, shop.unit_id, shop.branch.members[0], shop.branch.members[1]),
    ]
    for keeper, unit_id, one, other in wrong:
        with pytest.raises(HouseholdRefused):
            share_account(
                deps,
                actor=keeper.actor,
                unit_id=unit_id,
                member_id=one.member_id,
                with_member_id=other.member_id,
            )
    with pytest.raises(NotAllowed):
        share_account(
            deps,
            actor=first.actor,
            unit_id=homes.unit_id,
            member_id=first.member_id,
            with_member_id=second.member_id,
        )


def test_an_entry_brings_its_points_once(deps: Deps, shop: ShopBranch) -> None:
    earn(deps, shop, shop.member)
    with deps.store.begin() as uow:
        entries = tuple(stored_ledger.walk_chain(uow, shop.unit_id))
        for _ in range(2):
            credit_entries(uow, deps, entries, now=deps.clock.now())
    assert my_purse(deps, actor=shop.member.actor).balance == 5


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE shop_accounts SET balance = balance + 1", {"shop_balance", "shop_lots"}),
        ("UPDATE shop_products SET stock = stock + 1", {"shop_stock"}),
    ],
)
def test_verify_tells_what_was_touched(deps: Deps, shop: ShopBranch, change: str, what: set[str]) -> None:
    earn(deps, shop, shop.member)
    a_product(deps, shop)
    assert verify(deps)[1] == ()
    with deps.store.begin() as uow:
        uow.connection.execute(text(change))
    assert {problem.what for problem in verify(deps)[1]} == what


def test_verify_tells_an_entry_that_brought_nothing(deps: Deps, shop: ShopBranch, clock: FixedClock) -> None:
    earn(deps, shop, shop.member)
    clock.advance(timedelta(days=1))
    with deps.store.begin() as uow:
        if deps.store.is_sqlite:
            uow.connection.execute(text("DROP TRIGGER shop_purse_lines_no_delete"))
        else:
            uow.connection.execute(text("SET LOCAL session_replication_role = replica"))
        uow.connection.execute(text("DELETE FROM shop_purse_lines"))
        uow.connection.execute(text("UPDATE shop_accounts SET balance = 0"))
    assert [problem.what for problem in verify(deps)[1]] == ["shop_credit"]
