"""Reads an instant that somebody typed, in Chinese or English: a day, and a time of day."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.day_rules import WEEKDAYS as WEEKDAY_NAMES
from domain.numerals import in_digits

NOON = 12
DAYS_AHEAD = {"今天": 0, "今日": 0, "today": 0, "明天": 1, "明日": 1, "tomorrow": 1, "后天": 2, "大后天": 3}
SHORT = {"今晚": "今天晚上", "今早": "今天早上", "明晚": "明天晚上", "明早": "明天早上"}
MORNING = frozenset({"凌晨", "清早", "早上", "早晨", "上午", "am"})
AFTERNOON = frozenset({"中午", "下午", "傍晚", "晚上", "pm"})
CLOCK = re.compile(
    r"(?:^|(?<=\D))(?:at\s)?(?P<part>凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上)?\s*(?P<hour>\d{1,2})\s*"
    r"(?:(?:点钟?|[:.时])\s*(?P<minute>\d{1,2}|半|整|[一三]刻)?\s*分?\s*(?P<late_half>am|pm)?|(?P<half>am|pm))"
)
MINUTES = {"半": 30, "整": 0, "一刻": 15, "三刻": 45}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = [name[:3] for name in WEEKDAY_NAMES]
WEEKDAY = r"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
WEEK = re.compile(rf"(?P<which>这|本|下下|下)?(?:个)?{WEEKDAY}")
DAY = re.compile(
    r"(?:(?P<year>\d{4})\s*[年/.-]\s*)?(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})\s*[日号]?"
    rf"\s*(?:\(?{WEEKDAY}\)?)?"
)
NAMED_DAY = re.compile(
    rf"(?:(?P<month>{'|'.join(MONTHS)})[a-z]*\s+(?P<day>\d{{1,2}})|(?P<day2>\d{{1,2}})\s+(?P<month2>{'|'.join(MONTHS)})[a-z]*)"
    r"(?:st|nd|rd|th)?(?:\s+(?P<year>\d{4}))?"
)


def read_time(text: str, now: datetime, time_zone: str) -> datetime | None:
    """Return the instant that a text names, None when it names none.

    Understood are a day (明天, 周五, 下周一, or month and day, perhaps with the year) followed by an hour
    (9:30, 下午3点半, 3pm), or the hour alone, which is the next one. A day without its year is the next such
    day. What could be meant in two ways, such as 晚上12点, names none.
    """
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    word = _plain(text)
    found = next((one for one in CLOCK.finditer(word) if one.end() == len(word)), None)
    at = _time_of_day(found) if found is not None else None
    if found is None or at is None:
        return None
    before = word[: found.start()].strip()
    on = _day(before, today) if before else today
    if on is None:
        return None
    instant = datetime.combine(on, at, tzinfo=zone)
    if instant <= now and not before:
        instant += timedelta(days=1)
    elif instant <= now and on == today and WEEK.fullmatch(before):
        instant += timedelta(days=7)
    return instant.astimezone(UTC)


def _plain(text: str) -> str:
    """Return the words in one way of writing: narrow, small, numbers as digits, without commas."""
    word = unicodedata.normalize("NFKC", text).lower().replace(",", " ").replace("、", " ")
    for short, long in SHORT.items():
        word = word.replace(short, long)
    return " ".join(in_digits(word, before="月日号点时分").split())


def _time_of_day(found: re.Match[str]) -> time | None:
    part, half = found["part"], found["half"] or found["late_half"]
    hour, said = int(found["hour"]), found["minute"] or "0"
    minute = MINUTES[said] if said in MINUTES else int(said)
    if part is not None and half is not None:
        return None
    named = part or half
    if named in MORNING:
        if hour > NOON or (hour == NOON and named == "凌晨"):
            return None
        hour = 0 if (hour, named) == (NOON, "am") else hour
    elif named in AFTERNOON:
        if (hour == NOON and named in {"晚上", "傍晚"}) or hour == 0 or (half and hour > NOON):
            return None
        is_before_noon = hour in {10, 11} and named == "中午"
        hour += NOON if hour < NOON and not is_before_noon else 0
    try:
        return time(hour, minute)
    except ValueError:
        return None


def _day(word: str, today: date) -> date | None:
    if word in DAYS_AHEAD:
        return today + timedelta(days=DAYS_AHEAD[word])
    if week := WEEK.fullmatch(word):
        return _in_week(week["which"], "一二三四五六日".index(week["weekday"].replace("天", "日")), today)
    name = word.removeprefix("on ")
    if name in WEEKDAYS or name in WEEKDAY_NAMES:
        return _in_week(None, WEEKDAYS.index(name[:3]), today)
    if numbers := DAY.fullmatch(word):
        on = _next_day(numbers["year"], int(numbers["month"]), int(numbers["day"]), today)
        weekday = numbers["weekday"]
        is_other = weekday and on and "一二三四五六日".index(weekday.replace("天", "日")) != on.weekday()
        return None if is_other else on
    if named := NAMED_DAY.fullmatch(name):
        month = MONTHS.index(named["month"] or named["month2"]) + 1
        return _next_day(named["year"], month, int(named["day"] or named["day2"]), today)
    return None


def _in_week(which: str | None, weekday: int, today: date) -> date:
    """Return a day of this week (本), the next (下) or the one after; without a word the next such day."""
    if which is None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    weeks = {"这": 0, "本": 0, "下": 1, "下下": 2}[which]
    return today + timedelta(days=weekday - today.weekday() + 7 * weeks)


def _next_day(year: str | None, month: int, day: int, today: date) -> date | None:
    for one in [int(year)] if year else [today.year, today.year + 1]:
        try:
            on = date(one, month, day)
        except ValueError:
            continue
        if year or on >= today:
            return on
    return None
