"""Rank cards drawn in one second on one core, beside compressing a picture of the same size."""

import io
import time
from fractions import Fraction
from statistics import median

from PIL import Image

from benchmarks.measuring import Row, Sizes
from templates.pictures.rank_card import Part, RankCard, draw_rank_card

CARDS_PER_SECOND_MIN = 15


def a_card(number: int) -> RankCard:
    """Return a card with every line filled in; no two are alike."""
    return RankCard(
        name=f"党员{number}",
        unit="星桥数码党支部",
        period="2026年第1季度",
        total=Fraction(200 + number, 2),
        score_word="积分",
        rank_words=f"第 {number + 1} 名（共 100 人）",
        movement=number % 5 - 2,
        movement_words="比上期上升 2 名",
        grade="四星",
        parts=[Part(f"维度{part}", Fraction(part * 7 + number, 3)) for part in range(6)],
        rest=None,
        next_words="到 5 星还差 1.5 分",
    )


def measure_cards(sizes: Sizes) -> list[Row]:
    """Draw cards and compress a plain picture of their size in turns; the font is loaded before."""
    with Image.open(io.BytesIO(draw_rank_card(a_card(0)))) as first:
        plain = first.convert("RGB")
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(sizes.photos):
        begun = time.process_time()
        draw_rank_card(a_card(number))
        ours.append(time.process_time() - begun)
        begun = time.process_time()
        plain.save(io.BytesIO(), "JPEG", quality=88)
        theirs.append(time.process_time() - begun)
    per_second = 1 / median(ours)
    return [
        Row(
            "rank cards, one core",
            f"{per_second:.0f}/s",
            f"the bare compression {1 / median(theirs):.0f}/s",
            median(theirs) / median(ours),
            f"≥ {CARDS_PER_SECOND_MIN}/s",
            per_second >= CARDS_PER_SECOND_MIN,
        )
    ]
