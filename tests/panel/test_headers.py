"""Every answer carries the policy, and no page needs an exception from it."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from domain.reports import ReportStatus
from services.deps import Deps
from services.evidence import keep_fetched
from services.histories import open_history
from tests.builders import Branch, a_report
from tests.panel.pictures import a_jpeg
from tests.panel.routes import filled, paths_with
from tests.panel.windows import Window

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def policy_of(headers: Callable[[str], str | None]) -> list[str | None]:
    names = ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options")
    return [headers(name) for name in names]


EXPECTED = [POLICY, "nosniff", "same-origin", "DENY"]


@pytest.mark.parametrize("is_logged_in", [True, False])
async def test_every_page_carries_the_policy(
    deps: Deps, branch: Branch, window: Window, *, is_logged_in: bool
) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.APPROVED, by=branch.recorder)
    for piece in open_history(deps, actor=branch.recorder.actor, report_id=report.id).evidence:
        keep_fetched(deps, evidence_id=piece.id, content=a_jpeg())
    if is_logged_in:
        await window.sign_in(deps, branch.recorder)
    for path in [*paths_with("GET"), "/nothing", "/reports/abc", "/reports/99999999999999999999"]:
        page = await window.get(filled(path, report.id))
        assert policy_of(page.response.headers.get) == EXPECTED, path
        is_picture = path.startswith("/evidence") and is_logged_in
        cached = "private, max-age=600" if is_picture else "no-store"
        assert page.response.headers["cache-control"] == cached, path


async def test_every_answer_to_a_form_carries_the_policy(deps: Deps, branch: Branch, window: Window) -> None:
    for path in paths_with("POST"):
        await window.sign_in(deps, branch.recorder)
        page = await window.post(filled(path), action="approve", revision="1", language="en")
        assert policy_of(page.response.headers.get) == EXPECTED, path


@pytest.mark.parametrize(("method", "path"), [("PUT", "/"), ("DELETE", "/members"), ("POST", "/ledger")])
async def test_other_methods_are_refused_with_a_page(window: Window, method: str, path: str) -> None:
    response = await window.client.request(method, path, content=b"")
    assert (response.status_code, policy_of(response.headers.get)) == (405, EXPECTED)


@pytest.mark.parametrize(
    "path", ["/static/panel.css", "/static/vendor/htmx/htmx.min.js", "/static/fonts/noto-sans-sc.woff2"]
)
async def test_static_files_may_be_kept(window: Window, path: str) -> None:
    response = await window.client.get(path)
    assert (response.status_code, policy_of(response.headers.get)) == (200, EXPECTED)
    assert response.headers["cache-control"] == "public, max-age=604800"


@pytest.mark.parametrize(
    "path", ["/static/none.css", "/static/../app.py", "/static/%2e%2e/app.py", "/static/"]
)
async def test_nothing_but_static_files_is_served_there(window: Window, path: str) -> None:
    response = await window.client.get(path)
    assert (response.status_code, response.headers["cache-control"]) == (404, "no-store")


async def test_failure_has_a_page_with_the_policy(app: FastAPI, window: Window) -> None:
    @app.get("/failing")
    def fail() -> None:
        raise RuntimeError

    page = await window.get("/failing")
    assert (page.status, page.heading) == (500, "出了问题")
    assert policy_of(page.response.headers.get) == EXPECTED


async def test_pages_hold_nothing_that_the_policy_forbids(deps: Deps, branch: Branch, window: Window) -> None:
    report = a_report(deps, branch.member)
    a_report(deps, branch.member, item="lesson", status=ReportStatus.APPROVED, by=branch.recorder)
    await window.sign_in(deps, branch.recorder)
    for path in [path for path in paths_with("GET") if not path.startswith(("/evidence", "/healthz"))]:
        page = await window.get(filled(path, report.id))
        elements = page.root.find()
        assert [e.tag for e in elements if e.tag == "style" or "style" in e.attributes] == [], path
        assert [e.tag for e in elements if any(name.startswith("on") for name in e.attributes)] == [], path
        assert [e.text for e in page.root.find("script")] == [""], path
        sources = [
            e.attributes[name] for e in elements for name in ("src", "href", "action") if name in e.attributes
        ]
        assert [s for s in sources if not s.startswith(("/", "#")) or s.startswith("//")] == [], path
