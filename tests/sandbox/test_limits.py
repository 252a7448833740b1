"""The pacing limits, first as arithmetic, then over HTTP."""

from dataclasses import dataclass

from sandbox.limits import Pacer
from tests.sandbox.conftest import Stage, drawn_photo


@dataclass
class Hand:
    """A stopwatch that the test moves."""

    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_thirty_a_second_pass_in_any_second() -> None:
    hand = Hand()
    pacer = Pacer(monotonic=hand)
    waits = [pacer.admit(chat_id, is_new=True) for chat_id in range(1, 32)]
    hand.seconds += 0.99
    early = pacer.admit(50, is_new=True)
    hand.seconds += 0.01
    late = [pacer.admit(chat_id, is_new=True) for chat_id in range(61, 92)]
    assert waits == [0] * 30 + [1]
    assert early == 1
    assert late == [0] * 30 + [1]


def test_a_person_gets_one_new_message_a_second_and_any_edits() -> None:
    hand = Hand()
    pacer = Pacer(monotonic=hand)
    first = [pacer.admit(7, is_new=True), pacer.admit(7, is_new=True), pacer.admit(7, is_new=False)]
    hand.seconds += 1
    assert first == [0, 1, 0]
    assert pacer.admit(7, is_new=True) == 0


def test_a_group_gets_twenty_a_minute_edits_too() -> None:
    hand = Hand()
    pacer = Pacer(monotonic=hand)
    waits = [pacer.admit(-100, is_new=number % 2 == 0) for number in range(21)]
    hand.seconds += 30
    halfway = pacer.admit(-100, is_new=False)
    hand.seconds += 30
    assert waits == [0] * 20 + [60]
    assert halfway == 30
    assert pacer.admit(-100, is_new=True) == 0


def test_without_limits_everything_passes() -> None:
    pacer = Pacer(limits=False, monotonic=Hand())
    assert {pacer.admit(7, is_new=True) for _ in range(100)} == {0}


async def test_a_refused_message_says_how_long_to_wait(stage: Stage) -> None:
    user = await stage.user()
    stage.world.pacer.limits = True
    await stage.result("sendMessage", chat_id=user, text="a")
    response = await stage.call("sendMessage", chat_id=user, text="b")
    assert (response.status_code, response.json()) == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        },
    )
    assert [row["text"] for row in (await stage.chat(user))["messages"]] == ["a"]
    stats = (await stage.http.get("/sandbox/stats")).json()
    assert stats["calls"] == {"sendMessage": 2}
    assert stats["refused"] == {"429 Too Many Requests: retry after N": 1}


async def test_an_album_counts_once_and_edits_pass(stage: Stage) -> None:
    user = await stage.user()
    stage.world.pacer.limits = True
    photo = stage.world.media.add_photo(drawn_photo(9, 9), is_from_bot=True)["photo"][-1]["file_id"]
    album = await stage.result("sendMediaGroup", chat_id=user, media=[{"type": "photo", "media": photo}] * 3)
    edited = await stage.result(
        "editMessageCaption", chat_id=user, message_id=album[0]["message_id"], caption="新"
    )
    refused = await stage.refusal("sendMessage", chat_id=user, text="b")
    assert len(album) == 3
    assert edited["caption"] == "新"
    assert refused == "Too Many Requests: retry after 1"
