"""Events become entries: splits, broadcasts, quotas, stages, reversals, repeats; all worked by hand."""

from datetime import date

import pytest

from domain.scoring.posting import QuotaFull
from tests.domain.scoring_tables import case

SPLIT = """
units: {points: 100, per: year}
categories: {work: 工作}
items:
  merit:
    name: 嘉奖
    category: work
    points: any
    to: {split: {secretary: 30%, handlers: 70%}, loss: {secretary: 70%, handlers: 30%}, otherwise: unit}
"""


@pytest.mark.parametrize(
    ("members", "points", "expected"),
    [
        # +10: secretary 30 % = 3, handler 70 % = 7
        ("m1", "10", {"s": "3", "m1": "7", "m2": "0", "b1": "100"}),
        # −10: secretary 70 % = −7, handler −3
        ("m1", "-10", {"m2": "0", "m1": "-3", "s": "-7", "b1": "100"}),
        # two handlers share 7 equally
        ("m1;m2", "10", {"m1": "3.5", "m2": "3.5", "s": "3", "b1": "100"}),
        # a secretary who handles gets both shares
        ("s", "10", {"s": "10", "m1": "0", "m2": "0", "b1": "100"}),
        # 0.0001 × 30 % and 70 %: the whole ten-thousandth goes to the larger remainder
        ("m1", "0.0001", {"m1": "0.0001", "m2": "0", "s": "0", "b1": "100"}),
        # 0.0005: 1.5 and 3.5 ten-thousandths; one is left over, equal remainders go by code: m1 before s
        ("m1", "0.0005", {"m1": "0.0004", "s": "0.0001", "m2": "0", "b1": "100"}),
    ],
)
def test_a_split_gives_every_party_its_share_and_sums_to_the_whole(
    members: str, points: str, expected: dict[str, str]
) -> None:
    scored = case(
        SPLIT, roster="m1 b1\nm2 b1\ns b1 roles=secretary", events=f"2025-03-01 merit {members} {points}"
    )
    assert scored.totals("2025") == expected


def test_without_a_secretary_the_share_stays_with_the_unit() -> None:
    scored = case(SPLIT, roster="m1 b1", events="2025-03-01 merit m1 10")
    assert scored.totals("2025") == {"m1": "7", "b1": "103"}


def test_without_a_secretary_and_another_party_the_share_is_lost() -> None:
    scored = case(SPLIT.replace(", otherwise: unit", ""), roster="m1 b1", events="2025-03-01 merit m1 10")
    assert scored.totals("2025") == {"m1": "7", "b1": "100"}


def test_handlers_of_two_units_give_each_secretary_a_part_in_proportion() -> None:
    # 30 % of 9 = 2.7: two of three handlers are of b1 → 1.8, one of b2 → 0.9; 6.3 / 3 = 2.1 each
    scored = case(
        SPLIT,
        roster="m1 b1\nm2 b1\ns1 b1 roles=secretary\nm3 b2\ns2 b2 roles=secretary",
        events="2025-03-01 merit m1;m2;m3 9",
    )
    assert scored.totals("2025") == {
        "m1": "2.1", "m3": "2.1", "m2": "2.1", "s2": "0.9", "s1": "1.8", "b1": "100", "b2": "100",
    }  # fmt: skip


def test_only_the_part_of_a_unit_without_a_secretary_stays_with_that_unit() -> None:
    # 30 % of 10 = 3: half to the secretary of b1, half to the unit b2 that has none
    scored = case(SPLIT, roster="m1 b1\ns1 b1 roles=secretary\nm3 b2", events="2025-03-01 merit m1;m3 10")
    assert scored.totals("2025") == {"m1": "3.5", "m3": "3.5", "s1": "1.5", "b1": "100", "b2": "101.5"}


def test_two_secretaries_divide_the_share() -> None:
    scored = case(
        SPLIT,
        roster="m1 b1\ns1 b1 roles=secretary\ns2 b1 roles=secretary until=2025-07-01",
        events="2025-03-01 merit m1 10\n2025-08-01 merit m1 10",
    )
    # March: 1.5 each; August: s2 has left, s1 has all 3
    assert scored.totals("2025") == {"m1": "14", "s1": "4.5", "s2": "1.5", "b1": "100"}


AUTHORS = """
categories: {work: 工作}
items:
  paper: {name: 论文, category: work, points: 9, to: {split: {first: 60%, others: 40%}, otherwise: first}}
  play: {name: 演出, category: work, points: 1, to: {amounts: {first: 5, others: 2}}}
"""


def test_the_first_author_has_a_share_and_the_others_divide_the_rest() -> None:
    scored = case(AUTHORS, roster="a u\nb u\nc u", events="2025-01-01 paper b;a;c")
    assert scored.totals("2025") == {"b": "5.4", "a": "1.8", "c": "1.8"}


def test_a_lone_author_has_the_share_of_the_others_too() -> None:
    assert case(AUTHORS, roster="a u", events="2025-01-01 paper a").totals("2025") == {"a": "9"}


def test_each_role_has_an_amount_of_its_own() -> None:
    scored = case(AUTHORS, roster="a u\nb u\nc u", events="2025-01-01 play c;a;b")
    assert scored.totals("2025") == {"c": "5", "a": "2", "b": "2"}
    assert scored.trace("2025", "c") == ["2025-01-01 play 1 5 broadcast"]


BROADCAST = """
population: {kinds: [full, probationary]}
categories: {praise: 表扬}
items:
  unit-praised: {name: 集体表扬, category: praise, points: 2, to: members}
  award: {name: 获奖, category: praise, points: 3, to: [heads, deputies, members]}
"""
OFFICES = """
m1 o1 parent=bureau
m2 o1 kind=prospect
m3 o1 until=2025-03-01
m4 o2 parent=bureau
h bureau roles=head
d bureau roles=deputy:o1
e bureau roles=deputy:o2
"""


def test_a_broadcast_reaches_every_scored_member_of_that_day_once() -> None:
    scored = case(BROADCAST, roster=OFFICES, events="2025-03-01 unit-praised unit=o1")
    assert scored.totals("2025") == {"d": "0", "e": "0", "h": "0", "m1": "2", "m3": "0", "m4": "0"}


def test_an_award_reaches_heads_of_the_parent_the_deputy_in_charge_and_the_office() -> None:
    scored = case(BROADCAST, roster=OFFICES, events="2025-02-01 award unit=o1")
    assert scored.totals("2025") == {"d": "3", "h": "3", "e": "0", "m1": "3", "m3": "3", "m4": "0"}


def test_a_broadcast_without_a_unit_goes_to_the_members_unit() -> None:
    assert case(BROADCAST, roster=OFFICES, events="2025-02-01 unit-praised m4").totals("2025")["m4"] == "2"


QUOTA = """
categories: {work: 工作}
items:
  service: {name: 服务, category: work, points: 2, quota: {share: 2/5, per: quarter}}
"""


def test_a_quota_is_filled_in_order_of_day_then_line_and_anew_each_quarter() -> None:
    # 5 active members of u → floor(2/5 × 5) = 2 places a quarter; a place once taken serves again
    scored = case(
        QUOTA,
        roster="a u\nb u\nc u\nd u\ne u\nf u status=away\ng v",
        events="""
2025-02-03 service c
2025-02-01 service b
2025-02-01 service a
2025-02-04 service a
2025-04-01 service c
2025-02-01 service g
""",
    )
    assert scored.totals("2025-Q1") == {"a": "4", "b": "2", "c": "0", "d": "0", "e": "0", "f": "0", "g": "0"}
    assert scored.totals("2025-Q2")["c"] == "2"
    # one member of v alone: floor(2/5) = 0 places
    assert [(one.number, one.subjects, one.places) for one in scored.of("2025-Q1").problems] == [
        (6, ("g",), 0),
        (1, ("c",), 2),
    ]
    assert scored.of("2025-Q2").problems == ()


def test_an_event_taken_back_leaves_its_place_to_the_next() -> None:
    scored = case(
        QUOTA,
        roster="a u\nb u\nc u",
        events="2025-01-01 service a key=k\n2025-01-02 service b\n2025-01-09 service a reverses=k",
    )
    assert scored.totals("2025") == {"b": "2", "a": "0", "c": "0"}


def test_an_event_may_be_entered_for_some_of_its_members() -> None:
    scored = case(QUOTA, roster="a u\nb u\nc u", events="2025-01-01 service b;c")
    assert scored.totals("2025") == {"b": "2", "a": "0", "c": "0"}
    assert scored.evaluation.refused == ()
    assert [one.subjects for one in scored.of("2025").problems] == [("c",)]
    assert scored.evaluation.over_quota(scored.evaluation.rulebook.period("2025")) == [
        QuotaFull(1, date(2025, 1, 1), "service", "u", ("c",), 1)
    ]


STAGES = """
categories: {work: 工作}
items:
  idea: {name: 建议, category: work, points: {levels: {proposed: 10, adopted: 20}}, stages: replace}
  step: {name: 步骤, category: work, points: {levels: {one: 10, two: 20}}, stages: add}
"""


@pytest.mark.parametrize(
    ("events", "total"),
    [
        ("2025-01-01 idea a level=proposed key=k\n2025-05-01 idea a level=adopted key=k", "20"),
        ("2025-01-01 step a level=one key=k\n2025-05-01 step a level=two key=k", "30"),
        ("2025-01-01 idea a level=proposed key=k\n2025-05-01 idea a level=adopted key=other", "30"),
        ("2025-01-01 idea a level=proposed\n2025-05-01 idea a level=adopted", "30"),
        ("2025-01-01 idea a level=adopted key=k\n2025-05-01 idea a level=proposed key=k", "20"),
    ],
)
def test_stages_of_one_deed_replace_or_add(events: str, total: str) -> None:
    assert case(STAGES, roster="a u", events=events).totals("2025") == {"a": total}


def test_a_later_stage_counts_what_it_adds_in_its_own_period() -> None:
    scored = case(
        STAGES,
        roster="a u",
        events="2025-01-01 idea a level=proposed key=k\n2025-05-01 idea a level=adopted key=k",
    )
    assert (scored.totals("2025-Q1"), scored.totals("2025-Q2")) == ({"a": "10"}, {"a": "10"})
    assert scored.trace("2025", "a") == ["2025-01-01 idea 10 10", "2025-05-01 idea 20 10 replaced"]


PLAIN = "categories: {work: 工作}\nitems: {talk: {name: 发言, category: work, points: 5, caps: {year: 8}}}"


@pytest.mark.parametrize(
    ("events", "total"),
    [
        ("2025-01-01 talk a key=k\n2025-02-01 talk a reverses=k", "0"),
        ("2025-01-01 talk a key=k\n2025-02-01 talk a reverses=k key=r\n2025-03-01 talk a reverses=r", "5"),
        ("2025-02-01 talk a reverses=k\n2025-01-01 talk a key=k", "0"),
        # the cap makes room again
        ("2025-01-01 talk a key=k\n2025-01-02 talk a\n2025-02-01 talk a reverses=k", "5"),
        ("2025-01-01 talk a key=k\n2025-01-02 talk a", "8"),
    ],
)
def test_a_reversal_restores_and_its_own_reversal_brings_the_event_back(events: str, total: str) -> None:
    scored = case(PLAIN, roster="a u", events=events)
    assert (scored.totals("2025"), scored.refused) == ({"a": total}, [])


def test_a_reversal_of_an_earlier_period_restores_that_period() -> None:
    scored = case(PLAIN, roster="a u", events="2025-01-01 talk a key=k\n2025-05-01 talk a reverses=k")
    assert (scored.totals("2025-Q1"), scored.totals("2025-Q2")) == ({"a": "0"}, {"a": "0"})


def test_a_key_taken_back_twice_or_by_nothing_is_refused() -> None:
    scored = case(
        PLAIN,
        roster="a u",
        events="2025-01-01 talk a key=k\n2025-01-02 talk a reverses=k\n2025-01-03 talk a reverses=k\n"
        "2025-01-03 talk a reverses=z\n2025-01-04 talk a reverses=own key=own",
    )
    assert scored.refused == [(3, "reversed-twice"), (4, "unknown-reversal"), (5, "unknown-reversal")]


REPEAT = """
categories: {work: 工作}
items: {fault: {name: 违纪, category: work, points: -2, repeat: {within: 6, times: 2}}}
"""


def test_the_same_again_within_its_validity_is_doubled() -> None:
    # January −2; 1 July is not within six months of 1 January; 30 December is within six of 1 July: −4
    scored = case(
        REPEAT, roster="a u", events="2025-01-01 fault a\n2025-07-01 fault a\n2025-12-30 fault a\n"
        ,
    )  # fmt: skip
    assert scored.trace("2025", "a") == [
        "2025-01-01 fault -2 -2",
        "2025-07-01 fault -2 -2",
        "2025-12-30 fault -2 -4 repeat",
    ]


def test_what_was_taken_back_makes_nothing_a_repeat() -> None:
    scored = case(
        REPEAT,
        roster="a u",
        events="2025-01-01 fault a key=k\n2025-02-01 fault a\n2025-03-01 fault a reverses=k",
    )
    assert scored.totals("2025") == {"a": "-2"}


def test_a_factor_multiplies_before_caps() -> None:
    scored = case(
        "categories: {w: 工}\nitems:\n"
        "  cut: {name: 扣, category: w, points: any negative, factor: 1.5, floors: {month: -4}}",
        roster="a u",
        events="2025-01-01 cut a -2\n2025-01-02 cut a -1",
    )
    assert scored.trace("2025", "a") == ["2025-01-01 cut -2 -3 factor", "2025-01-02 cut -1 -1 floor.month"]


def test_a_member_of_two_units_acts_in_the_unit_that_the_event_names() -> None:
    scored = case(
        SPLIT,
        roster="m b1\nm b2\ns1 b1 roles=secretary\ns2 b2 roles=secretary",
        events="2025-03-01 merit m 10 unit=b2",
    )
    assert {name: total for name, total in scored.totals("2025").items() if name != "m"} == {
        "s2": "3", "s1": "0", "b1": "100", "b2": "100",
    }  # fmt: skip


def test_a_reversal_stands_in_the_trace_with_its_own_day() -> None:
    scored = case(PLAIN, roster="a u", events="2025-01-01 talk a key=k\n2025-05-01 talk a reverses=k")
    assert scored.trace("2025", "a") == ["2025-01-01 talk 5 0 reversed", "2025-05-01 talk -5 0 reversed"]
    assert scored.trace("2025-Q2", "a") == ["2025-05-01 talk -5 0 reversed"]


def test_a_reversal_that_names_a_level_takes_only_that_stage_back() -> None:
    deed = "2025-01-01 idea a level=proposed key=k\n2025-02-01 idea a level=adopted key=k\n"
    scored = case(STAGES, roster="a u", events=deed + "2025-03-01 idea a level=adopted reverses=k")
    assert (scored.totals("2025"), scored.refused) == ({"a": "10"}, [])


@pytest.mark.parametrize(
    ("events", "refused"),
    [
        (
            "2025-01-01 talk a key=x reverses=y\n2025-01-02 talk a key=y reverses=x",
            [(1, "reversal-circle"), (2, "reversal-circle")],
        ),
        ("2025-01-01 talk a key=k\n2025-01-02 talk b reverses=k", [(2, "reversal-differs")]),
        ("2025-01-01 talk a;a", [(1, "member-twice")]),
        ("2025-01-01 talk a 7", [(1, "not-asked")]),
    ],
)
def test_what_contradicts_itself_is_refused(events: str, refused: list[tuple[int, str]]) -> None:
    assert case(PLAIN, roster="a u\nb u", events=events).refused == refused


def test_a_deed_of_the_day_that_ends_a_membership_belongs_to_it_unless_another_begins() -> None:
    last_day = "2025-06-30 talk a"
    scored = case(PLAIN, roster="a u until=2025-06-30", events=last_day)
    assert (scored.totals("2025"), scored.refused) == ({"a": "5"}, [])
    assert case(PLAIN, roster="a u until=2025-06-30", events="2025-07-01 talk a").refused == [
        (1, "outside-membership")
    ]
    moved = case(
        f"{PLAIN.replace('points: 5', 'points: 5, to: members')}",
        roster="a u until=2025-06-30\na v since=2025-06-30\nb v",
        events=last_day,
    )
    assert moved.totals("2025") == {"a": "5", "b": "5"}
