"""Refusals about accounts, invitations, members and units."""

from domain.errors.families import Conflict, NotKnown


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
