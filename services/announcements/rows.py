"""Finds an announcement for whoever asks, and changes its status."""

from typing import Any

from domain.access import Permission
from domain.announcements import TRANSITIONS, Announcement, AnnouncementAction
from domain.errors import AnnouncementConflict, AnnouncementUnknown
from domain.members import Member
from services.actors import Actor, identify, require_reach
from storage import announcements as stored_announcements
from storage.database import UnitOfWork


def visible(
    uow: UnitOfWork, actor: Actor, announcement_id: int, *, is_locked: bool = False
) -> tuple[Announcement, Member, frozenset[int]]:
    """Return an announcement, who asks, and the units in which they may announce.

    Raises:
        NotAllowed: they may announce nowhere.
        AnnouncementUnknown: not there, or of a unit in which they may not.
    """
    asking = identify(uow, actor)
    reach = require_reach(uow, asking, Permission.ANNOUNCE)
    found = stored_announcements.get_announcement(uow, announcement_id, is_locked=is_locked)
    if found is None or found.unit_id not in reach:
        raise AnnouncementUnknown
    return found, asking, reach


def move(uow: UnitOfWork, announcement: Announcement, action: AnnouncementAction, **values: Any) -> None:
    """Do what an action does to the status, by compare-and-set.

    Raises:
        AnnouncementConflict: it is in another status by now.
    """
    to = TRANSITIONS.get((announcement.status, action))
    if to is None:
        raise AnnouncementConflict(status=announcement.status.value)
    if not stored_announcements.set_status(uow, announcement.id, announcement.status, to, **values):
        now = stored_announcements.get_announcement(uow, announcement.id)
        raise AnnouncementConflict(status=(now or announcement).status.value)
