"""Reporting: every step checked, every refusal without a trace, two taps one report."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction

import pytest

from domain.errors import (
    AccountUnknown,
    AmountRefused,
    DateRefusal,
    DateRefused,
    EvidenceRefusal,
    EvidenceRefused,
    ItemRefused,
    JifenError,
    NoDecider,
    NoteTooLong,
    ReportIncomplete,
    ReportUnknown,
    StatusConflict,
)
from domain.reports import (
    EVIDENCE_COUNT_MAX,
    NOTE_LENGTH_MAX,
    TRANSITIONS,
    EvidenceKind,
    Report,
    ReportAction,
    ReportStatus,
)
from services.actors import ChatAccount
from services.clock import FixedClock
from services.deps import Deps
from services.reports import (
    PAGE_LENGTH,
    Change,
    attach_evidence,
    discard,
    drop_evidence,
    edit_report,
    my_reports,
    open_report,
    put_aside,
    reopen,
    start_report,
    submit_report,
    withdraw,
)
from storage import units as stored_units
from tests.builders import (
    TODAY,
    Branch,
    Person,
    a_member,
    a_photo,
    a_report,
    a_unit,
    an_administrator,
    finalise,
)
from tests.services.outbox import waiting_keys

YESTERDAY = TODAY - timedelta(days=1)


def draft_of(deps: Deps, person: Person, **facts: object) -> Report:
    report = a_report(deps, person, status=ReportStatus.DRAFT, photos=0)
    if facts:
        report = edit(deps, person, report, **facts)
    return report


def edit(deps: Deps, person: Person, report: Report, **facts: object) -> Report:
    change = Change(**facts)  # type: ignore[arg-type]  # each test gives facts of the right type
    return edit_report(deps, actor=person.actor, report_id=report.id, change=change).report


def reread(deps: Deps, person: Person, report: Report) -> Report:
    return open_report(deps, actor=person.actor, report_id=report.id).report


def test_the_same_cause_starts_one_report(deps: Deps, branch: Branch) -> None:
    actor = branch.member.actor
    first = start_report(deps, actor=actor, cause_key="tap:1").report
    again = start_report(deps, actor=actor, cause_key="tap:1").report
    untouched = start_report(deps, actor=actor, cause_key="tap:2").report
    assert [again, untouched] == [first, first]
    assert (first.status, first.unit_id) == (ReportStatus.DRAFT, branch.unit.id)
    edit(deps, branch.member, first, item="clean")
    other = start_report(deps, actor=actor, cause_key="tap:2").report
    assert other.id != first.id
    with pytest.raises(ReportUnknown):
        start_report(deps, actor=branch.members[1].actor, cause_key="tap:1")


def test_ten_taps_at_once_start_one_report(deps: Deps, branch: Branch) -> None:
    def tap(_number: int) -> int:
        return start_report(deps, actor=branch.member.actor, cause_key="tap").report.id

    with ThreadPoolExecutor(10) as threads:
        (report_id,) = set(threads.map(tap, range(10)))
    edit_report(deps, actor=branch.member.actor, report_id=report_id, change=Change(item="clean"))
    assert [report.id for report in my_reports(deps, actor=branch.member.actor).reports] == [report_id]


def test_a_draft_in_which_nothing_was_chosen_is_not_listed(deps: Deps, branch: Branch) -> None:
    actor = branch.member.actor
    first = start_report(deps, actor=actor, cause_key="first").report.id
    assert my_reports(deps, actor=actor).total == 0
    assert start_report(deps, actor=actor, cause_key="second").report.id == first
    put_aside(deps, actor=actor, report_id=first)
    assert [report.id for report in my_reports(deps, actor=actor).reports] == [first]


def test_an_unknown_account_starts_nothing(deps: Deps, branch: Branch) -> None:
    with pytest.raises(AccountUnknown):
        start_report(deps, actor=ChatAccount(999_999), cause_key="tap")
    assert my_reports(deps, actor=branch.member.actor).total == 0


def test_every_use_case_hides_the_reports_of_others(deps: Deps, branch: Branch, other_branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT, note="秘密")
    for stranger in (branch.members[1], branch.recorder, other_branch.member):
        for use_case in (open_report, drop_evidence, put_aside, discard, submit_report, withdraw, reopen):
            with pytest.raises(ReportUnknown) as refused:
                use_case(deps, actor=stranger.actor, report_id=report.id)
            assert refused.value.facts() == {}
        with pytest.raises(ReportUnknown):
            edit(deps, stranger, report, note="mine")
        with pytest.raises(ReportUnknown):
            a_photo(deps, stranger, report, number=9)
    desk = open_report(deps, actor=branch.member.actor, report_id=report.id)
    assert (desk.report, len(desk.evidence)) == (report, 1)
    assert my_reports(deps, actor=branch.members[1].actor).total == 0


@pytest.mark.parametrize(
    ("item", "facts", "gain"),
    [
        ("clean", {}, 5),
        ("award", {"level": "city"}, 3),
        ("hours", {"quantity": Fraction(5, 2)}, 5),
        ("hours", {"quantity": Fraction(4)}, 6),
        ("article", {}, 2),
        ("late", {}, -1),
    ],
)
def test_a_preview_says_what_it_would_bring_now(
    deps: Deps, branch: Branch, item: str, facts: dict[str, object], gain: int
) -> None:
    report = draft_of(deps, branch.member, item=item, **facts)
    preview = open_report(deps, actor=branch.member.actor, report_id=report.id).preview
    assert preview is not None
    assert [preview.gains_low, preview.gains_high] == [gain, gain]


@pytest.mark.parametrize(("item", "ends"), [("urgent", [1, 10]), ("idea", [0, 10])])
def test_a_preview_of_a_range_shows_both_ends(deps: Deps, branch: Branch, item: str, ends: list[int]) -> None:
    report = draft_of(deps, branch.member, item=item)
    preview = open_report(deps, actor=branch.member.actor, report_id=report.id).preview
    assert preview is not None
    assert [preview.gains_low, preview.gains_high] == ends


@pytest.mark.parametrize(
    ("facts", "error", "told"),
    [
        ({"item": "nothing"}, ItemRefused, {"item": "nothing"}),
        ({"item": "retired"}, ItemRefused, {"item": "旧项目"}),
        ({"item": "coming"}, ItemRefused, {"item": "新项目"}),
        ({"item": "absence"}, ItemRefused, {"item": "缺席"}),
        ({"category": "nothing"}, ItemRefused, {"item": "nothing"}),
        (
            {"level": "city"},
            AmountRefused,
            {"what": "level", "low": None, "high": None, "step": None},
        ),
        (
            {"item": "award", "level": "moon"},
            AmountRefused,
            {"what": "level", "low": None, "high": None, "step": None},
        ),
        (
            {"quantity": Fraction(1)},
            AmountRefused,
            {"what": "quantity"} | dict.fromkeys(("low", "high", "step")),
        ),
        (
            {"happened_on": TODAY + timedelta(days=1)},
            DateRefused,
            {"reason": DateRefusal.FUTURE, "on": TODAY + timedelta(days=1)},
        ),
        ({"note": "长" * (NOTE_LENGTH_MAX + 1)}, NoteTooLong, {"length_max": NOTE_LENGTH_MAX}),
    ],
    ids=str,
)
def test_a_wrong_fact_is_refused_and_changes_nothing(
    deps: Deps, branch: Branch, facts: dict[str, object], error: type[JifenError], told: dict[str, object]
) -> None:
    report = draft_of(deps, branch.member)
    with pytest.raises(error) as refused:
        edit(deps, branch.member, report, **facts)
    assert refused.value.facts() == told
    assert reread(deps, branch.member, report) == report


@pytest.mark.parametrize(
    "quantity", [Fraction(0), Fraction(-1), Fraction(1, 4), Fraction(25, 2), Fraction(1, 3)]
)
def test_a_quantity_outside_its_bounds_or_step_is_refused(
    deps: Deps, branch: Branch, quantity: Fraction
) -> None:
    report = draft_of(deps, branch.member, item="hours", quantity=Fraction(1))
    with pytest.raises(AmountRefused) as refused:
        edit(deps, branch.member, report, quantity=quantity)
    assert refused.value.facts() == {
        "what": "quantity",
        "low": Fraction(1, 2),
        "high": Fraction(12),
        "step": Fraction(1, 2),
    }
    assert reread(deps, branch.member, report) == report


def test_days_outside_membership_are_refused(deps: Deps, branch: Branch) -> None:
    person = a_member(
        deps, unit=branch.unit, name="新人", since_on=date(2026, 3, 5), until_on=date(2026, 3, 9)
    )
    report = start_report(deps, actor=person.actor, cause_key="tap").report
    report = edit(deps, person, report, item="clean", happened_on=date(2026, 3, 5))
    for on, reason in (
        (date(2026, 3, 4), DateRefusal.BEFORE_JOINING),
        (date(2026, 3, 9), DateRefusal.AFTER_LEAVING),
    ):
        with pytest.raises(DateRefused) as refused:
            edit(deps, person, report, happened_on=on)
        assert refused.value.facts() == {"reason": reason, "on": on}
    assert reread(deps, person, report) == report


def test_today_is_the_units_own_day(deps: Deps, clock: FixedClock) -> None:
    west = a_unit(deps, code="west", time_zone="America/Los_Angeles")
    person = a_member(deps, unit=west, name="张三")
    report = start_report(deps, actor=person.actor, cause_key="tap").report
    with pytest.raises(DateRefused):
        edit(deps, person, report, item="clean", happened_on=TODAY)  # it is still the 9th there
    assert edit(deps, person, report, item="clean", happened_on=YESTERDAY).happened_on == YESTERDAY


def test_another_item_forgets_the_amount_and_another_category_the_item(deps: Deps, branch: Branch) -> None:
    report = draft_of(deps, branch.member, item="hours", quantity=Fraction(2))
    again = edit(deps, branch.member, report, item="hours", category="service")
    assert (again.item, again.quantity) == ("hours", Fraction(2))
    award = edit(deps, branch.member, report, item="award", level="city")
    assert (award.category, award.item, award.level, award.quantity) == ("service", "award", "city", None)
    study = edit(deps, branch.member, report, category="study")
    assert (study.category, study.item, study.level, study.quantity) == ("study", None, None, None)


def test_an_album_part_that_comes_twice_is_kept_once(deps: Deps, branch: Branch) -> None:
    report = draft_of(deps, branch.member)
    for number in (0, 1, 0):
        a_photo(deps, branch.member, report, number=number)
    desk = open_report(deps, actor=branch.member.actor, report_id=report.id)
    assert [piece.file_id for piece in desk.evidence] == [f"file-{report.id}-{n}" for n in range(2)]


def test_an_eleventh_photo_is_refused_even_when_all_come_at_once(deps: Deps, branch: Branch) -> None:
    report = draft_of(deps, branch.member)

    def send(number: int) -> object:
        try:
            a_photo(deps, branch.member, report, number=number)
        except EvidenceRefused as refused:
            return refused.facts()
        return None

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, range(12)))
    refusal = {"reason": EvidenceRefusal.TOO_MANY, "limit": EVIDENCE_COUNT_MAX}
    assert (answers.count(None), answers.count(refusal)) == (10, 2)
    desk = open_report(deps, actor=branch.member.actor, report_id=report.id)
    assert len(desk.evidence) == EVIDENCE_COUNT_MAX


@pytest.mark.parametrize(
    ("kind", "name", "size", "reason"),
    [
        (EvidenceKind.DOCUMENT, "a.pdf", 30 * 1024**2, EvidenceRefusal.TOO_LARGE),
        (EvidenceKind.DOCUMENT, "a.exe", 10, EvidenceRefusal.KIND),
        (EvidenceKind.DOCUMENT, None, 10, EvidenceRefusal.KIND),
    ],
)
def test_a_file_that_is_no_evidence_is_refused(
    deps: Deps, branch: Branch, kind: EvidenceKind, name: str | None, size: int, reason: EvidenceRefusal
) -> None:
    report = draft_of(deps, branch.member)
    with pytest.raises(EvidenceRefused) as refused:
        attach_evidence(
            deps,
            actor=branch.member.actor,
            report_id=report.id,
            source_key="m1",
            kind=kind,
            file_id="f",
            file_name=name,
            size_bytes=size,
        )
    assert refused.value.reason is reason
    assert open_report(deps, actor=branch.member.actor, report_id=report.id).evidence == ()


def test_the_first_caption_becomes_the_note_and_blank_ones_do_not(deps: Deps, branch: Branch) -> None:
    report = draft_of(deps, branch.member)
    for number, caption in enumerate(["   ", " 清扫楼道 ", "第二张"]):
        attach_evidence(
            deps,
            actor=branch.member.actor,
            report_id=report.id,
            source_key=f"m{number}",
            kind=EvidenceKind.PHOTO,
            file_id=f"f{number}",
            caption=caption,
        )
    assert reread(deps, branch.member, report).note == "清扫楼道"
    assert drop_evidence(deps, actor=branch.member.actor, report_id=report.id).evidence == ()


def test_a_note_keeps_what_people_write_and_loses_what_no_database_keeps(deps: Deps, branch: Branch) -> None:
    report = draft_of(deps, branch.member, note=" <b>x</b> & \u202eابج 👍🏽\x00 ")
    assert reread(deps, branch.member, report).note == "<b>x</b> & \u202eابج 👍🏽"
    longest = "长" * NOTE_LENGTH_MAX
    assert edit(deps, branch.member, report, note=longest).note == longest


def test_submitting_gives_every_decider_a_card_once(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    submitted = submit_report(deps, actor=branch.member.actor, report_id=report.id).report
    assert (submitted.status, submitted.revision) == (ReportStatus.PENDING, 1)
    with pytest.raises(StatusConflict) as refused:
        submit_report(deps, actor=branch.member.actor, report_id=report.id)
    assert refused.value.facts() == {"status": ReportStatus.PENDING}
    assert waiting_keys(deps) == sorted(
        f"{kind}:{report.id}:1:{who.member_id}"
        for kind in ("card", "card_photos")
        for who in branch.recorders
    )


def test_ten_taps_at_once_submit_once(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT, photos=0, item="article")

    def tap(_number: int) -> str:
        try:
            return submit_report(deps, actor=branch.member.actor, report_id=report.id).report.status
        except StatusConflict as refused:
            return f"refused: {refused.status}"

    with ThreadPoolExecutor(10) as threads:
        answers = sorted(threads.map(tap, range(10)))
    assert answers == ["pending", *["refused: pending"] * 9]
    assert reread(deps, branch.member, report).revision == 1
    assert len(waiting_keys(deps)) == len(branch.recorders)


@pytest.mark.parametrize(
    ("facts", "photos", "missing"),
    [
        ({}, 1, "item"),
        ({"item": "award"}, 1, "level"),
        ({"item": "hours"}, 1, "quantity"),
        ({"item": "clean"}, 1, "date"),
        ({"item": "clean", "happened_on": TODAY}, 0, "evidence"),
    ],
)
def test_an_incomplete_report_names_the_step_that_is_missing(
    deps: Deps, branch: Branch, facts: dict[str, object], photos: int, missing: str
) -> None:
    report = start_report(deps, actor=branch.member.actor, cause_key="tap").report
    edit(deps, branch.member, report, **facts)
    for number in range(photos):
        a_photo(deps, branch.member, report, number=number)
    with pytest.raises(ReportIncomplete) as refused:
        submit_report(deps, actor=branch.member.actor, report_id=report.id)
    assert refused.value.facts() == {"missing": missing}
    assert reread(deps, branch.member, report).status is ReportStatus.DRAFT
    assert waiting_keys(deps) == []


def test_an_item_retired_between_draft_and_submission_is_refused(
    deps: Deps, branch: Branch, clock: FixedClock
) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT, item="retired", on=YESTERDAY)
    with pytest.raises(ItemRefused):
        edit(deps, branch.member, report, happened_on=TODAY)
    submitted = submit_report(deps, actor=branch.member.actor, report_id=report.id).report
    assert submitted.happened_on == YESTERDAY


def test_a_day_finalised_meanwhile_is_refused_at_submission(deps: Deps, branch: Branch) -> None:
    committee, chief = an_administrator(deps)
    report = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    with deps.store.begin() as uow:
        stored_units.update_unit(
            uow, branch.unit.id, name="x", parent_id=committee.id, rulebook=branch.unit.rulebook
        )
    finalise(deps, chief, branch.unit.id, "2026-03")
    with pytest.raises(DateRefused) as refused:
        submit_report(deps, actor=branch.member.actor, report_id=report.id)
    assert refused.value.facts() == {"reason": DateRefusal.FINALISED, "on": TODAY}
    desk = open_report(deps, actor=branch.member.actor, report_id=report.id)
    assert (desk.may_report_on(TODAY), desk.may_report_on(date(2026, 2, 28))) == (False, True)


def test_a_report_that_nobody_could_decide_is_refused(deps: Deps) -> None:
    unit = a_unit(deps, code="alone")
    person = a_member(deps, unit=unit, name="张三")
    report = a_report(deps, person, status=ReportStatus.DRAFT)
    with pytest.raises(NoDecider):
        submit_report(deps, actor=person.actor, report_id=report.id)
    assert reread(deps, person, report).status is ReportStatus.DRAFT


MEMBER_ACTIONS = {
    ReportAction.SUBMIT: submit_report,
    ReportAction.DISCARD: discard,
    ReportAction.WITHDRAW: withdraw,
    ReportAction.REOPEN: reopen,
}
HARMLESS_REPEATS = {
    (ReportStatus.DISCARDED, ReportAction.DISCARD),
    (ReportStatus.WITHDRAWN, ReportAction.WITHDRAW),
    (ReportStatus.DRAFT, ReportAction.REOPEN),
    (ReportStatus.RETURNED, ReportAction.REOPEN),
}


@pytest.mark.parametrize("status", ReportStatus)
@pytest.mark.parametrize("action", MEMBER_ACTIONS)
def test_every_action_of_a_member_in_every_status(
    deps: Deps, branch: Branch, status: ReportStatus, action: ReportAction
) -> None:
    if status is ReportStatus.DISCARDED:
        draft = a_report(deps, branch.member, status=ReportStatus.DRAFT)
        report = discard(deps, actor=branch.member.actor, report_id=draft.id)
    else:
        report = a_report(deps, branch.member, status=status, by=branch.recorder)
    expected = TRANSITIONS.get((status, action))
    before = waiting_keys(deps)
    use_case = MEMBER_ACTIONS[action]
    if expected is not None:
        use_case(deps, actor=branch.member.actor, report_id=report.id)
        assert reread(deps, branch.member, report).status is expected
        return
    if (status, action) not in HARMLESS_REPEATS:
        with pytest.raises(StatusConflict) as refused:
            use_case(deps, actor=branch.member.actor, report_id=report.id)
        assert refused.value.facts() == {"status": status}
    else:
        use_case(deps, actor=branch.member.actor, report_id=report.id)
    assert reread(deps, branch.member, report) == report
    assert waiting_keys(deps) == before


@pytest.mark.parametrize("status", ReportStatus)
def test_only_drafts_and_returned_reports_can_be_changed(
    deps: Deps, branch: Branch, status: ReportStatus
) -> None:
    if status is ReportStatus.DISCARDED:
        draft = a_report(deps, branch.member, status=ReportStatus.DRAFT)
        report = discard(deps, actor=branch.member.actor, report_id=draft.id)
    else:
        report = a_report(deps, branch.member, status=status, by=branch.recorder)
    actor = branch.member.actor
    if status in {ReportStatus.DRAFT, ReportStatus.RETURNED}:
        assert edit(deps, branch.member, report, note="新").note == "新"
        assert put_aside(deps, actor=actor, report_id=report.id).report.is_saved
        return
    with pytest.raises(StatusConflict):
        edit(deps, branch.member, report, note="新")
    for use_case in (put_aside, drop_evidence):
        with pytest.raises(StatusConflict):
            use_case(deps, actor=actor, report_id=report.id)
    with pytest.raises(StatusConflict):
        a_photo(deps, branch.member, report, number=5)
    desk = open_report(deps, actor=actor, report_id=report.id)
    assert (desk.report, len(desk.evidence)) == (report, 1)


def test_a_returned_report_is_completed_and_submitted_again(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member, status=ReportStatus.RETURNED, by=branch.recorder)
    a_photo(deps, branch.member, report, number=1)
    again = submit_report(deps, actor=branch.member.actor, report_id=report.id)
    assert (again.report.status, again.report.revision) == (ReportStatus.PENDING, 2)
    assert [key for key in waiting_keys(deps) if key.startswith(f"card:{report.id}:2:")] == sorted(
        f"card:{report.id}:2:{who.member_id}" for who in branch.recorders
    )


def test_withdrawing_brings_the_cards_up_to_date(deps: Deps, branch: Branch) -> None:
    report = a_report(deps, branch.member)
    withdraw(deps, actor=branch.member.actor, report_id=report.id)
    assert [key for key in waiting_keys(deps) if "withdrawn" in key] == sorted(
        f"card:{report.id}:withdrawn1:{who.member_id}" for who in branch.recorders
    )
    back = reopen(deps, actor=branch.member.actor, report_id=report.id).report
    assert (back.status, back.item) == (ReportStatus.DRAFT, "clean")
    assert submit_report(deps, actor=branch.member.actor, report_id=report.id).report.revision == 2


def test_my_reports_pages_newest_first(deps: Deps, branch: Branch) -> None:
    made = [a_report(deps, branch.member, photos=0, item="article").id for _ in range(PAGE_LENGTH + 2)]
    dropped = a_report(deps, branch.member, status=ReportStatus.DRAFT)
    discard(deps, actor=branch.member.actor, report_id=dropped.id)
    newest = sorted(made, reverse=True)
    pages = [my_reports(deps, actor=branch.member.actor, page=page) for page in range(3)]
    assert [[report.id for report in page.reports] for page in pages] == [
        newest[:PAGE_LENGTH],
        newest[PAGE_LENGTH:],
        [],
    ]
    assert {page.total for page in pages} == {len(made)}


def test_recently_used_items_come_first_each_once(deps: Deps, branch: Branch, clock: FixedClock) -> None:
    for item in ("clean", "lesson", "clean", "article"):
        a_report(deps, branch.member, item=item)
        clock.advance(timedelta(minutes=1))
    desk = start_report(deps, actor=branch.member.actor, cause_key="tap")
    assert [item.code for item in desk.recent] == ["article", "clean", "lesson"]
    assert start_report(deps, actor=branch.members[1].actor, cause_key="tap2").recent == ()
