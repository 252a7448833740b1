"""Evidence files: whole or not at all, and nothing left lying when there is no room."""

import resource
from pathlib import Path

import pytest

from storage.files import EvidenceFiles


def test_same_content_is_one_file(tmp_path: Path) -> None:
    files = EvidenceFiles(tmp_path)
    assert files.keep(b"photo") == files.keep(b"photo")
    assert [path.read_bytes() for path in tmp_path.glob("*/*")] == [b"photo"]


def test_file_that_finds_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    """A full disk stays full for as long as each try leaves its piece there."""
    files = EvidenceFiles(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            files.keep(bytes(8192))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.glob("*/*")) == []
