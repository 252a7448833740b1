"""Applies a rulebook to a whole world: every subject's score, rank, grade and consequences in a period."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property

from domain.periods import Period, PeriodKind
from domain.points import round_half_up
from domain.rulebooks import Rulebook
from domain.rulebooks.expressions import Expression
from domain.rulebooks.model import Rounding
from domain.scoring.accounts import Account, Contribution
from domain.scoring.ballots import BallotBox
from domain.scoring.conditions import Value, holds, number
from domain.scoring.counting import ZERO, Counted, count
from domain.scoring.drafts import HOUSEHOLD, MEMBER, UNIT, Draft, Question
from domain.scoring.households import by_household
from domain.scoring.inputs import Ballot, Stay, World
from domain.scoring.leading import lead
from domain.scoring.outcomes import Listing, conclude
from domain.scoring.posting import Posted, QuotaFull, Refused, post
from domain.scoring.ranking import Orders, groups_of, rank
from domain.scoring.scores import PeriodScores, finished, open_ties, quota_problem
from domain.scoring.settling import for_units
from domain.scoring.weighing import weigh


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was entered and counted already, by subject; `begins_on` is the first day on record."""

    members: Mapping[str, Sequence[Counted]] = field(default_factory=dict)
    units: Mapping[str, Sequence[Counted]] = field(default_factory=dict)
    begins_on: date | None = None


@dataclass(frozen=True)
class Working:
    """A period's drafts while, and after, they are worked out, and its lists with places."""

    members: Mapping[str, Draft]
    units: Mapping[str, Draft]
    listings: tuple[Listing, ...] = ()


class Evaluation:
    """A rulebook applied to a world; periods are worked out when asked for, and kept.

    With a `ledger` its counted entries are taken as they are, and the world's events are not looked at.
    """

    def __init__(self, rulebook: Rulebook, world: World, *, ledger: Ledger | None = None) -> None:
        self._rulebook = rulebook
        self._given = world
        self._world = by_household(world) if rulebook.is_by_household else world
        self._ledger = ledger
        self._posted: Posted = Posted() if ledger is not None else post(rulebook, self._world)
        self._periods: dict[Period, Working] = {}
        self._accounts: dict[tuple[str, str], Account] = {}

    @property
    def refused(self) -> tuple[Refused, ...]:
        """The events that could not be entered."""
        return tuple(self._posted.refused)

    def of(self, period: Period) -> PeriodScores:
        """Return every subject's result in a period of the rulebook's own cycle."""
        working = self.working(period)
        drafts = [
            *working.members.values(),
            *(unit for unit in working.units.values() if self._is_listed(unit)),
        ]
        drafts.sort(key=lambda one: (one.kind == UNIT, one.rank is None, one.rank or 0, one.subject))
        quotas = [quota_problem(full) for full in self.over_quota(period)]
        return PeriodScores(period, tuple(map(finished, drafts)), (*quotas, *open_ties(working.listings)))

    def over_quota(self, period: Period) -> list[QuotaFull]:
        """Return whom quotas left out in a period, in date, then file order."""
        return [full for full in self._posted.over_quota if period.contains(full.on)]

    def asking(self, period: Period) -> Callable[[Draft], Question]:
        """Return what makes of a draft of the period the questions that conditions ask."""
        return _Questions(self, period).about

    @cached_property
    def _records_begin_on(self) -> date | None:
        if self._ledger is not None:
            return self._ledger.begins_on
        return min((event.on for event in self._world.events), default=None)

    @cached_property
    def _ballots_of(self) -> Mapping[str, BallotBox]:
        found: dict[str, list[Ballot]] = {}
        for ballot in self._world.ballots:
            found.setdefault(ballot.member, []).append(ballot)
        return {member: BallotBox(ballots) for member, ballots in found.items()}

    def working(self, period: Period) -> Working:
        """Return a period's drafts, worked out: what its results were concluded from."""
        if period not in self._periods:
            for earlier in self._needed_before(period):
                if earlier not in self._periods:
                    self._periods[earlier] = self._worked(earlier)
            self._periods[period] = self._worked(period)
        return self._periods[period]

    def _needed_before(self, period: Period) -> Iterable[Period]:
        """Return the earlier periods that this one asks about, oldest first, so that none asks in depth."""
        kinds = {period.kind} if self._rulebook.looks_back else set[PeriodKind]()
        base = self._rulebook.base
        if base is not None and isinstance(base.points, Expression):
            kinds.add(base.per)
        begin_on = self._records_begin_on
        if begin_on is None:
            return
        for kind in sorted(kinds, key=lambda one: one.months):
            one = self._rulebook.period_of(kind, begin_on)
            while one.starts_on < period.starts_on:
                yield one
                one = one.next

    def _worked(self, period: Period) -> Working:
        members = self._member_drafts(period)
        units = self._unit_drafts(period)
        for draft in (*members.values(), *units.values()):
            draft.set_lines(draft.account.contributions(period), self._rulebook)
        questions = _Questions(self, period)
        weigh(self._rulebook, period, members.values(), self._ballots_of)
        lead(self._rulebook, self._world, period, members, units)
        rounding = self._rulebook.rounding
        if rounding is not None and rounding.is_before_classes:
            _round(rounding, period, (*members.values(), *units.values()))
        ranking = self._rulebook.ranking
        together = groups_of(members.values(), ranking.within, self._world.parents).values()
        orders = Orders()
        if period.kind in ranking.periods:
            for group in together:
                rank(group, ranking, orders)
        listings = conclude(self._rulebook, period, together, units.values(), questions.about, orders)
        if rounding is not None and not rounding.is_before_classes:
            _round(rounding, period, (*members.values(), *units.values()))
        return Working(members, units, tuple(listings))

    def _member_drafts(self, period: Period) -> dict[str, Draft]:
        drafts = {}
        for member, stays in self._world.stays_of.items():
            admitted = [stay for stay in stays if stay.touches(period) and self._admits(stay)]
            if not admitted:
                continue
            last_on = date.fromordinal(period.until_on.toordinal() - 1)
            at_end = [stay for stay in admitted if stay.covers(last_on)]
            stay = at_end[0] if at_end else admitted[-1]
            roles = frozenset[str]().union(*(one.roles for one in at_end or [stay]))
            in_charge = frozenset[str]().union(*(one.in_charge for one in at_end or [stay]))
            draft = Draft(
                subject=member,
                kind=HOUSEHOLD if self._rulebook.is_by_household and stay.household == member else MEMBER,
                stay=stay._replace(in_charge=in_charge),
                roles=roles,
                account=self._account(MEMBER, member, stays, has_base=not self._is_led_with_own(roles)),
            )
            draft.months = draft.account.months_present(period)
            drafts[member] = draft
        return drafts

    def _unit_drafts(self, period: Period) -> dict[str, Draft]:
        if not self._rulebook.has_units:
            return {}
        return {
            unit: Draft(
                subject=unit,
                kind=UNIT,
                stay=Stay(member=unit, unit=unit, name=unit),
                roles=frozenset(),
                account=self._account(UNIT, unit, (), has_base=True),
                months=len(period.split(PeriodKind.MONTH)),
            )
            for unit in self._world.units
        }

    def _is_led_with_own(self, roles: frozenset[str]) -> bool:
        """Whether the base of somebody with these roles comes with another score and not by itself."""
        leader = next((one for one in self._rulebook.leaders if one.role in roles), None)
        return leader is not None and len(leader.sources) > 1 and not leader.is_mean

    def _is_listed(self, unit: Draft) -> bool:
        """Whether a unit is a subject of its own: one with somebody who is scored by entries."""
        led = {leader.role for leader in self._rulebook.leaders if "own" not in leader.sources}
        return any(
            self._admits(stay) and not (stay.roles & led)
            for stay in self._world.stays_in.get(unit.subject, ())
        )

    def _admits(self, stay: Stay) -> bool:
        return self._rulebook.population.admits(
            kind=stay.kind, status=stay.status, roles=stay.roles, class_=stay.class_
        )

    def _account(self, kind: str, subject: str, stays: tuple[Stay, ...], *, has_base: bool) -> Account:
        key = (kind if has_base else f"{kind} without base", subject)
        if key not in self._accounts:
            self._accounts[key] = self._new_account(kind, subject, stays, has_base=has_base)
        return self._accounts[key]

    def _new_account(self, kind: str, subject: str, stays: tuple[Stay, ...], *, has_base: bool) -> Account:
        rulebook = self._unit_rulebook if kind == UNIT else self._rulebook
        lines = self._lines(kind, subject, rulebook)
        if kind == UNIT:
            return Account(rulebook, lines, months_missing=lambda _month: False)
        admitted = [stay for stay in stays if self._admits(stay)]

        def is_missing(month: Period) -> bool:
            return not any(stay.touches(month) for stay in admitted)

        def base_of(part: Period) -> Fraction:
            points = ZERO if rulebook.base is None else rulebook.base.points
            return points if isinstance(points, Fraction) else number(points, _Unborn(self, part, subject))

        def counts(category: str, period: Period) -> bool:
            return self._counts(category, period, subject, stays, lines, is_missing)

        return Account(
            rulebook,
            lines,
            months_missing=is_missing,
            ballots=self._ballots_of.get(subject),
            base=base_of,
            has_base=has_base,
            counts=counts,
        )

    def _lines(self, kind: str, subject: str, rulebook: Rulebook) -> Sequence[Counted]:
        if self._ledger is not None:
            return (self._ledger.units if kind == UNIT else self._ledger.members).get(subject, ())
        book = self._posted.units if kind == UNIT else self._posted.members
        return count(rulebook, book.get(subject, ())).lines

    @cached_property
    def _unit_rulebook(self) -> Rulebook:
        """The book as units are scored by it: with their base, without what is for people only."""
        return for_units(self._rulebook)

    def _counts(
        self,
        code: str,
        period: Period,
        subject: str,
        stays: tuple[Stay, ...],
        lines: Sequence[Counted],
        is_missing: Callable[[Period], bool],
    ) -> bool:
        """Tell whether a category's condition holds for what the subject did by itself."""
        category = self._rulebook.category(code)
        if category is None or category.only_if is None:
            return True
        account = Account(self._rulebook, lines, months_missing=is_missing)
        draft = Draft(subject, MEMBER, stays[0], stays[0].roles, account)
        draft.set_lines(account.contributions(period), self._rulebook)
        return holds(category.only_if, _Questions(self, period).about(draft))

    def question(self, period: Period, subject: str, kind: str) -> Question | None:
        """Return a finished period's subject as conditions ask about it, None where it is not on record."""
        begin_on = self._records_begin_on
        if begin_on is None or period.until_on <= begin_on or period not in self._periods:
            return None
        working = self._periods[period]
        draft = (working.units if kind == UNIT else working.members).get(subject)
        return None if draft is None else _Questions(self, period).about(draft)

    def ballots_about(self, subject: str) -> BallotBox:
        """Return the ballots about a subject, an empty box where there are none."""
        return self._ballots_of.get(subject, BallotBox(()))

    @property
    def world(self) -> World:
        """The world that the rulebook is applied to, as it was given."""
        return self._given

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook that is applied."""
        return self._rulebook


@dataclass(frozen=True, slots=True)
class _Questions:
    """Makes questions about the drafts of a period."""

    evaluation: Evaluation
    period: Period

    def about(self, draft: Draft) -> Question:
        """Return a draft as conditions ask about it."""
        evaluation, period = self.evaluation, self.period

        def earlier() -> Question | None:
            return evaluation.question(period.previous, draft.subject, draft.kind)

        return Question(evaluation.rulebook, period, draft, evaluation.ballots_about(draft.subject), earlier)


@dataclass(frozen=True, slots=True)
class _Unborn:
    """A subject in a period whose base is only being worked out: nothing is known but what was before."""

    evaluation: Evaluation
    period: Period
    subject: str

    def named(self, _name: str) -> Value:
        """Return nothing: the period's own figures are not known yet."""
        return None

    def told(self, _function: str, _about: str) -> Value:
        """Return nothing, for the same reason."""
        return None

    def before(self) -> Question | None:
        """Return the subject in the previous period of the same kind."""
        return self.evaluation.question(self.period.previous, self.subject, MEMBER)


ROUNDING = "rounding"


def _round(rounding: Rounding, period: Period, drafts: Iterable[Draft]) -> None:
    """Round the totals; the difference is a line of its own."""
    on = date.fromordinal(period.until_on.toordinal() - 1)
    for draft in drafts:
        moved = round_half_up(draft.total, places=rounding.places) - draft.total
        if moved:
            draft.lines.append(Contribution(on, ROUNDING, ROUNDING, ROUNDING, moved, moved, ROUNDING))
            draft.components[ROUNDING] = moved
            draft.total += moved
