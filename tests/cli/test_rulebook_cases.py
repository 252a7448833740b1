"""`jifen rulebook cases`: an author plays their own cases, and reads what came out otherwise."""

import pytest

from tests.cli.conftest import Said, Terminal

PARENT = """\
id: club
name: 会
version: "1"
categories: {reading: 读书}
items:
  talk: {name: 主讲, category: reading, points: 5, caps: {month: 12}}
  hours: {name: 时长, category: reading, points: {each: 1, unit: 小时, to: 8}}
"""
BOOK = 'id: own\nname: 自己的会\nversion: "1"\nextends: club\nitems: {talk: {points: 4}}\n'
CASES = """\
rulebook: own
cases:
  - name: 主讲两次
    events:
      - {date: 2025-03-01, item: talk, member: m1}
      - {date: 2025-03-15, item: talk, member: m1}
    period: 2025-03
    expect: {m1: {total: 8, rank: 1, components: {reading: 8}}}
    because: 4 + 4 = 8
  - name: 改成七分就到封顶
    with: {items: {talk: {points: 7}}}
    events: &twice
      - {date: 2025-03-01, item: talk, member: m1}
      - {date: 2025-03-15, item: talk, member: m1}
    period: 2025-03
    expect: {m1: {total: 12, why: ["", cap.month]}, m2: absent, problems: []}
    because: 7 + 7 = 14，封顶 12
  - name: 一个人的记分
    entries: [{item: talk, on: 2025-03-01}, {item: hours, on: 2025-03-02, quantity: 2}]
    period: 2025-03
    expect: {total: 6, counted: [4, 2]}
    because: 4 + 2 = 6
  - name: 申报前看到的
    entries: [{item: talk, on: 2025-03-01}]
    propose: {item: talk, on: 2025-03-02}
    expect: {gains: [4, 4], left: {talk.cap.month: 4}}
    because: 封顶 12 − 已计 4 − 这次 4 = 4
"""


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """Return a folder with a rulebook that extends another, and its cases."""
    for name, text in {"club.yaml": PARENT, "own.yaml": BOOK, "cases.yaml": CASES}.items():
        (terminal.folder / name).write_text(text, encoding="utf-8")
    return terminal


def played(desk: Terminal, text: str = CASES, *more: str, book: str = "own.yaml") -> Said:
    (desk.folder / "cases.yaml").write_text(text, encoding="utf-8")
    return desk.run("rulebook", "cases", book, "cases.yaml", *more)


def test_cases_that_come_out_as_worked_by_hand_are_counted(desk: Terminal) -> None:
    said = played(desk)
    assert (said.code, said.out, said.err) == (0, "4 个算例，全部相符\n", "")
    assert played(desk, CASES, "--language", "en").out == "cases: 4, all as expected\n"


def test_what_came_out_otherwise_is_told_with_the_case_and_the_hand_s_way(desk: Terminal) -> None:
    wrong = CASES.replace("total: 8, rank: 1, components: {reading: 8}", "total: 10, rank: 1, grade: 优")
    wrong = wrong.replace("counted: [4, 2]", "counted: [4, 3]").replace("m2: absent", "m1b: {total: 0}")
    said = played(desk, wrong)
    assert (said.code, said.err) == (1, "")
    assert said.out.splitlines() == [
        "cases.yaml:3: 主讲两次",
        "  m1 total：应为 10，算得 8",
        "  m1 grade：应为 优，算得 null",
        "  手算：4 + 4 = 8",
        "cases.yaml:10: 改成七分就到封顶",
        "  m1b：应为 {total: 0}，算得 absent",
        "  手算：7 + 7 = 14，封顶 12",
        "cases.yaml:18: 一个人的记分",
        "  counted：应为 [4, 3]，算得 [4, 2]",
        "  手算：4 + 2 = 6",
        "4 个算例，3 个不符",
    ]
    desk.env["LC_ALL"] = "en_GB.UTF-8"
    english = played(desk, wrong).out.splitlines()
    assert english[1] == "  m1 total: expected 10, came 8"
    assert english[3] == "  by hand: 4 + 4 = 8"
    assert english[-1] == "cases: 4, not as expected: 3"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("date: 2025-03-15, item: talk", "date: 2025-03-15, item: fly",
         "events 第 2 行，规则本里没有指标 “fly”"),
        ("date: 2025-03-15, item: talk", "date: 15 March, item: talk",
         "events 第 2 行，“date” 里的 “15 March” 不是日期，请写成 2025-01-31"),
        ("quantity: 2", "quantity: 9", "entries 第 2 行，“hours” 不能写这个数量（单位：小时，≤ 8）"),
        ("quantity: 2", "quantity: many", "entries 第 2 行，“quantity” 里的 “many” 不是数字（最多四位小数）"),
        ("{item: hours, on: 2025-03-02, quantity: 2}", "{item: talk, on: 2025-03-02, reverses: e9}",
         "entries 第 2 行，要冲正的 key “e9” 找不到"),
        ("{item: hours, on: 2025-03-02, quantity: 2}", "{item: talk}", "entries 第 2 行，“on” 没有填"),
        ("propose: {item: talk, on: 2025-03-02}", "propose: {item: talk, on: soon}",
         "propose 第 1 行，“on” 里的 “soon” 不是日期，请写成 2025-01-31"),
        ("talk: {points: 7}", "talk: {points: many}", "with 里，“many” 不是数字（最多四位小数）"),
    ],
)  # fmt: skip
def test_a_case_that_cannot_be_played_says_which_row_and_why(
    desk: Terminal, old: str, new: str, sentence: str
) -> None:
    said = played(desk, CASES.replace(old, new))
    assert said.code == 1
    told = [line for line in said.out.splitlines() if "算不了" in line]
    assert told
    assert set(told) == {f"  这个算例算不了：{sentence}"}
    english = played(desk, CASES.replace(old, new), "--language", "en").out.splitlines()
    assert [line for line in english if line.startswith("  cannot be played: ")]


def test_a_period_that_is_none_is_told(desk: Terminal) -> None:
    said = played(
        desk, CASES.replace("period: 2025-03\n    expect: {total", "period: March\n    expect: {total")
    )
    assert said.code == 1
    assert said.out.splitlines()[0] == "cases.yaml:18: 一个人的记分"
    assert said.out.splitlines()[1].startswith("  “period” 里的 “March” 不是周期")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("because: 4 + 4 = 8", "becuase: 4 + 4 = 8", ["3: 不认识 “becuase”；是不是 “because”？"]),
        ("total: 8, rank: 1", "totl: 8, rank: 1", ["3: 不认识 “totl”；是不是 “total”？"]),
        ("total: 6, counted", "total: 6, countd", ["18: 不认识 “countd”；是不是 “counted”？"]),
        ("gains: [4, 4]", "gain: [4, 4]", ["23: 不认识 “gain”；是不是 “gains”？"]),
        ("item: talk, member: m1}\n    period", "itm: talk, member: m1}\n    period",
         ["3: 不认识 “itm”；是不是 “item”？", "10: 不认识 “itm”；是不是 “item”？"]),
        ("    expect: {gains: [4, 4], left: {talk.cap.month: 4}}\n", "", ["23: 缺少 “expect”"]),
        ("rulebook: own\n", "", ["1: 缺少 “rulebook”"]),
        (CASES, "rulebook: own\ncases: none\n", ["1: “cases” 的写法不对，这里应当是一个列表"]),
        (CASES, "rulebook: own\ncases: [none]\n", ["2: “cases” 的写法不对，这里应当是“键: 值” 的列表"]),
        (CASES, "- a\n", ["1: “cases” 的写法不对，这里应当是“键: 值” 的列表"]),
        (CASES, "", ["1: “cases” 的写法不对，这里应当是“键: 值” 的列表"]),
        ("    entries: [{item: talk, on: 2025-03-01}, ", "    entries: [{item: [talk], on: 2025-03-01}, ",
         ["18: “item” 的写法不对，这里应当是一段文字"]),
        ("period: 2025-03\n    expect: {total", "expect: {total", ["18: 缺少 “period”"]),
        ("because: 7", "because: [7", ["18: 这里的写法不对：expected"]),
    ],
)  # fmt: skip
def test_a_file_written_otherwise_than_cases_are_is_refused(
    desk: Terminal, old: str, new: str, told: list[str]
) -> None:
    said = played(desk, CASES.replace(old, new))
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert len(lines) == len(told)
    for line, words in zip(lines, told, strict=True):
        assert line.startswith(f"cases.yaml:{words}")


def test_a_broken_rulebook_and_missing_files_are_all_told(desk: Terminal) -> None:
    (desk.folder / "own.yaml").write_text(BOOK.replace("points: 4", "pints: 4"), encoding="utf-8")
    said = desk.run("rulebook", "cases", "own.yaml", "cases.yaml", "none.yaml", "--language", "en")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [
        "own.yaml:5: unknown key “pints”; did you mean “points”?",
        "none.yaml:1: this file cannot be read as UTF-8 text",
    ]
    assert desk.run("rulebook", "cases", "nothing", "cases.yaml").code == 2


def test_cases_of_another_rulebook_are_played_with_a_note(desk: Terminal) -> None:
    said = played(desk, book="club.yaml")
    assert said.code == 1
    assert said.err == "注意：有算例是给规则本 own 写的，现在用 club 来算\n"
    assert "  m1 total：应为 8，算得 10" in said.out.splitlines()


def test_a_shipped_rulebook_is_played_by_its_id(desk: Terminal) -> None:
    case = (
        "rulebook: juwei\ncases:\n"
        "  - {name: 空, events: [], period: 2025, expect: {m1: {total: 80}}, because: 基础分 80}\n"
    )
    said = played(desk, case, book="juwei")
    assert (said.code, said.out, said.err) == (0, "1 个算例，全部相符\n", "")
