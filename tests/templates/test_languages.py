"""Both languages are complete: every word of every template and button, and every refusal."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from domain import errors
from domain.errors import (
    DateRefusal,
    EvidenceRefusal,
    JifenError,
    PlacingRefusal,
    PublicationRefusal,
    StandInRefusal,
    WordingProblem,
)
from domain.shop import refusals
from templates.labels import Label
from templates.words import FOLDER, LANGUAGES, label, language_of, render

OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true", "encoding": "utf-8"}
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def words_in_templates() -> set[str]:
    """Return every text that a template asks the catalogue for."""
    found: set[str] = set()
    for path in (*FOLDER.rglob("*.j2"), *FOLDER.rglob("*.html")):
        for _, words, _, _ in extract_from_file("jinja2.ext:babel_extract", str(path), options=OPTIONS):
            found |= set(words) if isinstance(words, tuple) else {words}
    return found | {words.value for words in Label} | words_of_reasons()


def words_of_reasons() -> set[str]:
    """Return every text that is said, or noted in a table to be said, in the code of this room."""
    calls = (
        call
        for path in FOLDER.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and call.args
    )
    return {
        call.args[0].value
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in {"say", "_say", "noted"}
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_reasons_are_said_and_never_written_beside_the_catalogue() -> None:
    said = words_of_reasons()
    assert len(said) > 100
    for path in (FOLDER / "reasons").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value
        }
        documented = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if hasattr(node, "body") and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        }
        assert {text for text in texts - documented if CHINESE.search(text)} <= said, path.name


def english() -> dict[str, str]:
    """Return the English catalogue."""
    found: dict[str, str] = {}
    for path in (FOLDER / "locale" / "en" / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id}
    return found


def test_english_has_every_word_and_no_other() -> None:
    catalogue = english()
    assert sorted(words_in_templates() - set(catalogue)) == []
    assert sorted(words for words, translated in catalogue.items() if not translated.strip()) == []


def test_english_keeps_the_placeholders() -> None:
    for words, translated in english().items():
        assert sorted(PLACEHOLDER.findall(words)) == sorted(PLACEHOLDER.findall(translated)), words


def test_no_chinese_is_left_in_a_template_outside_the_catalogue() -> None:
    for path in FOLDER.rglob("*.j2"):
        text = re.sub(
            r"\{%-?\s*trans.*?endtrans\s*-?%\}|\{\{\s*_\(.*?\)\s*\}\}|\{#.*?#\}",
            "",
            path.read_text(),
            flags=re.DOTALL,
        )
        text = re.sub(r'_\("[^"]*"\)', "", text)
        assert CHINESE.findall(text) == [], path.name


def every_refusal() -> Iterator[JifenError]:
    """Return one of each refusal, and of each reason where there are several."""
    when = datetime(2026, 3, 10, 4, tzinfo=UTC)
    yield from (
        errors.AccountUnknown(),
        errors.InvitationUnknown(),
        errors.InvitationUsed(),
        errors.InvitationExpired(),
        errors.LoginLinkInvalid(),
        errors.ReportUnknown(),
        errors.ObjectionUnknown(),
        errors.EvidenceUnknown(),
        errors.EntryUnknown(),
        errors.MemberUnknown(),
        errors.UnitUnknown(),
        errors.PeriodUnknown(),
        errors.RulebookUnknown(),
        errors.NotAllowed(),
        errors.OwnReport(),
        errors.AlreadyDecided(status="approved", by_name="李四", decided_at=when),
        errors.AlreadyAnswered(by_name="李四"),
        errors.UndoTooLate(minutes=15),
        errors.AccountTaken(),
        errors.MemberTaken(),
        errors.Conflict(),
        errors.ItemRefused(item="旧项目"),
        errors.ItemNotForMember(item="表彰"),
        errors.QuotaReached(item="表彰", places=2),
        errors.ReasonMissing(),
        errors.NoteTooLong(length_max=4096),
        errors.NoDecider(),
        errors.NoAnswerer(),
        errors.RulebookUnavailable(rulebook="ceshi"),
        errors.FreezeRefused(until=date(2026, 4, 1)),
        *(errors.PublicityRefused(reason) for reason in errors.PublicityRefusal),
        errors.SettingRefused(name="list_days"),
        errors.ReminderDayRefused(),
        errors.CalendarDayRefused(),
        errors.StandInUnknown(),
        refusals.ShopUnknown(),
        refusals.ProductUnknown(),
        refusals.OrderUnknown(),
        refusals.WindowUnknown(),
        refusals.PickupCodeUnknown(),
        refusals.OwnOrder(),
        refusals.CodesLocked(minutes=8),
        refusals.SoldOut(left=0),
        refusals.SoldOut(left=2),
        refusals.PriceChanged(price=Fraction(3)),
        refusals.ShopClosed(opens_at=None),
        refusals.ShopClosed(opens_at=when),
        refusals.BalanceShort(balance=Fraction(-4), price=Fraction(3)),
        refusals.BalanceShort(balance=Fraction(2), price=Fraction(3)),
        refusals.LimitReached(limit=2, already=1),
        refusals.NotForKind(),
        refusals.BudgetSpent(),
        refusals.QuantityRefused(low=1, high=99),
        refusals.CountTooLow(held=3),
        refusals.StockShort(stock=3),
        refusals.HouseholdRefused(),
        errors.AnnouncementUnknown(),
        errors.MessageUndeliverable(),
        errors.MessageUnknown(),
        errors.AnnouncementEmpty(),
        errors.AnnouncementTooLong(length=3100, length_max=3000),
        errors.AudienceEmpty(),
        errors.AudiencePrivate(),
        errors.DueInPast(),
        errors.TimeUnreadable(),
        errors.WordingRefused(problem=WordingProblem.BRACES, part="{"),
    )
    yield from (
        errors.AnnouncementConflict(status=s)
        for s in ("draft", "scheduled", "sending", "paused", "done", "cancelled")
    )
    closed = ("fulfilled", "ready", "partly", "expired", "cancelled", "returned", "reserved")
    yield from (refusals.OrderClosed(status=status, by_name="") for status in closed)
    yield refusals.OrderClosed(status="fulfilled", by_name="李四")
    said = ("caption", "name", "price", "price_unread", "limit", "cost", "photo")
    yield from (refusals.ProductRefused(what=what) for what in said)
    wrong = ("past", "opens_past", "overlaps", "budget", "reversed")
    yield from (refusals.WindowRefused(what=what) for what in wrong)
    yield from (errors.StatusConflict(status=s) for s in ("pending", "withdrawn", "approved"))
    yield from (errors.ReportIncomplete(missing=m) for m in ("item", "level", "quantity", "date", "evidence"))
    yield from (errors.DateRefused(reason=reason, on=date(2026, 3, 9)) for reason in DateRefusal)
    yield from (errors.PublicationRefused(reason, until=date(2026, 4, 1)) for reason in PublicationRefusal)
    yield from (errors.EvidenceRefused(reason=reason, limit=10) for reason in EvidenceRefusal)
    yield from (errors.StandInRefused(reason=reason) for reason in StandInRefusal)
    yield from (errors.PlacingRefused(reason=reason, on=date(2026, 3, 9)) for reason in PlacingRefusal)
    one, ten = Fraction(1), Fraction(10)
    yield from (
        errors.AmountRefused(what="points", low=one, high=ten),
        errors.AmountRefused(what="points"),
        errors.AmountRefused(what="quantity", low=one, high=ten),
        errors.AmountRefused(what="quantity", step=one),
        errors.AmountRefused(what="quantity"),
        errors.AmountRefused(what="level"),
    )


def leaves(kind: type[JifenError]) -> set[type[JifenError]]:
    """Return every refusal below a kind, itself included where it has a code of its own."""
    return {kind} | {leaf for below in kind.__subclasses__() for leaf in leaves(below)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence_of_its_own(language: str) -> None:
    fallback = render("messages/errors.j2", language, {"code": "no such code", "facts": {}})
    sentences = [
        render("messages/errors.j2", language, {"code": refusal.code, "facts": refusal.facts()})
        for refusal in every_refusal()
    ]
    assert fallback not in sentences
    assert len(set(sentences)) == len(sentences)
    assert max(len(sentence) for sentence in sentences) <= 200  # fits an alert


def test_every_refusal_was_tried() -> None:
    abstract = {errors.JifenError, errors.NotKnown, errors.Invalid}
    assert {type(refusal) for refusal in every_refusal()} == leaves(JifenError) - abstract


def test_labels_differ_within_a_language() -> None:
    for language in LANGUAGES:
        words = [label(one, language) for one in Label]
        assert len(set(words)) == len(words), language


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (None, "zh_Hans"),
        ("", "zh_Hans"),
        ("zh-hans", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("en-GB", "en"),
        ("de", "en"),
    ],
)
def test_language_of_a_client(code: str | None, language: str) -> None:
    assert language_of(code) == language
