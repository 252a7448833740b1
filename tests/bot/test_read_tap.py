"""What a button's data means: ours is read back whole, anything else means nothing."""

import pytest

from bot.callbacks import ID_MAX, Act, Tap, read_tap


@pytest.mark.parametrize("act", Act)
def test_every_action_is_read_back(act: Act) -> None:
    for tap in (Tap(act=act), Tap(act=act, id=ID_MAX, arg="志愿 2.5")):
        assert read_tap(tap.pack()) == tap


@pytest.mark.parametrize(
    "data",
    [
        *("", "t", "t:rc", "t:rc:1", "t:rc:1:a:b", "x:rc:1:a", "t:??:1:a", "t::1:a"),
        *("t:rc::a", "t:rc:-1:a", "t:rc:+1:a", "t:rc:1.0:a", "t:rc: 1:a", "t:rc:1_0:a", "t:rc:٣:a"),
        f"t:rc:{ID_MAX + 1}:a",
        f"t:rc:{'9' * 50}:a",
    ],
)
def test_forged_data_means_nothing(data: str) -> None:
    assert read_tap(data) is None
