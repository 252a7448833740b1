"""The rank card: a picture that fits a phone, whatever it is told."""

import io
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from PIL import Image

from templates.pictures.rank_card import RED, WIDTH, Part, RankCard, draw_rank_card

CARD = RankCard(
    name="欧阳建国",
    unit="星桥数码党支部",
    period="2026年第1季度",
    total=Fraction(237, 2),
    score_word="积分",
    rank_words="第 3 名（共 18 人）",
    movement=2,
    movement_words="上升 2 名",
    grade="四星",
    parts=[Part("基础分", Fraction(100)), Part("加分", Fraction(43, 2)), Part("减分", Fraction(-3))],
    rest=None,
    next_words="再得 1.5 分即为五星",
)


def picture(card: RankCard) -> Image.Image:
    return Image.open(io.BytesIO(draw_rank_card(card)))


def test_a_card_is_a_picture_of_the_phones_width_with_a_row_for_each_part() -> None:
    heights = [picture(replace(CARD, parts=CARD.parts[:count])).height for count in range(4)]

    assert picture(CARD).size == (WIDTH, heights[3])
    assert {later - earlier for earlier, later in pairwise(heights)} == {76}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "很长很长的名字" * 6, "unit": "很长很长的支部" * 6, "next_words": "字" * 90},
        {"parts": [], "next_words": "", "grade": "", "movement": None, "movement_words": ""},
        {"parts": [Part(f"维度{n}", Fraction(n)) for n in range(20)]},
        {"total": Fraction(-1, 3), "parts": [Part("减分", Fraction(-1, 3))], "movement": -7},
        {"parts": [Part("零", Fraction(0))]},
        {"parts": [Part("零", Fraction(0))] * 5, "rest": Part("其余 14 项", Fraction(14))},
    ],
)
def test_unusual_cards_keep_their_edges_clean(change: dict[str, object]) -> None:
    drawn = picture(replace(CARD, **change)).convert("RGB")  # type: ignore[arg-type]
    margin = drawn.crop((WIDTH - 30, 140, WIDTH, drawn.height))

    assert (drawn.width, drawn.height <= 1000) == (WIDTH, True)
    assert min(margin.tobytes()) > 220, "nothing runs over the margin"


def test_what_changed_is_seen() -> None:
    up, down = picture(CARD).convert("RGB"), picture(replace(CARD, movement=-2)).convert("RGB")
    place = (WIDTH - 220, 286, WIDTH - 40, 330)

    def reddish(drawn: Image.Image) -> int:
        pixels = drawn.crop(place).tobytes()
        return sum(
            abs(pixels[at] - RED[0]) + abs(pixels[at + 1] - RED[1]) + abs(pixels[at + 2] - RED[2]) < 90
            for at in range(0, len(pixels), 3)
        )

    assert reddish(up) == 0
    assert reddish(down) > 100


def inked(card: RankCard) -> set[int]:
    """Return where the card's upper half is neither paper nor red head."""
    drawn = picture(card).convert("L").crop((0, 220, WIDTH, 340))
    return {at for at, value in enumerate(drawn.tobytes()) if value < 200}


@pytest.mark.parametrize(
    ("total", "rank_words", "movement_words"),
    [
        (Fraction(-12345678, 100), "第 3 名（共 18 人）", ""),
        (Fraction(-1234567, 100), "第 1234 名（共 12345 人）", "比上期下降 123 名"),
        (Fraction(23725, 100), "第 118 名（共 1180 人）", "比上期上升 2 名"),
        (Fraction(5), "", ""),
    ],
)
def test_points_and_rank_never_lie_on_each_other(
    total: Fraction, rank_words: str, movement_words: str
) -> None:
    movement = 2 if movement_words else None
    whole = replace(
        CARD, total=total, rank_words=rank_words, movement=movement, movement_words=movement_words
    )
    right = inked(replace(whole, total=Fraction(0))) - inked(
        replace(whole, total=Fraction(0), rank_words="", movement=None, movement_words="")
    )
    left_most = min((at % WIDTH for at in right), default=WIDTH)
    points = inked(whole) - right
    assert max(at % WIDTH for at in points) < left_most


def test_a_name_that_is_a_little_long_is_written_smaller_and_not_shortened() -> None:
    first, second = (picture(replace(CARD, name=name)) for name in ("Ouyang Jianguo", "Ouyang Jianguu"))
    assert first.tobytes() != second.tobytes()
