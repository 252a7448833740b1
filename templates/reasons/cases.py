"""Puts into words how the worked cases of a rulebook came out."""

from collections.abc import Mapping
from typing import Any

from domain.cases import Mismatch, Wrong
from templates.reasons.speech import Speech


def mismatch_words(speech: Speech, mismatch: Mismatch) -> str:
    """Return what was expected and what came: `m1 total：应为 12，算得 10`."""
    return speech.say(
        "%(about)s：应为 %(expected)s，算得 %(came)s",
        about=" ".join(mismatch.about),
        expected=_written(speech, mismatch.expected),
        came=_written(speech, mismatch.came),
    )


def because_words(speech: Speech, because: str) -> str:
    """Return how the case was worked out by hand."""
    return speech.say("手算：%(because)s", because=because)


def broken_words(speech: Speech, wrong: Wrong, sentence: str) -> str:
    """Return why a row of a case cannot be entered."""
    return speech.say(
        "这个算例算不了：%(table)s 第 %(row)s 行，%(why)s", table=wrong.table, row=wrong.row, why=sentence
    )


def with_words(speech: Speech, sentence: str) -> str:
    """Return why what a case changes does not fit the rulebook."""
    return speech.say("这个算例算不了：with 里，%(why)s", why=sentence)


def other_book_words(speech: Speech, written_for: str, played: str) -> str:
    """Return that cases were written for another rulebook than they are played with."""
    return speech.say(
        "注意：有算例是给规则本 %(other)s 写的，现在用 %(book)s 来算", other=written_for, book=played
    )


def summary_words(speech: Speech, count: int, failed: int) -> str:
    """Return how many cases came out as expected."""
    if not failed:
        return speech.say("%(count)s 个算例，全部相符", count=count)
    return speech.say("%(count)s 个算例，%(failed)s 个不符", count=count, failed=failed)


def _written(speech: Speech, value: Any) -> str:
    """Return a value as it is written in a case."""
    if value is None:
        return speech.say("没有")
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(speech, one) for one in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_written(speech, one)}' for key, one in value.items())}}}"
    return str(value)
