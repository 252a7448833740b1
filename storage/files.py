"""Evidence files, kept once under the hash of their content."""

import hashlib
import os
import tempfile
from pathlib import Path


class EvidenceFiles:
    """A folder of files named by their SHA-256, two letters deep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, content: bytes) -> str:
        """Keep the content and return its digest; the same content twice is one file.

        The file appears whole or not at all, and is on the disk before this returns.
        """
        digest = hashlib.sha256(content).hexdigest()
        path = self.path_of(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        for folder in (path.parent, self.folder):  # a new name is on the disk when its folder is
            _write_through(folder)
        return digest

    def read(self, digest: str) -> bytes:
        """Return the content of a digest.

        Raises:
            FileNotFoundError: it was removed, by schedule or by hand.
        """
        return self.path_of(digest).read_bytes()

    def path_of(self, digest: str) -> Path:
        """Return where the content lies."""
        return self.folder / digest[:2] / digest


def _write_through(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
