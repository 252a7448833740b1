"""`jifen rulebook check`: every mistake of a file at once, each with its line and a sentence."""

from tests.cli.conftest import Terminal

TWENTY_TWO_MISTAKES = """\
id: bad
name: 二十处错
version: "1"
colour: red
units: {points: 100, per: year}
base: {points: many, per: year}
categories: {all: 全部, duty: {name: 纪律, only_if: nothing > 3}}
items:
  talk: {name: 发言, category: all, points: 5}
  talk: {name: 发言, category: all, points: 6}
  walk: {name: 散步, category: nowhere, points: 5}
  split: {name: 分, category: all, points: any, to: {split: {secretary: 30%, handlers: 60%}}}
  dated: {name: 期, category: all, points: 1, since: 2025-06-01, until: 2025-05-01}
  typed: {name: 型, category: [all], points: 1}
  capped: {name: 封, category: all, points: 1, caps: {fortnight: 3}}
  ranged: {name: 幅, category: all, points: {from: 3, to: 1}}
groups: {g: {name: 组, items: [talk, sing], caps: {month: 3}}}
leaders: {head: {mean: [deputy]}, deputy: {mean: [head]}}
instruments: {review: {name: 测评, marks: {好: 10, 差: x}}}
weights:
  periods: [year]
  parts:
    daily: {name: 日常, of: all, weight: 40%}
    other: {name: 其他, of: missing, weight: 50%}
ranking: {by: nowhere}
stars: {periods: [month], bands: {5: "[120, ∞)", 3: "[100, 120]", 1: "(-∞, 90)"}}
consequences:
  a: {name: 甲, in: [year], when: points('nobody') > 3}
  b: {name: 乙, in: [weekly], top: 3}
  c: {name: 丙, in: [year], when: total >>> 3}
  d: {name: 丁, in: [year], when: teleport(3) > 1}
"""
LINES_AND_WORDS = [
    (4, "unknown key “colour”"),
    (6, "“many” is not a number with at most four decimals"),
    (7, "a condition does not know “nothing”"),
    (10, "“talk” is written twice"),
    (11, "there is no category “nowhere”"),
    (12, "the shares of “split” add up to 90% instead of 100%"),
    (13, "until 2025-05-01 must come after since 2025-06-01"),
    (14, "“category” must be a text"),
    (15, "“fortnight” is not possible; choose from: event, day, month, quarter, half, year"),
    (16, "from 3 is above to 1"),
    (17, "there is no item “sing”"),
    (18, "these scores depend on each other in a circle: head → deputy → head"),
    (19, "“x” is not a number with at most four decimals"),
    (22, "the shares of “weights” add up to 90% instead of 100%"),
    (24, "there is no component “missing”"),
    (25, "there is no component “nowhere”"),
    (26, "totals 90 … 100 fall into no band"),
    (26, "120 lies in both “5” and “3”"),
    (28, "there is no item “nobody”"),
    (29, "“weekly” is not a period"),
    (30, "“total >>> 3” is not a condition"),
    (31, "a condition has no function “teleport”"),
]
SOUND = (
    'id: sound\nname: 好\nversion: "1"\ncategories: {a: 甲}\nitems: {x: {name: 乙, category: a, points: 1}}\n'
)


def test_more_than_twenty_mistakes_are_told_at_once_each_with_its_line(terminal: Terminal) -> None:
    (terminal.folder / "bad.yaml").write_text(TWENTY_TWO_MISTAKES, encoding="utf-8")
    for language in ("zh", "en"):
        said = terminal.run("rulebook", "check", "bad.yaml", "--language", language)
        told = [line.partition(": ") for line in said.out.splitlines()]

        assert (said.code, said.err) == (1, "")
        assert [place for place, _, _ in told] == [f"bad.yaml:{line}" for line, _ in LINES_AND_WORDS]
        for (_, _, sentence), (_, words) in zip(told, LINES_AND_WORDS, strict=True):
            assert sentence.startswith(words) is (language == "en")
            assert any("\u4e00" <= sign <= "\u9fff" for sign in sentence) is (language == "zh")


def test_a_broken_rulebook_is_told_the_same_way_by_score(terminal: Terminal) -> None:
    (terminal.folder / "bad.yaml").write_text(TWENTY_TWO_MISTAKES, encoding="utf-8")
    (terminal.folder / "roster.csv").write_text("member,unit\nm1,u\n", encoding="utf-8")
    (terminal.folder / "events.csv").write_text("date,item,member\n", encoding="utf-8")
    checked = terminal.run("rulebook", "check", "bad.yaml")
    scored = terminal.run(
        "score", "bad.yaml", "--roster", "roster.csv", "--events", "events.csv", "--period", "2025", "--json"
    )
    assert (scored.code, scored.out, scored.err) == (2, "", checked.out)


def test_a_tab_an_anchor_and_a_missing_file_are_told(terminal: Terminal) -> None:
    (terminal.folder / "tab.yaml").write_text("id: a\n\tname: b\n", encoding="utf-8")
    bomb = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 1}]\n" for n in range(9))
    (terminal.folder / "bomb.yaml").write_text(bomb, encoding="utf-8")
    terminal.env["LC_ALL"] = "en_GB.UTF-8"
    said = terminal.run("rulebook", "check", "tab.yaml", "bomb.yaml", "none.yaml")
    assert said.code == 1
    assert [line.partition(": ")[2] for line in said.out.splitlines()] == [
        "indent with spaces, not with a tab",
        "anchors and aliases (& and *) are not allowed; write it out",
        "this file cannot be read as UTF-8 text",
    ]


def test_a_sound_file_is_silent(terminal: Terminal) -> None:
    (terminal.folder / "sound.yaml").write_text(SOUND, encoding="utf-8")
    said = terminal.run("rulebook", "check", "sound.yaml")
    assert (said.code, said.out) == (0, "")
    assert said.err == "sound.yaml: 没有问题：好 1，有 1 个维度、1 个指标\n"
    said = terminal.run("rulebook", "check", "--language", "en", "sound.yaml")
    assert said.err == "sound.yaml: sound: 好 1, with 1 categories, 1 items\n"


TYPING_MISTAKES = """\
id: typos
name: 错字
version: "1"
categories: {service: 服务}
items:
  sweep: {name: 清扫, category: servise, points: 5}
  share: {name: 分, category: service, points: any, to: {split: {secretary: 30%, handler: 70%}}}
  later: {name: 后, categry: service, points: 1}
groups: {g: {name: 组, items: [swep], caps: {month: 3}}}
"""


def test_what_was_probably_meant_is_proposed(terminal: Terminal) -> None:
    (terminal.folder / "typos.yaml").write_text(TYPING_MISTAKES, encoding="utf-8")
    said = terminal.run("rulebook", "check", "typos.yaml")
    assert (said.code, said.err) == (1, "")
    proposed = {
        (line.split(":")[1], line.partition("；是不是 “")[2].partition("”")[0])
        for line in said.out.splitlines()
        if "；是不是 “" in line
    }
    english = terminal.run("rulebook", "check", "typos.yaml", "--language", "en").out.splitlines()
    assert "typos.yaml:8: unknown key “categry”; did you mean “category”?" in english
    assert proposed == {("6", "service"), ("7", "handlers"), ("8", "category"), ("9", "sweep")}


HINTS = """\
id: hints
name: 提示
version: "1"
categories: {service: 服务}
items:
  share: {name: 分, category: service, points: any, to: {split: {secretary: 30%, handlers: 70%}}}
  safe: {name: 稳, category: service, points: any, to: {split: {secretary: 100%}, otherwise: unit}}
units: {points: 0, per: year}
consequences:
  talk: {name: 谈话, in: [year], when: total < 0 and not role('treasurer'), to: secratary}
"""


def test_a_key_that_is_near_another_is_asked_for_and_one_that_is_not_gets_the_list(
    terminal: Terminal,
) -> None:
    text = SOUND.replace("categories: ", "categoriez: ") + "zzz: 1\n"
    (terminal.folder / "typo.yaml").write_text(text, encoding="utf-8")
    told = terminal.run("rulebook", "check", "typo.yaml").out.splitlines()
    assert told[:2] == [
        "typo.yaml:1: 缺少 “categories”",
        "typo.yaml:4: 不认识 “categoriez”；是不是 “categories”？",
    ]
    assert [line for line in told if line.startswith("typo.yaml:6: 不认识 “zzz”，这里可以写：id, ")]


def test_what_works_but_may_not_be_meant_is_a_hint_and_no_problem(terminal: Terminal) -> None:
    (terminal.folder / "hints.yaml").write_text(HINTS, encoding="utf-8")
    said = terminal.run("rulebook", "check", "hints.yaml")
    assert (said.code, said.out) == (0, "")
    told = said.err.splitlines()
    assert [line.partition("提示：")[0] for line in told[:-1]] == [
        "hints.yaml:6: ",
        "hints.yaml:10: ",
        "hints.yaml:10: ",
    ]
    assert "otherwise: unit" in told[0]
    assert [line.endswith("；是不是 “secretary”？") for line in told[1:3]] == [True, False]
    assert told[-1].startswith("hints.yaml: 没有问题")


def test_the_list_has_the_id_and_the_name_of_every_shipped_rulebook(terminal: Terminal) -> None:
    said = terminal.run("rulebook", "list")
    rows = dict(line.split("\t") for line in said.out.splitlines())
    assert said.code == 0
    assert rows["dianshang"] == "电子商务产业园党员积分"
