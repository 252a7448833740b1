"""Finds which events take others back, and which are taken back for good."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.scoring.inputs import Event
from domain.scoring.posting.results import EventProblem, Refused


@dataclass
class Reversals:
    """What the reversals among some events come to."""

    takes_back: set[int] = field(default_factory=set)
    """The lines that take something back."""
    by_target: dict[int, Event] = field(default_factory=dict)
    """The reversal of each line that is taken back for good."""
    refused: list[Refused] = field(default_factory=list)


def find_reversals(events: Iterable[Event]) -> Reversals:
    """Return which of the events take others back; those that cannot are told in `refused`.

    A reversal that names a level takes back only that stage of a deed. The latest reversal is looked at
    first, so that taking back a reversal brings its event back.
    """
    in_order = sorted(events, key=lambda event: event.number)
    by_key: dict[str, list[Event]] = {}
    for event in in_order:
        if event.key:
            by_key.setdefault(event.key, []).append(event)
    found = Reversals()
    first_of: dict[tuple[str, str | None], int] = {}
    sound: list[Event] = []
    for event in in_order:
        if not event.reverses:
            continue
        found.takes_back.add(event.number)
        refusal = _refusal(event, _targets(event, by_key), first_of, by_key)
        if refusal is None:
            first_of[event.reverses, event.level] = event.number
            sound.append(event)
        else:
            found.refused.append(refusal)
    for event in sorted(sound, key=lambda event: (event.on, event.number), reverse=True):
        if event.number not in found.by_target:
            for target in _targets(event, by_key):
                found.by_target.setdefault(target.number, event)
    return found


def _targets(event: Event, by_key: Mapping[str, Sequence[Event]]) -> list[Event]:
    return [
        other
        for other in by_key.get(event.reverses, ())
        if other.number != event.number and event.level in {None, other.level}
    ]


def _refusal(
    event: Event,
    targets: Sequence[Event],
    first_of: Mapping[tuple[str, str | None], int],
    by_key: Mapping[str, Sequence[Event]],
) -> Refused | None:
    """Return why an event cannot take its targets back, None where it can."""
    key = event.reverses
    if not targets:
        return Refused(event.number, EventProblem.REVERSAL_UNKNOWN, {"key": key})
    earlier = next((first_of[key, level] for level in (event.level, None) if (key, level) in first_of), None)
    if earlier is not None:
        return Refused(event.number, EventProblem.REVERSED_TWICE, {"key": key, "number": earlier})
    if _leads_back(event, by_key):
        return Refused(event.number, EventProblem.REVERSAL_CIRCLE, {"key": key})
    for target in targets:
        named = set(event.members) <= set(target.members)
        if event.item != target.item or not named:
            facts = {"key": key, "number": target.number}
            return Refused(event.number, EventProblem.REVERSAL_DIFFERS, facts)
    return None


def _leads_back(event: Event, by_key: Mapping[str, Sequence[Event]]) -> bool:
    """Tell whether following what reversals take back leads from this one to itself."""
    seen: set[int] = set()
    waiting = _targets(event, by_key)
    while waiting:
        current = waiting.pop()
        if current.number == event.number:
            return True
        if current.reverses and current.number not in seen:
            seen.add(current.number)
            waiting += [*by_key.get(current.reverses, ())]
    return False
