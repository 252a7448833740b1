"""A photo sent before the words: it becomes goods only while nothing else was done with it, and once."""

from datetime import timedelta
from fractions import Fraction
from functools import partial

import pytest

from domain.errors import NotAllowed, ReportUnknown, StatusConflict
from domain.reports import EvidenceKind, ReportStatus
from domain.shop import ProductFacts
from domain.shop.refusals import ProductRefused
from services import reports
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import verify
from services.reports import Change
from services.shop import (
    TOGETHER,
    add_product_of_loose_photo,
    find_loose_photo,
    list_kept_products,
)
from storage.evidence import LoosePhoto
from tests.builders import Person
from tests.panel.pictures import a_jpeg
from tests.shops import ShopBranch, a_shop
from tests.together import in_threads

PHOTO = a_jpeg()
TOWEL = ProductFacts("毛巾", Fraction(8))


@pytest.fixture
def shop(deps: Deps) -> ShopBranch:
    return a_shop(deps)


def send_photo(
    deps: Deps,
    person: Person,
    *,
    number: int = 7,
    source: str = "",
    caption: str = "",
    into: int | None = None,
) -> int:
    """Do what the chat does with a photo, which begins a draft unless one is open; return the report."""
    cause = f"photo:1:2:{source or number}"
    report_id = into or reports.start_report(deps, actor=person.actor, cause_key=cause).report.id
    reports.attach_evidence(
        deps,
        actor=person.actor,
        report_id=report_id,
        source_key=f"1:2:{number}",
        kind=EvidenceKind.PHOTO,
        file_id=f"file{number}",
        caption=caption,
    )
    return report_id


def take_in(deps: Deps, person: Person, loose: LoosePhoto, photo: bytes = PHOTO) -> int:
    return add_product_of_loose_photo(
        deps, actor=person.actor, loose=loose, facts=TOWEL, count=5, photo=photo
    ).id


def status_of(deps: Deps, person: Person, report_id: int) -> ReportStatus:
    return reports.open_report(deps, actor=person.actor, report_id=report_id).report.status


def test_a_loose_photo_becomes_goods_once_and_its_draft_is_gone(deps: Deps, shop: ShopBranch) -> None:
    report_id = send_photo(deps, shop.keeper)
    loose = find_loose_photo(deps, actor=shop.keeper.actor)
    assert loose == LoosePhoto(report_id, "file7", "photo:1:2:7")
    assert find_loose_photo(deps, actor=shop.keeper.actor, report_id=report_id) == loose
    made = {take_in(deps, shop.keeper, loose) for _ in range(2)}
    assert len(made) == 1
    (product,) = list_kept_products(deps, actor=shop.keeper.actor).products
    assert (product.name, int(product.price), product.stock) == ("毛巾", 8, 5)
    assert product.photo_digest is not None
    assert status_of(deps, shop.keeper, report_id) is ReportStatus.DISCARDED
    assert find_loose_photo(deps, actor=shop.keeper.actor) is None
    assert find_loose_photo(deps, actor=shop.keeper.actor, report_id=report_id) == loose  # for a repeat
    assert verify(deps)[1] == ()


def test_two_threads_take_a_loose_photo_once(deps: Deps, shop: ShopBranch) -> None:
    send_photo(deps, shop.keeper)
    loose = find_loose_photo(deps, actor=shop.keeper.actor)
    assert loose is not None
    in_threads(*[partial(take_in, deps, shop.keeper, loose)] * 4)
    (product,) = list_kept_products(deps, actor=shop.keeper.actor).products
    assert product.stock == 5


def test_a_report_that_somebody_fills_in_is_left_alone(
    deps: Deps, shop: ShopBranch, clock: FixedClock
) -> None:
    keeper = shop.keeper
    begun = reports.start_report(deps, actor=keeper.actor, cause_key="update:1").report.id
    send_photo(deps, keeper, into=begun)  # begun by 申报, the photo came into it
    written = send_photo(deps, keeper, number=8, caption="今天的清扫")
    several = send_photo(deps, keeper, number=9)
    send_photo(deps, keeper, number=10, into=several)
    album = send_photo(deps, keeper, number=11, source="album4")
    saved = send_photo(deps, keeper, number=12)
    reports.put_aside(deps, actor=keeper.actor, report_id=saved)
    chosen = send_photo(deps, keeper, number=13)
    desk = reports.open_report(deps, actor=keeper.actor, report_id=chosen)
    category = desk.rulebook.categories[0].code
    reports.edit_report(deps, actor=keeper.actor, report_id=chosen, change=Change(category=category))
    send_photo(deps, shop.member, number=14)  # another's
    drafts = (begun, written, several, album, saved, chosen)
    assert len(set(drafts)) == 6
    assert find_loose_photo(deps, actor=keeper.actor) is None
    assert [find_loose_photo(deps, actor=keeper.actor, report_id=one) for one in drafts] == [None] * 6
    late = send_photo(deps, keeper, number=15)
    clock.advance(TOGETHER)
    assert find_loose_photo(deps, actor=keeper.actor) is not None
    clock.advance(timedelta(seconds=1))
    assert find_loose_photo(deps, actor=keeper.actor) is None
    assert find_loose_photo(deps, actor=keeper.actor, report_id=late) is None


def test_what_was_done_with_the_draft_meanwhile_stays(deps: Deps, shop: ShopBranch) -> None:
    keeper = shop.keeper
    report_id = send_photo(deps, keeper)
    loose = find_loose_photo(deps, actor=keeper.actor)
    assert loose is not None
    send_photo(deps, keeper, number=8, into=report_id)
    with pytest.raises(StatusConflict):
        take_in(deps, keeper, loose)
    assert status_of(deps, keeper, report_id) is ReportStatus.DRAFT
    assert list_kept_products(deps, actor=keeper.actor).total == 0


def test_what_is_refused_leaves_the_draft(deps: Deps, shop: ShopBranch) -> None:
    report_id = send_photo(deps, shop.keeper)
    loose = find_loose_photo(deps, actor=shop.keeper.actor)
    assert loose is not None
    with pytest.raises(ProductRefused):
        take_in(deps, shop.keeper, loose, b"no photo")
    with pytest.raises(ReportUnknown):
        take_in(deps, shop.branch.secretary, loose)
    mine = send_photo(deps, shop.member, number=9)
    loose = find_loose_photo(deps, actor=shop.member.actor)
    assert loose is not None
    with pytest.raises(NotAllowed):
        take_in(deps, shop.member, loose)
    assert status_of(deps, shop.keeper, report_id) is ReportStatus.DRAFT
    assert status_of(deps, shop.member, mine) is ReportStatus.DRAFT
