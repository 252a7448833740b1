"""`jifen score`: what it answers, what it tells about bad files, how it ends."""

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.score import wording
from domain.scoring import EventProblem, RefusalCode
from tests.cli.conftest import START_SECONDS_MAX, Said, Terminal

BOOK = """\
id: club
name: 读书会
version: "3"
base: {points: 40, per: quarter}
components: {gains: {name: 加分}}
categories:
  study: {name: 学习, component: gains}
  duty: 纪律
items:
  talk: {name: 发言, category: study, points: 2.5, caps: {month: 4}, clause: 第二条}
  third: {name: 三人合办, category: study, points: 10, to: {split: {handlers: 100%}}}
  course: {name: 讲课, category: study, points: {levels: {支部: 3, 市: 8}}}
  hours: {name: 志愿, category: study, points: {each: 1, unit: 小时, from: 0.5, to: 8, step: 0.5}}
  urgent: {name: 急难, category: study, points: {from: 1, to: 10}}
  service: {name: 服务, category: study, points: 2, quota: {share: 2/5, per: quarter}}
  absence: {name: 缺席, category: duty, points: any negative}
  summer: {name: 防汛, category: study, points: 2, since: 2025-06-01, until: 2025-09-01}
  young: {name: 发展对象, category: study, points: 2, for: {kinds: [prospect]}}
instruments:
  review: {name: 测评, marks: {好: 10, 一般: 5}, component: review}
consequences:
  praise: {name: 表彰, in: [quarter], top: 1, ties: committee, to: secretary, days: 20}
  talk-with: {name: 谈话, in: [quarter], when: losses() > 3}
grade: {periods: [quarter], bands: {优秀: "[45, ∞)", 合格: "(-∞, 45)"}}
"""
ROSTER = "unit,member,name\nb1,m1,王一\nb1,m2,李二\nb1,m3,张三\n"
EVENTS = """\
item,date,member,points,note,key,reverses
talk,2025-01-05,m1,,,,
talk,2025-01-06,m1,,"第一行
第二行",,
third,2025-02-01,m1;m2;m3,,,,
absence,2025-03-01,m2,-4,,,
talk,2025-04-01,m2,,另一季,,
talk,2025-01-07,m3,,,k,
talk,2025-02-07,m3,,,,k
"""


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """Return a folder with a sound rulebook, roster and events."""
    for name, text in (("club.yaml", BOOK), ("roster.csv", ROSTER), ("events.csv", EVENTS)):
        (terminal.folder / name).write_text(text, encoding="utf-8")
    return terminal


def score(desk: Terminal, *more: str, book: str = "club.yaml", period: str = "2025-Q1") -> Said:
    return desk.run(
        "score", book, "--roster", "roster.csv", "--events", "events.csv", "--period", period, *more
    )


def answer(desk: Terminal, *more: str, period: str = "2025-Q1") -> dict[str, Any]:
    said = score(desk, "--json", *more, period=period)
    assert (said.code, said.err) == (0, "")
    found: dict[str, Any] = json.loads(said.out)
    return found


def told(desk: Terminal, *more: str, book: str = "club.yaml", period: str = "2025-Q1") -> list[str]:
    """Return what is told about bad input; nothing may be on stdout."""
    said = score(desk, "--json", *more, book=book, period=period)
    assert (said.code, said.out) == (2, "")
    return said.err.splitlines()


def places(lines: list[str]) -> list[str]:
    return [":".join(line.split(":")[:2]) for line in lines]


def test_json_is_the_object_of_the_contract(desk: Terminal) -> None:
    found = answer(desk)
    first = found["subjects"][0]

    assert list(found) == ["rulebook", "period", "subjects", "problems"]
    assert (found["rulebook"], found["period"], found["problems"]) == (
        {"id": "club", "version": "3"}, "2025-Q1", [],
    )  # fmt: skip
    assert {name: first[name] for name in first if name != "trace"} == {
        "subject": "m1",
        "kind": "member",
        "name": "王一",
        "unit": "b1",
        "total": "47.3334",
        "components": {"base": "40", "gains": "7.3334", "duty": "0", "review": "0"},
        "rank": 1,
        "grade": "优秀",
        "stars": None,
        "eligible": True,
        "flags": [],
        "consequences": [{"code": "praise", "to": "secretary", "due": "2025-04-20"}],
    }
    assert first["trace"] == [
        {"date": "2025-01-01", "item": "base", "raw": "40", "counted": "40", "why": "base", "clause": ""},
        {
            "date": "2025-01-05", "item": "talk", "raw": "2.5", "counted": "2.5", "why": "",
            "clause": "第二条",
        },
        {
            "date": "2025-01-06", "item": "talk", "raw": "2.5", "counted": "1.5", "why": "cap.month",
            "clause": "第二条",
        },
        {
            "date": "2025-02-01", "item": "third", "raw": "10", "counted": "3.3334", "why": "split",
            "clause": "",
        },
    ]  # fmt: skip


def test_subjects_come_by_rank_then_member(desk: Terminal) -> None:
    found = [
        (one["subject"], one["rank"], one["total"], one["consequences"]) for one in answer(desk)["subjects"]
    ]

    assert found == [
        ("m1", 1, "47.3334", [{"code": "praise", "to": "secretary", "due": "2025-04-20"}]),
        ("m3", 2, "43.3333", []),
        ("m2", 3, "39.3333", [{"code": "talk-with", "to": None, "due": None}]),
    ]


def test_quotas_and_ties_are_problems_that_stop_nothing(desk: Terminal) -> None:
    (desk.folder / "events.csv").write_text(
        "date,item,member\n2025-01-03,service,m2\n2025-01-02,service,m3\n", encoding="utf-8"
    )

    found = answer(desk)["problems"]
    assert [{**one, "message": ""} for one in found] == [
        {"code": "quota", "file": "events.csv", "line": 2, "subjects": ["m2"], "message": ""},
    ]
    assert found[0]["message"] == (
        "“service” 的名额已满（1 个），没有记给：m2 · the quota of “service” is full (1); not entered for: m2"
    )

    # For people the same is told with its place, and the table is printed all the same.
    said = score(desk)
    assert said.err == f"events.csv:2: {found[0]['message'].partition(' · ')[0]}\n"
    assert len(said.out.splitlines()) == 4

    (desk.folder / "events.csv").write_text("date,item,member\n", encoding="utf-8")
    found = answer(desk)["problems"]
    assert [(one["code"], one["file"], one["line"], one["subjects"]) for one in found] == [
        ("tie-at-cut", None, None, ["m1", "m2", "m3"])
    ]


def test_ballots_bring_their_mean(desk: Terminal) -> None:
    (desk.folder / "ballots.csv").write_text(
        "period,instrument,member,rater,aspect,mark\n"
        "2025-Q1,review,m1,a,overall,好\n2025-Q1,review,m1,b,overall,一般\n2025-Q2,review,m1,a,overall,好\n",
        encoding="utf-8",
    )
    first = answer(desk, "--ballots", "ballots.csv")["subjects"][0]
    assert (first["components"]["review"], first["total"]) == ("7.5", "54.8334")


def test_a_table_for_people_is_plain_when_piped(desk: Terminal) -> None:
    said = score(desk)
    assert (said.code, said.err) == (0, "")
    assert [line.split() for line in said.out.splitlines()] == [
        ["名次", "编号", "姓名", "单位", "总分", "基础分", "加分", "纪律", "测评", "等次", "结果运用"],
        ["1", "m1", "王一", "b1", "47.33", "40", "7.33", "0", "0", "优秀", "表彰"],
        ["2", "m3", "张三", "b1", "43.33", "40", "3.33", "0", "0", "合格"],
        ["3", "m2", "李二", "b1", "39.33", "40", "3.33", "-4", "0", "合格", "谈话"],
    ]


def test_an_explanation_leads_from_line_to_total(desk: Terminal) -> None:
    said = score(desk, "--explain", "m1")
    assert (said.code, said.err) == (0, "")
    assert said.out.splitlines() == [
        "m1 王一（b1）  2025-Q1  读书会 3",
        "总分 47.33 · 第 1 名 · 等次 优秀",
        "",
        "基础分  +40",
        "  2025-01-01  基础分  +40",
        "加分  +7.33",
        "  2025-01-05  发言 talk  +2.5  依据：第二条",
        "  2025-01-06  发言 talk  +1.5（原为 +2.5，每月封顶 4 分，此前已计 2.5 分）  依据：第二条",
        "  2025-02-01  三人合办 third  +3.33（原为 +10，按比例分得 33.33%）",
        "",
        "合计  40 + 7.33 = 47.33",
        "等次  优秀",
        "  按总分：47.33 在 [45, ∞)，是 优秀",
        "结果运用  表彰，由支部书记办理，2025-04-20 前",
        "  从高到低排第 1，名额 1 个，共 3 人：总分 47.33",
    ]


def test_an_explanation_of_nobody_is_refused(desk: Terminal) -> None:
    said = score(desk, "--explain", "m9")
    assert (said.code, said.out) == (2, "")
    assert said.err == "2025-Q1 没有 m9 的得分\n"
    assert score(desk, "--explain", "m9", "--language", "en").err == "there is no score of m9 in 2025-Q1\n"


def test_json_and_explanation_exclude_each_other(desk: Terminal) -> None:
    assert told(desk, "--explain", "m1") == ["--json 和 --explain 只能用一个"]
    assert told(desk, "--explain", "m1", "--language", "en") == ["use either --json or --explain"]


def test_a_byte_order_mark_and_other_line_ends_are_read(desk: Terminal) -> None:
    before = answer(desk)
    for name, text in (("roster.csv", ROSTER), ("events.csv", EVENTS)):
        (desk.folder / name).write_bytes(
            b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() + b"\r\n,,\r\n"
        )
    assert answer(desk) == before


def test_every_problem_of_every_file_is_told_at_once_with_its_line(desk: Terminal) -> None:
    (desk.folder / "club.yaml").write_text(BOOK.replace("points: 2.5", "points: many"), encoding="utf-8")
    (desk.folder / "roster.csv").write_text(
        ROSTER + "b1,,无名\n" + "b1,m4,赵四,多余\n", encoding="utf-8"
    )  # fmt: skip
    (desk.folder / "events.csv").write_text(
        'date,item,member,points,note\n2025-1-5,talk,m1,,\n2025-01-05,,m1,,"a\n\nb"\n2025-02-30,talk,m1,x,\n',
        encoding="utf-8",
    )
    lines = told(desk, period="2025-Q5")
    assert places(lines[1:]) == [
        "club.yaml:10", "roster.csv:5", "roster.csv:6", "events.csv:2", "events.csv:3", "events.csv:6",
        "events.csv:6",
    ]  # fmt: skip
    assert lines[0].startswith("“--period” 里的 “2025-Q5” 不是周期")
    assert lines[-1] == "events.csv:6: “points” 里的 “x” 不是数字（最多四位小数）"
    english = told(desk, "--language", "en", period="2025-Q5")
    assert places(english[1:]) == places(lines[1:])
    assert english[-1] == "events.csv:6: “x” in “points” is not a number with at most four decimals"
    assert [line for line in english if re.search("[\u4e00-\u9fff]", line)] == []


EVENT_MISTAKES = {
    "date,item,member": "",
    "2025-01-05,nothing,m1": "规则本里没有指标 “nothing” · the rulebook has no item “nothing”",
    "2025-01-05,talk,m9": "名册里没有 m9 · there is no member m9 in the roster",
    "2025-01-05,talk,": "“member” 没有填，这一项要记给个人 · “member” is empty; this item goes to members",
    "2025-01-05,talk,m1,b9": "名册里没有单位 b9 · there is no unit b9 in the roster",
    "2024-12-31,talk,m4": "2024-12-31 这天 m4 不在册 · m4 was not a member on 2024-12-31",
    "2025-01-05,young,m1": "这一项不适用于 m1 · this item is not for m1",
    "2025-01-05,talk,m1,,,,,,zz": (
        "要冲正的 key “zz” 找不到 · there is no event with the key “zz” to take back"
    ),
    "2025-01-05,talk,m1,,,,,k": "",
    "2025-01-06,talk,m1,,,,,,k": "",
    "2025-01-07,talk,m1,,,,,,k": ("key “k” 已由第 10 行冲正 · the key “k” is taken back in line 10 already"),
    "2025-01-05,absence,m1": (
        "这一项要写明分数：“points” 没有填 · this item asks for the points: “points” is empty"
    ),
    "2025-01-05,summer,m1": (
        "2025-01-05 这天没有指标 “summer” · the item “summer” does not exist on 2025-01-05"
    ),
    "2025-01-05,course,m1": "“level” 没有填，可以写：支部, 市 · “level” is empty; choose from: 支部, 市",
    "2025-01-05,course,m1,,省": (
        "“course” 没有 “省” 这个级次，可以写：支部, 市 · “course” has no level “省”; choose from: 支部, 市"
    ),
    "2025-01-05,hours,m1": "“quantity” 没有填（单位：小时） · “quantity” is empty (in 小时)",
    "2025-01-05,hours,m1,,,9": (
        "“hours” 不能写这个数量（单位：小时，≥ 0.5，≤ 8，× 0.5） · "
        "“hours” does not allow this quantity (in 小时, ≥ 0.5, ≤ 8, × 0.5)"
    ),
    "2025-01-05,urgent,m1,,,,11": (
        "“urgent” 不能给这么多分（≥ 1，≤ 10） · “urgent” does not allow these points (≥ 1, ≤ 10)"
    ),
    "2025-01-05,absence,m1,,,,1": (
        "“absence” 不能给这么多分（≤ 0） · “absence” does not allow these points (≤ 0)"
    ),
    "2025-01-05,talk,m1,,支部": "“talk” 没有 “level”，请留空 · “talk” has no “level”; leave it empty",
}


@pytest.mark.parametrize(("language", "which"), [("zh", 0), ("en", 1)])
def test_every_mistake_of_an_event_has_its_line_and_its_sentence(
    desk: Terminal, language: str, which: int
) -> None:
    (desk.folder / "roster.csv").write_text("unit,member,since\nb1,m1,\nb1,m4,2025-01-01\n", encoding="utf-8")
    rows = ["date,item,member,unit,level,quantity,points,key,reverses", *list(EVENT_MISTAKES)[1:]]
    (desk.folder / "events.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    expected = [
        f"events.csv:{line}: {words.split(' · ')[which]}"
        for line, words in enumerate(EVENT_MISTAKES.values(), 1)
        if words
    ]
    assert told(desk, "--language", language) == expected


def test_a_broken_roster_blames_no_event_for_its_own_mistakes(desk: Terminal) -> None:
    (desk.folder / "roster.csv").write_text("unit,member,kind\nb1,m1,黑户\n", encoding="utf-8")
    lines = told(desk)
    assert places(lines) == ["roster.csv:2"]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "文件是空的；第一行要写列名：date, item"),
        (b"date,item,member,colour\n2025-01-01,zz,m1,red\n", 1, "没有 “colour” 这一列"),
        (b"item,member\ntalk,m1\n", 1, "缺少 “date” 这一列"),
        (b"date,item,item\n", 1, "列名 “item” 写了两次"),
        ("date,item,member,note\n2025-01-01,talk,m1,节\n2025-01-01,talk,m1,社区清扫\n".encode("gb18030"), 2,
         "文件是 GB18030（国标）编码，请另存为 UTF-8 再试"),
        ("date,item\n".encode("utf-16"), 1, "文件是 UTF-16 编码"),
        (b"date,item,note\n2025-01-01,talk,ok\n2025-01-01,talk,\xff\xff\n", 3, "这里不是 UTF-8 文字"),
        (b'date,item,member,note\n2025-01-01,talk,m1,ok\n2025-01-01,talk,m1,"open\n2025,,,\n', 3,
         "从这一行起读不下去，多半是引号没有成对"),
        (b'date,item,member,note\n2025-01-01,talk,m1,"a"b\n', 2, "从这一行起读不下去"),
        (b"date,item,member\n2025-01-01,talk,m1,x\n", 2, "这一行有 4 格，列名只有 3 个"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_are_told_in_one_clear_sentence(
    desk: Terminal, content: bytes, line: int, words: str
) -> None:
    (desk.folder / "events.csv").write_bytes(content)
    first = told(desk)[0]
    assert first.startswith(f"events.csv:{line}: {words}")


def test_missing_files_and_folders_are_told(desk: Terminal) -> None:
    (desk.folder / "events.csv").unlink()
    (desk.folder / "roster.csv").unlink()
    (desk.folder / "roster.csv").mkdir()
    reasons = ("Is a directory", "No such file or directory", "No such file or directory")
    assert told(desk, "--ballots", "none.csv") == [
        f"{file}:1: 文件打不开：{reason}"
        for file, reason in zip(("roster.csv", "events.csv", "none.csv"), reasons, strict=True)
    ]


def test_mistakes_of_ballots_have_their_lines(desk: Terminal) -> None:
    (desk.folder / "ballots.csv").write_text(
        "period,instrument,member,rater,aspect,mark\n"
        "2025-Q7,review,m1,a,overall,好\n2025,survey,m1,a,overall,好\n"
        "2025,review,m9,,overall,优秀\n",
        encoding="utf-8",
    )
    assert (
        places(told(desk, "--ballots", "ballots.csv"))
        == ["ballots.csv:2", "ballots.csv:3"] + ["ballots.csv:4"] * 3
    )


def test_an_unknown_rulebook_names_the_shipped_ones(desk: Terminal) -> None:
    (line,) = told(desk, book="nothing")
    assert line.startswith("nothing:1: 没有这个规则本，可以写文件名或：")
    assert "dianshang" in line


def test_the_period_is_read_in_the_cycle_of_the_rulebook(desk: Terminal) -> None:
    (desk.folder / "club.yaml").write_text(BOOK + "cycle: {starts: 7}\n", encoding="utf-8")
    found = answer(desk, period="2024-Q3")
    dates = {line["date"] for one in found["subjects"] for line in one["trace"]}
    days = ("01-01", "01-05", "01-06", "01-07", "02-01", "02-07", "03-01")
    assert dates == {f"2025-{day}" for day in days}


def test_a_process_of_its_own_answers_the_same_and_imports_no_bot_no_sql_no_panel(desk: Terminal) -> None:
    words = ("score", "club.yaml", "--roster", "roster.csv", "--events", "events.csv", "--period", "2025-Q1")
    said = desk.spawn(*words, "--json")
    assert (said.code, said.err) == (0, "")
    assert json.loads(said.out) == answer(desk)

    desk.env = {"PYTHONPROFILEIMPORTTIME": "1"}
    told = desk.spawn(*words, "--json").err.splitlines()
    modules = {line.rpartition("|")[2].strip().partition(".")[0] for line in told}
    assert modules & {"aiogram", "sqlalchemy", "fastapi", "panel", "bot", "services", "storage"} == set()
    # What takes longest to import is not needed either, once the rulebook was compiled.
    assert modules & {"pydantic", "yaml", "typer", "rich", "asyncio"} == set()


def test_json_is_utf_8_whatever_the_terminal_speaks(desk: Terminal) -> None:
    desk.env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    said = desk.spawn(
        "score",
        "club.yaml",
        "--roster",
        "roster.csv",
        "--events",
        "events.csv",
        "--period",
        "2025-Q1",
        "--json",
    )
    assert (said.code, json.loads(said.out)["subjects"][0]["name"]) == (0, "王一")


def test_a_period_without_anybody_says_so(desk: Terminal) -> None:
    (desk.folder / "roster.csv").write_text("member,unit,until\nm1,a,2026-01-01\n", encoding="utf-8")
    (desk.folder / "events.csv").write_text("date,item,member\n", encoding="utf-8")
    said = score(desk, period="2026")
    assert said.out == "2026 没有人在册计分\n"
    said = score(desk, "--language", "en", period="2026")
    assert said.out == "nobody on the roster is scored in 2026\n"


def test_a_reader_who_has_seen_enough_is_no_mishap(desk: Terminal) -> None:
    files = ("--roster", "roster.csv", "--events", "events.csv", "--period", "2025-Q1")
    with desk.started("score", "club.yaml", *files) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(timeout=START_SECONDS_MAX), "Traceback" in said, "BrokenPipe" in said) == (
            0,
            False,
            False,
        )


def test_every_reason_for_a_refusal_has_its_sentence() -> None:
    codes = {str(code) for code in (*EventProblem, *RefusalCode)}
    assert codes - set(wording.SENTENCES) == set()


def test_a_shipped_rulebook_is_found_by_its_id(desk: Terminal, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("date,item,member,points\n2025-03-09,plus,m1,20\n", encoding="utf-8")
    said = score(desk, "--json", book="dianshang", period="2025-03")
    found = json.loads(said.out)
    assert (found["rulebook"]["id"], found["subjects"][0]["total"], found["subjects"][0]["stars"]) == (
        "dianshang", "120", 5,
    )  # fmt: skip


def test_a_row_written_twice_and_an_unknown_unit_in_charge_are_told(desk: Terminal) -> None:
    (desk.folder / "roster.csv").write_text(
        "member,unit,roles\nm1,u,\nm1,u,\nd,p,deputy:u+zz\n", encoding="utf-8"
    )
    found = told(desk, "--language", "en")
    assert [line.partition(": ")[2] for line in found if line.startswith("roster.csv")] == [
        "this row is the same as line 2",
        "the unit zz that this deputy is in charge of is not in the roster",
    ]


def test_the_counted_points_of_a_trace_add_up_to_the_total_to_the_last_place(desk: Terminal) -> None:
    (desk.folder / "events.csv").write_text("date,item,member\n", encoding="utf-8")
    found = json.loads(score(desk, "--json", book="guoqi", period="2025").out)
    for one in found["subjects"]:
        assert sum(Decimal(line["counted"]) for line in one["trace"]) == Decimal(one["total"])
    assert {one["total"] for one in found["subjects"]} == {"80"}
