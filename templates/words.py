"""Renders the words a person reads, in their language: message templates, page templates and single labels.

Templates are written in Chinese (zh_Hans); the files in `locale/en/LC_MESSAGES` hold the English.
"""

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from domain.periods import Period, PeriodKind
from domain.points import show, show_signed
from templates.reasons.names import reason_words
from templates.reasons.speech import Speech

BLANK_LINES = re.compile(r"\n{3,}")
DAY_IN_DIGITS = re.compile(r"( ?)(\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4})( ?)")
FOLDER = Path(__file__).parent
DEFAULT_LANGUAGE = "zh_Hans"
LANGUAGES = ("zh_Hans", "en")
MESSAGES, PANEL = "messages", "panel"
"""The two doors that words go out by; each has its folder of templates and its file of translations."""
TODAY = "today_on"
"""The fact that tells a template which year need not be written."""
NAMES = {"zh_Hans": "中文", "en": "English"}


def language_of(code: str | None) -> str:
    """Return the product's language for a chat client's language code (`zh-hans`, `en-GB`, none)."""
    main = (code or "").replace("_", "-").split("-")[0].lower()
    return DEFAULT_LANGUAGE if main in {"zh", ""} else "en"


@cache
def translations(language: str, door: str = MESSAGES) -> NullTranslations:
    """Return the catalogue of a language for one door; Chinese is what the templates are written in.

    A phrase that several doors use may read differently in each: the door's own files (`panel.po`,
    `panel_shop.po`) win. Reasons read the same at every door: they have a catalogue of their own, `why.po`.
    """
    if language == DEFAULT_LANGUAGE:
        return NullTranslations()
    merged = Catalog(locale=language)
    paths = (FOLDER / "locale" / language / "LC_MESSAGES").glob("*.po")
    for path in sorted(paths, key=lambda path: (path.stem.partition("_")[0] != door, path.stem)):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                merged[message.id] = message  # a phrase that is there already stays
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(fp=compiled)


def label(text: str, language: str) -> str:
    """Return a single label, such as the words on a button."""
    return str(translations(language).gettext(text))


def day(on: date, language: str, today: date | None = None) -> str:
    """Return a day as people write it: 3月5日 周四, or Thu, Mar 5; with its year where it is not today's."""
    if is_of_other_year(on, today):
        pattern = "y年M月d日 EEE" if language == DEFAULT_LANGUAGE else "EEE, MMM d, y"
    else:
        pattern = "M月d日 EEE" if language == DEFAULT_LANGUAGE else "EEE, MMM d"
    return format_date(on, pattern, locale=language)


def short_day(on: date, language: str, today: date | None = None) -> str:
    """Return a day without its weekday: 3月5日, or Mar 5; with its year where it is not today's."""
    if is_of_other_year(on, today):
        return full_day(on, language)
    return format_date(on, "M月d日" if language == DEFAULT_LANGUAGE else "MMM d", locale=language)


def is_of_other_year(on: date, today: date | None) -> bool:
    """Tell whether a day has to be written with its year; unknown todays leave it out."""
    return today is not None and on.year != today.year


def full_day(on: date, language: str) -> str:
    """Return a day with its year."""
    return format_date(on, "y年M月d日" if language == DEFAULT_LANGUAGE else "MMM d, y", locale=language)


def with_plain_days(text: str, language: str, year: int) -> str:
    """Return a holiday's name with the days in it, 2026-01-04 or 01/04/2026, written as people do."""

    def plain(found: re.Match[str]) -> str:
        before, digits, after = found.groups()
        try:
            on = datetime.strptime(digits, "%m/%d/%Y" if "/" in digits else "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            return found[0]
        shown = short_day(on, language, date(year, 1, 1))
        return shown if language == DEFAULT_LANGUAGE else f"{before}{shown}{after}"

    return DAY_IN_DIGITS.sub(plain, text)


def month_title(on: date, language: str) -> str:
    """Return the month a day lies in: 2026年3月, or March 2026."""
    return format_date(on, "y年M月" if language == DEFAULT_LANGUAGE else "MMMM y", locale=language)


def period_title(period: Period, language: str) -> str:
    """Return a period's name: 2026年3月, 2026年第1季度, 2026年上半年, 2026年; years in their own cycle."""
    if period.kind is PeriodKind.MONTH:
        return month_title(period.starts_on, language)
    year, _, part = period.label.partition("-")
    if language != DEFAULT_LANGUAGE:
        return f"{part} {year}".strip()
    match period.kind:
        case PeriodKind.QUARTER:
            return f"{year}年第{part[1:]}季度"
        case PeriodKind.HALF:
            return f"{year}年{'上' if part == 'H1' else '下'}半年"
        case _:
            return f"{year}年"


def instant(at: datetime, language: str, time_zone: str, today: date | None = None) -> str:
    """Return an instant in local time: 3月5日 09:12, or Mar 5, 09:12; with its year as `day` has it."""
    local = at.astimezone(ZoneInfo(time_zone))
    if is_of_other_year(local.date(), today):
        pattern = "y年M月d日 HH:mm" if language == DEFAULT_LANGUAGE else "MMM d, y, HH:mm"
    else:
        pattern = "M月d日 HH:mm" if language == DEFAULT_LANGUAGE else "MMM d, HH:mm"
    return format_datetime(local, pattern, tzinfo=ZoneInfo(time_zone), locale=language)


def points(amount: Fraction | int) -> str:
    """Return points, at most two decimals."""
    return show(Fraction(amount))


def signed(amount: Fraction | int) -> str:
    """Return points with their sign."""
    return show_signed(Fraction(amount))


@cache
def _environment(language: str, door: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(enabled_extensions=("html", "j2"), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations(language, door), newstyle=True
    )
    environment.globals["language"] = language
    speech = Speech(language)

    @pass_context
    def day_there(context: Context, on: date) -> str:
        return day(on, language, context.get(TODAY))

    @pass_context
    def short_day_there(context: Context, on: date) -> str:
        return short_day(on, language, context.get(TODAY))

    @pass_context
    def instant_there(context: Context, at: datetime, time_zone: str) -> str:
        return instant(at, language, time_zone, context.get(TODAY))

    environment.filters.update(
        day=day_there,
        short_day=short_day_there,
        day_of_shown_year=lambda on: day(on, language),
        with_plain_days=lambda text, year: with_plain_days(text, language, year),
        full_day=lambda on: full_day(on, language),
        period=lambda one: period_title(one, language),
        month_title=lambda on: month_title(on, language),
        instant=instant_there,
        points=points,
        signed=signed,
        label=lambda text: label(text, language),
        why=lambda code: reason_words(speech, code),
    )
    return environment


def render(name: str, language: str, facts: Mapping[str, Any]) -> str:
    """Render a template of this room, such as `messages/reports/preview.j2`, to text ready to be sent.

    Everything put in is escaped for HTML, which both the chat (parse mode HTML) and the panel read.
    """
    door = PANEL if name.startswith(f"{PANEL}/") else MESSAGES
    text = _environment(language, door).get_template(name).render(**facts).strip()
    return BLANK_LINES.sub("\n\n", text)
