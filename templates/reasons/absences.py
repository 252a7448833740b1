"""Puts into words why somebody on the roster has no score."""

from datetime import date

from domain.periods import Period
from domain.scoring.reasons import Absence, NotScored
from templates.reasons.names import Names
from templates.reasons.speech import noted

_NOUNS = {
    Absence.STATUS: noted("状态"),
    Absence.KIND: noted("类别"),
    Absence.ROLE: noted("职务"),
    Absence.CLASS: noted("分类"),
}


def absence_words(names: Names, period: Period, missing: NotScored) -> str:
    """Return the sentence that tells why somebody on the roster has no score."""
    say, speech = names.speech.say, names.speech
    if missing.absence is Absence.AWAY:
        days = speech.clauses(_days(names, since, until) for since, until in missing.days)
        return say(
            "本期不计分：%(period)s 不在册；名册里的在册日期是 %(days)s", period=period.label, days=days
        )
    own = speech.series(map(names.roster_word, missing.word.split(";"))) if missing.word else say("没有填")
    words = say(
        "本期不计分：名册里的%(noun)s是 %(own)s；本规则本只给这些%(noun)s计分：%(scored)s",
        noun=say(_NOUNS[missing.absence]),
        own=own,
        scored=speech.series(map(names.roster_word, missing.scored)),
    )
    return words + (f"  {say('依据：%(clause)s', clause=missing.clause)}" if missing.clause else "")


def _days(names: Names, since: date | None, until: date | None) -> str:
    say, day = names.speech.say, names.speech.day
    told = [] if since is None else [say("%(on)s 起", on=day(since))]
    told += [] if until is None else [say("%(on)s 前", on=day(until))]
    return names.speech.commas(told) or say("没有写")
