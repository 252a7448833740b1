"""What a ledger line is, and the keyed hash chain that shows whether anybody touched it."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A ledger line about to be written; amounts are integers of 1/10 000 point.

    `amount` is what the event brings before the rulebook's caps over days and months, `counted_amount` what
    it changed in the member's total when it was recorded, `why` the cap that made the difference. An entry
    without a member is the unit's own.
    """

    unit_id: int
    event_id: int
    member_id: int | None
    item: str
    category: str
    happened_on: date
    amount: int
    counted_amount: int
    why: str
    clause: str
    rulebook_version_id: int
    cause_key: str
    reverses_id: int | None
    recorded_by_id: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Entry(NewEntry):
    """A ledger line as it stands: numbered within its unit, chained to the line before."""

    id: int
    sequence: int
    previous_hash: str
    hash: str


def chain_hash(entry: NewEntry, *, sequence: int, previous_hash: str, key: bytes) -> str:
    """Return the line's keyed hash: HMAC-SHA-256, in hex, over every field and the hash before it."""
    instant = entry.recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = (
        sequence,
        previous_hash,
        entry.unit_id,
        entry.event_id,
        entry.member_id,
        entry.item,
        entry.category,
        entry.happened_on.isoformat(),
        entry.amount,
        entry.counted_amount,
        entry.why,
        entry.clause,
        entry.rulebook_version_id,
        entry.cause_key,
        entry.reverses_id,
        entry.recorded_by_id,
        instant,
    )
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
