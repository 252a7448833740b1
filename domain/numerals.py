"""Turns Chinese numerals below a hundred into digits, where a word such as 点 or 号 follows."""

import re

DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def in_digits(text: str, *, before: str) -> str:
    """Return the text with its numerals in digits where one of these letters follows; others stay."""
    return re.sub(f"[{''.join(DIGITS)}十]+(?=[{before}])", _digits, text)


def _digits(found: re.Match[str]) -> str:
    tens, ten, ones = found[0].partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return found[0]
    if not ten:
        return str(DIGITS[tens])
    return str(10 * (DIGITS[tens] if tens else 1) + (DIGITS[ones] if ones else 0))
