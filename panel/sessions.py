"""Who is looking at the panel: the session behind the cookie, and the member behind the session."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from domain.access import Permission, UnitTree, units_within
from domain.errors import AccountUnknown, NotAllowed
from domain.members import Unit
from services.actors import PanelMember
from services.deps import Deps
from services.members import Me, who_am_i
from services.sessions import SESSION_SPAN, OpenSession, find_session
from templates.words import language_of


class LoginRequired(Exception):
    """There is no valid session; the person has to ask the bot for a new link."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A member with an open session, and what they may do."""

    session: OpenSession
    me: Me

    @property
    def actor(self) -> PanelMember:
        """The one who asks, as the use cases know them."""
        return PanelMember(self.session.member_id)

    @property
    def csrf_token(self) -> str:
        """What every form of this session carries."""
        return self.session.csrf_token

    @property
    def language(self) -> str:
        """The language this member reads."""
        return language_of(self.me.member.language)

    def may(self, permission: Permission | str) -> bool:
        """Tell whether the member has a permission anywhere."""
        return Permission(permission) in self.me.may

    def units_with(self, permission: Permission) -> tuple[Unit, ...]:
        """Return the units that keep points and in which the member has a permission, by id."""
        tree = UnitTree(self.me.units.values())
        reach = units_within(self.me.grants, permission, tree)
        return tuple(unit for unit in tree.all() if unit.id in reach and unit.rulebook is not None)


def deps_of(request: Request) -> Deps:
    """Return the surroundings that the app was made with."""
    deps: Deps = request.app.state.deps
    return deps


def is_encrypted(deps: Deps) -> bool:
    """Tell whether browsers reach the panel by https."""
    return urlsplit(deps.panel_url).scheme == "https"


def cookie_name(deps: Deps) -> str:
    """Return the name of the session cookie; by https the one that no other host can set."""
    return "__Host-jifen" if is_encrypted(deps) else "jifen"


def set_cookie(response: Response, deps: Deps, session: OpenSession) -> None:
    """Give the browser its session, out of reach of scripts and of other sites' forms."""
    response.set_cookie(
        cookie_name(deps),
        session.token,
        max_age=int(SESSION_SPAN.total_seconds()),
        path="/",
        secure=is_encrypted(deps),
        httponly=True,
        samesite="lax",
    )


def forget_cookie(response: Response, deps: Deps) -> None:
    """Take the session away from the browser."""
    response.delete_cookie(
        cookie_name(deps), path="/", secure=is_encrypted(deps), httponly=True, samesite="lax"
    )


def find_visitor(request: Request) -> Visitor | None:
    """Return who has the session of this request's cookie; None without a valid one."""
    deps = deps_of(request)
    token = request.cookies.get(cookie_name(deps), "")
    session = find_session(deps, token=token) if token else None
    if session is None:
        return None
    try:
        return Visitor(session, who_am_i(deps, actor=PanelMember(session.member_id)))
    except AccountUnknown:
        return None


def require_visitor(request: Request) -> Visitor:
    """Return who is looking.

    Raises:
        LoginRequired: nobody we know.
        NotAllowed: the member's last role was taken away since.
    """
    visitor = find_visitor(request)
    if visitor is None:
        raise LoginRequired
    request.state.visitor = visitor
    if not visitor.me.grants:
        raise NotAllowed
    return visitor


SignedIn = Annotated[Visitor, Depends(require_visitor)]
Surroundings = Annotated[Deps, Depends(deps_of)]
