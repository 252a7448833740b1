"""An announcement with everything a screen about it needs, and the list of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.access import Permission
from domain.announcements import (
    Announcement,
    AnnouncementAction,
    AnnouncementStatus,
    AudienceCount,
    Group,
    Tally,
    actions_in,
)
from domain.hours import QuietHours
from domain.members import Unit
from domain.outbox import BLOCKED_FAILURE, UNBOUND_FAILURE, OutboxStatus
from services.actors import Actor, identify, require_reach, unit_tree
from services.announcements.audiences import count_recipients
from services.announcements.rows import visible
from services.deps import Deps
from services.quiet import quiet_hours
from storage import announcements as stored_announcements
from storage import groups as stored_groups
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage.database import UnitOfWork

PAGE_LENGTH = 20
COUNTED = frozenset({AnnouncementStatus.DRAFT, AnnouncementStatus.SCHEDULED})
"""Before it starts, its audience is counted; afterwards its messages are."""


@dataclass(frozen=True, slots=True)
class AnnouncementDesk:
    """An announcement with all that a screen about it needs.

    `units` and `groups` are those the asking member may announce to; `count` is there before it starts.
    """

    announcement: Announcement
    unit: Unit
    author_name: str
    units: tuple[Unit, ...]
    groups: tuple[Group, ...]
    count: AudienceCount | None
    tally: Tally
    quiet: QuietHours | None = None
    """When its unit is left alone; None in lists."""
    quiet_until: datetime | None = None
    """When it goes out, or on, where quiet hours have begun, or begin before it is due."""

    def waits_until(self, at: datetime) -> datetime | None:
        """Return when it would go out instead of an instant within quiet hours; None: at that instant."""
        return self.quiet.end_after(at, ZoneInfo(self.unit.time_zone)) if self.quiet is not None else None

    @property
    def actions(self) -> frozenset[AnnouncementAction]:
        """What may be done with it now."""
        actions = actions_in(self.announcement.status)
        if not self.tally.unreached:
            return actions - {AnnouncementAction.SEND_AGAIN}
        return actions

    @property
    def chosen_units(self) -> tuple[Unit, ...]:
        """The units it is for, as far as the asking member reaches."""
        return tuple(unit for unit in self.units if unit.id in self.announcement.audience.unit_ids)


@dataclass(frozen=True, slots=True)
class AnnouncementPage:
    """One page of announcements, newest first; pages count from 0."""

    desks: tuple[AnnouncementDesk, ...]
    page: int
    total: int


def tallies(uow: UnitOfWork, announcement_ids: list[int]) -> Mapping[int, Tally]:
    """Return how far these announcements have come: the same number of queries for one and for many."""
    counts = stored_outbox.count_of_announcements(uow, announcement_ids)
    confirmed = stored_announcements.count_confirmed(uow, announcement_ids)
    return {
        announcement_id: _tally(counts.get(announcement_id, {}), confirmed.get(announcement_id, 0))
        for announcement_id in announcement_ids
    }


def _tally(counts: Mapping[tuple[OutboxStatus, str], int], confirmed: int) -> Tally:
    def of(*statuses: OutboxStatus) -> int:
        return sum(count for (status, _), count in counts.items() if status in statuses)

    blocked = counts.get((OutboxStatus.DEAD, BLOCKED_FAILURE), 0)
    unbound = counts.get((OutboxStatus.DEAD, UNBOUND_FAILURE), 0)
    return Tally(
        waiting=of(OutboxStatus.QUEUED, OutboxStatus.SENDING),
        held=of(OutboxStatus.HELD),
        sent=of(OutboxStatus.SENT),
        blocked=blocked,
        unbound=unbound,
        failed=of(OutboxStatus.DEAD) - blocked - unbound,
        cancelled=of(OutboxStatus.CANCELLED),
        confirmed=confirmed,
    )


def desk_of(
    uow: UnitOfWork, deps: Deps, announcement: Announcement, reach: frozenset[int]
) -> AnnouncementDesk:
    """Return an announcement with all that a screen needs."""
    tree = unit_tree(uow)
    count = None
    if announcement.status in COUNTED:
        count = count_recipients(uow, deps, announcement, now=deps.clock.now())
    unit, now = tree.get(announcement.unit_id), deps.clock.now()
    desk = AnnouncementDesk(
        announcement=announcement,
        unit=unit,
        author_name=stored_members.names_of(uow, [announcement.author_id])[announcement.author_id],
        units=tuple(unit for unit in tree.all() if unit.id in reach),
        groups=tuple(stored_groups.list_groups(uow, reach)),
        count=count,
        tally=tallies(uow, [announcement.id])[announcement.id],
        quiet=quiet_hours(uow, unit),
    )
    if announcement.status in {AnnouncementStatus.DRAFT, AnnouncementStatus.SENDING}:
        return replace(desk, quiet_until=desk.waits_until(now))
    if announcement.status is AnnouncementStatus.SCHEDULED and announcement.due_at is not None:
        return replace(desk, quiet_until=desk.waits_until(announcement.due_at))
    return desk


def open_announcement(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Return an announcement of a unit in which the actor may announce.

    Raises:
        NotAllowed, AnnouncementUnknown
    """
    with deps.store.read() as uow:
        announcement, _, reach = visible(uow, actor, announcement_id)
        return desk_of(uow, deps, announcement, reach)


def list_announcements(deps: Deps, *, actor: Actor, page: int = 0) -> AnnouncementPage:
    """Return one page of the announcements of the actor's units; what was thrown away is left out.

    Raises:
        NotAllowed: the actor may announce nowhere.
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.ANNOUNCE)
        found, total = stored_announcements.list_announcements(
            uow,
            reach,
            without=[AnnouncementStatus.DISCARDED],
            limit=PAGE_LENGTH,
            offset=page * PAGE_LENGTH,
        )
        tree = unit_tree(uow)
        names = stored_members.names_of(uow, {one.author_id for one in found})
        counted = tallies(uow, [one.id for one in found])
        units = tuple(unit for unit in tree.all() if unit.id in reach)
        desks = tuple(
            AnnouncementDesk(
                announcement=one,
                unit=tree.get(one.unit_id),
                author_name=names[one.author_id],
                units=units,
                groups=(),
                count=None,
                tally=counted[one.id],
            )
            for one in found
        )
        return AnnouncementPage(desks, page, total)
