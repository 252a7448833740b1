"""Builds what follows from scores: leaders, instruments, weights, grades, consequences, workflow."""

from fractions import Fraction

from domain.periods import PeriodKind
from domain.points import show_exact
from domain.rulebooks.building.items import basis_of, population_of
from domain.rulebooks.language.results import (
    AmongSection,
    ConsequenceSection,
    GradeSection,
    InstrumentSection,
    LeaderSection,
    RequirementSection,
    WeightsSection,
    WorkflowSection,
)
from domain.rulebooks.results import (
    Consequence,
    Cut,
    Instrument,
    Leader,
    Population,
    Requirement,
    Selection,
    WeightedPart,
    Weights,
    WorkflowStep,
)

_KINDS = {kind.value: kind for kind in PeriodKind}


def build_leader(role: str, section: LeaderSection) -> Leader:
    """Return how the holders of a role are scored."""
    return Leader(role, section.mean or section.sum, is_mean=bool(section.mean), basis=basis_of(section))


def build_instrument(code: str, section: InstrumentSection) -> Instrument:
    """Return a ballot sheet."""
    marks = section.marks
    return Instrument(
        code=code,
        name=section.name,
        marks=dict(marks) if isinstance(marks, dict) else dict.fromkeys(marks),
        ballots_min=max(section.ballots, 1),
        component=section.component,
        groups=dict(section.groups),
        basis=basis_of(section),
    )


def build_weights(section: WeightsSection) -> Weights:
    """Return the parts of a weighted total."""
    parts = tuple(
        WeightedPart(
            code=code,
            name=part.name,
            of=part.of,
            weight=part.weight,
            normalisation=part.normalise,
            times=Fraction(1) if part.times is None else part.times,
        )
        for code, part in section.parts.items()
    )
    return Weights(frozenset(section.periods), parts, basis_of(section))


def grade_order(section: GradeSection) -> tuple[str, ...]:
    """Return every grade, best first: as written, or by the bands from above and then the rules."""
    if section.order:
        return section.order
    falling = sorted(
        section.bands,
        key=lambda label: (section.bands[label].high is None, section.bands[label].high or 0),
        reverse=True,
    )
    return tuple(dict.fromkeys([*falling, *section.rules]))


def build_requirement(code: str, section: RequirementSection) -> Requirement:
    """Return a requirement."""
    return Requirement(
        code=code,
        name=section.name,
        periods=frozenset(section.in_),
        when=section.when,
        among=_among(section.among),
        bars=section.bars,
        basis=basis_of(section),
    )


def kinds_and_labels(words: tuple[str, ...]) -> tuple[frozenset[PeriodKind], frozenset[str]]:
    """Return the kinds of period that `in` names as a whole, and the single ones (`H1`, `Q4`)."""
    kinds = frozenset(_KINDS[word] for word in words if word in _KINDS)
    return kinds, frozenset(word for word in words if word not in _KINDS)


def build_consequence(code: str, section: ConsequenceSection) -> Consequence:
    """Return a consequence; a top list is an award unless it says otherwise."""
    kinds, labels = kinds_and_labels(section.in_)
    return Consequence(
        code=code,
        name=section.name,
        periods=kinds,
        labels=labels,
        among=_among(section.among),
        selection=_selection(section),
        when=section.when,
        to=section.to or "",
        days=section.days,
        is_award=section.top is not None if section.award is None else section.award,
        bars=section.bars,
        stars=section.stars,
        follows=section.follows or "",
        for_members=section.subjects != "units",
        for_units=section.subjects != "members",
        enters=section.enters or "",
        on=section.on or "",
        basis=basis_of(section),
    )


def _among(section: AmongSection | None) -> Population:
    if section is None:
        return Population()
    among = population_of(section)
    return Population(among.kinds, among.statuses, among.roles, among.classes, section.where)


def _selection(section: ConsequenceSection) -> Selection | None:
    """Return the places of a list; equals at a top cut go to the committee, at a bottom cut all are in."""
    places = section.top if section.top is not None else section.bottom
    if places is None:
        return None
    is_top = section.top is not None
    return Selection(
        is_top=is_top,
        count=places if isinstance(places, int) else None,
        share=places if isinstance(places, Fraction) else None,
        by=section.by,
        cut=section.ties or (Cut.COMMITTEE if is_top else Cut.ALL),
    )


def build_step(code: str, section: WorkflowSection) -> WorkflowStep:
    """Return a step of the workflow; `facts` holds what is written of it, as text."""
    facts = {
        name: _as_text(value)
        for name, value in section
        if name not in {"name", "by", "every", "clause", "quote"} and value not in {None, False, ()}
    }
    return WorkflowStep(code, section.name, section.by, section.every, facts, basis_of(section))


def _as_text(value: object) -> str:
    if isinstance(value, tuple):
        return " → ".join(str(one) for one in value)
    return show_exact(value) if isinstance(value, Fraction) else str(value)
