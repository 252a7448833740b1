"""Starts bots in processes of their own, to be killed; `python -m tests.journeys.bot_process SOCKET`.

Everything is loaded once, which takes seconds. Who connects gets a process that starts and kills bots when
told, one line of JSON for each: a `Start` is answered with the id of the new process, `{"kill": id}` with 0
once it is dead. When the connection ends, all bots of it are killed; when the standard input ends, so does
everything.
"""

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import NoReturn, TypedDict

from bot.app import run_bot
from domain.outbox import IN_DOUBT_MAX
from domain.rulebooks import parse_rulebook, read_source
from sandbox.world import DEFAULT_TOKEN
from services.clock import SystemClock
from services.deps import Deps
from storage.database import Store
from storage.files import EvidenceFiles
from templates.words import DEFAULT_LANGUAGE, render
from tests.conftest import SECRET, a_shelf


class Start(TypedDict):
    """What a bot is started with; a paced one keeps to the limits."""

    api_base: str
    database: str
    evidence: str
    is_paced: bool


async def run(facts: Start) -> None:
    """Run a bot until killed."""
    deps = Deps(
        store=Store(facts["database"], durability="NORMAL"),
        clock=SystemClock(),
        shelf=a_shelf(),
        files=EvidenceFiles(Path(facts["evidence"])),
        secret=SECRET,
        panel_url="http://panel.test",
    )
    stop, is_paced = asyncio.Event(), facts["is_paced"]
    await run_bot(
        deps,
        token=DEFAULT_TOKEN,
        api_base=facts["api_base"],
        stop=stop,
        is_paced=is_paced,
        in_doubt_max=1 if is_paced else IN_DOUBT_MAX,  # as on a quick line, however slow the machine is
    )


def warm_up() -> None:
    """Do once what every process would do anew with its first update: it is not what is tried here."""
    rulebook = a_shelf().paths()["ceshi"]
    parse_rulebook(read_source(rulebook), file=rulebook.name, parents=lambda _code: None)
    render("messages/reviews/queue_empty.j2", DEFAULT_LANGUAGE, {})


def obey(connection: socket.socket) -> None:
    """Start and kill bots as the other side of the connection says; leave none alive."""
    living: set[int] = set()
    with contextlib.suppress(ConnectionError), connection.makefile("rw", encoding="ascii") as lines:
        for line in lines:
            order = json.loads(line)
            if "kill" in order:
                kill(order["kill"])
                living.discard(order["kill"])
                answer = 0
            else:
                answer = os.fork()
                if answer == 0:
                    os.close(connection.fileno())
                    live(order)
                living.add(answer)
            lines.write(f"{answer}\n")
            lines.flush()
    for process_id in living:
        kill(process_id)


def live(facts: Start) -> NoReturn:
    """Run a bot, and never return to what the process was forked from."""
    try:
        asyncio.run(run(facts))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(1)


def kill(process_id: int) -> None:
    """Kill a process and return when it is dead."""
    os.kill(process_id, signal.SIGKILL)
    os.waitpid(process_id, 0)


def serve(path: str) -> None:
    """Hand every connection to a process of its own, until the standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those processes
    warm_up()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                obey(connection)
                os._exit(0)
            connection.close()


if __name__ == "__main__":
    serve(sys.argv[1])
