"""Invents the year: who reports what on which day, and what the recorders make of it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random

from domain.periods import month_of
from domain.reports import ReportAction
from sandbox.story.activities import ACTIVITIES, Activity, activity
from sandbox.story.roster import BUSY, PEOPLE, Invited, Person
from sandbox.story.scripts import YEAR, Deed, Move, Script, approved, day_of, deed_of, evening, humane

SETTLED_DAYS = 4
"""What happened so long ago is decided by now."""
RECENT = timedelta(days=30)
TIME_TO_CORRECT = timedelta(days=15)
A = ReportAction
RETURN_REASONS = ("照片看不清", "缺少佐证", "日期不对", "级次或数量不对", "请补充说明")
REJECT_REASONS = ("不属于积分事项", "重复申报", "与事实不符")
ADJUST_REASONS = ("按实际参加的时间核定", "两人合做，各记一部分", "活动中途离开，减半")
CORRECTIONS = ("（已补充说明：当天两人一起，另有签到表。）", "（重新拍了照片。）", "（日期已核对。）")


def old_scripts(now: datetime, random: Random) -> Iterator[Script]:
    """Yield a year of reports, all of them decided."""
    today = day_of(now)
    told: set[tuple[str, str, date]] = set()
    for script in _busy_scripts(today, random):
        told.add(_key(script.deed))
        yield script
    for person in _tellers():
        first = (
            today - (YEAR if person.days_ago is None else timedelta(days=person.days_ago)) + timedelta(days=1)
        )
        last = today - timedelta(days=SETTLED_DAYS)
        for _ in range(person.reports_per_year):
            done = _chosen(person, random)
            on = first + timedelta(days=random.randint(0, (last - first).days))
            if done.day is not None and first <= on.replace(day=done.day) <= last:
                on = on.replace(day=done.day)
            deed = deed_of(random, done, person.code, on, is_long_ago=on < today - RECENT)
            if _key(deed) not in told:
                told.add(_key(deed))
                yield _settled(deed, today, random)


def _tellers() -> tuple[Person, ...]:
    return tuple(p for p in PEOPLE if p.invited is Invited.JOINED and p.reports_per_year)


def _chosen(person: Person, random: Random) -> Activity:
    offered = ACTIVITIES[person.unit]
    return random.choices(offered, [known.weight for known in offered])[0]


def _key(deed: Deed) -> tuple[str, str, date]:
    return deed.person, deed.item, deed.happened_on


def _busy_scripts(today: date, random: Random) -> Iterator[Script]:
    """Yield a month of volunteer hours beyond the month's cap, and a recent day beyond the day's."""
    month = month_of(today).previous.starts_on
    for person in (p for p in PEOPLE if p.code in BUSY):
        hours = activity(person.unit, "volunteer-hours")
        for day, quantity in zip((3, 7, 11, 15, 19, 23), ("4", "4", "3.5", "4", "3", "4"), strict=True):
            deed = deed_of(random, hours, person.code, month.replace(day=day), quantity=quantity)
            yield approved(deed, random)
        recent = deed_of(random, hours, person.code, today - timedelta(days=SETTLED_DAYS), quantity="6")
        yield approved(recent, random)


def _settled(deed: Deed, today: date, random: Random) -> Script:
    lag = random.choices((0, 1, random.randint(2, 6)), (60, 25, 15))[0]
    told_on = min(deed.happened_on + timedelta(days=lag), today - timedelta(days=SETTLED_DAYS - 1))
    at = evening(told_on, random)
    decided_at = humane(at + timedelta(minutes=random.randint(20, 1800)), random)
    has_had_time = deed.happened_on < today - TIME_TO_CORRECT
    fates = ("approve", "return", "reject", "adjust", "undo")
    fate = random.choices(fates, (85, 7, 4, 3, 2) if has_had_time else (92, 0, 5, 3, 0))[0]
    return Script(deed, at, (Move(at, A.SUBMIT), *_moves(fate, deed, decided_at, random)))


def _moves(fate: str, deed: Deed, at: datetime, random: Random) -> tuple[Move, ...]:
    less = deed.points or (deed.quantity / 2 if deed.quantity else Fraction(1, 2))
    approve = Move(at, A.APPROVE, points=deed.points)
    match fate:
        case "return":
            again_at = humane(at + timedelta(hours=random.randint(3, 30)), random)
            in_the_end_at = humane(again_at + timedelta(hours=random.randint(1, 20)), random)
            return (
                Move(at, A.RETURN, reason=random.choice(RETURN_REASONS)),
                Move(again_at, A.SUBMIT, reason=random.choice(CORRECTIONS)),
                Move(in_the_end_at, A.APPROVE, points=deed.points),
            )
        case "reject":
            return (Move(at, A.REJECT, reason=random.choice(REJECT_REASONS)),)
        case "adjust":
            return (Move(at, A.APPROVE, points=less, reason=random.choice(ADJUST_REASONS)),)
        case "undo":
            undone_at, anew_at = at + timedelta(minutes=3), at + timedelta(minutes=8)
            reason = random.choice(ADJUST_REASONS)
            return (approve, Move(undone_at, A.UNDO), Move(anew_at, A.APPROVE, points=less, reason=reason))
        case _:
            return (approve,)
