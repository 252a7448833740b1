"""Confirming that one has read an announcement, and who did."""

from dataclasses import dataclass

from domain.announcements import Announcement
from domain.errors import AnnouncementUnknown
from services.actors import Actor, identify
from services.announcements.rows import visible
from services.deps import Deps
from storage import announcements as stored_announcements
from storage import outbox as stored_outbox
from storage.announcements import Receipt

RECEIPTS_PAGE_LENGTH = 50


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """One page of those an announcement was sent to; pages count from 0."""

    receipts: tuple[Receipt, ...]
    page: int
    total: int


def confirm_reading(deps: Deps, *, actor: Actor, announcement_id: int) -> Announcement:
    """Keep that the asking member has read an announcement; again changes nothing.

    Raises:
        AccountUnknown
        AnnouncementUnknown: not there, not sent to this member, or it asks nobody to confirm.
    """
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        announcement = stored_announcements.get_announcement(uow, announcement_id)
        if announcement is None or not announcement.wants_confirmation:
            raise AnnouncementUnknown
        if not stored_outbox.is_addressed(uow, announcement_id, member.id):
            raise AnnouncementUnknown
        stored_announcements.confirm(uow, announcement_id, member.id, now=deps.clock.now())
        return announcement


def list_receipts(
    deps: Deps, *, actor: Actor, announcement_id: int, is_confirmed: bool | None = None, page: int = 0
) -> ReceiptPage:
    """Return one page of the members it was sent to; only those who (did not) confirm where asked.

    Raises:
        NotAllowed, AnnouncementUnknown
    """
    with deps.store.read() as uow:
        visible(uow, actor, announcement_id)
        receipts, total = stored_announcements.list_receipts(
            uow,
            announcement_id,
            is_confirmed=is_confirmed,
            limit=RECEIPTS_PAGE_LENGTH,
            offset=page * RECEIPTS_PAGE_LENGTH,
        )
        return ReceiptPage(tuple(receipts), page, total)


def all_receipts(deps: Deps, *, actor: Actor, announcement_id: int) -> tuple[Receipt, ...]:
    """Return everybody it was sent to, for a file.

    Raises:
        NotAllowed, AnnouncementUnknown
    """
    with deps.store.read() as uow:
        visible(uow, actor, announcement_id)
        receipts, _ = stored_announcements.list_receipts(uow, announcement_id)
        return tuple(receipts)
