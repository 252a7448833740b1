"""What is shown about an objection: the question for its reason, and the card of the one who answers."""

from bot.callbacks import Act
from bot.screen import Row, Screen, labelled
from bot.screens.reports import facts_of
from domain.rulebooks import LevelAmount
from services.appeals import ObjectionDesk
from services.reports import ReportDesk
from templates.labels import Label
from templates.words import render


def reason_screen(desk: ReportDesk, language: str, *, problem: str = "") -> Screen:
    """Ask the member why the rejection is wrong."""
    facts = facts_of(desk) | {"decision": desk.decision, "problem": problem}
    text = render("messages/appeals/ask.j2", language, facts)
    return Screen(text, ((labelled(Label.BACK, language, Act.MY_REPORT, desk.report.id),),))


def objection_screen(desk: ObjectionDesk, language: str, *, is_asking: bool = False) -> Screen:
    """Return the answerer's card; `is_asking` while the answer that keeps the decision is typed."""
    report, item, about = desk.report, desk.item, desk.objection.id
    level = None
    if item is not None and isinstance(item.amount, LevelAmount) and report.level is not None:
        level = item.amount.level(report.level)
    facts = {
        "desk": desk,
        "objection": desk.objection,
        "report": report,
        "item": item,
        "level_name": level.name if level else report.level,
        "evidence_count": len(desk.evidence),
        "is_asking": is_asking,
    }
    text = render("messages/appeals/card.j2", language, facts)
    if not desk.may_answer:
        return Screen(text)
    answers: Row = (
        labelled(Label.UPHOLD, language, Act.UPHOLD, about, style="success"),
        labelled(Label.DISMISS, language, Act.DISMISS, about),
    )
    back: Row = (labelled(Label.BACK, language, Act.OBJECTION, about),)
    return Screen(text, (back if is_asking else answers,))
