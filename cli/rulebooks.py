"""`jifen rulebook`: checks rulebook files, lists the shipped ones, writes the schema for editors."""

import json
from pathlib import Path

import typer

from domain.rulebooks import Problem, RulebookInvalid, dump_schema, load_rulebook, shipped_rulebooks

app = typer.Typer(help="规则本 · Rulebooks: check files, list the shipped ones.", no_args_is_help=True)


@app.command()
def check(files: list[Path] = typer.Argument(..., metavar="FILE...", show_default=False)) -> None:
    """Tell every problem of the files as `file:line: message`; exit 1 if there is any."""
    problems = [problem for file in files for problem in _problems_of(file)]
    for problem in dict.fromkeys(problems):
        typer.echo(str(problem))
    if problems:
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


def _problems_of(file: Path) -> tuple[Problem, ...]:
    try:
        load_rulebook(file)
    except RulebookInvalid as refused:
        return refused.problems
    return ()
