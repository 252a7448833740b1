"""The first steps of an installation: the root unit and its first administrator."""

from dataclasses import dataclass

from domain.members import MemberKind, MemberStatus, Role, UnitKind
from services.deps import Deps
from services.members import new_invitation
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import units as stored_units

ROOT_CODE = "root"
ADMINISTRATOR_CODE = "admin"
TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Installed:
    """What `init` made or found; `code` is a fresh invitation for the administrator."""

    unit_id: int
    member_id: int
    code: str
    is_new: bool


def install(deps: Deps, *, organisation: str, administrator: str, time_zone: str = TIME_ZONE) -> Installed:
    """Make the root unit and its first administrator; when they are there already, only a new invitation."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        known = stored_members.get_member_by_code(uow, ADMINISTRATOR_CODE)
        roots = [unit for unit in stored_units.list_units(uow) if unit.code == ROOT_CODE]
        if known is not None and roots:
            code = new_invitation(uow, deps, member_id=known.id, created_by_id=None)
            return Installed(roots[0].id, known.id, code, is_new=False)
        unit_id = stored_units.insert_unit(
            uow,
            code=ROOT_CODE,
            name=organisation,
            kind=UnitKind.COMMITTEE,
            parent_id=None,
            rulebook=None,
            time_zone=time_zone,
            now=now,
        )
        stored_ledger.open_chain(uow, unit_id)
        member_id = stored_members.insert_member(
            uow,
            code=ADMINISTRATOR_CODE,
            name=administrator,
            status=MemberStatus.ACTIVE,
            language=None,
            now=now,
        )
        stored_members.insert_membership(
            uow, member_id=member_id, unit_id=unit_id, kind=MemberKind.FULL, since_on=None, until_on=None
        )
        stored_members.grant_role(uow, member_id=member_id, unit_id=unit_id, role=Role.ADMINISTRATOR, now=now)
        code = new_invitation(uow, deps, member_id=member_id, created_by_id=None)
        return Installed(unit_id, member_id, code, is_new=True)
