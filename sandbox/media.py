"""Keeps uploaded files in a directory and gives them Telegram's ids, sizes and paths."""

import io
import mimetypes
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from sandbox.errors import bad_request

PHOTO_BYTES_MAX = 10 * 1024 * 1024
DOWNLOAD_BYTES_MAX = 20 * 1024 * 1024
PHOTO_SIDES_SUM_MAX = 10_000
PHOTO_RATIO_MAX = 20
UNKNOWN_TYPE = "application/octet-stream"
THUMBNAIL_SIDES = (90, 320, 800)
UNREADABLE_PHOTO_SIZE = (1280, 960)

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One downloadable file; a thumbnail is drawn from `source_path` when it is first read."""

    file_id: str
    file_unique_id: str
    kind: str
    path: str
    size_bytes: int
    content_id: str
    source_path: str = ""
    side: int = 0


class Media:
    """The files of the pretend Telegram."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._contents: dict[str, Content] = {}
        self._last_number = 0

    def add_photo(self, data: bytes, *, is_from_bot: bool) -> Content:
        """Store a photo; return {"photo": [PhotoSize, …]}, smallest first.

        A person's photo is taken as it is, broken or not; the bot's own is checked as Telegram does.
        Raises: BotApiError 400 for a photo of the bot that is too big or is none.
        """
        size = self._photo_size(data, is_from_bot=is_from_bot)
        stored = self._store(data, kind="photo", folder="photos", suffix=".jpg", prefix="AgACAgI")
        sizes = [self._thumbnail(stored, side, size) for side in THUMBNAIL_SIDES if side < max(size)]
        sizes.append(
            {
                "file_id": stored.file_id,
                "file_unique_id": stored.file_unique_id,
                "file_size": stored.size_bytes,
                "width": size[0],
                "height": size[1],
            }
        )
        return self._remember(stored.content_id, {"photo": sizes})

    def add_document(self, data: bytes, *, filename: str, mime_type: str = "") -> Content:
        """Store a file; return {"document": …}."""
        name = filename or "file"
        suffix = Path(name).suffix[:12]
        stored = self._store(data, kind="document", folder="documents", suffix=suffix, prefix="BQACAgI")
        document = {
            "file_name": name,
            "mime_type": _mime_type(name, mime_type),
            "file_id": stored.file_id,
            "file_unique_id": stored.file_unique_id,
            "file_size": stored.size_bytes,
        }
        return self._remember(stored.content_id, {"document": document})

    def add_voice(self, data: bytes, *, duration_seconds: int) -> Content:
        """Store a voice message; return {"voice": …}."""
        stored = self._store(data, kind="voice", folder="voice", suffix=".oga", prefix="AwACAgI")
        voice = {
            "duration": duration_seconds,
            "mime_type": "audio/ogg",
            "file_id": stored.file_id,
            "file_unique_id": stored.file_unique_id,
            "file_size": stored.size_bytes,
        }
        return self._remember(stored.content_id, {"voice": voice})

    def add_sticker(self, data: bytes, *, emoji: str) -> Content:
        """Store a sticker; return {"sticker": …}."""
        stored = self._store(data, kind="sticker", folder="stickers", suffix=".webp", prefix="CAACAgI")
        sticker = {
            "width": 512,
            "height": 512,
            "emoji": emoji,
            "is_animated": False,
            "is_video": False,
            "type": "regular",
            "file_id": stored.file_id,
            "file_unique_id": stored.file_unique_id,
            "file_size": stored.size_bytes,
        }
        return self._remember(stored.content_id, {"sticker": sticker})

    def find(self, file_id: str) -> StoredFile | None:
        """Find a file by any of its ids."""
        return self._files.get(file_id)

    def content_of(self, file_id: str, kind: str) -> Content:
        """Return what a known file_id sends again.

        Raises: BotApiError 400 for an unknown id or one of another kind.
        """
        stored = self._files.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            names = {"photo": "Photo", "document": "Document", "voice": "Voice", "sticker": "Sticker"}
            raise bad_request(f"can't use file of type {names[stored.kind]} as {names.get(kind, kind)}")
        return self._contents[stored.content_id]

    def read(self, path: str) -> bytes | None:
        """Return the bytes at a file path, drawing a thumbnail when it is asked for first."""
        stored = self._by_path.get(path)
        if stored is None:
            return None
        place = self.directory / stored.path
        if not place.exists():
            if not stored.source_path:
                return None
            original = (self.directory / stored.source_path).read_bytes()
            place.write_bytes(_drawn_thumbnail(original, stored.side))
        return place.read_bytes()

    def dump(self) -> dict[str, Any]:
        """Return everything but the bytes, as JSON."""
        return {
            "files": [asdict(stored) for stored in self._files.values()],
            "contents": self._contents,
            "last_number": self._last_number,
        }

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` gave; the bytes are still in the directory."""
        self._contents = dumped["contents"]
        self._last_number = dumped["last_number"]
        for row in dumped["files"]:
            self._index(StoredFile(**row))

    def _photo_size(self, data: bytes, *, is_from_bot: bool) -> tuple[int, int]:
        if is_from_bot and len(data) > PHOTO_BYTES_MAX:
            raise bad_request(
                f"file of size {len(data)} bytes is too big for a photo; "
                f"the maximum size is {PHOTO_BYTES_MAX} bytes"
            )
        try:
            with Image.open(io.BytesIO(data)) as image:
                width, height = image.size
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            if is_from_bot:
                raise bad_request("IMAGE_PROCESS_FAILED") from None
            return UNREADABLE_PHOTO_SIZE
        is_thin = max(width, height) > PHOTO_RATIO_MAX * min(width, height)
        if is_from_bot and (is_thin or width + height > PHOTO_SIDES_SUM_MAX):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        return width, height

    def _store(self, data: bytes, *, kind: str, folder: str, suffix: str, prefix: str) -> StoredFile:
        self._last_number += 1
        path = f"{folder}/file_{self._last_number}{suffix}"
        place = self.directory / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        stored = StoredFile(
            file_id=prefix + secrets.token_urlsafe(42),
            file_unique_id="AQAD" + secrets.token_urlsafe(9),
            kind=kind,
            path=path,
            size_bytes=len(data),
            content_id=f"{kind}-{self._last_number}",
        )
        self._index(stored)
        return stored

    def _thumbnail(self, stored: StoredFile, side: int, size: tuple[int, int]) -> dict[str, Any]:
        scale = side / max(size)
        thumbnail = StoredFile(
            file_id="AgACAgI" + secrets.token_urlsafe(42),
            file_unique_id="AQAD" + secrets.token_urlsafe(9),
            kind="photo",
            path=f"{stored.path.removesuffix('.jpg')}_{side}.jpg",
            size_bytes=0,
            content_id=stored.content_id,
            source_path=stored.path,
            side=side,
        )
        self._index(thumbnail)
        return {
            "file_id": thumbnail.file_id,
            "file_unique_id": thumbnail.file_unique_id,
            "width": max(1, round(size[0] * scale)),
            "height": max(1, round(size[1] * scale)),
        }

    def _index(self, stored: StoredFile) -> None:
        self._files[stored.file_id] = stored
        self._by_path[stored.path] = stored

    def _remember(self, content_id: str, content: Content) -> Content:
        self._contents[content_id] = content
        return content


def _mime_type(name: str, said: str) -> str:
    """Believe the name before a client that says nothing in particular."""
    guessed = mimetypes.guess_type(name)[0] or UNKNOWN_TYPE
    return guessed if said in {"", UNKNOWN_TYPE} else said


def _drawn_thumbnail(data: bytes, side: int) -> bytes:
    """Shrink a photo; one that cannot be decoded is served as it is."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("RGB", (side * 2, side * 2))
            small = image.convert("RGB")
            small.thumbnail((side, side))
            drawn = io.BytesIO()
            small.save(drawn, "JPEG", quality=80)
            return drawn.getvalue()
    except (OSError, ValueError, Image.DecompressionBombError):
        return data
