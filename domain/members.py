"""What a member, a unit and a role are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar


class UnitKind(StrEnum):
    """The levels of an organisation."""

    COMMITTEE = "committee"
    """党委: the root, or a parent of branches."""
    GENERAL_BRANCH = "general_branch"
    """总支."""
    BRANCH = "branch"
    """支部: the unit that keeps a ledger."""
    GROUP = "group"
    """党小组."""
    OFFICE = "office"
    """处室."""
    GRID = "grid"
    """网格."""


class MemberKind(StrEnum):
    """The standing of a member in the unit."""

    FULL = "full"
    """正式党员."""
    PROBATIONARY = "probationary"
    """预备党员."""
    ACTIVIST = "activist"
    """入党积极分子."""
    PROSPECT = "prospect"
    """发展对象."""
    FLOATING = "floating"
    """流动党员."""


class MemberStatus(StrEnum):
    """Whether a member takes part; anything but active may be exempted by a rulebook."""

    ACTIVE = "active"
    """Takes part."""
    RETIRED = "retired"
    """Retired."""
    FRAIL = "frail"
    """Old and weak."""
    INCAPACITATED = "incapacitated"
    """Unable to act."""
    AWAY = "away"
    """Out of town."""


class Role(StrEnum):
    """What a person may be asked to do in a unit, beside being a member."""

    RECORDER = "recorder"
    """积分记录员: decides reports."""
    SECRETARY = "secretary"
    """支部书记: decides where the recorder may not; announces, signs off."""
    DEPUTY = "deputy"
    """副书记."""
    COMMITTEE = "committee"
    """支委."""
    HEAD = "head"
    """主要负责人: leads the whole organisation, scored from those below where the rulebook says so."""
    MANAGER = "manager"
    """负责人: runs a department; some rulebooks give managers consequences of their own."""
    GROUP_LEADER = "group_leader"
    """党小组组长."""
    IN_CHARGE = "in_charge"
    """分管领导: the deputy in charge of this unit, who belongs to another."""
    SUPERVISOR = "supervisor"
    """纪检委员: second instance, audit."""
    ADMINISTRATOR = "administrator"
    """上级党委管理员: many units, rulebooks, rosters."""
    SHOPKEEPER = "shopkeeper"
    """兑换管理员."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A branch, committee or group; `rulebook` is the code of the rulebook it scores by."""

    id: int
    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    rulebook: str | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The days a member belongs to a unit, and as what: from `since_on`, until before `until_on`.

    `class_` is a word that the rulebook knows, `household` the code of one; empty where there is none.
    """

    unit_id: int
    kind: MemberKind
    since_on: date | None
    until_on: date | None
    class_: str = ""
    household: str = ""

    def covers(self, on: date) -> bool:
        """Tell whether the day lies within."""
        return (self.since_on is None or on >= self.since_on) and (
            self.until_on is None or on < self.until_on
        )

    def is_over(self, on: date) -> bool:
        """Tell whether the member has left by this day."""
        return self.until_on is not None and self.until_on <= on


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the roster."""

    id: int
    code: str
    name: str
    status: MemberStatus
    language: str | None


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role held in a unit; it reaches the units below where `domain.access` says so."""

    member_id: int
    unit_id: int
    role: Role


class Dated(Protocol):
    """Something that holds from a day until before another."""

    @property
    def since_on(self) -> date | None:
        """The first day; None from the beginning."""

    @property
    def until_on(self) -> date | None:
        """The first day that no longer counts; None for good."""


D = TypeVar("D", bound=Dated)


def row_on(rows: Sequence[D], on: date) -> D | None:
    """Return the row that a deed of a day belongs to, without one that covers the day the last.

    A deed of the very day with which a row ends belongs to that row, where no other begins.
    """
    covering = (
        row
        for row in rows
        if (row.since_on is None or on >= row.since_on) and (row.until_on is None or on < row.until_on)
    )
    ending = (row for row in rows if row.until_on == on)
    return next(covering, None) or next(ending, None) or (rows[-1] if rows else None)
