"""The list of announcements, writing one, and watching one go out."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from domain.announcements import AnnouncementAction, AnnouncementStatus, Audience
from domain.errors import Conflict, Invalid, JifenError
from domain.members import MemberKind, Role
from domain.reports import storable
from domain.wording import ANNOUNCEMENT_NAMES, Name, filled_in, left_standing
from panel.csrf import FormSender
from panel.errors import status_of
from panel.pages import page
from panel.queries import Pages, page_of
from panel.routes.announcements.fields import AnnouncementId, FilledIn, Written, instant_typed
from panel.sessions import SignedIn, Surroundings, Visitor
from services import announcements
from services.announcements import PAGE_LENGTH, RECEIPTS_PAGE_LENGTH, AnnouncementDesk
from services.deps import Deps
from services.wording import footer_of

router = APIRouter()

SHOWN = {"": None, "yes": True, "no": False}
"""Which receipts are shown, by what the address says."""


@router.get("/announcements")
def show_announcements(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    page_number: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Show one page of the announcements of the visitor's units."""
    listed = announcements.list_announcements(deps, actor=visitor.actor, page=page_of(page_number))
    facts = {
        "desks": listed.desks,
        "total": listed.total,
        "query": Pages("/announcements", listed.page),
        "pages": -(-listed.total // PAGE_LENGTH),
        "may_manage": visitor.may("manage_units"),
        "cause": secrets.token_hex(8),
    }
    return page(request, "announcements/list.html", facts, visitor=visitor)


@router.post("/announcements")
def begin(
    deps: Surroundings,
    visitor: FormSender,
    cause: Annotated[str, Form(pattern=r"^\w{0,40}$")] = "",
) -> Response:
    """Begin a draft; the button tapped twice begins one."""
    desk = announcements.start_announcement(
        deps, actor=visitor.actor, cause_key=f"panel:{visitor.session.member_id}:{cause}"
    )
    return RedirectResponse(f"/announcements/{desk.announcement.id}", status_code=303)


@router.get("/announcements/{announcement_id}")
def show_announcement(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    announcement_id: AnnouncementId,
    read: str = "",
    page_number: Annotated[str, Query(alias="page")] = "",
    seen: str = "",
) -> Response:
    """Show an announcement: a draft with its form and preview, a sent one with how far it has come."""
    return _page_of(
        request,
        deps,
        visitor,
        announcement_id,
        read=read,
        page_number=page_of(page_number),
        shows="preview" if seen else "",
    )


def _page_of(
    request: Request,
    deps: Deps,
    visitor: Visitor,
    announcement_id: int,
    *,
    read: str = "",
    page_number: int = 0,
    problem: JifenError | None = None,
    typed: Written | None = None,
    is_kept_unsent: bool = False,
    shows: str = "",
) -> Response:
    desk = announcements.open_announcement(deps, actor=visitor.actor, announcement_id=announcement_id)
    receipts = announcements.list_receipts(
        deps,
        actor=visitor.actor,
        announcement_id=announcement_id,
        is_confirmed=SHOWN.get(read),
        page=page_number,
    )
    facts: dict[str, Any] = {
        "desk": desk,
        "written": typed or _written(desk),
        "preview": _preview(deps, desk, visitor),
        "left": left_standing(desk.announcement.text, ANNOUNCEMENT_NAMES),
        "kinds": tuple(MemberKind),
        "roles": tuple(Role),
        "receipts": receipts.receipts,
        "receipts_total": receipts.total,
        "query": Pages(f"/announcements/{announcement_id}", receipts.page, read if read in SHOWN else ""),
        "pages": -(-receipts.total // RECEIPTS_PAGE_LENGTH),
        "tomorrow": _local(deps, desk),
        "problem": {"code": problem.code, "facts": problem.facts()} if problem is not None else None,
        "is_kept_unsent": is_kept_unsent,
    }
    name = "announcements/draft.html" if desk.announcement.status == "draft" else "announcements/one.html"
    status = status_of(problem) if problem is not None else 422 if is_kept_unsent else 200
    return page(request, name, facts, visitor=visitor, status=status, shows=shows)


def _written(desk: AnnouncementDesk) -> Written:
    audience = desk.announcement.audience
    below = audience.below_points
    return Written(
        desk.announcement.text,
        list(audience.unit_ids),
        list(audience.kinds),
        list(audience.roles),
        "" if below is None else f"{float(below):g}",
        audience.is_without_report,
        audience.is_for_group,
        desk.announcement.wants_confirmation,
    )


def _preview(deps: Deps, desk: AnnouncementDesk, visitor: Visitor) -> dict[str, str]:
    """Return the words as the visitor would read them."""
    values = {Name.MEMBER: visitor.me.member.name, Name.UNIT: desk.unit.name}
    footer = footer_of(deps, unit_id=desk.unit.id, language=visitor.language)
    return {"text": filled_in(desk.announcement.text, values), "footer": filled_in(footer, values)}


def _local(deps: Deps, desk: AnnouncementDesk) -> datetime:
    return deps.clock.now().astimezone(ZoneInfo(desk.unit.time_zone))


@router.post("/announcements/{announcement_id}/save")
def save(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    announcement_id: AnnouncementId,
    written: FilledIn,
) -> Response:
    """Keep what a draft says and whom it is for, and show it as readers will see it."""
    try:
        _save(deps, visitor, announcement_id, written)
    except (Conflict, Invalid) as problem:
        return _page_of(request, deps, visitor, announcement_id, problem=problem, typed=written)
    return RedirectResponse(f"/announcements/{announcement_id}?seen=1#preview", status_code=303)


def _save(deps: Deps, visitor: Visitor, announcement_id: int, written: Written) -> None:
    desk = announcements.open_announcement(deps, actor=visitor.actor, announcement_id=announcement_id)
    announcements.choose_audience(
        deps, actor=visitor.actor, announcement_id=announcement_id, audience=written.audience
    )
    announcements.want_confirmation(
        deps, actor=visitor.actor, announcement_id=announcement_id, is_wanted=written.wants_confirmation
    )
    attachment = None if written.drops_file else desk.announcement.attachment
    if written.file is not None:
        attachment = announcements.keep_file(
            deps, name=written.file.filename or "", content=written.file.file.read()
        )
    announcements.write_content(
        deps,
        actor=visitor.actor,
        announcement_id=announcement_id,
        text=written.text,
        attachment=attachment,
    )


def _is_kept(desk: AnnouncementDesk, written: Written) -> bool:
    """Tell whether a draft says and is for what stands in the form."""
    kept, audience = desk.announcement, written.audience
    return (
        written.file is None
        and not written.drops_file
        and storable(written.text) == kept.text
        and written.wants_confirmation == kept.wants_confirmation
        and _in_order(audience) == _in_order(kept.audience)
    )


def _in_order(audience: Audience) -> Audience:
    return replace(
        audience,
        unit_ids=tuple(sorted(audience.unit_ids)),
        kinds=tuple(sorted(audience.kinds)),
        roles=tuple(sorted(audience.roles)),
    )


@router.post("/announcements/{announcement_id}/send")
def send(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    announcement_id: AnnouncementId,
    written: FilledIn,
    on: Annotated[str, Form(max_length=20)] = "",
    at: Annotated[str, Form(max_length=20)] = "",
    *,
    is_later: Annotated[bool, Form()] = False,
) -> Response:
    """Send a draft now, or let it go out at a day and hour of its unit.

    What was changed since the preview is kept and shown first: nobody sends words they have not seen.
    """
    try:
        desk = announcements.open_announcement(deps, actor=visitor.actor, announcement_id=announcement_id)
        if desk.announcement.status is AnnouncementStatus.DRAFT and not _is_kept(desk, written):
            _save(deps, visitor, announcement_id, written)
            return _page_of(request, deps, visitor, announcement_id, is_kept_unsent=True, shows="preview")
        if is_later:
            due_at = instant_typed(on, at, desk.unit.time_zone)
            announcements.schedule(deps, actor=visitor.actor, announcement_id=announcement_id, due_at=due_at)
        else:
            announcements.send_now(deps, actor=visitor.actor, announcement_id=announcement_id)
    except (Conflict, Invalid) as problem:
        return _page_of(request, deps, visitor, announcement_id, problem=problem, typed=written)
    return RedirectResponse(f"/announcements/{announcement_id}", status_code=303)


@router.post("/announcements/{announcement_id}/turn")
def turn(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    announcement_id: AnnouncementId,
    action: Annotated[AnnouncementAction, Form()],
) -> Response:
    """Pause, go on, stop, take back, throw away, or try those once more who could not be reached."""
    use_case = {
        AnnouncementAction.PAUSE: announcements.pause,
        AnnouncementAction.RESUME: announcements.resume,
        AnnouncementAction.CANCEL: announcements.cancel,
        AnnouncementAction.SEND_AGAIN: announcements.send_again,
        AnnouncementAction.RECALL: announcements.recall,
        AnnouncementAction.DISCARD: announcements.discard,
    }.get(action)
    if use_case is None:
        return RedirectResponse(f"/announcements/{announcement_id}", status_code=303)
    try:
        use_case(deps, actor=visitor.actor, announcement_id=announcement_id)
    except Conflict as problem:
        return _page_of(request, deps, visitor, announcement_id, problem=problem)
    is_gone = action is AnnouncementAction.DISCARD
    return RedirectResponse("/announcements" if is_gone else f"/announcements/{announcement_id}", 303)
