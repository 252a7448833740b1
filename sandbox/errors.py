"""What the sandbox refuses with: the Bot API's own errors, and the control interface's."""


class BotApiError(Exception):
    """A refusal in the Bot API's shape: a code, its words, and sometimes how long to wait or where to go."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        retry_after_seconds: int | None = None,
        new_chat_id: int | None = None,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after_seconds = retry_after_seconds
        self.new_chat_id = new_chat_id

    def body(self) -> dict[str, object]:
        """Return the answer's JSON object."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after_seconds is not None:
            answer["parameters"] = {"retry_after": self.retry_after_seconds}
        if self.new_chat_id is not None:
            answer["parameters"] = {"migrate_to_chat_id": self.new_chat_id}
        return answer


class ControlError(Exception):
    """A control call that cannot be carried out: an HTTP status and a sentence for its caller."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def bad_request(reason: str) -> BotApiError:
    """Build a 400 with Telegram's prefix."""
    return BotApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> BotApiError:
    """Build a 403 with Telegram's prefix."""
    return BotApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> BotApiError:
    """Build a 409 with Telegram's prefix."""
    return BotApiError(409, f"Conflict: {reason}")


def too_many_requests(retry_after_seconds: int) -> BotApiError:
    """Build a 429 that says how long to wait."""
    return BotApiError(
        429,
        f"Too Many Requests: retry after {retry_after_seconds}",
        retry_after_seconds=retry_after_seconds,
    )


def group_upgraded(new_chat_id: int) -> BotApiError:
    """Build the 400 for a group that lives under another id by now."""
    return BotApiError(
        400, "Bad Request: group chat was upgraded to a supergroup chat", new_chat_id=new_chat_id
    )
