"""Rank notices, and the screens of freezing and posting: what they say, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from bot.callbacks import Act
from bot.screen import Screen
from bot.screens.group_lists import group_post_screen, post_preview_screen
from bot.screens.standings import card_of, choices_screen, notice_screen, preview_screen
from domain.announcements import Group
from domain.members import Member, MemberStatus, Unit, UnitKind
from domain.periods import parse_period
from domain.scoring.nearest import NextClass
from domain.standings import Needs, NoticeChoices, Standing, StandingPart
from services.group_lists import GroupPost
from services.standings import ChoicesDesk, FreezePreview, Progress, RankNotice
from storage.standings import FrozenMark

NOW = datetime(2026, 4, 2, 16, tzinfo=UTC)
MORNING = NOW + timedelta(hours=8)
UNIT = Unit(1, "chunfeng", "春风里支部", UnitKind.BRANCH, None, "ceshi", "Asia/Shanghai")
QUARTER, MONTH = parse_period("2026-Q1"), parse_period("2026-03")


def a_standing(number: int = 1, *, parts: int = 1) -> Standing:
    return Standing(
        member_id=number,
        name=f"党员{number}",
        total=Fraction(parts),
        rank=number,
        ranked=3,
        movement=None,
        grade=None,
        stars=None,
        is_eligible=True,
        parts=tuple(StandingPart(f"p{n}", f"维度{n}", Fraction(1)) for n in range(parts)),
        consequences=(),
        needs=Needs(None, is_star=False, unmet=()),
    )


def a_notice(*, parts: int = 1) -> RankNotice:
    return RankNotice(
        member=Member(1, "m1", "党员1", MemberStatus.ACTIVE, None),
        unit=UNIT,
        period=QUARTER,
        standing=a_standing(parts=parts),
        choices=NoticeChoices(wants_picture=False),
        is_by_household=False,
    )


def taps(screen: Screen, act: Act | None = None) -> list[str]:
    """Return what the buttons send, or those that do this."""
    found = [one.tap for row in screen.rows for one in row if one.tap is not None]
    return [tap.pack() for tap in found if act in {None, tap.act}]


def words_of(notice: RankNotice, language: str = "zh_Hans") -> str:
    screen = notice_screen(notice, language)
    assert screen is not None
    return screen.text


@pytest.mark.parametrize(
    ("language", "people", "households"),
    [("zh_Hans", "第 1 名（共 3 人）", "第 1 名（共 3 户）"), ("en", "No. 1 of 3", "No. 1 of 3 households")],
)
def test_where_households_are_ranked_the_notice_counts_households(
    language: str, people: str, households: str
) -> None:
    for period in (QUARTER, MONTH):
        notice = replace(a_notice(), period=period)
        assert people in words_of(notice, language)
        assert households in words_of(replace(notice, is_by_household=True), language)
    assert card_of(replace(a_notice(), is_by_household=True), language).rank_words == households


@pytest.mark.parametrize(("parts", "shown", "rest"), [(1, 1, None), (6, 6, None), (7, 5, 2), (9, 5, 4)])
def test_the_rows_of_a_card_add_up_to_the_total(parts: int, shown: int, rest: int | None) -> None:
    card = card_of(a_notice(parts=parts), "zh_Hans")
    assert (len(card.parts), None if card.rest is None else card.rest.name) == (
        shown,
        None if rest is None else f"其余 {rest} 项",
    )
    rows = [*card.parts, *([card.rest] if card.rest is not None else [])]
    assert sum(row.points for row in rows) == card.total


def test_a_notice_is_told_in_short_paragraphs() -> None:
    needs = Needs(NextClass("优秀", Fraction(3), is_beyond=False), is_star=False, unmet=("志愿服务",))
    told = replace(a_notice(parts=2), standing=replace(a_standing(parts=2), movement=-2, needs=needs))
    paragraphs = [part.splitlines() for part in words_of(told).split("\n\n")]
    assert paragraphs[1:-1] == [
        ["合计 <b>2</b> 分", "第 1 名（共 3 人）", "比上期下降 2 名"],
        ["维度0：1", "维度1：1"],
        ["到「优秀」还差 3 分", "没有达到：志愿服务"],
    ]
    plain = replace(
        told, standing=replace(told.standing, parts=(), needs=Needs(None, is_star=False, unmet=()))
    )
    assert len(words_of(plain).split("\n\n")) == 3


def test_a_notice_leads_to_how_the_points_came_about_and_to_the_settings() -> None:
    screen = notice_screen(a_notice(), "zh_Hans")
    assert screen is not None
    assert taps(screen) == ["t:py:0:2026-Q1", "t:ns:0:"]


MARK = FrozenMark(1, 1, "2026-Q1", NOW, "记录员", has_standings=True)
SEEN = FreezePreview(UNIT, QUARTER, (a_standing(),), 0, None, Progress(), None)


@pytest.mark.parametrize(
    ("found", "told", "kept_back"),
    [
        (SEEN, "确认以后不能撤回", "安静时间"),
        (replace(SEEN, notices_at=MORNING), "现在是安静时间，成绩 4月3日 08:00 才发出。", "没有收到"),
        (
            replace(SEEN, mark=MARK, sent=Progress(3, 1, 1), notices_at=MORNING),
            "4月3日 08:00 才发出。",
            "没有收到",
        ),
        (replace(SEEN, mark=MARK, sent=Progress(3, 3, 1)), "有 2 人没有收到：停用了机器人", "安静时间"),
        (replace(SEEN, mark=MARK, sent=Progress(3, 3, 3)), "送达 3 人", "没有收到"),
    ],
)
def test_who_freezes_is_told_what_follows_and_what_did_not_arrive(
    found: FreezePreview, told: str, kept_back: str
) -> None:
    text = preview_screen(found, "zh_Hans").text
    assert told in text
    assert kept_back not in text


GROUPS = (Group(1, -100, "春风里支部群", 1), Group(2, -200, "志愿服务群", 1))
POST = GroupPost(
    unit=UNIT,
    period=QUARTER,
    shown=(a_standing(1), replace(a_standing(2), name="")),
    is_by_household=False,
    groups=GROUPS,
    waiting=GROUPS,
    going=0,
    failed=0,
    waits_until=None,
)


@pytest.mark.parametrize(
    ("language", "is_by_household", "words"),
    [
        ("zh_Hans", False, "一位成员"),
        ("zh_Hans", True, "一户家庭"),
        ("en", False, "a member"),
        ("en", True, "a household"),
    ],
)
def test_who_hides_is_called_what_they_are(language: str, words: str, *, is_by_household: bool) -> None:
    text = group_post_screen(replace(POST, is_by_household=is_by_household), language).text
    assert text.splitlines()[2:4] == [
        text.splitlines()[2],
        text.splitlines()[2].replace("1. 党员1", f"2. {words}"),
    ]


@pytest.mark.parametrize(
    ("post", "told", "may_send"),
    [
        (POST, "发到：春风里支部群、志愿服务群", True),
        (replace(POST, waits_until=MORNING), "现在是安静时间，4月3日 08:00 才发出。", True),
        (replace(POST, waiting=(), going=2), "正在发到 2 个群，不会再发第二次。", False),
        (
            replace(POST, waiting=(), going=2, waits_until=MORNING),
            "4月3日 08:00 发出，不会再发第二次。",
            False,
        ),
        (replace(POST, waiting=()), "已发到 2 个群，不会再发第二次。", False),
        (replace(POST, waiting=(), failed=1), "有 1 个群没有收到", False),
        (replace(POST, waiting=GROUPS[1:]), "发到：志愿服务群", True),
        (replace(POST, groups=(), waiting=()), "本单位还没有群", False),
    ],
)
def test_who_posts_is_told_how_far_it_has_come(post: GroupPost, told: str, *, may_send: bool) -> None:
    screen = post_preview_screen(post, "zh_Hans")
    assert told in screen.text
    assert "其中 1 行按本人的意愿没有写名字。" in screen.text
    assert taps(screen, Act.PUBLISH_SEND) == (["t:zs:1:2026-Q1"] if may_send else [])


@pytest.mark.parametrize(
    ("desk", "names"),
    [
        (ChoicesDesk(NoticeChoices(), may_hide=False), []),
        (ChoicesDesk(NoticeChoices(hides_name=True), may_hide=False), []),
        (ChoicesDesk(NoticeChoices(), may_hide=True), ["t:nn:0:0"]),
        (ChoicesDesk(NoticeChoices(hides_name=True), may_hide=True), ["t:nn:0:1"]),
    ],
)
def test_hiding_is_offered_only_where_it_is_allowed(desk: ChoicesDesk, names: list[str]) -> None:
    screen = choices_screen(desk, "zh_Hans")
    assert taps(screen, Act.NOTICE_NAME) == names
    assert ("发到群里的前几名" in screen.text) == bool(names)
