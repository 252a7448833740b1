"""Tells how a grade and stars came about, step by step."""

from fractions import Fraction

from domain.periods import Period
from domain.rulebooks import Bands, Effect
from domain.scoring.conditions import holds
from domain.scoring.drafts import Draft, Question
from domain.scoring.reasons.facts import condition_of
from domain.scoring.reasons.kinds import ByBallots, ByBand, ByEntry, ByRule, Entry, Step
from domain.scoring.records import Recorded

Held = tuple[tuple[Recorded, Effect], ...]
"""The entries whose effects hold in a period, each with its effect."""


def entry_of(recorded: Recorded) -> Entry:
    """Return an entry as reasons name it."""
    return Entry(recorded.item, recorded.on)


def grade_steps(question: Question, held: Held) -> tuple[Step, ...]:
    """Return what made the grade of a question's subject, none in a period without grades."""
    rulebook, period = question.rulebook, question.period
    if rulebook.grade is None or period.kind not in rulebook.grade.periods:
        return ()
    steps: list[Step] = [_by_band(rulebook.grade, question.draft.total)]
    for label, condition in rulebook.grade_rules:
        if holds(condition, question):
            steps.append(ByRule(label, condition_of(condition, question)))
            break
    ballots = _by_ballots(question)
    steps += [] if ballots is None else [ballots]
    order = rulebook.grade_order
    for is_ceiling in (False, True):
        set_by = [
            (grade, recorded)
            for recorded, effect in held
            if (grade := effect.grade_max if is_ceiling else effect.grade) is not None
        ]
        if set_by:
            worst, recorded = max(set_by, key=lambda one: order.index(one[0]))
            steps.append(ByEntry(worst, entry_of(recorded), is_ceiling))
    return tuple(steps)


def stars_steps(bands: Bands | None, period: Period, draft: Draft, held: Held) -> tuple[Step, ...]:
    """Return what made the stars, lists aside; none in a period without stars."""
    if bands is None or period.kind not in bands.periods:
        return ()
    by_total = _by_band(bands, draft.total)
    if by_total.label is None:
        return ()
    set_by = [
        (effect.stars, recorded)
        for recorded, effect in held
        if effect.stars is not None and period.contains(recorded.on)
    ]
    if not set_by:
        return (by_total,)
    stars, recorded = min(set_by, key=lambda one: one[0])
    return by_total, ByEntry(str(stars), entry_of(recorded), is_ceiling=False)


def _by_band(bands: Bands, total: Fraction) -> ByBand:
    found = next((band for band in bands.bands if band.interval.contains(total)), None)
    return ByBand(None, None, total) if found is None else ByBand(found.label, found.interval, total)


def _by_ballots(question: Question) -> ByBallots | None:
    rulebook, period = question.rulebook, question.period
    if not rulebook.grade_with:
        return None
    instrument = rulebook.instruments[rulebook.grade_with]
    label, counts = question.ballots.mode(instrument, period), question.ballots.marks(instrument, period)
    if label is None or counts is None:
        return None
    marks = {mark: counts[mark] for mark in instrument.marks if counts[mark]}
    is_tied = list(marks.values()).count(max(marks.values())) > 1
    return ByBallots(label, instrument.code, marks, is_tied)
