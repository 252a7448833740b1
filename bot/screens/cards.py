"""The recorder's card of a report, in each of its states."""

from collections.abc import Sequence
from fractions import Fraction

from bot.callbacks import Act
from bot.screen import Button, Row, Screen, button, in_rows, labelled
from domain.points import show_exact, show_signed
from domain.reports import USABLE
from domain.rulebooks import LevelAmount, RangeAmount
from services.reviews import ReviewDesk
from templates.labels import Label
from templates.words import render

REASON_BUTTON_LENGTH_MAX = 40
POINT_BUTTONS_MAX = 12


def card_facts(desk: ReviewDesk) -> dict[str, object]:
    """Return what `reviews/card.j2` needs."""
    report, item = desk.report, desk.item
    level = None
    if item is not None and isinstance(item.amount, LevelAmount) and report.level is not None:
        level = item.amount.level(report.level)
    return {
        "desk": desk,
        "report": report,
        "item": item,
        "level_name": level.name if level else report.level,
        "evidence_count": sum(piece.status in USABLE for piece in desk.evidence),
        "failed": [piece for piece in desk.evidence if piece.status not in USABLE],
    }


def card_screen(desk: ReviewDesk, language: str, *, ask: str = "", points: Fraction | None = None) -> Screen:
    """Return the card; `ask` is the open question: points, sure (about `points`), return, reject or typed."""
    text = render("messages/reviews/card.j2", language, card_facts(desk) | {"ask": ask, "points": points})
    if not desk.may_decide:
        return Screen(text, _after(desk, language))
    if ask == "points":
        return Screen(text, (*_points(desk), _back(desk, language)))
    if ask == "sure" and points is not None:
        return Screen(text, ((_point_button(desk, points),), _back(desk, language)))
    if ask in {"return", "reject"}:
        return Screen(text, _reasons(desk, language, ask))
    if ask:
        return Screen(text, (_back(desk, language),))
    return Screen(text, _decide(desk, language))


def _decide(desk: ReviewDesk, language: str) -> tuple[Row, ...]:
    about, revision = desk.report.id, desk.report.revision
    return (
        (
            labelled(Label.APPROVE, language, Act.APPROVE, about, revision, style="success"),
            labelled(Label.ADJUST, language, Act.ADJUST, about, revision),
        ),
        (
            labelled(Label.RETURN, language, Act.RETURN, about, revision),
            labelled(Label.REJECT, language, Act.REJECT, about, revision, style="danger"),
        ),
        (labelled(Label.NEXT_REPORT, language, Act.NEXT, about),),
    )


def _after(desk: ReviewDesk, language: str) -> tuple[Row, ...]:
    buttons: list[Button] = []
    if desk.may_undo:
        buttons.append(labelled(Label.UNDO, language, Act.UNDO, desk.report.id))
    buttons.append(labelled(Label.NEXT_REPORT, language, Act.NEXT, desk.report.id))
    return (tuple(buttons),)


def _back(desk: ReviewDesk, language: str) -> Row:
    return (labelled(Label.BACK, language, Act.CARD, desk.report.id),)


def _points(desk: ReviewDesk) -> tuple[Row, ...]:
    return in_rows([_point_button(desk, points) for points in point_choices(desk)], 4)


def _point_button(desk: ReviewDesk, points: Fraction) -> Button:
    about, revision = desk.report.id, desk.report.revision
    return button(show_signed(points), Act.GIVE, about, f"{revision}.{show_exact(points)}")


def is_unusual(desk: ReviewDesk, points: Fraction) -> bool:
    """Tell whether typed points are so far beyond the offered ones that they may be a slip."""
    if desk.item is not None and isinstance(desk.item.amount, RangeAmount):
        return False  # the range itself refuses
    return abs(points) > max((abs(choice) for choice in point_choices(desk)), default=Fraction(0))


def point_choices(desk: ReviewDesk) -> Sequence[Fraction]:
    """Return the points that get a button: the whole numbers of the range, or those around the usual."""
    amount = desk.item.amount if desk.item else None
    if isinstance(amount, RangeAmount):
        low = amount.low if amount.low is not None else Fraction(1)
        high = amount.high if amount.high is not None else low + POINT_BUTTONS_MAX - 1
    else:
        worth = desk.preview.raw.high if desk.preview and desk.preview.raw.high is not None else Fraction(1)
        low, high = Fraction(0), max(Fraction(5), 2 * worth)
    first, last = -(-low // 1), high // 1
    step = max(1, -(-(last - first + 1) // POINT_BUTTONS_MAX))
    return [Fraction(n) for n in range(first, last + 1, step)]


def reasons_for(desk: ReviewDesk, ask: str) -> tuple[str, ...]:
    """Return the rulebook's preset reasons for a return or a rejection."""
    return desk.rulebook.return_reasons if ask == "return" else desk.rulebook.reject_reasons


def _reasons(desk: ReviewDesk, language: str, ask: str) -> tuple[Row, ...]:
    about, revision = desk.report.id, desk.report.revision
    act = Act.RETURN_FOR if ask == "return" else Act.REJECT_FOR
    presets = tuple(
        (button(reason[:REASON_BUTTON_LENGTH_MAX], act, about, f"{revision}.{number}"),)
        for number, reason in enumerate(reasons_for(desk, ask))
    )
    typed = labelled(Label.OTHER_REASON, language, Act.TYPE_REASON, about, f"{revision}.{ask}")
    return (*presets, (typed,), _back(desk, language))
