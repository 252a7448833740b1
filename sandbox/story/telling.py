"""Tells the story: every move through the product's own services, in order, at its own time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from domain.outbox import OutboxKind, OutboxStatus
from domain.periods import Period, PeriodKind
from domain.reports import EvidenceKind, EvidenceStatus, ReportAction
from sandbox.story.announcing import announce_what_is_new, announce_what_was_read
from sandbox.story.cast import Cast
from sandbox.story.closing import close, closings, keep_notices
from sandbox.story.drawings import Picture, draw_picture
from sandbox.story.fresh import fresh_scripts
from sandbox.story.greetings import greet
from sandbox.story.papers import drawn_pdf
from sandbox.story.plot import old_scripts
from sandbox.story.roster import BRANCHES, UNITS
from sandbox.story.scripts import Move, Script, day_of
from sandbox.story.settling import Settled, settle
from sandbox.story.shop import ShopStory
from sandbox.world import World
from services import reports, reviews
from services.actors import Actor, PanelMember, deciders
from services.clock import FixedClock
from services.deps import Deps
from services.evidence import keep_fetched
from services.standings import Freezing
from storage import evidence as stored_evidence
from storage import outbox as stored_outbox
from storage import reports as stored_reports
from storage.database import UnitOfWork

SEED = 20260301
PAINTERS = 2
CARDS_KEPT = timedelta(days=4)
NOTICES_KEPT = timedelta(hours=16)
NEWS = (OutboxKind.DECIDED, *(kind for kind in OutboxKind if kind.value.startswith("shop_")))
"""What is told to people rather than put before them to be done; old news is left out."""
DOCUMENT_NAME = "宣讲通知.pdf"


Painter = Callable[[Picture], bytes]


def tell_story(deps: Deps, world: World, *, paint: Painter = draw_picture) -> Cast:
    """Fill an empty installation and the sandbox's accounts with a year that ends now.

    The database is migrated, the rulebooks are loaded, and nobody is served yet. The same instant gives the
    same story.
    """
    now = deps.clock.now()
    random = Random(SEED)  # noqa: S311  a story guards nothing
    settled = settle(deps, world, now=now)
    announce_what_was_read(deps, settled, now=now)
    scripts = [*old_scripts(now, random), *fresh_scripts(now, random)]
    with ThreadPoolExecutor(PAINTERS, thread_name_prefix="painter") as painters:
        teller = _Teller(deps, settled, random, painters, paint)
        teller.tell(scripts, now=now)
        teller.wait_for_painters()
    _forget_old_messages(deps, now)
    announce_what_is_new(deps, settled, now=now)
    for code, at in settled.joined_at.items():
        greet(deps, world, user_id=settled.cast.user_ids[settled.members[code]], at=at)
    for frozen in teller.newest_frozen():
        keep_notices(deps, world, settled, frozen)
    return settled.cast


class _Teller:
    """Does the moves one after the other, while photos are drawn and kept beside it."""

    def __init__(
        self, deps: Deps, settled: Settled, random: Random, painters: ThreadPoolExecutor, paint: Painter
    ) -> None:
        self._clock = FixedClock(deps.clock.now())
        self._deps = replace(deps, clock=self._clock)
        self._settled = settled
        self._random = random
        self._painters = painters
        self._paint = paint
        self._painted: list[Future[EvidenceStatus]] = []
        self._report_ids: dict[int, int] = {}
        self._decided_by: dict[int, Actor] = {}
        self._categories = _categories(deps)
        self._frozen: dict[tuple[int, PeriodKind], Freezing] = {}

    def tell(self, scripts: list[Script], *, now: datetime) -> None:
        """Let everything happen in the order of time."""
        steps: list[tuple[datetime, Callable[[], None]]] = []
        for number, script in enumerate(scripts):
            steps.append((script.began_at, partial(self._write, number, script)))
            steps += [(move.at, partial(self._move, number, script, move)) for move in script.moves]
        steps += [(at, partial(self._close, period)) for at, period in closings(now)]
        steps += ShopStory(self._deps, self._settled, now=now).steps()
        for at, step in sorted(steps, key=lambda timed: timed[0]):
            self._clock.set(at)
            step()

    def wait_for_painters(self) -> None:
        """Wait until every photo is kept."""
        refused = [done for done in self._painted if done.result() is not EvidenceStatus.STORED]
        assert not refused, "our own photos are acceptable"

    def _person(self, code: str) -> Actor:
        return PanelMember(self._settled.members[code])

    def _write(self, number: int, script: Script) -> None:
        """Write a draft in one step; submitting checks all of it."""
        deed, now = script.deed, self._clock.now()
        unit = UNITS[deed.person]
        member_id, unit_id = self._settled.members[deed.person], self._settled.units[unit]
        with self._deps.store.begin() as uow:
            stored_reports.insert_report(
                uow,
                cause_key=f"story:{number}",
                unit_id=unit_id,
                member_id=member_id,
                filed_by_id=member_id,
                now=now,
            )
            draft = stored_reports.get_report_by_cause(uow, f"story:{number}")
            assert draft is not None, "it was just written"
            stored_reports.update_facts(
                uow,
                draft,
                category=self._categories[unit, deed.item],
                item=deed.item,
                level=deed.level,
                quantity=deed.quantity,
                happened_on=deed.happened_on,
                note=deed.note,
                is_saved=not script.moves,
                now=now,
            )
            kept: list[tuple[int, Callable[[], bytes]]] = [
                (_insert_evidence(uow, draft.id, place, now=now), partial(self._paint, picture))
                for place, picture in enumerate(deed.pictures)
            ]
            if deed.has_document:
                place = len(deed.pictures)
                evidence_id = _insert_evidence(uow, draft.id, place, now=now, file_name=DOCUMENT_NAME)
                kept.append((evidence_id, drawn_pdf))
        self._report_ids[number] = draft.id
        self._painted += [self._painters.submit(self._keep, evidence_id, draw) for evidence_id, draw in kept]

    def _keep(self, evidence_id: int, content: Callable[[], bytes]) -> EvidenceStatus:
        return keep_fetched(self._deps, evidence_id=evidence_id, content=content())

    def _move(self, number: int, script: Script, move: Move) -> None:
        report_id, actor = self._report_ids[number], self._person(script.deed.person)
        match move.action:
            case ReportAction.SUBMIT:
                if move.reason:
                    change = reports.Change(note=script.deed.note + move.reason)
                    reports.edit_report(self._deps, actor=actor, report_id=report_id, change=change)
                reports.submit_report(self._deps, actor=actor, report_id=report_id)
            case ReportAction.WITHDRAW:
                reports.withdraw(self._deps, actor=actor, report_id=report_id)
            case ReportAction.UNDO:
                decider = self._decided_by[report_id]
                reviews.undo_decision(self._deps, actor=decider, report_id=report_id)
            case _:
                self._decide(report_id, move)

    def _decide(self, report_id: int, move: Move) -> None:
        decider = self._decided_by.get(report_id) or self._decider_of(report_id)
        self._decided_by[report_id] = decider
        match move.action:
            case ReportAction.RETURN:
                reviews.return_report(self._deps, actor=decider, report_id=report_id, reason=move.reason)
            case ReportAction.REJECT:
                reviews.reject_report(self._deps, actor=decider, report_id=report_id, reason=move.reason)
            case _:
                reviews.approve_report(
                    self._deps, actor=decider, report_id=report_id, points=move.points, reason=move.reason
                )

    def _decider_of(self, report_id: int) -> Actor:
        with self._deps.store.read() as uow:
            report = stored_reports.get_report(uow, report_id)
            assert report is not None, "it was submitted"
            return PanelMember(self._random.choice(deciders(uow, report)))

    def _close(self, period: Period) -> None:
        for frozen in close(self._deps, self._settled, period):
            self._frozen[frozen.unit.id, period.kind] = frozen

    def newest_frozen(self) -> list[Freezing]:
        """Return the last frozen quarter and the last frozen month of every branch, in the order of time."""
        return sorted(self._frozen.values(), key=lambda frozen: frozen.notices_at)


def _insert_evidence(
    uow: UnitOfWork, report_id: int, place: int, *, now: datetime, file_name: str | None = None
) -> int:
    return stored_evidence.insert_evidence(
        uow,
        report_id=report_id,
        source_key=f"story:{place}",
        kind=EvidenceKind.DOCUMENT if file_name else EvidenceKind.PHOTO,
        file_id=None,
        file_name=file_name,
        mime=None,
        size_bytes=None,
        now=now,
    )


def _categories(deps: Deps) -> dict[tuple[str, str], str]:
    """Return the category of every item of the branches' rulebooks."""
    with deps.store.read() as uow:
        today = day_of(deps.clock.now())
        books = {
            branch.code: deps.shelf.in_force(uow, branch.rulebook, today).rulebook for branch in BRANCHES
        }
    return {(code, item.code): item.category for code, book in books.items() for item in book.items.values()}


def _forget_old_messages(deps: Deps, now: datetime) -> None:
    """Leave only what should still reach a phone: cards that wait, and what was decided today."""
    with deps.store.begin() as uow:
        stored_outbox.delete_before(uow, now - CARDS_KEPT, OutboxStatus)
        stored_outbox.delete_before(uow, now - NOTICES_KEPT, OutboxStatus, kinds=NEWS)
