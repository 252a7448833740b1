"""Writes one line of a total for people, so that they can work out again what it counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.points import show, show_signed
from domain.rulebooks import Cap, LevelAmount, QuantityAmount, Scope
from domain.rulebooks.results import Normalisation
from domain.scoring.accounts import Contribution
from domain.scoring.counting import QUANTITY, REVERSED
from domain.scoring.drafts import Weighed
from templates.reasons.names import QUANTITY_CAPS, Names, reason_words

SCALE_MAX = 100
_SPLIT, _WEIGHT, _PRORATED = "split", "weight", "prorated"


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line in words: `notes` say how it came to be `raw`, and what made `counted` of that.

    It is void where it was taken back. `below` are the lines of another's score that it is made from.
    """

    on: date
    item: str
    raw: Fraction
    counted: Fraction
    notes: tuple[str, ...]
    clause: str
    is_void: bool
    below: "tuple[ToldLine, ...]" = ()


def told_line(
    names: Names, line: Contribution, weighed: Mapping[str, Weighed], below: Iterable[Contribution] = ()
) -> ToldLine:
    """Return a line in words; `weighed` are the weighted parts by the component that a line carries."""
    notes = [_worth(names, line)]
    if line.raw != line.counted:
        was = names.speech.say("原为 %(points)s", points=show_signed(line.raw))
        notes += [was, _changed(names, line, weighed)]
    elif line.why != "base":
        notes.append(_reason(names, line))
    return ToldLine(
        on=line.on,
        item=names.item(line.item),
        raw=line.raw,
        counted=line.counted,
        notes=tuple(filter(None, notes)),
        clause=line.clause or names.clause_of(line.item),
        is_void=line.why == REVERSED,
        below=tuple(told_line(names, one, {}) for one in below),
    )


def line_words(names: Names, line: ToldLine) -> str:
    """Return a line as one row of text: day, item, what it counts, what changed it, on which clause."""
    say = names.speech.say
    words = f"{names.speech.day(line.on)}  {line.item}  {show_signed(line.counted)}"
    if line.notes:
        words += say("（%(notes)s）", notes=names.speech.commas(line.notes))
    return words + (f"  {say('依据：%(clause)s', clause=line.clause)}" if line.clause else "")


def sum_words(amounts: Iterable[Fraction]) -> str:
    """Return amounts as a sum that is written out: `40 + 7.33 − 4`."""
    words = ""
    for points in amounts:
        if not words:
            words = show(points)
        else:
            words += f" − {show(-points)}" if points < 0 else f" + {show(points)}"
    return words


def weighed_words(names: Names, part: Weighed) -> str:
    """Return how a weighted part is worked out of what the subject has of it."""
    return _weighed(names, part, part.own)


def _worth(names: Names, line: Contribution) -> str:
    """Return how the points of the deed follow from its quantity or its level, where that is their reason."""
    item = names.rulebook.item(line.item)
    if item is None:
        return ""
    match item.amount:
        case QuantityAmount(rate=rate, unit=unit) if line.quantity and line.quantity * rate == line.raw:
            return names.speech.say(
                "%(quantity)s %(unit)s × %(rate)s 分",
                quantity=show(line.quantity),
                unit=unit,
                rate=show(rate),
            )
        case LevelAmount(levels=levels):
            meant = [level.name for level in levels if level.points == line.raw]
            return names.speech.say("级次：%(level)s", level=meant[0]) if len(meant) == 1 else ""
        case _:
            return ""


def _changed(names: Names, line: Contribution, weighed: Mapping[str, Weighed]) -> str:
    """Return what made the counted points differ from those that came in."""
    say = names.speech.say
    part, ratio = weighed.get(line.component), line.counted / line.raw if line.raw else None
    why = "mean" if line.why == "base" else line.why
    words = _reason(names, line) if why == line.why else reason_words(names.speech, why)
    if part is not None:
        if line.why != _WEIGHT:
            return words
        told = _weighed(names, part, line.raw, is_of_many=line.item != part.part.of)
        return say("%(words)s：%(how)s", words=words, how=told)
    if why == _SPLIT and ratio is not None:
        return say("按比例分得 %(share)s", share=_percent(ratio))
    if why == _PRORATED and ratio is not None:
        return say("%(words)s：%(how)s", words=words, how=f"× {ratio}")
    if why in {"mean", "factor"} and ratio is not None:
        how = f"÷ {ratio.denominator}" if ratio.numerator == 1 else f"× {show(ratio)}"
        return say("%(words)s：%(how)s", words=words, how=how)
    return _limited(names, line, words)


def _reason(names: Names, line: Contribution) -> str:
    """Return the words of a line's reason; a cap on the quantity says how much counts, then the factor."""
    say, words = names.speech.say, reason_words(names.speech, line.why)
    item = names.rulebook.items.get(line.item)
    if line.why != QUANTITY or item is None:
        return words
    if len(item.quantity_caps) == 1:
        ((window, limit),) = item.quantity_caps.items()
        how = say(QUANTITY_CAPS[window], limit=show(limit), unit=item.unit_of_quantity)
        words = say("%(words)s：%(how)s", words=words, how=how)
    if item.factor == 1:
        return words
    times = say(
        "%(words)s：%(how)s", words=reason_words(names.speech, "factor"), how=f"× {show(item.factor)}"
    )
    return names.speech.commas([words, times])


def _limited(names: Names, line: Contribution, words: str) -> str:
    """Return which limits changed the line one after another, and how full their windows were before."""
    say = names.speech.say
    if not line.cuts or line.cuts[-1].cap.why != line.why:
        limits = [cap for cap in names.rulebook.caps_on(line.item) if cap.why == line.why]
        return _limit(names, limits[0]) if len(limits) == 1 else words
    told = []
    for cut in line.cuts:
        held, came = cut.held + cut.cap.standing, cut.came + cut.cap.standing
        how = [_limit(names, cut.cap)]
        if came != held:
            how.append(say("此前共 %(came)s 分、计 %(held)s 分", came=show(came), held=show(held)))
        elif held:
            how.append(say("此前已计 %(held)s 分", held=show(held)))
        if cut is not line.cuts[-1]:
            how.append(say("余 %(points)s 分", points=show(cut.after)))
        told.append(names.speech.commas(how))
    return names.speech.clauses(told)


def _limit(names: Names, cap: Cap) -> str:
    """Return a limit, with what it is on where that is not the item alone: `“学习”每月封顶 10 分`."""
    words, limit = reason_words(names.speech, cap.why), show(cap.limit)
    if cap.scope is Scope.ITEM:
        return names.speech.say("%(words)s %(limit)s 分", words=words, limit=limit)
    of = names.speech.say("总分") if cap.scope is Scope.TOTAL else cap.name
    return names.speech.say("“%(of)s”%(words)s %(limit)s 分", of=of, words=words, limit=limit)


def _percent(share: Fraction) -> str:
    """Return a share in per cent: `40%`, `33.33%`."""
    return f"{show(share * 100)}%"


def _weighed(names: Names, part: Weighed, points: Fraction, *, is_of_many: bool = False) -> str:
    say, rule = names.speech.say, part.part
    share = _percent(rule.weight)
    if rule.normalisation is Normalisation.RAW:
        times = "" if rule.times == 1 else f" × {show(rule.times)}"
        return f"{show(points)}{times} × {share}"
    if part.best <= 0:
        return say("单位最高 %(best)s 分，不高于 0，按 0 分", best=show(part.best))
    if part.own < 0 or (part.own == 0 and is_of_many):
        return say("本人合计 %(own)s 分，按 0 分", own=show(part.own))
    return say(
        "%(points)s × %(scale)s ÷ %(best)s（单位最高） × %(share)s",
        points=show(points),
        scale=SCALE_MAX,
        best=show(part.best),
        share=share,
    )
