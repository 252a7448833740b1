"""`jifen invite` and `jifen role`: fresh invitations, roles granted and taken away."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.opening import opened, settings_or_refuse
from cli.refusing import refuse
from cli.telegram import bot_name, how_to_join
from domain.errors import MemberUnknown, UnitUnknown
from domain.members import Role
from domain.rosters import ROLES, known_words, word
from services.operating import grant, invite_by_code, revoke


def invite(member: str, *, frees_account: bool, bot: str | None) -> None:
    """Print a fresh invitation of a member."""
    settings = settings_or_refuse()
    with opened(settings) as deps, _telling_unknown(member, ""):
        found, code = invite_by_code(deps, member=member, frees_account=frees_account)
    name = bot_name(settings, bot)
    print(f"{found.code} {found.name}: {how_to_join(name, code)}")
    if name is None:
        print("The bot's name is not known: the member opens the bot and sends the line above to it.")
    print("Good once and for 30 days; older invitations of this member no longer work.")


def grant_role(member: str, unit: str, role: str) -> None:
    """Give a member a role in a unit."""
    wanted = _role(role)
    with opened(settings_or_refuse()) as deps, _telling_unknown(member, unit):
        is_new = grant(deps, member=member, unit=unit, role=wanted)
    print(f"{member} is {wanted} in {unit}{'' if is_new else ' already'}.")


def revoke_role(member: str, unit: str, role: str) -> None:
    """Take a role in a unit away."""
    wanted = _role(role)
    with opened(settings_or_refuse()) as deps, _telling_unknown(member, unit):
        was_held = revoke(deps, member=member, unit=unit, role=wanted)
    print(f"{member} is {'no longer' if was_held else 'not'} {wanted} in {unit}.")


def _role(text: str) -> Role:
    return word(text, ROLES) or refuse(f"There is no role “{text}”. Roles: {known_words(ROLES)}")


@contextmanager
def _telling_unknown(member: str, unit: str) -> Iterator[None]:
    try:
        yield
    except MemberUnknown:
        refuse(f"There is no member with the code {member}.")
    except UnitUnknown:
        refuse(f"There is no unit with the code {unit}.")
