"""`jifen score … --explain`: what a secretary can read aloud, and anybody can work out again."""

import re

import pytest

from cli.cases.reading import read_cases
from domain.cases import varied, world_of
from domain.rulebooks import load_rulebook, shipped_rulebooks
from domain.scoring import Evaluation
from domain.scoring.reasons import reasons_for
from templates.reasons.names import Names
from templates.reasons.sheets import sheet_lines, told_sheet
from templates.reasons.speech import Speech
from tests.cli.conftest import Said, Terminal
from tests.example_desks import EXAMPLES
from tests.rulebooks.case_files import CASE_FILES

CASES = [case for path in CASE_FILES for case in read_cases(path) if case.is_whole]
DEEDS = "date,item,member,points\n"
MARKS = "period,instrument,member,rater,aspect,mark\n"


def explained(
    terminal: Terminal, book: str, member: str, *, period: str, roster: str, events: str, ballots: str = ""
) -> list[str]:
    """Return the lines of an explanation."""
    said = asked(terminal, book, member, period=period, roster=roster, events=events, ballots=ballots)
    assert (said.code, said.err) == (0, "")
    return said.out.splitlines()


def asked(
    terminal: Terminal, book: str, member: str, *, period: str, roster: str, events: str, ballots: str = ""
) -> Said:
    files = {"roster": roster, "events": DEEDS + events, "ballots": MARKS + ballots}
    for name, text in files.items():
        (terminal.folder / f"{name}.csv").write_text(text, encoding="utf-8")
    given = [word for name in files for word in (f"--{name}", f"{name}.csv")]
    return terminal.run("score", book, *given, "--period", period, "--explain", member)


def after(lines: list[str], start: str) -> list[str]:
    """Return the line that begins so, and those indented below it."""
    at = next(number for number, line in enumerate(lines) if line.startswith(start))
    below = next(
        (number for number in range(at + 1, len(lines)) if not lines[number].startswith("  ")), len(lines)
    )
    return lines[at:below]


def test_a_grade_by_ballots_shows_points_and_ballots_and_the_worse_of_both(terminal: Terminal) -> None:
    marks = "".join(
        f"2025,review,m1,{rater},overall,{mark}\n" for rater, mark in zip("abcd", "好好差差", strict=True)
    )
    lines = explained(
        terminal, "youzheng", "m1", period="2025", roster="member,unit,name\nm1,b1,王一\n",
        events="2025-03-01,political-life,m1,20\n2025-04-01,extra,m1,25\n", ballots=marks,
    )  # fmt: skip

    assert after(lines, "等次") == [
        "等次  差",
        "  按总分：100 在 [90, ∞)，是 好",
        "  按民主评议党员：好 2 票、差 2 票，最多的有并列，取其中较差的 差",
        "  两者取较差的：差",
    ]
    assert after(lines, "结果运用") == [
        "结果运用  约谈、限期整改，由支部书记办理，2026-01-20 前  依据：五、结果运用 3",
        "  grade == '差'：等次 差",
    ]
    assert (
        "  2025-04-01  加分项 extra  +20（原为 +25，“加分项”每年封顶 20 分）  依据：四、（一）党员申报"
        in lines
    )


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (["--language", "en"], {}),
        ([], {"LC_ALL": "en_GB.UTF-8"}),
        ([], {"LC_ALL": "", "LANG": "en_US.UTF-8"}),
    ],
)
def test_the_same_reasons_are_told_in_english(
    terminal: Terminal, words: list[str], env: dict[str, str]
) -> None:
    terminal.env |= {"LC_MESSAGES": ""} | env
    (terminal.folder / "roster.csv").write_text("member,unit,name\nm1,b1,王一\n", encoding="utf-8")
    (terminal.folder / "events.csv").write_text(
        DEEDS + "2025-03-01,extra,m1,15\n2025-04-01,extra,m1,15\n", encoding="utf-8"
    )
    asked = ("score", "youzheng", "--roster", "roster.csv", "--events", "events.csv", "--period", "2025")
    lines = terminal.run(*asked, "--explain", "m1", *words).out.splitlines()
    assert lines[1] == "Total 80 · rank 1 · grade 一般"
    assert (
        "  2025-04-01  加分项 extra  +5 (was +15, “加分项” cap per year 20, 15 counted before)"
        "  Clause: 四、（一）党员申报"
    ) in lines
    assert after(lines, "Grade") == ["Grade  一般", "  By total: 80 lies in [75, 90), so 一般"]
    assert terminal.run(*asked, *words).out.split()[:5] == ["rank", "Code", "Name", "Unit", "total"]


def test_a_chosen_language_goes_before_the_locale(terminal: Terminal) -> None:
    terminal.env |= {"LC_ALL": "en_GB.UTF-8"}
    (terminal.folder / "roster.csv").write_text("member,unit\nm1,b1\n", encoding="utf-8")
    (terminal.folder / "events.csv").write_text(DEEDS, encoding="utf-8")
    asked = ("score", "youzheng", "--roster", "roster.csv", "--events", "events.csv", "--period", "2025")
    assert terminal.run(*asked, "--explain", "m1", "--language", "zh").out.splitlines()[3] == "基础分  +60"
    assert terminal.run(*asked, "--language", "fr").code == 2


def test_a_line_without_a_clause_of_its_own_shows_that_of_its_category(terminal: Terminal) -> None:
    (terminal.folder / "club.yaml").write_text(
        'id: club\nname: 会\nversion: "1"\n'
        "categories: {study: {name: 学习, clause: 第二条}, duty: 纪律}\n"
        "items:\n"
        "  talk: {name: 发言, category: study, points: 2}\n"
        "  course: {name: 讲课, category: study, points: 5, clause: 第三条}\n"
        "  absence: {name: 缺席, category: duty, points: -1}\n",
        encoding="utf-8",
    )
    (terminal.folder / "roster.csv").write_text("member,unit\nm1,b1\n", encoding="utf-8")
    (terminal.folder / "events.csv").write_text(
        "date,item,member\n2025-01-05,talk,m1\n2025-01-06,course,m1\n2025-01-07,absence,m1\n",
        encoding="utf-8",
    )
    files = ("--roster", "roster.csv", "--events", "events.csv", "--period", "2025")
    said = terminal.run("score", "club.yaml", *files, "--explain", "m1")
    assert [line for line in said.out.splitlines() if line.startswith("  2025")] == [
        "  2025-01-05  发言 talk  +2  依据：第二条",
        "  2025-01-06  讲课 course  +5  依据：第三条",
        "  2025-01-07  缺席 absence  -1",
    ]
    said = terminal.run("score", "club.yaml", *files, "--explain", "m1", "--language", "en")
    assert "  2025-01-05  发言 talk  +2  Clause: 第二条" in said.out.splitlines()


def test_households_are_counted_as_households(terminal: Terminal) -> None:
    roster = "member,unit,household\nm1,z,甲户\nm2,z,甲户\nm3,z,乙户\nm4,z,丙户\n"
    deeds = "".join(
        f"2026-01-05,elders,{member},10\n2026-01-06,meeting,{member},\n"
        for member in ("m1", "m2", "m3", "m4")
    )
    village = str(EXAMPLES / "village-households.yaml")
    lines = explained(terminal, village, "乙户", period="2026-Q1", roster=roster, events=deeds)
    assert after(lines, "结果运用")[1] == (
        "  从高到低排第 2，名额 2 个，共 3 户：总分 12，2 户并列，都列入"  # 10 + 3 − 1
    )
    terminal.env["LC_ALL"] = "en_GB.UTF-8"
    english = explained(terminal, village, "乙户", period="2026-Q1", roster=roster, events=deeds)
    assert after(english, "Consequence")[1] == (
        "  Place 2 from the top, 2 places, 3 households ranked: total 12, 2 households equal, "
        "all of them on the list"
    )


def test_somebody_who_is_not_scored_is_told_why(terminal: Terminal) -> None:
    roster = "member,unit,name,status,since\nm1,b1,王一,retired,\nm2,b1,李二,,2026-01-01\n"
    assert explained(terminal, "youzheng", "m1", period="2025", roster=roster, events="") == [
        "m1 王一（b1）  2025  邮政分公司党员积分 2025.1",
        (
            "本期不计分：名册里的状态是 退休（retired）；"
            "本规则本只给这些状态计分：在册（active）、外出（away）  依据：二、（二）全员参与，突出重点"
        ),
    ]
    assert explained(terminal, "youzheng", "m2", period="2025", roster=roster, events="")[1:] == [
        "本期不计分：2025 不在册；名册里的在册日期是 2026-01-01 起",
    ]


UNITS = (
    "member,unit,parent,name,roles\n"
    "s1,u1,p,书一,secretary\na,u1,p,甲,\nb,u1,p,乙,\ns2,u2,p,书二,secretary\nd,p,,副,deputy:u1+u2\nh,p,,主,head\n"
)
FAULTS = "2025-03-03,fault,a,-6\n2025-03-09,fault,a,-5\n2025-03-10,merit,a;b,10\n2025-03-11,devotion,s1,2\n"


def test_a_talk_shows_the_raw_deductions_that_decide_it(terminal: Terminal) -> None:
    lines = explained(terminal, "bianban", "a", period="2025-03", roster=UNITS, events=FAULTS)

    assert after(lines, "扣减")[0] == "扣减  -3.3"
    assert after(lines, "结果运用  谈心谈话") == [
        "结果运用  谈心谈话、教育整改，由分管领导办理，2025-04-20 前  依据：四、解决好“如何用”的问题",
        "  losses() > 10：本月经办扣分原始分合计 11",
    ]
    assert after(lines, "结果运用  个人优秀榜")[1:] == ["  从高到低排第 2，名额 3 个，共 3 人：总分 0.2"]


def test_a_secretary_sees_the_lines_of_the_unit_with_their_shares(terminal: Terminal) -> None:
    lines = explained(terminal, "bianban", "s1", period="2025-03", roster=UNITS, events=FAULTS)
    fault, merit = "失误、督办不力、迟报误报、错字漏字等 fault", "表彰、交流、宣传、领导肯定等 merit"

    assert after(lines, "单位 u1 的得分") == [
        "单位 u1 的得分  -4.7",
        "  2025-03-31  单位 u1 的得分  -4.7（单位得分）  依据：一、解决好“考评谁”的问题",
        f"    2025-03-03  {fault}  -4.2（原为 -6，按比例分得 70%）  依据：二、扣减",
        f"    2025-03-09  {fault}  -3.5（原为 -5，按比例分得 70%）  依据：二、扣减",
        f"    2025-03-10  {merit}  +3（原为 +10，按比例分得 30%）  依据：二、正向激励",
    ]
    assert after(lines, "支部书记的得分相加") == [
        "支部书记的得分相加  -4.7 + 2 = -2.7",
        "  单位 u1 的得分 -4.7，本人所得 2",
    ]


@pytest.mark.parametrize(
    ("leader", "expected"),
    [
        ("d", ["分管领导的得分取平均  (-4.7 + 0) ÷ 2 = -2.35", "  单位 u1 的得分 -4.7，单位 u2 的得分 0"]),
        ("h", ["主要负责人的得分取平均  (-2.7 + 0) ÷ 2 = -1.35",
               "  支部书记 s1 的得分 -2.7，支部书记 s2 的得分 0"]),
    ],
)  # fmt: skip
def test_a_leader_sees_whose_scores_the_mean_is_of(
    terminal: Terminal, leader: str, expected: list[str]
) -> None:
    lines = explained(terminal, "bianban", leader, period="2025-03", roster=UNITS, events=FAULTS)
    assert after(lines, expected[0][:5]) == expected


def test_a_veto_flag_says_which_entry_and_what_it_closes(terminal: Terminal) -> None:
    lines = explained(
        terminal, "bianban", "b", period="2025-03", roster=UNITS, events=FAULTS + "2025-03-12,veto,b,\n"
    )
    assert lines[-4:] == [
        "标记  一票否决（2025-03-12 一票否决 veto）",
        "标记  不得评先评优（2025-03-12 一票否决 veto）",
        "本期不可评优  因为：2025-03-12 一票否决 veto",
        "未列入  个人优秀榜：分数够，但本期不可评优",
    ]


MANAGER = "member,unit,name,roles\nm1,b1,王一,manager\nm2,b1,李二,\n"
MONTHS = "2025-01-02,minus,m1,-5\n2025-02-10,plus,m1,9\n2025-02-11,veto,m2,\n"


def test_a_downgrade_shows_the_month_before(terminal: Terminal) -> None:
    lines = explained(terminal, "dianshang", "m1", period="2025-02", roster=MANAGER, events=MONTHS)
    assert after(lines, "结果运用") == [
        "结果运用  岗位和薪酬各降一档，由支委会办理，2025-03-20 前  依据：（三）强化结果运用",
        "  对象：管理人员",
        "  total < 110 and had('observe')：总分 109，上期（2025-01 总分 95）有“进入 1 个月察看期”",
        "  接在“进入 1 个月察看期”之后",
    ]


def test_one_star_at_a_hundred_points_names_the_veto(terminal: Terminal) -> None:
    lines = explained(terminal, "dianshang", "m2", period="2025-02", roster=MANAGER, events=MONTHS)
    assert after(lines, "星级") == [
        "星级  1 星",
        "  按总分：100 在 [100, 110)，是 3 星",
        "  因 2025-02-11 一票否决 veto：定为 1 星",
    ]


def test_a_streak_shows_every_period_of_it(terminal: Terminal) -> None:
    events = "".join(f"2025-{month:02}-01,plus,m1,30\n" for month in range(1, 7))
    lines = explained(terminal, "dianshang", "m1", period="2025-06", roster=MANAGER, events=events)
    ranks = "；".join(f"2025-{month:02} 名次 1" for month in range(1, 7))
    assert after(lines, "结果运用  优先")[1:] == [f"  streak(rank == 1) >= 6：连续 6 期（{ranks}）"]


def test_a_mean_shows_its_months(terminal: Terminal) -> None:
    roster = "member,unit\nm1,b1\n"
    events = "2025-01-01,bonus,m1,12\n2025-03-01,duty,m1,6\n"
    lines = explained(terminal, "guoqi", "m1", period="2025-Q1", roster=roster, events=events)
    assert after(lines, "各月平均") == [
        "各月平均  (92 + 80 + 86) ÷ 3 = 86",
        "  2025-01 92，2025-02 80，2025-03 86",
    ]
    assert any("+4（原为 +12，取平均：÷ 3）" in line for line in lines)


FIVE = "member,unit\n" + "".join(f"m{number},b1\n" for number in range(1, 6))


def test_a_weighted_total_shows_own_best_and_weights(terminal: Terminal) -> None:
    events = "".join(
        [
            *("2025-03-03,activity,m1,10\n" for _ in range(9)),
            "2025-03-07,activity,m1,3\n2025-03-06,activity-miss,m1,-1\n",
            *("2025-03-01,activity,m2,10\n" for _ in range(11)),
            "2025-03-02,activity,m2,5\n",
        ]
    )
    marks = "2025,democratic,m1,a,overall,优秀\n2025,democratic,m1,b,overall,合格\n"
    lines = explained(terminal, "dachuan", "m1", period="2025", roster=FIVE, events=events, ballots=marks)

    assert after(lines, "总分由以下各项合成") == [
        "总分由以下各项合成",
        "  日常积分  92 × 100 ÷ 115（单位最高） × 40% = 32",
        "  民主评议  9 × 10 × 30% = 27",
        "  群众评议  0 × 10 × 30% = 0",
    ]
    assert "+3.48（原为 +10，按权重折算：10 × 100 ÷ 115（单位最高） × 40%）" in lines[4]
    assert after(lines, "民主评议")[1].endswith("+27（原为 +9，按权重折算：9 × 10 × 30%）")
    assert after(lines, "结果运用")[1:] == ["  从高到低排第 1，名额 2 个，共 5 人：总分 59"]


def test_what_is_below_zero_counts_nothing_and_says_so(terminal: Terminal) -> None:
    events = "2025-03-01,activity,m2,10\n2025-04-01,activity-miss,m1,-3\n"
    lines = explained(terminal, "dachuan", "m1", period="2025", roster=FIVE, events=events)
    assert "  日常积分  本人合计 -3 分，按 0 分 = 0" in lines
    alone = explained(
        terminal, "dachuan", "m1", period="2025", roster=FIVE, events="2025-04-01,activity-miss,m1,-3\n"
    )
    assert "  日常积分  单位最高 0 分，不高于 0，按 0 分 = 0" in alone


def test_whom_the_quota_refused_sees_it_with_the_line(terminal: Terminal) -> None:
    events = "2025-01-03,service,m1;m2,\n2025-01-04,service,m3,\n"
    lines = explained(terminal, "caizhengju-jiguan", "m3", period="2025-Q1", roster=FIVE, events=events)
    assert lines[-1] == (
        "未记分  2025-01-04  担当奉献、服务群众 service：单位 b1 的名额 2 个已满（events.csv:3）"
    )
    others = explained(terminal, "caizhengju-jiguan", "m1", period="2025-Q1", roster=FIVE, events=events)
    assert not [line for line in others if line.startswith("未记分")]


def test_equals_at_the_cut_are_told_that_the_committee_decides(terminal: Terminal) -> None:
    events = "2025-03-01,activity,m1,10\n2025-03-01,activity,m2,5\n2025-03-01,activity,m3,5\n"
    lines = explained(terminal, "dachuan", "m2", period="2025", roster=FIVE, events=events)
    assert after(lines, "未定") == [
        "未定  评为本部支部优秀党员，请支委会决定",
        "  2 人总分同为 20，名额 2 个，只剩 1 个",
    ]


HOUSEHOLDS = """\
id: village
name: 村
version: "1"
account: household
categories: {all: 全部}
items: {plus: {name: 加分, category: all, points: any}, more: {name: 清扫, category: all, points: 1}}
groups: {deeds: {name: 好事, items: [plus, more]}}
requirements:
  twice: {name: 参加两次, in: [year], when: count('deeds') >= 2 and not role('secretary'), bars: true}
"""


def test_a_member_of_a_household_is_shown_its_account(terminal: Terminal) -> None:
    (terminal.folder / "village.yaml").write_text(HOUSEHOLDS, encoding="utf-8")
    roster = "member,unit,household\nm1,b1,h1\nm2,b1,h1\n"
    lines = explained(
        terminal, "village.yaml", "m2", period="2025", roster=roster, events="2025-01-01,plus,m1,3\n"
    )
    assert lines[:2] == ["m2 的积分记在 h1 名下", "h1 h1（b1）  2025  村 1"]
    assert lines[-3:] == [
        "要求  参加两次：没有达到，不可评优",
        "  count('deeds') >= 2 and not role('secretary')：全年加分、清扫次数 1，不是支部书记",
        "本期不可评优  因为：没有达到要求“参加两次”",
    ]


SHIFTS = """\
id: shifts
name: 班次
version: "1"
categories: {all: 全部}
items:
  day: {name: 白班, category: all, points: {each: 1, unit: 小时}, quantity_caps: {day: 8}}
  night: {name: 夜班, category: all, points: {each: 1, unit: 小时}, quantity_caps: {day: 8}, factor: 1.5}
  early: {name: 早班, category: all, points: {each: 1, unit: 小时}}
  late: {name: 晚班, category: all, points: {each: 1, unit: 小时}}
  guard: {name: 值守, category: all, points: {each: 1, unit: 小时}}
groups: {hours: {name: 时数, items: [day, night, early, late, guard]}}
consequences:
  badge: {name: 章, in: [year], when: quantity('hours') >= 10}
"""


def test_a_capped_quantity_says_how_much_counts_and_the_factor_after(terminal: Terminal) -> None:
    events = (
        "date,item,member,quantity\n2025-01-01,day,m1,10\n2025-01-02,night,m1,12\n2025-01-03,night,m1,4\n"
    )
    for name, text in {
        "shifts.yaml": SHIFTS,
        "roster.csv": "member,unit\nm1,u\n",
        "events.csv": events,
    }.items():
        (terminal.folder / name).write_text(text, encoding="utf-8")
    files = ("--roster", "roster.csv", "--events", "events.csv")
    said = terminal.run("score", "shifts.yaml", *files, "--period", "2025", "--explain", "m1")
    assert [line for line in said.out.splitlines() if line.startswith("  ")] == [
        "  2025-01-01  白班 day  +8（10 小时 × 1 分，原为 +10，超出可计数量：每日最多 8 小时）",
        "  2025-01-02  夜班 night  +12（12 小时 × 1 分，超出可计数量：每日最多 8 小时，乘以系数：× 1.5）",
        "  2025-01-03  夜班 night  +6（4 小时 × 1 分，原为 +4，乘以系数：× 1.5）",
        "  quantity('hours') >= 10：全年白班、夜班等 5 项数量合计 26",
    ]


_ENGLISH_IN_CHINESE = re.compile(
    r"由 ?[a-z]|标记  [a-z]|(?<![\w(.'])(secretary|deputy|committee|manager|barred|unmet\S*) ?(办理|的得分)"
)


@pytest.mark.parametrize("code", shipped_rulebooks())
def test_every_result_of_every_case_can_be_read_aloud(code: str) -> None:
    shipped = load_rulebook(shipped_rulebooks()[code])
    for case in CASES:
        if case.rulebook != code or "refused" in case.expect:
            continue
        book = varied(shipped, case.question.get("with"), {})
        evaluation = Evaluation(book, world_of(book, case))
        period = book.period(case.question["period"])
        scores, names = evaluation.of(period), Names(book, Speech(shows_codes=True))
        for score in scores.subjects:
            reasons = reasons_for(evaluation, period, score.subject)
            sheet = told_sheet(names, period, score, reasons)
            text = "\n".join(sheet_lines(names, sheet))

            assert [due.name for due in score.consequences if due.name not in text] == []
            assert _ENGLISH_IN_CHINESE.search(text) is None, text
            assert [line for one in sheet.reasons for line in (one.head, *one.why) if line not in text] == []
