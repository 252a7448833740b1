"""Makes the words of an outbox message at the moment it is sent, from the facts as they are then."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from bot import shop_notices
from bot.callbacks import Act
from bot.nudging import NUDGES
from bot.screen import Row, Screen, labelled
from bot.screens.announcements import progress_screen
from bot.screens.appeals import objection_screen
from bot.screens.cards import card_screen
from bot.screens.group_lists import group_post_screen
from bot.screens.standings import notice_screen
from bot.shop_notices import ShopNotice
from domain.announcements import Attachment
from domain.appeals import ObjectionStatus
from domain.errors import NotAllowed, NotKnown, PublicityRefused
from domain.outbox import OutboxKind, Outgoing
from domain.periods import month_of
from domain.points import from_stored
from domain.reports import Evidence, ReportAction, ReportStatus
from domain.wording import Name, Slot, filled_in
from services import announcements, appeals, group_lists, reviews, standings
from services.actors import PanelMember, home_of
from services.appeals import ObjectionDesk
from services.deps import Deps
from services.scoring import sheet_for
from services.wording import own_words
from storage import accounts as stored_accounts
from storage import decisions as stored_decisions
from storage import dialogs as stored_dialogs
from storage import evidence as stored_evidence
from storage import ledger as stored_ledger
from storage import members as stored_members
from storage import reports as stored_reports
from storage.database import UnitOfWork
from templates.labels import Label
from templates.words import DEFAULT_LANGUAGE, month_title, render, signed


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be sent to whom: a new message, edits of messages, or evidence.

    `user_id` is the chat: a person's private one, or a group's.
    """

    user_id: int
    screen: Screen
    edits: tuple[int, ...] = ()
    card_of: tuple[int, int] | None = None
    objection_id: int | None = None
    evidence: tuple[Evidence, ...] = ()
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who it is for."""

    member_id: int
    user_id: int
    language: str


def tell(deps: Deps, outgoing: Outgoing) -> Told | None:
    """Return what to send; None when there is nobody to send it to, or nothing to say any more."""
    if outgoing.chat_id is not None:
        return _to_group(deps, outgoing, outgoing.chat_id)
    with deps.store.read() as uow:
        to = _recipient(uow, outgoing.member_id)
    if to is None:
        return None
    try:
        return _TELLERS[outgoing.kind](deps, outgoing, to)
    except (NotKnown, NotAllowed):
        return None  # what it is about is out of this person's reach by now


def _to_group(deps: Deps, outgoing: Outgoing, chat_id: int) -> Told | None:
    """Return what a group is told; announcements to groups are made elsewhere, many at a time."""
    assert outgoing.kind is OutboxKind.STANDINGS_POST, "a group is told nothing else"
    try:
        post = group_lists.post_for_group(
            deps, unit_id=int(outgoing.facts["unit_id"]), period=str(outgoing.facts["period"])
        )
    except PublicityRefused:
        return None  # the rulebook allows it no longer
    return Told(chat_id, group_post_screen(post))


def _recipient(uow: UnitOfWork, member_id: int | None) -> Recipient | None:
    if member_id is None:
        return None
    account = stored_accounts.account_of_member(uow, member_id)
    member = stored_members.get_member(uow, member_id)
    if account is None or member is None:
        return None
    return Recipient(member_id, account.user_id, member.language or DEFAULT_LANGUAGE)


def _card_photos(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    desk = reviews.open_review(
        deps, actor=PanelMember(to.member_id), report_id=int(outgoing.facts["report_id"])
    )
    is_current = desk.report.revision == outgoing.facts["revision"]
    if not is_current or desk.report.status is not ReportStatus.PENDING or not desk.evidence:
        return None
    return Told(to.user_id, Screen(""), evidence=desk.evidence)


def _card(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    report_id = int(outgoing.facts["report_id"])
    desk = reviews.open_review(deps, actor=PanelMember(to.member_id), report_id=report_id)
    screen = card_screen(desk, to.language)
    if outgoing.facts["is_new"]:
        is_current = desk.report.revision == outgoing.facts["revision"]
        if not is_current or desk.report.status is not ReportStatus.PENDING:
            return None
        return Told(to.user_id, screen, card_of=(report_id, to.member_id))
    with deps.store.read() as uow:
        cards = stored_dialogs.list_cards(uow, report_id, to.member_id)
    edits = tuple(card.message_id for card in cards if card.chat_id == to.user_id)
    return Told(to.user_id, screen, edits=edits) if edits else None


def _decided(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    with deps.store.read() as uow:
        decision = stored_decisions.get_decision(uow, int(outgoing.facts["decision_id"]))
        report = stored_reports.get_report(uow, int(outgoing.facts["report_id"]))
        if decision is None or report is None or report.happened_on is None:
            return None
        member = stored_members.get_member(uow, report.member_id)
        assert member is not None, "a report refers to a member"
        home = home_of(uow, member, now=deps.clock.now(), unit_id=report.unit_id)
        rulebook = deps.shelf.in_force(uow, home.unit.rulebook, report.happened_on).rulebook
        entries = [
            entry
            for entry in stored_ledger.entries_of_decision(uow, decision.id)
            if entry.member_id == report.member_id
        ]
        view = sheet_for(uow, deps.shelf, home, month_of(report.happened_on))
        greeting = own_words(uow, home.unit.id, Slot.APPROVAL_GREETING, to.language)
        reader = stored_members.get_member(uow, to.member_id)
    cap = None
    entry: dict[str, Fraction] | None = None
    if entries:
        entry = {"counted": from_stored(entries[0].counted_amount)}
        caps = [c for c in rulebook.caps_on(entries[0].item) if c.why == entries[0].why]
        cap = caps[0] if caps else None
    item = rulebook.item(report.item or "")
    values = {
        Name.MEMBER: reader.name if reader else "",
        Name.UNIT: home.unit.name,
        Name.ITEM: item.name if item else "",
        Name.POINTS: signed(decision.points) if decision.points is not None else "",
        Name.MONTH: month_title(report.happened_on, to.language),
    }
    text = render(
        "messages/reviews/decided.j2",
        to.language,
        {
            "decision": decision,
            "report": report,
            "item": item,
            "greeting": filled_in(greeting, values),
            "entry": entry,
            "cap": cap,
            "total": view.sheet.total,
        },
    )
    rows: tuple[Row, ...] = ()
    if decision.action is ReportAction.APPROVE and entries:
        month = month_of(report.happened_on).label
        rows = ((labelled(Label.DETAILS, to.language, Act.ENTRY_NOTICE, entries[0].id, month),),)
    elif decision.action is ReportAction.RETURN:
        rows = ((labelled(Label.CORRECT, to.language, Act.CONTINUE, report.id, style="primary"),),)
    elif decision.action is ReportAction.REJECT:
        rows = ((labelled(Label.OBJECT, to.language, Act.OBJECT, report.id),),)
    return Told(to.user_id, Screen(text, rows))


def _objected(deps: Deps, outgoing: Outgoing, to: Recipient) -> ObjectionDesk:
    objection_id = int(outgoing.facts["objection_id"])
    return appeals.open_objection(deps, actor=PanelMember(to.member_id), objection_id=objection_id)


def _objection_photos(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    desk = _objected(deps, outgoing, to)
    if desk.objection.status is not ObjectionStatus.OPEN or not desk.evidence:
        return None
    return Told(to.user_id, Screen(""), evidence=desk.evidence)


def _objection(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    desk = _objected(deps, outgoing, to)
    screen, objection = objection_screen(desk, to.language), desk.objection
    if outgoing.facts["is_new"]:
        if objection.status is not ObjectionStatus.OPEN:
            return None
        card_of = (desk.report.id, to.member_id)
        return Told(to.user_id, screen, card_of=card_of, objection_id=objection.id)
    with deps.store.read() as uow:
        cards = stored_dialogs.list_cards(uow, desk.report.id, to.member_id, objection_id=objection.id)
    edits = tuple(card.message_id for card in cards if card.chat_id == to.user_id)
    return Told(to.user_id, screen, edits=edits) if edits else None


def _objection_answered(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    desk = _objected(deps, outgoing, to)
    facts = {"desk": desk, "objection": desk.objection, "report": desk.report}
    return Told(to.user_id, Screen(render("messages/appeals/answered.j2", to.language, facts)))


def _evidence_problem(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    with deps.store.read() as uow:
        piece = stored_evidence.get_evidence(uow, int(outgoing.facts["evidence_id"]))
        report = stored_reports.get_report(uow, int(outgoing.facts["report_id"]))
    if piece is None or report is None:
        return None
    facts = {"report": report, "reason": piece.failure}
    text = render("messages/reports/evidence_problem.j2", to.language, facts)
    return Told(to.user_id, Screen(text))


def _nudge(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    screen = NUDGES[outgoing.kind](deps, outgoing, to.member_id, to.language)
    return Told(to.user_id, screen) if screen is not None else None


def _rank_notice(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    notice = standings.open_notice(
        deps, actor=PanelMember(to.member_id), period_id=int(outgoing.facts["period_id"])
    )
    screen = notice_screen(notice, to.language)
    return Told(to.user_id, screen) if screen is not None else None


def _about_shop(make: ShopNotice) -> Callable[[Deps, Outgoing, Recipient], Told | None]:
    def teller(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
        screen = make(deps, outgoing.facts, PanelMember(to.member_id), to.language)
        return None if screen is None else Told(to.user_id, screen)

    return teller


def _announcement_report(deps: Deps, outgoing: Outgoing, to: Recipient) -> Told | None:
    desk = announcements.open_announcement(
        deps, actor=PanelMember(to.member_id), announcement_id=int(outgoing.facts["announcement_id"])
    )
    return Told(to.user_id, progress_screen(desk, to.language))


_TELLERS: dict[OutboxKind, Callable[[Deps, Outgoing, Recipient], Told | None]] = {
    OutboxKind.CARD_PHOTOS: _card_photos,
    OutboxKind.CARD: _card,
    OutboxKind.DECIDED: _decided,
    OutboxKind.OBJECTION_PHOTOS: _objection_photos,
    OutboxKind.OBJECTION: _objection,
    OutboxKind.OBJECTION_ANSWERED: _objection_answered,
    OutboxKind.EVIDENCE_PROBLEM: _evidence_problem,
    OutboxKind.RANK_NOTICE: _rank_notice,
    **dict.fromkeys(NUDGES, _nudge),
    **{kind: _about_shop(make) for kind, make in shop_notices.MAKERS.items()},
    OutboxKind.ANNOUNCEMENT_REPORT: _announcement_report,
}
