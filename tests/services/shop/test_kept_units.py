"""Whose shop is meant where somebody keeps several."""

from dataclasses import replace
from fractions import Fraction

from domain.members import MemberKind, Role
from domain.shop import ProductFacts
from services.deps import Deps
from services.shop import add_product, list_kept_units
from storage import members as stored_members
from tests.builders import TODAY
from tests.shops import a_shop


def test_who_moved_keeps_first_the_shop_of_the_branch_they_belong_to_today(deps: Deps) -> None:
    old, new = (a_shop(deps, code=code, is_open=False) for code in ("old", "new"))
    keeper = old.keeper
    with deps.store.begin() as uow:
        (before,) = stored_members.memberships_of(uow, keeper.member_id)
        stored_members.update_membership(
            uow, member_id=keeper.member_id, before=before, after=replace(before, until_on=TODAY)
        )
        stored_members.insert_membership(
            uow,
            member_id=keeper.member_id,
            unit_id=new.unit_id,
            kind=MemberKind.FULL,
            since_on=TODAY,
            until_on=None,
        )
        stored_members.grant_role(
            uow, member_id=keeper.member_id, unit_id=new.unit_id, role=Role.SHOPKEEPER, now=deps.clock.now()
        )
    kept = list_kept_units(deps, actor=keeper.actor)
    assert [unit.id for unit in kept] == [new.unit_id, old.unit_id]
    product = add_product(
        deps,
        actor=keeper.actor,
        unit_id=None,
        facts=ProductFacts("毛巾", Fraction(8)),
        count=1,
        cause_key="1",
    )
    assert product.unit_id == new.unit_id
