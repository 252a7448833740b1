"""The control interface: other programs play people, move the clock, order faults and read the chats."""

import asyncio
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from starlette.datastructures import FormData, UploadFile

from sandbox import people, views
from sandbox.chats import Chat, User
from sandbox.errors import ControlError
from sandbox.faults import Fault, FaultKind
from sandbox.people import PickedFile
from sandbox.world import World

WATCH_SECONDS_MAX = 50.0
Story = Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Hooks:
    """What surrounds the sandbox: who is in the story, and who wants to know that the clock was moved."""

    story: Story
    clock_moved: Callable[[], None]


def build_router(world: World, hooks: Hooks) -> APIRouter:
    """Return the routes under /sandbox."""
    router = APIRouter(prefix="/sandbox")
    _add_accounts(router, world)
    _add_phones(router, world)
    _add_files(router, world)
    _add_direction(router, world, hooks)
    return router


def _add_accounts(router: APIRouter, world: World) -> None:
    @router.post("/users")
    async def add_user(request: Request) -> dict[str, int]:
        asked = await _json(request)
        user = world.add_user(
            _text(asked, "first_name"),
            str(asked.get("language_code") or "zh-hans"),
            user_id=asked.get("user_id"),
            username=str(asked.get("username") or ""),
        )
        return {"user_id": user.user_id}

    @router.get("/users")
    async def list_users() -> dict[str, Any]:
        return {
            "users": [
                {"user_id": user.user_id, "first_name": user.first_name, "language_code": user.language_code}
                for user in world.book.users.values()
            ]
        }

    @router.post("/groups")
    async def add_group(request: Request) -> dict[str, int]:
        asked = await _json(request)
        members = [people.find_user(world, int(user_id)).user_id for user_id in asked.get("members", [])]
        return {"chat_id": world.add_group(_text(asked, "title"), members).chat_id}

    @router.post("/groups/{chat_id}/members")
    async def join_group(chat_id: int, request: Request) -> dict[str, bool]:
        asked = await _json(request)
        chat = world.book.chats.get(chat_id)
        if chat is None or not chat.is_group:
            raise ControlError(404, f"there is no group {chat_id}")
        people.join_group(world, people.find_user(world, int(asked["user_id"])), chat)
        return {"ok": True}

    @router.post("/groups/{chat_id}/upgrade")
    async def upgrade_group(chat_id: int, request: Request) -> dict[str, int]:
        asked = await _json(request)
        chat = world.book.chats.get(chat_id)
        if chat is None or not chat.is_group:
            raise ControlError(404, f"there is no group {chat_id}")
        upgraded = world.upgrade_group(chat, is_told=bool(asked.get("is_told", True)))
        return {"chat_id": upgraded.chat_id}

    @router.post("/users/{user_id}/block")
    async def block(user_id: int) -> dict[str, bool]:
        people.block(world, people.find_user(world, user_id))
        return {"ok": True}

    @router.post("/users/{user_id}/unblock")
    async def unblock(user_id: int) -> dict[str, bool]:
        people.unblock(world, people.find_user(world, user_id))
        return {"ok": True}


def _add_phones(router: APIRouter, world: World) -> None:
    def whose(user_id: int, chat_id: int | None) -> tuple[User, Chat]:
        user = people.find_user(world, user_id)
        return user, people.find_chat(world, user, chat_id)

    @router.post("/users/{user_id}/send")
    async def send(user_id: int, request: Request, chat: int | None = None) -> dict[str, Any]:
        user, place = whose(user_id, chat)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form() as form:
                sent = await _send_form(world, user, place, form)
        else:
            asked = await _json(request)
            odd = next((kind for kind in people.ODD_KINDS if asked.get(kind)), None)
            sent = (
                people.send_odd(world, user, place, odd)
                if odd
                else people.say(world, user, place, _text(asked, "text"))
            )
        return {"message_id": sent[0].message_id, "message_ids": [message.message_id for message in sent]}

    @router.post("/users/{user_id}/tap")
    async def tap(user_id: int, request: Request, chat: int | None = None) -> dict[str, str]:
        user, place = whose(user_id, chat)
        asked = await _json(request)
        if not isinstance(asked.get("message_id"), int):
            raise ControlError(400, "message_id must be a whole number")
        text, data = asked.get("text"), asked.get("data")
        if text is None and data is None:
            raise ControlError(400, "tap needs the text of a button, or data")
        tapped = people.tap(
            world,
            user,
            place,
            asked["message_id"],
            text=None if text is None else str(text),
            data=None if data is None else str(data),
        )
        return {"url": tapped.url} if tapped.url else {"callback_query_id": tapped.callback_id}

    @router.get("/users/{user_id}/chat")
    async def read_chat(
        user_id: int, after: int = 0, chat: int | None = None, wait: float = 0
    ) -> dict[str, Any]:
        user, place = whose(user_id, chat)
        await views.ChatWatch(world, place).wait(after=after, seconds=min(wait, WATCH_SECONDS_MAX))
        return views.chat_view(world, user, place, after=after)

    @router.get("/users/{user_id}/transcript")
    async def read_transcript(user_id: int, chat: int | None = None) -> PlainTextResponse:
        return PlainTextResponse(views.transcript(world, whose(user_id, chat)[1]))


def _add_files(router: APIRouter, world: World) -> None:
    @router.get("/files/{path:path}")
    async def read_file(path: str) -> Response:
        data = world.media.read(path)
        if data is None:
            raise ControlError(404, f"there is no file {path}")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        is_picture = kind.startswith("image/") and kind != "image/svg+xml"
        headers = {
            "Cache-Control": "max-age=86400",
            "Content-Disposition": "inline" if is_picture else "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(data, media_type=kind, headers=headers)


def _add_direction(router: APIRouter, world: World, hooks: Hooks) -> None:
    @router.get("/story")
    async def read_story() -> dict[str, Any]:
        return {"bot_name": world.bot["first_name"], **await asyncio.to_thread(hooks.story)}

    @router.get("/clock")
    async def read_clock() -> dict[str, str]:
        return {"now": world.clock.now().isoformat()}

    @router.post("/clock")
    async def move_clock(request: Request) -> dict[str, str]:
        asked = await _json(request)
        if "now" in asked:
            world.clock.set(_instant(str(asked["now"])))
        elif isinstance(asked.get("advance_seconds"), int | float):
            world.clock.advance(timedelta(seconds=asked["advance_seconds"]))
        else:
            raise ControlError(400, "clock needs now (an instant with its offset) or advance_seconds")
        hooks.clock_moved()
        return {"now": world.clock.now().isoformat()}

    @router.post("/faults")
    async def order_fault(request: Request) -> dict[str, bool]:
        asked = await _json(request)
        try:
            kind = FaultKind(str(asked.get("kind")))
        except ValueError:
            kinds = ", ".join(FaultKind)
            raise ControlError(400, f"there is no fault {asked.get('kind')}; the kinds are {kinds}") from None
        world.faults.order(
            Fault(
                method=str(asked.get("method") or "*"),
                kind=kind,
                times=int(asked.get("times") or 1),
                retry_after_seconds=int(asked.get("retry_after") or 1),
            )
        )
        return {"ok": True}

    @router.delete("/faults")
    async def clear_faults() -> dict[str, bool]:
        world.faults.clear()
        return {"ok": True}

    @router.get("/stats")
    async def read_stats() -> dict[str, Any]:
        return {**world.stats.snapshot(), "pending_updates": world.updates.pending_count}


async def refuse(_: Request, error: Exception) -> JSONResponse:
    """Answer a ControlError with its sentence."""
    if not isinstance(error, ControlError):
        raise error
    return JSONResponse({"error": error.sentence}, status_code=error.status)


async def _send_form(world: World, user: User, chat: Chat, form: FormData) -> list[Any]:
    caption = str(form.get("caption") or "")
    photos: list[PickedFile] = []
    documents: list[PickedFile] = []
    for name, part in form.multi_items():
        if isinstance(part, UploadFile):
            picked = PickedFile(part.filename or name, await part.read(), part.content_type or "")
            (photos if name.startswith("photo") else documents).append(picked)
    if not photos and not documents:
        return people.say(world, user, chat, str(form.get("text") or caption))
    sent = people.send_photos(world, user, chat, photos, caption)
    return sent + people.send_documents(world, user, chat, documents, "" if sent else caption)


async def _json(request: Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError:
        raise ControlError(400, "the body is not JSON") from None
    if not isinstance(asked, dict):
        raise ControlError(400, "the body must be a JSON object")
    return asked


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(400, f"{name} must be a text")
    return value


def _instant(written: str) -> datetime:
    try:
        instant = datetime.fromisoformat(written)
    except ValueError:
        raise ControlError(400, f"{written} is no instant") from None
    if instant.tzinfo is None:
        raise ControlError(400, f"{written} has no offset from UTC")
    return instant
