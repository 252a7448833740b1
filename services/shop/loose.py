"""New goods whose photo came before the words: the photo has begun a report, out of which it is taken."""

from datetime import timedelta

from domain.errors import StatusConflict
from domain.reports import ReportAction
from domain.shop import Product, ProductFacts
from services.actors import Actor, identify
from services.deps import Deps
from services.reports.rows import locked_own, move_status
from services.shop.catalogue import checked, kept_photo, put_on_shelf
from storage import evidence as stored_evidence
from storage.evidence import LoosePhoto
from storage.shop import products as stored_products

TOGETHER = timedelta(minutes=10)
"""Within how long a photo and words are sent that belong together."""


def find_loose_photo(deps: Deps, *, actor: Actor, report_id: int | None = None) -> LoosePhoto | None:
    """Return the newest photo that the actor sent within ten minutes and with which nothing else was done.

    It alone has begun a draft in which nothing was chosen or written since. With a `report_id` it must have
    begun that one, the report whose screen is open; a repeat finds it there after it was taken, too.

    Raises:
        AccountUnknown
    """
    since = deps.clock.now() - TOGETHER
    with deps.store.read() as uow:
        member = identify(uow, actor)
        return stored_evidence.find_loose_photo(uow, member.id, since=since, report_id=report_id)


def add_product_of_loose_photo(
    deps: Deps, *, actor: Actor, loose: LoosePhoto, facts: ProductFacts, count: int, photo: bytes
) -> Product:
    """Put a product with a loose photo on the shelf and throw the draft away; a repeat changes nothing.

    The photo is decoded outside the transaction.

    Raises:
        ProductRefused, QuantityRefused
        AccountUnknown, NotAllowed, ShopUnknown, ReportUnknown
        StatusConflict: something was done with the draft meanwhile; it stays as it is.
    """
    tidy = checked(facts, count)
    digests = kept_photo(deps, photo)
    now = deps.clock.now()
    with deps.store.begin() as uow:
        report = locked_own(uow, actor, loose.report_id)
        member = identify(uow, actor)
        if not stored_products.has_cause(uow, loose.cause_key):
            still = stored_evidence.find_loose_photo(
                uow, member.id, since=report.created_at, report_id=report.id
            )
            if still != loose:
                raise StatusConflict(status=report.status)
            move_status(uow, deps, report, ReportAction.DISCARD)
        return put_on_shelf(uow, deps, member, None, tidy, count, loose.cause_key, photo=digests, now=now)
