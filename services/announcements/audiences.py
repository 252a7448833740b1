"""Who an announcement is for at this moment: filters that the database knows, and the one that scores."""

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction

from domain.announcements import Announcement, AudienceCount
from domain.periods import month_of, quarter_of
from services.actors import local_day, unit_tree
from services.deps import Deps
from services.scoring import members_from
from storage import accounts as stored_accounts
from storage import announcements as stored_announcements
from storage import groups as stored_groups
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
    mark = announcement.audience.below_points
    reaching: dict[int, frozenset[int] | None] = {}
    for chunk in chunks:
        if mark is not None:
            for unit_id in {one.unit_id for one in chunk} - reaching.keys():
                reaching[unit_id] = _reaching(uow, deps, unit_id, mark, now)
        yield [one.member_id for one in chunk if mark is None or _is_below(one, reaching[one.unit_id])]


def _reaching(
    uow: UnitOfWork, deps: Deps, unit_id: int, mark: Fraction, now: datetime
) -> frozenset[int] | None:
    """Return whose total of this quarter reaches the mark; None where no points are kept."""
    unit = unit_tree(uow).get(unit_id)
    if unit.rulebook is None:
        return None
    today = local_day(now, unit)
    return members_from(uow, deps.shelf, unit, quarter_of(today), mark=mark, today=today)


def _is_below(candidate: Candidate, reaching: frozenset[int] | None) -> bool:
    """Tell whether a member's total is below the mark; where no points are kept nobody's is."""
    return reaching is not None and candidate.member_id not in reaching


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
