"""Answers /bot<token>/<method> and /file/bot<token>/<path> as a bare ASGI app, with the faults ordered."""

import asyncio
import json
import logging
import mimetypes
from typing import Any

from starlette.types import Receive, Scope, Send

from sandbox.bot_api.bodies import read_body
from sandbox.bot_api.call import Call
from sandbox.bot_api.methods import METHODS, Method, Pace
from sandbox.errors import BotApiError, bad_request, too_many_requests
from sandbox.faults import Fault, FaultKind
from sandbox.world import World

SILENCE_SECONDS_MAX = 60
BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n"
    b"</body>\r\n</html>\r\n"
)
_log = logging.getLogger(__name__)
_NOT_FOUND = BotApiError(404, "Not Found")


class BotApiDoor:
    """The pretend api.telegram.org of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    @staticmethod
    def answers_path(path: str) -> bool:
        """Whether a path is the Bot API's."""
        return path.startswith(("/bot", "/file/bot"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        raw = await _read(receive)
        path: str = scope["path"]
        if path.startswith("/file/"):
            await self._send_file(path, send)
            return
        token, _, name = path.removeprefix("/bot").partition("/")
        method = METHODS.get(name.lower())
        if token != self._world.token or method is None:
            refusal = _NOT_FOUND if token == self._world.token else BotApiError(401, "Unauthorized")
            self._world.stats.count_refusal(refusal.code, refusal.description)
            await _send_json(send, refusal.code, refusal.body())
            return
        self._world.stats.count_call(method.name)
        fault = self._world.faults.take_call(method.name)
        if fault is not None and await self._fail_before(fault, receive, send):
            return
        status, answer = await self._answer(scope, raw, method)
        if fault is not None:
            await _stay_silent(receive, send)
            return
        await _send_json(send, status, answer)

    async def run(self, name: str, call: Call) -> Any:
        """Carry out a method by its name. Raises: BotApiError."""
        method = METHODS.get(name.lower())
        if method is None:
            raise _NOT_FOUND
        return await self._run(method, call)

    async def _answer(self, scope: Scope, raw: bytes, method: Method) -> tuple[int, dict[str, Any]]:
        try:
            body = read_body(raw, _content_type(scope), scope["query_string"])
            return 200, {"ok": True, "result": await self._run(method, Call(self._world, body))}
        except BotApiError as error:
            self._world.stats.count_refusal(error.code, error.description)
            return error.code, error.body()
        except (AttributeError, KeyError, TypeError, ValueError):
            _log.exception("%s could not be read", method.name)
            return 400, bad_request("wrong parameters in request").body()

    async def _run(self, method: Method, call: Call) -> Any:
        if method.pace is not Pace.FREE and self._world.pacer.limits:
            chat = call.chat()
            wait_seconds = self._world.pacer.admit(chat.chat_id, is_new=method.pace is Pace.NEW)
            if wait_seconds:
                raise too_many_requests(wait_seconds)
        if method.is_waiting:
            return await method.run(call)
        return method.run(call)

    async def _fail_before(self, fault: Fault, receive: Receive, send: Send) -> bool:
        """Fail as ordered; False when the effect comes first."""
        match fault.kind:
            case FaultKind.TOO_MANY:
                error = too_many_requests(fault.retry_after_seconds)
                await self._refuse(error, send)
            case FaultKind.SERVER_ERROR:
                await self._refuse(BotApiError(500, "Internal Server Error"), send)
            case FaultKind.BAD_GATEWAY:
                self._world.stats.count_refusal(502, "Bad Gateway")
                await _send(send, 502, b"text/html", BAD_GATEWAY)
            case FaultKind.TIMEOUT_BEFORE:
                await _stay_silent(receive, send)
            case FaultKind.DROP:
                await _hang_up(receive, send)
            case _:
                return False
        return True

    async def _refuse(self, error: BotApiError, send: Send) -> None:
        self._world.stats.count_refusal(error.code, error.description)
        await _send_json(send, error.code, error.body())

    async def _send_file(self, path: str, send: Send) -> None:
        token, _, name = path.removeprefix("/file/bot").partition("/")
        data = self._world.media.read(name) if token == self._world.token else None
        if data is None:
            await self._refuse(_NOT_FOUND, send)
            return
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        await _send(send, 200, kind.encode(), data)


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return bytes(value).decode("latin-1")
    return ""


async def _send_json(send: Send, status: int, answer: dict[str, Any]) -> None:
    await _send(send, status, b"application/json", json.dumps(answer, ensure_ascii=False).encode())


async def _send(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _stay_silent(receive: Receive, send: Send) -> None:
    """Answer nothing until the client gives up, at most a minute; then hang up."""
    try:
        async with asyncio.timeout(SILENCE_SECONDS_MAX):
            while (await receive())["type"] != "http.disconnect":
                continue
    except TimeoutError:
        await _hang_up(receive, send)


async def _hang_up(receive: Receive, send: Send) -> None:
    """Cut the connection without an answer: the server's own cycle, to which `send` belongs, holds it."""
    transport: asyncio.Transport = send.__self__.transport  # type: ignore[attr-defined]
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        continue
