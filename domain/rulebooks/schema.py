"""Writes the JSON Schema with which editors help while a rulebook is written."""


def dump_schema() -> dict[str, object]:
    """Return the JSON Schema of a rulebook file."""
    from domain.rulebooks.language import RulebookSection

    schema = RulebookSection.model_json_schema(by_alias=True)
    properties = schema["properties"]
    properties["extends"] = {
        "type": "string",
        "description": "The id of the rulebook that this one builds on.",
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
