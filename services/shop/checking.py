"""Compares the shop's books with the ledger and with their own lines, and tells what differs."""

from dataclasses import dataclass
from fractions import Fraction

from domain.members import Unit
from domain.shop import fold
from services.actors import unit_tree
from services.deps import Deps
from services.shop.purses import ZERO, credit_points
from storage import ledger as stored_ledger
from storage.database import UnitOfWork
from storage.shop import accounts as stored_accounts
from storage.shop import stock as stored_stock


@dataclass(frozen=True, slots=True)
class ShopProblem:
    """Something that differs: the credit of an entry, balance or lots of an account, stock of a product."""

    what: str
    number: int


def check_books(uow: UnitOfWork, deps: Deps) -> tuple[ShopProblem, ...]:
    """Return every difference between the ledger, the purses, the orders and the stock book."""
    problems: list[ShopProblem] = []
    for unit in unit_tree(uow).all():
        problems += [ShopProblem("credit", entry_id) for entry_id in _wrong_credits(uow, deps, unit)]
        for account in stored_accounts.list_accounts(uow, unit.id):
            if fold(stored_accounts.list_lines(uow, account.id)).balance != account.balance:
                problems.append(ShopProblem("lots", account.id))
    problems += [
        ShopProblem("balance", account_id)
        for account_id, _, _ in stored_accounts.accounts_out_of_balance(uow)
    ]
    problems += [ShopProblem("stock", product) for product in stored_stock.products_out_of_stock_book(uow)]
    return tuple(problems)


def _wrong_credits(uow: UnitOfWork, deps: Deps, unit: Unit) -> list[int]:
    """Return ledger entries of a unit that did not bring into the purses what they should have."""
    known = stored_accounts.credits_of(uow, unit.id)
    due: dict[int, Fraction] = {}
    for entry in stored_ledger.walk_chain(uow, unit.id):
        if entry.reverses_id is not None:
            due[entry.id] = -due.get(entry.reverses_id, ZERO)
        else:
            due[entry.id] = credit_points(deps.shelf.version(uow, entry.rulebook_version_id).shop, entry)
    return [entry_id for entry_id, points in due.items() if known.get(entry_id, ZERO) != points]
