"""What happens to one report in the story: what is said, and which moves follow at which instant."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

from domain.reports import ReportAction
from sandbox.story.activities import Activity
from sandbox.story.drawings import Picture
from services.installation import TIME_ZONE

ZONE = ZoneInfo(TIME_ZONE)
YEAR = timedelta(days=365)
FIRST_HOUR, LAST_HOUR = 8, 21
SEEDS = 2**32


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody reports; `person` is a roster code, `quantity` in the item's own unit."""

    person: str
    item: str
    level: str | None
    quantity: Fraction | None
    points: Fraction | None
    happened_on: date
    note: str
    pictures: tuple[Picture, ...]
    has_document: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a report; `points` and `reason` are the recorder's."""

    at: datetime
    action: ReportAction
    points: Fraction | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """A report from its draft, written at `began_at`, through its moves."""

    deed: Deed
    began_at: datetime
    moves: tuple[Move, ...] = ()


def local(on: date, hour: int, minute: int = 0) -> datetime:
    """Return an instant of a day in the story's time zone."""
    return datetime.combine(on, time(hour, minute), ZONE)


def day_of(at: datetime) -> date:
    """Return the day an instant falls on, there."""
    return at.astimezone(ZONE).date()


def humane(at: datetime, random: Random) -> datetime:
    """Return the instant, or the next morning when people sleep."""
    there = at.astimezone(ZONE)
    if FIRST_HOUR <= there.hour <= LAST_HOUR:
        return there
    morning = there.date() + timedelta(days=there.hour > LAST_HOUR)
    return local(morning, FIRST_HOUR, random.randint(0, 59))


def humane_before(at: datetime, random: Random) -> datetime:
    """Return the instant, or the evening before when people sleep."""
    there = at.astimezone(ZONE)
    if there.hour >= FIRST_HOUR - 1:
        return there
    return local(there.date() - timedelta(days=1), LAST_HOUR, random.randint(0, 59))


def evening(on: date, random: Random) -> datetime:
    """Return an instant late on a day, when something that happened that day is told."""
    return local(on, random.randint(17, LAST_HOUR), random.randint(0, 59))


def deed_of(
    random: Random,
    activity: Activity,
    person: str,
    on: date,
    *,
    quantity: str | None = None,
    is_long_ago: bool = False,
) -> Deed:
    """Invent a deed of one activity; what is long ago has few photos, and small ones."""
    wanted = quantity or (random.choice(activity.quantities) if activity.quantities else None)
    lacks_photos = activity.may_lack_photos and random.choice((True, False))
    count = 0 if lacks_photos else random.choices((1, 2, 3), (92, 6, 2) if is_long_ago else (60, 28, 12))[0]
    shot_at = local(on, 19 if activity.scene == "night" else random.randint(8, 16), random.randint(0, 59))
    pictures = tuple(
        Picture(
            activity.scene,
            random.randrange(SEEDS),
            shot_at + timedelta(minutes=7 * number),
            activity.banner,
            is_small=is_long_ago,
        )
        for number in range(count)
    )
    return Deed(
        person=person,
        item=activity.item,
        level=random.choice(activity.levels) if activity.levels else None,
        quantity=Fraction(wanted) if wanted else None,
        points=Fraction(random.choice(activity.points)) if activity.points else None,
        happened_on=on,
        note=random.choice(activity.notes),
        pictures=pictures,
    )


def approved(deed: Deed, random: Random) -> Script:
    """Return the plain case: told in the evening, recognised by the next noon."""
    at = evening(deed.happened_on, random)
    decided_at = humane(at + timedelta(hours=random.randint(2, 14)), random)
    return Script(
        deed, at, (Move(at, ReportAction.SUBMIT), Move(decided_at, ReportAction.APPROVE, points=deed.points))
    )
