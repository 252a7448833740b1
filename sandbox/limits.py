"""Refuses what is sent faster than Telegram allows, overall, per person and per group."""

import math
import time
from collections import deque
from collections.abc import Callable

OVERALL_PER_SECOND = 30
GROUP_PER_MINUTE = 20
PRIVATE_INTERVAL_SECONDS = 1.0
MINUTE_SECONDS = 60.0


class Pacer:
    """Counts sends in sliding windows; `limits=False` lets everything pass."""

    def __init__(self, *, limits: bool = True, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._monotonic = monotonic
        self._overall: deque[float] = deque()
        self._groups: dict[int, deque[float]] = {}
        self._private: dict[int, float] = {}

    def admit(self, chat_id: int, *, is_new: bool) -> int:
        """Count one send or edit in a chat; return 0, or the seconds to wait when it is refused.

        A refused call leaves no trace: it does not make the wait longer.
        """
        if not self.limits:
            return 0
        now = self._monotonic()
        wait_seconds = _until_free(self._overall, now, OVERALL_PER_SECOND, 1.0)
        group = None
        if chat_id < 0:
            group = self._groups.setdefault(chat_id, deque())
            wait_seconds = max(wait_seconds, _until_free(group, now, GROUP_PER_MINUTE, MINUTE_SECONDS))
        elif is_new and chat_id in self._private:
            wait_seconds = max(wait_seconds, self._private[chat_id] + PRIVATE_INTERVAL_SECONDS - now)
        if wait_seconds > 0:
            return math.ceil(wait_seconds)
        self._overall.append(now)
        if group is not None:
            group.append(now)
        elif is_new:
            self._private[chat_id] = now
        return 0


def _until_free(window: deque[float], now: float, limit: int, span_seconds: float) -> float:
    while window and window[0] <= now - span_seconds:
        window.popleft()
    return window[0] + span_seconds - now if len(window) >= limit else 0.0
