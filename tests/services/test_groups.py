"""Groups: each belongs to the branch of whoever took the bot in, once, whatever its address."""

from services.deps import Deps
from services.groups import note_joined, note_left, note_moved
from storage import groups as stored_groups
from tests.builders import Branch

GROUP, SUPERGROUP = -55, -100_55


def groups_of(deps: Deps, *branches: Branch) -> list[tuple[int, int]]:
    """Return (chat, unit) of the groups that announcements to these branches go to."""
    with deps.store.read() as uow:
        found = stored_groups.list_groups(uow, [branch.unit.id for branch in branches])
    return [(group.chat_id, group.unit_id) for group in found]


def test_group_stays_with_its_branch_when_another_ones_recorder_changes_the_bots_rights(
    deps: Deps, branch: Branch, other_branch: Branch
) -> None:
    """Lists of names go to it: whoever makes the bot an administrator must not take the group along."""
    for asking in (branch.recorder, other_branch.recorder):
        note_joined(deps, actor=asking.actor, chat_id=GROUP, title="支部群")
    assert groups_of(deps, branch, other_branch) == [(GROUP, branch.unit.id)]
    note_left(deps, chat_id=GROUP)
    note_joined(deps, actor=other_branch.recorder.actor, chat_id=GROUP, title="支部群")
    assert groups_of(deps, branch, other_branch) == [(GROUP, other_branch.unit.id)]


def test_group_known_by_both_its_addresses_is_written_to_once(deps: Deps, branch: Branch) -> None:
    for chat_id in (GROUP, SUPERGROUP):
        note_joined(deps, actor=branch.recorder.actor, chat_id=chat_id, title="支部群")
    for _ in range(2):
        note_moved(deps, old_chat_id=GROUP, new_chat_id=SUPERGROUP)
        assert groups_of(deps, branch) == [(SUPERGROUP, branch.unit.id)]
