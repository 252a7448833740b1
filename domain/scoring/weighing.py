"""Composes totals from weighted parts: components on the scale of the best, means of ballots."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from domain.periods import Period
from domain.rulebooks import Rulebook
from domain.rulebooks.results import Normalisation, WeightedPart
from domain.scoring.accounts import Contribution
from domain.scoring.ballots import BallotBox
from domain.scoring.counting import ZERO
from domain.scoring.drafts import Draft, Weighed

WEIGHT, TOTAL = "weight", "total"
SCALE_MAX = 100


def weigh(
    rulebook: Rulebook, period: Period, drafts: Iterable[Draft], ballots: Mapping[str, BallotBox]
) -> None:
    """Replace the summed totals of the period by weighted ones, where the rulebook composes them."""
    weights = rulebook.weights
    if weights is None or period.kind not in weights.periods:
        return
    everybody = list(drafts)
    values = {part.code: _values(rulebook, period, part, everybody, ballots) for part in weights.parts}
    best: dict[tuple[str, str], Fraction] = {}
    for part in weights.parts:
        for draft in everybody:
            key = (part.code, draft.stay.unit)
            best[key] = max(best.get(key, ZERO), values[part.code][draft.subject])
    for draft in everybody:
        lines: list[Contribution] = []
        weighed: list[Weighed] = []
        for part in weights.parts:
            own = values[part.code][draft.subject]
            top = best[part.code, draft.stay.unit]
            final = part.weight * _normalised(part, own, top)
            weighed.append(Weighed(part, own, top, final))
            lines += _weighted_lines(rulebook, period, part, draft, own, final)
        draft.weighed = tuple(weighed)
        draft.base = ZERO
        draft.set_lines(lines, rulebook)
        draft.components = {part.code: draft.components.get(part.code, ZERO) for part in weights.parts}


def _values(
    rulebook: Rulebook,
    period: Period,
    part: WeightedPart,
    drafts: Iterable[Draft],
    ballots: Mapping[str, BallotBox],
) -> dict[str, Fraction]:
    """Return what each subject has of a part before it is weighted."""
    instrument = rulebook.instruments.get(part.of)
    if part.of == TOTAL:
        return {draft.subject: draft.total for draft in drafts}
    if instrument is None:
        return {draft.subject: draft.components.get(part.of, ZERO) for draft in drafts}
    empty = BallotBox(())
    return {
        draft.subject: ballots.get(draft.subject, empty).mean(instrument, period) or ZERO for draft in drafts
    }


def _normalised(part: WeightedPart, own: Fraction, best: Fraction) -> Fraction:
    if part.normalisation is Normalisation.RAW:
        return own * part.times
    return SCALE_MAX * max(own, ZERO) / best if best > 0 else ZERO


def _weighted_lines(
    rulebook: Rulebook, period: Period, part: WeightedPart, draft: Draft, own: Fraction, final: Fraction
) -> list[Contribution]:
    """Return the lines of a part as they count in the whole: entry by entry, or one for the ballots."""
    inner = [line for line in draft.lines if part.of in {TOTAL, line.component}]
    if part.of in rulebook.instruments or not inner:
        on = date.fromordinal(period.until_on.toordinal() - 1)
        return [Contribution(on, part.of, part.code, part.code, own, final, WEIGHT)] if own or final else []
    share = final / own if own else ZERO
    return [
        replace(
            line,
            component=part.code,
            category=part.code,
            counted=line.counted * share,
            why=line.why or WEIGHT,
        )
        for line in inner
    ]
