"""Whom an announcement is for: units, kinds, roles, filters."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.handlers.announcements.screens import about, ask_content, opened, show_audience
from bot.screens.announcements import Step, below_screen, choices_screen
from domain.announcements import Audience, toggled
from domain.errors import AmountRefused, AudienceEmpty, AudiencePrivate
from domain.members import MemberKind, Role
from domain.points import parse_points
from services import announcements
from services.announcements import AnnouncementDesk


async def tap_audience(conv: Conversation, tap: Tap) -> None:
    """改对象, or back from a choice."""
    await show_audience(conv, await opened(conv, tap.id))


async def tap_choices(conv: Conversation, tap: Tap) -> None:
    """选单位, 按身份选, 按职务选."""
    await _show_choices(conv, await opened(conv, tap.id), tap.arg)


async def _show_choices(conv: Conversation, desk: AnnouncementDesk, what: str) -> None:
    if what not in {"units", "kinds", "roles"}:
        raise ValueError(what)
    screen = choices_screen(desk, conv.language, what=what)
    await conv.show(screen, Step.CHOICES, announcement_id=desk.announcement.id)


async def tap_toggle(conv: Conversation, tap: Tap) -> None:
    """One thing about the audience was switched, or the photo or file left out."""
    desk = await opened(conv, tap.id)
    try:
        desk = await _switch(conv, desk, tap.arg)
    except (AudienceEmpty, AudiencePrivate) as refused:
        await conv.refuse(refused)
        return
    if tap.arg == "file":
        await ask_content(conv, desk)
        return
    what = {"u": "units", "k": "kinds", "r": "roles"}.get(tap.arg.partition(".")[0])
    if what is not None:
        await _show_choices(conv, desk, what)
    else:
        await show_audience(conv, desk)


async def _switch(conv: Conversation, desk: AnnouncementDesk, what: str) -> AnnouncementDesk:
    announcement_id, audience = desk.announcement.id, desk.announcement.audience
    if what == "read":
        return await conv.run(
            announcements.want_confirmation,
            actor=conv.actor,
            announcement_id=announcement_id,
            is_wanted=not desk.announcement.wants_confirmation,
        )
    if what == "file":
        return await conv.run(announcements.remove_file, actor=conv.actor, announcement_id=announcement_id)
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
    desk = await opened(conv, tap.id)
    await conv.show(below_screen(desk, conv.language), Step.BELOW, announcement_id=tap.id)


async def type_below(conv: Conversation, text: str) -> None:
    """The number of points was typed."""
    desk = await opened(conv, about(conv))
    points = parse_points(text)
    if points is None or points <= 0:
        problem = conv.error_words(AmountRefused(what="points"))
        screen = below_screen(desk, conv.language, problem=problem)
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
        await show_audience(conv, desk, problem=conv.error_words(refused))
        return
    await show_audience(conv, desk)


SCREEN_TAPS = {
    Act.ANNOUNCE_AUDIENCE: tap_audience,
    Act.ANNOUNCE_CHOICES: tap_choices,
    Act.ANNOUNCE_TOGGLE: tap_toggle,
    Act.ANNOUNCE_BELOW: tap_below,
}
TYPED = {Step.BELOW: type_below}
