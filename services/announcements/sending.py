"""Sending an announcement: put in for everybody at once, paused, stopped, finished, tried again."""

from datetime import datetime

from domain.announcements import (
    Announcement,
    AnnouncementAction,
    AnnouncementStatus,
    Content,
    check_audience,
    check_content,
    check_due,
)
from domain.errors import AnnouncementConflict, AudienceEmpty, UnitUnknown
from domain.outbox import NewMessage, OutboxKind, OutboxStatus, Priority
from services.actors import Actor
from services.announcements.audiences import iterate_recipients
from services.announcements.desk import AnnouncementDesk, desk_of, tallies
from services.announcements.rows import move, visible
from services.deps import Deps
from storage import announcements as stored_announcements
from storage import audit as stored_audit
from storage import groups as stored_groups
from storage import outbox as stored_outbox
from storage.database import UnitOfWork


def send_now(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Put a draft in for everybody it is for, in one transaction; a second time is refused.

    Raises:
        NotAllowed, AnnouncementUnknown
        AnnouncementConflict: it is no draft any more.
        AnnouncementEmpty, AnnouncementTooLong, AudiencePrivate, UnitUnknown
        AudienceEmpty: nobody passes the filters.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        announcement, asking, reach = visible(uow, actor, announcement_id, is_locked=True)
        _check_ready(announcement, reach)
        total = _start(uow, deps, announcement, AnnouncementAction.SEND, now=now)
        if not total:
            raise AudienceEmpty
        _note(uow, announcement, "announcement.sent", asking.id, now=now, total=total)
        return _reopened(uow, deps, announcement.id, reach)


def schedule(deps: Deps, *, actor: Actor, announcement_id: int, due_at: datetime) -> AnnouncementDesk:
    """Let a draft go out later; who it is for is found then.

    Raises:
        As `send_now`, and DueInPast.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        announcement, asking, reach = visible(uow, actor, announcement_id, is_locked=True)
        _check_ready(announcement, reach)
        check_due(due_at, now)
        move(uow, announcement, AnnouncementAction.SCHEDULE, due_at=due_at)
        _note(uow, announcement, "announcement.scheduled", asking.id, now=now, due_at=due_at.isoformat())
        return _reopened(uow, deps, announcement.id, reach)


def _check_ready(announcement: Announcement, reach: frozenset[int]) -> None:
    if announcement.status is not AnnouncementStatus.DRAFT:
        raise AnnouncementConflict(status=announcement.status.value)
    check_content(Content(announcement.text, announcement.attachment))
    check_audience(announcement.audience)
    if not set(announcement.audience.unit_ids) <= reach:
        raise UnitUnknown


def _start(
    uow: UnitOfWork, deps: Deps, announcement: Announcement, action: AnnouncementAction, *, now: datetime
) -> int:
    """Put one message in for each member and group; return how many."""
    total = 0
    if announcement.audience.is_for_group:
        groups = stored_groups.list_groups(uow, announcement.audience.unit_ids)
        stored_outbox.enqueue(
            uow,
            [
                NewMessage(
                    OutboxKind.ANNOUNCEMENT,
                    f"announcement:{announcement.id}:group:{group.id}",
                    None,
                    {},
                    Priority.BROADCAST,
                    chat_id=group.chat_id,
                    announcement_id=announcement.id,
                )
                for group in groups
            ],
            now=now,
        )
        total += len(groups)
    for member_ids in iterate_recipients(uow, deps, announcement, now=now):
        stored_outbox.enqueue_announcement(uow, announcement.id, member_ids, now=now)
        total += len(member_ids)
    move(uow, announcement, action, started_at=now, total=total)
    return total


def start_due(deps: Deps) -> int:
    """Start every scheduled announcement whose time has come; return how many.

    Two processes at once start each of them once. One whose audience is empty by then ends at once.
    """
    now = deps.clock.now()
    with deps.store.read() as uow:
        due = [one.id for one in stored_announcements.list_due(uow, now)]
    started = 0
    for announcement_id in due:
        with deps.store.begin() as uow:
            announcement = stored_announcements.get_announcement(uow, announcement_id, is_locked=True)
            if announcement is None or announcement.status is not AnnouncementStatus.SCHEDULED:
                continue  # another process was first, or it was taken back
            _start(uow, deps, announcement, AnnouncementAction.START, now=now)
            started += 1
    return started


def finish_done(deps: Deps) -> tuple[int, ...]:
    """End every announcement of which nothing waits any more, and tell its author; return which ended."""
    now = deps.clock.now()
    with deps.store.read() as uow:
        sending = [one.id for one in stored_announcements.list_in_status(uow, AnnouncementStatus.SENDING)]
        counted = tallies(uow, sending)
    ended = []
    for announcement_id in sending:
        if counted[announcement_id].waiting or counted[announcement_id].held:
            continue
        with deps.store.begin() as uow:
            announcement = stored_announcements.get_announcement(uow, announcement_id, is_locked=True)
            assert announcement is not None, "announcements are never removed"
            tally = tallies(uow, [announcement_id])[announcement_id]
            if announcement.status is not AnnouncementStatus.SENDING or tally.waiting or tally.held:
                continue
            move(uow, announcement, AnnouncementAction.FINISH, ended_at=now)
            _tell_author(uow, announcement, now=now)
            ended.append(announcement_id)
    return tuple(ended)


def _tell_author(uow: UnitOfWork, announcement: Announcement, *, now: datetime) -> None:
    assert announcement.started_at is not None, "it was sent"
    key = f"announcement_report:{announcement.id}@{announcement.started_at.isoformat()}"
    report = NewMessage(
        OutboxKind.ANNOUNCEMENT_REPORT,
        key,
        announcement.author_id,
        {"announcement_id": announcement.id},
        Priority.ANSWER,
    )
    stored_outbox.enqueue(uow, [report], now=now)


def pause(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Stop for the moment; what is under way at this instant still arrives.

    Raises:
        NotAllowed, AnnouncementUnknown, AnnouncementConflict
    """
    return _turn(deps, actor, announcement_id, AnnouncementAction.PAUSE)


def resume(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Go on where it was paused.

    Raises:
        NotAllowed, AnnouncementUnknown, AnnouncementConflict
    """
    return _turn(deps, actor, announcement_id, AnnouncementAction.RESUME)


def cancel(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Stop for good; who has it, has it.

    Raises:
        NotAllowed, AnnouncementUnknown, AnnouncementConflict
    """
    return _turn(deps, actor, announcement_id, AnnouncementAction.CANCEL)


def send_again(deps: Deps, *, actor: Actor, announcement_id: int) -> AnnouncementDesk:
    """Try everybody once more who could not be reached; nobody who has it gets it twice.

    Raises:
        NotAllowed, AnnouncementUnknown, AnnouncementConflict
    """
    return _turn(deps, actor, announcement_id, AnnouncementAction.SEND_AGAIN)


_Q, _H, _C, _D = OutboxStatus.QUEUED, OutboxStatus.HELD, OutboxStatus.CANCELLED, OutboxStatus.DEAD
_MESSAGES = {
    AnnouncementAction.PAUSE: ((_Q, _H),),
    AnnouncementAction.RESUME: ((_H, _Q),),
    AnnouncementAction.CANCEL: ((_Q, _C), (_H, _C)),
    AnnouncementAction.SEND_AGAIN: ((_D, _Q),),
}
"""What an action does to the messages that have not arrived."""


def _turn(deps: Deps, actor: Actor, announcement_id: int, action: AnnouncementAction) -> AnnouncementDesk:
    now = deps.clock.now()
    values: dict[str, datetime | None] = {}
    if action is AnnouncementAction.CANCEL:
        values = {"ended_at": now}
    elif action is AnnouncementAction.SEND_AGAIN:
        values = {"started_at": now, "ended_at": None}
    with deps.store.begin() as uow:
        announcement, asking, reach = visible(uow, actor, announcement_id, is_locked=True)
        move(uow, announcement, action, **values)
        for was, to in _MESSAGES[action]:
            stored_outbox.change_of_announcement(uow, announcement.id, was, to, now=now)
        _note(uow, announcement, f"announcement.{action.value}", asking.id, now=now)
        return _reopened(uow, deps, announcement.id, reach)


def _reopened(uow: UnitOfWork, deps: Deps, announcement_id: int, reach: frozenset[int]) -> AnnouncementDesk:
    changed = stored_announcements.get_announcement(uow, announcement_id)
    assert changed is not None, "announcements are never removed"
    return desk_of(uow, deps, changed, reach)


def _note(
    uow: UnitOfWork, announcement: Announcement, what: str, actor_id: int, *, now: datetime, **facts: object
) -> None:
    stored_audit.note(
        uow,
        what,
        actor_id=actor_id,
        unit_id=announcement.unit_id,
        facts={"announcement_id": announcement.id, **facts},
        now=now,
    )
