"""Writes one line of a total for people, so that they can work out again what it counts."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from cli.score.words import WINDOWS, item_words, reason_words
from domain.points import show, show_signed
from domain.rulebooks import Rulebook
from domain.rulebooks.results import Normalisation
from domain.scoring.accounts import Contribution
from domain.scoring.drafts import Weighed

SCALE_MAX = 100
_SPLIT, _WEIGHT, _PRORATED, _QUANTITY = "split", "weight", "prorated", "quantity"


def line_words(rulebook: Rulebook, line: Contribution, weighed: Mapping[str, Weighed]) -> str:
    """Return a line: day, item, what it counts, what changed it, on which clause.

    `weighed` are the weighted parts by the component that a line of theirs carries.
    """
    words = f"{line.on.isoformat()}  {item_words(rulebook, line.item)}  {show_signed(line.counted)}"
    is_base = line.why == "base"
    if line.raw != line.counted:
        reason = _changed(rulebook, line, weighed)
        words += f"（原为 {show_signed(line.raw)}{'，' + reason if reason else ''}）"
    elif not is_base and (reason := _reason(rulebook, line)):
        words += f"（{reason}）"
    return words + (f"  依据：{line.clause}" if line.clause else "")


def sum_words(amounts: Iterable[Fraction]) -> str:
    """Return amounts as a sum that is written out: `40 + 7.33 − 4`."""
    words = ""
    for points in amounts:
        if not words:
            words = show(points)
        else:
            words += f" − {show(-points)}" if points < 0 else f" + {show(points)}"
    return words


def weighed_words(part: Weighed) -> str:
    """Return how a weighted part is worked out of what the subject has of it."""
    return _weighed(part, part.own)


def percent(share: Fraction) -> str:
    """Return a share in per cent: `40%`, `33.33%`."""
    return f"{show(share * 100)}%"


def _changed(rulebook: Rulebook, line: Contribution, weighed: Mapping[str, Weighed]) -> str:
    """Return what made the counted points differ from those that came in."""
    part, ratio = weighed.get(line.component), line.counted / line.raw if line.raw else None
    if line.why == _WEIGHT and part is not None:
        return f"{reason_words(_WEIGHT)}：{_weighed(part, line.raw, is_of_many=line.item != part.part.of)}"
    why = "mean" if line.why == "base" else line.why
    words = _reason(rulebook, line) if why == line.why else reason_words(why)
    if part is not None:
        return words
    if why == _SPLIT and ratio is not None:
        return f"按比例分得 {percent(ratio)}"
    if why == _PRORATED and ratio is not None:
        return f"{words}：× {ratio}"
    if why in {"mean", "factor"} and ratio is not None:
        return f"{words}：÷ {ratio.denominator}" if ratio.numerator == 1 else f"{words}：× {show(ratio)}"
    limits = [cap for cap in rulebook.caps_on(line.item) if cap.why == why]
    return f"{words} {show(limits[0].limit)} 分" if len(limits) == 1 else words


def _reason(rulebook: Rulebook, line: Contribution) -> str:
    """Return the words of a line's reason; a cap on the quantity says how much counts, then the factor."""
    words, item = reason_words(line.why), rulebook.items.get(line.item)
    if line.why != _QUANTITY or item is None:
        return words
    if len(item.quantity_caps) == 1:
        ((window, limit),) = item.quantity_caps.items()
        words += f"：{WINDOWS[window]}最多 {show(limit)} {item.unit_of_quantity}"
    return words if item.factor == 1 else f"{words}，{reason_words('factor')}：× {show(item.factor)}"


def _weighed(part: Weighed, points: Fraction, *, is_of_many: bool = False) -> str:
    rule = part.part
    share = percent(rule.weight)
    if rule.normalisation is Normalisation.RAW:
        times = "" if rule.times == 1 else f" × {show(rule.times)}"
        return f"{show(points)}{times} × {share}"
    if part.best <= 0:
        return f"单位最高 {show(part.best)} 分，不高于 0，按 0 分"
    if part.own < 0 or (part.own == 0 and is_of_many):
        return f"本人合计 {show(part.own)} 分，按 0 分"
    return f"{show(points)} × {SCALE_MAX} ÷ {show(part.best)}（单位最高） × {share}"
