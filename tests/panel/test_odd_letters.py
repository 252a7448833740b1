"""What no database keeps, typed into an address or a form, is no failure of ours: PostgreSQL refuses it."""

import pytest

from services.deps import Deps
from tests.builders import Branch, a_report
from tests.panel.conftest import OpenWindow
from tests.panel.routes import filled, paths_with

ASKED = ("unit", "name", "item", "period", "typed", "read")
WRITTEN = (*ASKED, "reason", "cause", "text", "label", "slot", "class", "household", "code")
FAILURE = 500


@pytest.fixture
def database_kind() -> str:
    """Use the database that is particular about letters."""
    return "postgresql"


async def test_no_page_fails_over_what_no_database_keeps(
    deps: Deps, branch: Branch, open_window: OpenWindow
) -> None:
    a_report(deps, branch.member)
    window = open_window()
    await window.sign_in(deps, branch.secretary)
    everything = "&".join(f"{name}=a%00b" for name in ASKED)
    addresses = [f"{path}?{everything}" for path in paths_with("GET") if "{" not in path]
    addresses.append("/ledger?item=a%00b")  # with a name too it would only look for people
    failed = [address for address in addresses if (await window.get(address)).status >= FAILURE]
    assert failed == []


async def test_no_form_fails_over_what_no_database_keeps(
    deps: Deps, branch: Branch, open_window: OpenWindow
) -> None:
    a_report(deps, branch.member)
    window = open_window()
    await window.sign_in(deps, branch.secretary)
    fields = dict.fromkeys(WRITTEN, "a\x00b")
    paths = [filled(path) for path in paths_with("POST") if path != "/logout"]
    failed = [path for path in paths if (await window.post(path, **fields)).status >= FAILURE]
    assert failed == []
