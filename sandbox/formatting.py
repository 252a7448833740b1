"""Turns HTML into text with entities the way Telegram does: offsets and lengths in UTF-16 units."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from sandbox.errors import BotApiError, bad_request

Entity = dict[str, Any]

_TYPE_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_TAG = re.compile(r"""<(/?)([^\s<>]*)((?:\s(?:[^<>"']|"[^"]*"|'[^']*')*)?)>""")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")
_FOUND_IN_TEXT = re.compile(
    r"(?P<url>https?://[^\s<>，。；、（）]+)"
    r"|(?<![\w/])(?P<bot_command>/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{4,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z0-9_]{4,32})(?!\w)"
    r"|(?<!\w)(?P<hashtag>\#\w+)"
)
_ADDRESS = re.compile(r"(?:https?://|tg://|mailto:|tel:)")
_OPAQUE = frozenset({"code", "pre", "text_link"})


def utf16_length(text: str) -> int:
    """Count UTF-16 units: a character beyond the basic plane is two."""
    if text.isascii():
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Parse Telegram's HTML into plain text and entities.

    Raises: BotApiError 400 "can't parse entities: …" in Telegram's words.
    """
    if "<" not in source and "&" not in source:
        return source, []
    parts: list[str] = []
    entities: list[Entity] = []
    stack: list[_Open] = []
    length = 0
    position = 0
    while position < len(source):
        opening = source.find("<", position)
        run = source[position:] if opening < 0 else source[position:opening]
        if run:
            plain = _CHARACTER.sub(lambda found: unescape(found[0]), run)
            parts.append(plain)
            length += utf16_length(plain)
        if opening < 0:
            break
        tag = _TAG.match(source, opening)
        if tag is None:
            raise _unparsable(f"Unclosed start tag at byte offset {_byte_offset(source, opening)}")
        name = tag[2].lower()
        if tag[1]:
            entity = _close(stack, name, source, opening, length)
            if entity is not None:
                entities.append(entity)
        else:
            stack.append(_opened(name, tag[3], source, opening, length))
        position = tag.end()
    if stack:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    entities = _without_code_inside_pre(entities)
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return "".join(parts), entities


def _opened(name: str, attributes: str, source: str, at: int, offset: int) -> _Open:
    if name not in _TYPE_OF_TAG:
        raise _unparsable(f'Unsupported start tag "{name}" at byte offset {_byte_offset(source, at)}')
    found = {
        key.lower(): unescape(double or single or bare)
        for key, double, single, bare in _ATTRIBUTE.findall(attributes)
    }
    if name == "span" and found.get("class") != "tg-spoiler":
        where = _byte_offset(source, at)
        raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
    if name == "tg-emoji" and not found.get("emoji-id", "").isdigit():
        where = _byte_offset(source, at)
        raise _unparsable(f'Tag "tg-emoji" must have attribute "emoji-id" at byte offset {where}')
    return _Open(tag=name, offset=offset, attributes=found)


def _close(stack: list[_Open], name: str, source: str, at: int, end: int) -> Entity | None:
    if not stack:
        raise _unparsable(f"Unexpected end tag at byte offset {_byte_offset(source, at)}")
    opened = stack.pop()
    if name not in {opened.tag, ""}:
        raise _unparsable(
            f"Unmatched end tag at byte offset {_byte_offset(source, at)}, "
            f'expected "</{opened.tag}>", found "</{name}>"'
        )
    length = end - opened.offset
    if length == 0:
        return None
    entity: Entity = {"type": _TYPE_OF_TAG[opened.tag], "offset": opened.offset, "length": length}
    return _with_attributes(entity, opened)


def _with_attributes(entity: Entity, opened: _Open) -> Entity | None:
    """Add what the start tag said; a link to nowhere is no entity."""
    match opened.tag:
        case "a":
            address = opened.attributes.get("href", "")
            if not _ADDRESS.match(address):
                return None
            entity["url"] = address
        case "code":
            language = opened.attributes.get("class", "")
            if language.startswith("language-"):
                entity["language"] = language.removeprefix("language-")
        case "blockquote":
            if "expandable" in opened.attributes:
                entity["type"] = "expandable_blockquote"
        case "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes["emoji-id"]
        case "tg-time":
            entity["unix_time"] = int(opened.attributes.get("unix", "0"))
            entity["date_time_format"] = opened.attributes.get("format", "")
        case _:
            pass
    return entity


def _without_code_inside_pre(entities: list[Entity]) -> list[Entity]:
    """Fold <pre><code class="language-x"> into one entity with a language."""
    pres = {(entity["offset"], entity["length"]): entity for entity in entities if entity["type"] == "pre"}
    kept = []
    for entity in entities:
        if entity["type"] == "code":
            language = entity.pop("language", None)
            outer = pres.get((entity["offset"], entity["length"]))
            if outer is not None:
                if language:
                    outer["language"] = language
                continue
        kept.append(entity)
    return kept


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip the text as Telegram does, moving and cutting its entities."""
    stripped = text.strip()
    if len(stripped) == len(text):
        return text, entities
    cut = utf16_length(text[: len(text) - len(text.lstrip())])
    total = utf16_length(stripped)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] - cut + entity["length"], total)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return stripped, moved


def with_found_entities(text: str, entities: list[Entity]) -> list[Entity]:
    """Add the commands, addresses, mentions and tags that Telegram finds by itself."""
    if not any(mark in text for mark in ("/", "@", "#")):
        return entities
    opaque = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in _OPAQUE
    ]
    found = []
    for match in _FOUND_IN_TEXT.finditer(text):
        offset = utf16_length(text[: match.start()])
        length = utf16_length(match[0])
        if not any(start < offset + length and offset < end for start, end in opaque):
            found.append({"type": match.lastgroup, "offset": offset, "length": length})
    if not found:
        return entities
    return sorted([*entities, *found], key=lambda entity: (entity["offset"], -entity["length"]))


def _byte_offset(source: str, at: int) -> int:
    return len(source[:at].encode())


def _unparsable(reason: str) -> BotApiError:
    return bad_request(f"can't parse entities: {reason}")
