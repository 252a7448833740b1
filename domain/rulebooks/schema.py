"""Writes the JSON Schema with which editors help while a rulebook is written."""

from copy import deepcopy
from typing import Any

_OWN = ["id", "name", "version", "extends"]
_NOTHING = {"type": "null"}
_EXTENDS = {"type": "string", "description": "The id of the rulebook that this one builds on."}


def dump_schema() -> dict[str, Any]:
    """Return the JSON Schema of a rulebook file: whole, or the changes to the one it extends."""
    # The language's models are slow to import; see reading.parse_rulebook.
    from domain.rulebooks.language import RulebookSection

    whole = RulebookSection.model_json_schema(by_alias=True)
    shared = whole.pop("$defs")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Jifen rulebook",
        "if": {"required": ["extends"]},
        "then": _changes(whole, shared),
        "else": whole,
        "$defs": shared,
    }


def _changes(whole: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a book that extends another: entries may be partial, and null removes one."""
    from domain.rulebooks.inheritance import BY_CODE

    changes = deepcopy(whole)
    changes["required"] = _OWN
    properties = changes["properties"]
    for name, value in properties.items():
        if name in BY_CODE:
            value.pop("minProperties", None)
            value["patternProperties"] = {
                pattern: _partial(entry, shared) for pattern, entry in value["patternProperties"].items()
            }
        elif name not in _OWN:
            properties[name] = _removable(value)
    properties["extends"] = _EXTENDS
    return changes


def _partial(entry: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one entry of a table with none of its keys required and each of them removable."""
    options = entry.get("oneOf", [entry])
    name = next(option["$ref"] for option in options if "$ref" in option).rpartition("/")[2]
    partial = deepcopy(shared[name])
    partial.pop("required", None)
    partial["properties"] = {key: _removable(value) for key, value in partial["properties"].items()}
    texts = [option for option in options if "$ref" not in option]
    return {"anyOf": [*texts, partial, _NOTHING]}


def _removable(value: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [value, _NOTHING]}
