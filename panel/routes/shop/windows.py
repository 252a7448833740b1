"""Windows of the shop: planned, open and closed, with what was spent."""

from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from domain.errors import Invalid, JifenError
from domain.periods import parse_period
from domain.shop.refusals import WindowRefused
from panel.csrf import FormSender
from panel.errors import status_of
from panel.pages import page as show_page
from panel.queries import day_of, number_of
from panel.routes.shop.fields import Short, WindowId, budget_of, problem_of
from panel.sessions import SignedIn, Surroundings, Visitor
from services import shop
from services.deps import Deps

router = APIRouter()


@router.get("/shop/windows")
def show_windows(request: Request, deps: Surroundings, visitor: SignedIn) -> Response:
    """Show the windows, and the form for another one."""
    return _windows(request, deps, visitor)


def _windows(
    request: Request, deps: Deps, visitor: Visitor, *, problem: JifenError | None = None
) -> Response:
    facts = {
        "last_day": shop.last_day,
        "period_of": parse_period,
        "second": timedelta(seconds=1),
        "households": shop.list_households(deps, actor=visitor.actor),
        "desks": shop.list_windows(deps, actor=visitor.actor),
        "problem": problem_of(problem) if problem is not None else None,
        "tab": "windows",
    }
    status = status_of(problem) if problem is not None else 200
    return show_page(request, "shop/windows.html", facts, visitor=visitor, status=status)


@router.post("/shop/windows")
def open_window(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    *,
    unit: Short = "",
    opens_on: Short = "",
    closes_on: Short = "",
    pick_up_until_on: Short = "",
    budget: Short = "",
) -> Response:
    """Plan a window."""
    try:
        shop.open_window(
            deps,
            actor=visitor.actor,
            unit_id=number_of(unit) or 0,
            opens_on=_day(opens_on),
            closes_on=_day(closes_on),
            pick_up_until_on=_day(pick_up_until_on),
            budget_cents=budget_of(budget),
        )
    except Invalid as refused:
        return _windows(request, deps, visitor, problem=refused)
    return RedirectResponse("/shop/windows", status_code=303)


def _day(text: str) -> date:
    on = day_of(text)
    if on is None:
        raise WindowRefused(what="reversed")
    return on


@router.post("/shop/windows/{window_id}/close")
def close_window(deps: Surroundings, visitor: FormSender, window_id: WindowId) -> Response:
    """Close a window now."""
    shop.close_window(deps, actor=visitor.actor, window_id=window_id)
    return RedirectResponse("/shop/windows", status_code=303)


@router.post("/shop/households/roster")
def follow_roster(request: Request, deps: Surroundings, visitor: FormSender, *, unit: Short = "") -> Response:
    """Let the households of the roster spend from one account each."""
    try:
        shop.follow_roster(deps, actor=visitor.actor, unit_id=number_of(unit) or 0)
    except Invalid as refused:
        return _windows(request, deps, visitor, problem=refused)
    return RedirectResponse("/shop/windows", status_code=303)


@router.post("/shop/households")
def share_account(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    *,
    unit: Short = "",
    member: Short = "",
    holder: Short = "",
) -> Response:
    """Let a member spend from another's account."""
    try:
        shop.share_account(
            deps,
            actor=visitor.actor,
            unit_id=number_of(unit) or 0,
            member_id=number_of(member) or 0,
            with_member_id=number_of(holder) or 0,
        )
    except Invalid as refused:
        return _windows(request, deps, visitor, problem=refused)
    return RedirectResponse("/shop/windows", status_code=303)
