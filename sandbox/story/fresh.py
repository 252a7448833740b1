"""Invents the last two days: what waits to be decided, what was decided today, what lies unfinished."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from domain.reports import ReportAction
from sandbox.story.activities import activity
from sandbox.story.roster import TYPICAL, UNITS
from sandbox.story.scripts import Deed, Move, Script, approved, day_of, deed_of, humane_before

A = ReportAction
AFTERNOON_HOUR = 17


@dataclass(frozen=True, slots=True)
class Fresh:
    """A recent report; told and decided so many hours ago, `decided` None for one that waits."""

    person: str
    item: str
    told_hours_ago: float
    decided: ReportAction | None = None
    decided_hours_ago: float = 0
    reason: str = ""


WAITING = (
    Fresh(TYPICAL, "volunteer-hours", 3),
    Fresh("C05", "urgent", 20),
    Fresh("L03", "patrol", 6),
    Fresh("L06", "lecture", 22),
    Fresh("L01", "canteen", 28),
    Fresh("L10", "culture", 40),
    Fresh("X03", "share", 4),
    Fresh("X05", "rush", 18),
    Fresh("X09", "volunteer-hours", 33),
)
DECIDED = (
    Fresh(TYPICAL, "night-watch", 22, A.APPROVE, 2),
    Fresh("C07", "opinion", 24, A.APPROVE, 4),
    Fresh("L04", "canteen", 21, A.APPROVE, 3),
    Fresh("X06", "praise", 25, A.APPROVE, 2.5),
    Fresh("X08", "mentor", 23, A.APPROVE, 3.5),
    Fresh("L07", "wish", 27, A.REJECT, 4.5, "重复申报"),
    Fresh(TYPICAL, "policy", 26, A.RETURN, 3, "照片看不清"),
    Fresh("L08", "opinion", 30, A.RETURN, 5, "请补充说明"),
)
WITHDRAWN = Fresh("X11", "share", 35)
DRAFTS = (Fresh(TYPICAL, "lecture", 12), Fresh("L10", "city", 16))
WITH_DOCUMENT = "lecture"


def fresh_scripts(now: datetime, random: Random) -> Iterator[Script]:
    """Yield the reports of the last two days."""
    for fresh in (*WAITING, *DECIDED):
        yield _script(fresh, now, random)
    yield from _same_day_twice(now, random)
    yield from _same_photo_twice(now, random)
    yield from _over_the_cap(now, random)
    told = _script(WITHDRAWN, now, random)
    taken_back = Move(told.began_at + timedelta(minutes=20), A.WITHDRAW)
    yield replace(told, moves=(*told.moves, taken_back))
    for draft in DRAFTS:
        yield replace(_script(draft, now, random), moves=())


def _script(fresh: Fresh, now: datetime, random: Random, *, deed: Deed | None = None) -> Script:
    told_at = _ago(now, fresh.told_hours_ago, random)
    deed = deed or _deed(fresh, _day_before(told_at), random)
    moves = [Move(told_at, A.SUBMIT)]
    if fresh.decided is not None:
        points = deed.points if fresh.decided is A.APPROVE else None
        decided_at = _ago(now, fresh.decided_hours_ago, random)
        moves.append(Move(decided_at, fresh.decided, points=points, reason=fresh.reason))
    return Script(deed, told_at, tuple(moves))


def _ago(now: datetime, hours: float, random: Random) -> datetime:
    return humane_before(now - timedelta(hours=hours, minutes=random.randint(0, 20)), random)


def _day_before(at: datetime) -> date:
    """Return the day that somebody tells of in the evening, or the day before if it is still early."""
    return day_of(at) - timedelta(days=at.hour < AFTERNOON_HOUR)


def _deed(fresh: Fresh, on: date, random: Random) -> Deed:
    deed = deed_of(random, activity(UNITS[fresh.person], fresh.item), fresh.person, on)
    return replace(deed, has_document=fresh.item == WITH_DOCUMENT)


def _same_day_twice(now: datetime, random: Random) -> Iterator[Script]:
    first = _script(Fresh("C10", "city", 26), now, random)
    yield first
    again = Fresh("C10", "city", 5)
    yield _script(again, now, random, deed=_deed(again, first.deed.happened_on, random))


def _same_photo_twice(now: datetime, random: Random) -> Iterator[Script]:
    first = _script(Fresh("C13", "neighbour", 30), now, random)
    yield first
    copied = replace(first.deed, person="C09", note="和石敬宗一起去看望陈大爷。")
    yield _script(Fresh("C09", "neighbour", 8), now, random, deed=copied)


def _over_the_cap(now: datetime, random: Random) -> Iterator[Script]:
    """Yield a third page of notes in a month that counts two."""
    on = day_of(now) - timedelta(days=2)
    if on.day <= 2:  # noqa: PLR2004  two earlier days of the same month are needed
        on = on.replace(day=1) - timedelta(days=1)
    over = Fresh("X07", "notes", 9)
    for days in (2, 1):
        yield approved(_deed(over, on - timedelta(days=days), random), random)
    yield _script(over, now, random, deed=_deed(over, on, random))
