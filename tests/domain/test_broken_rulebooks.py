"""Every mistake an author can make is told with its file, its line and a sentence; all of them at once."""

import pytest

from domain.rulebooks import ProblemCode, RulebookInvalid, parse_rulebook
from tests.domain.rulebook_texts import no_parents

CHOICE = ProblemCode.NOT_A_CHOICE

SOUND = """\
id: club
name: 测试
version: "1"
categories: {all: 全部}
items:
  talk: {name: 发言, category: all, points: 5}
"""


def problems(text: str, **parents: str) -> list[tuple[str, int, ProblemCode]]:
    """Return where what is wrong with the text; `parents` are the texts of other books."""
    with pytest.raises(RulebookInvalid) as refused:
        parse_rulebook(text, file="my.yaml", parents=parents.get)
    return [(one.file, one.line, one.code) for one in refused.value.problems]


TWENTY_FIVE_MISTAKES = """\
id: Club
name: 测试
version: "1"
colour: red
base: {points: many, per: week}
periods: {month: mean of months, year: mean of weeks}
components:
  empty: {name: 空}
categories:
  all: {name: 全部, component: nowhere}
  Bad: 坏
items:
  talk: {name: 发言, category: nothing, points: 5}
  talk: {name: 发言, category: all, points: 5}
  walk: {name: 散步, category: all, pints: 5, points: 5}
  nameless: {category: all, points: 5}
  five: {name: 五, category: all, points: five}
  levels: {name: 级, category: all, points: {levels: {city: {name: 市, pionts: 2, points: 2}}}}
  hours: {name: 时, category: all, points: {each: 1, unit: 小时, from: 3, to: 2, step: 0}}
  range: {name: 幅, category: all, points: {from: 10, to: 1}}
  dated: {name: 期, category: all, points: 1, since: 2025-06-01, until: 2025-05-01}
  undated: {name: 期, category: all, points: 1, since: 1 June}
  capped: {name: 封, category: all, points: 1, caps: {month: -3, fortnight: 3}}
  floored: {name: 底, category: all, points: -1, floors: {month: 3}}
  photo: {name: 照, category: all, points: 1, evidence: maybe}
groups:
  some: {name: 组, items: [talk, sing]}
total: {caps: [20]}
stars: {periods: [month], bands: {5: "[120, ∞)", 3: "[100, 120]", 1: "(-∞, 90)"}}
grade: {periods: [year], bands: {优: 90以上, 差: "(-∞, 90)"}}
"""


def test_many_mistakes_are_told_at_once_each_with_its_line() -> None:
    assert [(line, code.value) for _, line, code in problems(TWENTY_FIVE_MISTAKES)] == [
        (1, "not-a-code"),
        (4, "unknown-key"),
        (5, "not-a-choice"),
        (5, "not-a-number"),
        (6, "not-a-choice"),
        (8, "unused-component"),
        (10, "unknown-component"),
        (11, "not-a-code"),
        (13, "unknown-category"),
        (14, "duplicate-key"),
        (15, "unknown-key"),
        (16, "missing-key"),
        (17, "not-a-number"),
        (18, "unknown-key"),
        (19, "not-positive"),
        (19, "range-reversed"),
        (20, "range-reversed"),
        (21, "dates-reversed"),
        (22, "not-a-date"),
        (23, "not-a-choice"),
        (24, "floor-sign"),
        (25, "not-a-choice"),
        (27, "unknown-item"),
        (28, "wrong-shape"),
        (29, "bands-gap"),
        (29, "bands-overlap"),
        (30, "not-a-band"),
    ]


def with_more(more: str) -> str:
    return SOUND + more


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("", 1, ProblemCode.NOTHING_WRITTEN),
        ("- a\n- b\n", 1, ProblemCode.WRONG_SHAPE),
        ("id: club\n\tname: x\n", 2, ProblemCode.TAB),
        ("id: club\nname: [x\n", 3, ProblemCode.SYNTAX),
        ("id: club\nname: 'x\n", 3, ProblemCode.SYNTAX),
        ("? [a, b]\n: c\n", 1, ProblemCode.SYNTAX),
        ("id: &a club\nname: *a\n", 1, ProblemCode.ANCHOR),
        ("id: club\nname: *a\n", 2, ProblemCode.ANCHOR),
        ("id: !!python/name:os.system club\n", 1, ProblemCode.TAG),
        (SOUND + "---\n" + SOUND, 7, ProblemCode.SEVERAL_DOCUMENTS),
        ("id: " + "[" * 40, 1, ProblemCode.TOO_DEEP),
        ("id: club\x07\n", 1, ProblemCode.UNREADABLE),
        ("#" * 1_000_001, 1, ProblemCode.TOO_LARGE),
        (with_more("extends:\n"), 7, ProblemCode.EMPTY),
        (with_more("extends: nobody\n"), 7, ProblemCode.UNKNOWN_PARENT),
        (with_more("extends: club\n"), 7, ProblemCode.PARENT_CIRCLE),
        (with_more("total: {floors: {year: 1}}\n"), 7, ProblemCode.FLOOR_SIGN),
        (with_more("total: {caps: {year: -1}}\n"), 7, ProblemCode.CAP_SIGN),
        (
            with_more("base: {points: 9, per: month}\ntotal: {caps: {year: 99}}\n"),
            8,
            ProblemCode.CAP_ON_TOTAL,
        ),
        (
            with_more("base: {points: 9, per: month}\ntotal: {caps: {month: 8}}\n"),
            8,
            ProblemCode.CAP_SIGN,
        ),
        (
            with_more("base: {points: 9, per: year}\nperiods: {year: mean of months}\n"),
            8,
            ProblemCode.BASE_NOT_GRANTED,
        ),
        (with_more("periods: {quarter: mean of halves}\n"), 7, ProblemCode.MEAN_NOT_SHORTER),
        (
            with_more("  veto: {name: 否决, category: all, points: 0, effect: {stars: 1}}\n"),
            7,
            ProblemCode.EFFECT_WITHOUT_STARS,
        ),
        (with_more("  veto: {name: 否决, category: all, points: 0, effect: {}}\n"), 7, ProblemCode.EMPTY),
        (with_more("  veto: {name: 否, category: all, points: 0, effect: {stars: 9}}\n"), 7, CHOICE),
        (with_more("  veto: {name: 否, category: all, points: 0, effect: {barred: 1.5}}\n"), 7, CHOICE),
        (with_more("  open: {name: 开, category: all, points: {}}\n"), 7, ProblemCode.MISSING_KEY),
        (with_more("  fine: {name: 细, category: all, points: 0.00001}\n"), 7, ProblemCode.NOT_A_NUMBER),
        (with_more("  blank: {name: , category: all, points: 1}\n"), 7, ProblemCode.EMPTY),
        (with_more(f"  long: {{name: {'长' * 61}, category: all, points: 1}}\n"), 7, ProblemCode.TOO_LONG),
        (
            with_more("  mixed: {name: 混, category: all, points: {steps: {4: 1}, unit: 时, each: 2}}\n"),
            7,
            ProblemCode.TWO_FORMS,
        ),
        (
            with_more("requirements:\n  cut:\n    name: 断\n    in: [year]\n    when: max(total\n"),
            11,
            ProblemCode.CONDITION_CUT,
        ),
        (with_more("  gone:\n"), 7, ProblemCode.EMPTY),
        (with_more("return_reasons: 照片不清\n"), 7, ProblemCode.WRONG_SHAPE),
        (with_more('grade: {periods: [], bands: {好: "[0, ∞)"}}\n'), 7, ProblemCode.EMPTY),
        (with_more('grade: {periods: [year], bands: {好: "[0, ∞)"}}\n'), 7, ProblemCode.BANDS_GAP),
        (with_more('grade: {periods: [year], bands: {好: "(-∞, 9]"}}\n'), 7, ProblemCode.BANDS_GAP),
        (
            with_more('grade: {periods: [year], bands: {好: "(9, ∞)", 差: "(-∞, 9)"}}\n'),
            7,
            ProblemCode.BANDS_GAP,
        ),
        (
            with_more('grade: {periods: [year], bands: {好: "(-∞, ∞)", 差: "(-∞, 9)"}}\n'),
            7,
            ProblemCode.BANDS_OVERLAP,
        ),
        (with_more('grade: {periods: [year], bands: {好: "[9, 8]"}}\n'), 7, ProblemCode.NOT_A_BAND),
        (with_more('grade: {periods: [year], bands: {好: "[-∞, ∞]"}}\n'), 7, ProblemCode.NOT_A_BAND),
        (with_more("reminders: {day: last day - 16 working days}\n"), 7, ProblemCode.NOT_A_DAY_RULE),
        (with_more("reminders:\n  day: the fifth\n"), 8, ProblemCode.NOT_A_DAY_RULE),
        (with_more("reminders:\n  day: last day\n  time: 25:00\n"), 9, ProblemCode.NOT_A_TIME),
        (with_more("reminders: {time: 10:00}\n"), 7, ProblemCode.MISSING_KEY),
        (with_more("reminders: {day: 25, when: 10:00}\n"), 7, ProblemCode.UNKNOWN_KEY),
    ],
)  # fmt: skip
def test_each_mistake_has_its_code_and_line(text: str, line: int, code: ProblemCode) -> None:
    assert problems(text) == [("my.yaml", line, code)]


def test_what_cannot_be_read_is_not_told_missing_as_well() -> None:
    more = """\
  burn: {name: 焚烧, category: all, points: -5, effect: {flag: 焚烧}}
  mended: {name: 整改, category: all, points: 0, effect: {repairs: [burn], grade_max: 差}}
grade: {periods: [year], bands: {优: 90以上, 差: "(-∞, 90)"}}
"""
    assert problems(with_more(more)) == [
        ("my.yaml", 7, ProblemCode.NOT_A_CODE),
        ("my.yaml", 9, ProblemCode.NOT_A_BAND),
    ]


CHILD = 'id: child\nname: 下级\nversion: "1"\nextends: club\n'


def test_a_mistake_of_the_parent_is_told_with_the_parents_line() -> None:
    parent = SOUND.replace("points: 5", "points: five")

    assert problems(CHILD, club=parent) == [("club.yaml", 6, ProblemCode.NOT_A_NUMBER)]


def test_the_mistakes_of_child_and_parent_are_told_together_the_childs_first() -> None:
    parent = SOUND.replace("points: 5", "points: 5, pints: 4")
    child = CHILD + "items:\n  talk: {caps: {month: -1}}\n"

    assert problems(child, club=parent) == [
        ("my.yaml", 6, ProblemCode.CAP_SIGN),
        ("club.yaml", 6, ProblemCode.UNKNOWN_KEY),
    ]


def test_parents_that_extend_each_other_are_a_circle() -> None:
    parent = SOUND + "extends: child\n"

    assert problems(CHILD, club=parent) == [("club.yaml", 7, ProblemCode.PARENT_CIRCLE)]


@pytest.mark.parametrize(
    ("more", "line"), [("items: {sing: }\n", 5), ("base:\n", 5), ("categories:\n  all:\n  none:\n", 7)]
)
def test_only_what_is_there_can_be_removed(more: str, line: int) -> None:
    found = problems(CHILD + more, club=SOUND)

    assert [one for one in found if one[2] is ProblemCode.NOTHING_TO_REMOVE] == [
        ("my.yaml", line, ProblemCode.NOTHING_TO_REMOVE)
    ]


def test_a_child_that_has_no_name_of_its_own_is_told_so() -> None:
    assert problems("id: child\nextends: club\n", club=SOUND) == [
        ("my.yaml", 1, ProblemCode.MISSING_KEY),
        ("my.yaml", 1, ProblemCode.MISSING_KEY),
    ]


def test_the_sentences_speak_to_the_author() -> None:
    with pytest.raises(RulebookInvalid) as refused:
        parse_rulebook(SOUND.replace("points: 5", "pints: 5"), file="my.yaml", parents=no_parents)

    chinese = "不认识 “pints”；是不是 “points”？"
    english = "unknown key “pints”; did you mean “points”?"
    assert [str(one) for one in refused.value.problems] == [
        "my.yaml:6: 缺少 “points” · “points” is missing",
        f"my.yaml:6: {chinese} · {english}",
    ]
    assert refused.value.problems[1].told_in("zh_Hans") == f"my.yaml:6: {chinese}"
    assert refused.value.problems[1].told_in("en") == f"my.yaml:6: {english}"


def test_a_word_that_is_near_none_is_told_with_all_that_are_known() -> None:
    with pytest.raises(RulebookInvalid) as refused:
        parse_rulebook(SOUND.replace("points: 5", "zzz: 5"), file="my.yaml", parents=no_parents)

    known = (
        "name, category, points, hint, since, until, evidence, reported_by, effect, to, for, stages, quota, "
        "factor, quantity_caps, valid, repeat, clause, quote, caps, floors"
    )
    assert str(refused.value.problems[1]) == (
        f"my.yaml:6: 不认识 “zzz”，这里可以写：{known} · unknown key “zzz”; known here: {known}"
    )


IDLE_KEYS = (
    SOUND
    + """\
  fault: {name: 过失, category: all, points: 0, effect: {flag: fault, frozen: true}}
missing_months: zero
units: {points: 100, per: year, prorated: true}
weights:
  periods: [year]
  parts: {daily: {name: 日常, of: total, weight: 100%, normalise: max, times: 2}}
consequences:
  praise: {name: 表扬, in: [year], when: total > 9, by: all, ties: all}
  plaque: {name: 红旗, in: [year], top: 1, subjects: all}
"""
)


def test_keys_that_would_do_nothing_beside_the_others_are_refused() -> None:
    lines = [(line, code) for _, line, code in problems(IDLE_KEYS)]

    assert lines == [(line, ProblemCode.IDLE_KEY) for line in (7, 8, 9, 12, 14, 14, 15)]


def test_a_shop_names_items_that_are_there_and_carries_over_no_less_than_nothing() -> None:
    assert problems(f"{SOUND}shop:\n  earns: [talk, sing]\n  carry_over: -1\n") == [
        ("my.yaml", 8, ProblemCode.UNKNOWN_ITEM),
        ("my.yaml", 9, ProblemCode.NOT_POSITIVE),
    ]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("id：club\nname: 会\n", 1, ProblemCode.FULL_WIDTH),
        ("id: club\nname: 会\nitems: {talk: {name: 发言，points: 5}\n", 3, ProblemCode.FULL_WIDTH),
        ("", 1, ProblemCode.NOTHING_WRITTEN),
        ("# 只有一句说明\n", 1, ProblemCode.NOTHING_WRITTEN),
    ],
)
def test_what_chinese_typists_type_is_told_as_such(text: str, line: int, code: ProblemCode) -> None:
    assert problems(text) == [("my.yaml", line, code)]


def test_a_component_that_no_weight_names_is_told() -> None:
    part = "{name: 甲, of: all, weight: 100%}"
    weights = f"base: {{points: 60, per: year}}\nweights: {{periods: [year], parts: {{a: {part}}}}}\n"
    assert problems(SOUND + weights) == [("my.yaml", 8, ProblemCode.UNWEIGHTED)]
    assert parse_rulebook(
        SOUND + weights.replace("of: all", "of: total"), file="my.yaml", parents=no_parents
    ).weights
