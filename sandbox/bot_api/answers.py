"""Answers to tapped buttons, typing signs and reactions."""

from sandbox.bot_api.call import Call
from sandbox.errors import BotApiError, bad_request
from sandbox.formatting import utf16_length
from sandbox.people import show_alert

ANSWER_UNITS_MAX = 200
CALLBACK_SECONDS_MAX = 15 * 60
ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


def answer_callback_query(call: Call) -> bool:
    """Answer a tap, once; the words show on the phone that tapped."""
    text = call.text("text")
    if utf16_length(text) > ANSWER_UNITS_MAX:
        raise bad_request("MESSAGE_TOO_LONG")
    callback = call.world.book.callbacks.pop(call.text("callback_query_id"), None)
    if callback is None or call.world.now_seconds() - callback.tapped_at > CALLBACK_SECONDS_MAX:
        raise _too_old()
    if text:
        show_alert(call.world, callback, text, show_alert=call.flag("show_alert"))
    return True


def send_chat_action(call: Call) -> bool:
    """Accept a typing sign."""
    call.open_chat()
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    return True


def set_message_reaction(call: Call) -> bool:
    """Accept a reaction to a message."""
    chat = call.open_chat()
    call.message(chat, call.whole("message_id"), purpose="react")
    return True


def _too_old() -> BotApiError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")
