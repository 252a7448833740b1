"""Asks the Bot API who the bot is, and what time it is there; a single plain request."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from services.settings import Settings

SECONDS_MAX = 10
CHAT_ADDRESS = "https://t.me"


@dataclass(frozen=True, slots=True)
class BotAnswer:
    """What the Bot API said: the bot's name, or why not; `at` is the server's clock where it told."""

    name: str | None
    refusal: str
    at: datetime | None


def ask_bot(settings: Settings) -> BotAnswer:
    """Return what getMe answers for the token of the settings, which must be there.

    The token is never part of the answer.
    """
    assert settings.bot_token is not None, "whoever asks has looked"
    address = f"{settings.api_base}/bot{settings.bot_token.get_secret_value()}/getMe"
    proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    try:
        with opener.open(address, timeout=SECONDS_MAX) as answer:
            facts = json.load(answer)
            return BotAnswer(str(facts["result"]["username"]), "", _date(answer.headers.get("Date")))
    except urllib.error.HTTPError as refused:
        with refused:
            words = "the token is not valid" if refused.code in {401, 404} else f"HTTP {refused.code}"
            return BotAnswer(None, words, _date(refused.headers.get("Date")))
    except (urllib.error.URLError, OSError) as failure:
        return BotAnswer(None, f"not reachable ({getattr(failure, 'reason', failure)})", None)
    except (ValueError, KeyError, TypeError):
        return BotAnswer(None, "the answer is not the Bot API's", None)


def invitation_link(bot: str, code: str) -> str:
    """Return the link that opens the bot with an invitation."""
    return f"{CHAT_ADDRESS}/{bot}?start={code}"


def how_to_join(bot: str | None, code: str) -> str:
    """Return the link of an invitation, or without a known bot what to send to it."""
    return invitation_link(bot, code) if bot else f"/start {code}"


def bot_name(settings: Settings, given: str | None) -> str | None:
    """Return the bot's name: as given, or as the Bot API says; None where neither is known."""
    if given:
        return given.removeprefix("@")
    return ask_bot(settings).name if settings.bot_token is not None else None


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
