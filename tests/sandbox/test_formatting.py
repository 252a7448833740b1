"""HTML into text and entities."""

from typing import Any

import pytest

from sandbox.formatting import parse_html, trimmed, utf16_length, with_found_entities


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("平常", "平常", []),
        ("1 &lt; 2 &amp;&#20320; &copy;", "1 < 2 &你 &copy;", []),
        ("😀<b>好</b>", "😀好", [entity("bold", 2, 1)]),
        ("<b>a<i>b</i></b>", "ab", [entity("bold", 0, 2), entity("italic", 1, 1)]),
        ("<s>a</s><u>b</u><ins>c</ins>", "abc", [
            entity("strikethrough", 0, 1), entity("underline", 1, 1), entity("underline", 2, 1),
        ]),
        ('<a href="https://a.cn/?x=1&amp;y=2">链</a>', "链", [entity("text_link", 0, 1, url="https://a.cn/?x=1&y=2")]),
        ("<a href='javascript:x'>链</a>", "链", []),
        ('<span class="tg-spoiler">秘</span>', "秘", [entity("spoiler", 0, 1)]),
        ("<tg-spoiler>秘</tg-spoiler>", "秘", [entity("spoiler", 0, 1)]),
        ('<pre><code class="language-py">x</code></pre>', "x", [entity("pre", 0, 1, language="py")]),
        ("<code>x</code>", "x", [entity("code", 0, 1)]),
        ("<blockquote>引\n文</blockquote>", "引\n文", [entity("blockquote", 0, 3)]),
        ("<blockquote expandable>长</blockquote>", "长", [entity("expandable_blockquote", 0, 1)]),
        ("<b></b>空", "空", []),
        ('<a href="https://a.cn/?q=1>0">链</a>', "链", [entity("text_link", 0, 1, url="https://a.cn/?q=1>0")]),
    ],
)  # fmt: skip
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert parse_html(source) == (text, entities)


def test_trimming_moves_and_cuts_entities() -> None:
    text, entities = trimmed(" 😀 好 ", [entity("bold", 0, 3), entity("italic", 4, 2), entity("code", 5, 1)])
    assert text == "😀 好"
    assert entities == [entity("bold", 0, 2), entity("italic", 3, 1)]


def test_commands_and_addresses_are_found_by_themselves() -> None:
    text = "😀 /start@jifen_bot 看 https://a.cn/x，@wangfang 或 #积分 1/2"
    found = with_found_entities(text, [])
    encoded = text.encode("utf-16-le")
    pieces = [
        (row["type"], encoded[row["offset"] * 2 : (row["offset"] + row["length"]) * 2].decode("utf-16-le"))
        for row in found
    ]
    assert pieces == [
        ("bot_command", "/start@jifen_bot"),
        ("url", "https://a.cn/x"),
        ("mention", "@wangfang"),
        ("hashtag", "#积分"),
    ]


def test_nothing_is_found_inside_code() -> None:
    code = [entity("code", 0, 6)]
    assert with_found_entities("/start", code) == code


def test_length_is_in_utf16_units() -> None:
    assert [utf16_length(text) for text in ("", "ab", "好", "😀")] == [0, 2, 1, 2]
