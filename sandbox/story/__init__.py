"""The demo's story: a believable committee with three branches and a year of reports."""

from sandbox.story.cast import Cast, load_cast, people, save_cast
from sandbox.story.settling import tell_nothing
from sandbox.story.telling import tell_story

__all__ = ["Cast", "load_cast", "people", "save_cast", "tell_nothing", "tell_story"]
