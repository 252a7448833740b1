"""What of a frozen list a group may see: the head, as the rulebook allows; nobody of the lower half, ever."""

from fractions import Fraction

import pytest

from domain.rulebooks import Rulebook, parse_rulebook
from domain.scoring.drafts import Due
from domain.standings import Needs, Standing, published, without_names

BOOK = """
id: posting
name: 群公告
version: "1"
categories: {all: 全部}
items: {talk: {name: 发言, category: all, points: 5}}
consequences:
  talk: {name: 谈话, in: [quarter], bottom: 3, to: secretary}
  praise: {name: 表扬, in: [quarter], top: 1}
"""


def a_book(publicity: str) -> Rulebook:
    return parse_rulebook(BOOK + publicity, file="posting.yaml", parents=lambda _code: None)


def a_list(*ranks: int | None, on: dict[int, str] | None = None) -> list[Standing]:
    return [
        Standing(
            member_id=number,
            name=f"m{number}",
            total=Fraction(100 - number),
            rank=rank,
            ranked=sum(one is not None for one in ranks),
            movement=None,
            grade=None,
            stars=None,
            is_eligible=True,
            parts=(),
            consequences=(Due((on or {})[number], "", "", None),) if number in (on or {}) else (),
            needs=Needs(None, is_star=False, unmet=()),
        )
        for number, rank in enumerate(ranks, start=1)
    ]


@pytest.mark.parametrize(
    ("top", "ranks", "named"),
    [
        ("3", (1, 2, 3, 4, 5, 6), [1, 2, 3]),
        ("6", (1, 2, 3, 4, 5, 6), [1, 2, 3]),  # never the lower half
        ("100%", (1, 2, 3, 4, 5), [1, 2, 3]),
        ("50%", (1, 2, 3, 4, 5), [1, 2]),
        ("2", (1, 2, 2, 4, 5, 6), [1]),  # equals at the cut are left out together
        ("3", (1, 2, 2, 2, 3, 4), [1]),  # dense ranks
        ("3", (1, 1, 1, 1), []),
        ("1", (1,), [1]),
        ("1", (1, 2), [1]),
        ("3", (None, None), []),
        ("3", (), []),
    ],
)
def test_only_the_head_is_named(top: str, ranks: tuple[int | None, ...], named: list[int]) -> None:
    book = a_book(f"publicity: {{in: [quarter], top: {top}}}\n")
    assert [one.member_id for one in published(a_list(*ranks), book)] == named


def test_who_is_on_a_bottom_list_is_never_named() -> None:
    book = a_book("publicity: {in: [quarter], top: 3}\n")
    listed = a_list(1, 2, 3, 4, 5, on={1: "praise", 3: "talk"})
    assert [one.member_id for one in published(listed, book)] == [1, 2]


def test_a_rulebook_that_does_not_say_so_lets_nothing_out() -> None:
    assert published(a_list(1, 2, 3, 4), a_book("")) == ()


def test_hiding_is_not_allowed_unless_the_rulebook_says_so() -> None:
    plain = a_book("publicity: {in: [quarter], top: 3}\n").publicity
    open_to_it = a_book("publicity: {in: [quarter], top: 3, may_hide: true}\n").publicity
    assert plain is not None
    assert open_to_it is not None
    assert (plain.may_hide, open_to_it.may_hide) == (False, True)


def test_a_hidden_name_leaves_every_line_where_it_is() -> None:
    shown = a_list(1, 2, 2, 4)
    told = without_names(shown, {2}, {})
    assert [one.name for one in told] == ["m1", "", "m3", "m4"]
    assert [(one.rank, one.total) for one in told] == [(one.rank, one.total) for one in shown]


@pytest.mark.parametrize("hiding", [{2}, {3}, {2, 3}])
def test_a_household_has_no_name_as_soon_as_one_of_it_hides_theirs(hiding: set[int]) -> None:
    told = without_names(a_list(1, 2), hiding, {"alone": (1,), "home": (2, 3)})
    assert [one.name for one in told] == ["m1", ""]
