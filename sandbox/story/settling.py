"""Settles the people of the story in an empty installation: units, roster, roles, accounts, invitations."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.members import UnitKind
from sandbox.story.cast import Cast
from sandbox.story.roster import BRANCHES, ORGANISATION, PEOPLE, Invited, Person
from sandbox.story.scripts import YEAR, day_of, local
from sandbox.world import World
from services.actors import PanelMember
from services.clock import FixedClock
from services.deps import Deps
from services.installation import ADMINISTRATOR_CODE, ROOT_CODE, TIME_ZONE, install
from services.members import invite, join
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import units as stored_units
from templates.words import language_of

EXPIRED_AFTER = timedelta(days=45)
JOIN_HOUR = 9


@dataclass(frozen=True, slots=True)
class Settled:
    """Who lives where: ids by roster code and unit code, instants of joining by roster code."""

    members: Mapping[str, int]
    units: Mapping[str, int]
    joined_at: Mapping[str, datetime]
    cast: Cast


def settle(deps: Deps, world: World, *, now: datetime) -> Settled:
    """Write units and roster as of a year ago and bind everybody's account on the day they came."""
    today = day_of(now)
    founded_on = today - YEAR
    founding = _at(deps, local(founded_on, JOIN_HOUR - 1))
    administrator = next(person for person in PEOPLE if person.code == ADMINISTRATOR_CODE)
    installed = install(founding, organisation=ORGANISATION, administrator=administrator.name)
    units = {ROOT_CODE: installed.unit_id} | _write_branches(founding, installed.unit_id)
    members = {ADMINISTRATOR_CODE: installed.member_id}
    members |= _write_roster(founding, units, founded_on=founded_on, today=today)
    user_ids = {members[person.code]: _account(world, person) for person in PEOPLE}
    admin = PanelMember(installed.member_id)
    codes: dict[int, str] = {}
    spent = {Invited.JOINED: "", Invited.EXPIRED: ""}
    joined_at: dict[str, datetime] = {}
    for minutes, person in enumerate(PEOPLE):
        member_id = members[person.code]
        at = _invited_at(person, now, founded_on) + timedelta(minutes=3 * minutes)
        then = _at(deps, at)
        code = invite(then, actor=admin, member_id=member_id)
        if person.invited is Invited.OPEN:
            codes[member_id] = code
            continue
        spent[person.invited] = code
        if person.invited is Invited.JOINED:
            language = language_of(person.language_code)
            join(then, user_id=user_ids[member_id], code=code, language=language)
            joined_at[person.code] = at
    cast = Cast(user_ids, codes, used_code=spent[Invited.JOINED], expired_code=spent[Invited.EXPIRED])
    return Settled(members, units, joined_at, cast)


def _at(deps: Deps, at: datetime) -> Deps:
    return replace(deps, clock=FixedClock(at))


def _account(world: World, person: Person) -> int:
    return world.add_user(person.account_name, person.language_code).user_id


def _since_on(person: Person, founded_on: date, today: date) -> date:
    if person.days_ago is not None:
        return today - timedelta(days=person.days_ago)
    return founded_on.replace(day=1)


def _invited_at(person: Person, now: datetime, founded_on: date) -> datetime:
    match person.invited:
        case Invited.OPEN:
            return now - timedelta(days=2, hours=5)
        case Invited.EXPIRED:
            return now - EXPIRED_AFTER
        case Invited.JOINED:
            return local(max(founded_on, _since_on(person, founded_on, day_of(now))), JOIN_HOUR)


def _write_branches(deps: Deps, root_id: int) -> dict[str, int]:
    written = {}
    now = deps.clock.now()
    with deps.store.begin() as uow:
        for branch in BRANCHES:
            unit_id = stored_units.insert_unit(
                uow,
                code=branch.code,
                name=branch.name,
                kind=UnitKind.BRANCH,
                parent_id=root_id,
                rulebook=branch.rulebook,
                time_zone=TIME_ZONE,
                now=now,
            )
            stored_ledger.open_chain(uow, unit_id)
            written[branch.code] = unit_id
    return written


def _write_roster(deps: Deps, units: Mapping[str, int], *, founded_on: date, today: date) -> dict[str, int]:
    written = {}
    now = deps.clock.now()
    with deps.store.begin() as uow:
        for person in PEOPLE:
            if person.code == ADMINISTRATOR_CODE:
                continue
            member_id = stored_members.insert_member(
                uow, code=person.code, name=person.name, status=person.status, language=None, now=now
            )
            stored_members.insert_membership(
                uow,
                member_id=member_id,
                unit_id=units[person.unit],
                kind=person.kind,
                since_on=_since_on(person, founded_on, today),
                until_on=None,
            )
            for role in person.roles:
                stored_members.grant_role(
                    uow, member_id=member_id, unit_id=units[person.unit], role=role, now=now
                )
            written[person.code] = member_id
    return written


def tell_nothing(deps: Deps, world: World) -> Cast:
    """Write nothing but the committee and its administrator, who holds an open invitation."""
    administrator = next(person for person in PEOPLE if person.code == ADMINISTRATOR_CODE)
    installed = install(deps, organisation=ORGANISATION, administrator=administrator.name)
    user_id = _account(world, administrator)
    return Cast({installed.member_id: user_id}, {installed.member_id: installed.code})
