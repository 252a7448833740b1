"""Plays files of cases with one rulebook, and tells what came out otherwise."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from cli.cases.reading import read_cases
from cli.refusing import refuse
from cli.score.loading import read_book
from cli.score.wording import sentence
from domain.cases import Case, CaseBroken, mismatches, play
from domain.periods import PeriodUnreadable
from domain.rulebooks import Rulebook, RulebookInvalid
from domain.rulebooks.reading import flatten, parents_beside, read_source
from domain.rulebooks.shelf import shipped_rulebooks
from templates.reasons.cases import (
    because_words,
    broken_words,
    mismatch_words,
    other_book_words,
    summary_words,
    with_words,
)
from templates.reasons.speech import Speech


def play_cases(book: str, files: list[Path], *, language: str) -> bool:
    """Play every case of the files, print what came out otherwise, and tell whether all came out as expected.

    Notes about files that were written for another rulebook go to stderr. Ends with exit code 2 and nothing
    printed when the rulebook or a file cannot be used.
    """
    rulebook, complaints = read_book(book)
    wrong = [one.told_in(language) for one in complaints]
    cases: list[tuple[Path, Case]] = []
    for file in files:
        try:
            cases += [(file, case) for case in read_cases(file)]
        except RulebookInvalid as invalid:
            wrong += [one.told_in(language) for one in invalid.problems]
    if wrong or rulebook is None:
        refuse(*dict.fromkeys(wrong))
    speech, texts = Speech(language), {rulebook.id: _text_of(book)}
    for other in dict.fromkeys(case.rulebook for _, case in cases if case.rulebook != rulebook.id):
        print(other_book_words(speech, other, rulebook.id), file=sys.stderr)
    failed = 0
    for file, case in cases:
        told = list(_told(speech, rulebook, case, texts))
        if told:
            failed += 1
            print(f"{file}:{case.line}: {case.name}", *told, sep="\n  ")
    print(summary_words(speech, len(cases), failed))
    return not failed


def _text_of(book: str) -> str:
    """Return the text of a sound rulebook with all that it extends, for cases that vary it."""
    path = shipped_rulebooks().get(book, Path(book))
    return flatten(read_source(path), parents_beside(path))


def _told(speech: Speech, rulebook: Rulebook, case: Case, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what came out otherwise in one case, or why it cannot be played; nothing where all is well."""
    language = speech.language
    try:
        found = list(mismatches(case.expect, play(rulebook, case, texts=texts)))
    except CaseBroken as broken:
        for one in broken.wrong:
            yield broken_words(speech, one, sentence(one.code, one.facts).told_in(language))
        return
    except RulebookInvalid as invalid:
        for problem in invalid.problems:
            yield with_words(speech, problem.sentence.told_in(language))
        return
    except PeriodUnreadable:
        facts = {"column": "period", "value": case.question["period"]}
        yield sentence("not-a-period", facts).told_in(language)
        return
    for mismatch in found:
        yield mismatch_words(speech, mismatch)
    if found and "because" in case.question:
        yield because_words(speech, case.question["because"])
