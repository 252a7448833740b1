"""Panel logins: a one-time link from the chat opens a session that can be revoked."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from domain.errors import LoginLinkInvalid, NotAllowed
from services.actors import Actor, PanelMember, identify
from services.deps import Deps
from services.members import hash_code
from storage import members as stored_members
from storage import sessions as stored_sessions

LINK_SPAN = timedelta(minutes=5)
SESSION_SPAN = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as the browser gets it: the token goes into a cookie, the other into every form."""

    token: str
    member_id: int
    csrf_token: str


def new_login_link(deps: Deps, *, actor: Actor) -> str:
    """Return the address of a link that opens the panel once, within five minutes.

    Raises:
        AccountUnknown: nobody is bound to the account.
        NotAllowed: the member has no role that the panel serves.
    """
    now = deps.clock.now()
    token = secrets.token_urlsafe(32)
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        if not stored_members.list_grants(uow, member_id=member.id):
            raise NotAllowed
        stored_sessions.insert_link(
            uow,
            token_hash=hash_code(deps, token),
            member_id=member.id,
            now=now,
            expires_at=now + LINK_SPAN,
        )
    return f"{deps.panel_url.rstrip('/')}/login/{token}"


def open_session(deps: Deps, *, link_token: str) -> OpenSession:
    """Use a login link up and open a session.

    Raises:
        LoginLinkInvalid: unknown, used or expired.
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member_id = stored_sessions.use_link(uow, hash_code(deps, link_token), now=now)
        if member_id is None:
            raise LoginLinkInvalid
        token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        stored_sessions.insert_session(
            uow,
            token_hash=hash_code(deps, token),
            member_id=member_id,
            csrf_token=csrf_token,
            now=now,
            expires_at=now + SESSION_SPAN,
        )
        return OpenSession(token, member_id, csrf_token)


def find_session(deps: Deps, *, token: str) -> OpenSession | None:
    """Return the session of a cookie while it is valid."""
    with deps.store.read() as uow:
        session = stored_sessions.get_session(uow, hash_code(deps, token), now=deps.clock.now())
        return OpenSession(token, session.member_id, session.csrf_token) if session else None


def close_session(deps: Deps, *, member_id: int, token: str | None = None) -> int:
    """End one session of a member, or without a token all of them; return how many ended."""
    with deps.store.begin() as uow:
        member = identify(uow, PanelMember(member_id))
        return stored_sessions.revoke_sessions(
            uow,
            member.id,
            now=deps.clock.now(),
            token_hash=hash_code(deps, token) if token is not None else None,
        )
