"""Panel logins: a link works once and briefly, a session until it ends or is ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from domain.errors import AccountUnknown, LoginLinkInvalid, NotAllowed
from services.actors import ChatAccount
from services.clock import FixedClock
from services.deps import Deps
from services.sessions import (
    LINK_SPAN,
    SESSION_SPAN,
    close_session,
    find_session,
    new_login_link,
    open_session,
)
from tests.builders import Branch, Person

PREFIX = "http://panel.test/login/"


def token_for(deps: Deps, person: Person) -> str:
    link = new_login_link(deps, actor=person.actor)
    assert link.startswith(PREFIX)
    return link.removeprefix(PREFIX)


def test_a_link_opens_one_session_for_its_owner(deps: Deps, branch: Branch) -> None:
    token = token_for(deps, branch.recorder)
    session = open_session(deps, link_token=token)
    assert session.member_id == branch.recorder.member_id
    assert find_session(deps, token=session.token) == session
    for wrong in (token, session.csrf_token, "", session.token + "x"):
        with pytest.raises(LoginLinkInvalid):
            open_session(deps, link_token=wrong)
        assert find_session(deps, token=wrong) is None


def test_ten_clicks_at_once_open_one_session(deps: Deps, branch: Branch) -> None:
    token = token_for(deps, branch.recorder)

    def click(_number: int) -> bool:
        try:
            open_session(deps, link_token=token)
        except LoginLinkInvalid:
            return False
        return True

    with ThreadPoolExecutor(10) as threads:
        assert sorted(threads.map(click, range(10))) == [False] * 9 + [True]


def test_a_link_and_a_session_end(deps: Deps, branch: Branch, clock: FixedClock) -> None:
    late, early = token_for(deps, branch.recorder), token_for(deps, branch.recorder)
    clock.advance(LINK_SPAN - timedelta(microseconds=1))
    session = open_session(deps, link_token=early)
    clock.advance(timedelta(microseconds=1))
    with pytest.raises(LoginLinkInvalid):
        open_session(deps, link_token=late)
    clock.advance(SESSION_SPAN - timedelta(microseconds=2))
    assert find_session(deps, token=session.token) == session
    clock.advance(timedelta(microseconds=1))
    assert find_session(deps, token=session.token) is None


def test_ending_one_session_or_all_leaves_those_of_others(deps: Deps, branch: Branch) -> None:
    mine = [open_session(deps, link_token=token_for(deps, branch.recorder)) for _ in range(3)]
    other = open_session(deps, link_token=token_for(deps, branch.secretary))
    me = branch.recorder.member_id
    assert close_session(deps, member_id=me, token=other.token) == 0
    assert close_session(deps, member_id=me, token=mine[0].token) == 1
    assert [find_session(deps, token=one.token) for one in mine] == [None, *mine[1:]]
    assert close_session(deps, member_id=me) == 2
    assert [find_session(deps, token=one.token) for one in [*mine, other]] == [None, None, None, other]


def test_the_panel_is_only_for_those_with_a_role(deps: Deps, branch: Branch) -> None:
    with pytest.raises(NotAllowed):
        new_login_link(deps, actor=branch.member.actor)
    with pytest.raises(AccountUnknown):
        new_login_link(deps, actor=ChatAccount(999_999))
