"""Products: the list, a new one, its facts, its photo, and its stock."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from domain.errors import Conflict, Invalid, JifenError
from domain.members import MemberKind
from domain.shop.goods import LOW_STOCK
from panel.csrf import FormSender
from panel.errors import status_of
from panel.pages import page as show_page
from panel.queries import address, number_of, page_of
from panel.routes.shop.fields import (
    Cause,
    Described,
    Long,
    ProductId,
    Short,
    count_of,
    new_cause,
    problem_of,
)
from panel.sessions import SignedIn, Surroundings, Visitor
from services import shop
from services.deps import Deps
from services.shop.books import PAGE_LENGTH as LINES_PER_PAGE
from services.shop.catalogue import PAGE_LENGTH

router = APIRouter()
CACHE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class ShelfQuery:
    """Which products, or lines of the stock book, are listed."""

    path: str
    is_archived: bool
    unit_id: int | None
    page: int

    def at(self, page: int) -> str:
        """Return the address of another page of the same list."""
        return address(
            self.path,
            [
                ("archived", 1 if self.is_archived else None),
                ("unit", self.unit_id),
                ("page", page + 1 if page else None),
            ],
        )


@router.get("/shop/products")
def show_products(
    request: Request,
    deps: Surroundings,
    visitor: SignedIn,
    archived: str = "",
    unit: str = "",
    page: str = "",
) -> Response:
    """Show the products of the shops the visitor keeps."""
    query = ShelfQuery("/shop/products", bool(archived), number_of(unit), page_of(page))
    return _products(request, deps, visitor, query)


def _products(
    request: Request,
    deps: Deps,
    visitor: Visitor,
    query: ShelfQuery,
    *,
    problem: JifenError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    found = shop.list_kept_products(
        deps, actor=visitor.actor, unit_id=query.unit_id, is_archived=query.is_archived, page=query.page
    )
    facts = {
        "found": found,
        "query": query,
        "pages": max(1, -(-found.total // PAGE_LENGTH)),
        "units": tuple(found.units.values()),
        "wanted": {one.product.id: one for one in shop.most_wanted(deps, actor=visitor.actor)},
        "cause": new_cause(),
        "problem": problem_of(problem) if problem is not None else None,
        "typed": typed or {"name": "", "price": "", "count": "", "unit": None},
        "tab": "products",
    }
    status = status_of(problem) if problem is not None else 200
    return show_page(request, "shop/products.html", facts, visitor=visitor, status=status)


@router.post("/shop/products")
def add(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    *,
    cause: Cause,
    described: Described,
    count: Short = "",
    unit: Short = "",
) -> Response:
    """Put a product on the shelf."""
    try:
        product = shop.add_product(
            deps,
            actor=visitor.actor,
            unit_id=number_of(unit),
            facts=replace(described.facts(), low_stock=LOW_STOCK),
            count=count_of(count),
            cause_key=f"form:{cause}",
        )
    except Invalid as refused:
        query = ShelfQuery("/shop/products", is_archived=False, unit_id=None, page=0)
        typed = {
            "name": described.name,
            "price": described.price,
            "count": count,
            "unit": number_of(unit),
        }
        return _products(request, deps, visitor, query, problem=refused, typed=typed)
    return RedirectResponse(f"/shop/products/{product.id}", status_code=303)


@router.get("/shop/products/{product_id}")
def show_product(request: Request, deps: Surroundings, visitor: SignedIn, product_id: ProductId) -> Response:
    """Show a product with its stock and its book."""
    return _product(request, deps, visitor, product_id)


def _product(
    request: Request, deps: Deps, visitor: Visitor, product_id: int, *, problem: JifenError | None = None
) -> Response:
    product = shop.open_kept_product(deps, actor=visitor.actor, product_id=product_id)
    book = shop.stock_book(deps, actor=visitor.actor, product_id=product_id)
    facts = {
        "product": product,
        "entries": book.entries[:LINES_PER_PAGE],
        "kinds": tuple(MemberKind),
        "cause": new_cause(),
        "time_zone": visitor.me.units[product.unit_id].time_zone,
        "problem": problem_of(problem) if problem is not None else None,
        "tab": "products",
    }
    status = status_of(problem) if problem is not None else 200
    return show_page(request, "shop/product.html", facts, visitor=visitor, status=status)


@router.post("/shop/products/{product_id}")
def edit(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    product_id: ProductId,
    described: Described,
) -> Response:
    """Change what is said of a product."""
    try:
        shop.edit_product(deps, actor=visitor.actor, product_id=product_id, facts=described.facts())
    except Invalid as refused:
        return _product(request, deps, visitor, product_id, problem=refused)
    return RedirectResponse(f"/shop/products/{product_id}", status_code=303)


@router.post("/shop/products/{product_id}/stock")
def change_stock(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    product_id: ProductId,
    *,
    cause: Cause,
    action: Short = "",
    count: Short = "",
    reason: Long = "",
) -> Response:
    """Put goods in, write down a count, write off, take off the shelf or put back."""
    actor = visitor.actor
    try:
        match action:
            case "in":
                shop.stock_in(
                    deps,
                    actor=actor,
                    product_id=product_id,
                    count=count_of(count, low=1),
                    cause_key=cause,
                    reason=reason,
                )
            case "count":
                shop.count_stock(
                    deps,
                    actor=actor,
                    product_id=product_id,
                    found=count_of(count),
                    cause_key=cause,
                    reason=reason,
                )
            case "write_off":
                shop.write_off(
                    deps,
                    actor=actor,
                    product_id=product_id,
                    count=count_of(count, low=1),
                    cause_key=cause,
                    reason=reason,
                )
            case "archive" | "restore":
                shop.archive_product(
                    deps, actor=actor, product_id=product_id, is_archived=action == "archive"
                )
            case _:
                pass  # no button of ours sends this
    except (Conflict, Invalid) as refused:
        return _product(request, deps, visitor, product_id, problem=refused)
    return RedirectResponse(f"/shop/products/{product_id}", status_code=303)


@router.post("/shop/products/{product_id}/photo")
def change_photo(
    request: Request,
    deps: Surroundings,
    visitor: FormSender,
    product_id: ProductId,
    *,
    photo: UploadFile,
) -> Response:
    """Give a product another photo."""
    try:
        shop.change_photo(deps, actor=visitor.actor, product_id=product_id, photo=photo.file.read())
    except Invalid as refused:
        return _product(request, deps, visitor, product_id, problem=refused)
    return RedirectResponse(f"/shop/products/{product_id}", status_code=303)


@router.get("/shop/products/{product_id}/photo")
def show_photo(deps: Surroundings, visitor: SignedIn, product_id: ProductId, small: str = "") -> Response:
    """Serve the photo of a product, whole or small."""
    content = shop.read_photo(deps, actor=visitor.actor, product_id=product_id, is_thumbnail=bool(small))
    cached = {"Cache-Control": f"private, max-age={CACHE_SECONDS}", "Vary": "Cookie"}
    return Response(content, media_type="image/jpeg", headers=cached)


@router.get("/shop/stock")
def show_stock(
    request: Request, deps: Surroundings, visitor: SignedIn, unit: str = "", page: str = ""
) -> Response:
    """Show the stock book, the newest first."""
    query = ShelfQuery("/shop/stock", is_archived=False, unit_id=number_of(unit), page=page_of(page))
    book = shop.stock_book(deps, actor=visitor.actor, unit_id=query.unit_id, page=query.page)
    units = shop.list_kept_units(deps, actor=visitor.actor)
    facts = {
        "entries": book.entries,
        "query": query,
        "pages": max(1, -(-book.total // LINES_PER_PAGE)),
        "total": book.total,
        "units": units,
        "time_zone": units[0].time_zone,
        "tab": "stock",
    }
    return show_page(request, "shop/stock.html", facts, visitor=visitor)
