"""The counter: orders to be collected, a field for the pick-up code, and an order with what can be done."""

from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from domain.errors import Conflict, Invalid, JifenError, NotKnown
from domain.shop.refusals import CodesLocked, OwnOrder
from panel.csrf import FormSender
from panel.errors import status_of
from panel.pages import page as show_page
from panel.queries import address, number_of, page_of
from panel.routes.shop.fields import Long, OrderId, Short, count_of, problem_of
from panel.sessions import SignedIn, Surroundings, Visitor
from services import shop
from services.deps import Deps

router = APIRouter()
PAGE_LENGTH = 30
JUST_NOW = timedelta(minutes=2)
"""How long a hand-over is told as one that happened just now."""


@dataclass(frozen=True, slots=True)
class CounterQuery:
    """Which orders are listed."""

    is_waiting: bool
    unit_id: int | None
    page: int

    def at(self, page: int) -> str:
        """Return the address of another page of the same list."""
        return address(
            "/shop",
            [
                ("all", None if self.is_waiting else 1),
                ("unit", self.unit_id),
                ("page", page + 1 if page else None),
            ],
        )


@router.get("/shop")
def show_counter(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    all: str = "",  # noqa: A002  the field's name in the address
    unit: str = "",
    page: str = "",
) -> Response:
    """Show the orders to be collected, or all."""
    query = CounterQuery(is_waiting=not all, unit_id=number_of(unit), page=page_of(page))
    return _counter(request, deps, visitor, query)


def _counter(
    request: Request,
    deps: Deps,
    visitor: Visitor,
    query: CounterQuery,
    *,
    problem: JifenError | None = None,
    typed: str = "",
) -> Response:
    found = shop.list_orders(
        deps,
        actor=visitor.actor,
        unit_id=query.unit_id,
        is_waiting=query.is_waiting,
        page=query.page,
        page_length=PAGE_LENGTH,
    )
    facts = {
        "found": found,
        "query": query,
        "pages": max(1, -(-found.total // PAGE_LENGTH)),
        "units": shop.list_kept_units(deps, actor=visitor.actor),
        "problem": problem_of(problem) if problem is not None else None,
        "typed": typed,
        "tab": "counter",
    }
    status = status_of(problem) if problem is not None else 200
    return show_page(request, "shop/counter.html", facts, visitor=visitor, status=status)


@router.post("/shop/code")
def find_code(request: Request, deps: Surroundings, visitor: FormSender, *, code: Short = "") -> Response:
    """Open the order of a pick-up code."""
    try:
        desk = shop.find_by_code(deps, actor=visitor.actor, text=code)
    except (NotKnown, CodesLocked) as refused:
        query = CounterQuery(is_waiting=True, unit_id=None, page=0)
        return _counter(request, deps, visitor, query, problem=refused, typed=code)
    return RedirectResponse(f"/shop/orders/{desk.order.id}", status_code=303)


@router.get("/shop/orders/{order_id}")
def show_order(
    request: Request, deps: Surroundings, visitor: SignedIn, order_id: OrderId, done: str = ""
) -> Response:
    """Show an order with what can be done; `done` is what was done just now."""
    return _order(request, deps, visitor, order_id, done=done)


def _order(
    request: Request,
    deps: Deps,
    visitor: Visitor,
    order_id: int,
    *,
    problem: JifenError | None = None,
    done: str = "",
) -> Response:
    desk = shop.open_order(deps, actor=visitor.actor, order_id=order_id)
    handed_at = desk.order.handed_at
    if done == "hand" and (handed_at is None or deps.clock.now() - handed_at > JUST_NOW):
        done = ""  # an old page that is opened again must not look like a fresh hand-over
    facts = {
        "done": done,
        "desk": desk,
        "order": desk.order,
        "collect_by": shop.last_day(desk.order.expires_at, desk.unit),
        "problem": problem_of(problem) if problem is not None else None,
        "tab": "counter",
    }
    status = status_of(problem) if problem is not None else 200
    return show_page(request, "shop/order.html", facts, visitor=visitor, status=status)


@router.post("/shop/orders/{order_id}")
def act(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    order_id: OrderId,
    *,
    action: Short = "",
    quantity: Short = "",
    note: Long = "",
    reason: Long = "",
    sound: Short = "",
) -> Response:
    """Prepare, hand over, call off or take back; a refusal is told on the order's page."""
    actor = visitor.actor
    try:
        match action:
            case "prepare":
                shop.prepare(deps, actor=actor, order_id=order_id)
            case "hand":
                count = count_of(quantity, low=1) if quantity.strip() else None
                shop.hand_over(deps, actor=actor, order_id=order_id, quantity=count, note=note)
            case "release":
                shop.call_off(deps, actor=actor, order_id=order_id, reason=reason)
            case "return":
                shop.take_back(
                    deps, actor=actor, order_id=order_id, reason=reason, is_sound=sound != "broken"
                )
            case _:
                pass  # no button of ours sends this
    except (Conflict, Invalid, OwnOrder) as refused:
        return _order(request, deps, visitor, order_id, problem=refused)
    return RedirectResponse(address(f"/shop/orders/{order_id}", [("done", action)]), status_code=303)
