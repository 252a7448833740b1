"""The roster's columns of classes and households: what a file fills in, what it moves, what it refuses."""

from datetime import date

import pytest

from domain.roster_problems import RosterInvalid, RosterProblemCode
from services.deps import Deps
from services.ledger import verify
from tests.example_desks import FEBRUARY_16, PEOPLE, Desk, a_desk, bring_in
from tests.services.test_rosters import told

TODAY = date(2026, 3, 10)
BARE = "member,name,unit\nm1,王一,hezhuang\nm2,王二,hezhuang\nm3,王三,hezhuang\nm4,王四,hezhuang\n"
CHINESE = "编号,姓名,支部,分类,家庭\nm1,王一,hezhuang,正式,张大户\nm2,王二,hezhuang,,张大户\n"


@pytest.fixture
def village(deps: Deps) -> Desk:
    return a_desk(deps, "village-households", BARE)


def test_a_later_file_fills_in_what_was_not_known(village: Desk) -> None:
    village.enter("m1", "sorting", "2026-01-05")
    village.enter("m2", "sorting", "2026-01-06")
    preview = bring_in(village.deps, CHINESE, is_preview=True)
    assert village.rows("m1") == [(None, None, "", "")]
    done = bring_in(village.deps, CHINESE)
    assert (
        told(preview)
        == told(done)
        == [
            (2, "changed", ("class", "household")),
            (3, "changed", ("household",)),
        ]
    )
    assert village.rows("m1") == [(None, None, "正式", "张大户")]
    table = CHINESE.replace("编号,姓名,支部,分类,家庭", "member,name,unit,class,household")
    village.agrees(f"{table}m3,王三,hezhuang,,\nm4,王四,hezhuang,,\n", "2026-01")
    again = bring_in(village.deps, CHINESE)
    assert [one for _, one, _ in told(again)] == ["unchanged"] * 2


def test_another_household_without_a_day_begins_today(village: Desk) -> None:
    bring_in(village.deps, CHINESE)
    village.enter("m1", "sorting", "2026-03-09")
    moved = "编号,姓名,支部,家庭\nm1,王一,hezhuang,李二户\n"
    done = bring_in(village.deps, moved)
    assert told(done) == [(2, "changed", ("since", "household"))]
    both = [(None, TODAY, "正式", "张大户"), (TODAY, None, "正式", "李二户")]
    assert village.rows("m1") == both
    assert told(bring_in(village.deps, moved)) == [(2, "unchanged", ())]
    assert village.rows("m1") == both
    scores = {str(one["subject"]): one["total"] for one in village.scores("2026-03")}
    assert (scores["张大户"], scores["李二户"]) == (1, 0)
    assert verify(village.deps)[1] == ()


def test_another_household_begins_with_the_day_of_the_row(village: Desk) -> None:
    bring_in(village.deps, PEOPLE.replace("2025-01-01", ""))
    header = "member,name,unit,since,household\n"
    done = bring_in(village.deps, header + "m1,王一,hezhuang,2026-02-16,李二户\n")
    assert told(done) == [(2, "changed", ("since", "household"))]
    third = header + "m1,王一,hezhuang,2026-03-01,王三户\n"
    for outcome in ("changed", "unchanged"):
        assert [one for _, one, _ in told(bring_in(village.deps, third))] == [outcome]
    assert village.rows("m1") == [
        (None, FEBRUARY_16, "正式", "张大户"),
        (FEBRUARY_16, date(2026, 3, 1), "正式", "李二户"),
        (date(2026, 3, 1), None, "正式", "王三户"),
    ]


def test_two_dated_rows_say_what_was_and_what_is(village: Desk) -> None:
    rows = "m1,王一,hezhuang,,2026-02-16,张大户\nm1,王一,hezhuang,2026-02-16,,李二户\n"
    for _ in range(2):
        bring_in(village.deps, "编号,姓名,支部,加入日期,离开日期,户名\n" + rows)
    assert village.rows("m1") == [(None, FEBRUARY_16, "", "张大户"), (FEBRUARY_16, None, "", "李二户")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=A1", RosterProblemCode.FORMULA),
        ("户\u200b一", RosterProblemCode.NOT_PRINTABLE),
        ("户" * 65, RosterProblemCode.TOO_LONG),
    ],
)
@pytest.mark.parametrize("column", ["class", "household"])
def test_a_word_that_cannot_be_kept_is_told_with_its_line(
    village: Desk, cell: str, code: RosterProblemCode, column: str
) -> None:
    text = f"member,name,unit,{column}\nm1,王一,hezhuang,{cell}\n"
    with pytest.raises(RosterInvalid) as refused:
        bring_in(village.deps, text)
    assert [(one.line, one.code) for one in refused.value.problems] == [(2, code)]
    assert column in str(refused.value.problems[0])
