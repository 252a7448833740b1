"""Serves the panel inside a running event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from panel.app import create_app
from services.deps import Deps

READY_SECONDS_MAX = 10.0
SHUTDOWN_SECONDS_MAX = 3


class ServerNotReady(RuntimeError):
    """The server did not come up."""


class _Server(uvicorn.Server):
    """A server that says when it listens, and leaves signals to whoever runs the loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening and say so."""
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serve_panel(deps: Deps, *, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the panel while the context is open and hand out its address; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
        ServerNotReady
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named as TCP outright: asyncio turns Nagle's delay off only where the protocol says so
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        config = uvicorn.Config(
            create_app(deps),
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS_MAX,
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await _until_ready(server, serving)
            shown = f"[{host}]" if ":" in host else host
            yield f"http://{shown}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


async def _until_ready(server: _Server, serving: asyncio.Task[None]) -> None:
    waiting = asyncio.create_task(server.ready.wait())
    try:
        await asyncio.wait({waiting, serving}, timeout=READY_SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if not server.ready.is_set():
        raise ServerNotReady
