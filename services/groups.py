"""Group chats: whose they are, when the bot joins, leaves, or Telegram gives them a new address."""

from domain.access import Permission
from domain.announcements import Group
from domain.members import Member
from services.actors import ChatAccount, home_of, reach_of
from services.deps import Deps
from storage import groups as stored_groups
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage.database import UnitOfWork


def note_joined(deps: Deps, *, actor: ChatAccount, chat_id: int, title: str) -> Group | None:
    """Remember that somebody added the bot to a group; it belongs to the unit they may announce in.

    None, and nothing is remembered, when they may announce nowhere: such a group gets no announcements.
    A group that the bot is in already stays with its unit: only what the bot may do there has changed.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        if stored_groups.is_present(uow, chat_id):
            return stored_groups.get_group(uow, chat_id)
        member = stored_members.member_of_account(uow, actor.user_id)
        reach = reach_of(uow, member, Permission.ANNOUNCE) if member is not None else frozenset()
        if member is None or not reach:
            return None
        stored_groups.save_group(
            uow,
            chat_id=chat_id,
            title=title,
            unit_id=_unit_of(deps, uow, member, reach),
            added_by_id=member.id,
            now=now,
        )
        return stored_groups.get_group(uow, chat_id)


def _unit_of(deps: Deps, uow: UnitOfWork, member: Member, reach: frozenset[int]) -> int:
    units = [m.unit_id for m in stored_members.memberships_of(uow, member.id) if m.unit_id in reach]
    if not units:
        held = stored_members.list_grants(uow, member_id=member.id)
        units = [grant.unit_id for grant in held if grant.unit_id in reach]
    if len(units) > 1:
        home = home_of(uow, member, now=deps.clock.now()).unit.id
        return home if home in units else units[0]
    return units[0]


def note_left(deps: Deps, *, chat_id: int) -> None:
    """Remember that the bot is no longer in a group."""
    with deps.store.begin() as uow:
        stored_groups.note_left(uow, chat_id, now=deps.clock.now())


def note_moved(deps: Deps, *, old_chat_id: int, new_chat_id: int) -> None:
    """Follow a group that became a supergroup, with everything that waits for it; again changes nothing."""
    now = deps.clock.now()
    with deps.store.begin() as uow:
        stored_groups.move_group(uow, old_chat_id=old_chat_id, new_chat_id=new_chat_id, now=now)
        stored_outbox.move_chat(uow, old_chat_id=old_chat_id, new_chat_id=new_chat_id)
