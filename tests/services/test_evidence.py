"""Evidence: kept small, upright and without metadata; refused when broken; retried, shown, guarded."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from PIL import Image

from domain.errors import EvidenceRefusal, EvidenceRefused, EvidenceUnknown
from domain.reports import (
    FETCH_ATTEMPTS_MAX,
    Evidence,
    EvidenceKind,
    EvidenceStatus,
    Report,
    ReportStatus,
    next_fetch_at,
)
from services.clock import FixedClock
from services.deps import Deps
from services.evidence import (
    LEASE,
    claim_fetches,
    fetch_again,
    keep_fetched,
    note_failed_fetch,
    open_evidence,
)
from services.photos import KEPT_SIDE_MAX, THUMBNAIL_SIDE_MAX, take_photo
from services.reports import attach_evidence, drop_evidence, open_report
from services.reviews import ReviewWarning, open_review
from storage import evidence as stored_evidence
from tests.builders import Branch, Person, a_report
from tests.conftest import NOON
from tests.services.outbox import waiting_keys

ORIENTATION, GPS = 0x0112, 0x8825
RED, BLUE = (200, 30, 30), (30, 30, 200)


def a_picture(
    *, size: tuple[int, int] = (640, 480), kind: str = "JPEG", exif: Image.Exif | None = None
) -> bytes:
    """Draw a picture, red on the left and blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    out = io.BytesIO()
    picture.save(out, kind, quality=95, exif=exif or Image.Exif())
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def colour_at(picture: Image.Image, x: float, y: float) -> str:
    pixel = picture.convert("RGB").getpixel((int(x * picture.width), int(y * picture.height)))
    assert isinstance(pixel, tuple)
    red, green, blue = pixel
    if min(red, green, blue) > 240:
        return "white"
    return "red" if red > blue else "blue"


def test_a_photo_loses_its_metadata_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the top is on the right
    exif.get_ifd(GPS)[1] = "N"
    content = a_picture(exif=exif)
    assert opened(content).getexif().get_ifd(GPS) == {1: "N"}
    kept = take_photo(content)
    picture = opened(kept.content)
    assert (picture.format, picture.size, (kept.width, kept.height)) == ("JPEG", (480, 640), (480, 640))
    assert (dict(picture.getexif()), "exif" in picture.info) == ({}, False)
    assert [colour_at(picture, 0.5, 0.1), colour_at(picture, 0.5, 0.9)] == ["red", "blue"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_is_kept_small_with_a_thumbnail(kind: str) -> None:
    kept = take_photo(a_picture(size=(2560, 1920), kind=kind))
    assert opened(kept.content).size == (KEPT_SIDE_MAX, KEPT_SIDE_MAX * 3 // 4)
    assert opened(kept.thumbnail).size == (THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX * 3 // 4)


def test_a_small_photo_is_not_blown_up() -> None:
    assert opened(take_photo(a_picture(size=(1, 1))).content).size == (1, 1)


def test_what_is_transparent_becomes_white() -> None:
    picture = Image.new("RGBA", (100, 50), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 50, 50))
    out = io.BytesIO()
    picture.save(out, "PNG")
    kept = opened(take_photo(out.getvalue()).content)
    assert [colour_at(kept, 0.25, 0.5), colour_at(kept, 0.9, 0.5)] == ["red", "white"]


def test_the_same_picture_encoded_anew_has_nearly_the_same_hash() -> None:
    first = take_photo(a_picture())
    again = take_photo(first.content)
    assert ((first.picture_hash ^ again.picture_hash) % 2**64).bit_count() <= 2
    assert -(2**63) <= first.picture_hash < 2**63


WHOLE = a_picture()


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", WHOLE[: len(WHOLE) // 10], WHOLE[:-200], a_picture(kind="PNG")[:-40], b"%PDF-1.7\n"],
    ids=["empty", "text", "tenth", "nearly whole", "cut png", "pdf"],
)
def test_a_broken_picture_is_refused(content: bytes) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        take_photo(content)
    assert refused.value.facts() == {"reason": EvidenceRefusal.BROKEN, "limit": None}


def test_a_damaged_picture_is_kept_or_refused_but_never_crashes() -> None:
    outcomes = set()
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = a_picture(size=(64, 48), kind=kind)
        for place in range(0, len(whole), max(1, len(whole) // 60)):
            damaged = bytearray(whole)
            damaged[place] ^= 0xFF
            try:
                take_photo(bytes(damaged))
            except EvidenceRefused as refused:
                outcomes.add(str(refused.reason))
            else:
                outcomes.add("kept")
    assert outcomes - {"too_many_pixels"} == {"kept", "broken"}


def a_bomb(side: int) -> bytes:
    """Write the head of a PNG that says it is huge, and no more than a few bytes of it."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


@pytest.mark.parametrize("side", [7_072, 10_000, 20_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        take_photo(a_bomb(side))
    assert refused.value.facts() == {"reason": EvidenceRefusal.TOO_MANY_PIXELS, "limit": 50}


def test_fetches_are_tried_again_ever_later_and_given_up() -> None:
    waits = [next_fetch_at(NOON, attempts) for attempts in range(1, FETCH_ATTEMPTS_MAX + 1)]
    assert [at and (at - NOON).total_seconds() for at in waits] == [5, 20, 80, 320, 1280, None]


def the_piece(deps: Deps, report: Report, person: Person) -> Evidence:
    (piece,) = open_report(deps, actor=person.actor, report_id=report.id).evidence
    return piece


def test_a_fetched_photo_is_kept_and_shown_to_those_who_may_see_it(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    report = a_report(deps, branch.member)
    (claimed,) = claim_fetches(deps)
    assert (claimed.report_id, claimed.attempts, claim_fetches(deps)) == (report.id, 1, [])
    assert keep_fetched(deps, evidence_id=claimed.id, content=WHOLE) is EvidenceStatus.STORED
    assert keep_fetched(deps, evidence_id=claimed.id, content=b"broken") is EvidenceStatus.REFUSED
    kept = take_photo(WHOLE)
    for reader in (branch.member, branch.recorder, branch.secretary):
        file = open_evidence(deps, actor=reader.actor, evidence_id=claimed.id)
        assert (file.content, file.mime, file.is_picture) == (kept.content, "image/jpeg", True)
        small = open_evidence(deps, actor=reader.actor, evidence_id=claimed.id, as_thumbnail=True)
        assert small.content == kept.thumbnail
    for stranger in (branch.members[1], other_branch.member, other_branch.recorder):
        for evidence_id in (claimed.id, 999_999):
            with pytest.raises(EvidenceUnknown) as refused:
                open_evidence(deps, actor=stranger.actor, evidence_id=evidence_id)
            assert refused.value.facts() == {}


def test_the_photos_of_a_draft_are_its_owners_alone(deps: Deps, branch: Branch) -> None:
    a_report(deps, branch.member, status=ReportStatus.DRAFT)
    (claimed,) = claim_fetches(deps)
    with pytest.raises(EvidenceUnknown):
        open_evidence(deps, actor=branch.member.actor, evidence_id=claimed.id)
    keep_fetched(deps, evidence_id=claimed.id, content=WHOLE)
    assert open_evidence(deps, actor=branch.member.actor, evidence_id=claimed.id).is_picture
    with pytest.raises(EvidenceUnknown):
        open_evidence(deps, actor=branch.recorder.actor, evidence_id=claimed.id)


def test_a_file_that_was_removed_is_unknown(deps: Deps, branch: Branch) -> None:
    a_report(deps, branch.member)
    (claimed,) = claim_fetches(deps)
    keep_fetched(deps, evidence_id=claimed.id, content=WHOLE)
    for path in deps.files.folder.glob("*/*"):
        path.unlink()
    with pytest.raises(EvidenceUnknown):
        open_evidence(deps, actor=branch.member.actor, evidence_id=claimed.id)


def test_a_document_is_kept_as_it_came(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT, photos=0)
    attach_evidence(
        deps,
        actor=branch.member.actor,
        report_id=report.id,
        source_key="m1",
        kind=EvidenceKind.DOCUMENT,
        file_id="f1",
        file_name="通知.PDF",
    )
    (claimed,) = claim_fetches(deps)
    content = b"%PDF-1.7 \x00 anything"
    assert keep_fetched(deps, evidence_id=claimed.id, content=content) is EvidenceStatus.STORED
    file = open_evidence(deps, actor=branch.member.actor, evidence_id=claimed.id, as_thumbnail=True)
    assert (file.content, file.mime, file.file_name, file.is_picture) == (
        content,
        "application/pdf",
        "通知.PDF",
        False,
    )


def test_a_refused_photo_is_told_once_and_no_longer_counts(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    (claimed,) = claim_fetches(deps)
    for _ in range(2):
        assert keep_fetched(deps, evidence_id=claimed.id, content=b"broken") is EvidenceStatus.REFUSED
    piece = the_piece(deps, report, branch.member)
    assert (piece.status, piece.failure, piece.digest) == (EvidenceStatus.REFUSED, "broken", None)
    assert waiting_keys(deps) == [f"evidence:{claimed.id}@{NOON.isoformat()}"]
    assert list(deps.files.folder.glob("*/*")) == []


def test_a_fetch_that_fails_is_tried_again_told_when_given_up_and_can_be_asked_for(
    deps: Deps, branch: Branch, clock: FixedClock
) -> None:
    report = a_report(deps, branch.member)
    piece_id = the_piece(deps, report, branch.member).id
    outcomes = []
    for _ in range(FETCH_ATTEMPTS_MAX):
        clock.advance(timedelta(hours=1))
        (claimed,) = claim_fetches(deps)
        outcomes.append(note_failed_fetch(deps, evidence=claimed, failure="Bad Gateway"))
    assert outcomes == [EvidenceStatus.WAITING] * 5 + [EvidenceStatus.FAILED]
    clock.advance(timedelta(days=1))
    assert claim_fetches(deps) == []
    assert len([key for key in waiting_keys(deps) if key.startswith("evidence:")]) == 1
    with pytest.raises(EvidenceUnknown):
        fetch_again(deps, actor=branch.members[1].actor, evidence_id=piece_id)
    fetch_again(deps, actor=branch.recorder.actor, evidence_id=piece_id)
    (again,) = claim_fetches(deps)
    assert again.attempts == 1
    assert keep_fetched(deps, evidence_id=again.id, content=WHOLE) is EvidenceStatus.STORED
    assert the_piece(deps, report, branch.member).failure is None


def test_piece_that_ends_whoever_fetches_it_is_given_up(
    deps: Deps, branch: Branch, clock: FixedClock
) -> None:
    report = a_report(deps, branch.member)
    claimed = []
    for _ in range(FETCH_ATTEMPTS_MAX + 2):
        claimed.append(len(claim_fetches(deps)))
        clock.advance(LEASE)
    assert claimed == [1] * FETCH_ATTEMPTS_MAX + [0, 0]
    assert the_piece(deps, report, branch.member).status is EvidenceStatus.FAILED
    assert len([key for key in waiting_keys(deps) if key.startswith("evidence:")]) == 1


def test_a_slow_fetcher_does_not_undo_what_another_kept(
    deps: Deps, branch: Branch, clock: FixedClock
) -> None:
    report = a_report(deps, branch.member)
    (slow,) = claim_fetches(deps)
    clock.advance(LEASE)
    (quick,) = claim_fetches(deps)
    keep_fetched(deps, evidence_id=quick.id, content=WHOLE)
    for _ in range(FETCH_ATTEMPTS_MAX):
        note_failed_fetch(deps, evidence=slow, failure="timed out")
    assert the_piece(deps, report, branch.member).status is EvidenceStatus.STORED


def test_a_piece_dropped_meanwhile_is_forgotten(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    (claimed,) = claim_fetches(deps)
    drop_evidence(deps, actor=branch.member.actor, report_id=report.id)
    assert keep_fetched(deps, evidence_id=claimed.id, content=WHOLE) is EvidenceStatus.REFUSED
    with deps.store.read() as uow:
        assert stored_evidence.get_evidence(uow, claimed.id) is None
        assert stored_evidence.count_unfetched(uow) == {}


def test_a_photo_seen_in_another_report_is_a_warning_and_brings_the_card_up_to_date(
    deps: Deps, branch: Branch
) -> None:
    draft = a_report(deps, branch.members[1], status=ReportStatus.DRAFT)
    first = a_report(deps, branch.member, item="lesson")
    second = a_report(deps, branch.members[1], item="clean")
    pieces = {piece.report_id: piece.id for piece in claim_fetches(deps)}
    for report in (draft, first):
        keep_fetched(deps, evidence_id=pieces[report.id], content=WHOLE)
    before = waiting_keys(deps)
    keep_fetched(deps, evidence_id=pieces[second.id], content=WHOLE)
    desk = open_review(deps, actor=branch.recorder.actor, report_id=second.id)
    assert desk.warnings == ((ReviewWarning.SAME_PHOTO, first.id),)
    cause = f"evidence{pieces[second.id]}@{NOON.isoformat()}"
    assert sorted(set(waiting_keys(deps)) - set(before)) == sorted(
        f"card:{second.id}:{cause}:{who.member_id}" for who in branch.recorders
    )
