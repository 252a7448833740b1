"""The queue of waiting reports, a report with its photos, and the decisions about it."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response

from domain.access import Permission
from domain.errors import AmountRefused, Conflict, Invalid, JifenError, NotAllowed, NotKnown
from domain.points import parse_points
from domain.reports import REASON_LENGTH_MAX, ReportAction
from panel.csrf import FormSender
from panel.errors import status_of
from panel.explaining import Basis, basis_of, explain, level_name
from panel.pages import page
from panel.queries import NUMBER_MAX, address, number_of
from panel.sessions import SignedIn, Surroundings, Visitor
from services.deps import Deps
from services.histories import open_history
from services.reviews import (
    ReviewDesk,
    approve_report,
    list_queue,
    open_review,
    reject_report,
    return_report,
    undo_decision,
)

router = APIRouter()

PAGE_LENGTH = 20
ReportId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
Typed = Annotated[str, Form(max_length=4 * REASON_LENGTH_MAX)]
Number = Annotated[int, Form(ge=0, le=NUMBER_MAX)]


@router.get("/")
def show_queue(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    unit: str = "",
    after: str = "",
    decided: str = "",
) -> Response:
    """Show the reports that wait for the visitor, oldest first; without a queue, where else they can go."""
    if Permission.SEE_QUEUE not in visitor.me.may:
        others = (("/ledger", visitor.may(Permission.SEE_LEDGER)), ("/shop", visitor.me.keeps_shop))
        first = next((path for path, is_there in others if is_there), "/roles")
        return RedirectResponse(first, status_code=303)
    unit_id = number_of(unit)
    before = _found(deps, visitor, number_of(after))
    queue = list_queue(
        deps,
        actor=visitor.actor,
        limit=PAGE_LENGTH + 1,
        after=_place(before) if before is not None else None,
        unit_id=unit_id,
    )
    shown = queue.desks[:PAGE_LENGTH]
    more = address("/", [("unit", unit_id), ("after", shown[-1].report.id if shown else None)])
    facts = {
        "cards": [_facts_of(desk) for desk in shown],
        "total": queue.total,
        "elsewhere": queue.elsewhere,
        "more": more if len(queue.desks) > PAGE_LENGTH else "",
        "is_continued": before is not None,
        "unit_id": unit_id,
        "units": visitor.units_with(Permission.DECIDE_REPORTS),
        "decided": _found(deps, visitor, number_of(decided)),
    }
    return page(request, "reviews/queue.html", facts, visitor=visitor)


def _found(deps: Deps, visitor: Visitor, report_id: int | None) -> ReviewDesk | None:
    """Return a report named in an address, if it is there for the visitor."""
    try:
        return open_review(deps, actor=visitor.actor, report_id=report_id) if report_id is not None else None
    except (NotKnown, NotAllowed):
        return None


def _place(desk: ReviewDesk) -> Any:
    assert desk.report.submitted_at is not None, "a report on a desk was submitted"
    return desk.report.submitted_at, desk.report.id


def _facts_of(desk: ReviewDesk) -> dict[str, Any]:
    return {
        "desk": desk,
        "explanation": explain(desk.item, desk.report, desk.preview),
        "level_name": level_name(desk.item, desk.report),
        "is_range": desk.item is not None and basis_of(desk.item) is Basis.RANGE,
    }


@router.get("/reports/{report_id}")
def show_report(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    report_id: ReportId,
    unit: str = "",
    decided: str = "",
) -> Response:
    """Show a report with all that a decision needs."""
    shown = {"unit_id": number_of(unit), "decided": _found(deps, visitor, number_of(decided))}
    return _report_page(request, deps, visitor, report_id, shown)


def _report_page(
    request: Request,
    deps: Deps,
    visitor: Visitor,
    report_id: int,
    shown: dict[str, Any],
    *,
    problem: JifenError | None = None,
) -> Response:
    desk = open_review(deps, actor=visitor.actor, report_id=report_id)
    history = open_history(deps, actor=visitor.actor, report_id=report_id)
    own: dict[str, Any] = {
        "decisions": history.decisions,
        "undo_minutes": int(deps.undo_span.total_seconds() // 60),
        "problem": {"code": problem.code, "facts": problem.facts()} if problem is not None else None,
        "typed": {"action": "", "points": "", "reason": "", "preset": ""},
        "decided": None,
    }
    facts = _facts_of(desk) | own | shown
    status = status_of(problem) if problem is not None else 200
    return page(request, "reviews/one.html", facts, visitor=visitor, status=status)


@router.get("/reports/{report_id}/next")
def skip_report(deps: Surroundings, visitor: SignedIn, report_id: ReportId, unit: str = "") -> Response:
    """Go on to the next waiting report without deciding this one."""
    desk = open_review(deps, actor=visitor.actor, report_id=report_id)
    return _onward(deps, visitor, desk, unit_id=number_of(unit), is_decided=False)


def _onward(
    deps: Deps, visitor: Visitor, desk: ReviewDesk, *, unit_id: int | None, is_decided: bool
) -> Response:
    """Lead to the next waiting report, from the end to the oldest, or to the queue when nothing is left."""
    decided = ("decided", desk.report.id if is_decided else None)
    for after in (_place(desk), None):
        queue = list_queue(deps, actor=visitor.actor, limit=1, after=after, unit_id=unit_id)
        if queue.desks and queue.desks[0].report.id != desk.report.id:
            path = f"/reports/{queue.desks[0].report.id}"
            return RedirectResponse(address(path, [("unit", unit_id), decided]), status_code=303)
    return RedirectResponse(address("/", [("unit", unit_id), decided]), status_code=303)


@router.post("/reports/{report_id}/decide")
def decide(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    report_id: ReportId,
    action: Annotated[ReportAction, Form()],
    revision: Number,
    points: Annotated[str, Form(max_length=40)] = "",
    preset: Typed = "",
    reason: Typed = "",
    unit: Annotated[str, Form(max_length=20)] = "",
    *,
    is_from_queue: Annotated[bool, Form()] = False,
) -> Response:
    """Approve, return or reject a report, then go on to the next; a refusal is told on the report's page."""
    full_reason = "；".join(text for text in (preset.strip(), reason.strip()) if text)
    try:
        desk = _decide(deps, visitor, report_id, action, revision, points, full_reason)
    except (Conflict, Invalid, NotAllowed) as problem:
        typed = {"action": action.value, "points": points, "reason": reason, "preset": preset}
        shown = {"unit_id": number_of(unit), "typed": typed}
        return _report_page(request, deps, visitor, report_id, shown, problem=problem)
    if is_from_queue:
        back = address("/", [("unit", number_of(unit)), ("decided", report_id)])
        return RedirectResponse(back, status_code=303)
    return _onward(deps, visitor, desk, unit_id=number_of(unit), is_decided=True)


def _decide(
    deps: Deps,
    visitor: Visitor,
    report_id: int,
    action: ReportAction,
    revision: int,
    points: str,
    reason: str,
) -> ReviewDesk:
    actor = visitor.actor
    match action:
        case ReportAction.APPROVE:
            given = parse_points(points) if points.strip() else None
            if points.strip() and given is None:
                raise AmountRefused(what="points")
            return approve_report(
                deps, actor=actor, report_id=report_id, revision=revision, points=given, reason=reason
            )
        case ReportAction.RETURN:
            return return_report(deps, actor=actor, report_id=report_id, revision=revision, reason=reason)
        case ReportAction.REJECT:
            return reject_report(deps, actor=actor, report_id=report_id, revision=revision, reason=reason)
        case _:
            raise NotAllowed


@router.post("/reports/{report_id}/undo")
def undo(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    report_id: ReportId,
    unit: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Take one's own decision back and show the report, which waits again."""
    try:
        undo_decision(deps, actor=visitor.actor, report_id=report_id)
    except (Conflict, NotAllowed) as problem:
        shown = {"unit_id": number_of(unit)}
        return _report_page(request, deps, visitor, report_id, shown, problem=problem)
    path = f"/reports/{report_id}"
    return RedirectResponse(address(path, [("unit", number_of(unit))]), status_code=303)
