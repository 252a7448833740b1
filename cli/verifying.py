"""`jifen verify`: checks the ledger's chains and tells every problem."""

import typer

from cli.opening import opened, settings_or_refuse
from services.ledger import LedgerProblem, verify

WORDS = {
    "chain": "a line is missing, doubled or out of its place here",
    "hash": "this line was changed after it was written, or the key is not the one it was written with",
    "head": "the end of the chain does not fit: lines were removed, or put in",
    "balance": "a closed period's balance does not agree with what it counts now, or with the chain then",
    "sums": "the running sums do not follow from the lines",
    "fills": "what the caps hold does not follow from the lines",
    "approval_without_entry": "an approved report left no line in the ledger",
    "shop_credit": "this entry did not bring into the shop's purse what the rulebook says",
    "shop_balance": "the balance of this account of the shop is not the sum of its lines",
    "shop_lots": "what is left of this account's lots is not its balance",
    "shop_stock": "the stock of this product is not what its stock book and its orders say",
}
SHOP_THINGS = {
    "shop_credit": "entry",
    "shop_balance": "shop account",
    "shop_lots": "shop account",
    "shop_stock": "product",
}


def verify_ledger() -> None:
    """Check every chain; exit 1 with every problem."""
    with opened(settings_or_refuse()) as deps:
        count, problems = verify(deps)
    for problem in problems:
        print(f"{_place(problem)}: {WORDS[problem.what]}")
    if problems:
        print(f"{len(problems)} problems in {count} lines. Keep this database and compare it with a backup.")
        raise typer.Exit(1)
    print(f"The ledger is whole: {count} lines checked.")


def _place(problem: LedgerProblem) -> str:
    if problem.what == "approval_without_entry":
        return f"report {problem.sequence}"
    if problem.what in {"sums", "fills"}:
        return f"{problem.unit_code} member {problem.sequence}"
    if problem.what in SHOP_THINGS:
        return f"{SHOP_THINGS[problem.what]} {problem.sequence}"
    return f"{problem.unit_code} line {problem.sequence}" if problem.sequence else problem.unit_code
