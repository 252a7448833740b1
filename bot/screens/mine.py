"""The screens about oneself: my reports, my points, and the story of one line."""

from fractions import Fraction

from bot.callbacks import Act
from bot.screen import TEXT_LENGTH_MAX, Button, Row, Screen, button, labelled, text_length
from bot.screens.reports import facts_of
from domain.ledger import Entry
from domain.periods import PeriodKind, half_of, month_of, quarter_of, year_of
from domain.points import from_stored, show, show_signed
from domain.reports import ReportStatus
from domain.scoring.nearest import next_class
from services.ledger import PAGE_LENGTH as LINES_PER_PAGE
from services.ledger import EntryStory, MyPoints
from services.reports import PAGE_LENGTH as REPORTS_PER_PAGE
from services.reports import ReportDesk, ReportPage
from services.scoring import Explained, item_name
from templates.labels import Label
from templates.reasons.absences import absence_words
from templates.reasons.entries import told_entry
from templates.reasons.names import Names
from templates.reasons.sheets import told_sheet
from templates.reasons.speech import Speech
from templates.words import label, period_title, render


def reports_screen(page: ReportPage, language: str) -> Screen:
    """Show one page of a person's reports, a number for each."""
    rows = [
        {"report": report, "item": item_name(page.rulebook, report.item) if report.item else ""}
        for report in page.reports
    ]
    pages = max(1, -(-page.total // REPORTS_PER_PAGE))
    text = render("messages/reports/list.j2", language, {"rows": rows, "page": page.page, "pages": pages})
    numbers = tuple(
        button(str(n), Act.MY_REPORT, report.id, page.page) for n, report in enumerate(page.reports, start=1)
    )
    turning = _turning(language, Act.MY_REPORTS, page.page, pages)
    start = (labelled(Label.REPORT, language, Act.NEW, style="primary"),)
    return Screen(text, tuple(row for row in (numbers, turning, start) if row))


def _turning(language: str, act: Act, page: int, pages: int, about: int = 0) -> Row:
    newer = [labelled(Label.NEWER, language, act, about, page - 1)] if page > 0 else []
    older = [labelled(Label.OLDER, language, act, about, page + 1)] if page + 1 < pages else []
    return (*newer, *older)


def report_screen(desk: ReportDesk, language: str, *, page: int) -> Screen:
    """Show one of a person's reports, with what can be done about it."""
    text = render("messages/reports/detail.j2", language, facts_of(desk) | {"desk": desk})
    about = desk.report.id
    actions: dict[ReportStatus, Row] = {
        ReportStatus.DRAFT: (
            labelled(Label.CONTINUE, language, Act.CONTINUE, about, style="primary"),
            labelled(Label.DELETE, language, Act.DELETE, about, style="danger"),
        ),
        ReportStatus.PENDING: (labelled(Label.WITHDRAW, language, Act.WITHDRAW, about),),
        ReportStatus.RETURNED: (
            labelled(Label.CORRECT, language, Act.CONTINUE, about, style="primary"),
            labelled(Label.WITHDRAW, language, Act.WITHDRAW, about),
        ),
        ReportStatus.REJECTED: (labelled(Label.OBJECT, language, Act.OBJECT, about),)
        if desk.may_object
        else (),
        ReportStatus.WITHDRAWN: (labelled(Label.REOPEN, language, Act.CONTINUE, about),),
    }
    photos: Row = (labelled(Label.PHOTOS, language, Act.PHOTOS, about),) if desk.evidence else ()
    back: Row = (labelled(Label.BACK, language, Act.MY_REPORTS, 0, page),)
    return Screen(text, tuple(row for row in (actions.get(desk.report.status, ()), (*photos, *back)) if row))


def points_screen(mine: MyPoints, language: str) -> Screen:
    """Show a person's score sheet of a period: total, parts, and the running log."""
    sheet, rulebook, period = mine.view.sheet, mine.view.rulebook, mine.view.period
    lines = []
    for entry in mine.lines:
        line = mine.counted[entry.id]
        amount = from_stored(entry.amount)
        is_void = line.is_reversed or entry.reverses_id is not None
        counted = from_stored(entry.counted_amount) if is_void else line.counted
        lines.append(
            {
                "on": entry.happened_on,
                "item": item_name(rulebook, entry.item),
                "amount": amount,
                "who": mine.earners.get(entry.id, ""),
                "reason": mine.reasons.get(entry.id, ""),
                "note": _line_note(mine, entry, amount, counted, language),
            }
        )
    facts = {
        "mine": mine,
        "title": period_title(period, language),
        "parts": _parts(mine, language),
        "stars": sheet.stars,
        "grade": sheet.grade,
        "rank": mine.view.score.rank if mine.view.score is not None else None,
        "ranked": mine.view.ranked,
        "next_stars": next_class(rulebook.stars, sheet.total, kind=period.kind),
        "next_grade": next_class(rulebook.grade, sheet.total, kind=period.kind),
        "unmet": _unmet(mine),
        "lines": lines,
    }
    pages = max(1, -(-mine.total // LINES_PER_PAGE))
    numbers = tuple(
        button(str(n), Act.ENTRY, entry.id, period.label) for n, entry in enumerate(mine.lines, start=1)
    )
    return Screen(
        render("messages/ledger/points.j2", language, facts),
        tuple(
            row
            for row in (
                numbers,
                _pages(mine, pages, language),
                *_periods(mine, language),
                (
                    labelled(Label.HOW, language, Act.WHY, 0, period.label),
                    labelled(Label.NOTICE_SETTINGS, language, Act.NOTICES),
                ),
            )
            if row
        ),
    )


def why_screen(told: Explained, language: str) -> Screen:
    """Show how a person's total came about and why what follows from it: all lines where they have room."""
    names = Names(told.view.rulebook, Speech(language, names=told.names, year=told.today_on.year))
    period = told.view.period
    facts = {
        "told": told,
        "today_on": told.today_on,
        "missing": "" if told.missing is None else absence_words(names, period, told.missing),
        "sheet": None if told.score is None else told_sheet(names, period, told.score, told.reasons),
        "has_lines": True,
    }
    text = render("messages/ledger/why.j2", language, facts)
    if text_length(text) > TEXT_LENGTH_MAX:
        text = render("messages/ledger/why.j2", language, facts | {"has_lines": False})
    return Screen(text, ((labelled(Label.BACK, language, Act.POINTS, 0, period.label),),))


def _unmet(mine: MyPoints) -> list[str]:
    """Return the requirements of the period that do not hold yet, as the rulebook names them."""
    score = mine.view.score
    flags = () if score is None else score.flags
    return [one.name for one in mine.view.rulebook.requirements if f"unmet.{one.code}" in flags]


def _line_note(mine: MyPoints, entry: Entry, amount: Fraction, counted: Fraction, language: str) -> str:
    notes = []
    if counted != amount:
        notes.append(label(Label.COUNTED, language).format(points=show(counted)))
    if entry.reverses_id is not None:
        notes.append(label(Label.REVERSAL, language))
    elif mine.counted[entry.id].is_reversed:
        notes.append(label(Label.REVERSED, language))
    if entry.id in mine.apart:
        notes.append(label(Label.APART, language))
    return " · ".join(notes)


def _parts(mine: MyPoints, language: str) -> list[dict[str, str]]:
    sheet, rulebook = mine.view.sheet, mine.view.rulebook
    parts = [
        {"name": rulebook.components.get(code, code), "points": show(points)}
        for code, points in sheet.components.items()
        if code == "base" and points
    ]
    for code, points in sheet.categories.items():
        category = rulebook.category(code)
        if points:
            parts.append({"name": category.name if category else code, "points": show_signed(points)})
    if sheet.parts:
        name = label(Label.MONTHLY_MEAN, language)
        return [{"name": name, "points": " · ".join(show(part.total) for part in sheet.parts)}]
    return parts


def _pages(mine: MyPoints, pages: int, language: str) -> Row:
    label_of = mine.view.period.label
    newer = [labelled(Label.NEWER, language, Act.POINTS, mine.page - 1, label_of)] if mine.page > 0 else []
    has_older = mine.page + 1 < pages
    older = [labelled(Label.OLDER, language, Act.POINTS, mine.page + 1, label_of)] if has_older else []
    return (*newer, *older)


def _periods(mine: MyPoints, language: str) -> tuple[Row, ...]:
    period, today = mine.view.period, mine.home.today
    month = period if period.kind is PeriodKind.MONTH else month_of(today)
    beside: list[Button] = [labelled(Label.PREVIOUS_MONTH, language, Act.POINTS, 0, month.previous.label)]
    if month.next.starts_on <= today:
        beside.append(labelled(Label.FOLLOWING_MONTH, language, Act.POINTS, 0, month.next.label))
    others = (
        (Label.MONTH, month_of(today)),
        (Label.QUARTER, quarter_of(today)),
        (Label.HALF, half_of(today)),
        (Label.YEAR, year_of(today)),
    )
    spans = tuple(
        labelled(words, language, Act.POINTS, 0, other.label) for words, other in others if other != period
    )
    return (tuple(beside), spans)


def story_screen(story: EntryStory, language: str, *, back_to: str) -> Screen:
    """Show everything behind one ledger line."""
    entry = story.entry
    names = Names(story.rulebook, Speech(language))
    told = told_entry(names, entry, story.line)
    facts = {
        "story": story,
        "entry": entry,
        "item": item_name(story.rulebook, entry.item),
        "told": told,
        "notes": names.speech.commas(told.notes),
    }
    buttons: list[Button] = []
    if story.report is not None:
        buttons.append(labelled(Label.PHOTOS, language, Act.PHOTOS, story.report.id))
    buttons.append(labelled(Label.BACK, language, Act.POINTS, 0, back_to))
    return Screen(render("messages/ledger/story.j2", language, facts), (tuple(buttons),))
