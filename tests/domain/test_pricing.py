"""Prices: what an entry is worth by itself, and every refusal."""

from datetime import date
from fractions import Fraction

import pytest

from domain.scoring import Price, Proposal, ProposalRefused, RefusalCode, price
from tests.domain.rulebook_texts import CLUB

DAY = date(2025, 3, 10)
F = Fraction


@pytest.mark.parametrize(
    ("proposal", "low", "high"),
    [
        (Proposal("talk", DAY), F(5), F(5)),
        (Proposal("talk", DAY, points=F(3)), F(3), F(3)),
        (Proposal("talk", DAY, points=F(0)), F(0), F(0)),
        (Proposal("course", DAY, level="city"), F(8), F(8)),
        (Proposal("course", DAY, level="city", points=F(4)), F(4), F(4)),
        (Proposal("hours", DAY, quantity=F(5, 2)), F(15, 4), F(15, 4)),
        (Proposal("hours", DAY, quantity=F(8)), F(9), F(9)),
        (Proposal("urgent", DAY), F(1), F(10)),
        (Proposal("urgent", DAY, points=F(10)), F(10), F(10)),
        (Proposal("free", DAY), F(0), None),
        (Proposal("free", DAY, points=F("0.5")), F("0.5"), F("0.5")),
        (Proposal("adjust", DAY), None, None),
        (Proposal("adjust", DAY, points=F(-7)), F(-7), F(-7)),
        (Proposal("fault", DAY), None, F(0)),
        (Proposal("absence", DAY), F(-2), F(-2)),
        (Proposal("absence", DAY, points=F(-1)), F(-1), F(-1)),
        (Proposal("veto", DAY), F(0), F(0)),
        (Proposal("seasonal", date(2025, 6, 1)), F(2), F(2)),
        (Proposal("seasonal", date(2025, 8, 31)), F(2), F(2)),
    ],
)
def test_price_is_what_the_item_says(proposal: Proposal, low: Fraction | None, high: Fraction | None) -> None:
    assert price(CLUB, proposal) == Price(low, high)


@pytest.mark.parametrize(
    ("low", "high", "is_decided"),
    [(F(1), F(1), True), (F(1), F(2), False), (None, None, False), (F(0), None, False), (None, F(0), False)],
)
def test_a_price_is_decided_when_it_is_one_number(
    low: Fraction | None, high: Fraction | None, *, is_decided: bool
) -> None:
    assert Price(low, high).is_decided is is_decided


def test_an_undecided_price_has_no_points() -> None:
    with pytest.raises(ValueError, match="Price"):
        _ = Price(F(1), F(2)).points


HOURS = {"unit": "小时", "min": F("0.5"), "max": F(8), "step": F("0.5")}


@pytest.mark.parametrize(
    ("proposal", "code", "fields"),
    [
        (Proposal("dance", DAY), RefusalCode.ITEM_UNKNOWN, {"item": "dance"}),
        (
            Proposal("seasonal", date(2025, 5, 31)),
            RefusalCode.ITEM_NOT_OFFERED,
            {"since": date(2025, 6, 1), "until": date(2025, 9, 1)},
        ),
        (
            Proposal("seasonal", date(2025, 9, 1)),
            RefusalCode.ITEM_NOT_OFFERED,
            {"since": date(2025, 6, 1), "until": date(2025, 9, 1)},
        ),
        (Proposal("course", DAY), RefusalCode.LEVEL_MISSING, {"levels": ("branch", "city")}),
        (
            Proposal("course", DAY, level="moon"),
            RefusalCode.LEVEL_UNKNOWN,
            {"level": "moon", "levels": ("branch", "city")},
        ),
        (Proposal("hours", DAY), RefusalCode.QUANTITY_MISSING, {"unit": "小时"}),
        (Proposal("hours", DAY, quantity=F(0)), RefusalCode.QUANTITY_OUTSIDE, HOURS),
        (Proposal("hours", DAY, quantity=F(-1)), RefusalCode.QUANTITY_OUTSIDE, HOURS),
        (Proposal("hours", DAY, quantity=F("8.5")), RefusalCode.QUANTITY_OUTSIDE, HOURS),
        (Proposal("hours", DAY, quantity=F("1.25")), RefusalCode.QUANTITY_OUTSIDE, HOURS),
        (Proposal("urgent", DAY, points=F("10.5")), RefusalCode.POINTS_OUTSIDE, {"low": F(1), "high": F(10)}),
        (Proposal("urgent", DAY, points=F(0)), RefusalCode.POINTS_OUTSIDE, {"low": F(1), "high": F(10)}),
        (Proposal("free", DAY, points=F(-1)), RefusalCode.POINTS_OUTSIDE, {"low": F(0), "high": None}),
        (Proposal("talk", DAY, points=F(-1)), RefusalCode.POINTS_OUTSIDE, {"low": F(0), "high": None}),
        (Proposal("absence", DAY, points=F(1)), RefusalCode.POINTS_OUTSIDE, {"low": None, "high": F(0)}),
        (Proposal("talk", DAY, level="city"), RefusalCode.NOT_ASKED, {"what": "level"}),
        (Proposal("talk", DAY, quantity=F(1)), RefusalCode.NOT_ASKED, {"what": "quantity"}),
    ],
)
def test_a_proposal_outside_the_rules_is_refused(
    proposal: Proposal, code: RefusalCode, fields: dict[str, object]
) -> None:
    with pytest.raises(ProposalRefused) as refusal:
        price(CLUB, proposal)

    assert (refusal.value.code, refusal.value.fields) == (code, fields)
