"""A panel on a fresh database, and browser windows that are logged in."""

from collections.abc import AsyncIterator, Callable

import pytest
from fastapi import FastAPI

from panel.app import create_app
from services.deps import Deps
from tests.builders import Branch, a_branch
from tests.panel.windows import Window

OpenWindow = Callable[[], Window]


@pytest.fixture
def database_kind() -> str:
    """Use SQLite: what differs between the databases is tried below the panel."""
    return "sqlite"


@pytest.fixture
def app(deps: Deps) -> FastAPI:
    """Return the panel."""
    return create_app(deps)


@pytest.fixture
async def open_window(app: FastAPI) -> AsyncIterator[OpenWindow]:
    """Yield a function that opens a browser window with cookies of its own."""
    windows: list[Window] = []

    def open_one() -> Window:
        windows.append(Window(app))
        return windows[-1]

    yield open_one
    for window in windows:
        await window.close()


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    """Return a window in which nobody is logged in."""
    return open_window()


@pytest.fixture
def branch(deps: Deps) -> Branch:
    """Return a branch with a secretary, two recorders and two members."""
    return a_branch(deps)


@pytest.fixture
def elsewhere(deps: Deps) -> Branch:
    """Return another branch, whose data must not leak into the first one's pages."""
    return a_branch(deps, code="liantang")
