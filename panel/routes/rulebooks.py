"""Rulebooks for those who manage units: try a text on the past, see who changes, publish it."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from domain.errors import PublicationRefused
from domain.rulebooks import Rulebook
from panel.csrf import FormSender
from panel.drawing import chart_of
from panel.errors import status_of
from panel.pages import page
from panel.queries import address, day_of, number_of
from panel.routes.standings import consequences_of, periods_around
from panel.sessions import SignedIn, Surroundings, Visitor
from services.deps import Deps
from services.publishing import Trial, Version, books_managed, publish_version, try_version
from services.scoring import item_name

router = APIRouter()

Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
TEXT_LENGTH_MAX = 200_000
CHANGES_SHOWN_MAX = 200


@router.get("/rulebooks")
def show_rulebooks(request: Request, deps: Surroundings, visitor: SignedIn) -> Response:
    """Show the rulebooks by which the visitor's units score."""
    return page(
        request, "rulebooks/list.html", {"books": books_managed(deps, actor=visitor.actor)}, visitor=visitor
    )


@router.get("/rulebooks/{code}")
def show_rulebook(
    request: Request, deps: Surroundings, visitor: SignedIn, code: Code, published: str = ""
) -> Response:
    """Show a rulebook's text, ready to be changed and tried, and what was published just now."""
    trial = try_version(deps, actor=visitor.actor, code=code)
    newest = next((one for one in trial.versions if str(one.id) == published), None)
    return _page(request, visitor, trial, is_tried=False, published=newest)


@router.post("/rulebooks/{code}/try")
def try_rulebook(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    code: Code,
    text: Annotated[str, Form(max_length=TEXT_LENGTH_MAX)],
    unit: Annotated[str, Form()] = "",
    period: Annotated[str, Form()] = "",
) -> Response:
    """Show what a text would change, or every problem it has; nothing is written."""
    return _page(request, visitor, _tried(deps, visitor, code, text, unit, period))


@router.post("/rulebooks/{code}/publish")
def publish_rulebook(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    code: Code,
    text: Annotated[str, Form(max_length=TEXT_LENGTH_MAX)],
    unit: Annotated[str, Form()] = "",
    period: Annotated[str, Form()] = "",
    effective: Annotated[str, Form()] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Put a text into force from a day on."""
    try:
        version_id = publish_version(
            deps,
            actor=visitor.actor,
            code=code,
            text=text.replace("\r\n", "\n"),
            effective_on=day_of(effective),
            reason=reason,
        )
    except PublicationRefused as refused:
        trial = _tried(deps, visitor, code, text, unit, period)
        entered = {"effective": effective, "reason": reason, "refused": refused}
        return _page(request, visitor, trial, status=status_of(refused), entered=entered)
    return RedirectResponse(address(f"/rulebooks/{code}", [("published", version_id)]), status_code=303)


def _tried(deps: Deps, visitor: Visitor, code: str, text: str, unit: str, period: str) -> Trial:
    return try_version(
        deps,
        actor=visitor.actor,
        code=code,
        text=text.replace("\r\n", "\n"),
        unit_id=number_of(unit),
        period=period or None,
    )


def _page(
    request: Request,
    visitor: Visitor,
    trial: Trial,
    *,
    is_tried: bool = True,
    status: int = 200,
    entered: Mapping[str, object] | None = None,
    published: Version | None = None,
) -> Response:
    simulation = trial.simulation
    facts = {
        "trial": trial,
        "is_tried": is_tried,
        "chart": chart_of(simulation.bars) if simulation is not None else None,
        "changes": simulation.subjects[:CHANGES_SHOWN_MAX] if simulation is not None else (),
        "periods": periods_around(trial.rulebook, trial.period, trial.today_on),
        "consequences": consequences_of(trial.rulebook),
        "item_name": _names(trial.rulebook),
        "published": published,
        "entered": {"effective": "", "reason": "", "refused": None} | dict(entered or {}),
    }
    return page(request, "rulebooks/one.html", facts, visitor=visitor, status=status)


def _names(rulebook: Rulebook) -> dict[str, str]:
    return {code: item_name(rulebook, code) for code in rulebook.items}
