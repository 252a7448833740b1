"""The door's own memory, beside the dialogs: which message is whose card of which report."""

from services.deps import Deps
from storage import dialogs as stored_dialogs
from storage import members as stored_members
from storage.dialogs import Card


def keep_card(deps: Deps, *, user_id: int, report_id: int, message_id: int) -> None:
    """Remember a card in a private chat, so that later changes reach it."""
    with deps.store.begin() as uow:
        member = stored_members.member_of_account(uow, user_id)
        if member is not None:
            stored_dialogs.insert_card(uow, Card(report_id, member.id, user_id, message_id))
