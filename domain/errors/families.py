"""The root of all refusals and its four families."""

from typing import ClassVar


class JifenError(Exception):
    """Something was refused; `code` is stable and `facts()` are what a sentence about it may need."""

    code: ClassVar[str] = "refused"

    def facts(self) -> dict[str, object]:
        """Return the typed fields, for the template of this code."""
        return dict(vars(self))

    def __str__(self) -> str:
        return f"{self.code} {self.facts()}" if self.facts() else self.code


class NotKnown(JifenError):
    """The thing asked for is not there for this actor; never says whether it exists for others."""

    code = "unknown"


class NotAllowed(JifenError):
    """The actor's roles do not reach this."""

    code = "access.denied"


class Conflict(JifenError):
    """Somebody or something was first."""

    code = "conflict"


class Invalid(JifenError):
    """The facts given break a rule; nothing was changed."""

    code = "invalid"
