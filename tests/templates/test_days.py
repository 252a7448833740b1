"""Days as people read them: without the year where it is this one, with it where it is not."""

from datetime import UTC, date, datetime

import pytest

from templates.reasons.speech import Speech
from templates.words import day, full_day, instant, short_day, with_plain_days

TODAY = date(2026, 1, 1)
NEW_YEAR = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "this_year", "last_year"),
    [
        ("zh_Hans", ("1月5日 周一", "1月5日", "1月1日 00:30"), ("2025年12月3日 周三", "2025年12月3日")),
        ("en", ("Mon, Jan 5", "Jan 5", "Jan 1, 00:30"), ("Wed, Dec 3, 2025", "Dec 3, 2025")),
    ],
)
def test_the_year_is_written_where_it_is_another(
    language: str, this_year: tuple[str, ...], last_year: tuple[str, ...]
) -> None:
    near, far = date(2026, 1, 5), date(2025, 12, 3)
    told = (day(near, language, TODAY), short_day(near, language, TODAY))
    assert (*told, instant(NEW_YEAR, language, "Asia/Shanghai", TODAY)) == this_year
    assert (day(far, language, TODAY), short_day(far, language, TODAY)) == last_year
    before = instant(NEW_YEAR, language, "UTC", TODAY)
    assert before == {"zh_Hans": "2025年12月31日 16:30", "en": "Dec 31, 2025, 16:30"}[language]


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
@pytest.mark.parametrize("month", range(1, 13))
def test_reasons_write_days_as_pages_do(language: str, month: int) -> None:
    for on in (date(2026, month, 5), date(2025, month, 28)):
        assert Speech(language, year=2026).day(on) == short_day(on, language, TODAY)
        assert Speech(language).day(on) == full_day(on, language)
        assert Speech(language, shows_codes=True).day(on) == on.isoformat()


@pytest.mark.parametrize(
    ("language", "name", "shown"),
    [
        ("zh_Hans", "休息日（由 2026-01-04 调休）", "休息日（由1月4日调休）"),
        ("zh_Hans", "休息日（由 2025-12-28 调休）", "休息日（由2025年12月28日调休）"),
        ("en", "Day off (substituted from 01/04/2026)", "Day off (substituted from Jan 4)"),
        ("en", "Day off of 12/28/2025 moved", "Day off of Dec 28, 2025 moved"),
        ("en", "Room 13/45/2026", "Room 13/45/2026"),
        ("zh_Hans", "院庆", "院庆"),
    ],
)
def test_days_in_names_of_holidays_are_written_as_elsewhere(language: str, name: str, shown: str) -> None:
    assert with_plain_days(name, language, 2026) == shown
