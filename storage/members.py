"""Members, the units they belong to, and the roles they hold."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, select, update

from domain.members import Member, MemberKind, Membership, MemberStatus, Role, RoleGrant
from storage.database import UnitOfWork, one_or_none
from storage.households import forget_spans, household_id
from storage.statements import Prepared, PreparedForMany
from storage.tables import accounts, households, members, memberships, roles

_MEMBER = select(members.c.id, members.c.code, members.c.name, members.c.status, members.c.language)
_GRANTS = select(roles.c.member_id, roles.c.unit_id, roles.c.role).where(roles.c.revoked_at.is_(None))
_MEMBERSHIPS = select(
    memberships.c.member_id,
    memberships.c.unit_id,
    memberships.c.kind,
    memberships.c.since_on,
    memberships.c.until_on,
    memberships.c.class_,
    households.c.code.label("household"),
).outerjoin(households, households.c.id == memberships.c.household_id)
_GET = Prepared(_MEMBER.where(members.c.id == bindparam("member_id")))
_OF_ACCOUNT = Prepared(
    _MEMBER.join(accounts, accounts.c.member_id == members.c.id).where(
        accounts.c.user_id == bindparam("user_id"), accounts.c.unbound_at.is_(None)
    )
)
_MEMBERSHIPS_OF = Prepared(
    _MEMBERSHIPS.where(memberships.c.member_id == bindparam("member")).order_by(memberships.c.id)
)
_GET_MANY = PreparedForMany(lambda ids: _MEMBER.where(members.c.id.in_(ids)))
_NAMES_OF = PreparedForMany(lambda ids: select(members.c.id, members.c.name).where(members.c.id.in_(ids)))
_GRANTS_IN = PreparedForMany(lambda ids: _GRANTS.where(roles.c.unit_id.in_(ids)).order_by(roles.c.id))
_GRANTS_OF = Prepared(_GRANTS.where(roles.c.member_id == bindparam("member")).order_by(roles.c.id))
_ROSTER_LINES = (
    select(
        memberships.c.member_id,
        members.c.code,
        members.c.name,
        members.c.status,
        memberships.c.unit_id,
        memberships.c.kind,
        memberships.c.since_on,
        memberships.c.until_on,
        memberships.c.class_,
        households.c.code,
    )
    .join(members, members.c.id == memberships.c.member_id)
    .outerjoin(households, households.c.id == memberships.c.household_id)
    .order_by(memberships.c.id)
)
_ROSTER = PreparedForMany(lambda ids: _ROSTER_LINES.where(memberships.c.unit_id.in_(ids)))
_ROSTER_OF_MEMBER = PreparedForMany(
    lambda ids: _ROSTER_LINES.where(
        memberships.c.unit_id.in_(ids), memberships.c.member_id == bindparam("member")
    )
)
_REMEMBERED = "grants"


def _member(row: Row[*tuple[Any, ...]]) -> Member:
    return Member(
        id=row.id, code=row.code, name=row.name, status=MemberStatus(row.status), language=row.language
    )


def _membership(row: Row[*tuple[Any, ...]]) -> Membership:
    return Membership(
        unit_id=row.unit_id,
        kind=MemberKind(row.kind),
        since_on=row.since_on,
        until_on=row.until_on,
        class_=row.class_,
        household=row.household or "",
    )


def _grant(row: Row[*tuple[Any, ...]]) -> RoleGrant:
    return RoleGrant(member_id=row.member_id, unit_id=row.unit_id, role=Role(row.role))


def get_member(uow: UnitOfWork, member_id: int) -> Member | None:
    """Return the member with this id."""
    row = _GET.one_or_none(uow, member_id=member_id)
    return _member(row) if row else None


def get_members(uow: UnitOfWork, member_ids: Iterable[int]) -> Mapping[int, Member]:
    """Return these members, by id."""
    return {row.id: _member(row) for row in _GET_MANY.all(uow, member_ids)}


def get_member_by_code(uow: UnitOfWork, code: str) -> Member | None:
    """Return the member with this roster code."""
    row = one_or_none(list(uow.connection.execute(_MEMBER.where(members.c.code == code))))
    return _member(row) if row else None


def member_of_account(uow: UnitOfWork, user_id: int) -> Member | None:
    """Return the member bound to this chat account now."""
    row = _OF_ACCOUNT.one_or_none(uow, user_id=user_id)
    return _member(row) if row else None


def names_of(uow: UnitOfWork, member_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of these members, by id."""
    return {row.id: row.name for row in _NAMES_OF.all(uow, member_ids)}


def insert_member(
    uow: UnitOfWork, *, code: str, name: str, status: MemberStatus, language: str | None, now: datetime
) -> int:
    """Add a member and return the id."""
    values = {"code": code, "name": name, "status": status.value, "language": language, "created_at": now}
    return int(uow.connection.execute(insert(members).values(values).returning(members.c.id)).scalar_one())


def update_member(uow: UnitOfWork, member_id: int, *, name: str, status: MemberStatus) -> None:
    """Change what the roster says of a member."""
    uow.connection.execute(
        update(members).where(members.c.id == member_id).values(name=name, status=status.value)
    )


def set_language(uow: UnitOfWork, member_id: int, language: str) -> None:
    """Keep the language that a member reads."""
    uow.connection.execute(update(members).where(members.c.id == member_id).values(language=language))


def memberships_of(uow: UnitOfWork, member_id: int) -> Sequence[Membership]:
    """Return every membership of a member, past ones too, oldest first."""
    return [_membership(row) for row in _MEMBERSHIPS_OF.all(uow, member=member_id)]


def newest_units_of(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, int]:
    """Return the unit that each of these members joined last and has not left for good."""
    ids = sorted(set(member_ids))
    rows = uow.connection.execute(
        select(memberships.c.member_id, memberships.c.unit_id)
        .where(memberships.c.member_id.in_(ids))
        .order_by(memberships.c.until_on.is_(None), memberships.c.id)
    )
    return {row.member_id: row.unit_id for row in rows}  # the last one of each stays


def roster_of(uow: UnitOfWork, unit_ids: Iterable[int], *, member_id: int | None = None) -> Sequence[Any]:
    """Return every membership in these units with its member, past ones too, in the order of the roster.

    Of each: member_id, code, name, status, unit_id, kind, since_on, until_on, class and household.
    """
    if member_id is not None:
        return _ROSTER_OF_MEMBER.all(uow, unit_ids, member=member_id)
    return _ROSTER.all(uow, unit_ids)


def insert_membership(
    uow: UnitOfWork,
    *,
    member_id: int,
    unit_id: int,
    kind: MemberKind,
    since_on: date | None,
    until_on: date | None,
    class_: str = "",
    household: str = "",
) -> None:
    """Let a member belong to a unit."""
    forget_spans(uow)
    uow.connection.execute(
        insert(memberships).values(
            member_id=member_id,
            unit_id=unit_id,
            kind=kind.value,
            since_on=since_on,
            until_on=until_on,
            class_=class_,
            household_id=household_id(uow, household),
        )
    )


def update_membership(uow: UnitOfWork, *, member_id: int, before: Membership, after: Membership) -> None:
    """Change the standing, class, household and days of one membership in a unit."""
    forget_spans(uow)
    uow.connection.execute(
        update(memberships)
        .where(
            memberships.c.member_id == member_id,
            memberships.c.unit_id == before.unit_id,
            memberships.c.since_on.is_not_distinct_from(before.since_on),
        )
        .values(
            kind=after.kind.value,
            since_on=after.since_on,
            until_on=after.until_on,
            class_=after.class_,
            household_id=household_id(uow, after.household),
        )
    )


def list_grants(uow: UnitOfWork, *, member_id: int | None = None) -> Sequence[RoleGrant]:
    """Return the roles in force, of one member or of all, in the order they were granted."""
    if member_id is not None:
        return [_grant(row) for row in _GRANTS_OF.all(uow, member=member_id)]
    return [_grant(row) for row in uow.connection.execute(_GRANTS.order_by(roles.c.id))]


def grants_in(uow: UnitOfWork, unit_ids: Iterable[int]) -> Sequence[RoleGrant]:
    """Return the roles in force in these units; read once per transaction."""
    wanted = tuple(sorted(set(unit_ids)))
    known: dict[tuple[int, ...], Sequence[RoleGrant]] = uow.memory.setdefault(_REMEMBERED, {})
    if wanted not in known:
        known[wanted] = [_grant(row) for row in _GRANTS_IN.all(uow, wanted)]
    return known[wanted]


def grant_role(uow: UnitOfWork, *, member_id: int, unit_id: int, role: Role, now: datetime) -> None:
    """Give a role; giving it twice changes nothing."""
    uow.memory.pop(_REMEMBERED, None)
    held = uow.connection.execute(
        select(roles.c.id).where(
            roles.c.member_id == member_id,
            roles.c.unit_id == unit_id,
            roles.c.role == role.value,
            roles.c.revoked_at.is_(None),
        )
    ).first()
    if held is None:
        uow.connection.execute(
            insert(roles).values(member_id=member_id, unit_id=unit_id, role=role.value, granted_at=now)
        )


def revoke_role(uow: UnitOfWork, *, member_id: int, unit_id: int, role: Role, now: datetime) -> bool:
    """Take a role away; tell whether it was held."""
    uow.memory.pop(_REMEMBERED, None)
    result = uow.connection.execute(
        update(roles)
        .where(
            roles.c.member_id == member_id,
            roles.c.unit_id == unit_id,
            roles.c.role == role.value,
            roles.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return result.rowcount > 0


def list_members(
    uow: UnitOfWork,
    unit_ids: Iterable[int],
    *,
    text: str = "",
    limit: int | None,
    offset: int,
    is_latest: bool = False,
) -> tuple[Sequence[tuple[Member, Membership, bool]], int]:
    """Return one page of members of these units with whether an account is bound, and how many there are.

    With `is_latest` a membership that went over into another in the same unit, of another household or
    class, is left out.
    """
    where: list[ColumnElement[bool]] = [memberships.c.unit_id.in_(sorted(set(unit_ids)))]
    if text:
        where.append(members.c.name.contains(text, autoescape=True))
    if is_latest:
        later = memberships.alias()
        where.append(
            ~select(later.c.id)
            .where(
                later.c.member_id == memberships.c.member_id,
                later.c.unit_id == memberships.c.unit_id,
                later.c.since_on == memberships.c.until_on,
            )
            .exists()
        )
    bound = (
        select(accounts.c.id)
        .where(accounts.c.member_id == members.c.id, accounts.c.unbound_at.is_(None))
        .exists()
    )
    joined = members.join(memberships, memberships.c.member_id == members.c.id)
    total = uow.connection.execute(select(func.count()).select_from(joined).where(*where)).scalar_one()
    rows = uow.connection.execute(
        select(
            members.c.id,
            members.c.code,
            members.c.name,
            members.c.status,
            members.c.language,
            memberships.c.unit_id,
            memberships.c.kind,
            memberships.c.since_on,
            memberships.c.until_on,
            memberships.c.class_,
            households.c.code.label("household"),
            bound.label("is_bound"),
        )
        .select_from(joined.outerjoin(households, households.c.id == memberships.c.household_id))
        .where(*where)
        .order_by(memberships.c.unit_id, members.c.id)
        .limit(limit)
        .offset(offset)
    )
    return [(_member(row), _membership(row), bool(row.is_bound)) for row in rows], int(total)
