"""Writes the results of a period as one table, best first."""

from fractions import Fraction

from domain.points import show
from domain.scoring.scores import PeriodScores
from templates.reasons.names import Names

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def scores_table(names: Names, scores: PeriodScores) -> Table:
    """Return the header and a row for each subject; columns in which nobody has anything are left out."""
    say, subjects = names.speech.say, scores.subjects
    subject, total = say("编号"), say("总分")
    columns: list[tuple[str, list[str]]] = [
        (say("名次"), ["" if score.rank is None else str(score.rank) for score in subjects]),
        (subject, [score.subject for score in subjects]),
        (say("姓名"), [score.name for score in subjects]),
        (say("单位"), [score.unit for score in subjects]),
        (total, [show(score.total) for score in subjects]),
        *(
            (names.part(code), [show(score.components.get(code, Fraction(0))) for score in subjects])
            for code in dict.fromkeys(code for score in subjects for code in score.components)
        ),
        (say("等次"), [score.grade or "" for score in subjects]),
        (
            say("星级"),
            ["" if score.stars is None else say("%(count)s 星", count=score.stars) for score in subjects],
        ),
        (say("评优"), ["" if score.is_eligible else say("不可") for score in subjects]),
        (say("标记"), [names.speech.series(map(names.flag, score.flags)) for score in subjects]),
        (
            say("结果运用"),
            [names.speech.series(due.name for due in score.consequences) for score in subjects],
        ),
    ]
    kept = [(name, cells) for name, cells in columns if name in {subject, total} or any(cells)]
    rows = list(zip(*(cells for _, cells in kept), strict=True))
    return tuple(name for name, _ in kept), rows
