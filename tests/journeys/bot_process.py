"""Starts bots in processes of their own, to be killed: one for each line of its input, whose id it prints.

The word `paced` on the line makes it keep to the limits.

`python -m tests.journeys.bot_process api database evidence`; loading everything once and forking keeps the
seconds that a start takes out of the test.
"""

import asyncio
import os
import sys
from pathlib import Path

from bot.app import run_bot
from domain.rulebooks import parse_rulebook, read_source
from sandbox.world import DEFAULT_TOKEN
from services.clock import SystemClock
from services.deps import Deps
from storage.database import Store
from storage.files import EvidenceFiles
from templates.words import DEFAULT_LANGUAGE, render
from tests.conftest import SECRET, a_shelf


async def run(api_base: str, database: str, evidence: str, *, is_paced: bool) -> None:
    """Run a bot until killed."""
    deps = Deps(
        store=Store(database, durability="NORMAL"),
        clock=SystemClock(),
        shelf=a_shelf(),
        files=EvidenceFiles(Path(evidence)),
        secret=SECRET,
        panel_url="http://panel.test",
    )
    await run_bot(deps, token=DEFAULT_TOKEN, api_base=api_base, stop=asyncio.Event(), is_paced=is_paced)


def warm_up() -> None:
    """Do once what every process would do anew with its first update: it is not what is tried here."""
    rulebook = a_shelf().paths()["ceshi"]
    parse_rulebook(read_source(rulebook), file=rulebook.name, parents=lambda _code: None)
    render("messages/reviews/queue_empty.j2", DEFAULT_LANGUAGE, {})


def serve() -> None:
    """Start a process when asked, and say which; when it was killed, wait to be asked again."""
    warm_up()
    for line in sys.stdin:
        process_id = os.fork()
        if process_id == 0:
            asyncio.run(run(*sys.argv[1:], is_paced=line.strip() == "paced"))
            os._exit(0)
        sys.stdout.write(f"{process_id}\n")
        sys.stdout.flush()
        os.waitpid(process_id, 0)


if __name__ == "__main__":
    serve()
