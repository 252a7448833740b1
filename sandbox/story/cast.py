"""Who is in the story: which account is whose, and which invitation codes are open; kept in a file."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from domain.members import MemberKind, RoleGrant
from sandbox.world import World
from services.deps import Deps
from services.members import hash_code
from storage import accounts as stored_accounts
from storage import members as stored_members
from storage import units as stored_units
from storage.database import UnitOfWork

MEMBERS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Cast:
    """Accounts and invitation codes by member id; the database keeps only hashes of codes.

    `used_code` and `expired_code` open nothing any more: to see what the bot says then.
    """

    user_ids: Mapping[int, int]
    codes: Mapping[int, str]
    used_code: str = ""
    expired_code: str = ""


def save_cast(cast: Cast, path: Path) -> None:
    """Write the cast to a file, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(cast), ensure_ascii=False, indent=1))
    fresh.replace(path)


def load_cast(path: Path) -> Cast:
    """Read the cast from its file; an empty one where there is none."""
    if not path.exists():
        return Cast({}, {})
    kept = json.loads(path.read_text())
    return Cast(
        user_ids={int(member): user for member, user in kept["user_ids"].items()},
        codes={int(member): code for member, code in kept["codes"].items()},
        used_code=kept["used_code"],
        expired_code=kept["expired_code"],
    )


def people(deps: Deps, world: World, cast: Cast) -> list[dict[str, Any]]:
    """Return everybody on the roster for GET /sandbox/story, as the database has them now."""
    with deps.store.read() as uow:
        units = {unit.id: unit for unit in stored_units.list_units(uow)}
        grants: dict[int, list[RoleGrant]] = {}
        for grant in stored_members.list_grants(uow):
            grants.setdefault(grant.member_id, []).append(grant)
        rows, _total = stored_members.list_members(uow, units, limit=MEMBERS_MAX, offset=0)
        told = []
        for member, membership, is_bound in rows:
            account = stored_accounts.account_of_member(uow, member.id) if is_bound else None
            user_id = account.user_id if account else cast.user_ids.get(member.id)
            if user_id is None or user_id not in world.book.users:
                continue
            told.append(
                {
                    "user_id": user_id,
                    "name": member.name,
                    "roles": _roles(membership.kind, grants.get(member.id, [])),
                    "unit": units[membership.unit_id].name,
                    "code": None if is_bound else _open_code(uow, deps, cast.codes.get(member.id)),
                    "bound": is_bound,
                }
            )
    return sorted(told, key=lambda person: person["user_id"])


def _roles(kind: MemberKind, grants: list[RoleGrant]) -> list[str]:
    standing = "member" if kind is MemberKind.FULL else kind.value
    return [grant.role.value for grant in grants] or [standing]


def _open_code(uow: UnitOfWork, deps: Deps, code: str | None) -> str | None:
    is_open = code is not None and stored_accounts.is_invitation_open(
        uow, hash_code(deps, code), now=deps.clock.now()
    )
    return code if is_open else None
