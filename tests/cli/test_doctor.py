"""The doctor: what it finds, and that it says bad only when something is."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.doctor import Finding, Level, clock_finding, condition_findings, disk_finding
from services.checkup import Condition
from tests.cli.conftest import TOKEN, PretendBotApi, Terminal

NOW = datetime(2026, 3, 10, 4, tzinfo=UTC)


def levels(text: str) -> list[tuple[str, str]]:
    """Return the level of each line with its first word."""
    lines = [line.split() for line in text.splitlines() if line[:1].isalpha()]
    return [(words[0], words[1].rstrip(":")) for words in lines]


def test_doctor_finds_nothing_bad_in_a_new_installation(installed: Terminal, bot_api: PretendBotApi) -> None:
    installed.env = {"JIFEN_BOT_TOKEN": TOKEN, "JIFEN_API_BASE": bot_api.address}
    said = installed.spawn("doctor")
    assert (said.code, said.err) == (0, "")
    assert levels(said.out) == [
        ("ok", "settings"),
        ("ok", "data"),
        ("ok", "key"),
        ("ok", "database"),
        ("ok", "waiting"),
        ("ok", "rulebooks"),
        ("ok", "bot"),
        ("ok", "clock"),
    ]


def test_doctor_finds_everything_bad_at_once(installed: Terminal, bot_api: PretendBotApi) -> None:
    bot_api.seconds_ahead = 3600
    (installed.folder / "data" / "secret.key").chmod(0o644)
    (installed.folder / "mine").mkdir()
    (installed.folder / "mine" / "kaputt.yaml").write_text("id: [", encoding="utf-8")
    installed.env = {
        "JIFEN_BOT_TOKEN": TOKEN + "x",
        "JIFEN_API_BASE": bot_api.address,
        "JIFEN_RULEBOOKS": "mine",
    }
    said = installed.run("doctor")
    bad = [what for level, what in levels(said.out) if level == "bad"]
    assert (said.code, bad) == (1, ["key", "rulebook", "bot", "clock"])
    assert TOKEN not in said.out + said.err


def test_doctor_in_an_empty_folder_points_to_init_and_makes_nothing(terminal: Terminal) -> None:
    said = terminal.run("doctor")
    assert (said.code, levels(said.out)) == (
        1,
        [
            ("ok", "settings"),
            ("bad", "data"),
            ("bad", "key"),
            ("bad", "database"),
            ("ok", "rulebooks"),
            ("warn", "bot"),
        ],
    )
    assert list(terminal.folder.iterdir()) == []


def test_doctor_tells_every_setting(terminal: Terminal) -> None:
    terminal.env = {"JIFEN_PANEL_PORT": "x", "JIFEN_TIME_ZONE": "Mars"}
    said = terminal.run("doctor")
    assert (said.code, levels(said.out)) == (1, [("bad", "setting"), ("bad", "setting")])


def test_doctor_tells_a_database_that_is_no_database(installed: Terminal) -> None:
    for file in (installed.folder / "data").glob("jifen.db*"):
        file.unlink()
    (installed.folder / "data" / "jifen.db").write_bytes(b"this is not a database, it is only text")
    said = installed.run("doctor")
    assert (said.code, [what for level, what in levels(said.out) if level == "bad"]) == (1, ["database"])


@pytest.mark.parametrize(
    ("free_mib", "level"), [(99, Level.BAD), (100, Level.WARN), (1023, Level.WARN), (1024, Level.OK)]
)
def test_disk(free_mib: int, level: Level) -> None:
    assert disk_finding(free_mib).level is level


@pytest.mark.parametrize(
    ("seconds", "level"),
    [(0, Level.OK), (30, Level.OK), (-31, Level.WARN), (300, Level.WARN), (-301, Level.BAD)],
)
def test_clock(seconds: int, level: Level) -> None:
    assert clock_finding(NOW + timedelta(seconds=seconds), NOW).level is level


def test_condition_tells_what_waits_and_what_failed() -> None:
    condition = Condition(
        is_installed=True,
        units_without_rulebook=("cf",),
        evidence_waiting=1,
        evidence_failed=2,
        updates_waiting=3,
        updates_parked=4,
        messages_waiting=5,
        messages_dead=6,
        is_outbox_overdue=True,
    )
    found = [(finding.level, finding.what) for finding in condition_findings(condition)]
    assert found == [
        (Level.BAD, "unit cf: its rulebook was never loaded"),
        (Level.WARN, "2 photos or documents could not be fetched"),
        (Level.WARN, "4 updates could not be handled and are parked"),
        (Level.WARN, "6 messages could not be delivered"),
        (Level.WARN, "messages have waited for more than half an hour"),
        (Level.OK, "waiting: 3 updates, 1 photos or documents, 5 messages"),
    ]


def test_a_finding_shows_how_to_mend_it_on_a_line_of_its_own() -> None:
    assert str(Finding(Level.BAD, "key", "Run.")) == "bad   key\n      → Run."
