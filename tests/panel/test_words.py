"""Every code has its words, every word has its English, and no English is left over."""

from collections import Counter
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from domain.access import Permission
from domain.calendar import DayKind
from domain.errors import DateRefusal, EvidenceRefusal, JifenError
from domain.members import MemberKind, MemberStatus, Role
from domain.outbox import OutboxKind
from domain.reports import ReportAction, ReportStatus
from domain.rulebooks import Window as CapWindow
from domain.shop import OrderStatus, StockKind
from domain.unit_settings import Setting
from panel.errors import OWN_CODES
from services.reviews import ReviewWarning
from templates.words import FOLDER, LANGUAGES, MESSAGES, PANEL, _environment, render, translations

FACTS = {
    "by_name": "Zhang San",
    "status": "approved",
    "minutes": 15,
    "on": date(2026, 3, 5),
    "reason": "future",
    "item": "cleaning",
    "what": "points",
    "low": None,
    "high": None,
    "length": 600,
    "length_max": 500,
    "name": "list_days",
    "is_quiet": False,
    "left": 2,
    "price": 3,
    "balance": 1,
    "limit": 1,
    "already": 1,
    "held": 2,
    "stock": 1,
    "opens_at": None,
    "places": 2,
    "until": None,
    "problem": "placeholder",
    "part": "{x}",
    "allowed": (),
}


def error_codes(kind: type[JifenError] = JifenError) -> set[str]:
    """Return the codes of a refusal and all below it."""
    return {kind.code}.union(*(error_codes(below) for below in kind.__subclasses__()))


def has_chinese(text: str) -> bool:
    """Tell whether there is a Chinese character in it."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def say(name: str, language: str, *arguments: object) -> str:
    """Render one macro of the names."""
    module = _environment(language, PANEL).get_template("panel/names.html").module
    return str(getattr(module, name)(*arguments)).strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(error_codes() | set(OWN_CODES)))
def test_every_refusal_has_a_sentence(code: str, language: str) -> None:
    facts = FACTS | ({"reason": "broken"} if code == "report.evidence" else {})
    facts |= {"reason": "overlap"} if code == "stand_in.refused" else {}
    facts |= {"status": "expired"} if code == "shop.order_closed" else {}
    text = render(
        "panel/error.html",
        language,
        {
            "problem": {"code": code, "facts": facts},
            "status": 404,
            "visitor": None,
            "asset": str,
            "here": "/",
            "back": "/",
            "languages": LANGUAGES,
            "language_names": {},
        },
    )
    sentence = text.partition("<p>")[2].partition("</p>")[0].strip()
    assert sentence
    assert has_chinese(sentence) is (language == "zh_Hans")


@pytest.mark.parametrize("reason", list(DateRefusal))
def test_every_refused_day_has_its_reason(reason: DateRefusal) -> None:
    module = _environment("en", PANEL).get_template("panel/errors.html").module
    facts = {"on": date(2026, 3, 5), "reason": reason}
    said = str(module.report_date(facts))  # type: ignore[attr-defined]
    assert said.startswith("No points can be recorded for Mar 5, 2026: ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("macro", "codes"),
    [
        ("role", Role),
        ("kind", MemberKind),
        ("standing", MemberStatus),
        ("status", ReportStatus),
        ("action", ReportAction),
        ("permission", Permission),
        ("setting", Setting),
        ("day_kind", DayKind),
        ("warning", ReviewWarning),
        ("window", CapWindow),
        ("refusal", EvidenceRefusal),
        ("order_status", OrderStatus),
        ("stock_kind", StockKind),
    ],
)
def test_every_code_has_a_name(macro: str, codes: type[StrEnum], language: str) -> None:
    names = [say(macro, language, code) for code in codes]
    assert [name for name in names if not name] == []
    assert [name for name in names if has_chinese(name) is (language == "en")] == []
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cap_and_floor_has_a_name(language: str) -> None:
    codes = [f"{kind}.{window}" for kind in ("cap", "floor") for window in CapWindow] + ["reversal"]
    assert len({say("why", language, code) for code in codes}) == len(codes)
    stretches = [say("stretch", language, window) for window in CapWindow if window is not CapWindow.EVENT]
    assert len(set(stretches)) == len(stretches)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_message_has_a_name_of_its_own(language: str) -> None:
    module = _environment(language, PANEL).get_template("panel/announcements/names.html").module
    letter = module.letter  # type: ignore[attr-defined]
    unknown = str(letter("?"))
    names = {kind: str(letter(kind.value)) for kind in OutboxKind}
    assert [kind for kind, name in names.items() if name == unknown] == []
    assert [name for name in names.values() if has_chinese(name) is (language == "en")] == []


def phrases() -> set[str]:
    """Return every Chinese phrase of the panel's templates."""
    options = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true"}
    found: set[str] = set()
    for path in (FOLDER / "panel").rglob("*.html"):
        with path.open("rb") as file:
            for _line, _function, message, _comments in babel_extract(file, ("_", "gettext"), [], options):
                found.add(str(message[0] if isinstance(message, tuple) else message))
    return found


def catalogue(path: Path) -> dict[str, str]:
    """Return phrase and translation of a file."""
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="en") if message.id}


def catalogue_of(door: str) -> dict[str, str]:
    """Return phrase and translation of all files of a door."""
    files = sorted((FOLDER / "locale" / "en" / "LC_MESSAGES").glob(f"{door}*.po"))
    return {phrase: english for path in files for phrase, english in catalogue(path).items()}


def test_panel_is_translated_whole() -> None:
    folder = FOLDER / "locale" / "en" / "LC_MESSAGES"
    known = {phrase: text for path in folder.glob("*.po") for phrase, text in catalogue(path).items()}
    assert phrases() - set(known) == set()
    assert set(catalogue(folder / "panel.po")) - phrases() == set()
    assert [phrase for phrase, english in known.items() if not english] == []


@pytest.mark.parametrize("door", [MESSAGES, PANEL])
def test_each_door_reads_its_own_words_first(door: str) -> None:
    own = catalogue_of(door)
    assert {phrase: translations("en", door).gettext(phrase) for phrase in own} == own


def test_templates_hold_no_chinese_outside_of_phrases() -> None:
    stray = []
    longest_first = sorted(phrases(), key=len, reverse=True)
    for path in sorted((FOLDER / "panel").rglob("*.html")):
        text = path.read_text()
        for phrase in longest_first:
            text = text.replace(phrase, "")
        stray += [f"{path.name}: {line.strip()}" for line in text.splitlines() if has_chinese(line)]
    assert stray == []
