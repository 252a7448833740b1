"""What the operator does at the terminal, with no role but in the audit trail: invite, grant, revoke."""

from domain.errors import MemberUnknown, UnitUnknown
from domain.members import Member, Role
from services.deps import Deps
from services.members import new_invitation
from storage import accounts as stored_accounts
from storage import audit as stored_audit
from storage import members as stored_members
from storage import units as stored_units
from storage.database import UnitOfWork


def invite_by_code(deps: Deps, *, member: str, frees_account: bool = False) -> tuple[Member, str]:
    """Return a member and a fresh invitation code; with `frees_account` the bound account is let go.

    Raises:
        MemberUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        found = _member(uow, member)
        code = new_invitation(uow, deps, member_id=found.id, created_by_id=None)
        was_freed = frees_account and stored_accounts.unbind_member(uow, found.id, now=now)
        action = "member.rebind" if was_freed else "member.invited"
        stored_audit.note(uow, action, actor_id=None, member_id=found.id, facts={}, now=now)
        return found, code


def grant(deps: Deps, *, member: str, unit: str, role: Role) -> bool:
    """Give a member a role in a unit; False when they held it already.

    Raises:
        MemberUnknown, UnitUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        found, unit_id = _member(uow, member), _unit_id(uow, unit)
        held = stored_members.list_grants(uow, member_id=found.id)
        if any(one.unit_id == unit_id and one.role is role for one in held):
            return False
        stored_members.grant_role(uow, member_id=found.id, unit_id=unit_id, role=role, now=now)
        facts = {"role": role.value}
        stored_audit.note(
            uow, "role.granted", actor_id=None, member_id=found.id, unit_id=unit_id, facts=facts, now=now
        )
        return True


def revoke(deps: Deps, *, member: str, unit: str, role: Role) -> bool:
    """Take a role in a unit away; False when the member did not hold it.

    Raises:
        MemberUnknown, UnitUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        found, unit_id = _member(uow, member), _unit_id(uow, unit)
        was_held = stored_members.revoke_role(uow, member_id=found.id, unit_id=unit_id, role=role, now=now)
        if was_held:
            facts = {"role": role.value}
            stored_audit.note(
                uow, "role.revoked", actor_id=None, member_id=found.id, unit_id=unit_id, facts=facts, now=now
            )
        return was_held


def _member(uow: UnitOfWork, code: str) -> Member:
    found = stored_members.get_member_by_code(uow, code)
    if found is None:
        raise MemberUnknown
    return found


def _unit_id(uow: UnitOfWork, code: str) -> int:
    found = next((unit.id for unit in stored_units.list_units(uow) if unit.code == code), None)
    if found is None:
        raise UnitUnknown
    return found
