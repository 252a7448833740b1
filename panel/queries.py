"""Reads what a person put into the fields of a filter; what makes no sense is left out, never an error."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

NUMBER_MAX = 2**31 - 1
TEXT_LENGTH_MAX = 60
YEARS = range(1900, 2200)


def number_of(text: str) -> int | None:
    """Return the positive number that the text is; None for anything else."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit()) or len(plain) > len(str(NUMBER_MAX)):
        return None
    number = int(plain)
    return number if 0 < number <= NUMBER_MAX else None


def page_of(text: str) -> int:
    """Return the page counted from 0 that a person calls by a number counted from 1."""
    return min((number_of(text) or 1) - 1, 100_000)


def day_of(text: str) -> date | None:
    """Return the day that a date field sends; None for anything else."""
    try:
        on = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return on if on.year in YEARS else None


def address(path: str, fields: Iterable[tuple[str, object]]) -> str:
    """Return a path with those fields that are filled in."""
    filled = [(name, str(value)) for name, value in fields if value not in {None, ""}]
    return f"{path}?{urlencode(filled)}" if filled else path


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """The filter of the ledger as typed; `from_on` and `to_on` are both included."""

    unit_id: int | None
    name: str
    member_id: int | None
    item: str
    from_on: date | None
    to_on: date | None
    page: int
    is_date_unreadable: bool

    @property
    def until_on(self) -> date | None:
        """The first day that is no longer wanted."""
        return None if self.to_on is None else self.to_on + timedelta(days=1)

    def at(self, page: int, *, member_id: int | None = None) -> str:
        """Return the address of another page of the same filter, or of one member chosen in it."""
        return address(
            "/ledger",
            [
                ("unit", self.unit_id),
                ("name", "" if member_id else self.name),
                ("member", member_id or self.member_id),
                ("item", self.item),
                ("from", self.from_on),
                ("to", self.to_on),
                ("page", page + 1 if page else None),
            ],
        )


def ledger_query(
    *, unit: str, name: str, member: str, item: str, from_on: str, to_on: str, page: str
) -> LedgerQuery:
    """Return the filter of the ledger from its fields."""
    since, until = day_of(from_on), day_of(to_on)
    return LedgerQuery(
        unit_id=number_of(unit),
        name=name.strip()[:TEXT_LENGTH_MAX],
        member_id=number_of(member),
        item=item.strip()[:TEXT_LENGTH_MAX],
        from_on=since,
        to_on=until,
        page=page_of(page),
        is_date_unreadable=bool((from_on.strip() and since is None) or (to_on.strip() and until is None)),
    )


@dataclass(frozen=True, slots=True)
class MemberQuery:
    """The filter of the member list as typed."""

    unit_id: int | None
    name: str
    page: int

    def at(self, page: int) -> str:
        """Return the address of another page of the same filter."""
        return address(
            "/members",
            [("unit", self.unit_id), ("name", self.name), ("page", page + 1 if page else None)],
        )


def member_query(*, unit: str, name: str, page: str) -> MemberQuery:
    """Return the filter of the member list from its fields."""
    return MemberQuery(number_of(unit), name.strip()[:TEXT_LENGTH_MAX], page_of(page))


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a list stands, for the pager."""

    path: str
    page: int
    read: str = ""

    def at(self, page_number: int) -> str:
        """Return the address of another page."""
        return address(self.path, [("read", self.read), ("page", page_number + 1 if page_number else None)])
