"""What the people of the story do, branch by branch: items, words, scenes, and how much."""

from collections.abc import Mapping

from sandbox.story.activities.chunfeng import CHUNFENG
from sandbox.story.activities.kinds import Activity
from sandbox.story.activities.liantang import LIANTANG
from sandbox.story.activities.xingqiao import XINGQIAO

__all__ = ["ACTIVITIES", "Activity", "activity"]

ACTIVITIES: Mapping[str, tuple[Activity, ...]] = {
    "chunfeng": CHUNFENG,
    "liantang": LIANTANG,
    "xingqiao": XINGQIAO,
}


def activity(branch: str, item: str) -> Activity:
    """Return one activity of a branch."""
    return next(known for known in ACTIVITIES[branch] if known.item == item)
