"""The headers that every answer of the panel carries, and the size that a form may have."""

from typing import Final, TypeVar

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FORM_BYTES_MAX: Final = 64 * 1024
PHOTO_BYTES_MAX: Final = 11 * 1024 * 1024
"""For a form that carries a photo: ten megabytes, and what stands round it."""
TEXT_BYTES_MAX: Final = 1024 * 1024
"""A rulebook's text, its Chinese letters three times as long in a form."""
TEXTS: Final = "/rulebooks/"
STATIC_SECONDS: Final = 7 * 24 * 3600

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms, and the Origin check needs it
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


R = TypeVar("R", bound=Response)


def _complete(headers: MutableHeaders, *, is_static: bool) -> None:
    for name, value in HEADERS.items():
        headers[name] = value
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}" if is_static else "no-store"


def secured(response: R) -> R:
    """Return the response with the headers set."""
    _complete(response.headers, is_static=False)
    return response


class SecurityHeaders:
    """Completes the headers of every answer, errors and static files included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_static = scope["path"].startswith("/static/") and message["status"] in {200, 304}
                _complete(MutableHeaders(scope=message), is_static=is_static)
            await send(message)

        await self.app(scope, receive, completed)


def has_fitting_body(request: Request) -> bool:
    """Tell whether the request's body, of a length told beforehand, is not too long for a form."""
    length = request.headers.get("content-length", "0")
    is_told = "transfer-encoding" not in request.headers and length.isascii() and length.isdigit()
    return is_told and int(length) <= _longest(request)


def _is_draft(path: str) -> bool:
    """Tell whether a form brings what an announcement says, perhaps with a photo or file."""
    return path.startswith("/announcements/") and path.endswith(("/save", "/send"))


def _longest(request: Request) -> int:
    """Return how many bytes a form of this page may have."""
    path = request.url.path
    if request.method == "POST" and (path.endswith("/photo") or _is_draft(path)):
        return PHOTO_BYTES_MAX
    return TEXT_BYTES_MAX if path.startswith(TEXTS) else FORM_BYTES_MAX
