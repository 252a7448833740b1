"""The files of worked cases that the shipped rulebooks bring along."""

from domain.rulebooks.shelf import ROOM

CASE_FILES = tuple(sorted((ROOM / "cases").glob("*.yaml")))
