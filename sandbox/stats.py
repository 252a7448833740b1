"""Counts what the bot asked for and what it was refused."""

import re
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

SECONDS_KEPT = 60


class Stats:
    """Calls per method, their peaks per second, and refusals by reason."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._calls: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._peaks: dict[str, int] = {}
        self._peak_of_all = 0
        self._second = -1
        self._this_second: Counter[str] = Counter()
        self._recent: deque[tuple[int, int]] = deque(maxlen=SECONDS_KEPT)

    def count_call(self, method: str) -> None:
        """Count one call, whatever becomes of it."""
        second = int(self._monotonic())
        if second != self._second:
            self._close_second()
            self._second = second
        self._calls[method] += 1
        self._this_second[method] += 1

    def count_refusal(self, code: int, description: str) -> None:
        """Count one refusal under its reason, numbers left out."""
        reason = re.sub(r"\d+", "N", description)
        self._refused[f"{code} {reason}"] += 1

    def snapshot(self) -> dict[str, Any]:
        """Return all counts as JSON."""
        self._close_second()
        return {
            "calls": dict(self._calls),
            "calls_total": self._calls.total(),
            "peak_per_second": dict(self._peaks),
            "peak_per_second_total": self._peak_of_all,
            "recent_seconds": [calls for _, calls in self._recent],
            "refused": dict(self._refused),
            "refused_total": self._refused.total(),
        }

    def _close_second(self) -> None:
        """Fold the running second into the peaks; the same second may be folded more than once."""
        if not self._this_second:
            return
        for method, calls in self._this_second.items():
            self._peaks[method] = max(self._peaks.get(method, 0), calls)
        total = self._this_second.total()
        self._peak_of_all = max(self._peak_of_all, total)
        if self._recent and self._recent[-1][0] == self._second:
            self._recent.pop()
        self._recent.append((self._second, total))
        if int(self._monotonic()) != self._second:
            self._this_second.clear()
