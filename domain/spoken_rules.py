"""Turns a rule for a day of each month, as people say it in Chinese, into the words of `domain.day_rules`."""

import re
import unicodedata

from domain.day_rules import WEEKDAYS
from domain.numerals import in_digits

SHIFTED = {"顺延": ", shifted", "提前": ", shifted earlier"}
SHIFT = re.compile(r"[,，;；]?(?:(?:遇到?|逢)?(?:休息日|节假日|放假))?(?P<how>顺延|提前)$")
NEXT = r"(?:次月|下月|下个月)"
THIS = r"(?:每月|每个月|当月|本月)?"
BEFORE_END = re.compile(rf"{THIS}(?:月底|月末|最后一天)前(?P<count>\d{{1,2}})个?工作日")
LAST_WORKING = re.compile(rf"{THIS}(?:的)?最后(?:一|1)?个?工作日")
LAST_WEEKDAY = re.compile(rf"{THIS}(?:的)?最后(?:一|1)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])")
LAST_DAY = re.compile(rf"{THIS}(?:的)?(?:最后一天|月底|月末)")
DAY = re.compile(rf"(?:(?P<next>{NEXT})|{THIS})的?(?P<day>\d{{1,2}})[日号]")


def in_rule_words(text: str) -> str:
    """Return `25, shifted` for 每月25号，遇休息日顺延; what is not understood comes back as it was."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    plain = in_digits(plain, before="日号个工")
    shift = SHIFT.search(plain)
    rest = plain[: shift.start()] if shift else plain
    after = SHIFTED[shift["how"]] if shift else ""
    if found := BEFORE_END.fullmatch(rest):
        days = "day" if found["count"] == "1" else "days"
        return f"last day - {found['count']} working {days}{after}"
    if LAST_WORKING.fullmatch(rest):
        return "last working day"
    if found := LAST_WEEKDAY.fullmatch(rest):
        weekday = "一二三四五六日".index(found["weekday"].replace("天", "日"))
        return f"last {WEEKDAYS[weekday]}{after}"
    if LAST_DAY.fullmatch(rest):
        return f"last day{after}"
    if found := DAY.fullmatch(rest):
        return f"{found['day']}{' of next month' if found['next'] else ''}{after}"
    return text
