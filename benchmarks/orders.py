"""Ordering one product with 50 callers, beside the bare driver's own conditional updates of the same rows."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from statistics import median
from typing import Any

import psycopg

from benchmarks.ground import administer, named, open_deps, postgresql, scratch, settle
from benchmarks.measuring import Row, Sizes, per_second
from domain.shop import Product
from services.deps import THREADS_MAX, Deps
from services.shop import place_order
from storage.database import BUSY_TIMEOUT_MS
from tests.builders import Person
from tests.shops import ShopBranch, a_product, a_shop, an_order, give_points

CALLERS, CUSTOMERS = 50, 120
SHARE_MIN = 0.5
WRITES = (
    "UPDATE shop_accounts SET balance = balance - 10000 WHERE member_id = ? AND balance >= 10000",
    "UPDATE shop_products SET stock = stock - 1, held = held + 1 WHERE id = 2 AND stock >= 1",
    (
        "INSERT INTO shop_orders (cause_key, unit_id, window_id, product_id, member_id, account_id, quantity,"
        " handed, price, status, code_salt, code_hash, balance_after, note, ordered_at, expires_at)"
        " SELECT ?, unit_id, window_id, 2, ?, account_id, 1, 0, price, 'reserved', code_salt, ?,"
        " balance_after, '', ordered_at, expires_at FROM shop_orders WHERE id = 1"
    ),
    (
        "INSERT INTO shop_purse_lines (cause_key, account_id, member_id, kind, points, happened_on,"
        " happened_at) SELECT ?, account_id, ?, kind, points, happened_on, happened_at"
        " FROM shop_purse_lines WHERE order_id = 1"
    ),
    (
        "INSERT INTO outbox (dedupe_key, kind, member_id, facts, priority, status, attempts, created_at,"
        " due_at) SELECT ?, kind, ?, facts, priority, status, attempts, created_at, due_at"
        " FROM outbox WHERE kind = 'shop_ordered' ORDER BY id LIMIT 1"
    ),
)
"""One order as the bare driver would write it: balance, stock, the order, its line, what is to be told."""
Work = Callable[[int], object]


def _prepare(deps: Deps, orders: int) -> tuple[ShopBranch, Product]:
    """Make a shop, a first order of one product, and much of another one."""
    settle(deps, branches=1)
    shop = a_shop(deps, code="shop", members=CUSTOMERS, rulebook="ewai")
    give_points(deps, shop, orders)
    an_order(deps, shop.member, a_product(deps, shop, price=1))
    return shop, a_product(deps, shop, name="抽纸", price=1, count=orders)


async def _rate(threads: ThreadPoolExecutor, work: Work, numbers: Iterator[int], orders: int) -> float:
    """Return how many a second, with so many callers that each wait for their answer."""
    loop = asyncio.get_running_loop()
    waiting = iter([next(numbers) for _ in range(orders)])

    async def caller() -> None:
        for number in waiting:
            await loop.run_in_executor(threads, work, number)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(CALLERS):
            group.create_task(caller())
    return orders / (time.perf_counter() - begun)


def _our_order(deps: Deps, members: tuple[Person, ...], product: Product) -> Work:
    return lambda number: place_order(
        deps,
        actor=members[number % len(members)].actor,
        product_id=product.id,
        quantity=1,
        cause_key=f"ours:{number}",
    )


def _bare_order(deps: Deps, members: tuple[Person, ...]) -> Work:
    """Return the same writes by the driver alone; each thread has a connection of its own."""
    own = threading.local()
    writer = threading.Lock()
    path = str(deps.store.url.database)
    address = deps.store.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def connection() -> Any:
        if not hasattr(own, "connection"):
            if deps.store.is_sqlite:
                own.connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
                own.connection.execute("PRAGMA synchronous = FULL")
            else:
                own.connection = psycopg.connect(address)
        return own.connection

    def write(number: int) -> None:
        member_id = members[number % len(members)].member_id
        key = f"bare:{number}"
        parameters = ((member_id,), (), (key, member_id, key), (key, member_id), (key, member_id))
        if deps.store.is_sqlite:
            with writer:
                connection().execute("BEGIN IMMEDIATE")
                for sql, values in zip(WRITES, parameters, strict=True):
                    connection().execute(sql, values)
                connection().execute("COMMIT")
            return
        for sql, values in zip(WRITES, parameters, strict=True):
            connection().execute(sql.replace("?", "%s"), values)
        connection().commit()

    return write


def _measure(deps: Deps, database: str, sizes: Sizes) -> Row:
    rounds, orders = sizes.rounds, sizes.decisions_per_round
    shop, product = _prepare(deps, 3 * (rounds + 1) * orders)
    members = shop.branch.members
    ours_work, bare_work = _our_order(deps, members, product), _bare_order(deps, members)
    numbers = count(1)
    ours: list[float] = []
    theirs: list[float] = []

    async def in_turns(threads: ThreadPoolExecutor) -> None:
        for number in range(rounds + 1):
            rates = [await _rate(threads, work, numbers, orders) for work in (ours_work, bare_work)]
            if number:  # the first round only warms up
                ours.append(rates[0])
                theirs.append(rates[1])

    with ThreadPoolExecutor(THREADS_MAX) as threads:
        asyncio.run(in_turns(threads))
    share = median(ours) / median(theirs)
    words = f"the bare driver's conditional updates and inserts {per_second(theirs)}"
    what = f"order of one product, {database}, {CALLERS} callers"
    return Row(what, per_second(ours), words, share, f"≥ {SHARE_MIN}", share >= SHARE_MIN)


def measure_orders(sizes: Sizes) -> list[Row]:
    """Measure ordering on both databases, commits durable."""
    with scratch() as folder:
        deps = open_deps(f"sqlite:///{folder / 'orders.db'}", folder)
        rows = [_measure(deps, "SQLite, synchronous FULL", sizes)]
        deps.close()
        with postgresql() as address:
            administer(address, "CREATE DATABASE orders")
            deps = open_deps(named(address, "orders"), folder)
            rows.append(_measure(deps, "PostgreSQL", sizes))
            deps.close()
    return rows
