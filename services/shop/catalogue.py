"""The catalogue: what a shopkeeper puts on the shelf, changes, and takes out again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from domain.access import Permission
from domain.errors import EvidenceRefused
from domain.members import Member, Unit
from domain.shop import Product, ProductFacts, StockKind, check_product
from domain.shop.goods import STOCK_MAX
from domain.shop.refusals import ProductRefused, ProductUnknown, QuantityRefused, ShopUnknown
from services.actors import Actor, home_of, identify, own_units, reach_of, require_reach, unit_tree
from services.deps import Deps
from services.photos import take_photo
from services.shop import telling
from services.shop.purses import has_shop
from storage import audit as stored_audit
from storage.database import UnitOfWork
from storage.shop import products as stored_products
from storage.shop import stock as stored_stock
from storage.shop import waits as stored_waits

PAGE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of a shopkeeper's products; pages count from 0."""

    products: tuple[Product, ...]
    units: Mapping[int, Unit]
    waiting: Mapping[int, int]
    """How many wait, by product."""
    page: int
    total: int


def kept_units(uow: UnitOfWork, deps: Deps, member: Member) -> tuple[Unit, ...]:
    """Return the units whose shops a member keeps, by id.

    Raises:
        NotAllowed: the member keeps none anywhere.
        ShopUnknown: none of these units has a shop.
    """
    reach = require_reach(uow, member, Permission.RUN_SHOP)
    units = tuple(unit for unit in unit_tree(uow).all() if unit.id in reach and has_shop(uow, deps, unit))
    if not units:
        raise ShopUnknown
    return units


def list_kept_units(deps: Deps, *, actor: Actor) -> tuple[Unit, ...]:
    """Return the units whose shops the actor keeps, their own first.

    Raises:
        AccountUnknown, NotAllowed, ShopUnknown
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        units = kept_units(uow, deps, member)
        own = own_units(uow, member, now=deps.clock.now())
        return tuple(sorted(units, key=lambda unit: (unit.id not in own, unit.id)))


def add_product(
    deps: Deps,
    *,
    actor: Actor,
    unit_id: int | None,
    facts: ProductFacts,
    count: int,
    cause_key: str,
    photo: bytes | None = None,
) -> Product:
    """Put a product on the shelf, with so many of it; the same cause a second time changes nothing.

    `unit_id` None is the one unit whose shop the actor keeps, or their own. The photo is decoded outside the
    transaction.

    Raises:
        ProductRefused, QuantityRefused
        AccountUnknown, NotAllowed, ShopUnknown
    """
    tidy = checked(facts, count)
    digests = kept_photo(deps, photo) if photo is not None else None
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        return put_on_shelf(uow, deps, member, unit_id, tidy, count, cause_key, photo=digests, now=now)


def checked(facts: ProductFacts, count: int) -> ProductFacts:
    """Return the facts of a new product with tidy words.

    Raises:
        ProductRefused, QuantityRefused
    """
    tidy = check_product(facts)
    if not 0 <= count <= STOCK_MAX:
        raise QuantityRefused(low=0, high=STOCK_MAX)
    return tidy


def put_on_shelf(
    uow: UnitOfWork,
    deps: Deps,
    member: Member,
    unit_id: int | None,
    facts: ProductFacts,
    count: int,
    cause_key: str,
    *,
    photo: tuple[str, str] | None,
    now: datetime,
) -> Product:
    """Put a product with so many of it on the shelf, once for each cause; `photo` is photo and thumbnail.

    Raises:
        NotAllowed, ShopUnknown
    """
    unit = _kept_unit(uow, deps, member, unit_id)
    product_id, is_new = stored_products.insert_product(
        uow,
        cause_key=cause_key,
        unit_id=unit.id,
        facts=facts,
        photo=photo,
        created_by_id=member.id,
        now=now,
    )
    if is_new and count:
        stored_stock.insert_stock_line(
            uow,
            cause_key=f"first:{product_id}",
            product_id=product_id,
            kind=StockKind.IN,
            count=count,
            reason="",
            order_id=None,
            actor_id=member.id,
            now=now,
        )
        stored_products.add_stock(uow, product_id, count)
    if is_new:
        _note(uow, "shop.product_added", product_id, unit.id, member, {"name": facts.name}, now)
    return _get(uow, product_id)


def edit_product(deps: Deps, *, actor: Actor, product_id: int, facts: ProductFacts) -> Product:
    """Change what is said of a product; orders keep the price they were made at.

    Raises:
        ProductRefused
        AccountUnknown, NotAllowed, ProductUnknown
    """
    tidy = check_product(facts)
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        before = kept_product(uow, member, stored_products.lock_product(uow, product_id))
        return _change_facts(uow, member, before, tidy, now)


def change_price(deps: Deps, *, actor: Actor, product_id: int, price: Fraction) -> Product:
    """Change the price of a product and nothing else; orders keep the price they were made at.

    Raises:
        ProductRefused
        AccountUnknown, NotAllowed, ProductUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        before = kept_product(uow, member, stored_products.lock_product(uow, product_id))
        return _change_facts(uow, member, before, check_product(replace(before.facts, price=price)), now)


def _change_facts(
    uow: UnitOfWork, member: Member, before: Product, facts: ProductFacts, now: datetime
) -> Product:
    stored_products.update_product(uow, before.id, facts)
    changed = {"name": facts.name, "price": str(facts.price), "price_before": str(before.price)}
    _note(uow, "shop.product_changed", before.id, before.unit_id, member, changed, now)
    return _get(uow, before.id)


def change_photo(deps: Deps, *, actor: Actor, product_id: int, photo: bytes) -> Product:
    """Give a product another photo.

    Raises:
        ProductRefused: it cannot be decoded.
        AccountUnknown, NotAllowed, ProductUnknown
    """
    digests = kept_photo(deps, photo)
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        kept_product(uow, member, stored_products.lock_product(uow, product_id))
        stored_products.set_photo(uow, product_id, photo_digest=digests[0], thumbnail_digest=digests[1])
        return _get(uow, product_id)


def archive_product(deps: Deps, *, actor: Actor, product_id: int, is_archived: bool) -> Product:
    """Take a product out of the catalogue, or put it back; nothing is ever deleted. A repeat changes nothing.

    Raises:
        AccountUnknown, NotAllowed, ProductUnknown
    """
    now = deps.clock.now()
    with deps.store.begin() as uow:
        member = identify(uow, actor)
        product = kept_product(uow, member, stored_products.lock_product(uow, product_id))
        if (product.archived_at is not None) == is_archived:
            return product
        stored_products.set_archived(uow, product_id, now if is_archived else None)
        action = "shop.product_archived" if is_archived else "shop.product_restored"
        _note(uow, action, product_id, product.unit_id, member, {}, now)
        if not is_archived:
            telling.tell_waiting(uow, product_id, now=now)
        return _get(uow, product_id)


def list_kept_products(
    deps: Deps, *, actor: Actor, unit_id: int | None = None, is_archived: bool | None = False, page: int = 0
) -> ProductPage:
    """Return one page of the products of the shops the actor keeps.

    Raises:
        AccountUnknown, NotAllowed, ShopUnknown
    """
    with deps.store.read() as uow:
        units = {unit.id: unit for unit in kept_units(uow, deps, identify(uow, actor))}
        wanted = set(units) & {unit_id} if unit_id is not None else set(units)
        products, total = stored_products.list_products(
            uow, wanted, is_archived=is_archived, limit=PAGE_LENGTH, offset=page * PAGE_LENGTH
        )
        waiting = stored_waits.count_waiting(uow, [product.id for product in products])
        return ProductPage(tuple(products), units, waiting, page, total)


def open_kept_product(deps: Deps, *, actor: Actor, product_id: int) -> Product:
    """Return a product to its shopkeeper.

    Raises:
        AccountUnknown, NotAllowed, ProductUnknown
    """
    with deps.store.read() as uow:
        return kept_product(uow, identify(uow, actor), stored_products.get_product(uow, product_id))


def read_photo(deps: Deps, *, actor: Actor, product_id: int, is_thumbnail: bool = False) -> bytes:
    """Return the photo of a product, to its shopkeepers and to the members of its unit.

    Raises:
        AccountUnknown
        ProductUnknown: not there for this actor, or it has no photo.
    """
    with deps.store.read() as uow:
        member = identify(uow, actor)
        product = stored_products.get_product(uow, product_id)
        if product is None:
            raise ProductUnknown
        is_keeper = product.unit_id in reach_of(uow, member, Permission.RUN_SHOP)
        if not is_keeper and home_of(uow, member, now=deps.clock.now()).unit.id != product.unit_id:
            raise ProductUnknown
    digest = product.thumbnail_digest if is_thumbnail else product.photo_digest
    if digest is None:
        raise ProductUnknown
    try:
        return deps.files.read(digest)
    except FileNotFoundError:
        raise ProductUnknown from None


def kept_product(uow: UnitOfWork, member: Member, product: Product | None) -> Product:
    """Return a product that the member keeps.

    Raises:
        NotAllowed: the member keeps no shop.
        ProductUnknown: not there, or another's.
    """
    reach = require_reach(uow, member, Permission.RUN_SHOP)
    if product is None or product.unit_id not in reach:
        raise ProductUnknown
    return product


def _kept_unit(uow: UnitOfWork, deps: Deps, member: Member, unit_id: int | None) -> Unit:
    units = kept_units(uow, deps, member)
    if unit_id is None:
        own = own_units(uow, member, now=deps.clock.now())
        return next((unit for unit in units if unit.id in own), units[0])
    found = next((unit for unit in units if unit.id == unit_id), None)
    if found is None:
        raise ShopUnknown
    return found


def kept_photo(deps: Deps, photo: bytes) -> tuple[str, str]:
    """Decode and keep a photo, outside any transaction; return the digests of it and of its thumbnail.

    Raises:
        ProductRefused: it cannot be decoded.
    """
    try:
        kept = take_photo(photo)
    except EvidenceRefused as refused:
        raise ProductRefused(what="photo") from refused
    return deps.files.keep(kept.content), deps.files.keep(kept.thumbnail)


def _get(uow: UnitOfWork, product_id: int) -> Product:
    product = stored_products.get_product(uow, product_id)
    assert product is not None, "it was just written"
    return product


def _note(
    uow: UnitOfWork,
    action: str,
    product_id: int,
    unit_id: int,
    member: Member,
    facts: Mapping[str, str],
    now: datetime,
) -> None:
    stored_audit.note(
        uow,
        action,
        actor_id=member.id,
        unit_id=unit_id,
        facts={"product_id": product_id, **facts},
        now=now,
    )
