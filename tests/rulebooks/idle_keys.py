"""Looks for a rulebook's idle keys: changing one changes no case and no preview, and breaks nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from domain.cases import Case, CaseBroken, play, without_null, world_of
from domain.members import MemberKind, MemberStatus
from domain.rulebooks import (
    LevelAmount,
    QuantityAmount,
    RangeAmount,
    Rulebook,
    RulebookInvalid,
    ScaledAmount,
)
from domain.rulebooks.compiling import compile_tree
from domain.rulebooks.language.later import KEPT_FOR_LATER
from domain.rulebooks.reading import parse_rulebook
from domain.rulebooks.tree import Table, plain
from domain.scoring import Evaluation, Proposal, ProposalRefused, Stay, World, preview
from tests.rulebooks.mutations import Mutation, Path, keys_of, mutations_at

OWN = "the book itself"
ROLES = frozenset({"secretary"})
_MARCH = date(2025, 3, 14)
Answer = Any
SHEET = ("total", "stars", "grade", "eligible", "components", "categories", "counted", "why", "parts")
PREVIEW = ("refused", "gains", "binding", "left")


def _laid_over(root: Table, changes: dict[str, Any]) -> Rulebook | None:
    """Return the changed book with a case's own changes over it, None where these no longer fit."""
    head = {"id": "varied", "name": "varied", "version": "1", "extends": "changed"}
    changed = json.dumps(plain(root))
    try:
        return parse_rulebook(
            json.dumps(head | without_null(changes)), file="with", parents=lambda _: changed
        )
    except RulebookInvalid:
        return None


def _asked(book: Rulebook, root: Table, case: Case) -> Answer:
    """Return everything that a case's world comes to, asked or not by its expectations."""
    if not case.is_whole:
        wanted = PREVIEW if "propose" in case.question else SHEET
        try:
            return play(book, replace(case, expect=dict.fromkeys(wanted)))
        except (ProposalRefused, ValueError) as error:
            return repr(error)
    changes = case.question.get("with")
    applied = _laid_over(root, changes) if changes else book
    if applied is None:
        return "does not fit"
    try:
        evaluation = Evaluation(applied, world_of(applied, case))
    except CaseBroken:
        return "a ballot does not fit"
    if evaluation.refused:
        return [(one.number, one.code) for one in evaluation.refused]
    scores = evaluation.of(applied.period(case.question["period"]))
    sheets = [
        (subject._replace(trace=()), [(line.item, line.counted, line.why) for line in subject.trace])
        for subject in scores.subjects
    ]
    return sheets, [problem.code for problem in scores.problems]


def _offers(book: Rulebook) -> Answer:
    """Return what reporters see of each item: what each amount would bring, to whom and how it is offered."""
    told: list[tuple[object, ...]] = []
    for item in book.items.values():
        for proposal in _proposals(book, item.code, item.since or _MARCH):
            try:
                found = preview(book, [], proposal)
                told.append((item.code, found.gains_low, found.gains_high, str(found.binding_cap)))
            except ProposalRefused as refusal:
                told.append((item.code, refusal.code))
        meant = item.population
        for_kinds = [
            kind for kind in MemberKind if meant.admits(kind=kind, status="active", roles=ROLES, class_="")
        ]
        told.append((item.code, item.category, for_kinds, item.reported_by_members, item.evidence_required))
        told.append((item.code, item.since, item.until))
    return told


def _of_everybody(book: Rulebook, _root: Table) -> Answer:
    """Return who is listed, and as what, when nothing has happened: one member of each kind and status."""
    words = [(kind, MemberStatus.ACTIVE) for kind in MemberKind]
    words += [(MemberKind.FULL, status) for status in MemberStatus]
    stays = tuple(
        Stay(f"{kind}-{status}", "a", kind=kind, status=status, roles=frozenset(roles))
        for kind, status in words
        for roles in ((), ROLES)
    )
    evaluation = Evaluation(book, World(stays))
    return [
        evaluation.of(book.period(period)).subjects for period in ("2025-03", "2025-Q2", "2025-H1", "2025")
    ]


def _proposals(book: Rulebook, code: str, on: date) -> Iterator[Proposal]:
    match book.items[code].amount:
        case LevelAmount(levels=levels):
            yield from (Proposal(code, on, level=level.code) for level in levels)
        case QuantityAmount() | ScaledAmount():
            yield from (Proposal(code, on, quantity=Fraction(size, 4)) for size in (1, 2, *range(4, 100, 4)))
        case RangeAmount(low=low, high=high):
            yield Proposal(code, on)
            ends = (low, high, Fraction(1), Fraction(-1))
            yield from (Proposal(code, on, points=end) for end in ends if end is not None)
        case _:
            yield Proposal(code, on)


class _Watch:
    """A book with all its answers, to tell whether a change of it shows."""

    def __init__(self, root: Table, cases: list[Case]) -> None:
        self.root = root
        book, problems = compile_tree(self.root)
        assert book is not None, problems
        self._book = book
        self._questions: list[tuple[str, Callable[[Rulebook, Table], Answer], Answer]] = [
            ("", lambda changed, _root: _offers(changed), _offers(book)),
            ("", _of_everybody, _of_everybody(book, self.root)),
        ]
        for case in sorted(cases, key=lambda one: "with" in one.question):
            words = json.dumps([case.question, case.expect], ensure_ascii=False)
            ask = _asker(case)
            self._questions.append((words, ask, ask(book, self.root)))

    def what_shows(self, path: Path) -> tuple[bool, list[str]]:
        """Tell whether a change of the key shows, and which sound changes did not.

        Taking the key away is only tried where no other value would be valid.
        """
        silent: list[str] = []
        for mutation in mutations_at(self.root, path):
            if mutation.root == self.root or (silent and mutation.is_removal):
                continue
            shows = self._shows(mutation)
            if shows:
                return True, []
            if shows is False:
                silent.append(mutation.what)
        return False, silent

    def _shows(self, mutation: Mutation) -> bool | None:
        """Tell whether a change shows; None where the file would be invalid."""
        changed, problems = compile_tree(mutation.root)
        if problems or changed is None:
            return None
        if changed == self._book:
            return False
        code = str(mutation.path[1]) if len(mutation.path) > 1 else ""
        likely_first = sorted(self._questions, key=lambda one: f'"{code}"' not in one[0])
        return any(ask(changed, mutation.root) != told for _, ask, told in likely_first)


def _asker(case: Case) -> Callable[[Rulebook, Table], Answer]:
    def ask(book: Rulebook, root: Table) -> Answer:
        return _asked(book, root, case)

    return ask


def idle_keys(root: Table, cases: list[Case]) -> dict[str, list[str]]:
    """Return the changes that show nowhere, by key; a table lives if anything in it does."""
    watch = _Watch(root, cases)
    idle: dict[str, list[str]] = {}
    alive: set[Path] = set()
    for path in reversed(list(keys_of(root, OWN, excepted=frozenset(KEPT_FOR_LATER)))):
        if path in alive:
            continue
        shows, silent = watch.what_shows(path)
        if shows:
            alive |= {path[:length] for length in range(1, len(path))}
        elif silent:
            idle[".".join(map(str, path))] = silent
    return idle
