"""What must hold for whatever happened in a unit, under a rulebook that uses every part of the engine."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scoring import Evaluation, Event, PeriodScores, Stay, World
from domain.scoring.posting import post
from domain.scoring.simulation import simulate
from tests.domain.scoring_tables import book

BOOK = book("""
base: {points: 80, per: month}
periods: {quarter: mean of months}
units: {points: 100, per: month}
components: {gain: {name: 加分, caps: {quarter: 60}}}
categories:
  work: {name: 工作, component: gain, caps: {month: 30}}
  study: {name: 学习, component: gain}
  duty: {name: 纪律, floors: {month: -20}}
items:
  merit:
    name: 嘉奖
    category: work
    points: any positive
    to: {split: {secretary: 30%, handlers: 70%}, otherwise: unit}
  fault:
    name: 失误
    category: duty
    points: any negative
    to: {split: {secretary: 2/3, handlers: 1/3}, otherwise: unit}
  paper:
    name: 论文
    category: study
    points: any positive
    to: {split: {first: 50%, others: 50%}, otherwise: first}
  talk: {name: 发言, category: study, points: 5, caps: {month: 12}}
  idea: {name: 建议, category: study, points: {levels: {proposed: 2, adopted: 6}}, stages: replace}
  hours: {name: 志愿, category: work, points: {each: 1.5, unit: 小时}, quantity_caps: {month: 10}}
  ladder: {name: 时数, category: study, points: {steps: {4: 2, 10: 7, 20: 9}, unit: 小时, over: quarter}}
  praised: {name: 集体, category: work, points: 2, to: members}
  absence: {name: 缺席, category: duty, points: -2, floors: {month: -5}}
  zero: {name: 清零, category: duty, points: 0, effect: {clears: true}}
  veto: {name: 否决, category: duty, points: 0, effect: {barred: true, grade: 不合格}}
total: {caps: {month: 130}}
groups: {both: {name: 合计, items: [hours, merit], caps: {month: 25}}}
best: {best: {name: 取高, items: [paper], count: 2, per: month}}
leaders: {secretary: {sum: [unit, own]}, head: {mean: [secretary]}}
consequences:
  praise: {name: 表彰, in: [month, quarter], top: 1}
  talk-with: {name: 谈话, in: [month], when: losses() > 5 and streak(total < 80) >= 2}
grade: {periods: [quarter], bands: {优秀: "[90, ∞)", 合格: "[70, 90)", 不合格: "(-∞, 70)"}}
""")
STRICTER = replace(BOOK, version="2", caps=tuple(replace(cap, limit=cap.limit / 2) for cap in BOOK.caps))
STAYS = (
    Stay("m1", "b1"),
    Stay("m2", "b1"),
    Stay("m3", "b2", until_on=date(2025, 3, 1)),
    Stay("s1", "b1", roles=frozenset({"secretary"})),
    Stay("h", "p", roles=frozenset({"head"})),
)
PARENTS = {"b1": "p", "b2": "p"}
PERIODS = [BOOK.period(text) for text in ("2025-01", "2025-02", "2025-Q1", "2025")]
SPLITS = ("merit", "fault", "paper")

days = st.integers(0, 58).map(lambda offset: date(2025, 1, 1) + timedelta(days=offset))
handlers = st.lists(st.sampled_from(("m1", "m2", "m3", "s1")), min_size=1, max_size=3, unique=True).map(tuple)
amounts = st.integers(1, 300_000).map(lambda number: Fraction(number, 10_000))
keys = st.sampled_from(("", "", "k1", "k2"))
events = st.one_of(
    st.builds(Event, st.just(0), days, st.sampled_from(("merit", "paper")), handlers, points=amounts),
    st.builds(Event, st.just(0), days, st.just("fault"), handlers, points=amounts.map(lambda one: -one)),
    st.builds(Event, st.just(0), days, st.sampled_from(("talk", "absence", "zero", "veto")), handlers),
    st.builds(
        Event,
        st.just(0),
        days,
        st.just("idea"),
        handlers,
        level=st.sampled_from(("proposed", "adopted")),
        key=keys,
    ),
    st.builds(
        Event,
        st.just(0),
        days,
        st.sampled_from(("hours", "ladder")),
        handlers,
        quantity=st.integers(1, 24).map(lambda halves: Fraction(halves, 2)),
    ),
    st.builds(Event, st.just(0), days, st.just("praised"), unit=st.sampled_from(("b1", "b2"))),
)
histories = st.lists(events, max_size=14).map(
    lambda drawn: [replace(event, number=number) for number, event in enumerate(drawn, 2)]
)
PLENTY = settings(max_examples=60, deadline=None)


def world(history: Sequence[Event]) -> World:
    return World(STAYS, tuple(history), parents=PARENTS)


def results(history: Sequence[Event]) -> list[PeriodScores]:
    evaluation = Evaluation(BOOK, world(history))
    return [evaluation.of(period) for period in PERIODS]


def without_traces(found: list[PeriodScores]) -> list[PeriodScores]:
    return [
        replace(scores, subjects=tuple(one._replace(trace=()) for one in scores.subjects)) for scores in found
    ]


@PLENTY
@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_handed_over_does_not_matter(
    history: list[Event], chance: random.Random
) -> None:
    shuffled = history.copy()
    chance.shuffle(shuffled)
    assert results(shuffled) == results(history)


@PLENTY
@given(histories, st.randoms(use_true_random=False))
def test_the_lines_on_which_events_stand_change_no_result(
    history: list[Event], chance: random.Random
) -> None:
    numbers = [event.number for event in history]
    chance.shuffle(numbers)
    moved = [replace(event, number=number) for event, number in zip(history, numbers, strict=True)]
    assert without_traces(results(moved)) == without_traces(results(history))


@PLENTY
@given(histories)
def test_the_shares_of_a_split_sum_to_the_whole_in_ten_thousandths(history: list[Event]) -> None:
    split = [event for event in history if event.item in SPLITS]
    posted = post(BOOK, world(split))
    assert {one.code for one in posted.refused} <= {"outside-membership"}
    refused = {one.number for one in posted.refused}
    shares: dict[int, list[Fraction]] = {}
    for entries in (*posted.members.values(), *posted.units.values()):
        for entry in entries:
            shares.setdefault(int(entry.key.partition(":")[0]), []).append(entry.points)
    assert {number: sum(points) for number, points in shares.items()} == {
        event.number: event.points for event in split if event.number not in refused
    }
    assert [
        point for points in shares.values() for point in points if (point * 10_000).denominator != 1
    ] == []


@PLENTY
@given(histories)
def test_no_cap_and_no_floor_is_ever_exceeded(history: list[Event]) -> None:
    """Each cap is held by the sum of what counts; a cap that gains and losses share, by the gains alone."""
    months = [BOOK.period("2025-01"), BOOK.period("2025-02")]
    evaluation = Evaluation(BOOK, world([event for event in history if event.item != "zero"]))
    for month in months:
        for score in evaluation.of(month).subjects:
            own = [line for line in score.trace if line.item in BOOK.items]
            for cap in BOOK.caps:
                if cap.per != "month" or cap.scope == "total":
                    continue
                total = sum((line.counted for line in own if line.item in cap.items), Fraction(0))
                assert cap.hold(total) == total, (cap.code, score.subject)


@PLENTY
@given(histories, events)
def test_a_reversal_restores_every_sheet(history: list[Event], event: Event) -> None:
    done = replace(event, number=900, key="taken-back")
    back = Event(901, event.on + timedelta(days=40), event.item, event.members, reverses="taken-back")
    restored = without_traces(results([*history, done, back]))
    assert restored == without_traces(results(history))


@PLENTY
@given(histories, events)
def test_the_reversal_of_a_reversal_brings_everything_back(history: list[Event], event: Event) -> None:
    done = replace(event, number=900, key="taken-back")
    back = Event(901, event.on, event.item, event.members, reverses="taken-back", key="back")
    again = Event(902, event.on, event.item, event.members, reverses="back")
    assert without_traces(results([*history, done, back, again])) == without_traces(results([*history, done]))


@PLENTY
@given(histories)
def test_the_lines_add_up_to_the_total_and_so_do_the_components(history: list[Event]) -> None:
    for scores in results(history):
        for score in scores.subjects:
            assert sum((line.counted for line in score.trace), Fraction(0)) == score.total
            assert sum(score.components.values(), Fraction(0)) == score.total


@PLENTY
@given(histories)
def test_ranks_follow_the_totals(history: list[Event]) -> None:
    for scores in results(history):
        for score in scores.subjects:
            if score.rank is not None:
                better = [
                    other for other in scores.subjects
                    if other.unit == score.unit and other.rank is not None and other.total > score.total
                ]  # fmt: skip
                assert score.rank == len(better) + 1


@PLENTY
@given(histories)
def test_a_rulebook_simulated_against_itself_changes_nothing(history: list[Event]) -> None:
    for first, second in zip(results(history), results(history), strict=True):
        found = simulate(first, second)
        assert found.subjects == ()
        assert [bar for bar in found.bars if bar.before != bar.after] == []


@PLENTY
@given(histories)
def test_the_differing_lines_add_up_to_the_change_of_every_total(history: list[Event]) -> None:
    old, new = Evaluation(BOOK, world(history)), Evaluation(STRICTER, world(history))
    for period in PERIODS:
        before, after = old.of(period), new.of(period)
        found = simulate(before, after)
        assert [
            (one.subject, sum((line.change for line in one.differences), Fraction(0)))
            for one in found.subjects
        ] == [(one.subject, one.change) for one in found.subjects]
        same = {one.subject for one in after.subjects} - {one.subject for one in found.subjects}
        totals = {one.subject: one.total for one in before.subjects}
        assert [
            one.subject for one in after.subjects if one.subject in same and totals[one.subject] != one.total
        ] == []
        people = sum(one.kind != "unit" for one in after.subjects)
        assert (sum(bar.before for bar in found.bars), sum(bar.after for bar in found.bars)) == (
            people,
            people,
        )


@PLENTY
@given(histories)
def test_what_happens_later_changes_no_earlier_month(history: list[Event]) -> None:
    period = PERIODS[0]
    earlier = [event for event in history if event.on < period.until_on]
    assert Evaluation(BOOK, world(history)).of(period) == Evaluation(BOOK, world(earlier)).of(period)
