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
from domain.rulebooks import Rulebook, Sentence
from domain.scoring.evaluation import Evaluation
from domain.scoring.scores import PeriodScores
from domain.scoring.simulation import simulate as compare

if TYPE_CHECKING:
    from templates.reasons.names import Names

_EITHER = Sentence("--json 和 --explain 只能用一个", "use either --json or --explain")


def score(
    book: str, files: TableFiles, *, period: str, is_json: bool, member: str | None, language: str
) -> None:
    """Print every result, or the explanation of one; or tell everything that is wrong and print nothing.

    `language` is that of the table, the explanation and the complaints.
    """
    if is_json and member is not None:
        refuse(_EITHER.told_in(language))
    rulebook, complaints = read_book(book)
    tables = read_tables(files)
    asked, of_period = _period(rulebook, period)
    evaluation, refused = (None, []) if rulebook is None else _evaluated(rulebook, tables)
    told = [*complaints, *tables.complaints, *refused]
    if told or rulebook is None or asked is None or evaluation is None:
        _refuse_all(of_period, told, language)
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


def simulate(old: str, new: str, files: TableFiles, *, period: str, is_json: bool, language: str) -> None:
    """Print what changes from one rulebook to another; or tell everything that is wrong and print nothing.

    A row that only one of the rulebooks can enter counts nothing in the other and is told as a problem: a
    new version may well give up an item. `language` is that of the text and the complaints.
    """
    (before, of_old), (after, of_new) = read_book(old), read_book(new)
    tables = read_tables(files)
    told = [*of_old, *of_new, *tables.complaints]
    asked_before, of_period = _period(before, period)
    asked_after, _ = _period(after, period)
    if before is None or after is None or asked_before is None or asked_after is None or told:
        _refuse_all(of_period, told, language)
    first, refused_before = _evaluated(before, tables)
    second, refused_after = _evaluated(after, tables)
    in_both = {_place(one) for one in refused_before} & {_place(one) for one in refused_after}
    if in_both:
        among = [one for one in (*refused_before, *refused_after) if _place(one) in in_both]
        _refuse_all([], among, language)
    simulation = compare(first.of(asked_before), second.of(asked_after))
    if is_json:
        from cli.score.answers import write_utf_8
        from cli.score.changes import left_out, simulation_json

        problems = [*left_out(refused_before, "old"), *left_out(refused_after, "new")]
        write_utf_8([simulation_json(before, after, asked_after.label, simulation, problems)])
        return
    from templates.reasons.changes import change_lines
    from templates.reasons.speech import Speech

    speech = Speech(language, shows_codes=True)
    for line in change_lines(speech, before, after, asked_after, simulation):
        print(line)
    for which, complaints in ((speech.say("改前"), refused_before), (speech.say("改后"), refused_after)):
        for complaint in complaints:
            print(f"{complaint.told_in(language)} [{which}]", file=sys.stderr)


def _place(complaint: Complaint) -> tuple[str, int]:
    return complaint.file, complaint.line


def _evaluated(rulebook: Rulebook, tables: Tables) -> tuple[Evaluation, list[Complaint]]:
    """Return the rulebook applied to the tables, and what it refuses of them."""
    ballots, complaints = read_box(tables, rulebook)
    evaluation = apply(rulebook, tables, ballots)
    return evaluation, [*tables.complaints_about(evaluation.refused), *complaints]


def _period(rulebook: Rulebook | None, text: str) -> tuple[Period | None, list[Sentence]]:
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
            refuse(names.speech.say("%(period)s 没有 %(member)s 的得分", period=period.label, member=member))
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
        print(names.speech.say("%(period)s 没有人在册计分", period=scores.period.label))
    for problem in scores.problems:
        place = "" if problem.number is None else f"{events}:{problem.number}: "
        print(f"{place}{problem_sentence(problem).told_in(names.speech.language)}", file=sys.stderr)


def _refuse_all(sentences: Iterable[Sentence], complaints: list[Complaint], language: str) -> NoReturn:
    """Tell everything that is wrong, file by file in the order of lines, and end."""
    files = list(dict.fromkeys(one.file for one in complaints))
    complaints.sort(key=lambda one: (files.index(one.file), one.line))
    told = [one.told_in(language) for one in sentences]
    told += [one.told_in(language) for one in complaints]
    refuse(*dict.fromkeys(told))
