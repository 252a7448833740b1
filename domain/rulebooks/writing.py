"""Writes a tree back as YAML."""

import yaml

from domain.rulebooks.tree import Table, plain

_TEXT_TAG = "tag:yaml.org,2002:str"


def write_tree(root: Table) -> str:
    """Return the text of a rulebook that holds the tree, every scalar as its author wrote it."""
    return yaml.dump(plain(root), Dumper=_PlainDumper, allow_unicode=True, sort_keys=False, width=110)


class _PlainDumper(yaml.SafeDumper):
    """Writes numbers and dates as the author did, since the reader takes every scalar as a text."""


_PlainDumper.yaml_implicit_resolvers = {}


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if text in {"", "~", "null"} else None
    return dumper.represent_scalar(_TEXT_TAG, text, style=style)


def _represent_nothing(dumper: yaml.SafeDumper, _: None) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TEXT_TAG, "null")


_PlainDumper.add_representer(str, _represent_text)
_PlainDumper.add_representer(type(None), _represent_nothing)
