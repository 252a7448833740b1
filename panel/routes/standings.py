"""How a unit stands in a period, and one member's sheet with every line that leads to the total."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from domain.periods import Period, PeriodKind
from domain.rulebooks import Rulebook
from panel.pages import page
from panel.queries import NUMBER_MAX, number_of
from panel.sessions import SignedIn, Surroundings
from services.scoring import explain, item_name, standings

router = APIRouter()

MemberId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@router.get("/standings")
def show_standings(
    request: Request, deps: Surroundings, visitor: SignedIn, unit: str = "", period: str = ""
) -> Response:
    """Show a unit's members in order, with the parts of their totals."""
    shown = standings(deps, actor=visitor.actor, unit_id=number_of(unit), period=period or None)
    facts = {
        "shown": shown,
        "columns": [
            (code, name)
            for code, name in shown.rulebook.components.items()
            if any(one.components.get(code) for one in shown.subjects)
        ],
        "periods": periods_around(shown.rulebook, shown.period, shown.today_on),
        "consequences": consequences_of(shown.rulebook),
    }
    return page(request, "standings/list.html", facts, visitor=visitor)


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
    facts = {
        "told": told,
        "rulebook": told.view.rulebook,
        "item_name": item_name,
        "periods": periods_around(told.view.rulebook, told.view.period, told.today_on),
        "consequences": consequences_of(told.view.rulebook),
    }
    return page(request, "standings/one.html", facts, visitor=visitor)


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
