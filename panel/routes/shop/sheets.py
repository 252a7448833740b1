"""The sheets that a branch files: 兑换登记表 and the stock sheet, as Excel."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from domain.errors import UnitUnknown
from domain.members import Unit
from panel.pages import language_for
from panel.queries import number_of
from panel.sessions import SignedIn, Surroundings, Visitor
from panel.sheets import Cell, sheet_answer, write_sheet
from services import shop
from services.deps import Deps
from services.shop import RegisterRow, StockEntry
from templates.words import PANEL, render

router = APIRouter()


def _unit(deps: Deps, visitor: Visitor, text: str) -> Unit:
    """Return the unit asked for, or the first whose shop the visitor keeps.

    Raises:
        UnitUnknown: the visitor keeps no shop there.
    """
    units = shop.list_kept_units(deps, actor=visitor.actor)
    wanted = number_of(text)
    found = next((unit for unit in units if wanted in {None, unit.id}), None)
    if found is None:
        raise UnitUnknown
    return found


def _words(request: Request, visitor: Visitor, name: str, unit: Unit) -> tuple[str, list[str]]:
    """Return the title and the headings of a sheet, in the visitor's language."""
    language = language_for(request, visitor)
    lines = render(f"{PANEL}/shop/{name}.html", language, {"unit": unit}).splitlines()
    return lines[0].strip(), [heading.strip() for heading in lines[1].split("|")]


@router.get("/shop/register.xlsx")
def register(
    request: Request, deps: Surroundings, visitor: SignedIn, unit: str = "", window: str = ""
) -> Response:
    """Export what was handed over, ever or in one window (form E12)."""
    of = _unit(deps, visitor, unit)
    rows = shop.register(deps, actor=visitor.actor, unit_id=of.id, window_id=number_of(window))
    title, headings = _words(request, visitor, "register_sheet", of)
    language = language_for(request, visitor)
    cells = [_register_row(number, row, language) for number, row in enumerate(rows, start=1)]
    return sheet_answer(title, write_sheet(title, headings, cells))


def _register_row(number: int, row: RegisterRow, language: str) -> list[Cell]:
    order = row.order
    handed_at = order.handed_at or order.ordered_at
    return [
        number,
        handed_at.astimezone(ZoneInfo(row.time_zone)).date().isoformat(),
        row.member_name,
        row.product_name,
        order.handed,
        float(order.price),
        float(order.price * order.handed),
        float(order.balance_after),
        # the form has no column for remarks: who signs in the member's stead is said where they sign
        render(f"{PANEL}/shop/register_proxy.html", language, {"proxies": row.proxies}),
        row.handed_by_name,
    ]


@router.get("/shop/stock.xlsx")
def stock(request: Request, deps: Surroundings, visitor: SignedIn, unit: str = "") -> Response:
    """Export the whole stock book of a unit, with what lay on the shelf after each line."""
    of = _unit(deps, visitor, unit)
    entries = shop.whole_stock_book(deps, actor=visitor.actor, unit_id=of.id)
    title, headings = _words(request, visitor, "stock_sheet", of)
    language = language_for(request, visitor)
    cells = [_stock_row(number, entry, of, language) for number, entry in enumerate(entries, start=1)]
    return sheet_answer(title, write_sheet(title, headings, cells))


def _stock_row(number: int, entry: StockEntry, unit: Unit, language: str) -> list[Cell]:
    line = entry.line
    what = render(f"{PANEL}/shop/stock_kind.html", language, {"kind": line.kind.value})
    return [
        number,
        line.happened_at.astimezone(ZoneInfo(unit.time_zone)).date().isoformat(),
        entry.product_name,
        what,
        max(line.count, 0),
        max(-line.count, 0),
        entry.shelf_after if entry.shelf_after is not None else 0,
        line.reason,
        entry.actor_name,
    ]
