"""What one activity of the story is, and how many hours people tell."""

from dataclasses import dataclass

from sandbox.story.drawings import Scene


@dataclass(frozen=True, slots=True)
class Activity:
    """One item of a rulebook as people report it.

    `weight` is how often; `levels` are repeated as often as they occur; `quantities` are in the item's own
    unit; `points` are what recorders give where the item leaves it to them. An activity with a `day` of the
    month happens to everybody on that day.
    """

    item: str
    weight: int
    scene: Scene
    banner: str
    notes: tuple[str, ...]
    levels: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    points: tuple[int, ...] = ()
    day: int | None = None
    may_lack_photos: bool = False


HOURS = ("1", "1.5", "2", "2", "2.5", "3", "3", "4", "5", "6")
