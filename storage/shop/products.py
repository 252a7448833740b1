"""Products and how many of each are free and held; stock changes only by conditional update."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, func, select, update

from domain.members import MemberKind
from domain.points import from_stored, to_stored
from domain.shop import Product, ProductFacts
from storage.database import UnitOfWork
from storage.statements import Prepared, inserting_new
from storage.tables import shop_products

_P = shop_products.c
_PRODUCT = select(
    *(column for column in _P if column.key not in {"cause_key", "created_at", "created_by_id"})
)
_GET = Prepared(_PRODUCT.where(_P.id == bindparam("product")))
_INSERT = inserting_new(
    shop_products, [column.key for column in _P if column.key not in {"id", "archived_at"}]
)
_MANY = bindparam("many", type_=BigInteger)
_RESERVE = Prepared(
    update(shop_products)
    .where(
        _P.id == bindparam("product"),
        _P.stock >= _MANY,
        _P.price == bindparam("price_shown", type_=BigInteger),
        _P.archived_at.is_(None),
    )
    .values(stock=_P.stock - _MANY, held=_P.held + _MANY)
    .returning(_P.stock)
)
_RELEASE = Prepared(
    update(shop_products)
    .where(_P.id == bindparam("product"), _P.held >= _MANY)
    .values(stock=_P.stock + _MANY, held=_P.held - _MANY)
)
_HAND = Prepared(
    update(shop_products).where(_P.id == bindparam("product"), _P.held >= _MANY).values(held=_P.held - _MANY)
)
_ADD = Prepared(
    update(shop_products)
    .where(_P.id == bindparam("product"), _P.stock + _MANY >= 0)
    .values(stock=_P.stock + _MANY)
)


def _product(row: Any) -> Product:
    facts = ProductFacts(
        name=row.name,
        price=from_stored(row.price),
        description=row.description,
        limit_per_window=row.limit_per_window,
        kinds=frozenset(MemberKind(kind) for kind in row.kinds),
        place=row.place,
        low_stock=row.low_stock,
        cost_cents=row.cost_cents,
    )
    return Product(
        id=row.id,
        unit_id=row.unit_id,
        facts=facts,
        stock=row.stock,
        held=row.held,
        photo_digest=row.photo_digest,
        thumbnail_digest=row.thumbnail_digest,
        archived_at=row.archived_at,
    )


def _columns(facts: ProductFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "description": facts.description,
        "price": to_stored(facts.price),
        "limit_per_window": facts.limit_per_window,
        "kinds": sorted(kind.value for kind in facts.kinds),
        "place": facts.place,
        "low_stock": facts.low_stock,
        "cost_cents": facts.cost_cents,
    }


def insert_product(
    uow: UnitOfWork,
    *,
    cause_key: str,
    unit_id: int,
    facts: ProductFacts,
    photo: tuple[str, str] | None,
    created_by_id: int,
    now: datetime,
) -> tuple[int, bool]:
    """Put a product on the shelf, none of it yet; return its id, and whether it is new: a repeat is not.

    `photo` are the digests of the photo and of its thumbnail.
    """
    written = _INSERT.change(
        uow,
        cause_key=cause_key,
        unit_id=unit_id,
        stock=0,
        held=0,
        photo_digest=photo[0] if photo else None,
        thumbnail_digest=photo[1] if photo else None,
        created_at=now,
        created_by_id=created_by_id,
        **_columns(facts),
    )
    found = uow.connection.execute(select(_P.id).where(_P.cause_key == cause_key)).scalar_one()
    return int(found), written == 1


def has_cause(uow: UnitOfWork, cause_key: str) -> bool:
    """Tell whether this cause put a product on the shelf already."""
    return uow.connection.execute(select(_P.id).where(_P.cause_key == cause_key)).first() is not None


def update_product(uow: UnitOfWork, product_id: int, facts: ProductFacts) -> None:
    """Change what is said of a product."""
    uow.connection.execute(update(shop_products).where(_P.id == product_id).values(**_columns(facts)))


def set_photo(uow: UnitOfWork, product_id: int, *, photo_digest: str, thumbnail_digest: str) -> None:
    """Give a product another photo."""
    uow.connection.execute(
        update(shop_products)
        .where(_P.id == product_id)
        .values(photo_digest=photo_digest, thumbnail_digest=thumbnail_digest)
    )


def set_archived(uow: UnitOfWork, product_id: int, archived_at: datetime | None) -> None:
    """Take a product out of the catalogue, or put it back."""
    uow.connection.execute(update(shop_products).where(_P.id == product_id).values(archived_at=archived_at))


def get_product(uow: UnitOfWork, product_id: int) -> Product | None:
    """Return the product with this id."""
    row = _GET.one_or_none(uow, product=product_id)
    return _product(row) if row else None


def lock_product(uow: UnitOfWork, product_id: int) -> Product | None:
    """Return the product and keep other writers of it out until the commit."""
    row = uow.connection.execute(_PRODUCT.where(_P.id == product_id).with_for_update()).one_or_none()
    return _product(row) if row else None


def products_by_id(uow: UnitOfWork, product_ids: Iterable[int]) -> Mapping[int, Product]:
    """Return these products, by id."""
    rows = uow.connection.execute(_PRODUCT.where(_P.id.in_(sorted(set(product_ids)))))
    return {row.id: _product(row) for row in rows}


def list_products(
    uow: UnitOfWork,
    unit_ids: Iterable[int],
    *,
    is_archived: bool | None = False,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[Sequence[Product], int]:
    """Return a page of the units' products in the order of the list, and how many there are.

    `is_archived` None takes both.
    """
    where: list[ColumnElement[bool]] = [_P.unit_id.in_(sorted(set(unit_ids)))]
    if is_archived is not None:
        where.append(_P.archived_at.is_not(None) if is_archived else _P.archived_at.is_(None))
    total = uow.connection.execute(select(func.count()).select_from(shop_products).where(*where)).scalar_one()
    statement = _PRODUCT.where(*where).order_by(_P.archived_at.is_not(None), _P.place, _P.id)
    rows = uow.connection.execute(statement.limit(limit).offset(offset))
    return [_product(row) for row in rows], int(total)


def reserve_stock(uow: UnitOfWork, product: Product, quantity: int) -> int | None:
    """Hold so many at the product's price; return what is left free, None when there were not so many.

    Also None when the price is another by now, or the product was taken out of the catalogue.
    """
    left = _RESERVE.scalar(uow, product=product.id, many=quantity, price_shown=to_stored(product.facts.price))
    return None if left is None else int(left)


def release_stock(uow: UnitOfWork, product_id: int, quantity: int) -> None:
    """Let so many held ones be free again."""
    released = _RELEASE.change(uow, product=product_id, many=quantity)
    assert released == 1, "an order releases what it held"


def hand_stock(uow: UnitOfWork, product_id: int, quantity: int) -> None:
    """Let so many held ones leave the shelf."""
    handed = _HAND.change(uow, product=product_id, many=quantity)
    assert handed == 1, "an order hands over what it held"


def add_stock(uow: UnitOfWork, product_id: int, count: int) -> bool:
    """Add free ones, or with a negative count take some away; False when there are not so many free."""
    return _ADD.change(uow, product=product_id, many=count) == 1
