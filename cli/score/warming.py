"""Compiles the shipped rulebooks into the cache at installation, so that first runs are quick."""

from contextlib import suppress

from cli.score.compiled import load
from domain.rulebooks import RulebookInvalid, shipped_rulebooks


def warm() -> None:
    """Compile every shipped rulebook; without a place to keep them nothing is kept, and nothing fails.

    A rulebook that is broken is passed over here: whoever uses it is told what is wrong with it.
    """
    for path in shipped_rulebooks().values():
        with suppress(RulebookInvalid):
            load(path)


if __name__ == "__main__":
    warm()
