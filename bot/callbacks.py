"""What a button carries: an action, the report or entry it is about, and one argument; at most 64 bytes."""

from enum import StrEnum
from typing import Final

from aiogram.filters.callback_data import CallbackData

ID_MAX: Final = 2**63 - 1
"""The largest number that a database gives to anything."""
PAGE_MAX: Final = 100_000


class Act(StrEnum):
    """Every action a button can have; the value travels in the button, so it is short and never reused."""

    NOTHING = "no"
    """A label that looks like a button."""
    DISABLED = "xx"
    """A day that cannot be chosen."""
    # reporting: `id` is the report
    NEW = "rn"
    CATEGORY = "rc"
    ITEM = "ri"
    ITEM_PAGE = "rp"
    LEVEL = "rl"
    QUANTITY = "rq"
    DAY = "rd"
    MONTH = "rm"
    STEP = "rs"
    RESEND = "re"
    SUBMIT = "rx"
    LATER = "rz"
    ASK_CANCEL = "ra"
    CANCEL = "rk"
    # one's own reports
    MY_REPORTS = "ml"
    MY_REPORT = "mo"
    CONTINUE = "mc"
    WITHDRAW = "mw"
    DELETE = "md"
    PHOTOS = "mp"
    # one's own points
    POINTS = "pp"
    ENTRY = "pe"
    ENTRY_NOTICE = "pn"
    WHY = "pw"
    WHY_NOTICE = "py"
    # deciding: `id` is the report, `arg` its revision and perhaps an amount or the number of a reason
    APPROVE = "va"
    ADJUST = "vj"
    GIVE = "vg"
    RETURN = "vr"
    RETURN_FOR = "vR"
    REJECT = "vx"
    REJECT_FOR = "vX"
    TYPE_REASON = "vt"
    CARD = "vc"
    UNDO = "vu"
    NEXT = "vn"
    # objecting: `id` is the report for the member, the objection for the one who answers
    OBJECT = "oj"
    OBJECTION = "oc"
    UPHOLD = "ou"
    DISMISS = "od"
    # reminders: `id` is the unit, `arg` the month
    NOTHING_THIS_MONTH = "mn"
    QUEUE = "vq"
    # the points shop: `id` is the product, in one's orders the order, for lists the page
    SHOP = "hs"
    PRODUCT = "hp"
    WANT = "hw"
    CONFIRM_ORDER = "hx"
    WAIT = "ha"
    MY_ORDERS = "hl"
    MY_ORDER = "ho"
    SHOW_CODE = "hc"
    ASK_DROP = "hd"
    DROP = "hk"
    PURSE = "hb"
    # the shopkeeper's counter: `id` is the order, and its shelf: `id` is the product
    COUNTER = "kl"
    ORDER = "ko"
    HAND = "kh"
    PROXY = "kp"
    PREPARE = "kr"
    CALL_OFF = "kx"
    SHELF = "ks"
    KEPT = "kk"
    STOCK_IN = "ki"
    COUNT = "kc"
    WRITE_OFF = "kw"
    ARCHIVE = "ka"
    PRICE = "kq"
    TAKE_BACK = "kb"
    TAKE_BACK_AS = "kB"
    # the shop's windows: for the list `id` is the page, for opening the unit, for closing the window
    WINDOWS = "kv"
    OPEN_WINDOW = "ku"
    OPEN_SURELY = "kU"
    CLOSE_WINDOW = "ke"
    CLOSE_SURELY = "kE"
    # announcing: `id` is the announcement
    ANNOUNCE_CONTENT = "ac"
    ANNOUNCE_AUDIENCE = "aa"
    ANNOUNCE_CHOICES = "ah"
    ANNOUNCE_TOGGLE = "at"
    ANNOUNCE_BELOW = "ab"
    ANNOUNCE_PREVIEW = "ap"
    ANNOUNCE_WHEN = "aw"
    ANNOUNCE_ASK = "as"
    ANNOUNCE_SEND = "ax"
    ANNOUNCE_DISCARD = "ak"
    ANNOUNCE_PROGRESS = "ag"
    ANNOUNCE_PAUSE = "au"
    ANNOUNCE_RESUME = "ar"
    ANNOUNCE_STOP = "ae"
    ANNOUNCE_STOP_NOW = "ay"
    ANNOUNCE_RECALL = "al"
    ANNOUNCE_AGAIN = "aj"
    ANNOUNCE_READ = "an"
    # freezing a period: `id` is the unit, `arg` the period
    FREEZE = "zl"
    FREEZE_PREVIEW = "zp"
    FREEZE_WHOLE = "zw"
    FREEZE_CONFIRM = "zx"
    # posting the head of its list: `id` is the unit, `arg` the period
    PUBLISH = "zg"
    PUBLISH_PREVIEW = "zv"
    PUBLISH_SEND = "zs"
    # what one wants to be told: `arg` is 1 or 0
    NOTICES = "ns"
    NOTICE_PICTURE = "ni"
    NOTICE_MONTHLY = "nm"
    NOTICE_NAME = "nn"
    # oneself
    LANGUAGE = "sl"


class Tap(CallbackData, prefix="t"):
    """A tap as it travels: `t:<action>:<id>:<arg>`."""

    act: Act
    id: int = 0
    arg: str = ""


FIELDS = len(Tap.model_fields)
_ACTS = {act.value: act for act in Act}


def read_tap(data: str) -> Tap | None:
    """Return the tap that a button's data means; None for data that is none of ours.

    Read by hand: every tap comes through here, and aiogram's `unpack` takes six times as long.
    """
    parts = data.split(Tap.__separator__)
    if len(parts) != FIELDS + 1 or parts[0] != Tap.__prefix__:
        return None
    _, act, number, arg = parts
    if act not in _ACTS or not (number.isascii() and number.isdigit()) or int(number) > ID_MAX:
        return None
    return Tap(act=_ACTS[act], id=int(number), arg=arg)


def page_of(text: str) -> int:
    """Return the page, counted from 0, that a button carries.

    Raises:
        ValueError: no button of ours carries this.
    """
    page = int(text or 0)
    if not 0 <= page <= PAGE_MAX:
        raise ValueError(text)
    return page
