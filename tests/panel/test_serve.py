"""The panel served on a real port, and its health."""

import socket
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from panel.app import create_app
from panel.serve import serve_panel
from services.deps import Deps
from storage.database import Store
from tests.panel.windows import Window


async def test_free_port_is_taken_and_given_back(deps: Deps) -> None:
    async with serve_panel(deps) as base, httpx.AsyncClient(base_url=base) as client:
        response = await client.get("/healthz")
        assert (response.status_code, response.text, response.headers.get("server")) == (200, "ok", None)
    port = int(base.rpartition(":")[2])
    async with serve_panel(deps, port=port) as again:
        assert again == base


async def test_taken_port_is_told(deps: Deps) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="Address already in use"):
            async with serve_panel(deps, port=taken.getsockname()[1]):
                pass


async def test_health_says_when_the_database_is_gone(deps: Deps, tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    gone = replace(deps, store=Store(f"sqlite:///{tmp_path / 'folder.db'}"))
    window = Window(create_app(gone))
    response = await window.client.get("/healthz")
    assert (response.status_code, response.text) == (503, "database")
    await window.close()
    gone.store.close()
