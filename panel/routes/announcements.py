"""Announcements: the list, writing one, watching one go out, and the list of those who have read it."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Annotated, Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Path, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from domain.announcements import TEXT_LENGTH_MAX, AnnouncementAction, AnnouncementStatus, Audience
from domain.errors import AmountRefused, Conflict, Invalid, JifenError, TimeUnreadable
from domain.members import MemberKind, Role
from domain.outbox import OutboxStatus
from domain.points import parse_points
from domain.reports import storable
from domain.wording import ANNOUNCEMENT_NAMES, Name, filled_in, left_standing
from panel.csrf import FormSender
from panel.errors import status_of
from panel.pages import page
from panel.queries import NUMBER_MAX, address, page_of
from panel.sessions import SignedIn, Surroundings, Visitor
from panel.spreadsheets import spreadsheet
from services import announcements
from services.announcements import PAGE_LENGTH, RECEIPTS_PAGE_LENGTH, AnnouncementDesk
from services.deps import Deps
from services.wording import footer_of
from storage.announcements import Receipt
from templates.labels import DELIVERY_LABELS, Label
from templates.words import instant, label

router = APIRouter()

AnnouncementId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = {"": None, "yes": True, "no": False}
"""Which receipts are shown, by what the address says."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a list stands, for the pager."""

    path: str
    page: int
    read: str = ""

    def at(self, page_number: int) -> str:
        """Return the address of another page."""
        return address(self.path, [("read", self.read), ("page", page_number + 1 if page_number else None)])


@dataclass(frozen=True, slots=True)
class Written:
    """The form of an announcement as it was filled in."""

    text: str = ""
    units: list[int] = field(default_factory=list)
    kinds: list[MemberKind] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    below: str = ""
    is_without_report: bool = False
    is_for_group: bool = False
    wants_confirmation: bool = False
    file: UploadFile | None = None
    drops_file: bool = False

    @property
    def audience(self) -> Audience:
        """Whom it is for.

        Raises:
            AmountRefused: the number of points is none.
        """
        below: Fraction | None = None
        if self.below.strip():
            below = parse_points(self.below)
            if below is None or below <= 0:
                raise AmountRefused(what="points")
        return Audience(
            unit_ids=tuple(dict.fromkeys(self.units)),
            kinds=tuple(dict.fromkeys(self.kinds)),
            roles=tuple(dict.fromkeys(self.roles)),
            is_without_report=self.is_without_report,
            below_points=below,
            is_for_group=self.is_for_group,
        )


def written_form(
    text: Annotated[str, Form(max_length=4 * TEXT_LENGTH_MAX)] = "",
    units: Annotated[list[int] | None, Form()] = None,
    kinds: Annotated[list[MemberKind] | None, Form()] = None,
    roles: Annotated[list[Role] | None, Form()] = None,
    below: Annotated[str, Form(max_length=20)] = "",
    *,
    is_without_report: Annotated[bool, Form()] = False,
    is_for_group: Annotated[bool, Form()] = False,
    wants_confirmation: Annotated[bool, Form()] = False,
    file: UploadFile | None = None,
    drops_file: Annotated[bool, Form()] = False,
) -> Written:
    """Return what was filled in."""
    return Written(
        text.replace("\r\n", "\n"),
        units or [],
        kinds or [],
        roles or [],
        below,
        is_without_report,
        is_for_group,
        wants_confirmation,
        file
        if file is not None and file.filename
        else None,  # browsers send an empty one where none was chosen
        drops_file,
    )


FilledIn = Annotated[Written, Depends(written_form)]


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
            due_at = _instant(on, at, desk.unit.time_zone)
            announcements.schedule(deps, actor=visitor.actor, announcement_id=announcement_id, due_at=due_at)
        else:
            announcements.send_now(deps, actor=visitor.actor, announcement_id=announcement_id)
    except (Conflict, Invalid) as problem:
        return _page_of(request, deps, visitor, announcement_id, problem=problem, typed=written)
    return RedirectResponse(f"/announcements/{announcement_id}", status_code=303)


def _instant(on: str, at: str, time_zone: str) -> datetime:
    try:
        local = datetime.fromisoformat(f"{on.strip()}T{at.strip()}")
    except ValueError:
        raise TimeUnreadable from None
    if local.tzinfo is not None:
        raise TimeUnreadable
    return local.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


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


@router.get("/announcements/{announcement_id}/receipts.xlsx")
def export_receipts(deps: Surroundings, visitor: SignedIn, announcement_id: AnnouncementId) -> Response:
    """Serve everybody it was sent to, with when it arrived and when they confirmed, as an Excel file."""
    desk = announcements.open_announcement(deps, actor=visitor.actor, announcement_id=announcement_id)
    receipts = announcements.all_receipts(deps, actor=visitor.actor, announcement_id=announcement_id)
    language, zone = visitor.language, desk.unit.time_zone

    def when(at: datetime | None) -> str:
        return instant(at, language, zone) if at is not None else ""

    columns = (Label.COLUMN_NAME, Label.COLUMN_DELIVERY, Label.COLUMN_SENT_AT, Label.COLUMN_READ_AT)
    content = spreadsheet(
        label(Label.READ, language),
        [label(words, language) for words in columns],
        ([one.name, _delivery(one, language), when(one.sent_at), when(one.confirmed_at)] for one in receipts),
    )
    name = quote(f"{label(Label.READ, language)}-{announcement_id}.xlsx", safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type=EXCEL, headers=headers)


def _delivery(receipt: Receipt, language: str) -> str:
    code = receipt.status.value
    if receipt.status is OutboxStatus.DEAD:
        reason = receipt.failure.partition(":")[0]
        code = reason if reason in DELIVERY_LABELS else code
    return label(DELIVERY_LABELS[code], language)
