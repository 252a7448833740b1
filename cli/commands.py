"""Everything that can be said to `jifen`; each command imports late what it needs."""

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


_WORDS_OF_ITS_OWN = {"allow_extra_args": True, "ignore_unknown_options": True}
"""These commands read their words by themselves, whichever way they are called."""


@app.command(context_settings=_WORDS_OF_ITS_OWN, add_help_option=False)
def score(context: typer.Context) -> None:
    """Apply a rulebook to files: totals, ranks, grades, consequences; needs no installation."""
    from cli.score.arguments import run_words

    run_words("score", context.args)


@app.command(context_settings=_WORDS_OF_ITS_OWN, add_help_option=False)
def simulate(context: typer.Context) -> None:
    """Tell who would change from one rulebook to another, by how much, and through which clause."""
    from cli.score.arguments import run_words

    run_words("simulate", context.args)


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
