"""Freezing a period, the private notice about it, and what one wants to be told."""

import html
from fractions import Fraction

from bot.callbacks import Act
from bot.screen import Picture, Row, Screen, button, labelled
from domain.standings import top_of
from services.standings import ChoicesDesk, FreezeDesk, FreezePreview, RankNotice
from templates.labels import Label
from templates.pictures.rank_card import PARTS_MAX, Part, RankCard, draw_rank_card
from templates.words import period_title, render

TOP, LINES_MAX = 5, 100


def notice_screen(notice: RankNotice, language: str) -> Screen | None:
    """Tell one member how they stand, with the card unless they do without; None where nothing is wanted."""
    choices = notice.choices
    if notice.is_short and not choices.wants_monthly:
        return None
    facts = {"notice": notice, "standing": notice.standing}
    row: Row = (
        labelled(Label.HOW, language, Act.WHY_NOTICE, 0, notice.period.label),
        labelled(Label.NOTICE_SETTINGS, language, Act.NOTICES),
    )
    if notice.is_short:
        return Screen(render("messages/standings/month.j2", language, facts), (row,))
    picture = Picture(drawn=draw_rank_card(card_of(notice, language))) if choices.wants_picture else None
    return Screen(render("messages/standings/notice.j2", language, facts), (row,), picture)


def card_of(notice: RankNotice, language: str) -> RankCard:
    """Return what the card says, in the reader's language."""
    standing = notice.standing
    rest = standing.parts[PARTS_MAX - 1 :] if len(standing.parts) > PARTS_MAX else ()
    shown = standing.parts[: len(standing.parts) - len(rest)]

    def words(what: str) -> str:
        facts = {
            "what": what,
            "standing": standing,
            "rest_count": len(rest),
            "is_by_household": notice.is_by_household,
        }
        return html.unescape(render("messages/standings/card.j2", language, facts))

    return RankCard(
        name=notice.member.name,
        unit=notice.unit.name,
        period=period_title(notice.period, language),
        total=standing.total,
        score_word=words("score"),
        rank_words=words("rank"),
        movement=standing.movement,
        movement_words=words("movement"),
        grade=words("grade"),
        parts=[Part(part.name, part.points) for part in shown],
        rest=Part(words("rest"), sum((part.points for part in rest), Fraction(0))) if rest else None,
        next_words=words("next"),
    )


def freezing_screen(desk: FreezeDesk, language: str) -> Screen:
    """Choose the period to freeze; what is frozen is marked, and can be looked at."""
    rows = tuple(
        (
            button(
                f"{'✓ ' if mark is not None else ''}{period_title(period, language)}",
                Act.FREEZE_PREVIEW,
                desk.unit.id,
                period.label,
            ),
        )
        for period, mark in desk.periods
    )
    others = tuple(
        (button(unit.name, Act.FREEZE, unit.id),) for unit in desk.units if unit.id != desk.unit.id
    )
    return Screen(render("messages/standings/desk.j2", language, {"desk": desk}), (*rows, *others))


def preview_screen(found: FreezePreview, language: str, *, is_whole: bool = False) -> Screen:
    """Show the list as it would be frozen, or how far the notices of a frozen one have come."""
    unit_id, label = found.unit.id, found.period.label
    shown = found.standings[:LINES_MAX] if is_whole else top_of(found.standings, TOP)
    facts = {"found": found, "shown": shown, "is_whole": is_whole}
    text = render("messages/standings/preview.j2", language, facts)
    other = Label.TOP_ONLY if is_whole else Label.WHOLE_LIST
    act = Act.FREEZE_PREVIEW if is_whole else Act.FREEZE_WHOLE
    second: Row = (
        labelled(other, language, act, unit_id, label),
        labelled(Label.BACK, language, Act.FREEZE, unit_id),
    )
    first: Row = (
        labelled(Label.CONFIRM_FREEZE, language, Act.FREEZE_CONFIRM, unit_id, label, style="primary"),
    )
    if found.mark is not None:
        first = (
            labelled(Label.PROGRESS, language, Act.FREEZE_PREVIEW, unit_id, label),
            labelled(Label.TO_POST, language, Act.PUBLISH_PREVIEW, unit_id, label),
        )
    return Screen(text, (first, second))


def choices_screen(desk: ChoicesDesk, language: str) -> Screen:
    """Show what one is told, with a button for each choice that is open to one."""
    choices = desk.choices
    picture = Label.WITHOUT_PICTURE if choices.wants_picture else Label.WITH_PICTURE
    monthly = Label.WITHOUT_MONTHLY if choices.wants_monthly else Label.WITH_MONTHLY
    rows: list[Row] = [
        (labelled(picture, language, Act.NOTICE_PICTURE, 0, int(not choices.wants_picture)),),
        (labelled(monthly, language, Act.NOTICE_MONTHLY, 0, int(not choices.wants_monthly)),),
    ]
    if desk.may_hide:
        name = Label.WITH_NAME if choices.hides_name else Label.WITHOUT_NAME
        rows.append((labelled(name, language, Act.NOTICE_NAME, 0, int(choices.hides_name)),))
    return Screen(render("messages/standings/choices.j2", language, {"desk": desk}), tuple(rows))
