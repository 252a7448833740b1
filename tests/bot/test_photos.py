"""What a report's photos are sent as: by the id that the bot knows, else from the files that are there."""

from dataclasses import replace

from bot.photos import load_media
from domain.reports import Evidence, EvidenceKind, EvidenceStatus
from services.deps import Deps

BOT_ID = 42


def test_file_that_is_no_longer_kept_holds_up_none_of_the_others(deps: Deps) -> None:
    """Who walks the queue must get past a report whose file was removed, or is missing after a restore."""
    here = Evidence(
        id=1,
        report_id=1,
        kind=EvidenceKind.PHOTO,
        status=EvidenceStatus.STORED,
        file_id=None,
        file_name=None,
        mime="image/jpeg",
        size_bytes=5,
        digest=deps.files.keep(b"photo"),
        thumbnail_digest=None,
        failure=None,
        attempts=1,
    )
    gone = replace(here, id=2, digest="0" * 64)
    media = load_media(deps, [gone, here], bot_id=BOT_ID, upload_all=False)
    assert [one.digest for one in media] == [here.digest]
