"""Reads what clients send: query strings, urlencoded forms, JSON and multipart bodies."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from sandbox.errors import BotApiError, bad_request

UPLOAD_BYTES_MAX = 50 * 1024 * 1024 + 64 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart body."""

    filename: str
    mime_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """Named values (strings, or whatever JSON held) and uploaded files."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)


def read_body(raw: bytes, content_type: str, query: bytes = b"") -> Body:
    """Parse a request into values and uploads.

    Raises: BotApiError 400 or 413 for what cannot be read.
    """
    values: dict[str, Any] = _form(query) if query else {}
    if not raw:
        return Body(values)
    if len(raw) > UPLOAD_BYTES_MAX:
        raise BotApiError(413, "Request Entity Too Large")
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        values.update(_json_object(raw))
        return Body(values)
    if kind == "multipart/form-data":
        parts, uploads = _multipart(raw, content_type)
        values.update(parts)
        return Body(values, uploads)
    values.update(_form(raw))
    return Body(values)


def _form(raw: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))
    except (UnicodeDecodeError, ValueError):
        raise bad_request("strings must be encoded in UTF-8") from None


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(raw)
    except ValueError:
        raise bad_request("can't parse request JSON object") from None
    if not isinstance(parsed, dict):
        raise bad_request("request JSON must be an object")
    return parsed


def _multipart(raw: bytes, content_type: str) -> tuple[dict[str, Any], dict[str, Upload]]:
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary is None:
        raise bad_request("multipart body without a boundary")
    values: dict[str, Any] = {}
    uploads: dict[str, Upload] = {}
    sections = (b"\r\n" + raw).split(b"\r\n--" + boundary[1].encode())
    for section in sections[1:]:
        if section.startswith(b"--"):
            break
        head, _, data = section.partition(b"\r\n\r\n")
        headers = _headers(head)
        disposition = headers.get("content-disposition", "")
        name = re.search(r'(?:^|[;\s])name="?([^";]*)"?', disposition)
        if name is None:
            continue
        filename = re.search(r'filename="((?:[^"\\]|\\.)*)"|filename=([^;]+)', disposition)
        if filename is None:
            values[name[1]] = data.decode(errors="replace")
        else:
            uploads[name[1]] = Upload(
                filename=(filename[1] or filename[2] or "").replace('\\"', '"'),
                mime_type=headers.get("content-type", ""),
                data=data,
            )
    return values, uploads


def _headers(head: bytes) -> dict[str, str]:
    found = {}
    for line in head.decode(errors="replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if colon:
            found[key.strip().lower()] = value.strip()
    return found
