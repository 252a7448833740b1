"""Joining, inviting, re-binding: one account, one member, and nothing told to strangers."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.access import Permission
from domain.errors import (
    AccountTaken,
    AccountUnknown,
    InvitationExpired,
    InvitationUnknown,
    InvitationUsed,
    JifenError,
    MemberTaken,
    MemberUnknown,
    NotAllowed,
)
from domain.members import MemberKind, Membership, Role
from services.actors import ChatAccount
from services.clock import FixedClock
from services.deps import Deps
from services.installation import install
from services.members import (
    INVITATION_SPAN,
    choose_language,
    invite,
    join,
    list_members,
    note_blocked,
    who_am_i,
)
from storage import accounts as stored_accounts
from storage import members as stored_members
from tests.builders import TODAY, Branch, Person, a_member, a_unit, an_administrator

NEW = 77


@pytest.fixture
def guest(deps: Deps, branch: Branch) -> Person:
    """Return a member of the roster without a chat account."""
    return a_member(deps, unit=branch.unit, name="客人", is_bound=False)


def code_for(deps: Deps, branch: Branch, guest: Person) -> str:
    return invite(deps, actor=branch.recorder.actor, member_id=guest.member_id)


def test_a_code_binds_the_account_to_the_roster_row(deps: Deps, branch: Branch, guest: Person) -> None:
    me = join(deps, user_id=NEW, code=code_for(deps, branch, guest), language="en")
    assert me.home is not None
    assert (me.member.id, me.member.language, me.home.unit) == (guest.member_id, "zh_Hans", branch.unit)
    assert (me.grants, me.may) == ((), frozenset())
    assert who_am_i(deps, actor=ChatAccount(NEW)) == me


def test_the_same_person_joining_twice_changes_nothing(deps: Deps, branch: Branch, guest: Person) -> None:
    code = code_for(deps, branch, guest)
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _n: join(deps, user_id=NEW, code=code, language="en"), range(6)))
    assert {me.member.id for me in answers} == {guest.member_id}


def test_of_two_accounts_with_one_code_one_joins(deps: Deps, branch: Branch, guest: Person) -> None:
    code = code_for(deps, branch, guest)

    def tap(user_id: int) -> str:
        try:
            return join(deps, user_id=user_id, code=code, language="en").member.name
        except JifenError as refused:
            return refused.code

    with ThreadPoolExecutor(6) as threads:
        answers = sorted(threads.map(tap, range(NEW, NEW + 6)))
    assert answers == sorted(["客人", *["invitation.used"] * 5])


def test_a_wrong_used_expired_or_replaced_code_binds_nobody(
    deps: Deps, branch: Branch, guest: Person, clock: FixedClock
) -> None:
    with pytest.raises(InvitationUnknown):
        join(deps, user_id=NEW, code="wrong", language="en")
    old = code_for(deps, branch, guest)
    code = code_for(deps, branch, guest)
    with pytest.raises(InvitationUsed):
        join(deps, user_id=NEW, code=old, language="en")
    clock.advance(INVITATION_SPAN)
    with pytest.raises(InvitationExpired):
        join(deps, user_id=NEW, code=code, language="en")
    clock.advance(-timedelta(microseconds=1))
    join(deps, user_id=NEW, code=code, language="en")
    with pytest.raises(InvitationUsed):
        join(deps, user_id=NEW + 1, code=code, language="en")
    with pytest.raises(AccountUnknown):
        who_am_i(deps, actor=ChatAccount(NEW + 1))


def test_an_account_of_somebody_else_and_a_member_with_an_account_are_refused(
    deps: Deps, branch: Branch, guest: Person
) -> None:
    code = code_for(deps, branch, guest)
    with pytest.raises(AccountTaken):
        join(deps, user_id=branch.member.user_id, code=code, language="en")
    join(deps, user_id=NEW, code=code, language="en")
    with pytest.raises(MemberTaken):
        join(deps, user_id=NEW + 1, code=code_for(deps, branch, guest), language="en")
    assert who_am_i(deps, actor=ChatAccount(NEW)).member.id == guest.member_id
    assert who_am_i(deps, actor=branch.member.actor).member.id == branch.member.member_id


def test_a_changed_phone_is_bound_anew_and_the_old_one_let_go(deps: Deps, branch: Branch) -> None:
    code = invite(deps, actor=branch.recorder.actor, member_id=branch.member.member_id, frees_account=True)
    with pytest.raises(AccountUnknown):
        who_am_i(deps, actor=branch.member.actor)
    assert join(deps, user_id=NEW, code=code, language="en").member.id == branch.member.member_id
    with pytest.raises(InvitationUsed):
        join(deps, user_id=branch.member.user_id, code=code, language="en")


def test_only_those_who_may_invite_do_and_only_within_their_units(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    with pytest.raises(NotAllowed):
        invite(deps, actor=branch.member.actor, member_id=branch.members[1].member_id)
    for member_id in (other_branch.member.member_id, 999_999):
        with pytest.raises(MemberUnknown):
            invite(deps, actor=branch.recorder.actor, member_id=member_id, frees_account=True)
    assert who_am_i(deps, actor=other_branch.member.actor).member.name == other_branch.member.name


def test_a_recorder_cannot_take_over_an_administrators_account(deps: Deps, branch: Branch) -> None:
    committee = a_unit(deps, code="committee", rulebook=None)
    chief = a_member(deps, unit=branch.unit, name="主任")
    with deps.store.begin() as uow:
        stored_members.grant_role(
            uow,
            member_id=chief.member_id,
            unit_id=committee.id,
            role=Role.ADMINISTRATOR,
            now=deps.clock.now(),
        )
    with pytest.raises(NotAllowed):
        invite(deps, actor=branch.recorder.actor, member_id=chief.member_id, frees_account=True)
    assert who_am_i(deps, actor=chief.actor).may == frozenset(Permission)


def moved_on(deps: Deps, person: Person, before: Branch, after: Branch, on: date) -> None:
    """Let a member leave one branch on a day and join another."""
    was = Membership(before.unit.id, MemberKind.FULL, None, None)
    with deps.store.begin() as uow:
        stored_members.update_membership(
            uow, member_id=person.member_id, before=was, after=replace(was, until_on=on)
        )
        stored_members.insert_membership(
            uow,
            member_id=person.member_id,
            unit_id=after.unit.id,
            kind=MemberKind.FULL,
            since_on=on,
            until_on=None,
        )


def test_who_has_left_is_out_of_reach_of_the_old_recorder(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    """A code frees the account of whoever it is for: the old branch must not give one out."""
    moved_on(deps, branch.member, branch, other_branch, TODAY)
    with pytest.raises(MemberUnknown):
        invite(deps, actor=branch.recorder.actor, member_id=branch.member.member_id, frees_account=True)
    assert who_am_i(deps, actor=branch.member.actor).member.id == branch.member.member_id
    code = invite(
        deps, actor=other_branch.recorder.actor, member_id=branch.member.member_id, frees_account=True
    )
    assert join(deps, user_id=NEW, code=code, language="en").member.id == branch.member.member_id


def test_who_comes_tomorrow_can_be_invited_today(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    moved_on(deps, branch.member, branch, other_branch, TODAY + timedelta(days=1))
    for recorder in (branch.recorder, other_branch.recorder):
        assert invite(deps, actor=recorder.actor, member_id=branch.member.member_id)


def test_home_is_the_old_branch_until_the_day_of_the_move(
    deps: Deps, clock: FixedClock, branch: Branch, other_branch: Branch
) -> None:
    moved_on(deps, branch.member, branch, other_branch, TODAY + timedelta(days=1))
    homes = [who_am_i(deps, actor=branch.member.actor).home]
    clock.advance(timedelta(days=1))
    homes.append(who_am_i(deps, actor=branch.member.actor).home)
    assert [home.unit if home else None for home in homes] == [branch.unit, other_branch.unit]


def test_the_member_list_shows_only_ones_own_units(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    actor = branch.recorder.actor
    everyone = [branch.secretary, *branch.recorders, *branch.members]
    page = list_members(deps, actor=actor)
    assert [row.member.id for row in page.rows] == [person.member_id for person in everyone]
    assert (page.total, {row.unit for row in page.rows}) == (5, {branch.unit})
    assert [[grant.role for grant in row.roles] for row in page.rows][:2] == [
        [Role.SECRETARY],
        [Role.RECORDER],
    ]
    assert list_members(deps, actor=actor, unit_id=other_branch.unit.id).rows == ()
    assert list_members(deps, actor=actor, text="haizi").rows == ()
    found = list_members(deps, actor=actor, text=" 党员1 ")
    assert [row.member.name for row in found.rows] == [branch.member.name]
    for wild in ("%", "_"):
        assert list_members(deps, actor=actor, text=wild).total == 0
    with pytest.raises(NotAllowed):
        list_members(deps, actor=branch.member.actor)


def test_an_administrator_reaches_every_unit_below(deps: Deps) -> None:
    committee, chief = an_administrator(deps)
    below = a_unit(deps, code="below", parent_id=committee.id)
    beside = a_unit(deps, code="beside")
    inside = a_member(deps, unit=below, name="张三")
    a_member(deps, unit=beside, name="李四")
    listed = list_members(deps, actor=chief.actor)
    assert {row.member.id for row in listed.rows} == {chief.member_id, inside.member_id}
    assert who_am_i(deps, actor=chief.actor).home is None


def test_the_last_of_several_memberships_is_home(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    moved_on(deps, branch.member, branch, other_branch, TODAY)
    home = who_am_i(deps, actor=branch.member.actor).home
    assert home is not None
    assert (home.unit, home.memberships) == (
        other_branch.unit,
        (Membership(other_branch.unit.id, MemberKind.FULL, TODAY, None),),
    )


def test_language_and_block_are_remembered(deps: Deps, branch: Branch) -> None:
    person = branch.member
    choose_language(deps, actor=person.actor, language="en")
    note_blocked(deps, user_id=person.user_id, is_blocked=True)
    with deps.store.read() as uow:
        account = stored_accounts.account_of_member(uow, person.member_id)
        assert account == stored_accounts.Account(person.user_id, person.member_id, deps.clock.now())
    note_blocked(deps, user_id=person.user_id, is_blocked=False)
    with deps.store.read() as uow:
        account = stored_accounts.account_of_member(uow, person.member_id)
        assert account == stored_accounts.Account(person.user_id, person.member_id, None)
    assert who_am_i(deps, actor=person.actor).member.language == "en"


def test_installing_twice_only_makes_a_new_invitation(deps: Deps) -> None:
    first = install(deps, organisation="某某党委", administrator="主任")
    again = install(deps, organisation="另一个", administrator="别人")
    assert (first.is_new, again.is_new, again.member_id) == (True, False, first.member_id)
    with pytest.raises(InvitationUsed):
        join(deps, user_id=NEW, code=first.code, language="zh_Hans")
    me = join(deps, user_id=NEW, code=again.code, language="zh_Hans")
    assert (me.member.name, me.may, me.home) == ("主任", frozenset(Permission), None)
