"""What a person puts into a filter is read, or left out."""

from datetime import date

import pytest

from panel.queries import NUMBER_MAX, address, day_of, ledger_query, member_query, number_of, page_of
from panel.routes.languages import own_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", None),
        ("-7", None),
        ("", None),
        ("7.0", None),
        ("７", None),
        ("²", None),
        (str(NUMBER_MAX), NUMBER_MAX),
        (str(NUMBER_MAX + 1), None),
        ("9" * 5000, None),
    ],
)
def test_number_is_read_or_left_out(text: str, expected: int | None) -> None:
    assert number_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("1", 0), ("3", 2), ("0", 0), ("x", 0), ("999999999", 100_000)]
)
def test_page_counts_from_zero(text: str, expected: int) -> None:
    assert page_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        (" 2026-03-05 ", date(2026, 3, 5)),
        ("2026-02-29", None),
        ("5.3.2026", None),
        ("9999-12-31", None),
        ("", None),
    ],
)
def test_day_is_read_or_left_out(text: str, expected: date | None) -> None:
    assert day_of(text) == expected


def test_last_day_is_included() -> None:
    query = ledger_query(unit="", name="", member="", item="", from_on="", to_on="2026-02-28", page="")
    assert query.until_on == date(2026, 3, 1)


def test_address_keeps_what_is_filled_in() -> None:
    query = ledger_query(
        unit="3", name=" 王 ", member="", item="clean", from_on="2026-03-01", to_on="", page="2"
    )
    assert query.at(0) == "/ledger?unit=3&name=%E7%8E%8B&item=clean&from=2026-03-01"
    assert query.at(2, member_id=9) == "/ledger?unit=3&member=9&item=clean&from=2026-03-01&page=3"
    assert member_query(unit="", name="a&b", page="").at(1) == "/members?name=a%26b&page=2"
    assert address("/", [("unit", None), ("name", "")]) == "/"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ledger?page=2", "/ledger?page=2"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("https://evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_way_back_stays_in_the_panel(path: str, expected: str) -> None:
    assert own_path(path) == expected
