"""What a bot may ask about itself, chats and their members, and the commands it offers."""

import json
import re
from typing import Any

from sandbox.bot_api.call import Call
from sandbox.errors import bad_request

COMMANDS_MAX = 100
COMMAND_DESCRIPTION_MAX = 256
EVERYWHERE = {"type": "default"}


def get_me(call: Call) -> dict[str, Any]:
    """Return the bot's own account."""
    return {
        **call.world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(call: Call) -> dict[str, Any]:
    """Return all about a chat."""
    chat = call.chat()
    row = {
        **call.world.chat_json(chat),
        "accent_color_id": 1,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.pinned_ids:
        row["pinned_message"] = call.world.message_json(chat.messages[chat.pinned_ids[-1]])
    return row


def get_chat_member(call: Call) -> dict[str, Any]:
    """Return how a person, or the bot itself, belongs to a chat."""
    chat = call.chat()
    user_id = call.whole("user_id")
    if user_id == call.world.bot_id:
        return {"user": call.world.bot, "status": "member"}
    user = call.world.book.users.get(user_id)
    if user is None:
        raise bad_request("user not found" if chat.is_group else "member not found")
    status = "member" if user_id in chat.member_ids else "left"
    return {"user": user.to_api(), "status": status}


def get_chat_member_count(call: Call) -> int:
    """Count the people of a chat and the bot."""
    return len(call.chat().member_ids) + 1


def set_my_commands(call: Call) -> bool:
    """Offer commands to an audience in a language."""
    commands = call.parsed("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: Array expected")
    if len(commands) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", "")).removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= COMMAND_DESCRIPTION_MAX:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    call.world.commands[_audience(call)] = [
        {"command": str(command["command"]).removeprefix("/"), "description": str(command["description"])}
        for command in commands
    ]
    return True


def get_my_commands(call: Call) -> list[dict[str, str]]:
    """Return the commands offered to exactly this audience."""
    return call.world.commands.get(_audience(call), [])


def delete_my_commands(call: Call) -> bool:
    """Offer this audience no commands of its own."""
    call.world.commands.pop(_audience(call), None)
    return True


def audience_key(scope: dict[str, Any], language_code: str) -> str:
    """Name an audience: a scope and a language, empty for all languages."""
    return f"{json.dumps(scope, sort_keys=True)} {language_code}"


def _audience(call: Call) -> str:
    return audience_key(call.parsed("scope") or EVERYWHERE, call.text("language_code"))
