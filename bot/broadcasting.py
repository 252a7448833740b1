"""Makes what goes to many: messages of announcements, many at a time, and reminders and news, one by one.

All is made from what is known at that moment.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.delivering import Outcome, mishap
from bot.notices import Told, tell
from bot.screens.announcements import message_screen
from domain.announcements import Announcement, AnnouncementStatus
from domain.members import Unit
from domain.outbox import Outgoing
from domain.wording import Slot
from services.actors import unit_tree
from services.deps import Deps
from services.wording import own_words
from storage import announcements as stored_announcements
from storage.announcements import Reader
from storage.database import UnitOfWork
from templates.words import DEFAULT_LANGUAGE, LANGUAGES

logger = logging.getLogger(__name__)
NEEDLESS, HELD, UNBOUND = Outcome(), Outcome(is_held=True), Outcome(is_unbound=True)
PUT_ASIDE = frozenset({AnnouncementStatus.PAUSED, AnnouncementStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Prepared:
    """One message ready to be sent; without `told` it is not tried, and `outcome` is what became of it."""

    outgoing: Outgoing
    told: Told | None
    outcome: Outcome = NEEDLESS


@dataclass(frozen=True, slots=True)
class _Edition:
    """An announcement with what is the same for everybody."""

    announcement: Announcement
    units: Mapping[int, Unit]
    footers: Mapping[str, str]


def prepare(deps: Deps, batch: Sequence[Outgoing]) -> list[Prepared]:
    """Return the messages of a batch: of announcements with as many queries for one as for a hundred."""
    announced = [one for one in batch if one.announcement_id is not None]
    made = {one.outgoing.id: one for one in _announced(deps, announced)} if announced else {}
    return [made[one.id] if one.id in made else _notice(deps, one) for one in batch]


def _notice(deps: Deps, outgoing: Outgoing) -> Prepared:
    try:
        return Prepared(outgoing, tell(deps, outgoing))
    except Exception as error:
        logger.exception("message %s of the outbox cannot be rendered", outgoing.id)
        return Prepared(outgoing, None, mishap(error))


def _announced(deps: Deps, batch: Sequence[Outgoing]) -> list[Prepared]:
    with deps.store.read() as uow:
        editions: dict[int, _Edition] = {}
        readers = stored_announcements.list_readers(
            uow, [one.member_id for one in batch if one.member_id is not None]
        )
        for one in batch:
            assert one.announcement_id is not None, "announcements only"
            if one.announcement_id not in editions:
                editions[one.announcement_id] = _edition(uow, one.announcement_id)
    prepared = []
    for one in batch:
        assert one.announcement_id is not None, "announcements only"
        edition = editions[one.announcement_id]
        if edition.announcement.status in PUT_ASIDE:
            prepared.append(Prepared(one, None, HELD))
        else:
            reader = readers.get(one.member_id) if one.member_id is not None else None
            prepared.append(Prepared(one, _told(edition, one, reader), UNBOUND))
    return prepared


def _edition(uow: UnitOfWork, announcement_id: int) -> _Edition:
    announcement = stored_announcements.get_announcement(uow, announcement_id)
    assert announcement is not None, "a message refers to its announcement"
    unit_id = announcement.unit_id
    return _Edition(
        announcement=announcement,
        units={unit.id: unit for unit in unit_tree(uow).all()},
        footers={
            language: own_words(uow, unit_id, Slot.ANNOUNCEMENT_FOOTER, language) for language in LANGUAGES
        },
    )


def _told(edition: _Edition, outgoing: Outgoing, reader: Reader | None) -> Told | None:
    announcement = edition.announcement
    unit = edition.units[announcement.unit_id]
    if outgoing.chat_id is not None:
        screen = message_screen(
            announcement, unit, DEFAULT_LANGUAGE, footer=edition.footers[DEFAULT_LANGUAGE]
        )
        return Told(outgoing.chat_id, screen, attachment=announcement.attachment)
    if reader is None or reader.user_id is None:
        return None
    language = reader.language or DEFAULT_LANGUAGE
    own = [edition.units[u] for u in reader.unit_ids if u in announcement.audience.unit_ids]
    screen = message_screen(
        announcement,
        unit,
        language,
        footer=edition.footers[language],
        name=reader.name,
        unit_name=own[-1].name if own else unit.name,
    )
    return Told(reader.user_id, screen, attachment=announcement.attachment)
