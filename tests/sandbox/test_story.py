"""The demo's story: enough of everything, the same every time, on any day of the calendar."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from domain.announcements import Tally
from domain.errors import InvitationExpired, InvitationUsed
from domain.outbox import OutboxStatus
from domain.periods import PeriodKind, month_of
from domain.shop import OrderStatus
from sandbox.story import Cast, load_cast, people, save_cast, tell_nothing, tell_story
from sandbox.story.drawings import Picture, Scene, draw_picture
from sandbox.story.goods import Goods, draw_goods
from sandbox.story.roster import BRANCHES, ORGANISATION, PEOPLE
from sandbox.story.scripts import ZONE
from sandbox.world import World
from services.actors import ChatAccount
from services.announcements import list_announcements
from services.clock import FixedClock
from services.deps import Deps
from services.ledger import PAGE_LENGTH as LINES_PER_PAGE
from services.ledger import my_points, verify
from services.members import join
from services.reports import PAGE_LENGTH, my_reports
from services.reviews import ReviewWarning, list_queue
from services.shelf import Shelf
from services.shop import list_orders, my_purse, open_shop
from services.standings import open_freezing, preview_freeze
from storage import evidence as stored_evidence
from storage import ledger as stored_ledger
from storage import outbox as stored_outbox
from storage import units as stored_units
from storage.database import Store
from storage.files import EvidenceFiles
from storage.migrate import upgrade
from templates.labels import Label
from templates.words import label

MARCH = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
NEW_YEAR = datetime(2025, 12, 31, 16, 0, 30, tzinfo=UTC)
"""Half a minute into the year, by the branches' clocks."""
SECRETARIES = {"chunfeng": "邱明岚", "liantang": "钟德厚", "xingqiao": "戴文韬"}
LEAP_DAY = datetime(2024, 2, 29, 1, 0, tzinfo=UTC)


def quick_paint(picture: Picture) -> bytes:
    """Paint a small picture of one colour, another one for every seed."""
    colour = (picture.seed % 251, picture.seed // 251 % 251, picture.seed // 63001 % 251)
    out = io.BytesIO()
    Image.new("RGB", (16, 12), colour).save(out, "PNG")
    return out.getvalue()


def stage(folder: Path, now: datetime) -> tuple[Deps, World]:
    """Make an empty installation and an empty sandbox."""
    clock = FixedClock(now)
    store = Store(f"sqlite:///{folder / 'jifen.db'}", durability="NORMAL")
    upgrade(store)
    shelf = Shelf()
    assert shelf.load_files(store, now=now) == ()
    deps = Deps(store, clock, shelf, EvidenceFiles(folder / "evidence"), b"k" * 32, "http://127.0.0.1")
    return deps, World(clock=clock, media_directory=folder / "media")


@dataclass(frozen=True)
class Told:
    """A told story; `open_from` is the first day of the quarter that is not finalised."""

    deps: Deps
    world: World
    cast: Cast
    open_from: date

    @property
    def people(self) -> list[dict[str, Any]]:
        return people(self.deps, self.world, self.cast)


def tell(folder: Path, now: datetime, open_from: date) -> Told:
    deps, world = stage(folder, now)
    return Told(deps, world, tell_story(deps, world, paint=quick_paint), open_from)


IN_MARCH = (MARCH, date(2025, 10, 1))


@pytest.fixture(
    scope="module",
    params=[IN_MARCH, (NEW_YEAR, date(2025, 10, 1)), (LEAP_DAY, date(2023, 10, 1))],
    ids=["march", "new year", "leap day"],
)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Tell the story on one of three days; the tests only look at it."""
    now, open_from = request.param
    story = tell(tmp_path_factory.mktemp("story"), now, open_from)
    yield story
    story.deps.close()


def report_counts(told: Told) -> Counter[str]:
    """Return how many reports there are by status."""
    counts: Counter[str] = Counter()
    for person in told.people:
        if person["bound"] and person["unit"] != ORGANISATION:
            actor = ChatAccount(person["user_id"])
            page = my_reports(told.deps, actor=actor)
            for number in range(-(-page.total // PAGE_LENGTH)):
                found = my_reports(told.deps, actor=actor, page=number).reports
                counts.update(report.status.value for report in found)
    return counts


def test_story_has_enough_of_everything(told: Told) -> None:
    everybody = told.people
    assert [p["user_id"] for p in everybody] == list(range(1001, 1001 + len(PEOPLE)))
    assert {p["unit"] for p in everybody} == {ORGANISATION} | {branch.name for branch in BRANCHES}
    assert sum(p["bound"] for p in everybody) == 40
    assert sum(p["code"] is not None for p in everybody) == 6
    counts = report_counts(told)
    assert counts.total() >= 300
    left = {status: counts[status] for status in ("pending", "draft", "withdrawn", "returned")}
    assert left == {"pending": 14, "draft": 2, "withdrawn": 1, "returned": 2}
    assert counts["rejected"] > 3


def test_story_leaves_a_sound_ledger(told: Told) -> None:
    lines, problems = verify(told.deps)
    assert problems == ()
    assert lines >= 280


def test_story_happens_in_order_within_a_year_before_now(told: Told) -> None:
    now = told.deps.clock.now()
    with told.deps.store.read() as uow:
        for unit in stored_units.list_units(uow):
            instants = [entry.recorded_at for entry in stored_ledger.walk_chain(uow, unit.id)]
            assert instants == sorted(instants)
            assert all(now - timedelta(days=366) < at <= now for at in instants)
    messages = [m for chat in told.world.book.chats.values() for m in chat.messages.values()]
    assert max(message.sent_at for message in messages) <= now.timestamp()


def test_story_freezes_all_but_the_last_quarter_and_the_last_month(told: Told) -> None:
    now_month = month_of(told.deps.clock.now().astimezone(ZONE).date())
    for branch, secretary in SECRETARIES.items():
        actor = ChatAccount(next(p["user_id"] for p in told.people if p["name"] == secretary))
        desk = open_freezing(told.deps, actor=actor)
        quarters = [one for one in desk.periods if one[0].kind is PeriodKind.QUARTER]
        months = [one for one in desk.periods if one[0].kind is PeriodKind.MONTH]
        assert (desk.unit.code, quarters[0][0].starts_on) == (branch, told.open_from)
        assert [period for period, mark in (*quarters, *months) if mark is None] == [
            quarters[0][0],
            now_month.previous,
        ]
        marks = [mark for _, mark in desk.periods if mark is not None]
        assert {(mark.by_name, mark.has_standings) for mark in marks} == {(secretary, True)}


def test_story_lets_the_next_quarter_say_how_everybody_moved(told: Told) -> None:
    secretary = next(p["user_id"] for p in told.people if p["name"] == SECRETARIES["chunfeng"])
    actor = ChatAccount(secretary)
    desk = open_freezing(told.deps, actor=actor)
    waiting = next(period for period, mark in desk.periods if mark is None)
    found = preview_freeze(told.deps, actor=actor, unit_id=desk.unit.id, period=waiting.label)
    moved = [one.movement for one in found.standings if one.movement is not None]
    assert len(moved) >= 12
    assert min(moved) < 0 < max(moved)


def test_story_keeps_the_newest_notices_in_the_chats_in_order_of_time(told: Told) -> None:
    typical = next(person for person in told.people if person["name"] == "林晓禾")
    messages = list(told.world.book.chats[typical["user_id"]].messages.values())
    instants = [message.sent_at for message in messages]
    assert instants == sorted(instants)
    quarter, month = sorted(messages[2:], key=lambda message: "photo" not in message.content)
    assert "比上期" in quarter.words or "和上期一样" in quarter.words
    assert "第" in month.words
    assert "比上期" in month.words or "和上期一样" in month.words
    for message in (quarter, month):
        assert message.reply_markup is not None
        buttons = [button["text"] for row in message.reply_markup["inline_keyboard"] for button in row]
        assert buttons == ["怎么算的", "告知设置"]


def test_story_books_what_people_earn_and_spend_in_order_of_day(told: Told) -> None:
    days = {}
    for name in ("林晓禾", "石敬宗", "温可欣"):
        actor = ChatAccount(next(p["user_id"] for p in told.people if p["name"] == name))
        page = my_purse(told.deps, actor=actor)
        lines = [*page.lines]
        while len(lines) < page.total:
            lines += my_purse(told.deps, actor=actor, page=len(lines) // len(page.lines)).lines
        days[name] = [one.line.on for one in lines]
        assert {"earned", "reserved"} <= {one.line.kind.value for one in lines}
    assert days == {name: sorted(found, reverse=True) for name, found in days.items()}


def test_story_gives_every_recorder_a_queue(told: Told) -> None:
    waiting = {user: list_queue(told.deps, actor=ChatAccount(user)) for user in (1001, 1019, 1020, 1033)}
    assert {user: queue.total for user, queue in waiting.items()} == {1001: 6, 1019: 3, 1020: 1, 1033: 4}
    warned = Counter(
        warning for user in (1001, 1033) for desk in waiting[user].desks for warning, _ in desk.warnings
    )
    assert warned[ReviewWarning.SAME_PHOTO] == 2
    assert warned[ReviewWarning.SAME_DAY] == 2
    assert warned[ReviewWarning.CAP_REACHED] >= 1


def test_story_shows_the_typical_member_what_caps_do(told: Told) -> None:
    now_month = month_of(told.deps.clock.now().astimezone(ZONE).date())
    points = my_points(told.deps, actor=ChatAccount(1002), period=now_month.previous)
    lines = [*points.lines]
    while len(lines) < points.total:
        page = len(lines) // LINES_PER_PAGE
        lines += my_points(told.deps, actor=ChatAccount(1002), period=now_month.previous, page=page).lines
    hours = [line for line in lines if line.item == "volunteer-hours"]
    assert sum(line.counted_amount for line in hours) == 200_000
    assert {line.why for line in hours} >= {"cap.month"}


def test_story_keeps_every_photo(told: Told) -> None:
    with told.deps.store.read() as uow:
        assert stored_evidence.count_unfetched(uow) == {}


def test_story_lets_few_messages_wait(told: Told) -> None:
    with told.deps.store.read() as uow:
        waiting = stored_outbox.count_by_status(uow)
    assert set(waiting) == {OutboxStatus.QUEUED, OutboxStatus.SENT, OutboxStatus.DEAD}
    assert 20 <= waiting[OutboxStatus.QUEUED] <= 200


def test_story_has_an_announcement_that_most_have_read_and_one_on_its_way(told: Told) -> None:
    recorder = next(person for person in told.people if person["name"] == "苏婉晴")
    page = list_announcements(told.deps, actor=ChatAccount(recorder["user_id"]))
    fresh, read = page.desks
    assert (read.announcement.status, fresh.announcement.status) == ("done", "sending")
    assert read.tally == Tally(sent=15, unbound=3, confirmed=10)
    assert fresh.tally == Tally(waiting=18)


def test_story_begins_the_chats_of_those_who_joined(told: Told) -> None:
    for person in told.people:
        chat = told.world.book.chats[person["user_id"]]
        words = [message.words.partition("，")[0] for message in chat.messages.values()][:2]
        greeted = ["/start", person["name"]] if person["bound"] else []
        if person["name"] == "马可云":
            assert chat.reply_keyboard is not None
            assert chat.reply_keyboard["keyboard"][0][0]["text"] == label(Label.REPORT, "en")
            continue
        assert words == greeted
        assert (chat.reply_keyboard is not None) == person["bound"]


def test_story_has_codes_that_open_nothing(told: Told) -> None:
    with pytest.raises(InvitationUsed):
        join(told.deps, user_id=1018, code=told.cast.used_code, language="zh_Hans")
    with pytest.raises(InvitationExpired):
        join(told.deps, user_id=1018, code=told.cast.expired_code, language="zh_Hans")


@pytest.mark.parametrize("told", [IN_MARCH], ids=["march"], indirect=True)
def test_story_is_the_same_every_time(told: Told, tmp_path: Path) -> None:
    again = tell(tmp_path, *IN_MARCH)
    assert report_counts(again) == report_counts(told)
    assert ledger_of(again) == ledger_of(told)
    again.deps.close()


def ledger_of(told: Told) -> list[tuple[Any, ...]]:
    with told.deps.store.read() as uow:
        return [
            (e.unit_id, e.sequence, e.member_id, e.item, e.happened_on, e.counted_amount, e.recorded_at)
            for unit in stored_units.list_units(uow)
            for e in stored_ledger.walk_chain(uow, unit.id)
        ]


def test_nothing_told_is_a_committee_with_an_invited_administrator(tmp_path: Path) -> None:
    deps, world = stage(tmp_path, MARCH)
    cast = tell_nothing(deps, world)
    administrator = {"user_id": 1001, "name": "严秋实", "roles": ["administrator"], "unit": ORGANISATION}
    code = cast.codes[1]
    assert people(deps, world, cast) == [administrator | {"code": code, "bound": False}]
    join(deps, user_id=1001, code=code, language="zh_Hans")
    assert people(deps, world, cast) == [administrator | {"code": None, "bound": True}]
    deps.close()


def test_cast_is_kept_in_a_file(tmp_path: Path) -> None:
    cast = Cast({1: 1001, 2: 1002}, {2: "open-code"}, used_code="used", expired_code="expired")
    path = tmp_path / "data" / "cast.json"
    assert load_cast(path) == Cast({}, {})
    save_cast(cast, path)
    assert load_cast(path) == cast


@pytest.mark.parametrize("scene", Scene)
def test_drawings_are_photos_that_differ_and_repeat(scene: Scene) -> None:
    taken_at = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
    first, other = Picture(scene, 1, taken_at, "志愿服务"), Picture(scene, 2, taken_at, "志愿服务")
    drawn = draw_picture(first)
    assert draw_picture(first) == drawn
    assert draw_picture(other) != drawn
    with Image.open(io.BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("JPEG", (1280, 960))
    with Image.open(io.BytesIO(draw_picture(replace(first, is_small=True)))) as small:
        assert small.size == (640, 480)


def test_the_shop_is_open_with_orders_on_their_way(told: Told) -> None:
    keeper = next(person for person in told.people if "shopkeeper" in person["roles"])
    actor = ChatAccount(keeper["user_id"])
    statuses = {desk.order.status for desk in list_orders(told.deps, actor=actor, is_waiting=False).desks}
    assert {OrderStatus.FULFILLED, OrderStatus.READY, OrderStatus.RESERVED} <= statuses
    view = open_shop(told.deps, actor=actor)
    assert view.window is not None
    assert (view.total, [product.photo_digest is None for product in view.products]) == (6, [False] * 5)
    typical = next(person for person in told.people if person["name"] == "林晓禾")
    assert open_shop(told.deps, actor=ChatAccount(typical["user_id"])).balance > 0


def test_nobody_orders_or_hands_over_while_people_sleep(told: Told) -> None:
    keeper = next(person for person in told.people if "shopkeeper" in person["roles"])
    orders = [
        desk.order
        for desk in list_orders(told.deps, actor=ChatAccount(keeper["user_id"]), is_waiting=False).desks
    ]
    instants = [order.ordered_at for order in orders]
    instants += [order.handed_at for order in orders if order.handed_at is not None]
    assert len(instants) > len(orders) > 5
    assert {at.astimezone(ZONE).hour for at in instants} <= set(range(8, 22))
    assert max(instants) <= told.deps.clock.now()


def test_every_product_has_a_picture_of_its_own() -> None:
    pictures = [draw_goods(goods) for goods in Goods]
    assert len(set(pictures)) == len(pictures)
    assert all(Image.open(io.BytesIO(picture)).size == (800, 800) for picture in pictures)
