"""`jifen simulate`: who changes, by how much, through which clause."""

import json

import pytest

from tests.cli.conftest import Said, Terminal

OLD = """\
id: club
name: 读书会
version: "1"
base: {points: 40, per: quarter}
categories: {study: 学习, duty: 纪律}
items:
  talk: {name: 发言, category: study, points: 2, clause: 第二条}
  walk: {name: 散步, category: study, points: 1, clause: 第三条}
  absence: {name: 缺席, category: duty, points: -1, clause: 第九条}
consequences:
  praise: {name: 表彰, in: [quarter], top: 1, to: secretary}
grade: {periods: [quarter], bands: {优秀: "[45, ∞)", 合格: "(-∞, 45)"}}
"""
NEW = (
    OLD.replace('version: "1"', 'version: "2"')
    .replace("points: 2, clause: 第二条", "points: 2, caps: {month: 3}, clause: 第二条之一")
    .replace("points: -1", "points: -2.5")
)
ROSTER = "member,name,unit\nm1,王一,b1\nm2,李二,b1\nm3,张三,b1\n"
EVENTS = """\
date,item,member
2025-01-05,talk,m1
2025-01-06,talk,m1
2025-01-07,talk,m1
2025-02-01,talk,m2
2025-02-02,talk,m2
2025-03-02,walk,m2
2025-02-03,absence,m2
"""


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """Return a folder with two versions of a rulebook, a roster and events."""
    texts = {"old.yaml": OLD, "new.yaml": NEW, "roster.csv": ROSTER, "events.csv": EVENTS}
    for name, text in texts.items():
        (terminal.folder / name).write_text(text, encoding="utf-8")
    return terminal


def simulate(desk: Terminal, *more: str, old: str = "old.yaml", new: str = "new.yaml") -> Said:
    files = ("--roster", "roster.csv", "--events", "events.csv", "--period", "2025-Q1")
    return desk.run("simulate", old, new, *files, *more)


def test_json_tells_who_changes_by_how_much_and_through_what(desk: Terminal) -> None:
    said = simulate(desk, "--json")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    standing: dict[str, object] = {"stars": None, "eligible": True, "flags": []}
    assert found == {
        "old": {"id": "club", "version": "1"},
        "new": {"id": "club", "version": "2"},
        "period": "2025-Q1",
        "subjects": [
            {
                "subject": "m1", "kind": "member", "name": "王一", "unit": "b1", "change": "-3",
                "old": standing | {"total": "46", "rank": 1, "grade": "优秀", "consequences": ["praise"]},
                "new": standing | {"total": "43", "rank": 1, "grade": "合格", "consequences": ["praise"]},
                "gained": [], "lost": [],
                "lines": [
                    {
                        "item": "talk", "clause": "第二条之一", "old": "4", "new": "1", "change": "-3",
                        "why": {"old": [], "new": ["cap.month"]},
                    },
                ],
            },
            {
                "subject": "m2", "kind": "member", "name": "李二", "unit": "b1", "change": "-2.5",
                "old": standing | {"total": "44", "rank": 2, "grade": "合格", "consequences": []},
                "new": standing | {"total": "41.5", "rank": 2, "grade": "合格", "consequences": []},
                "gained": [], "lost": [],
                "lines": [
                    {
                        "item": "talk", "clause": "第二条之一", "old": "2", "new": "1", "change": "-1",
                        "why": {"old": [], "new": ["cap.month"]},
                    },
                    {
                        "item": "absence", "clause": "第九条", "old": "-1", "new": "-2.5", "change": "-1.5",
                        "why": {"old": [], "new": []},
                    },
                ],
            },
        ],
        "distribution": [
            {"from": str(low), "to": str(low + 1), "old": old, "new": new}
            for low, old, new in zip(range(40, 47), (1, 0, 0, 0, 1, 0, 1), (1, 1, 0, 1, 0, 0, 0), strict=True)
        ],
        "grades": [{"grade": "优秀", "old": 1, "new": 0}, {"grade": "合格", "old": 2, "new": 3}],
        "problems": [],
    }  # fmt: skip


def test_people_read_the_same(desk: Terminal) -> None:
    said = simulate(desk)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines()[:11] == [
        "2025-Q1  读书会 1 → 读书会 2",
        "有变化的共 2 个",
        "",
        "m1 王一  46 → 43（-3）",
        "  发言 talk  4 → 1（无 → 每月封顶）  依据：第二条之一",
        "  等次  优秀 → 合格",
        "",
        "m2 李二  44 → 41.5（-2.5）",
        "  发言 talk  2 → 1（无 → 每月封顶）  依据：第二条之一",
        "  缺席 absence  -1 → -2.5  依据：第九条",
        "",
    ]


@pytest.mark.parametrize(
    ("words", "env"),
    [(["--language", "en"], {}), ([], {"LC_ALL": "en_GB.UTF-8"})],
    ids=["asked for", "by the locale"],
)
def test_people_read_the_same_in_english(desk: Terminal, words: list[str], env: dict[str, str]) -> None:
    desk.env |= env
    said = simulate(desk, *words)
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "2025-Q1  读书会 1 → 读书会 2",
        "Changed: 2",
        "",
        "m1 王一  46 → 43 (-3)",
        "  发言 talk  4 → 1 (none → cap per month)  Clause: 第二条之一",
        "  grade  优秀 → 合格",
        "",
        "m2 李二  44 → 41.5 (-2.5)",
        "  发言 talk  2 → 1 (none → cap per month)  Clause: 第二条之一",
        "  缺席 absence  -1 → -2.5  Clause: 第九条",
        "",
        "Totals (before · after)",
        "  [40, 41)  1 · 1  ██████████████████████████████",
        "  [41, 42)  0 · 1  ██████████████████████████████",
        "  [42, 43)  0 · 0",
        "  [43, 44)  0 · 1  ██████████████████████████████",
        "  [44, 45)  1 · 0",
        "  [45, 46)  0 · 0",
        "  [46, 47)  1 · 0",
        "  grade 优秀  1 · 0",
        "  grade 合格  2 · 3",
    ]
    unchanged = simulate(desk, *words, new="old.yaml")
    assert unchanged.out == "2025-Q1  读书会 1 → 读书会 1\nNothing changes.\n"


def test_who_comes_and_goes_and_what_is_closed_is_told_in_both_languages(desk: Terminal) -> None:
    more = "requirements: {busy: {name: 参加, in: [quarter], when: count('talk') > 2, bars: true}}\n"
    only = "population: {kinds: [probationary]}\n"
    (desk.folder / "old.yaml").write_text(OLD + only, encoding="utf-8")
    (desk.folder / "new.yaml").write_text(OLD + more, encoding="utf-8")
    (desk.folder / "roster.csv").write_text(
        "member,name,unit,kind\nm1,王一,b1,\nm2,李二,b1,probationary\nm3,张三,b1,\n", encoding="utf-8"
    )
    told = {language: simulate(desk, "--language", language).out.splitlines() for language in ("zh", "en")}
    assert [line for line in told["zh"] if line.startswith(("m", "  评优", "  标记", "  结果"))] == [
        "m1 王一  改后才计分",
        "  结果运用  增加 表彰",
        "m2 李二  44 → 44（0）",
        "  评优  可 → 不可",
        "  标记  无 → 未达到要求 参加",
        "  结果运用  取消 表彰",
        "m3 张三  改后才计分",
    ]
    assert [line for line in told["en"] if line.startswith(("m", "  awards", "  Awards", "  F", "  C"))] == [
        "m1 王一  scored only after the change",
        "  Consequences  gained: 表彰",
        "m2 李二  44 → 44 (0)",
        "  Awards  open → closed",
        "  Flags  none → not met: 参加",
        "  Consequences  lost: 表彰",
        "m3 张三  scored only after the change",
    ]
    back = simulate(desk, "--language", "en", old="new.yaml", new="old.yaml").out.splitlines()
    assert [line for line in back if line.startswith("m1")] == ["m1 王一  no longer scored after the change"]


def test_a_version_against_itself_changes_nothing(desk: Terminal) -> None:
    assert json.loads(simulate(desk, "--json", new="old.yaml").out)["subjects"] == []
    assert simulate(desk, new="old.yaml").out == "2025-Q1  读书会 1 → 读书会 1\n没有任何变化。\n"


def test_an_item_given_up_is_a_problem_of_the_new_version_and_stops_nothing(desk: Terminal) -> None:
    gone = OLD.replace("  walk: {name: 散步, category: study, points: 1, clause: 第三条}\n", "")
    (desk.folder / "new.yaml").write_text(gone, encoding="utf-8")

    found = json.loads(simulate(desk, "--json").out)
    assert [(one["subject"], one["change"]) for one in found["subjects"]] == [("m2", "-1")]
    assert found["problems"] == [
        {
            "rulebook": "new", "code": "item-unknown", "file": "events.csv", "line": 7,
            "message": "规则本里没有指标 “walk” · the rulebook has no item “walk”",
        },
    ]  # fmt: skip
    said = simulate(desk)
    assert said.err == "events.csv:7: 规则本里没有指标 “walk” [改后]\n"
    english = simulate(desk, "--language", "en")
    assert english.err == "events.csv:7: the rulebook has no item “walk” [after]\n"
    assert "  散步 walk  1 → 0  依据：第三条" in said.out.splitlines()


def test_what_neither_version_can_enter_is_refused(desk: Terminal) -> None:
    (desk.folder / "events.csv").write_text(
        EVENTS + "2025-01-01,fly,m1\n2025-01-01,talk,m9\n", encoding="utf-8"
    )
    said = simulate(desk, "--json")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [
        "events.csv:9: 规则本里没有指标 “fly”",
        "events.csv:10: 名册里没有 m9",
    ]


def test_broken_rulebooks_are_told_both(desk: Terminal) -> None:
    (desk.folder / "new.yaml").write_text(NEW.replace("points: -2.5", "points: x"), encoding="utf-8")
    said = desk.spawn(
        "simulate", "none.yaml", "new.yaml", "--roster", "roster.csv", "--events", "events.csv",
        "--period", "2025-Q1",
    )  # fmt: skip
    assert (said.code, said.out) == (2, "")
    assert [line.partition(": ")[0] for line in said.err.splitlines()] == ["none.yaml:1", "new.yaml:9"]


def test_consequences_gained_and_lost_are_told(desk: Terminal) -> None:
    (desk.folder / "new.yaml").write_text(NEW.replace("top: 1", "bottom: 1"), encoding="utf-8")
    found = json.loads(simulate(desk, "--json").out)["subjects"]
    assert [(one["subject"], one["gained"], one["lost"]) for one in found] == [
        ("m1", [], ["praise"]),
        ("m2", [], []),
        ("m3", ["praise"], []),
    ]
    assert "  结果运用  增加 表彰" in simulate(desk).out.splitlines()
