"""Puts the first words into the chats of those who joined: their /start, and the bot's welcome."""

from datetime import datetime

from bot.screen import main_menu
from domain.access import Permission
from domain.members import Role
from sandbox.formatting import parse_html, trimmed, with_found_entities
from sandbox.world import World
from services.actors import ChatAccount
from services.deps import Deps
from services.members import who_am_i
from templates.words import DEFAULT_LANGUAGE, render


def greet(deps: Deps, world: World, *, user_id: int, at: datetime) -> None:
    """Post the beginning of a chat, dated `at`, with the keyboard that stays."""
    me = who_am_i(deps, actor=ChatAccount(user_id))
    language = me.member.language or DEFAULT_LANGUAGE
    may_decide = Permission.DECIDE_REPORTS in me.may
    is_recorder = any(grant.role is Role.RECORDER for grant in me.grants)
    chat = world.book.chats[user_id]
    start = {"text": "/start", "entities": with_found_entities("/start", [])}
    begun = world.post(chat, start, sender=world.book.users[user_id])
    words = render("messages/members/welcome.j2", language, {"me": me, "is_recorder": is_recorder})
    text, entities = trimmed(*parse_html(words))
    answer = world.post(chat, {"text": text, "entities": entities} if entities else {"text": text})
    begun.sent_at = answer.sent_at = int(at.timestamp())
    menu = main_menu(
        language,
        may_decide=may_decide,
        may_announce=Permission.ANNOUNCE in me.may,
        may_freeze=Permission.FREEZE_PERIOD in me.may,
        has_panel=bool(me.grants),
        has_shop=me.has_shop,
        keeps_shop=me.keeps_shop,
    )
    chat.reply_keyboard = menu.model_dump(mode="json", exclude_none=True)
