"""What must hold for whatever a member did."""

import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.periods import parse_period
from domain.rulebooks import Cap
from domain.scoring import Proposal, Recorded, preview, score_sheet
from domain.scoring.counting import WindowKey, count, window_of
from tests.domain.rulebook_texts import CLUB

GAINS = ("talk", "course", "hours", "urgent", "free", "seasonal")
LOSSES = ("absence", "fault")
PERIODS = [parse_period(text) for text in ("2025-01", "2025-Q1", "2025-H1", "2025")]

days = st.integers(0, 89).map(lambda offset: date(2025, 1, 1) + timedelta(days=offset))
worth = st.integers(1, 400).map(lambda quarters: Fraction(quarters, 20))
facts = st.one_of(
    st.tuples(st.sampled_from(GAINS), days, worth),
    st.tuples(st.sampled_from(LOSSES), days, worth.map(lambda points: -points)),
    st.tuples(st.just("veto"), days, st.just(Fraction(0))),
)
histories = st.lists(facts, max_size=16).map(
    lambda drawn: [
        Recorded(f"e{number}", item, on, points, number) for number, (item, on, points) in enumerate(drawn)
    ]
)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_are_handed_over_does_not_matter(
    history: list[Recorded], chance: random.Random
) -> None:
    shuffled = history.copy()
    chance.shuffle(shuffled)

    for period in PERIODS:
        assert score_sheet(CLUB, shuffled, period) == score_sheet(CLUB, history, period)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_entries_were_recorded_does_not_change_a_total(
    history: list[Recorded], chance: random.Random
) -> None:
    numbers = list(range(len(history)))
    chance.shuffle(numbers)
    renumbered = [replace(entry, sequence=number) for entry, number in zip(history, numbers, strict=True)]

    for period in PERIODS:
        assert score_sheet(CLUB, renumbered, period).total == score_sheet(CLUB, history, period).total


def _sums(history: list[Recorded], cap: Cap) -> dict[WindowKey, Fraction]:
    sums: dict[WindowKey, Fraction] = {}
    for line in count(CLUB, history).lines:
        if line.entry.item in cap.items:
            window = window_of(cap.per, line.entry)
            sums[window] = sums.get(window, Fraction(0)) + line.points
    return sums


@given(histories)
def test_no_cap_is_ever_exceeded(history: list[Recorded]) -> None:
    gains = [entry for entry in history if entry.item in GAINS]
    losses = [entry for entry in history if entry.item in LOSSES]

    over = [
        (cap.code, window, total)
        for entries, is_floor in ((gains, False), (losses, True))
        for cap in CLUB.caps
        if cap.is_floor == is_floor
        for window, total in _sums(entries, cap).items()
        if total != cap.hold(total)
    ]

    assert over == []


@given(histories)
def test_an_entry_counts_in_full_where_no_cap_touches_it(history: list[Recorded]) -> None:
    lines = score_sheet(CLUB, history, parse_period("2025")).lines

    assert [line for line in lines if line.why == "" and line.raw != line.counted] == []
    assert [
        line for line in lines if line.cap is not None and line.raw == line.counted and len(line.cuts) == 1
    ] == []


@given(histories, facts)
def test_a_reversal_restores_the_sheet(history: list[Recorded], fact: tuple[str, date, Fraction]) -> None:
    item, on, points = fact
    entry = Recorded("x", item, on, points, 1000)
    reversal = Recorded("y", item, on + timedelta(days=40), -points, 1001, reverses="x")

    for period in PERIODS:
        before, after = (
            score_sheet(CLUB, entries, period) for entries in (history, [*history, entry, reversal])
        )
        kept = tuple(line for line in after.lines if line.key not in {"x", "y"})
        assert replace(after, lines=kept) == before


@given(histories, facts)
def test_reversing_a_reversal_brings_the_entry_back(
    history: list[Recorded], fact: tuple[str, date, Fraction]
) -> None:
    item, on, points = fact
    entry = Recorded("x", item, on, points, 1000)
    reversal = Recorded("y", item, on, -points, 1001, reverses="x")
    back = Recorded("z", item, on, points, 1002, reverses="y")

    for period in PERIODS:
        with_entry = score_sheet(CLUB, [*history, entry], period)
        assert (
            score_sheet(CLUB, [*history, entry, reversal, back], period).components == with_entry.components
        )


@given(histories)
def test_the_lines_and_the_base_lead_to_the_total(history: list[Recorded]) -> None:
    month, quarter, half, year = (score_sheet(CLUB, history, period) for period in PERIODS)

    assert month.total == 100 + sum(line.counted for line in month.lines)
    assert half.total == 600 + sum(line.counted for line in half.lines)
    assert quarter.total == sum(part.total for part in quarter.parts) / 3
    assert year.total == sum(part.total for part in year.parts) / 4
    for sheet in (month, quarter, half, year):
        assert sheet.total == sum(sheet.components.values())
        assert sheet.total - sheet.components["base"] == sum(sheet.categories.values())


proposals = st.one_of(
    st.builds(Proposal, st.sampled_from(("talk", "absence")), days),
    st.builds(Proposal, st.just("course"), days, level=st.sampled_from(("branch", "city"))),
    st.builds(Proposal, st.just("hours"), days, quantity=st.integers(1, 16).map(lambda n: Fraction(n, 2))),
    st.builds(Proposal, st.just("urgent"), days, points=st.integers(1, 10).map(Fraction)),
)


@given(histories, proposals)
def test_a_preview_is_the_sheet_after_less_the_sheet_before(
    history: list[Recorded], proposal: Proposal
) -> None:
    told = preview(CLUB, history, proposal)
    entry = Recorded("new", proposal.item, proposal.on, told.raw.points, 1000)
    half = parse_period("2025-H1")

    gain = score_sheet(CLUB, [*history, entry], half).total - score_sheet(CLUB, history, half).total

    assert (told.gains_low, told.gains_high) == (gain, gain)
