"""The invented people of the story: three branches under one committee, forty-seven names."""

from dataclasses import dataclass, field
from enum import StrEnum

from domain.members import MemberKind, MemberStatus, Role
from services.installation import ADMINISTRATOR_CODE, ROOT_CODE

ORGANISATION = "云澜街道党工委"


class Invited(StrEnum):
    """How far a person's invitation has come."""

    JOINED = "joined"
    """The account is bound."""
    OPEN = "open"
    """The code waits to be used."""
    EXPIRED = "expired"
    """The code was not used in time."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch with its rulebook."""

    code: str
    name: str
    rulebook: str


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the roster; `reports_per_year` is how much they tell, `days_ago` when they came later."""

    code: str
    name: str
    unit: str
    reports_per_year: int = 0
    kind: MemberKind = MemberKind.FULL
    roles: tuple[Role, ...] = ()
    status: MemberStatus = MemberStatus.ACTIVE
    days_ago: int | None = None
    invited: Invited = Invited.JOINED
    language_code: str = "zh-hans"
    phone_name: str = field(default="")

    @property
    def account_name(self) -> str:
        """The first name of their chat account."""
        return self.phone_name or self.name


BRANCHES = (
    Branch("chunfeng", "春风里社区党支部", "chunfeng"),
    Branch("liantang", "莲塘社区党支部", "liantang"),
    Branch("xingqiao", "星桥数码党支部", "xingqiao"),
)

K, R, S = MemberKind, Role, MemberStatus
C, L, X = (branch.code for branch in BRANCHES)

PEOPLE = (
    Person("C01", "苏婉晴", C, 8, roles=(R.RECORDER,)),
    Person("C02", "林晓禾", C, 20),
    Person("C03", "贺长庚", C, 7, roles=(R.RECORDER, R.COMMITTEE)),
    Person("C04", "邱明岚", C, 6, roles=(R.SECRETARY,)),
    Person("C05", "柴玉梅", C, 11, status=S.RETIRED, phone_name="玉梅🌸"),
    Person("C06", "姚志坚", C, 8, roles=(R.COMMITTEE,)),
    Person("C07", "温可欣", C, 10, K.PROBATIONARY),
    Person("C08", "卢庆丰", C, 5, status=S.RETIRED),
    Person("C09", "杜若川", C, 9),
    Person("C10", "丁佩兰", C, 13),
    Person("C11", "潘立群", C, 5, roles=(R.SHOPKEEPER,)),
    Person("C12", "方以诺", C, 8, K.ACTIVIST, days_ago=150),
    Person("C13", "石敬宗", C, 7),
    Person("C14", "颜晓棠", C, 6, phone_name="老颜 <晓棠> & 小院"),
    Person("C15", "雷振宇", C, 4, K.FLOATING),
    Person("C16", "龚雪莹", C, invited=Invited.OPEN),
    Person("C17", "童乐遥", C, kind=K.PROSPECT, invited=Invited.OPEN),
    Person("C18", "简怀松", C, kind=K.FLOATING, status=S.AWAY, invited=Invited.EXPIRED),
    Person("L01", "章慧敏", L, 7, roles=(R.RECORDER,)),
    Person("L02", "钟德厚", L, 9, roles=(R.SECRETARY,)),
    Person("L03", "傅水生", L, 16),
    Person("L04", "白秀珍", L, 8, status=S.RETIRED),
    Person("L05", "孟繁荣", L, 7, roles=(R.COMMITTEE,)),
    Person("L06", "乔丽娜", L, 10),
    Person("L07", "涂国栋", L, 6),
    Person("L08", "易小满", L, 9, K.PROBATIONARY),
    Person("L09", "康正阳", L, 5, roles=(R.COMMITTEE,)),
    Person("L10", "施美玲", L, 11),
    Person("L11", "黎远航", L, 5, K.FLOATING, days_ago=200),
    Person("L12", "尤佳音", L, 5, K.PROSPECT),
    Person("L13", "葛远帆", L, invited=Invited.OPEN),
    Person("L14", "骆春燕", L, invited=Invited.OPEN),
    Person("X01", "沈嘉树", X, 8, roles=(R.RECORDER,)),
    Person("X02", "顾念慈", X, 7, roles=(R.RECORDER,)),
    Person("X03", "江予安", X, 14),
    Person("X04", "戴文韬", X, 6, roles=(R.SECRETARY,)),
    Person("X05", "范子墨", X, 9),
    Person("X06", "秦若溪", X, 8, roles=(R.COMMITTEE,)),
    Person("X07", "袁清和", X, 10),
    Person("X08", "马可云", X, 5, K.PROBATIONARY, language_code="en", phone_name="Marco Ma"),
    Person("X09", "洪一鸣", X, 7),
    Person("X10", "殷小宛", X, 5, K.ACTIVIST, days_ago=95),
    Person("X11", "彭亦凡", X, 7),
    Person("X12", "阮诗雨", X, invited=Invited.OPEN),
    Person("X13", "季鹏程", X, kind=K.PROSPECT, invited=Invited.OPEN),
    Person(ADMINISTRATOR_CODE, "严秋实", ROOT_CODE, roles=(R.ADMINISTRATOR,)),
    Person("R02", "郝清远", ROOT_CODE, roles=(R.SUPERVISOR,)),
)
UNITS = {person.code: person.unit for person in PEOPLE}
"""Where everybody belongs, by roster code."""
TYPICAL = "C02"
"""The member whose phone is shown first."""
SHOPKEEPER = "C11"
"""Who keeps the shop of the community branch."""
BUSY = (TYPICAL, "L03", "X03")
"""Those who reach caps."""
