"""getFile: where a file can be downloaded."""

from typing import Any

from sandbox.bot_api.call import Call
from sandbox.errors import bad_request
from sandbox.media import DOWNLOAD_BYTES_MAX


def get_file(call: Call) -> dict[str, Any]:
    """Return the path of a file up to 20 MB."""
    stored = call.world.media.find(call.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size_bytes > DOWNLOAD_BYTES_MAX:
        raise bad_request("file is too big")
    row = {
        "file_id": stored.file_id,
        "file_unique_id": stored.file_unique_id,
        "file_path": stored.path,
    }
    return {**row, "file_size": stored.size_bytes} if stored.size_bytes else row
