"""Writing an announcement: its words, its audience, whether it asks to be confirmed."""

from dataclasses import replace

from domain.access import Permission
from domain.announcements import (
    Announcement,
    AnnouncementAction,
    AnnouncementStatus,
    Attachment,
    AttachmentKind,
    Audience,
    Content,
    check_audience,
    check_content,
)
from domain.errors import AnnouncementConflict, AnnouncementEmpty, EvidenceRefused, UnitUnknown
from domain.members import Member
from domain.reports import storable
from services.actors import Actor, home_of, identify, require_reach
from services.announcements.desk import AnnouncementDesk, desk_of
from services.announcements.rows import move, visible
from services.deps import Deps
from services.photos import take_photo
from storage import announcements as stored_announcements
from storage.database import UnitOfWork

FILE_NAME_LENGTH_MAX = 100


def start_announcement(deps: Deps, *, actor: Actor, cause_key: str) -> AnnouncementDesk:
    """Begin an announcement to one's own unit, or to all one reaches; the same cause twice begins one.

    Raises:
        NotAllowed: the actor may announce nowhere.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = identify(uow, actor)
        reach = require_reach(uow, asking, Permission.ANNOUNCE)
        found = stored_announcements.get_announcement_by_cause(uow, cause_key)
        if found is None or found.author_id != asking.id:
            unit_id = _own_unit(uow, deps, asking, reach)
            announcement_id = stored_announcements.insert_announcement(
                uow,
                cause_key=cause_key,
                unit_id=unit_id or min(reach),
                author_id=asking.id,
                audience=Audience(unit_ids=(unit_id,) if unit_id else tuple(sorted(reach))),
                now=now,
            )
            found = stored_announcements.get_announcement(uow, announcement_id)
            assert found is not None, "it was just written"
        return desk_of(uow, deps, found, reach)


def _own_unit(uow: UnitOfWork, deps: Deps, asking: Member, reach: frozenset[int]) -> int | None:
    try:
        home = home_of(uow, asking, now=deps.clock.now())
    except UnitUnknown:
        return None
    return home.unit.id if home.unit.id in reach else None


def write_content(
    deps: Deps, *, actor: Actor, announcement_id: int, text: str, attachment: Attachment | None = None
) -> AnnouncementDesk:
    """Write what a draft says.

    Raises:
        NotAllowed, AnnouncementUnknown
        AnnouncementConflict: it is no draft any more.
        AnnouncementEmpty, AnnouncementTooLong
    """
    words = storable(text).strip()
    check_content(Content(words, attachment))
    return _change(deps, actor, announcement_id, text=words, attachment=attachment)


def attach_file(
    deps: Deps, *, actor: Actor, announcement_id: int, name: str, content: bytes
) -> AnnouncementDesk:
    """Let a photo or file go out with a draft, in place of what it had; a picture is kept small and upright.

    Raises:
        NotAllowed, AnnouncementUnknown
        AnnouncementConflict: it is no draft any more.
        AnnouncementEmpty: there is nothing in the file.
        AnnouncementTooLong: its words do not fit below a photo or file.
    """
    with deps.store.read() as uow:
        draft, _, _ = visible(uow, actor, announcement_id)
    attachment = keep_file(deps, name=name, content=content)
    check_content(Content(draft.text, attachment))
    return _change(deps, actor, announcement_id, attachment=attachment)


def keep_file(deps: Deps, *, name: str, content: bytes) -> Attachment:
    """Keep a photo or file that is to go out with an announcement; a picture is kept small and upright.

    Raises:
        AnnouncementEmpty: there is nothing in the file.
    """
    if not content:
        raise AnnouncementEmpty
    try:
        return Attachment(AttachmentKind.PHOTO, "", digest=deps.files.keep(take_photo(content).content))
    except EvidenceRefused:
        named = storable(name)[-FILE_NAME_LENGTH_MAX:]
        return Attachment(AttachmentKind.DOCUMENT, "", named, deps.files.keep(content))


def remove_file(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Let a draft go out without its photo or file.

    Raises:
        NotAllowed, AnnouncementUnknown
        AnnouncementConflict: it is no draft any more.
    """
    return _change(deps, actor, announcement_id, attachment=None)


def choose_audience(
    deps: Deps, *, actor: Actor, announcement_id: int, audience: Audience
) -> AnnouncementDesk:
    """Choose whom a draft is for.

    Raises:
        NotAllowed, AnnouncementUnknown
        AnnouncementConflict: it is no draft any more.
        AudienceEmpty, AudiencePrivate
        UnitUnknown: a unit in which the actor may not announce.
    """
    check_audience(audience)
    return _change(deps, actor, announcement_id, audience=audience)


def want_confirmation(deps: Deps, *, actor: Actor, announcement_id: int, is_wanted: bool) -> AnnouncementDesk:
    """Decide whether readers are asked to confirm.

    Raises:
        NotAllowed, AnnouncementUnknown
        AnnouncementConflict: it is no draft any more.
    """
    return _change(deps, actor, announcement_id, wants_confirmation=is_wanted)


def _change(deps: Deps, actor: Actor, announcement_id: int, **values: object) -> AnnouncementDesk:
    with deps.store.begin() as uow:
        announcement, _, reach = visible(uow, actor, announcement_id, is_locked=True)
        if announcement.status is not AnnouncementStatus.DRAFT:
            raise AnnouncementConflict(status=announcement.status.value)
        changed: Announcement = replace(announcement, **values)  # type: ignore[arg-type]
        if not set(changed.audience.unit_ids) <= reach:
            raise UnitUnknown
        stored_announcements.update_draft(
            uow,
            announcement.id,
            text=changed.text,
            attachment=changed.attachment,
            audience=changed.audience,
            wants_confirmation=changed.wants_confirmation,
        )
        return desk_of(uow, deps, changed, reach)


def discard(deps: Deps, *, actor: Actor, announcement_id: int) -> None:
    """Throw a draft away.

    Raises:
        NotAllowed, AnnouncementUnknown, AnnouncementConflict
    """
    with deps.store.begin() as uow:
        announcement, _, _ = visible(uow, actor, announcement_id, is_locked=True)
        move(uow, announcement, AnnouncementAction.DISCARD)


def recall(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Turn a scheduled announcement into a draft again.

    Raises:
        NotAllowed, AnnouncementUnknown, AnnouncementConflict
    """
    with deps.store.begin() as uow:
        announcement, _, reach = visible(uow, actor, announcement_id, is_locked=True)
        move(uow, announcement, AnnouncementAction.RECALL, due_at=None)
        again = replace(announcement, status=AnnouncementStatus.DRAFT, due_at=None)
        return desk_of(uow, deps, again, reach)
