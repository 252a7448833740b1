"""Huge pictures are small files: neither a few of them at once nor short memory may harm anybody."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

SIDE = 7000
SECONDS_MAX = 240
MEBIBYTE = 1 << 20
AT_ONCE = """
import resource, sys, threading
from services.photos import take_photo
content = sys.stdin.buffer.read()
threads = [threading.Thread(target=take_photo, args=(content,)) for _ in range(4)]
[thread.start() for thread in threads], [thread.join() for thread in threads]
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
SHORT = """
import resource, sys
from services.photos import take_photo
content = sys.stdin.buffer.read()
held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + (80 << 20), resource.RLIM_INFINITY))
try:
    take_photo(content)
except BaseException as failure:
    print(type(failure).__name__)
"""


@pytest.fixture(scope="module")
def huge() -> bytes:
    """Return a picture of 49 million pixels in a few kilobytes."""
    out = io.BytesIO()
    Image.new("1", (SIDE, SIDE), 1).save(out, "PNG")
    assert out.tell() < MEBIBYTE
    return out.getvalue()


def told(program: str, content: bytes) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=content,
        capture_output=True,
        timeout=SECONDS_MAX,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    return done.stdout.decode().strip()


def test_huge_pictures_are_decoded_one_after_the_other(huge: bytes) -> None:
    """One takes a quarter of a gibibyte; four at once took a whole one."""
    assert int(told(AT_ONCE, huge)) < 500


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="what a process holds is read there")
def test_photo_is_not_called_broken_where_memory_is_short(huge: bytes) -> None:
    assert told(SHORT, huge) == "MemoryError"
