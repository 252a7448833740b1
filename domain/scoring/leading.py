"""Scores those who lead: by their unit's score, by the mean of other scores, in the order they depend."""

from datetime import date
from fractions import Fraction

from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.rulebooks.results import Leader, Source
from domain.scoring.accounts import Contribution
from domain.scoring.counting import ZERO
from domain.scoring.drafts import Draft, Led
from domain.scoring.inputs import World


def lead(
    rulebook: Rulebook, world: World, period: Period, members: dict[str, Draft], units: dict[str, Draft]
) -> None:
    """Give every leader the score that the rulebook makes from those of others."""
    leading = _Leading(rulebook, world, period, members, units)
    for draft in list(members.values()):
        leading.settle(draft)


class _Leading:
    """One pass over the leaders; what a leader's score is made from is settled first."""

    def __init__(
        self,
        rulebook: Rulebook,
        world: World,
        period: Period,
        members: dict[str, Draft],
        units: dict[str, Draft],
    ) -> None:
        self._rulebook = rulebook
        self._world = world
        self._members = members
        self._units = units
        self._last_on = date.fromordinal(period.until_on.toordinal() - 1)
        self._settled: set[str] = set()

    def settle(self, draft: Draft) -> None:
        """Work a leader's score out, once; anybody else's stays as it is."""
        if draft.subject in self._settled:
            return
        self._settled.add(draft.subject)
        leader = next((one for one in self._rulebook.leaders if one.role in draft.roles), None)
        if leader is None:
            return
        sources = [found for source in leader.sources for found in self._sources(source, draft)]
        for _, source in sources:
            if source is not draft and source.kind != "unit":
                self.settle(source)
        self._compose(draft, leader, sources)

    def _compose(self, draft: Draft, leader: Leader, sources: list[tuple[str, Draft]]) -> None:
        share = Fraction(1, max(len(sources), 1)) if leader.is_mean else Fraction(1)
        draft.led = tuple(Led(label, source.total, tuple(source.lines)) for label, source in sources)
        lines: list[Contribution] = []
        components: dict[str, Fraction] = dict.fromkeys(self._rulebook.components, ZERO)
        base = ZERO
        for label, source in sources:
            base += source.base * share
            for name, points in source.components.items():
                components[name] = components.get(name, ZERO) + points * share
            if source is draft:
                lines += [line.scaled(share, "mean") if leader.is_mean else line for line in source.lines]
            else:
                why = "mean" if leader.is_mean else "unit"
                counted = source.total * share
                clause = leader.basis.clause
                lines.append(
                    Contribution(self._last_on, label, label, label, source.total, counted, why, clause)
                )
        draft.lines, draft.components, draft.base = lines, components, base
        draft.total = sum(components.values(), ZERO)

    def _sources(self, source: str, draft: Draft) -> list[tuple[str, Draft]]:
        """Return the scores that a source means for this leader, each with its name in the trace."""
        unit = draft.stay.unit
        match source:
            case Source.OWN:
                return [(draft.subject, draft)]
            case Source.UNIT:
                return self._of_units([unit])
            case Source.UNITS_IN_CHARGE:
                return self._of_units(sorted(draft.stay.in_charge) or self._world.units_under(unit))
            case Source.UNITS_BELOW:
                return self._of_units(self._world.units_under(unit))
            case _:
                return self._of_role(source, unit)

    def _of_units(self, units: list[str] | tuple[str, ...]) -> list[tuple[str, Draft]]:
        return [(f"unit:{unit}", self._units[unit]) for unit in units if unit in self._units]

    def _of_role(self, role: str, unit: str) -> list[tuple[str, Draft]]:
        """Return those who hold a role in the units below, or in those beside where there are none below."""
        below = self._world.units_under(unit)
        if not below and unit in self._world.parents:
            below = self._world.units_under(self._world.parents[unit])
        found = [
            draft for draft in self._members.values() if role in draft.roles and draft.stay.unit in below
        ]
        return [(f"{role}:{draft.subject}", draft) for draft in found]
