"""Refusals about accounts, invitations, members and units."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from domain.errors.families import Conflict, Invalid, NotKnown


class AccountUnknown(NotKnown):
    """This chat account is bound to no member."""

    code = "account.unknown"


class InvitationUnknown(NotKnown):
    """No invitation has this code."""

    code = "invitation.unknown"


class InvitationUsed(NotKnown):
    """The invitation was used or replaced by a newer one."""

    code = "invitation.used"


class InvitationExpired(NotKnown):
    """The invitation's time is over."""

    code = "invitation.expired"


class LoginLinkInvalid(NotKnown):
    """The panel link is unknown, used or expired; which of these is not told."""

    code = "login.invalid"


class MemberUnknown(NotKnown):
    """No such member for this actor."""

    code = "member.unknown"


class UnitUnknown(NotKnown):
    """No such unit for this actor."""

    code = "unit.unknown"


class AccountTaken(Conflict):
    """This chat account already belongs to another member."""

    code = "account.taken"


class MemberTaken(Conflict):
    """This member is bound to another chat account; a recorder re-binds."""

    code = "member.taken"


class PlacingRefusal(StrEnum):
    """Why a member cannot be moved to another class or household like this."""

    DAY = "day"
    """The day is missing, or the member is not in the unit on it."""
    WORD = "word"
    """A word is too long, or holds signs that cannot be read."""
    FINALISED = "finalised"
    """Points of a closed period would go over to another account."""


@dataclass(eq=False)
class PlacingRefused(Invalid):
    """A member cannot be moved to this class or household; `on` is the day that stands against it."""

    reason: PlacingRefusal
    on: date | None = None
    code: ClassVar[str] = "member.placing"
