"""Closes the months and quarters of the story as secretaries do, and keeps the newest notices in chats."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.screen import Screen, inline_keyboard
from bot.screens.standings import notice_screen
from domain.members import Role
from domain.periods import Period, month_of, quarter_of
from sandbox.formatting import parse_html, trimmed
from sandbox.story.roster import BRANCHES, PEOPLE
from sandbox.story.scripts import YEAR, day_of, local
from sandbox.story.settling import Settled
from sandbox.world import World
from services import standings
from services.actors import PanelMember
from services.deps import Deps
from services.standings import Freezing
from storage import members as stored_members
from storage import standings as stored_standings
from templates.words import DEFAULT_LANGUAGE

HOUR = 10
MONTH_CLOSED_AFTER, QUARTER_CLOSED_AFTER = timedelta(days=14), timedelta(days=20)
"""When everything told of the period has been decided for sure."""
SECRETARIES = {person.unit: person.code for person in PEOPLE if Role.SECRETARY in person.roles}


def closings(now: datetime) -> Iterator[tuple[datetime, Period]]:
    """Yield what is closed in the story's year, and when: all but the last month and the last quarter.

    These two are over as well, and wait for whoever tries the product.
    """
    today = day_of(now)
    for name, closed_after in ((month_of, MONTH_CLOSED_AFTER), (quarter_of, QUARTER_CLOSED_AFTER)):
        period, open_from = name(today - YEAR), name(today).previous
        while period < open_from:
            yield local(period.until_on, HOUR) + closed_after, period
            period = period.next


def close(deps: Deps, settled: Settled, period: Period) -> Iterator[Freezing]:
    """Let every branch's secretary freeze a period at the instant of the clock."""
    for branch in BRANCHES:
        secretary = PanelMember(settled.members[SECRETARIES[branch.code]])
        unit_id = settled.units[branch.code]
        yield standings.freeze_period(deps, actor=secretary, unit_id=unit_id, period=period.label)


def keep_notices(deps: Deps, world: World, settled: Settled, frozen: Freezing) -> None:
    """Post everybody's notice about a frozen period into their chat, dated when it went out."""
    joined = {settled.members[code] for code in settled.joined_at}
    with deps.store.read() as uow:
        told = [one.member_id for one in stored_standings.list_standings(uow, frozen.mark.id)]
    for member_id in told:
        if member_id not in joined:
            continue
        with deps.store.read() as uow:
            member = stored_members.get_member(uow, member_id)
        notice = standings.open_notice(deps, actor=PanelMember(member_id), period_id=frozen.mark.id)
        screen = notice_screen(notice, (member.language if member else None) or DEFAULT_LANGUAGE)
        assert screen is not None, "nobody in the story went without notices"
        _post(world, settled.cast.user_ids[member_id], screen, at=frozen.notices_at)


def _post(world: World, user_id: int, screen: Screen, *, at: datetime) -> None:
    text, entities = trimmed(*parse_html(screen.text))
    content = {"text": text, "entities": entities}
    if screen.picture is not None:
        photo = world.media.add_photo(screen.picture.drawn, is_from_bot=True)
        content = {**photo, "caption": text, "caption_entities": entities}
    keyboard = inline_keyboard(screen)
    markup = keyboard.model_dump(mode="json", exclude_none=True) if keyboard is not None else None
    message = world.post(world.book.chats[user_id], content, reply_markup=markup)
    message.sent_at = int(at.timestamp())
