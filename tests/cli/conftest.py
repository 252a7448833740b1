"""Runs `jifen` as an operator would, in a folder of its own."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from services.clock import SystemClock

START_SECONDS_MAX = 180
"""Far more than any command needs, on a slow machine too."""
TOKEN = "42:a-token-for-tests"
INIT = ("init", "--organisation", "街道", "--administrator", "张主任", "--bot", "jifen_bot")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """A folder in which commands run."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    @property
    def _own(self) -> dict[str, str]:
        return {"XDG_CACHE_HOME": str(self.folder / "cache"), "LC_ALL": "C.UTF-8"}

    def run(self, *words: str) -> Said:
        """Run a command in this process, which is quick."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name in [name for name in os.environ if name.startswith("JIFEN_")]:
                patch.delenv(name)
            result = CliRunner().invoke(app, words, env=self._own | self.env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    @contextlib.contextmanager
    def started(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Start a command as a process of its own, as an operator does; after the block it is dead."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("JIFEN_")}
        with subprocess.Popen(
            [sys.executable, "-m", "cli.main", *words],
            cwd=self.folder,
            env=clean | {"PYTHONIOENCODING": "utf-8"} | self._own | self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def spawn(self, *words: str) -> Said:
        """Run a command as a process of its own, to its end."""
        with self.started(*words) as process:
            out, err = process.communicate(timeout=START_SECONDS_MAX)
            return Said(process.returncode, out, err)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """Return a terminal in an empty folder."""
    return Terminal(tmp_path)


@pytest.fixture(scope="session")
def installed_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which `jifen init` was run."""
    folder = tmp_path_factory.mktemp("installed")
    said = Terminal(folder).spawn(*INIT)
    assert (said.code, said.err) == (0, "")
    assert re.search(r"https://t\.me/jifen_bot\?start=[\w-]{16}\n", said.out)
    return folder


@pytest.fixture
def installed(installed_template: Path, tmp_path: Path) -> Terminal:
    """Return a terminal in a folder with an installation."""
    shutil.copytree(installed_template, tmp_path, dirs_exist_ok=True)
    return Terminal(tmp_path)


@dataclass
class PretendBotApi:
    """Answers getMe; `paths` are the requests that came, `seconds_ahead` is how wrong its clock is."""

    address: str = ""
    paths: list[str] = field(default_factory=list)
    seconds_ahead: int = 0


@pytest.fixture
def bot_api() -> Iterator[PretendBotApi]:
    """Serve getMe on the loopback, as the Bot API and as an HTTP proxy in front of it."""
    facts = PretendBotApi()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            facts.paths.append(self.path)
            is_ours = self.path.endswith(f"/bot{TOKEN}/getMe")
            me = {"id": 42, "is_bot": True, "first_name": "积分", "username": "jifen_bot"}
            body = {"ok": True, "result": me} if is_ours else {"ok": False, "error_code": 401}
            self.send_response_only(200 if is_ours else 401)
            at = SystemClock().now() + timedelta(seconds=facts.seconds_ahead)
            self.send_header("Date", format_datetime(at, usegmt=True))
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    facts.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield facts
    server.shutdown()
    server.server_close()
    thread.join()
