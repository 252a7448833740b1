"""How the bot gets its updates: getUpdates and the webhook's settings."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.bot_api.call import Call
from sandbox.errors import bad_request
from sandbox.updates import BATCH_MAX, Webhook

POLL_SECONDS_MAX = 50
CONNECTIONS_MAX = 100
CONNECTIONS_DEFAULT = 40


async def get_updates(call: Call) -> list[dict[str, Any]]:
    """Return the next updates, waiting up to `timeout` seconds for one."""
    _read_allowed(call)
    limit = call.whole("limit", BATCH_MAX)
    return await call.world.updates.fetch(
        offset=call.whole("offset"),
        limit=min(max(limit, 1), BATCH_MAX),
        timeout_seconds=min(max(call.whole("timeout"), 0), POLL_SECONDS_MAX),
    )


def set_webhook(call: Call) -> bool:
    """Bring updates to an address; an empty one is the end of it."""
    url = call.text("url")
    if not url:
        return delete_webhook(call)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret_token = call.text("secret_token")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret_token):
        raise bad_request("secret token contains unallowed characters")
    _read_allowed(call)
    if call.flag("drop_pending_updates"):
        call.world.updates.clear()
    connections = call.whole("max_connections", CONNECTIONS_DEFAULT)
    call.world.updates.set_webhook(
        Webhook(url=url, secret_token=secret_token, max_connections=min(max(connections, 1), CONNECTIONS_MAX))
    )
    return True


def delete_webhook(call: Call) -> bool:
    """Let updates be fetched again."""
    if call.flag("drop_pending_updates"):
        call.world.updates.clear()
    if call.world.updates.webhook is not None:
        call.world.updates.set_webhook(None)
    return True


def get_webhook_info(call: Call) -> dict[str, Any]:
    """Return the webhook's settings and its last trouble."""
    updates = call.world.updates
    row: dict[str, Any] = {
        "url": updates.webhook.url if updates.webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": updates.pending_count,
    }
    if updates.webhook is not None:
        row["max_connections"] = updates.webhook.max_connections
    if updates.allowed:
        row["allowed_updates"] = updates.allowed
    if updates.trouble.message:
        row["last_error_date"] = updates.trouble.failed_at
        row["last_error_message"] = updates.trouble.message
    return row


def _read_allowed(call: Call) -> None:
    """Take over which kinds of updates are wanted; an empty list is all kinds, none given is as before."""
    allowed = call.parsed("allowed_updates")
    if isinstance(allowed, list):
        call.world.updates.allowed = [str(kind) for kind in allowed] or None
