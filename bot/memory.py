"""The door's own memory, beside the dialogs: which message is whose card, which follows an announcement."""

from services.deps import Deps
from storage import announcements as stored_announcements
from storage import dialogs as stored_dialogs
from storage import members as stored_members
from storage.announcements import ProgressMessage
from storage.dialogs import Card


def keep_card(deps: Deps, *, user_id: int, report_id: int, message_id: int) -> None:
    """Remember a card in a private chat, so that later changes reach it."""
    with deps.store.begin() as uow:
        member = stored_members.member_of_account(uow, user_id)
        if member is not None:
            stored_dialogs.insert_card(uow, Card(report_id, member.id, user_id, message_id))


def follow(
    deps: Deps, *, announcement_id: int, chat_id: int, message_id: int, language: str, shown: str
) -> None:
    """Let a message of a chat follow an announcement; the one that did so before stays as it is."""
    with deps.store.begin() as uow:
        stored_announcements.insert_progress(
            uow, ProgressMessage(announcement_id, chat_id, message_id, language, shown)
        )
