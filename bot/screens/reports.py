"""The screens of reporting, from the category to the preview."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from bot.callbacks import Act
from bot.screen import Button, Row, Screen, button, in_rows, labelled
from bot.screens.calendar import calendar_rows
from domain.points import show, show_signed
from domain.reports import ReportStatus
from domain.rulebooks import Category, FixedAmount, Item, LevelAmount, QuantityAmount, ScaledAmount
from services.reports import ReportDesk
from templates.labels import Label
from templates.words import DEFAULT_LANGUAGE, render

ITEMS_PER_PAGE = 8
QUICK_QUANTITIES = tuple(Fraction(n) for n in ("0.5", "1", "1.5", "2", "3", "4", "6", "8"))
QUICK_QUANTITIES_MAX = 6


class Step:
    """Names of the steps; the dialog keeps them."""

    CATEGORY = "category"
    ITEM = "item"
    LEVEL = "level"
    QUANTITY = "quantity"
    DATE = "date"
    CALENDAR = "calendar"
    EVIDENCE = "evidence"
    NOTE = "note"
    PREVIEW = "preview"
    CONFIRM_CANCEL = "confirm_cancel"
    DETAIL = "detail"
    OBJECTION = "objection"


STEPS = frozenset(
    {
        Step.CATEGORY,
        Step.ITEM,
        Step.LEVEL,
        Step.QUANTITY,
        Step.DATE,
        Step.CALENDAR,
        Step.EVIDENCE,
        Step.NOTE,
        Step.PREVIEW,
    }
)
"""The steps that have a screen of the report."""


def next_step(desk: ReportDesk) -> str:
    """Return the first step that is still open, which may be the preview."""
    report, item = desk.report, desk.item
    if item is None:
        return Step.CATEGORY
    if isinstance(item.amount, LevelAmount) and report.level is None:
        return Step.LEVEL
    if isinstance(item.amount, QuantityAmount | ScaledAmount) and report.quantity is None:
        return Step.QUANTITY
    if report.happened_on is None:
        return Step.DATE
    return Step.PREVIEW if desk.received else Step.EVIDENCE


def step_before(step: str, desk: ReportDesk) -> str:
    """Return where 返回 leads from a step."""
    amount = desk.item.amount if desk.item else None
    to_amount = {LevelAmount: Step.LEVEL, QuantityAmount: Step.QUANTITY, ScaledAmount: Step.QUANTITY}
    back = {
        Step.ITEM: Step.CATEGORY,
        Step.LEVEL: Step.ITEM,
        Step.QUANTITY: Step.ITEM,
        Step.DATE: to_amount.get(type(amount), Step.ITEM) if amount else Step.CATEGORY,
        Step.CALENDAR: Step.DATE,
        Step.EVIDENCE: Step.DATE,
        Step.NOTE: Step.EVIDENCE,
        Step.PREVIEW: Step.NOTE,
    }
    return back.get(step, Step.CATEGORY)


def step_screen(
    step: str, desk: ReportDesk, language: str, *, month: date | None = None, page: int = 0, problem: str = ""
) -> Screen:
    """Return the screen of a step; `problem` is a sentence on top about what was just refused."""
    builders: dict[str, Callable[[], tuple[str, tuple[Row, ...]]]] = {
        Step.CATEGORY: lambda: _category(desk, language, problem),
        Step.ITEM: lambda: _item(desk, language, page, problem),
        Step.LEVEL: lambda: _level(desk, language, problem),
        Step.QUANTITY: lambda: _quantity(desk, language, problem),
        Step.DATE: lambda: _date(desk, language, problem),
        Step.CALENDAR: lambda: _calendar(desk, language, month, problem),
        Step.EVIDENCE: lambda: _evidence(desk, language, problem),
        Step.NOTE: lambda: _note(desk, language, problem),
        Step.PREVIEW: lambda: _preview(desk, language, problem),
    }
    text, rows = builders[step]()
    return Screen(text, (*rows, *_ways_out(step, desk, language)))


def _words(template: str, desk: ReportDesk, language: str, problem: str, **more: object) -> str:
    facts = facts_of(desk) | {"desk": desk, "problem": problem} | more
    return render(f"messages/reports/{template}", language, facts)


def facts_of(desk: ReportDesk) -> dict[str, object]:
    """Return what `reports/facts.j2` needs."""
    report, item = desk.report, desk.item
    level = None
    if item is not None and isinstance(item.amount, LevelAmount) and report.level is not None:
        level = item.amount.level(report.level)
    return {
        "report": report,
        "item": item,
        "level_name": level.name if level else report.level,
        "evidence_count": desk.received,
    }


def _ways_out(step: str, desk: ReportDesk, language: str) -> tuple[Row, ...]:
    about = desk.report.id
    is_draft = desk.report.status is ReportStatus.DRAFT
    later = labelled(Label.LATER, language, Act.LATER, about)
    cancel = labelled(Label.CANCEL, language, Act.ASK_CANCEL, about)
    if step == Step.CATEGORY:
        return ((later, cancel) if is_draft else (later,),)
    back = labelled(Label.BACK, language, Act.STEP, about, step_before(step, desk))
    return ((back, later, cancel) if is_draft else (back, later),)


def worth_of(item: Item) -> str:
    """Return in a few characters what an item is worth: +2, +1–10, +1/小时."""
    amount = item.amount
    if isinstance(amount, FixedAmount):
        return show_signed(amount.points)
    if isinstance(amount, QuantityAmount):
        return f"{show_signed(amount.rate)}/{amount.unit}"
    if isinstance(amount, LevelAmount):
        return f"{show_signed(amount.low)}–{show(amount.high)}"
    if amount.low is not None and amount.high is not None:
        return f"{show_signed(amount.low)}–{show(amount.high)}"
    return ""


def offered_items(desk: ReportDesk, category: str) -> tuple[Item, ...]:
    """Return the items of a category that a member may report today."""
    on = desk.report.happened_on or desk.home.today
    return tuple(
        item
        for item in desk.rulebook.items_of(category)
        if item.reported_by_members and desk.rulebook.is_offered(item, on)
    )


def offered_categories(desk: ReportDesk) -> tuple[Category, ...]:
    """Return the categories that have something to report."""
    return tuple(c for c in desk.rulebook.categories if offered_items(desk, c.code))


def _item_button(item: Item, report_id: int) -> Button:
    return button(f"{item.name} {worth_of(item)}".strip(), Act.ITEM, report_id, item.code)


def _category(desk: ReportDesk, language: str, problem: str) -> tuple[str, tuple[Row, ...]]:
    recent = tuple((_item_button(item, desk.report.id),) for item in desk.recent)
    categories = offered_categories(desk)
    buttons = [button(c.name, Act.CATEGORY, desk.report.id, c.code, style="primary") for c in categories]
    return _words("category.j2", desk, language, problem), (*recent, *in_rows(buttons, 2))


def _item(desk: ReportDesk, language: str, page: int, problem: str) -> tuple[str, tuple[Row, ...]]:
    code = desk.report.category or ""
    category = desk.rulebook.category(code)
    items = offered_items(desk, code)
    shown = items[page * ITEMS_PER_PAGE : (page + 1) * ITEMS_PER_PAGE]
    rows: list[Row] = [(_item_button(item, desk.report.id),) for item in shown]
    paging: list[Button] = []
    if page > 0:
        paging.append(labelled(Label.PREVIOUS_PAGE, language, Act.ITEM_PAGE, desk.report.id, page - 1))
    if (page + 1) * ITEMS_PER_PAGE < len(items):
        paging.append(labelled(Label.FOLLOWING_PAGE, language, Act.ITEM_PAGE, desk.report.id, page + 1))
    if paging:
        rows.append(tuple(paging))
    hinted = tuple(item for item in shown if item.hint)
    name = category.name if category else code
    return _words("item.j2", desk, language, problem, category=name, items=hinted), tuple(rows)


def _level(desk: ReportDesk, language: str, problem: str) -> tuple[str, tuple[Row, ...]]:
    amount = desk.item.amount if desk.item else None
    levels = amount.levels if isinstance(amount, LevelAmount) else ()
    rows = tuple(
        (button(f"{level.name} {show_signed(level.points)}", Act.LEVEL, desk.report.id, level.code),)
        for level in levels
    )
    return _words("level.j2", desk, language, problem), rows


def quick_quantities(amount: QuantityAmount | ScaledAmount) -> Sequence[Fraction]:
    """Return the quantities that get a button."""
    return [q for q in QUICK_QUANTITIES if amount.allows(q)][:QUICK_QUANTITIES_MAX]


def _quantity(desk: ReportDesk, language: str, problem: str) -> tuple[str, tuple[Row, ...]]:
    amount = desk.item.amount if desk.item else None
    quick = quick_quantities(amount) if isinstance(amount, QuantityAmount | ScaledAmount) else []
    unit = desk.item.unit_of_quantity if desk.item else ""
    space = "" if language == DEFAULT_LANGUAGE else " "
    buttons = [button(f"{show(q)}{space}{unit}", Act.QUANTITY, desk.report.id, show(q)) for q in quick]
    return _words("quantity.j2", desk, language, problem), in_rows(buttons, 3)


def _date(desk: ReportDesk, language: str, problem: str) -> tuple[str, tuple[Row, ...]]:
    today = desk.home.today
    near: list[Button] = []
    for words, day in ((Label.TODAY, today), (Label.YESTERDAY, today - timedelta(days=1))):
        if desk.may_report_on(day):
            near.append(labelled(words, language, Act.DAY, desk.report.id, f"{day:%Y%m%d}"))
    calendar = labelled(Label.CALENDAR, language, Act.MONTH, desk.report.id, f"{today:%Y%m}")
    rows: tuple[Row, ...] = (tuple(near), (calendar,)) if near else ((calendar,),)
    return _words("date.j2", desk, language, problem), rows


def _calendar(
    desk: ReportDesk, language: str, month: date | None, problem: str
) -> tuple[str, tuple[Row, ...]]:
    rows = calendar_rows(
        month=month or desk.report.happened_on or desk.home.today,
        today=desk.home.today,
        report_id=desk.report.id,
        language=language,
        may_choose=desk.may_report_on,
    )
    return _words("calendar.j2", desk, language, problem), rows


def _evidence(desk: ReportDesk, language: str, problem: str) -> tuple[str, tuple[Row, ...]]:
    about = desk.report.id
    rows: tuple[Row, ...] = ()
    if desk.received:
        go_on = labelled(Label.NEXT, language, Act.STEP, about, Step.NOTE, style="primary")
        rows = ((go_on,), (labelled(Label.RESEND, language, Act.RESEND, about),))
    elif desk.item is not None and not desk.item.evidence_required:
        rows = ((labelled(Label.SKIP, language, Act.STEP, about, Step.NOTE),),)
    return _words("evidence.j2", desk, language, problem), rows


def _note(desk: ReportDesk, language: str, problem: str) -> tuple[str, tuple[Row, ...]]:
    words = Label.NEXT if desk.report.note else Label.SKIP
    go_on = labelled(words, language, Act.STEP, desk.report.id, Step.PREVIEW, style="primary")
    return _words("note.j2", desk, language, problem), ((go_on,),)


def _preview(desk: ReportDesk, language: str, problem: str) -> tuple[str, tuple[Row, ...]]:
    about = desk.report.id
    rows: tuple[Row, ...] = (
        (labelled(Label.SUBMIT, language, Act.SUBMIT, about, desk.report.revision, style="success"),),
        (
            labelled(Label.CHANGE_ITEM, language, Act.STEP, about, Step.CATEGORY),
            labelled(Label.CHANGE_DATE, language, Act.STEP, about, Step.DATE),
        ),
        (
            labelled(Label.CHANGE_EVIDENCE, language, Act.STEP, about, Step.EVIDENCE),
            labelled(Label.CHANGE_NOTE, language, Act.STEP, about, Step.NOTE),
        ),
    )
    return _words("preview.j2", desk, language, problem), rows


def confirm_cancel_screen(report_id: int, language: str) -> Screen:
    """Ask before a draft is thrown away."""
    return Screen(
        render("messages/reports/confirm_cancel.j2", language, {}),
        (
            (labelled(Label.YES_CANCEL, language, Act.CANCEL, report_id, style="danger"),),
            (
                labelled(Label.KEEP, language, Act.STEP, report_id, "open"),
                labelled(Label.LATER, language, Act.LATER, report_id),
            ),
        ),
    )


def submitted_screen(desk: ReportDesk, language: str) -> Screen:
    """Confirm that a report waits for its decision."""
    return Screen(
        _words("submitted.j2", desk, language, ""),
        (
            (
                labelled(Label.ANOTHER, language, Act.NEW),
                labelled(Label.MY_REPORTS, language, Act.MY_REPORTS),
            ),
        ),
    )
