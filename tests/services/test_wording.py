"""A unit's own words: the nearest unit that has some, versions that nobody overwrites."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import JifenError, MemberUnknown, NotAllowed, UnitUnknown, WordingRefused
from domain.wording import Slot
from services.deps import Deps
from services.wording import chosen_member, footer_of, open_wording, own_words, save_wording
from tests.builders import Person, a_branch, an_administrator

FOOTER, ZH = Slot.ANNOUNCEMENT_FOOTER, "zh_Hans"


def save(deps: Deps, by: Person, unit_id: int, text: str, version: int = 0) -> None:
    save_wording(deps, actor=by.actor, unit_id=unit_id, slot=FOOTER, language=ZH, text=text, version=version)


def test_nearest_unit_with_words_is_heard(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, parent_id=committee.id)
    assert footer_of(deps, unit_id=branch.unit.id, language=ZH) == ""
    save(deps, administrator, committee.id, "街道党工委")
    assert footer_of(deps, unit_id=branch.unit.id, language=ZH) == "街道党工委"
    assert footer_of(deps, unit_id=branch.unit.id, language="en") == ""
    save(deps, administrator, branch.unit.id, "{单位}")
    assert footer_of(deps, unit_id=branch.unit.id, language=ZH) == "{单位}"
    assert footer_of(deps, unit_id=committee.id, language=ZH) == "街道党工委"
    save(deps, administrator, branch.unit.id, "", version=1)
    assert footer_of(deps, unit_id=branch.unit.id, language=ZH) == "街道党工委"
    with deps.store.read() as uow:
        assert own_words(uow, branch.unit.id, Slot.REMINDER_GREETING, ZH) == ""


def test_first_of_two_writers_wins_and_nothing_is_lost(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)

    def attempt(text: str) -> str:
        try:
            save(deps, administrator, committee.id, text)
        except JifenError as refused:
            return refused.code
        return "saved"

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(attempt, ["甲", "乙", "丙", "丁"]))
    assert answers == ["conflict"] * 3 + ["saved"]
    desk = open_wording(deps, actor=administrator.actor, languages=(ZH,))
    assert [one.version for one in desk.versions[FOOTER, ZH]] == [1]
    save(deps, administrator, committee.id, desk.text(FOOTER, ZH), version=1)
    assert open_wording(deps, actor=administrator.actor, languages=(ZH,)).version(FOOTER, ZH) == 1


def test_only_administrators_of_the_unit_write(deps: Deps) -> None:
    committee, administrator = an_administrator(deps)
    branch = a_branch(deps, parent_id=committee.id)
    other = a_branch(deps, code="elsewhere")
    for person in (branch.secretary, branch.recorder, branch.member):
        with pytest.raises(NotAllowed):
            save(deps, person, branch.unit.id, "x")
    with pytest.raises(NotAllowed):
        save(deps, administrator, other.unit.id, "x")
    with pytest.raises(UnitUnknown):
        open_wording(deps, actor=administrator.actor, unit_id=other.unit.id, languages=(ZH,))
    with pytest.raises(WordingRefused):
        save(deps, administrator, branch.unit.id, "{姓名}")
    desk = open_wording(deps, actor=administrator.actor, unit_id=branch.unit.id, languages=(ZH,))
    with pytest.raises(MemberUnknown):
        chosen_member(desk, other.member.member_id)
    assert footer_of(deps, unit_id=branch.unit.id, language=ZH) == ""
