"""Reads what a shopkeeper typed into the fields of the shop's forms."""

import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Form, Path

from domain.errors import JifenError
from domain.members import MemberKind
from domain.points import parse_points
from domain.shop import ProductFacts, read_price
from domain.shop.refusals import ProductRefused, QuantityRefused, WindowRefused
from panel.queries import NUMBER_MAX

ProductId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
OrderId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
WindowId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
Short = Annotated[str, Form(max_length=200)]
Long = Annotated[str, Form(max_length=4000)]
Cause = Annotated[str, Form(min_length=8, max_length=64)]
COUNT_MAX = 1_000_000


def new_cause() -> str:
    """Return what makes sending a form twice one act."""
    return secrets.token_hex(12)


def problem_of(refused: JifenError) -> dict[str, Any]:
    """Return a refusal as a page shows it."""
    return {"code": refused.code, "facts": refused.facts()}


def count_of(text: str, *, low: int = 0) -> int:
    """Return the whole number typed.

    Raises:
        QuantityRefused: it is none, or outside the bounds.
    """
    points = parse_points(text)
    if points is None or points.denominator != 1 or not low <= points <= COUNT_MAX:
        raise QuantityRefused(low=low, high=COUNT_MAX)
    return int(points)


def cents_of(text: str) -> int | None:
    """Return money typed in yuan as cents; None for an empty field.

    Raises:
        ValueError: it is no such number.
    """
    if not text.strip():
        return None
    yuan = parse_points(text.strip().removesuffix("元"))
    if yuan is None or yuan < 0 or (yuan * 100).denominator != 1:
        raise ValueError(text)
    return int(yuan * 100)


def budget_of(text: str) -> int | None:
    """Return the budget of a window in cents; None for none.

    Raises:
        WindowRefused
    """
    try:
        return cents_of(text)
    except ValueError:
        raise WindowRefused(what="budget") from None


@dataclass(frozen=True, slots=True)
class ProductForm:
    """The fields in which a product is described, as they were typed."""

    name: Short = ""
    price: Short = ""
    description: Long = ""
    limit: Short = ""
    kinds: Annotated[list[str] | None, Form()] = None
    place: Short = ""
    low: Short = ""
    cost: Short = ""

    def facts(self) -> ProductFacts:
        """Return what was typed about the product.

        Raises:
            ProductRefused: a number cannot be read.
        """
        points = read_price(self.price)
        try:
            cost_cents = cents_of(self.cost)
        except ValueError:
            raise ProductRefused(what="cost") from None
        try:
            limit_per_window = count_of(self.limit, low=1) if self.limit.strip() else None
        except QuantityRefused:
            raise ProductRefused(what="limit") from None
        return ProductFacts(
            name=self.name,
            price=points,
            description=self.description,
            limit_per_window=limit_per_window,
            kinds=frozenset(kind for kind in MemberKind if kind.value in (self.kinds or ())),
            place=_number(self.place),
            low_stock=_number(self.low),
            cost_cents=cost_cents,
        )


Described = Annotated[ProductForm, Depends()]


def _number(text: str) -> int:
    try:
        return count_of(text)
    except QuantityRefused:
        return 0
