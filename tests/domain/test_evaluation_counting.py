"""What entries count: clearing, validity, best of, ladders, quantities, debits, bases, cycles, conditions."""

import pytest

from tests.domain.scoring_tables import case

ONE = "a u"


@pytest.mark.parametrize(
    ("rule", "events", "total"),
    [
        # every 5 hours of the year give 2: 4 → 0, 4 + 7 = 11 → 4
        ("{every: 5, gives: 2, unit: 小时}", "4 7", "4"),
        # the highest rung reached: 3 of 4 → 0; 3 + 8 = 11 reaches 10 → 5
        ("{steps: {4: 2, 10: 5, 20: 9}, unit: 小时, over: year}", "3 8", "5"),
        ("{steps: {4: 2, 10: 5, 20: 9}, unit: 小时, over: year}", "3", "0"),
        ("{steps: {4: 2, 10: 5, 20: 9}, unit: 小时, over: year}", "20", "9"),
        # each event by itself: 4 → 2, 10 → 5
        ("{steps: {4: 2, 10: 5}, unit: 小时}", "4 10", "7"),
        # a cliff: up to 10 minutes late −1, from 30 on −5
        ("{steps: {1: -1, 30: -5}, unit: 分钟}", "10 30", "-6"),
        # slices: the first 10 at 1, the rest at 0.5: 8 + 6 = 14 → 10 + 2
        ('{slices: {"[0, 10)": 1, "[10, ∞)": 0.5}, unit: 小时, over: year}', "8 6", "12"),
    ],
)
def test_ladders_every_and_slices_follow_from_the_quantity_of_the_window(
    rule: str, events: str, total: str
) -> None:
    happened = "\n".join(
        f"2025-0{month}-01 hours a quantity={quantity}" for month, quantity in enumerate(events.split(), 1)
    )
    scored = case(
        f"categories: {{w: 工}}\nitems: {{hours: {{name: 时, category: w, points: {rule}}}}}",
        roster=ONE,
        events=happened,
    )
    assert scored.totals("2025") == {"a": total}


def test_a_cap_on_quantity_cuts_hours_before_points() -> None:
    # At most 4 hours a day and 6 a month: 3 → 4.5; of 3 more 1 counts → 1.5; of 5 more 2 → 3
    scored = case(
        """
categories: {w: 工}
items:
  hours:
    name: 时
    category: w
    points: {each: 1.5, unit: 小时}
    quantity_caps: {day: 4, month: 6}
""",
        roster=ONE,
        events="""
2025-01-01 hours a quantity=3
2025-01-01 hours a quantity=3
2025-01-02 hours a quantity=5
2025-02-01 hours a quantity=5
""",
    )
    assert scored.trace("2025", "a") == [
        "2025-01-01 hours 4.5 4.5",
        "2025-01-01 hours 4.5 1.5 quantity",
        "2025-01-02 hours 7.5 3 quantity",
        "2025-02-01 hours 7.5 6 quantity",
    ]


BEST = """
categories: {{w: 工}}
items:
  x: {{name: 甲, category: w, points: any}}
  y: {{name: 乙, category: w, points: any}}
best: {{few: {{name: 取高, items: [x, y], count: {count}, per: {per}}}}}
"""


@pytest.mark.parametrize(
    ("count", "per", "events", "total"),
    [
        (2, "year", "2025-01-01 x a 3\n2025-02-01 y a 5\n2025-03-01 x a 4", "9"),
        (1, "quarter", "2025-01-01 x a 3\n2025-02-01 y a 5\n2025-04-01 x a 4", "9"),
        (1, "deed", "2025-01-01 x a 3 key=k\n2025-01-01 y a 5 key=k\n2025-01-01 x a 1", "6"),
        (1, "slot", "2025-01-01 x a 3 slot=am\n2025-01-01 y a 5 slot=am\n2025-01-02 x a 1 slot=am", "6"),
    ],
)
def test_only_the_best_few_count(count: int, per: str, events: str, total: str) -> None:
    assert case(BEST.format(count=count, per=per), roster=ONE, events=events).totals("2025") == {"a": total}


def test_what_was_taken_back_is_not_among_the_best() -> None:
    scored = case(
        BEST.format(count=1, per="year"),
        roster=ONE,
        events="2025-01-01 x a 9 key=k\n2025-02-01 y a 5\n2025-03-01 x a 9 reverses=k",
    )
    assert scored.totals("2025") == {"a": "5"}


CLEAR = """
base: {points: 10, per: year}
categories: {w: 工}
items:
  x: {name: 甲, category: w, points: any}
  zero: {name: 清零, category: w, points: 0, effect: {clears: true}}
  freeze: {name: 冻结, category: w, points: 0, effect: {clears: true, frozen: true, flag: frozen}}
"""


@pytest.mark.parametrize(
    ("item", "before", "half", "year", "next_year"),
    [("zero", "5", "0", "7", "11"), ("freeze", "5", "0", "0", "11")],
)
def test_clearing_takes_what_came_before_and_freezing_what_comes_after(
    item: str, before: str, half: str, year: str, next_year: str
) -> None:
    # The base of the year is granted on its first day, so it is cleared too.
    scored = case(
        CLEAR,
        roster=ONE,
        events=f"2025-02-01 x a 5\n2025-05-01 {item} a\n2025-08-01 x a 7\n2026-02-01 x a 1",
    )
    assert [scored.totals(period)["a"] for period in ("2025-Q1", "2025-H1", "2025", "2026")] == [
        before, half, year, next_year,
    ]  # fmt: skip
    score = scored.of("2025").of("a")
    assert score is not None
    assert score.flags == (("frozen", "cleared") if item == "freeze" else ("cleared",))


def test_a_clearing_that_was_taken_back_clears_nothing() -> None:
    scored = case(
        CLEAR, roster=ONE, events="2025-02-01 x a 5\n2025-05-01 zero a key=k\n2025-06-01 zero a reverses=k"
    )
    assert scored.totals("2025") == {"a": "15"}


VALID = """
categories: {w: 工}
items:
  medal:
    name: 奖
    category: w
    points: {levels: {city: {name: 市, points: 3, valid: 12}, land: {name: 国, points: 8}}}
    valid: 24
  talk: {name: 讲, category: w, points: 1}
"""


def test_entries_stand_as_long_as_they_are_valid() -> None:
    # city counts until 2026-06-15, which is before the end of 2026 and of its second quarter
    scored = case(
        VALID,
        roster=ONE,
        events="2025-06-15 medal a level=city\n2025-06-15 medal a level=land\n2025-07-01 talk a",
    )
    found = {period: scored.totals(period)["a"] for period in ("2025", "2026", "2027", "2025-Q4", "2026-Q2")}
    assert found == {"2025": "12", "2026": "8", "2027": "0", "2025-Q4": "11", "2026-Q2": "8"}
    assert scored.trace("2026", "a") == ["2025-06-15 medal 8 8 valid"]


def test_a_debit_comes_by_itself_in_every_period_of_its_kind() -> None:
    scored = case(
        """
categories: {w: 工, fee: 会费}
items: {x: {name: 甲, category: w, points: any}}
debits: {dues: {name: 会费, category: fee, points: -2, per: quarter}}
""",
        roster="a u since=2025-04-01\nb u",
    )
    assert scored.totals("2025") == {"a": "-6", "b": "-8"}
    assert scored.totals("2025-02") == {"b": "0"}


def test_a_prorated_base_leaves_out_months_outside_membership() -> None:
    scored = case(
        "base: {points: 60, per: year, prorated: true}\ncategories: {w: 工}\n"
        "items: {x: {name: 甲, category: w, points: any}}",
        roster="a u since=2025-04-20\nb u until=2025-03-01\nc u",
    )
    # April to December: 9 of 12; January and February: 2 of 12
    assert scored.totals("2025") == {"c": "60", "a": "45", "b": "10"}
    assert scored.trace("2025", "b") == ["2025-01-01 base 60 10 prorated"]


@pytest.mark.parametrize(
    ("cycle", "periods"),
    [
        ("{starts: 7, named: start}", {"2024": "7", "2024-H2": "6", "2024-Q1": "1", "2024-01": "1"}),
        ("{starts: 12, named: end}", {"2025": "6", "2025-H1": "2", "2025-Q1": "2", "2025-01": "0"}),
        ("{starts: 1}", {"2025": "6", "2024": "1", "2025-H1": "6", "2025-01": "2"}),
    ],
)
def test_a_cycle_of_its_own_names_its_periods(cycle: str, periods: dict[str, str]) -> None:
    # July 2024 +1, January 2025 +2, June 2025 +4, July 2025: the next year
    scored = case(
        f"cycle: {cycle}\ncategories: {{w: 工}}\nitems: {{x: {{name: 甲, category: w, points: any}}}}",
        roster=ONE,
        events="2024-07-01 x a 1\n2025-01-31 x a 2\n2025-06-30 x a 4",
    )
    assert {period: scored.totals(period)["a"] for period in periods} == periods


def test_caps_follow_the_cycle() -> None:
    scored = case(
        "cycle: {starts: 7}\ncategories: {w: 工}\n"
        "items: {x: {name: 甲, category: w, points: any positive, caps: {year: 5}}}",
        roster=ONE,
        events="2025-06-30 x a 4\n2025-07-01 x a 4\n2026-06-30 x a 4",
    )
    assert (scored.totals("2024"), scored.totals("2025")) == ({"a": "4"}, {"a": "5"})


MEANS = """
base: {points: 100, per: month}
periods: {quarter: mean of months, year: mean of quarters}
categories: {w: 工}
items: {x: {name: 甲, category: w, points: any}}
"""


def test_means_leave_missing_months_out_or_count_them() -> None:
    roster, events = "a u since=2025-02-01", "2025-02-10 x a 6"
    assert case(MEANS, roster=roster, events=events).totals("2025-Q1") == {"a": "103"}
    counted = case(MEANS + "missing_months: zero\n", roster=roster, events=events)
    # (0 + 106 + 100) / 3 = 68.6667
    assert counted.totals("2025-Q1") == {"a": "68.6667"}


def test_a_base_may_follow_from_the_year_before() -> None:
    # 2025: 80 + 15; 2026: 80 + 95 / 10; 2027: 80 + 89.5 / 10
    scored = case(
        "base: {points: 80 + last(total) / 10, per: year}\ncategories: {w: 工}\n"
        "items: {x: {name: 甲, category: w, points: any}}",
        roster=ONE,
        events="2025-02-10 x a 15",
    )
    assert [scored.totals(year)["a"] for year in ("2025", "2026", "2027")] == ["95", "89.5", "88.95"]


def test_a_category_that_is_all_or_nothing_counts_once_its_condition_holds() -> None:
    rules = """
categories: {w: {name: 工, only_if: count('w') >= 2}, v: 另}
items:
  x: {name: 甲, category: w, points: 5}
  y: {name: 乙, category: v, points: 1}
"""
    assert case(rules, roster=ONE, events="2025-01-01 x a\n2025-01-02 y a").trace("2025", "a") == [
        "2025-01-01 x 5 0 only-if",
        "2025-01-02 y 1 1",
    ]
    assert case(rules, roster=ONE, events="2025-01-01 x a\n2025-01-02 x a").totals("2025") == {"a": "10"}


def test_caps_of_item_group_category_component_and_total_apply_in_this_order() -> None:
    scored = case(
        """
base: {points: 10, per: year}
components: {gain: {name: 加, caps: {year: 20}}}
categories: {w: {name: 工, component: gain, caps: {year: 15}}, v: {name: 另, component: gain}}
items:
  x: {name: 甲, category: w, points: any positive, caps: {event: 8, day: 9}}
  y: {name: 乙, category: w, points: any positive}
  z: {name: 丙, category: v, points: any positive}
groups: {xy: {name: 组, items: [x, y], caps: {month: 12}}}
total: {caps: {year: 28}}
""",
        roster=ONE,
        events="""
2025-01-01 x a 10
2025-01-01 x a 5
2025-01-02 y a 5
2025-02-01 y a 6
2025-02-02 z a 7
""",
    )
    # 10 → 8 (event); 5 → 1 (day 9); 5 → 3 (group 12); 6 → 3 (category 15); 7 → 5 (component 20) → 3 (28)
    assert scored.trace("2025", "a") == [
        "2025-01-01 base 10 10 base",
        "2025-01-01 x 8 8",
        "2025-01-01 x 5 1 cap.day",
        "2025-01-02 y 5 3 cap.month",
        "2025-02-01 y 6 3 cap.year",
        "2025-02-02 z 7 3 cap.year",
    ]
    assert scored.totals("2025") == {"a": "28"}


@pytest.mark.parametrize(("more", "grade"), [("", "良"), (", before_classes: true", "优")])
def test_rounding_is_a_line_of_its_own_after_classification_unless_said_otherwise(
    more: str, grade: str
) -> None:
    scored = case(
        f"""
base: {{points: 89, per: year}}
rounding: {{places: 0{more}}}
categories: {{w: 工}}
items: {{x: {{name: 甲, category: w, points: any}}}}
grade: {{periods: [year], bands: {{优: "[90, ∞)", 良: "(-∞, 90)"}}}}
""",
        roster=ONE,
        events="2025-01-01 x a 0.5",
    )
    score = scored.of("2025").of("a")
    assert score is not None
    assert scored.trace("2025", "a")[-1] == "2025-12-31 rounding 0.5 0.5 rounding"
    assert (scored.totals("2025")["a"], score.grade) == ("90", grade)


def test_members_of_a_household_share_one_account() -> None:
    scored = case(
        "account: household\ncategories: {w: 工}\n"
        "items: {x: {name: 甲, category: w, points: 3, caps: {year: 5}}}",
        roster="a u household=h1\nb u household=h1\nc u",
        events="2025-01-01 x a\n2025-01-02 x b\n2025-01-03 x a;b;c",
    )
    assert scored.totals("2025") == {"h1": "5", "c": "3"}
    assert [(one.subject, one.kind, one.rank) for one in scored.of("2025").subjects] == [
        ("h1", "household", 1),
        ("c", "member", 2),
    ]


def test_who_moves_to_another_household_takes_nothing_along() -> None:
    scored = case(
        "account: household\ncategories: {w: 工}\nitems: {x: {name: 甲, category: w, points: 3}}",
        roster="a u household=h since=2024-01-01 until=2025-04-01\na u household=k since=2025-04-01\n"
        "b u household=h\nc u household=k",
        events="2025-02-01 x a key=one\n2025-03-31 x a\n2025-04-01 x a\n2025-05-01 x a reverses=one\n"
        "2025-06-01 x a;c",
    )
    assert [scored.totals(label) for label in ("2025-Q1", "2025-Q2", "2025")] == [
        {"h": "3", "k": "0"},
        {"k": "6", "h": "0"},
        {"k": "6", "h": "3"},
    ]
