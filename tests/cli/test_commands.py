"""The commands: what they say, what they change, how they end."""

import csv
import re
import sqlite3
import stat
import subprocess
import sys

import pytest

from tests.cli.conftest import INIT, TOKEN, PretendBotApi, Terminal

ROSTER = (
    "编号,姓名,支部,支部名称,规则本,类别,职务\n"
    "m1,王秀英,cf,春风里,chunfeng,正式党员,记录员\n"
    "m2,李明,cf,,,预备党员,\n"
)
COMMANDS_THAT_OPEN = [
    ("upgrade",),
    ("run", "panel"),
    ("roster", "import", "r.csv"),
    ("invite", "m1"),
    ("role", "grant", "m1", "root", "recorder"),
    ("role", "revoke", "m1", "root", "recorder"),
    ("verify",),
]


def write(terminal: Terminal, text: str, *, encoding: str = "utf-8", name: str = "r.csv") -> None:
    (terminal.folder / name).write_text(text, encoding=encoding)


def dump(terminal: Terminal) -> list[str]:
    connection = sqlite3.connect(terminal.folder / "data" / "jifen.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_help_names_every_command_and_imports_little(terminal: Terminal) -> None:
    said = terminal.spawn("--help")
    names = re.findall(r"^  (\w+) {2,}", said.out.partition("Commands:")[2], re.MULTILINE)
    assert (said.code, said.err) == (0, "")
    assert names == [
        "init", "upgrade", "run", "invite", "verify", "doctor", "score", "simulate", "demo",
        "roster", "role", "rulebook",
    ]  # fmt: skip


def test_init_makes_a_key_for_its_owner_only(installed: Terminal) -> None:
    key = installed.folder / "data" / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text().strip()) == 64


def test_init_again_makes_only_a_new_invitation(installed: Terminal) -> None:
    key = (installed.folder / "data" / "secret.key").read_bytes()
    said = installed.run(*INIT)
    assert said.code == 0
    assert "made before" in said.out
    assert (installed.folder / "data" / "secret.key").read_bytes() == key
    connection = sqlite3.connect(installed.folder / "data" / "jifen.db")
    counts = [
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  our own names
        for table in ("units", "members", "invitations")
    ]
    connection.close()
    assert counts == [1, 1, 2]


def test_init_without_a_bot_name_says_what_to_send(terminal: Terminal) -> None:
    said = terminal.run(*INIT[:-2])
    assert said.code == 0
    assert re.search(r"\n  /start [\w-]{16}\n", said.out)


def test_init_asks_the_bot_api_for_the_name(terminal: Terminal, bot_api: PretendBotApi) -> None:
    terminal.env = {"JIFEN_BOT_TOKEN": TOKEN, "JIFEN_API_BASE": bot_api.address}
    said = terminal.run(*INIT[:-2])
    assert re.search(r"\n  https://t\.me/jifen_bot\?start=[\w-]{16}\n", said.out)
    assert bot_api.paths == [f"/bot{TOKEN}/getMe"]


def test_the_proxy_is_used_where_set(terminal: Terminal, bot_api: PretendBotApi) -> None:
    terminal.env = {
        "JIFEN_BOT_TOKEN": TOKEN,
        "JIFEN_API_BASE": "http://telegram.invalid",
        "JIFEN_PROXY": bot_api.address,
    }
    said = terminal.run(*INIT[:-2])
    assert re.search(r"\n  https://t\.me/jifen_bot\?start=[\w-]{16}\n", said.out)
    assert bot_api.paths == [f"http://telegram.invalid/bot{TOKEN}/getMe"]


def test_init_never_makes_a_second_key_for_an_old_ledger(installed: Terminal) -> None:
    key = installed.folder / "data" / "secret.key"
    key.unlink()
    said = installed.run(*INIT)
    assert (said.code, said.out, key.exists()) == (2, "", False)
    assert said.err.endswith("without it the ledger cannot be checked.\n")


@pytest.mark.parametrize("words", COMMANDS_THAT_OPEN, ids=" ".join)
def test_commands_refuse_where_nothing_is_installed_and_make_nothing(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    terminal.env = {"JIFEN_SECRET": "s" * 32}
    said = terminal.run(*words)
    sentence = "There is no installation in this database. Run `jifen init` first.\n"
    assert (said.code, said.out, said.err) == (2, "", sentence)
    assert not (terminal.folder / "data" / "jifen.db").exists()


def test_a_database_of_an_older_revision_is_refused_until_upgraded(installed: Terminal) -> None:
    connection = sqlite3.connect(installed.folder / "data" / "jifen.db")
    newest = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.execute("UPDATE alembic_version SET version_num = 'older'")
    connection.commit()
    sentence = "The database is not at the newest revision. Make a backup, then run `jifen upgrade`.\n"
    for words in (("run", "panel"), ("verify",)):
        said = installed.run(*words)
        assert (said.code, said.out, said.err) == (2, "", sentence)
    connection.execute("UPDATE alembic_version SET version_num = ?", newest)
    connection.commit()
    connection.close()
    assert installed.run("upgrade").code == 0


def test_settings_are_told_all_at_once(terminal: Terminal) -> None:
    terminal.env = {"JIFEN_PANEL_PORT": "x"}
    write(terminal, "JIFEN_LOG_LEVEL=loud\nJIFEN_PANEL_PROT=1\n", name=".env")
    said = terminal.run("verify")
    names = re.findall(r"^  (JIFEN_\w+): ", said.err, re.MULTILINE)
    assert (said.code, said.out) == (2, "")
    assert names == ["JIFEN_PANEL_PROT", "JIFEN_PANEL_PORT", "JIFEN_LOG_LEVEL"]


def test_run_without_a_token_says_where_to_get_one(installed: Terminal) -> None:
    said = installed.run("run")
    sentence = "JIFEN_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env.\n"
    assert (said.code, said.out, said.err) == (2, "", sentence)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_roster_preview_then_import(installed: Terminal, encoding: str) -> None:
    write(installed, ROSTER, encoding=encoding)
    before = dump(installed)
    preview = installed.run("roster", "import", "r.csv", "--dry-run")
    assert preview.code == 0
    assert dump(installed) == before
    done = installed.spawn("roster", "import", "r.csv", "--bot", "@jifen_bot")
    assert done.code == 0
    assert [line.split() for line in done.out.splitlines() if line.startswith("2 ")] == [
        ["2", "m1", "王秀英", "cf", "新增", "created", "unit", "roles"]
    ]
    assert len(re.findall(r"https://t\.me/jifen_bot\?start=[\w-]{16}$", done.out, re.MULTILINE)) == 2
    assert ("GB18030" in done.out) == (encoding == "gb18030")
    again = installed.run("roster", "import", "r.csv")
    assert "新增 created: 0, 更改 changed: 0, 不变 unchanged: 2" in again.out.splitlines()


def test_roster_links_go_to_a_file_for_the_owner_only(installed: Terminal) -> None:
    write(installed, ROSTER)
    said = installed.run("roster", "import", "r.csv", "--links", "links.csv", "--bot", "jifen_bot")
    file = installed.folder / "links.csv"
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    assert [row[:3] for row in rows[1:]] == [["m1", "王秀英", "cf"], ["m2", "李明", "cf"]]
    assert all(row[3].startswith("https://t.me/jifen_bot?start=") for row in rows[1:])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "start=" not in said.out
    again = installed.run("roster", "import", "r.csv", "--links", "links.csv")
    assert (again.code, again.out) == (2, "")


def test_a_broken_roster_tells_every_line_and_changes_nothing(installed: Terminal) -> None:
    write(installed, "编号,姓名,支部\n,王,cf\nm2,=1,cf\nm3,赵,cf\n")
    before = dump(installed)
    said = installed.run("roster", "import", "r.csv")
    assert said.code == 1
    assert re.findall(r"^r\.csv:(\d+): ", said.out, re.MULTILINE) == ["2", "3"]
    assert dump(installed) == before


def test_a_roster_that_is_not_there_is_told(installed: Terminal) -> None:
    said = installed.run("roster", "import", "nowhere.csv")
    sentence = "nowhere.csv cannot be opened: No such file or directory.\n"
    assert (said.code, said.out, said.err) == (2, "", sentence)


def test_invite_and_roles(installed: Terminal) -> None:
    write(installed, ROSTER)
    installed.run("roster", "import", "r.csv", "--links", "links.csv")
    invited = installed.run("invite", "m2", "--bot", "jifen_bot")
    assert re.match(r"m2 李明: https://t\.me/jifen_bot\?start=[\w-]{16}\n", invited.out)
    said = [
        installed.run("role", "grant", "m2", "cf", "书记"),
        installed.run("role", "grant", "m2", "cf", "secretary"),
        installed.run("role", "revoke", "m2", "cf", "secretary"),
        installed.run("role", "revoke", "m2", "cf", "secretary"),
    ]
    assert [(one.code, one.out) for one in said] == [
        (0, "m2 is secretary in cf.\n"),
        (0, "m2 is secretary in cf already.\n"),
        (0, "m2 is no longer secretary in cf.\n"),
        (0, "m2 is not secretary in cf.\n"),
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("invite", "nobody"), "There is no member with the code nobody.\n"),
        (("role", "grant", "admin", "mars", "recorder"), "There is no unit with the code mars.\n"),
        (("role", "revoke", "nobody", "root", "recorder"), "There is no member with the code nobody.\n"),
    ],
)
def test_unknown_codes_are_told(installed: Terminal, words: tuple[str, ...], sentence: str) -> None:
    said = installed.run(*words)
    assert (said.code, said.out, said.err) == (2, "", sentence)


def test_verify_is_quiet_about_a_whole_ledger_and_loud_about_another(installed: Terminal) -> None:
    whole = installed.run("verify")
    assert (whole.code, whole.out) == (0, "The ledger is whole: 0 lines checked.\n")
    connection = sqlite3.connect(installed.folder / "data" / "jifen.db")
    connection.execute("UPDATE ledger_heads SET sequence = 7")
    connection.commit()
    connection.close()
    broken = installed.run("verify")
    assert (broken.code, broken.out.splitlines()[0]) == (
        1,
        "root: the end of the chain does not fit: lines were removed, or put in",
    )


def test_an_unreachable_database_is_one_sentence(terminal: Terminal) -> None:
    terminal.env = {"JIFEN_SECRET": "s" * 32, "JIFEN_DATABASE": "postgresql://jifen@127.0.0.1:1/jifen"}
    said = terminal.run("verify")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("The database cannot be used (PostgreSQL): ")
    assert "Traceback" not in said.err


def test_start_up_imports_nothing_heavy(terminal: Terminal) -> None:
    code = (
        "import sys, cli.commands; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & set(sys.argv[1:])))"
    )
    heavy = ("aiogram", "alembic", "fastapi", "pydantic", "pydantic_settings", "sandbox", "sqlalchemy")
    done = subprocess.run(
        [sys.executable, "-c", code, "typer", *heavy], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "['typer']\n"
