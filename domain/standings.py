"""Freezes how a unit stands: rank, movement since the last time, and what the next grade needs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from domain.errors import FreezeRefused
from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.scoring import SubjectScore
from domain.scoring.drafts import HOUSEHOLD, MEMBER, UNIT, Due
from domain.scoring.nearest import NextClass, next_class


@dataclass(frozen=True, slots=True)
class StandingPart:
    """One part of a total, named as the rulebook named it then."""

    code: str
    name: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Needs:
    """What is missing to the next class, None at the top, and the requirements that did not hold.

    `is_star` tells stars from grades.
    """

    next: NextClass | None
    is_star: bool
    unmet: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one member stood when a period was frozen.

    `rank` is one of `ranked`, None for somebody who is not ranked. `movement` is how many places the member
    went up since the frozen period of that kind before (down where negative), None where there is nothing to
    compare with.
    """

    member_id: int
    name: str
    total: Fraction
    rank: int | None
    ranked: int
    movement: int | None
    grade: str | None
    stars: int | None
    is_eligible: bool
    parts: tuple[StandingPart, ...]
    consequences: tuple[Due, ...]
    needs: Needs


@dataclass(frozen=True, slots=True)
class NoticeChoices:
    """What a member wants of the notices about frozen periods; everything, unless they said otherwise.

    With `hides_name` their line of a public list has no name, where the rulebook lets them choose.
    """

    wants_picture: bool = True
    wants_monthly: bool = True
    hides_name: bool = False


def check_freezable(period: Period, *, today: date) -> None:
    """Let only a period that is over be frozen.

    Raises:
        FreezeRefused
    """
    if today < period.until_on:
        raise FreezeRefused(until=period.until_on)


def standings_of(
    rulebook: Rulebook,
    period: Period,
    subjects: Iterable[SubjectScore],
    *,
    unit_code: str,
    holders: Mapping[str, Sequence[int]],
    ranks_before: Mapping[int, int],
) -> tuple[Standing, ...]:
    """Return the standings of a unit's members, in the order given.

    `holders` are the ids of those whose account a code is; who shares an account stands as the household
    does, and households are counted. `ranks_before` are members' ranks in the frozen period before.
    """
    own = [one for one in subjects if one.kind != UNIT and one.unit == unit_code and one.subject in holders]
    ranked = sum(one.rank is not None for one in own)
    return tuple(
        Standing(
            member_id=member_id,
            name=one.name,
            total=one.total,
            rank=one.rank,
            ranked=ranked,
            movement=_movement(ranks_before.get(member_id), one.rank),
            grade=one.grade,
            stars=one.stars,
            is_eligible=one.is_eligible,
            parts=tuple(
                StandingPart(code, rulebook.components.get(code, code), points)
                for code, points in one.components.items()
                if points
            ),
            consequences=one.consequences,
            needs=_needs(rulebook, period, one),
        )
        for one in own
        for member_id in holders[one.subject]
    )


def _movement(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else before - now


def _needs(rulebook: Rulebook, period: Period, score: SubjectScore) -> Needs:
    grade = next_class(rulebook.grade, score.total, kind=period.kind)
    star = next_class(rulebook.stars, score.total, kind=period.kind) if grade is None else None
    unmet = tuple(one.name for one in rulebook.requirements if f"unmet.{one.code}" in score.flags)
    return Needs(grade or star, star is not None, unmet)


def scores_of(
    standings: Iterable[Standing],
    *,
    unit_code: str,
    holders: Mapping[str, Sequence[int]],
    households: frozenset[str] = frozenset(),
) -> tuple[SubjectScore, ...]:
    """Return frozen standings as results without traces, for those who look at a list of results.

    Those who share the account of one of the `households` are one result.
    """
    codes = {member_id: code for code, members in holders.items() for member_id in members}
    found: dict[str | int, Standing] = {}
    for one in standings:
        found.setdefault(codes.get(one.member_id, one.member_id), one)
    return tuple(
        SubjectScore(
            subject=code if isinstance(code, str) else "",
            kind=HOUSEHOLD if code in households else MEMBER,
            name=str(code) if code in households else one.name,
            unit=unit_code,
            total=one.total,
            components={part.code: part.points for part in one.parts},
            rank=one.rank,
            grade=one.grade,
            stars=one.stars,
            is_eligible=one.is_eligible,
            flags=(),
            consequences=one.consequences,
            trace=(),
        )
        for code, one in found.items()
    )


def movements_of(standings: Iterable[Standing], holders: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Return the movements of a frozen list by account; who had nothing to compare with is not in it."""
    codes = {member_id: code for code, members in holders.items() for member_id in members}
    return {
        codes[one.member_id]: one.movement
        for one in standings
        if one.movement is not None and one.member_id in codes
    }


def by_account(
    standings: Iterable[Standing], holders: Mapping[str, Sequence[int]], households: frozenset[str]
) -> tuple[Standing, ...]:
    """Return a frozen list with one line for each account: a household's under its own name."""
    codes = {member_id: code for code, members in holders.items() for member_id in members}
    found: dict[str | int, Standing] = {}
    for one in standings:
        code = codes.get(one.member_id, "")
        found.setdefault(code or one.member_id, replace(one, name=code) if code in households else one)
    return tuple(found.values())


def published(standings: Sequence[Standing], rulebook: Rulebook) -> tuple[Standing, ...]:
    """Return the head of a list as a group may see it: nothing where the rulebook does not say so.

    Nobody of the lower half and nobody on one of the rulebook's bottom lists is ever named; equals at the cut
    are left out together.
    """
    if rulebook.publicity is None:
        return ()
    ranked = [one for one in standings if one.rank is not None]
    places = rulebook.publicity.places(len(ranked))
    below = {
        one.code for one in rulebook.consequences if one.selection is not None and not one.selection.is_top
    }
    head: list[Standing] = []
    for rank in sorted({one.rank for one in ranked if one.rank is not None}):
        equals = [one for one in ranked if one.rank == rank]
        if len(head) + len(equals) > places:
            break
        head += equals
    return tuple(one for one in head if below.isdisjoint(due.code for due in one.consequences))


def without_names(
    shown: Sequence[Standing], hiding: Collection[int], holders: Mapping[str, Sequence[int]]
) -> tuple[Standing, ...]:
    """Return the lines of a public list, with empty names where somebody hides theirs.

    Nobody's line goes away, so that places, points and how many are shown stay as they are. `holders` are the
    ids of those who share an account: a household has no name as soon as one of them hides theirs.
    """
    sharing = {member_id: members for members in holders.values() for member_id in members}
    return tuple(
        one if set(sharing.get(one.member_id, (one.member_id,))).isdisjoint(hiding) else replace(one, name="")
        for one in shown
    )


def top_of(standings: Sequence[Standing], count: int) -> tuple[Standing, ...]:
    """Return those on the first ranks, equals at the cut included; nobody further down is ever named."""
    return tuple(one for one in standings if one.rank is not None and one.rank <= count)
