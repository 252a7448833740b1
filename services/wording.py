"""The units' own words: found for a message, written in versions, shown with a real member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.access import Permission
from domain.errors import Conflict, MemberUnknown, NotAllowed, UnitUnknown
from domain.members import Member, Unit
from domain.points import show_signed
from domain.reports import storable
from domain.rulebooks import FixedAmount
from domain.wording import Slot, Wording, check_wording
from services.actors import Actor, identify, local_day, require_reach, unit_tree
from services.deps import Deps
from storage import audit as stored_audit
from storage import members as stored_members
from storage import wording as stored_wording
from storage.database import Duplicate, UnitOfWork

MEMBERS_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class WordingDesk:
    """The words of a unit: newest versions by (place, language), all versions, and members to try them on.

    `item_name` and `points` are of an item of the unit's rulebook; without one they are empty.
    """

    unit: Unit
    units: tuple[Unit, ...]
    newest: Mapping[tuple[Slot, str], Wording]
    versions: Mapping[tuple[Slot, str], tuple[Wording, ...]]
    authors: Mapping[int, str]
    members: tuple[Member, ...]
    today: date
    item_name: str
    points: str

    def text(self, slot: Slot, language: str) -> str:
        """Return the unit's own words for a place, empty where it has none."""
        wording = self.newest.get((slot, language))
        return wording.text if wording else ""

    def version(self, slot: Slot, language: str) -> int:
        """Return the number of the newest version, 0 where there is none."""
        wording = self.newest.get((slot, language))
        return wording.version if wording else 0


def own_words(uow: UnitOfWork, unit_id: int, slot: Slot, language: str) -> str:
    """Return the words that a unit, or the nearest one above it, has for a place; empty for the built-in.

    Names in braces are still to be filled in: `domain.wording.filled_in`.
    """
    path = unit_tree(uow).upward(unit_id)
    found = {
        wording.unit_id: wording.text
        for wording in stored_wording.newest_wordings(uow, path)
        if wording.slot is slot and wording.language == language and wording.text
    }
    return next((found[at] for at in path if at in found), "")


def footer_of(deps: Deps, *, unit_id: int, language: str) -> str:
    """Return what stands below the announcements of a unit."""
    with deps.store.read() as uow:
        return own_words(uow, unit_id, Slot.ANNOUNCEMENT_FOOTER, language)


def open_wording(
    deps: Deps, *, actor: Actor, unit_id: int | None = None, languages: tuple[str, ...]
) -> WordingDesk:
    """Return the words of a unit that the actor manages, the first one unless told.

    Raises:
        NotAllowed: the actor manages no unit.
        UnitUnknown: not one of them.
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.MANAGE_UNITS)
        tree = unit_tree(uow)
        if unit_id is not None and unit_id not in reach:
            raise UnitUnknown
        unit = tree.get(unit_id if unit_id is not None else min(reach))
        newest = {(one.slot, one.language): one for one in stored_wording.newest_wordings(uow, [unit.id])}
        versions = {
            (slot, language): tuple(stored_wording.versions_of(uow, unit.id, slot, language))
            for slot, language in newest
            if language in languages
        }
        people, _ = stored_members.list_members(uow, tree.below(unit.id), limit=MEMBERS_SHOWN_MAX, offset=0)
        today = local_day(deps.clock.now(), unit)
        item_name, points = _sample(uow, deps, unit, today)
        return WordingDesk(
            unit=unit,
            units=tuple(one for one in tree.all() if one.id in reach),
            newest=newest,
            versions=versions,
            authors=stored_members.names_of(
                uow, {one.author_id for several in versions.values() for one in several}
            ),
            members=tuple(member for member, _, _ in people),
            today=today,
            item_name=item_name,
            points=points,
        )


def _sample(uow: UnitOfWork, deps: Deps, unit: Unit, today: date) -> tuple[str, str]:
    """Return an item and what it brings, to try words on."""
    below = (one for one in unit_tree(uow).all() if one.id in unit_tree(uow).below(unit.id))
    code = next((one.rulebook for one in below if one.rulebook is not None), None)
    if code is None:
        return "", ""
    items = deps.shelf.in_force(uow, code, today).rulebook.items.values()
    fixed = next(((i, i.amount) for i in items if isinstance(i.amount, FixedAmount)), None)
    return (fixed[0].name, show_signed(fixed[1].points)) if fixed else ("", "")


def save_wording(
    deps: Deps, *, actor: Actor, unit_id: int, slot: Slot, language: str, text: str, version: int
) -> None:
    """Add a version of a unit's words, the one after `version`, which the actor saw; nothing is overwritten.

    An empty text brings the built-in words back.

    Raises:
        NotAllowed: the actor does not manage this unit.
        WordingRefused: the text could not be filled in.
        Conflict: somebody wrote a version since.
    """
    words = storable(text).replace("\r\n", "\n").strip()
    now = deps.clock.now()
    check_wording(words, slot)
    try:
        with deps.store.begin() as uow:
            asking = identify(uow, actor)
            if unit_id not in require_reach(uow, asking, Permission.MANAGE_UNITS):
                raise NotAllowed
            before = stored_wording.versions_of(uow, unit_id, slot, language)
            if (before[0].version if before else 0) != version:
                raise Conflict
            if (before[0].text if before else "") == words:
                return
            stored_wording.insert_wording(
                uow,
                unit_id=unit_id,
                slot=slot,
                language=language,
                version=version + 1,
                text=words,
                author_id=asking.id,
                now=now,
            )
            stored_audit.note(
                uow,
                "wording.saved",
                actor_id=asking.id,
                unit_id=unit_id,
                facts={"slot": slot.value, "language": language, "version": version + 1},
                now=now,
            )
    except Duplicate:
        raise Conflict from None


def chosen_member(desk: WordingDesk, member_id: int | None) -> Member | None:
    """Return the member to try words on: the chosen one, or the first; None in a unit without members.

    Raises:
        MemberUnknown: not one of those shown.
    """
    if member_id is None:
        return desk.members[0] if desk.members else None
    found = next((member for member in desk.members if member.id == member_id), None)
    if found is None:
        raise MemberUnknown
    return found
