"""What follows from scores: ballots, weights, leaders, ranks, lists, look-back, requirements, grades."""

from fractions import Fraction

import pytest

from domain.scoring import SubjectScore
from tests.domain.scoring_tables import Case, case

ANY = "categories: {w: 工}\nitems: {x: {name: 甲, category: w, points: any}}\n"
FOUR = "a u\nb u\nc u\nd u"
# a 5, b 7, c 7, d 1
POINTS = "2025-01-01 x a 5\n2025-01-01 x b 7\n2025-01-01 x c 7\n2025-01-01 x d 1"


def score(scored: Case, period: str, subject: str) -> SubjectScore:
    found = scored.of(period).of(subject)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("ties", "ranks"),
    [
        ("standard", {"b": 1, "c": 1, "a": 3, "d": 4}),
        ("dense", {"b": 1, "c": 1, "a": 2, "d": 3}),
        ("ordinal", {"b": 1, "c": 2, "a": 3, "d": 4}),
    ],
)
def test_equals_are_ranked_by_the_named_policy(ties: str, ranks: dict[str, int]) -> None:
    scored = case(f"{ANY}ranking: {{ties: {ties}}}", roster=FOUR, events=POINTS)
    assert {one.subject: one.rank for one in scored.of("2025").subjects} == ranks


@pytest.mark.parametrize(
    ("within", "ranks"),
    [
        ("unit", {"a": 1, "b": 2, "c": 1, "d": 1}),
        ("parent", {"a": 2, "b": 3, "c": 1, "d": 1}),
        ("all", {"a": 3, "b": 4, "c": 1, "d": 2}),
    ],
)
def test_ranks_are_within_the_unit_the_parent_or_everybody(within: str, ranks: dict[str, int]) -> None:
    scored = case(
        f"{ANY}ranking: {{within: {within}}}",
        roster="a u parent=p\nb u parent=p\nc v parent=p\nd w",
        events="2025-01-01 x a 5\n2025-01-01 x b 4\n2025-01-01 x c 9\n2025-01-01 x d 6",
    )
    assert {one.subject: one.rank for one in scored.of("2025").subjects} == ranks


def test_ranks_may_go_by_a_component_and_only_in_some_periods() -> None:
    scored = case(
        "categories: {w: 工, v: 另}\nitems:\n  x: {name: 甲, category: w, points: any}\n"
        "  y: {name: 乙, category: v, points: any}\nranking: {by: v, periods: [year]}",
        roster="a u\nb u",
        events="2025-01-01 x a 9\n2025-01-01 y b 1",
    )
    assert [(one.subject, one.rank) for one in scored.of("2025").subjects] == [("b", 1), ("a", 2)]
    assert [(one.subject, one.rank) for one in scored.of("2025-Q1").subjects] == [("a", None), ("b", None)]


@pytest.mark.parametrize(
    ("rule", "chosen", "tied"),
    [
        ("top: 2", ["b", "c"], None),
        ("top: 1, ties: all", ["b", "c"], None),
        ("top: 1, ties: committee", [], (("b", "c"), 1)),
        ("top: 3, ties: committee", ["b", "c", "a"], None),
        ("bottom: 2", ["a", "d"], None),
        ("bottom: 3, ties: committee", ["a", "d"], (("b", "c"), 3)),
        # 60 % of 4 = 2.4 → 2 places; 20 % → 0 places
        ("top: 60%", ["b", "c"], None),
        ("top: 20%", [], None),
        # the list first, then the condition
        ("top: 3, when: total > 6", ["b", "c"], None),
    ],
)
def test_lists_have_so_many_places_and_equals_at_the_cut_go_together(
    rule: str, chosen: list[str], tied: tuple[tuple[str, ...], int] | None
) -> None:
    scored = case(
        f"{ANY}consequences: {{list: {{name: 名单, in: [year], {rule}}}}}", roster=FOUR, events=POINTS
    )
    assert scored.consequences("2025") == ({"list": chosen} if chosen else {})
    problems = [(one.code, one.subjects, one.places) for one in scored.of("2025").problems]
    assert problems == ([] if tied is None else [("tie-at-cut", *tied)])


def test_whom_an_award_passes_over_uses_up_no_place() -> None:
    scored = case(
        ANY.replace("items: {", "items: {bad: {name: 否, category: w, points: 0, effect: {barred: true}}, ")
        + "consequences:\n  praise: {name: 表彰, in: [year], top: 3, award: true}\n"
        "  talk: {name: 谈话, in: [year], top: 2, award: false}",
        roster=FOUR,
        events=POINTS + "\n2025-02-01 bad b",
    )
    assert scored.consequences("2025") == {"talk": ["b", "c"], "praise": ["c", "a", "d"]}
    assert [(one.subject, one.rank, one.is_eligible) for one in scored.of("2025").subjects][:2] == [
        ("b", 1, False),
        ("c", 1, True),
    ]


def test_streak_had_and_last_read_the_periods_before() -> None:
    scored = case(
        ANY
        + """
consequences:
  thrice: {name: 连续, in: [month], when: streak(total >= 2) == 3}
  first: {name: 首次, in: [month], when: total < 0}
  again: {name: 再次, in: [month], when: total < 0 and had('first')}
  down: {name: 下降, in: [month], when: total < last(total)}
""",
        roster="a u\nb u",
        events="""
2025-01-01 x a 2
2025-02-01 x a 3
2025-03-01 x a 2
2025-04-01 x a 2
2025-02-01 x b -1
2025-03-01 x b -1
""",
    )
    found = {month: scored.consequences(f"2025-0{month}") for month in range(1, 6)}
    assert found == {
        1: {},
        2: {"first": ["b"], "down": ["b"]},
        3: {"thrice": ["a"], "down": ["a"], "first": ["b"], "again": ["b"]},
        4: {},
        5: {"down": ["a"]},
    }


REVIEW = """
categories: {w: 工}
items: {x: {name: 甲, category: w, points: any}}
instruments:
  review:
    name: 测评
    marks: {优: 20, 良: 15, 中: 10}
    component: review
"""


def test_a_rater_is_averaged_over_aspects_before_raters_are() -> None:
    # r1: (20 + 10) / 2 = 15; r2: 20 → 17.5, not the mean of three marks
    scored = case(
        REVIEW,
        roster="a u\nb u",
        ballots="2025 review a r1 优 aspect=德\n2025 review a r1 中 aspect=能\n2025 review a r2 优",
    )
    assert scored.totals("2025") == {"a": "17.5", "b": "0"}


def test_too_few_ballots_count_nothing() -> None:
    rules = REVIEW.replace("component:", "ballots: 2\n    component:")
    ballots = "2025 review a r1 优\n2025 review a r1 优 aspect=德\n2025 review b r1 优\n2025 review b r2 良"
    assert case(rules, roster="a u\nb u", ballots=ballots).totals("2025") == {"b": "17.5", "a": "0"}


def test_groups_of_raters_carry_weights_and_absent_groups_stretch_the_others() -> None:
    rules = REVIEW.replace("component:", "groups: {党员: 60%, 群众: 40%}\n    component:")
    ballots = (
        "2025 review a r1 优 group=党员\n2025 review a r2 中 group=党员\n2025 review a r3 中 group=群众\n"
        "2025 review b r4 良 group=群众"
    )
    # a: 60 % × 15 + 40 % × 10 = 13; b: 15 alone
    assert case(rules, roster="a u\nb u", ballots=ballots).totals("2025") == {"b": "15", "a": "13"}


def test_ballots_count_in_their_own_period_and_those_that_hold_it() -> None:
    scored = case(REVIEW, roster="a u", ballots="2025-Q1 review a r1 优")
    assert [scored.totals(period)["a"] for period in ("2025-Q1", "2025", "2025-Q2", "2025-01")] == [
        "20", "20", "0", "0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("marks", "points", "grade"),
    [
        ("好 好 一般", "9", "好"),
        ("好 一般", "9", "一般"),  # equals: the worse mark
        ("差 差 好", "9", "差"),  # the worse of ballots and points
        ("好 好", "5", "一般"),
        ("", "9", "好"),
    ],
)
def test_a_grade_is_the_worse_of_points_and_the_most_frequent_mark(
    marks: str, points: str, grade: str
) -> None:
    scored = case(
        ANY
        + """
instruments: {review: {name: 测评, marks: [好, 一般, 差]}}
grade:
  periods: [year]
  bands: {好: "[8, ∞)", 一般: "[4, 8)", 差: "(-∞, 4)"}
  with: review
""",
        roster="a u",
        events=f"2025-01-01 x a {points}",
        ballots="\n".join(f"2025 review a r{number} {mark}" for number, mark in enumerate(marks.split())),
    )
    assert score(scored, "2025", "a").grade == grade


WEIGHTS = """
categories: {daily: 日常}
items: {x: {name: 甲, category: daily, points: any}}
instruments:
  peers: {name: 互评, marks: {优: 10, 良: 8, 中: 6}}
weights:
  periods: [year]
  parts:
    daily: {name: 日常, of: daily, weight: 40%, normalise: max}
    peers: {name: 互评, of: peers, weight: 60%, times: 10}
"""


def test_weighted_parts_are_brought_to_the_scale_of_the_units_best() -> None:
    # a: 40 % × 100 × 92 / 115 + 60 % × 9 × 10 = 32 + 54; b: 40 + 0; c in another unit is its own best: 40
    scored = case(
        WEIGHTS,
        roster="a u\nb u\nc v\nd v",
        events="2025-01-01 x a 92\n2025-01-02 x b 115\n2025-01-03 x c 1\n2025-01-03 x d -4",
        ballots="2025 peers a r1 优\n2025 peers a r2 良",
    )
    assert scored.totals("2025") == {"a": "86", "b": "40", "c": "40", "d": "0"}
    assert scored.trace("2025", "a") == ["2025-01-01 x 92 32 weight", "2025-12-31 peers 9 54 weight"]
    assert scored.totals("2025-Q1") == {"b": "115", "a": "92", "c": "1", "d": "-4"}


LED = """
units: {points: 100, per: year}
base: {points: 100, per: year}
categories: {w: 工}
items:
  x: {name: 甲, category: w, points: any}
  unit: {name: 集体, category: w, points: any, to: unit}
leaders:
  head: {mean: [secretary]}
  deputy: {mean: [units-in-charge]}
  secretary: {sum: [unit, own]}
"""
LEADERS = """
h p roles=head
d p roles=deputy:b1+b2
s1 b1 parent=p roles=secretary
s2 b2 parent=p roles=secretary
m b1
"""


def test_leaders_are_scored_from_others_in_the_order_they_depend() -> None:
    # b1 103, b2 99; s1 103 + 4 = 107, s2 99; head (107 + 99) / 2 = 103; deputy (103 + 99) / 2 = 101
    scored = case(
        LED,
        roster=LEADERS,
        events="2025-01-01 unit unit=b1 points=3\n2025-01-02 unit unit=b2 points=-1\n2025-01-03 x s1 4\n"
        "2025-01-04 x h 50",
    )
    assert scored.totals("2025") == {
        "h": "103", "d": "101", "s1": "107", "m": "100", "s2": "99", "b1": "103", "b2": "99",
    }  # fmt: skip
    assert scored.trace("2025", "h") == [
        "2025-12-31 secretary:s1 107 53.5 mean",
        "2025-12-31 secretary:s2 99 49.5 mean",
    ]
    assert scored.trace("2025", "s1") == ["2025-12-31 unit:b1 103 103 unit", "2025-01-03 x 4 4"]
    assert [one.kind for one in scored.of("2025").subjects if one.subject in {"d", "b1"}] == [
        "member",
        "unit",
    ]


GRADED = """
base: {points: 60, per: year}
categories: {w: 工, v: 另}
items:
  x: {name: 甲, category: w, points: any}
  y: {name: 乙, category: v, points: 1}
  warn: {name: 警告, category: w, points: 0, effect: {grade_max: 合格, flag: warned}}
  veto: {name: 否决, category: w, points: 0, effect: {grade: 不合格, barred: true}}
  mend: {name: 改正, category: w, points: 0, effect: {repairs: [veto]}}
grade: {periods: [year], bands: {优秀: "[90, ∞)", 合格: "[60, 90)", 不合格: "(-∞, 60)"}}
"""


@pytest.mark.parametrize(
    ("events", "grade", "flags", "is_eligible"),
    [
        ("2025-01-01 x a 30", "优秀", (), True),
        ("2025-01-01 x a 30\n2025-02-01 warn a", "合格", ("warned",), True),
        ("2025-01-01 x a -5\n2025-02-01 warn a", "不合格", ("warned",), True),
        ("2025-01-01 x a 30\n2025-02-01 veto a", "不合格", ("barred",), False),
        ("2025-01-01 x a 30\n2025-02-01 veto a\n2025-03-01 mend a", "优秀", (), True),
        ("2025-01-01 x a 30\n2025-02-01 mend a\n2025-03-01 veto a", "不合格", ("barred",), False),
        ("2025-01-01 x a 30\n2025-02-01 veto a key=k\n2025-03-01 veto a reverses=k", "优秀", (), True),
        ("2024-02-01 veto a\n2025-01-01 x a 30", "优秀", (), True),
    ],
)
def test_a_veto_a_ceiling_and_a_repair_act_on_the_grade(
    events: str, grade: str, flags: tuple[str, ...], *, is_eligible: bool
) -> None:
    found = score(case(GRADED, roster="a u", events=events), "2025", "a")
    assert (found.grade, found.flags, found.is_eligible) == (grade, flags, is_eligible)


def test_a_rule_gives_the_grade_whatever_the_total_says() -> None:
    rules = GRADED.replace(
        "grade: {periods: [year],", "grade: {periods: [year], rules: {不合格: losses() > 10},"
    )
    found = score(case(rules, roster="a u", events="2025-01-01 x a 80\n2025-01-02 x a -11"), "2025", "a")
    assert (found.total, found.grade) == (Fraction(129), "不合格")


@pytest.mark.parametrize(
    ("events", "met"),
    [
        ("2025-01-01 x a 3\n2025-01-01 y a", True),
        ("2025-01-01 x a 3", False),
        ("2025-01-01 y a\n2025-01-02 y a", False),
    ],
)
def test_requirements_hold_whatever_the_total(events: str, *, met: bool) -> None:
    scored = case(
        GRADED
        + """
requirements:
  wide: {name: 两类, in: [year], when: categories() >= 2, bars: true}
  shown: {name: 三分, in: [year], when: points('w') >= 3}
consequences:
  both: {name: 双达标, in: [year], when: met('wide') and met('shown')}
""",
        roster="a u",
        events=events,
    )
    found = score(scored, "2025", "a")
    assert (found.is_eligible, [due.code for due in found.consequences]) == (met, ["both"] if met else [])
    assert ("unmet.wide" in found.flags) is not met


def test_a_requirement_may_hold_for_some_members_only() -> None:
    scored = case(
        ANY + "requirements:\n"
        "  hours: {name: 时, in: [year], when: total >= 4, among: {classes: [new]}, bars: true}",
        roster="a u class=new\nb u class=old",
    )
    assert [(one.subject, one.is_eligible) for one in scored.of("2025").subjects] == [
        ("a", False),
        ("b", True),
    ]


def test_only_the_population_is_listed() -> None:
    scored = case(
        "population: {kinds: [full], statuses: [active]}\n" + ANY,
        roster="a u\nb u kind=activist\nc u status=retired\nd u until=2025-01-01\ne u since=2026-01-01",
    )
    assert list(scored.totals("2025")) == ["a"]


def test_stars_and_the_last_day_of_a_consequence() -> None:
    scored = case(
        ANY
        + """
stars: {periods: [month], bands: {5: "[5, ∞)", 1: "(-∞, 5)"}}
consequences:
  down: {name: 降级, in: [month], when: total == 5, to: manager, days: 10, stars: 2}
""",
        roster="a u\nb u",
        events="2025-01-01 x a 5\n2025-01-01 x b 6",
    )
    assert [(one.subject, one.stars) for one in scored.of("2025-01").subjects] == [("b", 5), ("a", 2)]
    due = score(scored, "2025-01", "a").consequences[0]
    assert (due.code, due.to, str(due.due_on)) == ("down", "manager", "2025-02-10")


def test_entries_that_cancel_out_stay_in_a_weighted_trace() -> None:
    scored = case(WEIGHTS, roster="a u\nb u", events="2025-01-01 x a 3\n2025-01-02 x a -3\n2025-01-03 x b 5")
    assert scored.trace("2025", "a") == ["2025-01-01 x 3 0 weight", "2025-01-02 x -3 0 weight"]


def test_the_most_frequent_mark_counts_every_aspect_and_the_worse_of_equals() -> None:
    marks = """
    2025 peers a r1 优 aspect=overall
    2025 peers a r1 中 aspect=work
    2025 peers a r2 中 aspect=work
    2025 peers a r2 优 aspect=overall
    """
    graded = WEIGHTS.replace(
        "weights:", "grade: {periods: [year], bands: {优: '[0, ∞)', 中: '(-∞, 0)'}, with: peers}\nweights:"
    )
    scored = case(graded.replace("{优: 10, 良: 8, 中: 6}", "{优: 10, 中: 6}"), roster="a u", ballots=marks)
    assert score(scored, "2025", "a").grade == "中"


def test_a_leader_can_have_the_mean_of_the_members_or_of_a_role_in_the_own_unit() -> None:
    scored = case(
        """
categories: {w: 工}
items: {x: {name: 甲, category: w, points: any}}
leaders:
  captain: {mean: [members]}
  mentor: {mean: [junior]}
  junior: {sum: [own]}
""",
        roster="c u roles=captain\nm u roles=mentor\nj1 u roles=junior\nj2 u roles=junior",
        events="2025-01-01 x j1 4\n2025-01-02 x j2 8\n2025-01-03 x c 99",
    )
    # mentor (4 + 8) / 2 = 6; captain (6 + 4 + 8) / 3 = 6: the own 99 do not count
    assert scored.totals("2025") == {"j2": "8", "c": "6", "m": "6", "j1": "4"}


def test_a_part_can_be_the_whole_sum_base_included() -> None:
    scored = case(
        "base: {points: 60, per: year}\n"
        + WEIGHTS.replace("of: daily, weight: 40%, normalise: max", "of: total, weight: 40%"),
        roster="a u",
        events="2025-01-01 x a 40",
    )
    assert scored.totals("2025") == {"a": "40"}  # (60 + 40) × 40 %, no ballots
    assert scored.trace("2025", "a") == ["2025-01-01 base 60 24 base", "2025-01-01 x 40 16 weight"]
