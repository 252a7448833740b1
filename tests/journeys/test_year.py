"""A year of reminders, nudges and rank notices, on phones, with a moved clock: exactly what a table says."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.members import MemberStatus, Role
from domain.outbox import OutboxStatus
from domain.periods import month_of
from domain.reports import Report, ReportStatus
from services import due as due_services
from services.appeals import answer_objection, raise_objection
from services.reminders import say_nothing, set_reminder_day
from services.reviews import approve_report
from services.standings import choose_notices, freeze_period
from storage import due as stored_due
from storage import members as stored_members
from storage import outbox as stored_outbox
from storage import reports as stored_reports
from tests.builders import Person, a_member, a_report
from tests.journeys.conftest import Stage
from tests.journeys.phone import SECONDS_MAX, Message

pytestmark = pytest.mark.journey
SHANGHAI = ZoneInfo("Asia/Shanghai")
LOOKS = ("08:00", "09:30", "10:00")
"""When the clock stops on each day."""
NIGHT_DAYS = (1, 2, 29)
"""On these days of the month it stops at two at night too."""
LAST_ON = date(2027, 1, 4)
"""Until the fourth quarter is frozen; the days off of that year are not announced."""
SECRETARY, RECORDERS = "chunfeng书记", ("chunfeng记录员1", "chunfeng记录员2")
ACTIVE, SILENT, SUPERVISOR, AWAY = "chunfeng党员1", "chunfeng党员2", "纪检", "外出"
OTHERS = (SECRETARY, *RECORDERS, SUPERVISOR, AWAY)

REMINDED = (  # the active one reports in odd months, answers 本月无 in even ones; the silent one does neither
    ("01-28 10:00", "2026年1月", (SILENT,)),
    ("02-25 10:00", "2026年2月", (ACTIVE, SILENT)),
    ("03-20 10:00", "2026年3月", (SILENT,)),  # set by hand: the last study session
    ("04-27 10:00", "2026年4月", (ACTIVE, SILENT)),  # 1 May is off; the last day is not counted
    ("05-27 10:00", "2026年5月", (SILENT,)),  # the month ends on a Sunday
    ("06-25 10:00", "2026年6月", (ACTIVE, SILENT)),
    (
        "07-29 08:00",
        "2026年7月",
        (SILENT,),
    ),  # due on 28 July at 10:00, when the process slept; up at 2 at night
    ("08-26 10:00", "2026年8月", (ACTIVE, SILENT)),
    ("09-24 10:00", "2026年9月", (SILENT,)),  # the Friday after is off
    ("10-28 10:00", "2026年10月", (ACTIVE, SILENT)),
    ("11-25 10:00", "2026年11月", (SILENT,)),  # the clock is set back an hour after that
    ("12-28 10:00", "2026年12月", (ACTIVE, SILENT)),
)
LISTED = (  # two working days later; the one without an account is always on the list
    ("01-30 10:00", "2026年1月", 2),
    ("02-27 10:00", "2026年2月", 2),
    ("03-24 10:00", "2026年3月", 2),
    ("04-29 10:00", "2026年4月", 2),
    ("05-29 10:00", "2026年5月", 2),
    ("06-29 10:00", "2026年6月", 2),
    ("07-30 10:00", "2026年7月", 2),
    ("08-28 10:00", "2026年8月", 2),
    ("09-29 10:00", "2026年9月", 1),  # the silent one reported on the day before
    ("10-30 10:00", "2026年10月", 2),
    ("11-27 10:00", "2026年11月", 2),
    ("12-30 10:00", "2026年12月", 2),
)
NUDGED = (
    ("01-04 09:30", (SILENT,), "📝 您有一份草稿还没有提交"),  # left on New Year's Day; a Sunday made up for
    (
        "02-24 09:30",
        (ACTIVE,),
        "📝 您有一份草稿还没有提交",
    ),  # left on the 12th; Spring Festival until the 23rd
    ("05-07 09:30", RECORDERS, "⏳ 有 1 份申报等了好几天，还没有审核"),  # since 29 April; five days off
    (
        "06-22 09:30",
        (SUPERVISOR,),
        "✋ 申报 {objected} 的异议还没有答复",
    ),  # raised on the 15th; the 19th is off
    ("10-08 09:30", RECORDERS, "⏳ 有 1 份申报等了好几天，还没有审核"),  # since 28 September
    ("10-10 09:30", (SECRETARY,), "⏳ 有 1 份申报一直没有人审核，现在也请您处理"),  # a Saturday made up for
    ("2027-01-04 09:30", (ACTIVE,), "📝 您有一份草稿还没有提交"),  # left on 30 December; then days off
)
FROZEN = (  # when somebody freezes which period
    ("02-04 10:00", "2026-01"),
    ("04-07 10:00", "2026-Q1"),  # Qingming is over
    ("07-02 02:00", "2026-Q2"),  # by a recorder who does not sleep
    ("08-05 10:00", "2026-07"),
    ("10-12 10:00", "2026-Q3"),  # National Day is over, and nothing waits for a decision
    ("2027-01-04 10:00", "2026-Q4"),
)
FIRST, SECOND, THIRD = (f"第 {rank} 名（共 8 人）" for rank in (1, 2, 3))
UP, DOWN, SAME, NEW = "比上期上升 1 名", "比上期下降 1 名", "名次和上期一样", ""
PICTURE, WORDS_ONLY = "带图", "只有文字"
NOTICED = (  # when who reads what: total, rank, movement, with a picture or without
    ("02-04 10:00", "2026年1月", (ACTIVE,), "5", FIRST, NEW, WORDS_ONLY),
    ("02-04 10:00", "2026年1月", (SILENT, *OTHERS), "0", SECOND, NEW, WORDS_ONLY),
    ("04-07 10:00", "2026年第1季度", (ACTIVE,), "10", FIRST, NEW, PICTURE),
    ("04-07 10:00", "2026年第1季度", (SILENT, *OTHERS), "0", SECOND, NEW, PICTURE),
    # at two at night nobody is disturbed; the active one wants no pictures any more
    ("07-02 08:00", "2026年第2季度", (ACTIVE,), "10", FIRST, SAME, WORDS_ONLY),
    ("07-02 08:00", "2026年第2季度", (SILENT, *OTHERS), "0", SECOND, SAME, PICTURE),
    # the silent one wants no monthly notices
    ("08-05 10:00", "2026年7月", (ACTIVE,), "5", FIRST, SAME, WORDS_ONLY),
    ("08-05 10:00", "2026年7月", OTHERS, "0", SECOND, SAME, WORDS_ONLY),
    ("10-12 10:00", "2026年第3季度", (ACTIVE,), "10", FIRST, SAME, WORDS_ONLY),
    ("10-12 10:00", "2026年第3季度", (SILENT,), "5", SECOND, SAME, PICTURE),
    ("10-12 10:00", "2026年第3季度", OTHERS, "0", THIRD, DOWN, PICTURE),
    ("2027-01-04 10:00", "2026年第4季度", (ACTIVE,), "5", FIRST, SAME, WORDS_ONLY),
    ("2027-01-04 10:00", "2026年第4季度", (SILENT,), "0", SECOND, SAME, PICTURE),
    ("2027-01-04 10:00", "2026年第4季度", OTHERS, "0", SECOND, UP, PICTURE),
)


@dataclass(frozen=True, order=True, slots=True)
class Told:
    """What somebody read when: local time, name, first line; of a rank notice what it says besides."""

    at: str
    name: str
    line: str


def expected(objected: int) -> list[Told]:
    table = [
        *(Told(at, who, f"⏰ {month}，您还没有申报") for at, month, people in REMINDED for who in people),
        *(
            Told(at, who, f"📋 {month}，还有 {count} 人没有申报")
            for at, month, count in LISTED
            for who in RECORDERS
        ),
        *(Told(at, who, line.format(objected=objected)) for at, people, line in NUDGED for who in people),
        *(
            Told(at, who, notice_line(period, total, rank, movement, form))
            for at, period, people, total, rank, movement, form in NOTICED
            for who in people
        ),
    ]
    return sorted(replace(told, at=in_full(told.at)) for told in table)


def notice_line(period: str, total: str, rank: str, movement: str, form: str) -> str:
    return f"📊 {period}积分已定稿 | 合计 {total} 分 | {rank} | {movement} | {form}"


def in_full(text: str) -> str:
    """Return a moment with its year: this one, where it has none."""
    return text if text.startswith("2027-") else f"2026-{text}"


def local(text: str) -> datetime:
    return datetime.fromisoformat(in_full(text)).replace(tzinfo=SHANGHAI)


FALLS_ASLEEP, WAKES = local("07-28 08:00"), local("07-29 02:00")


def looks() -> Iterator[datetime]:
    day = date(2026, 1, 1)
    while day <= LAST_ON:
        for clock in ("02:00", *LOOKS) if day.day in NIGHT_DAYS else LOOKS:
            yield local(f"{day:%Y-%m-%d} {clock}".removeprefix("2026-"))
        day += timedelta(days=1)


class Year:
    """Moves the clock, lets people do what the story says, and notes what arrives."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        unit = stage.branch.unit
        self.supervisor = a_member(stage.deps, unit=unit, name=SUPERVISOR, roles=(Role.SUPERVISOR,))
        a_member(stage.deps, unit=unit, name="未绑定", is_bound=False)
        away = a_member(stage.deps, unit=unit, name=AWAY)
        with stage.deps.store.begin() as uow:
            member = stored_members.get_member(uow, away.member_id)
            assert member is not None
            stored_members.update_member(uow, away.member_id, name=member.name, status=MemberStatus.AWAY)
        self.away = away
        self.active, self.silent = stage.branch.members
        for person in self.people:
            stage.phone(person)

    @property
    def people(self) -> tuple[Person, ...]:
        branch = self.stage.branch
        return (branch.secretary, *branch.recorders, *branch.members, self.supervisor, self.away)

    async def move(self, at: datetime) -> None:
        """Move the clock, and wait until the ticker has looked and everything is sent."""
        answer = await self.stage.client.post("/sandbox/clock", json={"now": at.isoformat()})
        assert answer.status_code == 200, answer.text
        await self._settle(at)

    async def _settle(self, at: datetime) -> None:
        until = time.monotonic() + SECONDS_MAX
        while not self._is_quiet(at.astimezone(UTC)):
            assert time.monotonic() < until, f"still busy at {at}"
            await asyncio.sleep(0.005)

    def _is_quiet(self, now: datetime) -> bool:
        with self.stage.deps.store.read() as uow:
            mark = stored_due.get_mark(uow, due_services.MARK)
            is_sending = OutboxStatus.SENDING in stored_outbox.count_by_status(uow)
            due_at = stored_outbox.next_due_at(uow)
        has_looked = mark == now or (now.astimezone(SHANGHAI).hour < 8 and mark is not None)
        return has_looked and not is_sending and (due_at is None or due_at > now)

    async def live(self, at: datetime) -> None:
        """Let people do what the story says for this moment, after it has struck."""
        moment = f"{at:%Y-%m-%d %H:%M}".removeprefix("2026-")
        if moment.endswith("-01 08:00"):
            self._staff_have_nothing(at.date())
        if moment.endswith("-10 08:00") and at.month % 2:
            self._report(self.active, at, ReportStatus.APPROVED)
        if moment in {struck for struck, _, people in REMINDED if ACTIVE in people}:
            await self._answer_nothing(at.date())
        happening: Callable[[], object] | None = {
            "01-01 10:00": lambda: self._report(self.silent, at, ReportStatus.DRAFT),
            "02-12 10:00": lambda: self._report(self.active, at, ReportStatus.DRAFT),
            "03-02 08:00": self._set_study_day,
            "04-29 10:00": lambda: self._report(self.active, at, ReportStatus.PENDING),
            "05-07 10:00": lambda: self._decide(self.stage.branch.recorder),
            "05-20 10:00": self._choose_notices,
            "06-15 10:00": lambda: self._object(at),
            "06-23 10:00": self._answer_objection,
            "09-28 10:00": lambda: self._report(self.silent, at, ReportStatus.PENDING),
            "10-10 10:00": lambda: self._decide(self.stage.branch.secretary),
            "12-30 10:00": lambda: self._report(self.active, at, ReportStatus.DRAFT),
        }.get(moment)
        if happening is not None:
            happening()
        if moment in dict(FROZEN):
            branch = self.stage.branch
            freeze_period(
                self.stage.deps,
                actor=branch.recorder.actor,
                unit_id=branch.unit.id,
                period=dict(FROZEN)[moment],
            )
            await self._settle(at)
        if moment == "11-25 10:00":
            for back in ("09:05", "09:30", "10:00"):
                await self.move(local(f"11-25 {back}"))

    def _report(self, person: Person, at: datetime, status: ReportStatus) -> Report:
        deps, recorder = self.stage.deps, self.stage.branch.recorder
        self.reported = a_report(deps, person, status=status, by=recorder, on=at.date())
        return self.reported

    def _staff_have_nothing(self, on: date) -> None:
        branch = self.stage.branch
        for person in (branch.secretary, *branch.recorders, self.supervisor):
            say_nothing(self.stage.deps, actor=person.actor, unit_id=branch.unit.id, month=month_of(on))

    async def _answer_nothing(self, on: date) -> None:
        phone = self.stage.phone(self.active)
        await phone.tap("本月无")
        await phone.read(f"{on.year}年{on.month}月您没有要申报的")

    def _set_study_day(self) -> None:
        branch, day = self.stage.branch, date(2026, 3, 20)
        set_reminder_day(
            self.stage.deps,
            actor=branch.recorder.actor,
            unit_id=branch.unit.id,
            month=month_of(day),
            on=day,
        )

    def _object(self, at: datetime) -> None:
        rejected = self._report(self.silent, at, ReportStatus.REJECTED)
        self.objection = raise_objection(
            self.stage.deps, actor=self.silent.actor, report_id=rejected.id, reason="是支部安排的"
        )

    def _answer_objection(self) -> None:
        answer_objection(
            self.stage.deps,
            actor=self.supervisor.actor,
            objection_id=self.objection.id,
            is_upheld=False,
            answer="不在细则里",
        )

    def _decide(self, decider: Person) -> None:
        approve_report(self.stage.deps, actor=decider.actor, report_id=self.reported.id)

    def _choose_notices(self) -> None:
        choose_notices(self.stage.deps, actor=self.active.actor, wants_picture=False)
        choose_notices(self.stage.deps, actor=self.silent.actor, wants_monthly=False)

    async def told(self) -> list[Told]:
        """Return every reminder, nudge and rank notice of the year, as the phones show it."""
        found = []
        for person in self.people:
            phone = self.stage.phone(person)
            await phone.refresh()
            others = [other.name for other in self.people if other is not person]
            assert not [m for m in phone.living if m["text"].startswith("📊") and _names(m, others)]
            found += [told for message in phone.living if (told := _told(person, message)) is not None]
        return sorted(found)


PERIOD, TOTAL = re.compile(r"📊 (.+)积分已定稿"), re.compile(r"合计 (\S+) 分")
RANK, MOVEMENT = re.compile(r"(第 \d+ 名（共 \d+ 人）)"), re.compile(r"(比上期\S+ \d+ 名|名次和上期一样)")


def _first(what: re.Pattern[str], text: str) -> str:
    found = what.search(text)
    return found[1] if found is not None else ""


def _names(message: Message, people: list[str]) -> bool:
    return any(name in message["text"] for name in people)


def _told(person: Person, message: Message) -> Told | None:
    if message["from"] != "bot":
        return None
    line = str(message["text"]).split("\n")[0]
    at = datetime.fromtimestamp(message["date"], SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if line.startswith("📊"):
        form = PICTURE if message["photos"] else WORDS_ONLY
        total, rank, movement = (_first(found, message["text"]) for found in (TOTAL, RANK, MOVEMENT))
        return Told(at, person.name, notice_line(_first(PERIOD, line), total, rank, movement, form))
    if line.startswith("✅ 记下了："):
        month = line.removeprefix("✅ 记下了：").partition("您没有")[0]
        line = f"⏰ {month}，您还没有申报"
    is_objection_card = line.startswith("✋") and "还没有答复" not in line
    return Told(at, person.name, line) if line[0] in "⏰📋📝⏳✋" and not is_objection_card else None


async def test_a_year_brings_exactly_what_the_table_says(stage: Stage) -> None:
    stage.tick_seconds = 0.02
    await stage.restart_bot()
    year = Year(stage)
    for at in looks():
        if at == FALLS_ASLEEP:
            await stage.stop_bot()
        if at == WAKES:
            stage.clock.set(at)
            await stage.start_bot()
        if not FALLS_ASLEEP <= at < WAKES:
            await year.move(at)
            await year.live(at)
    assert await year.told() == expected(year.objection.report_id)
    with stage.deps.store.read() as uow:
        assert stored_reports.list_waiting(uow, [stage.branch.unit.id]) == []
