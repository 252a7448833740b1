"""Running sums beside the ledger: cells by item and month, windows of caps, and the entries behind them."""

from storage.sums.balances import (
    Balance,
    assert_balances,
    list_balances,
)
from storage.sums.cells import (
    add_to_cell,
    begins_on,
    cells_between,
    cells_in,
    holders_of,
    is_same_cell,
    replace_cells,
)
from storage.sums.fills import (
    bitten_in,
    fills_of,
    fills_of_many,
    is_same_fill,
    put_fills,
    replace_fills,
    window_read,
    window_text,
)
from storage.sums.records import (
    days_of_item,
    days_of_member,
    last_days_of,
    levels_of,
    members_of_entries,
    recorded_between,
    recorded_in,
)
from storage.sums.subjects import (
    UNIT_ITSELF,
    Subject,
    is_uncounted,
    subjects_in,
)
from storage.sums.totals import (
    totals_in,
)

__all__ = [
    "UNIT_ITSELF",
    "Balance",
    "Subject",
    "add_to_cell",
    "assert_balances",
    "begins_on",
    "bitten_in",
    "cells_between",
    "cells_in",
    "days_of_item",
    "days_of_member",
    "fills_of",
    "fills_of_many",
    "holders_of",
    "is_same_cell",
    "is_same_fill",
    "is_uncounted",
    "last_days_of",
    "levels_of",
    "list_balances",
    "members_of_entries",
    "put_fills",
    "recorded_between",
    "recorded_in",
    "replace_cells",
    "replace_fills",
    "subjects_in",
    "totals_in",
    "window_read",
    "window_text",
]
