"""Who has points that lapse soon is warned once for each month, on a working day, while they can be spent."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.callbacks import Act
from bot.shop_notices import MAKERS
from domain.outbox import OutboxKind
from services.actors import PanelMember
from services.clock import FixedClock
from services.deps import Deps
from services.due import run_due
from services.shop import share_account
from tests.builders import Person
from tests.services.outbox import waiting_facts
from tests.shops import ShopBranch, a_product, a_shop, a_window, an_order, earn

SHANGHAI = ZoneInfo("Asia/Shanghai")


def look(deps: Deps, clock: FixedClock, text: str) -> None:
    clock.set(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC))
    run_due(deps)


def warned(deps: Deps) -> list[tuple[int | None, str]]:
    found = waiting_facts(deps, [OutboxKind.SHOP_LAPSING])
    return [(member_id, str(facts["until_on"])) for _, member_id, facts in found]


def words(deps: Deps, person: Person, until_on: str, language: str) -> str | None:
    make = MAKERS[OutboxKind.SHOP_LAPSING]
    screen = make(deps, {"until_on": until_on}, PanelMember(person.member_id), language)
    if screen is None:
        return None
    assert [button.tap.act for row in screen.rows for button in row if button.tap is not None] == [Act.SHOP]
    return screen.text


def test_one_warning_for_each_month_in_which_points_lapse(
    deps: Deps, clock: FixedClock, shop: ShopBranch
) -> None:
    look(deps, clock, "2026-03-10 12:00")
    earn(deps, shop, shop.member)
    look(deps, clock, "2026-03-27 12:00")
    earn(deps, shop, shop.member, times=2)
    look(deps, clock, "2026-04-01 12:00")
    earn(deps, shop, shop.member)
    look(deps, clock, "2026-05-26 12:00")
    assert warned(deps) == []
    look(deps, clock, "2026-05-27 08:00")
    assert warned(deps) == []
    look(deps, clock, "2026-05-27 12:00")
    june = (shop.member.member_id, "2026-06-27")
    assert warned(deps) == [june]
    for day in ("2026-05-28", "2026-06-10", "2026-06-11", "2026-06-16"):
        look(deps, clock, f"{day} 12:00")
    assert warned(deps) == [june]
    look(deps, clock, "2026-06-29 12:00")
    assert warned(deps) == [june, (shop.member.member_id, "2026-07-01")]


def test_the_warning_says_how_many_and_by_when_until_they_are_spent(
    deps: Deps, clock: FixedClock, shop: ShopBranch
) -> None:
    earn(deps, shop, shop.member)
    clock.set(datetime(2026, 3, 27, 4, tzinfo=UTC))
    earn(deps, shop, shop.member, times=2)
    clock.set(datetime(2026, 5, 27, 4, tzinfo=UTC))
    a_window(deps, shop)
    assert words(deps, shop.member, "2026-06-27", "zh_Hans") == (
        "⏳ <b>您有 15 分可兑换积分快到期了</b>\n\n"
        "从 2026年6月10日 起陆续作废，到 2026年6月27日 全部作废。先到期的先用。\n"
        "兑换期开放中，到 5月31日 周日（含当天）。\n"
        "可兑换积分：<b>15</b> 分\n\n"
        "排名的分不受影响。"
    )
    an_order(deps, shop.member, a_product(deps, shop, price=7))
    text = words(deps, shop.member, "2026-06-27", "en")
    assert text is not None
    assert text.startswith("⏳ <b>8 points to spend lapse soon</b>\n\nThey lapse on ")
    an_order(deps, shop.member, a_product(deps, shop, price=8))
    assert words(deps, shop.member, "2026-06-27", "zh_Hans") is None


@pytest.mark.parametrize("rulebook", ["duanqi", "jiating"])
def test_a_household_is_warned_together_where_points_lapse(
    deps: Deps, clock: FixedClock, rulebook: str
) -> None:
    shop = a_shop(deps, rulebook=rulebook)
    first, second = shop.branch.members
    look(deps, clock, "2026-03-10 12:00")
    earn(deps, shop, first)
    earn(deps, shop, second)
    share_account(
        deps,
        actor=shop.keeper.actor,
        unit_id=shop.unit_id,
        member_id=second.member_id,
        with_member_id=first.member_id,
    )
    look(deps, clock, "2026-03-27 12:00")
    both = [(person.member_id, date(2026, 4, 10).isoformat()) for person in (first, second)]
    assert warned(deps) == (both if rulebook == "duanqi" else [])
