"""Every setting and every command is documented, and nothing that is not there."""

import re
from pathlib import Path

import typer

from cli.commands import app
from services.settings import MENDS, Settings, load_settings, variable

ROOT = Path(__file__).parent.parent.parent
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / ".env.example"
SETTINGS = [variable(field) for field in Settings.model_fields]


def commands(group: typer.Typer, before: str = "jifen") -> list[str]:
    own = [f"{before} {c.name or c.callback.__name__}" for c in group.registered_commands if c.callback]
    groups = [
        command
        for below in group.registered_groups
        if below.typer_instance is not None
        for command in commands(below.typer_instance, f"{before} {below.name}")
    ]
    return own + groups


def test_every_setting_is_in_the_example_once() -> None:
    found = re.findall(r"^#?(JIFEN_\w+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(found) == sorted(SETTINGS)


def test_the_example_as_it_stands_changes_nothing() -> None:
    assert load_settings(env={}, env_file=EXAMPLE) == Settings()


def test_every_setting_is_in_the_table_with_its_own_words_and_default() -> None:
    rows = re.findall(r"^\| `(JIFEN_\w+)` \| (.*?) \| (.*) \|$", OPERATING, re.MULTILINE)
    expected = [
        (
            variable(name),
            "" if field.default is None else f"`{field.default}`",
            " ".join((field.description or "").split()),
        )
        for name, field in Settings.model_fields.items()
    ]
    assert [(name, default.strip(), words) for name, default, words in rows] == expected


def test_every_setting_has_a_way_to_mend_it() -> None:
    assert sorted(MENDS) == sorted(Settings.model_fields)


def test_every_command_is_in_the_table_and_no_other() -> None:
    rows = re.findall(r"^\| `(jifen [a-z]+(?: [a-z]+)?)\b", OPERATING, re.MULTILINE)
    assert sorted(rows) == sorted(commands(app))
