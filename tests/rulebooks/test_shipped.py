"""The shipped rulebooks: sound, findable, faithful to their source."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.rulebooks import app
from domain.points import show_exact
from domain.rulebooks import (
    FixedAmount,
    RangeAmount,
    dump_schema,
    flatten,
    load_rulebook,
    parse_rulebook,
    shipped_rulebooks,
)
from domain.rulebooks.shelf import ROOM
from tests.domain.rulebook_texts import no_parents

SHIPPED = shipped_rulebooks()
BRANCHES = [code for code, path in SHIPPED.items() if path.parent.name == "branches"]


def _text(code: str) -> str | None:
    return SHIPPED[code].read_text(encoding="utf-8") if code in SHIPPED else None


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_book_carries_the_id_of_its_file(code: str) -> None:
    assert load_rulebook(SHIPPED[code]).id == code


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_book_can_be_kept_flat(code: str) -> None:
    flat = flatten(SHIPPED[code].read_text(encoding="utf-8"), _text)

    assert parse_rulebook(flat, file="flat", parents=no_parents) == load_rulebook(SHIPPED[code])


@pytest.mark.parametrize("code", SHIPPED)
def test_every_item_says_where_it_comes_from_and_what_to_report(code: str) -> None:
    items = load_rulebook(SHIPPED[code]).items.values()

    assert [item.code for item in items if not item.clause or not item.hint] == []


@pytest.mark.parametrize("code", [code for code in SHIPPED if code not in BRANCHES])
def test_every_rule_of_a_scheme_quotes_its_source(code: str) -> None:
    book = load_rulebook(SHIPPED[code])
    quotes = [item.quote for item in book.items.values()] + [one.basis.quote for one in book.categories]

    assert [quote for quote in quotes if not quote] == []


@pytest.mark.parametrize("code", BRANCHES)
def test_a_branch_book_has_a_menu_that_fits_a_phone(code: str) -> None:
    book = load_rulebook(SHIPPED[code])
    menu = {category.name: book.items_of(category.code) for category in book.categories}

    assert 12 <= len(book.items) <= 18
    assert max(len(items) for items in menu.values()) <= 8
    assert min(len(items) for items in menu.values()) >= 1


def test_shequ_has_its_items_at_their_points() -> None:
    book = load_rulebook(SHIPPED["shequ"])
    points = {
        code: show_exact(item.amount.points) if isinstance(item.amount, FixedAmount) else item.amount
        for code, item in book.items.items()
    }

    assert points == {
        **dict.fromkeys(
            ("policy", "culture", "opinion", "legal-aid", "mediation", "wish", "donation", "family", "city"),
            "2",
        ),
        "urgent": RangeAmount(Fraction(0), None),
    }


def test_the_schema_on_disk_is_the_language() -> None:
    assert json.loads((ROOM / "schema.json").read_text(encoding="utf-8")) == dump_schema()


def test_check_tells_every_problem_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("id: broken\nname: 坏\nversion: 1\nitems: {}\n", encoding="utf-8")
    missing = tmp_path / "missing.yaml"

    result = CliRunner().invoke(app, ["check", str(broken), str(SHIPPED["shequ"]), str(missing)])

    assert (result.exit_code, result.stdout.splitlines()) == (
        1,
        [
            f"{broken}:1: 缺少 “categories”",
            f"{broken}:4: “items” 是空的",
            f"{missing}:1: 文件读不出来，须为 UTF-8 文本",
        ],
    )


def test_check_finds_neither_problem_nor_hint_in_a_shipped_book() -> None:
    result = CliRunner().invoke(app, ["check", *(str(path) for path in SHIPPED.values())])

    assert (result.exit_code, result.stdout) == (0, "")
    assert [line.partition(": 没有问题：")[0] for line in result.stderr.splitlines()] == [
        str(path) for path in SHIPPED.values()
    ]


def test_list_names_the_shipped_books() -> None:
    result = CliRunner().invoke(app, ["list"])

    assert result.output.splitlines() == [
        f"{code}\t{load_rulebook(path).name}" for code, path in SHIPPED.items()
    ]


def test_scoring_imports_neither_database_nor_chat() -> None:
    heavy = "{'aiogram', 'sqlalchemy', 'fastapi', 'pydantic'}"
    code = f"import sys, domain.rulebooks, domain.scoring; print(sorted({heavy} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
