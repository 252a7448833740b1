"""Faults on demand: what should go wrong next, for which method, and how often."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

EVERY_METHOD = "*"


class FaultKind(StrEnum):
    """The ways in which the pretend Telegram can fail."""

    TOO_MANY = "429"
    """Refused with a time to wait."""
    SERVER_ERROR = "500"
    """A JSON answer that says Internal Server Error."""
    BAD_GATEWAY = "502html"
    """A page of HTML from a proxy, as seen in outages."""
    TIMEOUT_BEFORE = "timeout_before"
    """No answer, and nothing happened."""
    TIMEOUT_AFTER = "timeout_after"
    """No answer, though it did happen."""
    DROP = "drop"
    """The connection is cut; nothing happened."""
    DUPLICATE_UPDATE = "duplicate_update"
    """The next update is delivered a second time after it was confirmed."""
    REORDER_UPDATES = "reorder_updates"
    """The next update arrives after the one that follows it."""


OF_UPDATES = frozenset({FaultKind.DUPLICATE_UPDATE, FaultKind.REORDER_UPDATES})


@dataclass(slots=True)
class Fault:
    """One order to fail `times` times."""

    method: str
    kind: FaultKind
    times: int = 1
    retry_after_seconds: int = 1


class Faults:
    """The orders not yet used up, first come, first used."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Ask for failures to come."""
        self._orders.append(fault)

    def clear(self) -> None:
        """Forget every order."""
        self._orders.clear()

    def take_call(self, method: str) -> Fault | None:
        """Use up one failure for a call of `method`, if one is due."""
        if not self._orders:
            return None
        wanted = {EVERY_METHOD, method.lower()}
        return self._take(lambda fault: fault.kind not in OF_UPDATES and fault.method.lower() in wanted)

    def take_update(self, kind: FaultKind) -> bool:
        """Use up one failure of the update stream, if one is due."""
        if not self._orders:
            return False
        return self._take(lambda fault: fault.kind is kind) is not None

    def _take(self, fits: Callable[[Fault], bool]) -> Fault | None:
        for fault in self._orders:
            if fits(fault):
                fault.times -= 1
                if fault.times <= 0:
                    self._orders.remove(fault)
                return fault
        return None
