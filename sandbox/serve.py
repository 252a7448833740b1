"""Runs the sandbox's server inside the current event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from sandbox.app import Sandbox

KEEP_ALIVE_SECONDS = 120
BACKLOG = 2048


class _GuestServer(uvicorn.Server):
    """A server that leaves signals to whoever started it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(app: Sandbox, *, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Serve an app until the block is left; gives its base address. Port 0 takes a free one."""
    # Named as TCP outright: asyncio turns Nagle's delay off only where the protocol says so.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=1,
        lifespan="on",
    )
    server = _GuestServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError("the sandbox's server ended while it started")
            await asyncio.sleep(0.005)
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        app.close()
        server.should_exit = True
        await task
        listener.close()
