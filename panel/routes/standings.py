"""How a unit stands in a period, and one member's sheet with every line that leads to the total."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from domain.periods import Period, PeriodKind
from domain.rulebooks import Rulebook
from panel.csrf import FormSender
from panel.pages import page
from panel.queries import NUMBER_MAX, address, number_of
from panel.sessions import SignedIn, Surroundings
from services.scoring import Standings, explain, standings
from services.standings import freeze_period, preview_freeze
from templates.reasons.absences import absence_words
from templates.reasons.names import Names
from templates.reasons.sheets import told_sheet
from templates.reasons.speech import Speech

router = APIRouter()

MemberId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
UnitField = Annotated[int, Form(ge=1, le=NUMBER_MAX)]
PeriodField = Annotated[str, Form(max_length=16)]
FROZEN, FROZEN_BEFORE = "frozen", "before"
"""What became of freezing just now, as the address says it."""


@router.get("/standings")
def show_standings(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    unit: str = "",
    period: str = "",
) -> Response:
    """Show a unit's members in order, with the parts of their totals."""
    shown = standings(deps, actor=visitor.actor, unit_id=number_of(unit), period=period or None)
    facts = {
        "shown": shown,
        "columns": columns_of(shown),
        "periods": periods_around(shown.rulebook, shown.period, shown.today_on),
        "consequences": consequences_of(shown.rulebook),
    }
    return page(request, "standings/list.html", facts, visitor=visitor)


@router.get("/standings/freeze")
def show_freeze(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    unit: str = "",
    period: str = "",
    done: str = "",
) -> Response:
    """Show the list as it would be frozen, with the one button that does it, or what became of it."""
    found = preview_freeze(deps, actor=visitor.actor, unit_id=number_of(unit) or 0, period=period)
    return page(request, "standings/freeze.html", {"found": found, "done": done}, visitor=visitor)


@router.post("/standings/freeze")
def freeze(deps: Surroundings, visitor: FormSender, unit: UnitField, period: PeriodField) -> Response:
    """Freeze a period and show what happened; who comes second is told that it was frozen before."""
    done = freeze_period(deps, actor=visitor.actor, unit_id=unit, period=period)
    what = FROZEN if done.is_new else FROZEN_BEFORE
    fields = [("unit", unit), ("period", done.period.label), ("done", what)]
    return RedirectResponse(address("/standings/freeze", fields), status_code=303)


@router.get("/standings/{member_id}")
def show_sheet(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    member_id: MemberId,
    unit: str = "",
    period: str = "",
) -> Response:
    """Show one member's total of a period with its trace."""
    told = explain(
        deps, actor=visitor.actor, member_id=member_id, unit_id=number_of(unit), period=period or None
    )
    names = Names(told.view.rulebook, Speech(visitor.language, names=told.names, year=told.today_on.year))
    period_asked = told.view.period
    facts = {
        "told": told,
        "rulebook": told.view.rulebook,
        "missing": absence_words(names, period_asked, told.missing) if told.missing is not None else "",
        "sheet": told_sheet(names, period_asked, told.score, told.reasons)
        if told.score is not None
        else None,
        "periods": periods_around(told.view.rulebook, told.view.period, told.today_on),
        "consequences": consequences_of(told.view.rulebook),
    }
    return page(request, "standings/one.html", facts, visitor=visitor)


def columns_of(shown: Standings) -> list[tuple[str, str]]:
    """Return the parts that somebody has points of, with their names; none where one alone is the total."""
    columns = [
        (code, name)
        for code, name in shown.rulebook.components.items()
        if any(one.components.get(code) for one in shown.subjects)
    ]
    is_total = len(columns) == 1 and all(
        one.components.get(columns[0][0], 0) == one.total for one in shown.subjects
    )
    return [] if is_total else columns


def consequences_of(rulebook: Rulebook) -> dict[str, str]:
    """Return the names of the consequences, by code."""
    return {one.code: one.name for one in rulebook.consequences}


def periods_around(rulebook: Rulebook, period: Period, today: date) -> tuple[Period, ...]:
    """Return the periods to choose from: of this year up to today and of the last one, latest first."""
    year = rulebook.period_of(PeriodKind.YEAR, today)
    found = [
        part
        for one in (year, year.previous)
        for kind in reversed(PeriodKind)
        for part in reversed(one.split(kind))
        if part.starts_on <= today
    ]
    return tuple(found) if period in found else (period, *found)
