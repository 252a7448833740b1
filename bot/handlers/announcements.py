"""Writing an announcement, watching it go out, and confirming that one has read one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiogram.types import Message

from bot.api import call
from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.delivering import new_message
from bot.memory import follow
from bot.screen import Screen
from bot.screens.announcements import (
    Step,
    audience_screen,
    below_screen,
    choices_screen,
    confirm_screen,
    content_screen,
    digest_of,
    is_over,
    message_screen,
    preview_screen,
    progress_screen,
    read_screen,
    when_screen,
)
from bot.screens.times import read_button_time, read_time
from domain.announcements import Attachment, AttachmentKind, Audience, toggled
from domain.errors import (
    AnnouncementConflict,
    AnnouncementEmpty,
    AnnouncementTooLong,
    AudienceEmpty,
    AudiencePrivate,
    DueInPast,
    Invalid,
    TimeUnreadable,
)
from domain.members import MemberKind, Role
from domain.points import parse_points
from services import announcements, members
from services.announcements import AnnouncementDesk
from services.wording import footer_of


async def start(conv: Conversation) -> None:
    """写通知: a new draft."""
    cause_key = f"announce:{conv.desk.bot.id}:{conv.update_id}"
    desk = await conv.run(announcements.start_announcement, actor=conv.actor, cause_key=cause_key)
    await _ask_content(conv, desk)


def _id(conv: Conversation) -> int:
    return int(conv.dialog.data["announcement_id"])


async def _open(conv: Conversation, announcement_id: int) -> AnnouncementDesk:
    return await conv.run(announcements.open_announcement, actor=conv.actor, announcement_id=announcement_id)


def _take_preview_away(conv: Conversation) -> None:
    preview_id = conv.dialog.data.get("preview")
    if preview_id is not None:
        conv.remove_later(int(preview_id))


async def _ask_content(conv: Conversation, desk: AnnouncementDesk, *, problem: str = "") -> None:
    _take_preview_away(conv)
    screen = content_screen(desk, conv.language, problem=problem)
    await conv.show(screen, Step.CONTENT, announcement_id=desk.announcement.id)


async def _show_audience(conv: Conversation, desk: AnnouncementDesk, *, problem: str = "") -> None:
    _take_preview_away(conv)
    screen = audience_screen(desk, conv.language, problem=problem)
    await conv.show(screen, Step.AUDIENCE, announcement_id=desk.announcement.id)


async def tap_content(conv: Conversation, tap: Tap) -> None:
    """改内容."""
    await _ask_content(conv, await _open(conv, tap.id))


async def type_content(conv: Conversation, text: str) -> None:
    """The words were typed."""
    await _write(conv, text, None)


async def take_media(conv: Conversation, message: Message) -> None:
    """A photo or a file came: it is the announcement's, with its caption as the words."""
    if conv.step != Step.CONTENT:
        await conv.say(Screen(conv.words("announcements/hint.j2", kind="media")))
        return
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        attachment = Attachment(AttachmentKind.PHOTO, largest.file_id)
    else:
        document = message.document
        assert document is not None, "only photos and documents come here"
        attachment = Attachment(AttachmentKind.DOCUMENT, document.file_id, document.file_name)
    await _write(conv, message.caption or "", attachment)


async def _write(conv: Conversation, text: str, attachment: Attachment | None) -> None:
    announcement_id = _id(conv)
    try:
        desk = await conv.run(
            announcements.write_content,
            actor=conv.actor,
            announcement_id=announcement_id,
            text=text,
            attachment=attachment,
        )
    except (AnnouncementEmpty, AnnouncementTooLong) as refused:
        desk = await _open(conv, announcement_id)
        await _ask_content(conv, desk, problem=conv.error_words(refused))
        return
    await _show_audience(conv, desk)


async def tap_audience(conv: Conversation, tap: Tap) -> None:
    """改对象, or back from a choice."""
    await _show_audience(conv, await _open(conv, tap.id))


async def tap_choices(conv: Conversation, tap: Tap) -> None:
    """选单位, 按身份选, 按职务选."""
    await _show_choices(conv, await _open(conv, tap.id), tap.arg)


async def _show_choices(conv: Conversation, desk: AnnouncementDesk, what: str) -> None:
    if what not in {"units", "kinds", "roles"}:
        raise ValueError(what)
    screen = choices_screen(desk, conv.language, what=what)
    await conv.show(screen, Step.CHOICES, announcement_id=desk.announcement.id)


async def tap_toggle(conv: Conversation, tap: Tap) -> None:
    """One thing about the audience was switched."""
    desk = await _open(conv, tap.id)
    try:
        desk = await _switch(conv, desk, tap.arg)
    except (AudienceEmpty, AudiencePrivate) as refused:
        await conv.refuse(refused)
        return
    what = {"u": "units", "k": "kinds", "r": "roles"}.get(tap.arg.partition(".")[0])
    if what is not None:
        await _show_choices(conv, desk, what)
    else:
        await _show_audience(conv, desk)


async def _switch(conv: Conversation, desk: AnnouncementDesk, what: str) -> AnnouncementDesk:
    announcement_id, audience = desk.announcement.id, desk.announcement.audience
    if what == "read":
        return await conv.run(
            announcements.want_confirmation,
            actor=conv.actor,
            announcement_id=announcement_id,
            is_wanted=not desk.announcement.wants_confirmation,
        )
    return await conv.run(
        announcements.choose_audience,
        actor=conv.actor,
        announcement_id=announcement_id,
        audience=_switched(desk, audience, what),
    )


def _switched(desk: AnnouncementDesk, audience: Audience, what: str) -> Audience:
    """Return the audience with one thing switched.

    Raises:
        ValueError: no button of ours switches this.
    """
    group, _, code = what.partition(".")
    changes: dict[str, Callable[[], dict[str, Any]]] = {
        "report": lambda: {"is_without_report": not audience.is_without_report},
        "group": lambda: {"is_for_group": not audience.is_for_group},
        "below": lambda: {"below_points": None},
        "k": lambda: {"kinds": toggled(audience.kinds, MemberKind(code)) if code else ()},
        "r": lambda: {"roles": toggled(audience.roles, Role(code)) if code else ()},
        "u": lambda: {"unit_ids": _switched_units(desk, audience, code)},
    }
    if group not in changes:
        raise ValueError(what)
    return replace(audience, **changes[group]())


def _switched_units(desk: AnnouncementDesk, audience: Audience, code: str) -> tuple[int, ...]:
    """Return the units with one switched; from all of them, the first tap chooses one."""
    every = tuple(unit.id for unit in desk.units)
    if not code:
        return every
    chosen = () if set(audience.unit_ids) == set(every) else audience.unit_ids
    return toggled(chosen, int(code))


async def tap_below(conv: Conversation, tap: Tap) -> None:
    """只发本季分数低的: the next text is the number of points."""
    desk = await _open(conv, tap.id)
    await conv.show(below_screen(desk, conv.language), Step.BELOW, announcement_id=tap.id)


async def type_below(conv: Conversation, text: str) -> None:
    """The number of points was typed."""
    desk = await _open(conv, _id(conv))
    points = parse_points(text)
    if points is None or points <= 0:
        screen = below_screen(
            desk, conv.language, problem=conv.words("errors.j2", code="announcement.points", facts={})
        )
        await conv.show(screen, Step.BELOW, announcement_id=desk.announcement.id)
        return
    audience = replace(desk.announcement.audience, below_points=points)
    try:
        desk = await conv.run(
            announcements.choose_audience,
            actor=conv.actor,
            announcement_id=desk.announcement.id,
            audience=audience,
        )
    except AudiencePrivate as refused:
        await _show_audience(conv, desk, problem=conv.error_words(refused))
        return
    await _show_audience(conv, desk)


async def tap_preview(conv: Conversation, tap: Tap) -> None:
    """下一步：预览: the message exactly as readers see it, and what to do below it."""
    desk = await _open(conv, tap.id)
    me = await conv.run(members.who_am_i, actor=conv.actor)
    footer = await conv.run(footer_of, unit_id=desk.unit.id, language=conv.language)
    screen = message_screen(
        desk.announcement, desk.unit, conv.language, footer=footer, name=me.member.name, is_preview=True
    )
    _take_preview_away(conv)
    message = await call(conv.desk.bot, new_message(conv.chat_id, screen, desk.announcement.attachment))
    await conv.show_below(
        preview_screen(desk, conv.language),
        Step.PREVIEW,
        announcement_id=tap.id,
        preview=message.message_id,
    )


async def _show_kept(conv: Conversation, screen: Screen, step: str, announcement_id: int) -> None:
    """Show a screen below the preview, which stays."""
    kept = {"preview": conv.dialog.data["preview"]} if "preview" in conv.dialog.data else {}
    await conv.show(screen, step, announcement_id=announcement_id, **kept)


async def tap_when(conv: Conversation, tap: Tap) -> None:
    """定时发送: a time is chosen or typed."""
    desk = await _open(conv, tap.id)
    screen = when_screen(desk, conv.language, now=conv.desk.deps.clock.now())
    await _show_kept(conv, screen, Step.WHEN, tap.id)


async def type_when(conv: Conversation, text: str) -> None:
    """The time was typed."""
    desk = await _open(conv, _id(conv))
    now = conv.desk.deps.clock.now()
    due_at = read_time(text, now, desk.unit.time_zone)
    problem: Invalid | None = None
    if due_at is None:
        problem = TimeUnreadable()
    elif due_at <= now:
        problem = DueInPast()
    if problem is not None:
        screen = when_screen(desk, conv.language, now=now, problem=conv.error_words(problem))
        await _show_kept(conv, screen, Step.WHEN, desk.announcement.id)
        return
    screen = confirm_screen(desk, conv.language, due_at=due_at)
    await _show_kept(conv, screen, Step.CONFIRM, desk.announcement.id)


async def tap_ask(conv: Conversation, tap: Tap) -> None:
    """现在发送, or a time was chosen: the count once more."""
    desk = await _open(conv, tap.id)
    screen = confirm_screen(desk, conv.language, due_at=_due(tap, desk))
    await _show_kept(conv, screen, Step.CONFIRM, tap.id)


def _due(tap: Tap, desk: AnnouncementDesk) -> datetime | None:
    return read_button_time(tap.arg, desk.unit.time_zone) if tap.arg else None


async def tap_send(conv: Conversation, tap: Tap) -> None:
    """确定发送: it goes out, now or when it is due; a second tap shows how far it has come."""
    desk = await _open(conv, tap.id)
    due_at = _due(tap, desk)
    try:
        if due_at is None:
            desk = await conv.run(announcements.send_now, actor=conv.actor, announcement_id=tap.id)
        else:
            desk = await conv.run(
                announcements.schedule, actor=conv.actor, announcement_id=tap.id, due_at=due_at
            )
    except AnnouncementConflict:
        desk = await _open(conv, tap.id)
    except DueInPast as refused:
        screen = when_screen(
            desk, conv.language, now=conv.desk.deps.clock.now(), problem=conv.error_words(refused)
        )
        await _show_kept(conv, screen, Step.WHEN, tap.id)
        return
    except AudienceEmpty as refused:
        await _show_audience(conv, desk, problem=conv.error_words(refused))
        return
    _take_preview_away(conv)
    screen = progress_screen(desk, conv.language)
    await conv.show(screen, None)
    message_id = conv.dialog.screen_message_id
    await conv.remember(replace(conv.dialog, screen_message_id=None))
    if message_id is not None:
        await _follow(conv, tap.id, message_id, screen)


async def _follow(conv: Conversation, announcement_id: int, message_id: int, screen: Screen) -> None:
    await conv.run(
        follow,
        announcement_id=announcement_id,
        chat_id=conv.chat_id,
        message_id=message_id,
        language=conv.language,
        shown=digest_of(screen),
    )


async def tap_discard(conv: Conversation, tap: Tap) -> None:
    """不发了."""
    await conv.run(announcements.discard, actor=conv.actor, announcement_id=tap.id)
    _take_preview_away(conv)
    await conv.close_screen(progress_screen(await _open(conv, tap.id), conv.language))


async def _redraw(conv: Conversation, desk: AnnouncementDesk, *, is_asking: bool = False) -> None:
    """Bring the tapped message up to date, and let it follow the announcement from now on."""
    message_id = conv.tapped_message_id
    if message_id is None:
        return
    screen = progress_screen(desk, conv.language, is_asking=is_asking)
    await conv.edit(message_id, screen)
    if not is_over(desk.announcement.status):
        # while it asks, the next look must not wipe the question away at once
        await _follow(conv, desk.announcement.id, message_id, progress_screen(desk, conv.language))


async def tap_progress(conv: Conversation, tap: Tap) -> None:
    """返回: how far it has come."""
    await _redraw(conv, await _open(conv, tap.id))


async def tap_stop(conv: Conversation, tap: Tap) -> None:
    """取消发送: asks once more."""
    await _redraw(conv, await _open(conv, tap.id), is_asking=True)


async def tap_turn(conv: Conversation, tap: Tap) -> None:
    """暂停, 继续发送, 确定取消, 给没收到的再发一次."""
    use_case = {
        Act.ANNOUNCE_PAUSE: announcements.pause,
        Act.ANNOUNCE_RESUME: announcements.resume,
        Act.ANNOUNCE_STOP_NOW: announcements.cancel,
        Act.ANNOUNCE_AGAIN: announcements.send_again,
    }[tap.act]
    try:
        desk = await conv.run(use_case, actor=conv.actor, announcement_id=tap.id)
    except AnnouncementConflict as late:
        await conv.refuse(late)
        desk = await _open(conv, tap.id)
    conv.desk.put_back.set()
    await _redraw(conv, desk)


async def tap_recall(conv: Conversation, tap: Tap) -> None:
    """撤回修改: a scheduled one is a draft again, its audience shown."""
    try:
        desk = await conv.run(announcements.recall, actor=conv.actor, announcement_id=tap.id)
    except AnnouncementConflict as late:
        await conv.refuse(late)
        await _redraw(conv, await _open(conv, tap.id))
        return
    await _redraw(conv, desk)
    await conv.show_below(
        audience_screen(desk, conv.language), Step.AUDIENCE, announcement_id=desk.announcement.id
    )


async def tap_read(conv: Conversation, tap: Tap) -> None:
    """已阅."""
    announcement = await conv.run(announcements.confirm_reading, actor=conv.actor, announcement_id=tap.id)
    await conv.answer(conv.words("announcements/read.j2"))
    await conv.change_buttons(read_screen(announcement, conv.language))


async def type_hint(conv: Conversation, text: str) -> None:  # noqa: ARG001  whatever it says
    """A text where a button is to be tapped."""
    await conv.say(Screen(conv.words("announcements/hint.j2", kind="text")))


SCREEN_TAPS = {
    Act.ANNOUNCE_CONTENT: tap_content,
    Act.ANNOUNCE_AUDIENCE: tap_audience,
    Act.ANNOUNCE_CHOICES: tap_choices,
    Act.ANNOUNCE_TOGGLE: tap_toggle,
    Act.ANNOUNCE_BELOW: tap_below,
    Act.ANNOUNCE_PREVIEW: tap_preview,
    Act.ANNOUNCE_WHEN: tap_when,
    Act.ANNOUNCE_ASK: tap_ask,
    Act.ANNOUNCE_SEND: tap_send,
    Act.ANNOUNCE_DISCARD: tap_discard,
}
ANYWHERE_TAPS = {
    Act.ANNOUNCE_PROGRESS: tap_progress,
    Act.ANNOUNCE_PAUSE: tap_turn,
    Act.ANNOUNCE_RESUME: tap_turn,
    Act.ANNOUNCE_STOP: tap_stop,
    Act.ANNOUNCE_STOP_NOW: tap_turn,
    Act.ANNOUNCE_AGAIN: tap_turn,
    Act.ANNOUNCE_RECALL: tap_recall,
    Act.ANNOUNCE_READ: tap_read,
}
TYPED = {
    Step.CONTENT: type_content,
    Step.AUDIENCE: type_hint,
    Step.CHOICES: type_hint,
    Step.BELOW: type_below,
    Step.PREVIEW: type_hint,
    Step.WHEN: type_when,
    Step.CONFIRM: type_hint,
}
