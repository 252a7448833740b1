"""Settings: defaults, where they come from, and every problem at once."""

from pathlib import Path

import pytest

from services.settings import MENDS, Settings, SettingsInvalid, load_settings


def problems_of(env: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(env=env, env_file=env_file)
    return [problem.name for problem in refused.value.problems]


def test_settings_are_all_optional() -> None:
    settings = load_settings(env={}, env_file=None)
    assert settings == Settings()
    assert settings.database_url == "sqlite:///data/jifen.db"
    assert settings.sqlite_file == Path("data/jifen.db")
    assert settings.panel_address == "http://127.0.0.1:8080"


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("﻿JIFEN_PANEL_PORT=9000\nJIFEN_LOG_LEVEL=debug\nOTHER=1\n", encoding="utf-8")
    settings = load_settings(env={"JIFEN_PANEL_PORT": "9001"}, env_file=file)
    assert (settings.panel_port, settings.log_level) == (9001, "DEBUG")


def test_an_empty_value_counts_as_not_set() -> None:
    assert load_settings(env={"JIFEN_BOT_TOKEN": " ", "JIFEN_SECRET": ""}, env_file=None) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JIFEN_BOT_TOKEN", "not-a-token"),
        ("JIFEN_API_BASE", "ftp://example.org"),
        ("JIFEN_API_BASE", "https://example.org:99999"),
        ("JIFEN_DATA", __file__),
        ("JIFEN_DATABASE", "mysql://localhost/jifen"),
        ("JIFEN_DATABASE", "sqlite://"),
        ("JIFEN_SECRET", "short"),
        ("JIFEN_PROXY", "socks5://127.0.0.1:1080"),
        ("JIFEN_PANEL_URL", "points.example.org"),
        ("JIFEN_PANEL_PORT", "0"),
        ("JIFEN_PANEL_PORT", "65536"),
        ("JIFEN_PANEL_PORT", "eighty"),
        ("JIFEN_TIME_ZONE", "Asia/Atlantis"),
        ("JIFEN_TIME_ZONE", "/etc/passwd"),
        ("JIFEN_RULEBOOKS", "/nowhere/at/all"),
        ("JIFEN_DURABILITY", "SOMETIMES"),
        ("JIFEN_LOG_LEVEL", "LOUD"),
        ("JIFEN_UNDO_MINUTES", "16"),
        ("JIFEN_UNDO_MINUTES", "-1"),
        ("JIFEN_IN_DOUBT_MAX", "0"),
        ("JIFEN_IN_DOUBT_MAX", "41"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    assert problems_of({name: value}) == [name]


def test_every_problem_is_told_at_once_and_no_secret() -> None:
    env = {"JIFEN_UNDO_MINUTES": "x", "JIFEN_BOT_TOKEN": "geheim", "JIFEN_SECRET": "geheim"}
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(env=env, env_file=None)
    assert str(refused.value).splitlines() == [
        f"JIFEN_BOT_TOKEN: this is not a bot token. {MENDS['bot_token']}",
        f"JIFEN_SECRET: this is too short. {MENDS['secret']}",
        f"JIFEN_UNDO_MINUTES: this is not a whole number. {MENDS['undo_minutes']}",
    ]


def test_a_misspelt_name_is_told_with_the_right_one() -> None:
    with pytest.raises(SettingsInvalid) as refused:
        load_settings(env={"JIFEN_BOT_TOKN": "1:abc"}, env_file=None)
    assert str(refused.value) == "JIFEN_BOT_TOKN: there is no such setting. Did you mean JIFEN_BOT_TOKEN?"


def test_a_file_that_is_not_text_is_told_beside_the_rest(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"JIFEN_LOG_LEVEL=\xff\xfe\n")
    assert problems_of({"JIFEN_PANEL_PORT": "x"}, file) == [str(file), "JIFEN_PANEL_PORT"]
