"""Who an announcement is for at this moment: filters that the database knows, and the one that scores."""

from collections.abc import Iterator
from datetime import date, datetime

from domain.announcements import Announcement, Audience, AudienceCount
from domain.members import Unit
from domain.periods import month_of, quarter_of
from services.actors import home_of, local_day, unit_tree
from services.deps import Deps
from services.scoring import sheet_for
from storage import accounts as stored_accounts
from storage import announcements as stored_announcements
from storage import groups as stored_groups
from storage import members as stored_members
from storage.announcements import Candidate
from storage.database import UnitOfWork


def today_for(uow: UnitOfWork, announcement: Announcement, now: datetime) -> date:
    """Return the day it is where the announcement is made."""
    return local_day(now, unit_tree(uow).get(announcement.unit_id))


def iterate_recipients(
    uow: UnitOfWork, deps: Deps, announcement: Announcement, *, now: datetime
) -> Iterator[list[int]]:
    """Yield the members it is for, by id, some thousand at a time."""
    today = today_for(uow, announcement, now)
    chunks = stored_announcements.iterate_audience(
        uow, announcement.audience, today=today, month=month_of(today)
    )
    for chunk in chunks:
        if announcement.audience.below_points is None:
            yield [candidate.member_id for candidate in chunk]
        else:
            yield [one.member_id for one in chunk if _is_below(uow, deps, announcement.audience, one, now)]


def _is_below(uow: UnitOfWork, deps: Deps, audience: Audience, candidate: Candidate, now: datetime) -> bool:
    """Whether a member's total of this quarter is below the mark; where no points are kept nobody is."""
    unit: Unit = unit_tree(uow).get(candidate.unit_id)
    member = stored_members.get_member(uow, candidate.member_id)
    if unit.rulebook is None or member is None or audience.below_points is None:
        return False
    home = home_of(uow, member, now=now, unit_id=unit.id)
    rulebook = deps.shelf.in_force(uow, unit.rulebook).rulebook
    view = sheet_for(uow, rulebook, home, quarter_of(home.today))
    return view.sheet.total < audience.below_points


def count_recipients(
    uow: UnitOfWork, deps: Deps, announcement: Announcement, *, now: datetime
) -> AudienceCount:
    """Return how many it is for now, and how many of them cannot be reached."""
    audience = announcement.audience
    groups = len(stored_groups.list_groups(uow, audience.unit_ids)) if audience.is_for_group else 0
    if audience.below_points is None:
        today = today_for(uow, announcement, now)
        found = stored_announcements.count_audience(uow, audience, today=today, month=month_of(today))
        return AudienceCount(found.total, found.without_account, found.blocked, groups)
    total = without_account = blocked = 0
    for chunk in iterate_recipients(uow, deps, announcement, now=now):
        accounts = [stored_accounts.account_of_member(uow, member_id) for member_id in chunk]
        total += len(chunk)
        without_account += sum(account is None for account in accounts)
        blocked += sum(account is not None and account.blocked_at is not None for account in accounts)
    return AudienceCount(total, without_account, blocked, groups)
