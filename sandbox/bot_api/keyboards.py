"""Checks the keyboards that a bot attaches to its messages."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.bot_api.call import Call
from sandbox.chats import Chat
from sandbox.errors import BotApiError, bad_request

CALLBACK_DATA_BYTES_MAX = 64
BUTTONS_MAX = 100
BUTTONS_PER_ROW_MAX = 8
STYLES = frozenset({"primary", "success", "danger"})
_ACTIONS = frozenset(
    {
        "callback_data",
        "url",
        "copy_text",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "pay",
    }
)


def read_inline_keyboard(call: Call) -> dict[str, Any] | None:
    """Return the inline keyboard of a call, or None; other markup is not for edits.

    Raises: BotApiError 400 in Telegram's words.
    """
    markup = _markup(call)
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return _checked_inline(markup)


def read_markup(call: Call, chat: Chat) -> dict[str, Any] | None:
    """Return the inline keyboard of a new message; put up or take down the chat's own keyboard.

    Raises: BotApiError 400 in Telegram's words.
    """
    markup = _markup(call)
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        return _checked_inline(markup)
    if "keyboard" in markup:
        chat.reply_keyboard = _checked_reply(markup)
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None
    elif not markup.get("force_reply"):
        raise bad_request("object expected as reply markup")
    return None


def _markup(call: Call) -> dict[str, Any] | None:
    markup = call.parsed("reply_markup")
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    return markup


def _checked_inline(markup: dict[str, Any]) -> dict[str, Any] | None:
    rows = [[_checked_button(button) for button in row] for row in _rows(markup["inline_keyboard"], "inline")]
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _checked_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _unparsable("inline", "Object expected")
    text = button.get("text")
    if not isinstance(text, str):
        raise _unparsable("inline", 'Can\'t find field "text"')
    if not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not _ACTIONS & button.keys():
        raise bad_request("text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 0 < len(str(data).encode()) <= CALLBACK_DATA_BYTES_MAX:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(str(button["url"]))
    if button.get("style", "primary") not in STYLES:
        raise bad_request("BUTTON_STYLE_INVALID")
    return button


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "tg"} or not parts.netloc:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _checked_reply(markup: dict[str, Any]) -> dict[str, Any]:
    rows = []
    for row in _rows(markup["keyboard"], "reply"):
        buttons = [{"text": button} if isinstance(button, str) else button for button in row]
        if not all(isinstance(button, dict) and button.get("text") for button in buttons):
            raise _unparsable("reply", 'Can\'t find field "text"')
        rows.append(buttons)
    return {**markup, "keyboard": rows}


def _rows(rows: Any, which: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise _unparsable(which, "Array of Arrays expected")
    is_too_wide = any(len(row) > BUTTONS_PER_ROW_MAX for row in rows)
    if is_too_wide or sum(map(len, rows)) > BUTTONS_MAX:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return rows


def _unparsable(which: str, reason: str) -> BotApiError:
    return bad_request(f"can't parse {which} keyboard button: {reason}")
