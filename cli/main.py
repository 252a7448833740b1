"""The command `jifen`: what can be said to it; each command imports late what it needs."""

from pathlib import Path
from typing import Annotated

import typer

from cli.rulebooks import app as rulebooks

app = typer.Typer(
    name="jifen",
    help="积分 Jifen: the points desk of a branch, carried in everyone's pocket.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
rosters = typer.Typer(help="名册 · Rosters: members, units and roles from a file.", no_args_is_help=True)
roles = typer.Typer(help="职务 · Roles: who may do what in a unit.", no_args_is_help=True)
app.add_typer(rosters, name="roster")
app.add_typer(roles, name="role")
app.add_typer(rulebooks, name="rulebook")

Bot = Annotated[
    str | None, typer.Option(metavar="NAME", help="The bot's user name, where Telegram cannot be asked.")
]
Member = Annotated[str, typer.Argument(metavar="MEMBER", help="The member's code in the roster.")]
Unit = Annotated[str, typer.Argument(metavar="UNIT", help="The unit's code; `root` is the whole.")]
Events = Annotated[Path, typer.Option(metavar="FILE.csv", help="What happened.")]
Roster = Annotated[Path, typer.Option(metavar="FILE.csv", help="Who belongs to which unit.")]
Ballots = Annotated[Path | None, typer.Option(metavar="FILE.csv", help="The ballots, where there are any.")]
PeriodText = Annotated[str, typer.Option(metavar="P", help="2025, 2025-H1, 2025-Q3 or 2025-03.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object, for other programs.")]
RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="recorder, secretary, … or 记录员, 书记, …")]


@app.command()
def init(
    organisation: Annotated[str, typer.Option(metavar="NAME", help="The name of the whole.")],
    administrator: Annotated[str, typer.Option(metavar="NAME", help="The first administrator's name.")],
    bot: Bot = None,
) -> None:
    """Make a new installation and print the administrator's invitation; again: a fresh invitation."""
    from cli.installing import init as make

    make(organisation=organisation, administrator=administrator, bot=bot)


@app.command()
def upgrade() -> None:
    """Bring the database to the newest shape and load the rulebook files; make a backup first."""
    from cli.installing import bring_up_to_date

    bring_up_to_date()


@app.command(name="run")
def run_parts(
    part: Annotated[str, typer.Argument(metavar="[all|bot|panel]", help="What this process runs.")] = "all",
) -> None:
    """Run the bot, the panel, or both, until Ctrl-C."""
    from cli.running import Part, run_part

    if part not in list(Part):
        raise typer.BadParameter("choose all, bot or panel")
    run_part(Part(part))


@rosters.command(name="import")
def import_roster(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV (UTF-8 or GB18030) or .xlsx.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do it, show it, and take it back.")] = False,
    links: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Write the invitations here, not to the screen.")
    ] = None,
    bot: Bot = None,
) -> None:
    """Bring units, members and roles in line with a file, all of it or nothing."""
    from cli.rosters import import_file

    import_file(file, is_preview=dry_run, links=links, bot=bot)


@app.command()
def invite(
    member: Member,
    rebind: Annotated[
        bool, typer.Option("--rebind", help="Let go the account bound until now: a changed phone.")
    ] = False,
    bot: Bot = None,
) -> None:
    """Print a fresh invitation of a member."""
    from cli.members import invite as make

    make(member, frees_account=rebind, bot=bot)


@roles.command(name="grant")
def grant_role(member: Member, unit: Unit, role: RoleName) -> None:
    """Give a member a role in a unit."""
    from cli.members import grant_role as grant

    grant(member, unit, role)


@roles.command(name="revoke")
def revoke_role(member: Member, unit: Unit, role: RoleName) -> None:
    """Take a role in a unit away."""
    from cli.members import revoke_role as revoke

    revoke(member, unit, role)


@app.command()
def verify() -> None:
    """Check that no line of the ledger was changed, removed or put in; exit 1 with every problem."""
    from cli.verifying import verify_ledger

    verify_ledger()


@app.command()
def doctor() -> None:
    """Look at settings, token, database, clock, disk and queues, and say how to mend what is wrong."""
    from cli.doctor import examine

    examine()


@app.command()
def score(
    rulebook: Annotated[str, typer.Argument(metavar="RULEBOOK", help="A shipped id or a file.")],
    roster: Roster,
    events: Events,
    period: PeriodText,
    ballots: Ballots = None,
    as_json: AsJson = False,
    explain: Annotated[
        str | None, typer.Option(metavar="MEMBER", help="Only this one's score, from line to total.")
    ] = None,
) -> None:
    """Apply a rulebook to files: totals, ranks, grades, consequences; needs no installation."""
    from cli.score.loading import TableFiles
    from cli.scoring import score as score_files

    files = TableFiles(roster, events, ballots)
    score_files(rulebook, files, period=period, is_json=as_json, member=explain)


@app.command()
def simulate(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The rulebook in force: an id or a file.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The rulebook to try: an id or a file.")],
    roster: Roster,
    events: Events,
    period: PeriodText,
    ballots: Ballots = None,
    as_json: AsJson = False,
) -> None:
    """Tell who would change from one rulebook to another, by how much, and through which clause."""
    from cli.score.loading import TableFiles
    from cli.scoring import simulate as simulate_files

    simulate_files(old, new, TableFiles(roster, events, ballots), period=period, is_json=as_json)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The page with the phones.")] = 8765,
    data: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the demo lives.")] = Path("demo-data"),
    headless: Annotated[bool, typer.Option("--headless", help="Open no browser.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Begin without a story.")] = False,
    no_limits: Annotated[bool, typer.Option("--no-limits", help="Without Telegram's speed limits.")] = False,
) -> None:
    """Try the product in the browser with pretend phones; no account anywhere, nothing sent to anybody."""
    from cli.demo import open_demo

    open_demo(port=port, data=data, is_headless=headless, is_empty=empty, has_no_limits=no_limits)


def run() -> None:
    """Run the command that was typed."""
    app()


if __name__ == "__main__":
    run()
