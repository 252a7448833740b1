"""Lets a member belong to another class or household from a day on, and keeps the accounts in step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.access import Permission
from domain.errors import MemberUnknown, NotAllowed, PlacingRefusal, PlacingRefused
from domain.members import Membership, Unit, row_on
from domain.placing import place
from domain.rosters import is_word, plain_word
from domain.scoring.settling import judge_on
from services.actors import Actor, identify, reach_of, unit_tree
from services.deps import Deps
from services.shelf import Shelf
from services.tallies import recount_subjects
from storage import audit as stored_audit
from storage import households as stored_households
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import periods as stored_periods
from storage import sums as stored_sums
from storage.database import UnitOfWork
from storage.sums import Subject


@dataclass(frozen=True, slots=True)
class Places:
    """The classes and households that a unit has, to choose from."""

    classes: tuple[str, ...]
    households: tuple[str, ...]


def known_places(deps: Deps, *, actor: Actor, unit_id: int) -> Places:
    """Return which classes and households members of a unit belong to.

    Raises:
        AccountUnknown
        NotAllowed: the actor does not manage this unit.
    """
    with deps.store.read() as uow:
        if unit_id not in reach_of(uow, identify(uow, actor), Permission.MANAGE_UNITS):
            raise NotAllowed
        classes = stored_households.classes_in(uow, unit_id)
        return Places(tuple(classes), tuple(stored_households.codes_in(uow, [unit_id]).values()))


def place_member(
    deps: Deps,
    *,
    actor: Actor,
    member_id: int,
    unit_id: int,
    class_: str,
    household: str,
    on: date | None,
) -> None:
    """Let a member belong to this class and household of a unit from a day on; empty is none of either.

    What the member belongs to already changes nothing.

    Raises:
        AccountUnknown
        NotAllowed: the actor does not manage this unit.
        MemberUnknown: not a member of the unit.
        PlacingRefused: the day is missing or outside the membership, a word cannot be kept, or deeds in a
            closed period would go over to another account.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        asking = identify(uow, actor)
        if unit_id not in reach_of(uow, asking, Permission.MANAGE_UNITS):
            raise NotAllowed
        unit = unit_tree(uow).get(unit_id)
        stored_ledger.lock_head(uow, unit_id)  # an approval under way is before it or after it
        before = rows_in(uow, unit_id, member_id)
        if not before:
            raise MemberUnknown
        words = (plain_word(class_), plain_word(household))
        if not all(word == "" or is_word(word) for word in words):
            raise PlacingRefused(reason=PlacingRefusal.WORD)
        if on is None:
            raise PlacingRefused(reason=PlacingRefusal.DAY)
        held = row_on(before, on)
        assert held is not None, "there is at least one"
        if not put_place(uow, member_id, held, place(held, class_=words[0], household=words[1], on=on)):
            return
        moved = moved_between(uow, deps.shelf, unit, member_id, before)
        recount_subjects(uow, deps.shelf, unit, moved)
        facts = {
            "on": on.isoformat(),
            "class": words[0],
            "household": words[1],
            "class_before": held.class_,
            "household_before": held.household,
        }
        stored_audit.note(
            uow,
            "member.placed",
            actor_id=asking.id,
            member_id=member_id,
            unit_id=unit_id,
            facts=facts,
            now=now,
        )


def put_place(uow: UnitOfWork, member_id: int, held: Membership, placed: tuple[Membership, ...]) -> bool:
    """Write what takes the place of a membership; tell whether anything is new."""
    if placed == (held,):
        return False
    stored_members.update_membership(uow, member_id=member_id, before=held, after=placed[0])
    for new in placed[1:]:
        stored_members.insert_membership(
            uow,
            member_id=member_id,
            unit_id=new.unit_id,
            kind=new.kind,
            since_on=new.since_on,
            until_on=new.until_on,
            class_=new.class_,
            household=new.household,
        )
    return True


def moved_between(
    uow: UnitOfWork, shelf: Shelf, unit: Unit, member_id: int, before: Sequence[Membership]
) -> frozenset[Subject]:
    """Return the subjects between which a member's deeds in a unit go over, now that the rows are changed.

    The caller holds the lock of the unit's chain. None where no version shares accounts.

    Raises:
        PlacingRefused: such a deed lies in a closed period.
    """
    if not shelf.shares_accounts(uow, unit.rulebook):
        return frozenset()
    judges = shelf.judges(uow, unit.rulebook)
    after = rows_in(uow, unit.id, member_id)
    frozen = stored_periods.finalised_spans(uow, unit.id)
    found: set[Subject] = set()
    for on in stored_sums.days_of_member(uow, unit.id, member_id):
        was, is_now = (row_on(rows, on) for rows in (before, after))
        codes = [row.household if row is not None else "" for row in (was, is_now)]
        if codes[0] == codes[1] or not judge_on(judges, on).rulebook.is_by_household:
            continue
        if any(since_on <= on < until_on for since_on, until_on in frozen):
            raise PlacingRefused(reason=PlacingRefusal.FINALISED, on=on)
        found |= set(_subjects(uow, unit, member_id, codes))
    return frozenset(found)


def rows_in(uow: UnitOfWork, unit_id: int, member_id: int) -> list[Membership]:
    """Return a member's memberships in a unit, in the order of the roster."""
    return [one for one in stored_members.memberships_of(uow, member_id) if one.unit_id == unit_id]


def _subjects(uow: UnitOfWork, unit: Unit, member_id: int, codes: Iterable[str]) -> Iterable[Subject]:
    for code in codes:
        household_id = stored_households.household_id(uow, code)
        yield Subject(unit.id, member_id if household_id is None else -household_id)
