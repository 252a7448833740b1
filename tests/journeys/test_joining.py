"""Joining, done wrong in every way: one plain sentence, and nothing else happens."""

from datetime import timedelta

import pytest

from domain.errors import AccountUnknown
from services.actors import ChatAccount
from services.members import who_am_i
from templates.words import render
from tests.builders import Person, a_member
from tests.journeys.conftest import Stage
from tests.journeys.phone import a_jpeg

pytestmark = pytest.mark.journey
STRANGER = "您还没有加入。请打开记录员发给您的邀请链接，或者把邀请码直接发给我。"
USED = "这个邀请码已经用过了。请向记录员再要一个。"
TYPED = ("你好", "申报", "我的积分", "我的申报", "待审", "管理面板", "/start", "/help", "/panel", "/nonsense")
UNKNOWN = "这个邀请码不对。请核对，或向记录员再要一个。"


def somebody_new(stage: Stage, name: str = "王小红") -> Person:
    """Put a row into the roster that no account is bound to."""
    return a_member(stage.deps, unit=stage.branch.unit, name=name, is_bound=False)


async def test_a_stranger_is_told_how_to_join_whatever_they_send(stage: Stage) -> None:
    phone = stage.stranger()
    for text in TYPED:
        assert await phone.ask(text) == STRANGER
    for kind in ("sticker", "voice", "location"):
        before = max(phone.messages)
        await phone.send(kind)
        assert await phone.next_words(before) == STRANGER
    before = max(phone.messages)
    await phone.send_photos(a_jpeg())
    assert await phone.next_words(before) == STRANGER
    message = await phone.read(STRANGER)
    for data in ("t:rn:0:", "t:va:1:1", "t:ml:0:0", "t:pn:1:2026-03", "t:sl:0:en"):
        assert await phone.alert_of(message["message_id"], data=data) == STRANGER


async def test_a_code_opens_once_and_only_for_the_one_who_used_it(stage: Stage) -> None:
    person = somebody_new(stage)
    code = stage.invite(person)
    phone, other = stage.stranger("王小红"), stage.stranger("别人")
    welcome = await phone.ask(f"/start {code}")
    again = await phone.ask(f"/start {code}")
    assert welcome.splitlines()[0] == "王小红，您好！您已加入「chunfeng支部」。"
    assert again == welcome
    assert await other.ask(f"/start {code}") == USED
    assert await other.ask(code) == USED
    with pytest.raises(AccountUnknown):
        who_am_i(stage.deps, actor=ChatAccount(other.user_id))


async def test_a_code_works_as_plain_text(stage: Stage) -> None:
    phone = stage.stranger("王小红")
    welcome = await phone.ask(stage.invite(somebody_new(stage)))
    assert welcome.splitlines()[0] == "王小红，您好！您已加入「chunfeng支部」。"


async def test_wrong_replaced_and_expired_codes_get_one_sentence(stage: Stage) -> None:
    person = somebody_new(stage)
    replaced = stage.invite(person)
    current = stage.invite(person)
    phone = stage.stranger("王小红")
    assert await phone.ask("/start AAAAAAAAAAAAAAAA") == UNKNOWN
    assert await phone.ask("AAAAAAAAAAAAAAAA") == UNKNOWN
    assert await phone.ask(f"/start {replaced}") == USED
    stage.clock.advance(timedelta(days=30))
    assert await phone.ask(f"/start {current}") == "这个邀请码过期了。请向记录员再要一个。"
    assert await phone.ask("申报") == STRANGER


async def test_a_bound_account_cannot_take_another_row(stage: Stage) -> None:
    code = stage.invite(somebody_new(stage))
    assert await stage.member.ask(f"/start {code}") == "这个聊天账号已经绑定了另一位成员。请联系记录员。"
    phone = stage.stranger("王小红")
    assert "王小红，您好！" in await phone.ask(f"/start {code}")


async def test_a_row_that_is_bound_is_not_given_away(stage: Stage) -> None:
    code = stage.invite(stage.branch.member)
    phone = stage.stranger("换了手机")
    assert await phone.ask(f"/start {code}") == (
        "这位成员已经绑定了别的账号。换了手机或账号，请让记录员重新绑定。"
    )
    assert await phone.ask("我的申报") == STRANGER


async def test_a_changed_account_is_bound_anew_and_the_old_one_is_a_stranger(stage: Stage) -> None:
    old, new = stage.member, stage.stranger("换了手机")
    await old.say("申报")
    await old.tap("服务")
    await old.read("里的哪一项")
    code = stage.invite(stage.branch.member, frees_account=True)
    message = old.with_button("社区清扫")
    assert message is not None
    assert await old.alert_of(message["message_id"], text="社区清扫 +5") == STRANGER
    assert await old.ask("申报") == STRANGER
    assert f"{stage.branch.member.name}，您好！" in await new.ask(f"/start {code}")
    await new.say("我的申报")
    await new.read("草稿")
    assert who_am_i(stage.deps, actor=ChatAccount(new.user_id)).member.id == stage.branch.member.member_id


async def test_an_english_client_is_greeted_in_english(stage: Stage) -> None:
    with stage.deps.store.begin() as uow:
        uow.connection.exec_driver_sql("UPDATE members SET language = NULL WHERE name = 'chunfeng党员2'")
    person = stage.branch.members[1]
    code = stage.invite(person, frees_account=True)
    phone = stage.stranger("Newcomer", "en-GB")
    greeting = await phone.ask(f"/start {code}")
    me = who_am_i(stage.deps, actor=ChatAccount(phone.user_id))
    assert me.member.language == "en"
    assert greeting == render("messages/members/welcome.j2", "en", {"me": me, "is_recorder": False})
