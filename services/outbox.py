"""Messages that could not be delivered: shown to those who look after their people, and sent again."""

from dataclasses import dataclass

from domain.access import Permission
from domain.errors import MessageUndeliverable, MessageUnknown
from services.actors import Actor, identify, require_reach
from services.deps import Deps
from storage import outbox as stored_outbox
from storage.outbox import DeadLetter

PAGE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class DeadLetterPage:
    """One page of messages given up, newest first; pages count from 0."""

    letters: tuple[DeadLetter, ...]
    page: int
    total: int


def list_dead_letters(deps: Deps, *, actor: Actor, page: int = 0) -> DeadLetterPage:
    """Return one page of the messages given up that were for members or groups of the actor's units.

    Raises:
        NotAllowed: the actor may announce nowhere.
    """
    with deps.store.read() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.ANNOUNCE)
        letters, total = stored_outbox.list_dead(uow, reach, limit=PAGE_LENGTH, offset=page * PAGE_LENGTH)
        return DeadLetterPage(tuple(letters), page, total)


def send_letter_again(deps: Deps, *, actor: Actor, message_id: int) -> None:
    """Put one given-up message back into the queue; again, while it waits, is refused.

    Raises:
        NotAllowed: the actor may announce nowhere.
        MessageUnknown: not there, not given up, or not for the actor's units.
        MessageUndeliverable: the member it is for has not joined.
    """
    with deps.store.begin() as uow:
        reach = require_reach(uow, identify(uow, actor), Permission.ANNOUNCE)
        if not stored_outbox.units_of_letter(uow, message_id) & reach:
            raise MessageUnknown
        if not stored_outbox.is_deliverable(uow, message_id):
            raise MessageUndeliverable
        if not stored_outbox.revive(uow, message_id, now=deps.clock.now()):
            raise MessageUnknown
