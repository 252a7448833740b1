"""The hash of a ledger line depends on every field, on its place and on the key, and on nothing else."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone

from domain.ledger import GENESIS, NewEntry, chain_hash

ENTRY = NewEntry(
    unit_id=1,
    event_id=2,
    member_id=3,
    item="clean",
    category="service",
    happened_on=date(2026, 3, 10),
    amount=50_000,
    counted_amount=40_000,
    why="cap.month",
    clause="第一条",
    rulebook_version_id=4,
    cause_key="decision:5:3",
    reverses_id=None,
    recorded_by_id=6,
    recorded_at=datetime(2026, 3, 10, 4, tzinfo=UTC),
)


def hashed(entry: NewEntry = ENTRY, *, sequence: int = 1, previous: str = GENESIS, key: bytes = b"k") -> str:
    return chain_hash(entry, sequence=sequence, previous_hash=previous, key=key)


def test_the_hash_never_changes_between_versions() -> None:
    assert hashed() == "df1d16f59200e5ef1139b476f85faf1553df575d3a265e4c27396b166c0d1832"


def test_every_field_the_place_and_the_key_count() -> None:
    others = {
        "item": "lesson",
        "category": "study",
        "why": "",
        "clause": "",
        "cause_key": "x",
        "happened_on": date(2026, 3, 11),
        "recorded_at": ENTRY.recorded_at + timedelta(microseconds=1),
    }
    changed = [replace(ENTRY, **{f.name: others.get(f.name, 99)}) for f in fields(NewEntry)]  # type: ignore[arg-type]  # by name
    hashes = {
        hashed(),
        hashed(sequence=2),
        hashed(previous="1" * 64),
        hashed(key=b"l"),
        *(hashed(entry) for entry in changed),
    }
    assert len(hashes) == len(fields(NewEntry)) + 4


def test_the_same_instant_in_another_zone_is_the_same_line() -> None:
    shanghai = ENTRY.recorded_at.astimezone(timezone(timedelta(hours=8)))
    assert hashed(replace(ENTRY, recorded_at=shanghai)) == hashed()
