"""`jifen init` and `jifen upgrade`: make an installation, bring it up to date."""

import typer

from cli.languages import language_of
from cli.opening import is_file_missing, opened, settings_or_refuse, telling_unreachable
from cli.refusing import refuse
from cli.telegram import bot_name, how_to_join
from services.assembly import SecretMissing, make_secret, open_store, read_secret
from services.checkup import is_empty
from services.deps import Deps
from services.installation import install
from services.settings import Settings
from services.tallies import count_uncounted
from storage.migrate import upgrade


def init(*, organisation: str, administrator: str, bot: str | None) -> None:
    """Make the key, the tables, the root unit and its administrator, and print the invitation."""
    settings = settings_or_refuse()
    _make_key(settings)
    with opened(settings, needs_newest=False) as deps:
        upgrade(deps.store)
        has_broken = _load_rulebooks(deps)
        done = install(
            deps, organisation=organisation, administrator=administrator, time_zone=settings.time_zone
        )
    name = bot_name(settings, bot)
    print(
        f"Installed “{organisation}”."
        if done.is_new
        else "This installation was made before; nothing is changed but the invitation."
    )
    print(f"The administrator's invitation, good once and for 30 days:\n\n  {how_to_join(name, done.code)}\n")
    if name is None:
        print("The bot's name is not known: the administrator opens the bot and sends this line to it.")
    print("Keep a backup of the data folder, its secret.key above all. Next: `jifen run`.")
    if has_broken:
        raise typer.Exit(1)


def bring_up_to_date() -> None:
    """Migrate the database and load the rulebook files."""
    settings = settings_or_refuse()
    with opened(settings, needs_newest=False) as deps:
        if is_file_missing(settings) or is_empty(deps.store):
            refuse("There is no installation in this database. Run `jifen init` first.")
        upgrade(deps.store)
        has_broken = _load_rulebooks(deps)
        with deps.store.begin() as uow:
            count_uncounted(uow, deps.shelf)
    print("The database is at the newest revision.")
    if has_broken:
        raise typer.Exit(1)


def _make_key(settings: Settings) -> None:
    try:
        read_secret(settings)
    except SecretMissing:
        store = open_store(settings)
        try:
            with telling_unreachable(settings):
                if not is_file_missing(settings) and not is_empty(store):
                    refuse(
                        f"The database holds an installation, but its key {settings.secret_file} is missing. "
                        "Put it back from your backup: without it the ledger cannot be checked."
                    )
        finally:
            store.close()
        make_secret(settings)
    except OSError as failure:
        refuse(f"The key {settings.secret_file} cannot be read: {failure.strerror}.")


def _load_rulebooks(deps: Deps) -> bool:
    """Load the rulebook files; tell whether any is broken, after naming every problem."""
    problems = deps.shelf.load_files(deps.store, now=deps.clock.now())
    for problem in problems:
        print(problem.told_in(language_of(None)))
    print(f"Rulebooks read: {len(deps.shelf.paths())}.")
    return bool(problems)
