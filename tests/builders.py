"""Makes branches, members and reports for tests, through the use cases where there is one."""

import itertools
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.members import MemberKind, MemberStatus, Role, Unit, UnitKind
from domain.periods import parse_period
from domain.reports import EvidenceKind, Report, ReportStatus
from domain.standings import Standing
from services.actors import ChatAccount, unit_tree
from services.deps import Deps
from services.periods import close_period
from services.reports import Change, attach_evidence, edit_report, start_report, submit_report, withdraw
from services.reviews import approve_report, reject_report, return_report
from storage import accounts as stored_accounts
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import standings as stored_standings
from storage import units as stored_units

TODAY = date(2026, 3, 10)
USER_ID_BASE = 1000
_causes = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """A member with a chat account."""

    member_id: int
    name: str
    user_id: int

    @property
    def actor(self) -> ChatAccount:
        """Ask as this person, from the chat."""
        return ChatAccount(self.user_id)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch with its people; members are those without a role."""

    unit: Unit
    secretary: Person
    recorders: tuple[Person, ...]
    members: tuple[Person, ...]

    @property
    def recorder(self) -> Person:
        """The first recorder."""
        return self.recorders[0]

    @property
    def member(self) -> Person:
        """The first member without a role."""
        return self.members[0]


def a_unit(
    deps: Deps,
    *,
    code: str,
    kind: UnitKind = UnitKind.BRANCH,
    parent_id: int | None = None,
    rulebook: str | None = "ceshi",
    time_zone: str = "Asia/Shanghai",
) -> Unit:
    """Make a unit with an empty chain."""
    with deps.store.begin() as uow:
        unit_id = stored_units.insert_unit(
            uow,
            code=code,
            name=f"{code}支部",
            kind=kind,
            parent_id=parent_id,
            rulebook=rulebook,
            time_zone=time_zone,
            now=deps.clock.now(),
        )
        stored_ledger.open_chain(uow, unit_id)
    return Unit(unit_id, code, f"{code}支部", kind, parent_id, rulebook, time_zone)


def a_member(
    deps: Deps,
    *,
    unit: Unit,
    name: str,
    roles: tuple[Role, ...] = (),
    since_on: date | None = None,
    until_on: date | None = None,
    is_bound: bool = True,
) -> Person:
    """Make a member of a unit, with a chat account unless told otherwise."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member_id = stored_members.insert_member(
            uow,
            code=f"{unit.code}-{name}",
            name=name,
            status=MemberStatus.ACTIVE,
            language="zh_Hans",
            now=now,
        )
        stored_members.insert_membership(
            uow,
            member_id=member_id,
            unit_id=unit.id,
            kind=MemberKind.FULL,
            since_on=since_on,
            until_on=until_on,
        )
        for role in roles:
            stored_members.grant_role(uow, member_id=member_id, unit_id=unit.id, role=role, now=now)
        user_id = USER_ID_BASE + member_id
        if is_bound:
            stored_accounts.bind_account(uow, user_id=user_id, member_id=member_id, now=now)
    return Person(member_id, name, user_id)


def a_branch(
    deps: Deps,
    *,
    code: str = "chunfeng",
    rulebook: str | None = "ceshi",
    recorders: int = 2,
    members: int = 2,
    parent_id: int | None = None,
) -> Branch:
    """Make a branch with a secretary, so many recorders and so many members, all with chat accounts."""
    unit = a_unit(deps, code=code, rulebook=rulebook, parent_id=parent_id)
    return Branch(
        unit=unit,
        secretary=a_member(deps, unit=unit, name=f"{code}书记", roles=(Role.SECRETARY,)),
        recorders=tuple(
            a_member(deps, unit=unit, name=f"{code}记录员{n}", roles=(Role.RECORDER,))
            for n in range(1, recorders + 1)
        ),
        members=tuple(a_member(deps, unit=unit, name=f"{code}党员{n}") for n in range(1, members + 1)),
    )


def an_administrator(deps: Deps, *, code: str = "committee") -> tuple[Unit, Person]:
    """Make a committee without a rulebook, and its administrator."""
    unit = a_unit(deps, code=code, kind=UnitKind.COMMITTEE, rulebook=None)
    return unit, a_member(deps, unit=unit, name=f"{code}管理员", roles=(Role.ADMINISTRATOR,))


def a_report(
    deps: Deps,
    member: Person,
    *,
    status: ReportStatus = ReportStatus.PENDING,
    by: Person | None = None,
    item: str = "clean",
    on: date = TODAY,
    level: str | None = None,
    quantity: Fraction | None = None,
    photos: int = 1,
    note: str = "",
    points: Fraction | None = None,
    file_id: str | None = None,
) -> Report:
    """Bring a report to a status by the use cases that lead there; `by` decides, where one has to.

    `file_id` is that of a photo which the sandbox has; without it no photo can be fetched.
    """
    actor = member.actor
    report = start_report(deps, actor=actor, cause_key=f"built:{next(_causes)}").report
    change = Change(item=item, level=level, quantity=quantity, happened_on=on, note=note)
    report = edit_report(deps, actor=actor, report_id=report.id, change=change).report
    for number in range(photos):
        a_photo(deps, member, report, number=number, file_id=file_id)
    if status is ReportStatus.DRAFT:
        return report
    report = submit_report(deps, actor=actor, report_id=report.id).report
    if status is ReportStatus.PENDING:
        return report
    if status is ReportStatus.WITHDRAWN:
        return withdraw(deps, actor=actor, report_id=report.id).report
    assert by is not None, "somebody has to decide it"
    match status:
        case ReportStatus.APPROVED:
            return approve_report(deps, actor=by.actor, report_id=report.id, points=points).report
        case ReportStatus.RETURNED:
            return return_report(deps, actor=by.actor, report_id=report.id, reason="照片不清楚").report
        case ReportStatus.REJECTED:
            return reject_report(deps, actor=by.actor, report_id=report.id, reason="不属于积分项目").report
        case ReportStatus.DISCARDED:
            raise AssertionError("a submitted report is never discarded")


def a_photo(
    deps: Deps, member: Person, report: Report, *, number: int = 0, file_id: str | None = None
) -> None:
    """Send one more photo for a report; it still has to be fetched."""
    attach_evidence(
        deps,
        actor=member.actor,
        report_id=report.id,
        source_key=f"photo:{number}",
        kind=EvidenceKind.PHOTO,
        file_id=file_id or f"file-{report.id}-{number}",
        size_bytes=50_000,
    )


def finalise(deps: Deps, by: Person, unit_id: int, label: str) -> None:
    """Close a period without a list, as periods were closed before there were lists."""
    with deps.store.begin() as uow:
        unit = unit_tree(uow).get(unit_id)
        member = stored_members.get_member(uow, by.member_id)
        assert member is not None
        close_period(uow, deps, unit, parse_period(label), by=member, now=deps.clock.now())


def frozen_list(deps: Deps, unit_id: int, label: str) -> tuple[Standing, ...] | None:
    """Return the list of a period as it was frozen; None where it is open, or closed without one."""
    with deps.store.read() as uow:
        mark = stored_standings.marks_of(uow, unit_id).get(label)
        if mark is None or not mark.has_standings:
            return None
        return tuple(stored_standings.list_standings(uow, mark.id))
