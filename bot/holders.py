"""Names the process that holds a lease, so that a process beside it can tell when it is gone."""

import hashlib
import os
import socket
import uuid
from pathlib import Path

_PROCESSES = Path("/proc/self/ns/pid")
"""Names the space in which process numbers mean something; containers have one each."""


def _place() -> str:
    space = str(_PROCESSES.readlink()) if _PROCESSES.is_symlink() else ""
    return hashlib.sha256(f"{socket.gethostname()} {space}".encode()).hexdigest()[:16]


def own_holder() -> str:
    """Return a new name for this process: its place, its number, and something unique."""
    return f"{_place()}:{os.getpid()}:{uuid.uuid4().hex[:16]}"


def is_gone(holder: str) -> bool:
    """Tell whether the process of this name has certainly ended; of another place nothing is certain.

    A process that died without giving its lease back is succeeded at once instead of when the lease is over.
    """
    place, _, rest = holder.partition(":")
    number = rest.partition(":")[0]
    if place != _place() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return True  # the number was given to us after that process ended
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
