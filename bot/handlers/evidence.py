"""Photos and documents that arrive: in the draft at once, answered when the album is whole."""

import asyncio

from aiogram.types import Message

from bot.conversation import Conversation, open_conversation
from bot.handlers.reports import show_step
from bot.screen import Screen
from bot.screens.reports import (
    Step,
    next_step,
)
from domain.errors import (
    EvidenceRefused,
)
from domain.reports import EDITABLE, EvidenceKind
from services import reports
from services.reports import ReportDesk
from storage.dialogs import Dialog

QUIET_SECONDS = 0.7
"""An album arrives photo by photo; the reply waits until no more come for this long."""


async def take_evidence(conv: Conversation, message: Message) -> None:
    """A photo or document came: it is in the draft at once, the reply waits for the rest of the album.

    Without an open draft a new one begins with it.
    """
    report_id = await _draft_for(conv, message)
    if report_id is None:
        return
    problem = ""
    try:
        await _attach(conv, message, report_id)
    except EvidenceRefused as refused:
        problem = conv.error_words(refused)
    arrival = conv.desk.arrivals.get(conv.chat_id, 0) + 1
    conv.desk.arrivals[conv.chat_id] = arrival
    conv.later(_answer_when_quiet(conv, report_id, arrival, problem), name="answer an album")


def _open_draft(conv: Conversation) -> int | None:
    """Return the report that the current screen is about."""
    is_own = conv.step is not None and not conv.step.startswith("review")
    return int(conv.dialog.data["report_id"]) if is_own and "report_id" in conv.dialog.data else None


async def _draft_for(conv: Conversation, message: Message) -> int | None:
    """Return the open draft, or begin one; None when this message is in a report already."""
    report_id = _open_draft(conv)
    if report_id is not None:
        return report_id
    source_key = _source_key(conv, message)
    if await conv.run(reports.report_with_source, actor=conv.actor, source_key=source_key) is not None:
        return None
    source = message.media_group_id or str(message.message_id)
    desk = await conv.run(
        reports.start_report, actor=conv.actor, cause_key=f"photo:{conv.desk.bot.id}:{conv.chat_id}:{source}"
    )
    # at once, so that the rest of the album finds it
    data = {"report_id": desk.report.id}
    await conv.remember(Dialog(conv.chat_id, next_step(desk), data, conv.dialog.screen_message_id))
    return desk.report.id


def _source_key(conv: Conversation, message: Message) -> str:
    return f"{conv.desk.bot.id}:{conv.chat_id}:{message.message_id}"


async def _attach(conv: Conversation, message: Message, report_id: int) -> None:
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        kind, file_id, size_bytes = EvidenceKind.PHOTO, largest.file_id, largest.file_size
        file_name = mime = None
    else:
        document = message.document
        assert document is not None, "only photos and documents come here"
        kind, file_id, size_bytes = EvidenceKind.DOCUMENT, document.file_id, document.file_size
        file_name, mime = document.file_name, document.mime_type
    await conv.run(
        reports.attach_evidence,
        actor=conv.actor,
        report_id=report_id,
        source_key=_source_key(conv, message),
        kind=kind,
        file_id=file_id,
        file_name=file_name,
        mime=mime,
        size_bytes=size_bytes,
        caption=message.caption or "",
    )


async def _answer_when_quiet(conv: Conversation, report_id: int, arrival: int, problem: str) -> None:
    await asyncio.sleep(QUIET_SECONDS)
    if problem:
        conv.desk.arrivals[conv.chat_id] = conv.desk.arrivals.get(conv.chat_id, 0) + 1
    elif conv.desk.arrivals.get(conv.chat_id) != arrival:
        return
    conv.desk.arrivals.pop(conv.chat_id, None)
    async with conv.desk.lock(conv.chat_id):
        now = await open_conversation(
            conv.desk,
            user_id=conv.user_id,
            chat_id=conv.chat_id,
            update_id=conv.update_id,
            client_language=conv.client_language,
        )
        if _open_draft(now) != report_id:
            if problem:
                await now.say(Screen(problem))
            return  # the person went elsewhere; the photo is in the draft
        desk = await now.run(reports.open_report, actor=now.actor, report_id=report_id)
        if desk.report.status in EDITABLE:
            await show_step(now, _step_after_photos(now.step, desk), desk, problem=problem)


def _step_after_photos(step: str | None, desk: ReportDesk) -> str:
    still_open = next_step(desk)
    if still_open not in {Step.EVIDENCE, Step.PREVIEW}:
        return still_open
    return step if step in {Step.NOTE, Step.PREVIEW} else Step.EVIDENCE
