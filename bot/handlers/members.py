"""Oneself: joining, the welcome, help, language, the panel link, and words that fit nowhere."""

import re

from aiogram.types import ReplyKeyboardMarkup

from bot.callbacks import Act, Tap
from bot.conversation import Conversation
from bot.handlers.counter import open_by_code
from bot.screen import Button, Screen, button, main_menu
from domain.access import Permission
from domain.errors import AccountUnknown, InvitationUnknown, JifenError
from domain.members import Role
from domain.shop import typed_code
from services import members, sessions
from services.members import Me
from templates.labels import Label
from templates.words import LANGUAGES, NAMES, label, language_of

CODE = re.compile(r"[A-Za-z0-9_-]{10,64}")


async def start_command(conv: Conversation, argument: str) -> None:
    """/start, with an invitation code from the link or without."""
    if argument:
        await join(conv, argument)
        return
    await welcome(conv, await conv.run(members.who_am_i, actor=conv.actor))


async def join(conv: Conversation, code: str) -> None:
    """Bind this account to the roster row that the code invites."""
    me = await conv.run(
        members.join, user_id=conv.user_id, code=code, language=language_of(conv.client_language)
    )
    await welcome(conv, me)


async def welcome(conv: Conversation, me: Me) -> None:
    """Greet by name and branch, with the keyboard that stays."""
    await conv.speak(me.member.language or conv.language)
    is_recorder = any(grant.role is Role.RECORDER for grant in me.grants)
    text = conv.words("members/welcome.j2", me=me, is_recorder=is_recorder)
    await conv.say(Screen(text), menu=_menu(conv, me))


def _menu(conv: Conversation, me: Me) -> ReplyKeyboardMarkup:
    return main_menu(
        conv.language,
        may_decide=Permission.DECIDE_REPORTS in me.may,
        may_announce=Permission.ANNOUNCE in me.may,
        may_freeze=Permission.FREEZE_PERIOD in me.may,
        has_panel=bool(me.grants),
        has_shop=me.has_shop,
        keeps_shop=me.keeps_shop,
    )


async def help_command(conv: Conversation) -> None:
    """/help."""
    me = await conv.run(members.who_am_i, actor=conv.actor)
    facts = {
        "may_decide": Permission.DECIDE_REPORTS in me.may,
        "may_announce": Permission.ANNOUNCE in me.may,
        "may_freeze": Permission.FREEZE_PERIOD in me.may,
        "has_panel": bool(me.grants),
        "has_shop": me.has_shop,
        "keeps_shop": me.keeps_shop,
    }
    await conv.say(Screen(conv.words("members/help.j2", **facts)), menu=_menu(conv, me))


async def panel_command(conv: Conversation) -> None:
    """/panel: a login link, once, for five minutes."""
    url = await conv.run(sessions.new_login_link, actor=conv.actor)
    open_panel = Button(label(Label.OPEN_PANEL, conv.language), url=url)
    await conv.say(Screen(conv.words("members/panel_link.j2", url=url), ((open_panel,),)))


async def language_command(conv: Conversation) -> None:
    """/language."""
    choices = tuple(button(NAMES[code], Act.LANGUAGE, 0, code) for code in LANGUAGES)
    await conv.say(Screen(conv.words("members/language.j2"), (choices,)))


async def tap_language(conv: Conversation, tap: Tap) -> None:
    """A language was chosen."""
    if tap.arg not in LANGUAGES:
        return
    await conv.run(members.choose_language, actor=conv.actor, language=tap.arg)
    await conv.speak(tap.arg)
    await welcome(conv, await conv.run(members.who_am_i, actor=conv.actor))


async def stray_text(conv: Conversation, text: str) -> None:
    """A text outside any dialog: perhaps an invitation code, otherwise a hint."""
    try:
        me = await conv.run(members.who_am_i, actor=conv.actor)
    except AccountUnknown:
        await _perhaps_code(conv, text.strip())
        return
    if me.keeps_shop and typed_code(text) is not None:
        await open_by_code(conv, text)
        return
    await conv.say(Screen(conv.words("members/nothing_here.j2", kind="text")), menu=_menu(conv, me))


async def _perhaps_code(conv: Conversation, text: str) -> None:
    if not CODE.fullmatch(text):
        await conv.refuse(AccountUnknown())
        return
    try:
        await join(conv, text)
    except InvitationUnknown as unknown:
        await conv.refuse(unknown)


async def group_message(conv: Conversation) -> None:
    """A command in a group: points are nobody else's business."""
    await conv.say(Screen(conv.words("members/group.j2")))


async def unknown_kind(conv: Conversation, kind: str) -> None:
    """A sticker, voice message, location …: say what to do instead."""
    try:
        await conv.run(members.who_am_i, actor=conv.actor)
    except JifenError as error:
        await conv.refuse(error)
        return
    await conv.say(Screen(conv.words("members/nothing_here.j2", kind=kind)))


ANYWHERE_TAPS = {Act.LANGUAGE: tap_language}
