"""A purse is the sum of its lines, whatever they are; the soonest to lapse is spent first."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.periods import PeriodKind
from domain.rulebooks import Shop
from domain.shop import Lapsing, PurseKind, PurseLine, expires_on, fold, lapses, lapsing, next_due_on

K = PurseKind
DAY = date(2026, 3, 10)
SHOP = Shop(frozenset(), PeriodKind.QUARTER, 12, None, "member")


def line(number: int, kind: PurseKind, points: int, **more: object) -> PurseLine:
    return replace(
        PurseLine(
            account_id=1,
            member_id=1,
            kind=kind,
            points=Fraction(points),
            on=DAY,
            cause_key=str(number),
            id=number,
        ),
        **more,  # type: ignore[arg-type]
    )


def left(lines: list[PurseLine]) -> list[tuple[int, int]]:
    return [(lot.line_id, int(lot.left)) for lot in fold(lines).spendable()]


def test_the_soonest_to_lapse_is_spent_first() -> None:
    lines = [
        line(1, K.EARNED, 5),
        line(2, K.EARNED, 5, expires_on=date(2026, 9, 1)),
        line(3, K.EARNED, 5, expires_on=date(2026, 6, 1)),
        line(4, K.RESERVED, -7, order_id=1),
    ]
    assert left(lines) == [(2, 3), (1, 5)]


def test_what_an_order_gives_back_returns_into_its_lots() -> None:
    lines = [
        line(1, K.EARNED, 5, expires_on=date(2026, 6, 1)),
        line(2, K.EARNED, 5, expires_on=date(2026, 9, 1)),
        line(3, K.RESERVED, -7, order_id=1),
        line(4, K.RETURNED, 3, order_id=1),
    ]
    assert left(lines) == [(1, 1), (2, 5)]
    assert left([*lines, line(5, K.RETURNED, 4, order_id=1)]) == [(1, 5), (2, 5)]


def test_a_reversal_takes_its_own_lot_first_and_leaves_a_debt() -> None:
    lines = [
        line(1, K.EARNED, 5, expires_on=date(2026, 6, 1)),
        line(2, K.EARNED, 5),
        line(3, K.REVERSED, -5, about_id=2),
    ]
    assert left(lines) == [(1, 5)]
    lines += [line(4, K.RESERVED, -4, order_id=1), line(5, K.REVERSED, -5, about_id=1)]
    purse = fold(lines)
    assert (int(purse.balance), int(purse.debt)) == (-4, 4)
    assert fold([*lines, line(6, K.EARNED, 6)]).balance == 2
    assert left([*lines, line(6, K.EARNED, 6)]) == [(6, 2)]


def test_a_loss_that_is_taken_back_can_be_spent_again() -> None:
    lines = [line(1, K.EARNED, -2), line(2, K.REVERSED, 2, about_id=1), line(3, K.EARNED, 5)]
    assert (int(fold(lines[:1]).balance), int(fold(lines).balance)) == (-2, 5)


def test_points_live_for_the_months_of_the_rulebook() -> None:
    assert expires_on(SHOP, DAY) == date(2027, 3, 10)
    assert expires_on(replace(SHOP, expires_months=None), DAY) is None


def test_carrying_over_takes_the_soonest_to_lapse_away() -> None:
    shop = replace(SHOP, carry_over_max=Fraction(6))
    purse = fold([line(1, K.EARNED, 5, expires_on=date(2026, 12, 1)), line(2, K.EARNED, 5)])
    found = lapses(purse, shop, since_on=DAY, today=date(2026, 7, 1))
    assert [(one.lot.line_id, int(one.points), one.on, one.kind) for one in found] == [
        (1, 4, date(2026, 4, 1), K.NOT_CARRIED)
    ]
    assert (int(purse.balance), next_due_on(purse, shop, date(2026, 7, 1))) == (6, date(2026, 10, 1))


def test_what_lapses_soon_is_told_a_month_at_a_time() -> None:
    days = [date(2026, 6, 10), date(2026, 6, 30), date(2026, 7, 1), None]
    purse = fold(line(number, K.EARNED, number, expires_on=on) for number, on in enumerate(days, start=1))
    june = Lapsing(Fraction(3), date(2026, 6, 10), date(2026, 6, 30))
    assert lapsing(purse, until_on=date(2026, 6, 9)) is None
    assert lapsing(purse, until_on=date(2026, 6, 10)) == june
    assert lapsing(purse, until_on=date(2027, 6, 10)) == june
    assert lapsing(fold([line(1, K.EARNED, 5)]), until_on=date.max) is None


def test_what_lapses_on_the_first_day_of_a_window_is_not_counted_twice() -> None:
    shop = replace(SHOP, carry_over_max=Fraction(6))
    purse = fold([line(1, K.EARNED, 5, expires_on=date(2026, 4, 1)), line(2, K.EARNED, 5)])
    found = lapses(purse, shop, since_on=DAY, today=date(2026, 4, 1))
    assert [(one.lot.line_id, int(one.points), one.kind) for one in found] == [(1, 5, K.EXPIRED)]


@given(
    st.lists(
        st.tuples(st.sampled_from(["earn", "order", "cancel", "reverse"]), st.integers(1, 9)), max_size=40
    ),
    st.one_of(st.none(), st.integers(0, 12)),
)
def test_a_purse_is_the_sum_of_its_lines(steps: list[tuple[str, int]], carry_max: int | None) -> None:
    lines: list[PurseLine] = []
    open_orders: dict[int, Fraction] = {}
    earned: list[PurseLine] = []
    for number, (what, amount) in enumerate(steps, start=1):
        purse = fold(lines)
        if what == "earn":
            lines.append(line(number, K.EARNED, amount, expires_on=date(2026, 3 + amount, 1)))
            earned.append(lines[-1])
        elif what == "order" and purse.balance >= amount:
            lines.append(line(number, K.RESERVED, -amount, order_id=number))
            open_orders[number] = Fraction(amount)
        elif what == "cancel" and open_orders:
            order_id, points = open_orders.popitem()
            lines.append(line(number, K.RETURNED, int(points), order_id=order_id))
        elif what == "reverse" and earned:
            taken = earned.pop(0)
            lines.append(line(number, K.REVERSED, -int(taken.points), about_id=taken.id))
    purse = fold(lines)
    total = sum((one.points for one in lines), Fraction(0))
    assert purse.balance == total
    assert purse.debt == 0 or not purse.spendable()
    shop = replace(SHOP, carry_over_max=None if carry_max is None else Fraction(carry_max))
    found = lapses(purse, shop, since_on=DAY, today=date(2026, 8, 15))
    gone = sum((one.points for one in found), Fraction(0))
    assert purse.balance == total - gone
    assert all(lot.expires_on is None or lot.expires_on > date(2026, 8, 15) for lot in purse.spendable())
    if carry_max is not None:
        assert purse.balance <= carry_max
    assert lapses(purse, shop, since_on=date(2026, 8, 15), today=date(2026, 8, 15)) == []
