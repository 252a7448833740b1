"""Photos are shown, documents are saved, failures can be tried again."""

from dataclasses import replace

from domain.reports import FETCH_ATTEMPTS_MAX, EvidenceKind, EvidenceStatus
from services.deps import Deps
from services.evidence import keep_fetched, note_failed_fetch
from services.histories import open_history
from services.photos import take_photo
from services.reports import attach_evidence, start_report
from tests.builders import Branch, a_report
from tests.panel.conftest import OpenWindow
from tests.panel.pictures import a_jpeg
from tests.panel.windows import Window


async def test_photo_is_served_reencoded_and_small(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    piece = open_history(deps, actor=branch.member.actor, report_id=report.id).evidence[0]
    keep_fetched(deps, evidence_id=piece.id, content=a_jpeg())
    await window.sign_in(deps, branch.recorder)
    expected = take_photo(a_jpeg())
    for path, content in (("", expected.content), ("/thumb", expected.thumbnail)):
        response = (await window.get(f"/evidence/{piece.id}{path}")).response
        assert response.content == content
        assert [response.headers[name] for name in ("content-type", "content-disposition", "vary")] == [
            "image/jpeg",
            f"inline; filename*=UTF-8''evidence-{piece.id}.jpg",
            "Cookie",
        ]


async def test_document_is_saved_never_opened(deps: Deps, branch: Branch, window: Window) -> None:
    report = start_report(deps, actor=branch.recorder.actor, cause_key="x").report
    for name, source in (('通知 "1".pdf', "a"), ("<script>.docx", "b")):
        attach_evidence(
            deps,
            actor=branch.recorder.actor,
            report_id=report.id,
            source_key=source,
            kind=EvidenceKind.DOCUMENT,
            file_id=source,
            file_name=name,
            mime="text/html",
        )
    await window.sign_in(deps, branch.recorder)
    for number in (1, 2):
        keep_fetched(deps, evidence_id=number, content=b"<script>alert(1)</script>")
    served = [(await window.get(f"/evidence/{number}")).response.headers for number in (1, 2)]
    assert [(headers["content-type"], headers["content-disposition"]) for headers in served] == [
        ("application/pdf", "attachment; filename*=UTF-8''%E9%80%9A%E7%9F%A5%20%221%22.pdf"),
        ("application/octet-stream", "attachment; filename*=UTF-8''%3Cscript%3E.docx"),
    ]
    assert [headers["x-content-type-options"] for headers in served] == ["nosniff"] * 2


async def test_what_is_not_there_yet_is_told(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    await window.sign_in(deps, branch.recorder)
    page = await window.get("/evidence/1")
    assert (page.status, page.texts("p")[0]) == (
        404,
        "没有找到这份佐证，可能还没有取到，或者已经按期删除。",
    )
    page = await window.get(f"/reports/{report.id}")
    assert page.texts("div", class_="photo") == ["正在取照片，稍后刷新"]


async def test_draft_photos_are_not_for_recorders(
    deps: Deps, branch: Branch, window: Window, open_window: OpenWindow
) -> None:
    report = start_report(deps, actor=branch.secretary.actor, cause_key="x").report
    attach_evidence(
        deps,
        actor=branch.secretary.actor,
        report_id=report.id,
        source_key="a",
        kind=EvidenceKind.PHOTO,
        file_id="a",
    )
    keep_fetched(deps, evidence_id=1, content=a_jpeg())
    own = open_window()
    await own.sign_in(deps, branch.secretary)
    await window.sign_in(deps, branch.recorder)
    assert ((await own.get("/evidence/1")).status, (await window.get("/evidence/1")).status) == (200, 404)


async def test_failed_photo_can_be_fetched_again(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    piece = open_history(deps, actor=branch.member.actor, report_id=report.id).evidence[0]
    given_up = replace(piece, attempts=FETCH_ATTEMPTS_MAX)
    assert note_failed_fetch(deps, evidence=given_up, failure="timeout") is EvidenceStatus.FAILED
    await window.sign_in(deps, branch.recorder)
    page = await window.get(f"/reports/{report.id}")
    assert page.texts("div", class_="photo") == ["没有取到 再取一次"]
    page = await window.post(f"/evidence/{piece.id}/fetch", back=f"/reports/{report.id}")
    assert (page.address, page.texts("div", class_="photo")) == (
        f"/reports/{report.id}",
        ["正在取照片，稍后刷新"],
    )
