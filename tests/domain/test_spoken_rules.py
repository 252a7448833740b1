"""Rules for a day of each month in Chinese: what the panel shows is what it reads."""

import pytest

from domain.day_rules import DayRuleUnreadable, parse_day_rule
from domain.spoken_rules import in_rule_words


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("每月25号", "25"),
        ("当月 25 日，遇休息日提前", "25, shifted earlier"),
        ("次月 5 日，遇休息日顺延", "5 of next month, shifted"),
        ("下个月五号", "5 of next month"),
        ("二十五号顺延", "25, shifted"),
        ("当月最后一个工作日", "last working day"),
        ("最后一个工作日", "last working day"),
        ("当月最后一个星期五，遇休息日提前", "last friday, shifted earlier"),
        ("每月最后一个周日", "last sunday"),
        ("月底前 3 个工作日", "last day - 3 working days"),
        ("月末前一个工作日", "last day - 1 working day"),
        ("当月最后一天", "last day"),
        ("２５号", "25"),
        ("25, shifted", "25, shifted"),
        ("last friday", "last friday"),
    ],
)
def test_a_rule_is_read_as_it_is_said(said: str, rule: str) -> None:
    assert parse_day_rule(in_rule_words(said)).text == rule


@pytest.mark.parametrize("said", ["随便哪天", "每月32号", "月底前20个工作日", "最后一个", ""])
def test_what_names_no_day_stays_unreadable(said: str) -> None:
    with pytest.raises(DayRuleUnreadable):
        parse_day_rule(in_rule_words(said))
