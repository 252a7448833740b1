"""Two processes, 200 members, 20 kettles: exactly 20 orders, whoever is killed meanwhile."""

import multiprocessing
import os
import random
import time
from collections import Counter
from ctypes import c_int
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty

from sqlalchemy import func, select

from domain.errors import JifenError
from domain.shop import Product
from services.actors import ChatAccount
from services.clock import FixedClock
from services.deps import Deps
from services.shop import check_books, place_order
from storage.database import Store
from storage.files import EvidenceFiles
from storage.tables import shop_accounts, shop_orders, shop_products
from tests.conftest import NOON, SECRET, a_shelf
from tests.shops import ShopBranch, a_product, a_shop, give_points
from tests.together import SECONDS_MAX, ended

MEMBERS, KETTLES, PRICE = 200, 20, 3
ROUNDS_WITH_KILLS = int(os.environ.get("JIFEN_TEST_ROUNDS", "3"))
"""For longer runs: JIFEN_TEST_ROUNDS=50."""


def deps_of(url: str) -> Deps:
    return Deps(
        store=Store(url, durability="NORMAL"),
        clock=FixedClock(NOON),
        shelf=a_shelf(),
        files=EvidenceFiles(Path("/nonexistent")),
        secret=SECRET,
        panel_url="http://panel.test",
    )


def tap_all(
    url: str,
    product_id: int,
    user_ids: list[int],
    told: "multiprocessing.Queue[str] | None",
    taps: c_int,
) -> None:
    """Let these members tap, one after the other; count the taps and tell what each got."""
    deps = deps_of(url)
    for user_id in user_ids:
        try:
            place_order(
                deps,
                actor=ChatAccount(user_id),
                product_id=product_id,
                quantity=1,
                cause_key=f"tap:{product_id}:{user_id}",
            )
            answer = "ordered"
        except JifenError as refused:
            answer = refused.code
        taps.value += 1
        if told is not None:
            told.put(answer)
    deps.close()


def race(deps: Deps, shop: ShopBranch, product: Product, *, kill_after: int | None = None) -> Counter[str]:
    """Let two processes take the taps of half the members each; perhaps kill one after so many taps."""
    url = deps.store.url.render_as_string(hide_password=False)
    deps.store.close()
    users = [person.user_id for person in shop.branch.members]
    random.Random(product.id).shuffle(users)  # noqa: S311  an order of taps
    fork = multiprocessing.get_context("fork")
    # who is killed while writing into a queue leaves it locked
    told: multiprocessing.Queue[str] | None = fork.Queue() if kill_after is None else None
    taps = [fork.RawValue(c_int, 0) for _ in range(2)]
    running: list[BaseProcess] = [
        fork.Process(target=tap_all, args=(url, product.id, users[half::2], told, taps[half]), daemon=True)
        for half in (0, 1)
    ]
    for process in running:
        process.start()
    until = time.monotonic() + SECONDS_MAX
    if kill_after is not None:
        while taps[0].value < kill_after and running[0].is_alive() and time.monotonic() < until:
            time.sleep(0.0005)
        running[0].kill()
    answers: Counter[str] = Counter()
    while told is not None and any(process.is_alive() for process in running) and time.monotonic() < until:
        _drain(told, answers)
    ended(running)
    if told is not None:
        _drain(told, answers)
    return answers


def _drain(told: "multiprocessing.Queue[str]", answers: Counter[str]) -> None:
    while True:
        try:
            answers[told.get(timeout=0.05)] += 1
        except Empty:
            return


def numbers(deps: Deps, product: Product) -> tuple[int, int, int, int]:
    """Return orders of the product, stock, held, and all points that are left."""
    with deps.store.read() as uow:
        orders = uow.connection.execute(
            select(func.count()).select_from(shop_orders).where(shop_orders.c.product_id == product.id)
        ).scalar_one()
        row = uow.connection.execute(
            select(shop_products.c.stock, shop_products.c.held).where(shop_products.c.id == product.id)
        ).one()
        balance = uow.connection.execute(select(func.sum(shop_accounts.c.balance))).scalar_one()
    return int(orders), row.stock, row.held, int(balance) // 10_000


def problems(deps: Deps) -> set[str]:
    with deps.store.read() as uow:
        return {problem.what for problem in check_books(uow, deps)}


def test_the_last_twenty_kettles(deps: Deps) -> None:
    shop = a_shop(deps, members=MEMBERS, rulebook="ewai")
    give_points(deps, shop, 100)
    total = (MEMBERS + 4) * 100
    kettle = a_product(deps, shop, price=PRICE, count=KETTLES)
    assert race(deps, shop, kettle) == {"ordered": KETTLES, "shop.sold_out": MEMBERS - KETTLES}
    assert numbers(deps, kettle) == (KETTLES, 0, KETTLES, total - PRICE * KETTLES)
    assert race(deps, shop, kettle) == {"ordered": KETTLES, "shop.sold_out": MEMBERS - KETTLES}
    assert numbers(deps, kettle) == (KETTLES, 0, KETTLES, total - PRICE * KETTLES)
    assert problems(deps) == set()


def test_kills_lose_and_double_nothing(deps: Deps) -> None:
    shop = a_shop(deps, members=MEMBERS // 4, rulebook="ewai")
    give_points(deps, shop, 1000)
    total = (MEMBERS // 4 + 4) * 1000
    chance = random.Random(7)  # noqa: S311  when to kill
    for done in range(1, ROUNDS_WITH_KILLS + 1):
        kettle = a_product(deps, shop, price=PRICE, count=KETTLES)
        race(deps, shop, kettle, kill_after=chance.randint(0, KETTLES))
        assert numbers(deps, kettle)[0] + numbers(deps, kettle)[1] == KETTLES
        race(deps, shop, kettle)
        assert numbers(deps, kettle) == (KETTLES, 0, KETTLES, total - PRICE * KETTLES * done)
    assert problems(deps) == set()
    assert deps.clock.now() - NOON == timedelta()
