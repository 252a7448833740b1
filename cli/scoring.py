"""`jifen score` and `jifen simulate`: a rulebook applied to files, with no installation and no database."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cli.refusing import refuse
from cli.score.loading import (
    TableFiles,
    Tables,
    apply,
    period_complaint,
    read_book,
    read_box,
    read_period,
    read_tables,
)
from cli.score.wording import Complaint
from domain.periods import Period, PeriodUnreadable
from domain.rulebooks import Rulebook
from domain.scoring.evaluation import Evaluation
from domain.scoring.scores import PeriodScores
from domain.scoring.simulation import simulate as compare

if TYPE_CHECKING:
    from templates.reasons.names import Names


def score(
    book: str, files: TableFiles, *, period: str, is_json: bool, member: str | None, language: str
) -> None:
    """Print every result, or the explanation of one; or tell everything that is wrong and print nothing.

    `language` is that of the table and the explanation.
    """
    if is_json and member is not None:
        refuse("--json 和 --explain 只能用一个 · use either --json or --explain")
    rulebook, complaints = read_book(book)
    tables = read_tables(files)
    asked, of_period = _period(rulebook, period)
    evaluation, refused = (None, []) if rulebook is None else _evaluated(rulebook, tables)
    told = [*complaints, *tables.complaints, *refused]
    if told or rulebook is None or asked is None or evaluation is None:
        _refuse_all(of_period, told)
    scores = evaluation.of(asked)
    if is_json:
        from cli.score.answers import scores_json, write_utf_8

        write_utf_8(scores_json(rulebook, scores, events=files.events))
        return
    from templates.reasons.names import Names
    from templates.reasons.speech import Speech

    names = Names(rulebook, Speech(language, shows_codes=True))
    if member is not None:
        _explain(names, evaluation, asked, member, events=files.events)
    else:
        _show(names, scores, events=files.events)


def simulate(old: str, new: str, files: TableFiles, *, period: str, is_json: bool) -> None:
    """Print what changes from one rulebook to another; or tell everything that is wrong and print nothing.

    A row that only one of the rulebooks can enter counts nothing in the other and is told as a problem: a
    new version may well give up an item.
    """
    (before, of_old), (after, of_new) = read_book(old), read_book(new)
    tables = read_tables(files)
    told = [*of_old, *of_new, *tables.complaints]
    asked_before, of_period = _period(before, period)
    asked_after, _ = _period(after, period)
    if before is None or after is None or asked_before is None or asked_after is None or told:
        _refuse_all(of_period, told)
    first, refused_before = _evaluated(before, tables)
    second, refused_after = _evaluated(after, tables)
    in_both = {_place(one) for one in refused_before} & {_place(one) for one in refused_after}
    if in_both:
        _refuse_all([], [one for one in (*refused_before, *refused_after) if _place(one) in in_both])
    simulation = compare(first.of(asked_before), second.of(asked_after))
    if is_json:
        from cli.score.answers import write_utf_8
        from cli.score.changes import left_out, simulation_json

        problems = [*left_out(refused_before, "old"), *left_out(refused_after, "new")]
        write_utf_8([simulation_json(before, after, asked_after.label, simulation, problems)])
        return
    from cli.score.changes import simulation_text

    for line in simulation_text(before, after, asked_after.label, simulation):
        print(line)
    for which, complaints in (("改前 old", refused_before), ("改后 new", refused_after)):
        for complaint in complaints:
            print(f"{complaint} [{which}]", file=sys.stderr)


def _place(complaint: Complaint) -> tuple[str, int]:
    return complaint.file, complaint.line


def _evaluated(rulebook: Rulebook, tables: Tables) -> tuple[Evaluation, list[Complaint]]:
    """Return the rulebook applied to the tables, and what it refuses of them."""
    ballots, complaints = read_box(tables, rulebook)
    evaluation = apply(rulebook, tables, ballots)
    return evaluation, [*tables.complaints_about(evaluation.refused), *complaints]


def _period(rulebook: Rulebook | None, text: str) -> tuple[Period | None, list[str]]:
    try:
        return read_period(rulebook, text), []
    except PeriodUnreadable:
        return None, [period_complaint(text)]


def _explain(names: "Names", evaluation: Evaluation, period: Period, member: str, *, events: Path) -> None:
    """Print how one subject's result came about; of a member who is not scored, why that is so."""
    from domain.scoring.reasons import account_of, reasons_for, why_not_scored
    from templates.reasons.absences import absence_words
    from templates.reasons.sheets import account_words, heading, sheet_lines, told_sheet

    account = account_of(evaluation, period, member)
    found = evaluation.of(period).of(account)
    if found is None:
        missing = why_not_scored(evaluation, period, member)
        if missing is None:
            label = period.label
            refuse(f"{label} 没有 {member} 的得分 · there is no score of {member} in {label}")
        print(heading(names, missing.member, missing.name, missing.unit, period))
        print(absence_words(names, period, missing))
        return
    if account != member:
        print(account_words(names, member, account))
    print(heading(names, found.subject, found.name, found.unit, period))
    sheet = told_sheet(names, period, found, reasons_for(evaluation, period, account), events=events.name)
    for line in sheet_lines(names, sheet):
        print(line)


def _show(names: "Names", scores: PeriodScores, *, events: Path) -> None:
    from cli.score.answers import problem_sentence
    from cli.tables import print_table
    from templates.reasons.tables import scores_table

    if scores.subjects:
        header, rows = scores_table(names, scores)
        print_table(header, rows)
    else:
        label = scores.period.label
        print(f"{label} 没有人在册计分 · nobody on the roster is scored in {label}")
    for problem in scores.problems:
        place = "" if problem.number is None else f"{events}:{problem.number}: "
        print(f"{place}{problem_sentence(problem)}", file=sys.stderr)


def _refuse_all(sentences: Iterable[str], complaints: list[Complaint]) -> NoReturn:
    """Tell everything that is wrong, file by file in the order of lines, and end."""
    files = list(dict.fromkeys(one.file for one in complaints))
    complaints.sort(key=lambda one: (files.index(one.file), one.line))
    refuse(*dict.fromkeys([*sentences, *map(str, complaints)]))
