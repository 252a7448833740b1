"""`jifen rulebook`: checks rulebook files, lists the shipped ones, writes the schema for editors."""

import json
from pathlib import Path
from typing import Annotated

import typer

from cli.languages import HELP, Tongue, language_of
from domain.rulebooks import (
    Problem,
    Rulebook,
    RulebookInvalid,
    Sentence,
    dump_schema,
    load_rulebook,
    shipped_rulebooks,
)

app = typer.Typer(help="规则本 · Rulebooks: check files, list the shipped ones.", no_args_is_help=True)

Language = Annotated[Tongue | None, typer.Option("--language", help=HELP)]


@app.command()
def check(
    files: list[Path] = typer.Argument(..., metavar="FILE...", show_default=False),
    language: Language = None,
) -> None:
    """Tell every problem of the files as `file:line: message`; exit 1 if there is any.

    What a sound file holds, and hints about it, go to stderr: programs read the problems alone.
    """
    from domain.rulebooks.hints import hints_for  # its neighbours are slow to import

    spoken = language_of(language)
    problems: dict[Problem, None] = {}
    for file in files:
        try:
            rulebook = load_rulebook(file)
            hints = hints_for(file, rulebook)
        except RulebookInvalid as refused:
            problems |= dict.fromkeys(refused.problems)
            continue
        for hint in hints:
            typer.echo(hint.told_in(spoken), err=True)
        typer.echo(f"{file}: {_found_in(rulebook).told_in(spoken)}", err=True)
    for problem in problems:
        typer.echo(problem.told_in(spoken))
    if problems:
        raise typer.Exit(1)


@app.command()
def cases(
    book: str = typer.Argument(..., metavar="BOOK", show_default=False),
    files: list[Path] = typer.Argument(..., metavar="FILE...", show_default=False),
    language: Language = None,
) -> None:
    """Play worked cases with a rulebook, a shipped id or a file; exit 1 where one comes out otherwise."""
    from cli.cases.running import play_cases  # the engine is slow to import

    if not play_cases(book, files, language=language_of(language)):
        raise typer.Exit(1)


@app.command("list")
def list_shipped() -> None:
    """List the shipped rulebooks: id and name."""
    for code, path in shipped_rulebooks().items():
        typer.echo(f"{code}\t{load_rulebook(path).name}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of rulebook files, for editors that complete and check while typing."""
    typer.echo(json.dumps(dump_schema(), ensure_ascii=False, indent=2))


def _found_in(rulebook: Rulebook) -> Sentence:
    """Return that a rulebook is sound, and what was found in it; kinds without any are left out."""
    grades = 0 if rulebook.grade is None else len(rulebook.grade_order)
    stars = 0 if rulebook.stars is None else len(rulebook.stars.bands)
    counts = (
        (len(rulebook.categories), "个维度", "categories"),
        (len(rulebook.items), "个指标", "items"),
        (sum(not cap.is_floor for cap in rulebook.caps), "个封顶", "caps"),
        (sum(cap.is_floor for cap in rulebook.caps), "个保底", "floors"),
        (len(rulebook.instruments), "张测评表", "instruments"),
        (grades, "个等次", "grades"),
        (stars, "档星级", "star bands"),
        (len(rulebook.requirements), "项要求", "requirements"),
        (len(rulebook.consequences), "项结果运用", "consequences"),
        (len(rulebook.workflow), "步程序", "workflow steps"),
    )
    chinese = "、".join(f"{count} {noun}" for count, noun, _ in counts if count)
    english = ", ".join(f"{count} {noun}" for count, _, noun in counts if count)
    about = f"{rulebook.name} {rulebook.version}"
    return Sentence(f"没有问题：{about}，有 {chinese}", f"sound: {about}, with {english}")
