"""What is shown of an announcement: to its readers, and to whoever writes, sends and watches it."""

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.callbacks import Act
from bot.screen import Button, Row, Screen, button, in_rows, labelled
from bot.screens.times import write_time
from domain.announcements import Announcement, AnnouncementAction, AnnouncementStatus, Audience
from domain.members import MemberKind, Role, Unit
from domain.wording import ANNOUNCEMENT_NAMES, Name, filled_in, left_standing
from services.announcements import AnnouncementDesk
from templates.labels import KIND_LABELS, ROLE_LABELS, Label
from templates.words import DEFAULT_LANGUAGE, instant, label, render

CHOSEN, OPEN = "✅ ", "▫️ "
EXCERPT_LENGTH = 40
BAR_LENGTH = 10
UNITS_SHOWN_MAX = 40


class Step:
    """Names of the steps of writing an announcement; the dialog keeps them."""

    CONTENT = "announce_content"
    AUDIENCE = "announce_audience"
    CHOICES = "announce_choices"
    BELOW = "announce_below"
    PREVIEW = "announce_preview"
    WHEN = "announce_when"
    CONFIRM = "announce_confirm"


STEPS = frozenset(value for name, value in vars(Step).items() if name.isupper())


def message_screen(
    announcement: Announcement,
    unit: Unit,
    language: str,
    *,
    footer: str,
    name: str | None = None,
    unit_name: str | None = None,
    is_preview: bool = False,
) -> Screen:
    """Return an announcement as its reader sees it; without a name it is for a group."""
    values = {
        Name.MEMBER: name if name is not None else label(Label.EVERYBODY, language),
        Name.UNIT: unit_name if unit_name is not None else unit.name,
    }
    facts = {
        "unit": unit,
        "text": filled_in(announcement.text, values),
        "footer": filled_in(footer, values),
    }
    rows: tuple[Row, ...] = ()
    if announcement.wants_confirmation and name is not None:
        act = Act.NOTHING if is_preview else Act.ANNOUNCE_READ
        rows = ((labelled(Label.READ, language, act, announcement.id, style="primary"),),)
    return Screen(render("messages/announcements/message.j2", language, facts), rows)


def read_screen(announcement: Announcement, language: str) -> Screen:
    """Return what is left of the buttons once the reader has confirmed."""
    return Screen("", ((button(f"✓ {label(Label.READ, language)}", Act.NOTHING, announcement.id),),))


def content_screen(desk: AnnouncementDesk, language: str, *, problem: str = "") -> Screen:
    """Ask for the words, a photo or a file; show the words that are there."""
    about, draft = desk.announcement.id, desk.announcement
    facts = {"problem": problem, "words": draft.text, "has_file": draft.attachment is not None}
    text = render("messages/announcements/content.j2", language, facts)
    rows: list[Row] = []
    if draft.attachment is not None:
        rows.append((labelled(Label.WITHOUT_FILE, language, Act.ANNOUNCE_TOGGLE, about, "file"),))
    if draft.text or draft.attachment is not None:
        back = labelled(Label.BACK, language, Act.ANNOUNCE_AUDIENCE, about)
        rows.append(_ending(desk, language, back))
    else:
        rows.append(_ending(desk, language))
    return Screen(text, tuple(rows))


def _ending(desk: AnnouncementDesk, language: str, *before: Button) -> Row:
    return (*before, labelled(Label.DISCARD, language, Act.ANNOUNCE_DISCARD, desk.announcement.id))


def _audience_facts(desk: AnnouncementDesk, language: str) -> dict[str, object]:
    audience = desk.announcement.audience
    return {
        "audience": audience,
        "count": desk.count,
        "separator": "、" if language == DEFAULT_LANGUAGE else ", ",
        "units": [unit.name for unit in desk.chosen_units],
        "kinds": [label(KIND_LABELS[kind], language) for kind in audience.kinds],
        "roles": [label(ROLE_LABELS[role], language) for role in audience.roles],
        "group_titles": [group.title for group in desk.groups if group.unit_id in audience.unit_ids],
    }


def audience_screen(desk: AnnouncementDesk, language: str, *, problem: str = "") -> Screen:
    """Show whom it is for, with the count, and what can be changed about that."""
    about, audience = desk.announcement.id, desk.announcement.audience
    text = render(
        "messages/announcements/audience.j2", language, _audience_facts(desk, language) | {"problem": problem}
    )
    choosing = [
        labelled(words, language, Act.ANNOUNCE_CHOICES, about, what)
        for words, what in (
            (Label.CHOOSE_UNITS, "units"),
            (Label.CHOOSE_KINDS, "kinds"),
            (Label.CHOOSE_ROLES, "roles"),
        )
        if what != "units" or len(desk.units) > 1
    ]
    rows: list[Row] = [tuple(choosing)]
    rows.append((_switch(Label.ONLY_WITHOUT_REPORT, language, about, "report", audience.is_without_report),))
    if audience.below_points is None:
        low = labelled(Label.ONLY_BELOW, language, Act.ANNOUNCE_BELOW, about)
        rows.append((Button(OPEN + low.text, low.tap),))
    else:
        rows.append((_switch(Label.ONLY_BELOW, language, about, "below", is_on=True),))
    if any(group.unit_id in audience.unit_ids for group in desk.groups):
        rows.append((_switch(Label.TO_GROUP, language, about, "group", audience.is_for_group),))
    rows.append((_switch(Label.ASK_READ, language, about, "read", desk.announcement.wants_confirmation),))
    rows.append((labelled(Label.SEE_PREVIEW, language, Act.ANNOUNCE_PREVIEW, about, style="primary"),))
    back = labelled(Label.CHANGE_WORDS, language, Act.ANNOUNCE_CONTENT, about)
    rows.append(_ending(desk, language, back))
    return Screen(text, tuple(rows))


def _switch(words: Label, language: str, about: int, what: str, is_on: bool) -> Button:  # noqa: FBT001  it is the state
    mark = CHOSEN if is_on else OPEN
    return button(mark + label(words, language), Act.ANNOUNCE_TOGGLE, about, what)


def choices_screen(desk: AnnouncementDesk, language: str, *, what: str) -> Screen:
    """Offer units, kinds or roles to choose several of."""
    about, audience = desk.announcement.id, desk.announcement.audience
    text = render("messages/announcements/choices.j2", language, {"what": what, "count": desk.count})
    options = _options(desk, audience, language, what)
    buttons = [
        button((CHOSEN if is_on else OPEN) + words, Act.ANNOUNCE_TOGGLE, about, f"{what[0]}.{code}")
        for words, code, is_on in options
    ]
    done = labelled(Label.NEXT, language, Act.ANNOUNCE_AUDIENCE, about, style="primary")
    return Screen(text, (*in_rows(buttons, 1 if what == "units" else 2), (done,)))


def _options(
    desk: AnnouncementDesk, audience: Audience, language: str, what: str
) -> list[tuple[str, str, bool]]:
    """Return words, code and whether it is chosen, for each option."""
    if what == "units":
        every = len(audience.unit_ids) == len(desk.units)
        shown = desk.units[:UNITS_SHOWN_MAX]
        return [
            (label(Label.EVERY_UNIT, language), "", every),
            *((unit.name, str(unit.id), unit.id in audience.unit_ids and not every) for unit in shown),
        ]
    if what == "kinds":
        return [
            (label(Label.EVERY_KIND, language), "", not audience.kinds),
            *((label(KIND_LABELS[k], language), k.value, k in audience.kinds) for k in MemberKind),
        ]
    return [
        (label(Label.EVERY_ROLE, language), "", not audience.roles),
        *((label(ROLE_LABELS[r], language), r.value, r in audience.roles) for r in Role),
    ]


def below_screen(desk: AnnouncementDesk, language: str, *, problem: str = "") -> Screen:
    """Ask below how many points."""
    text = render("messages/announcements/below.j2", language, {"problem": problem})
    return Screen(text, ((labelled(Label.BACK, language, Act.ANNOUNCE_AUDIENCE, desk.announcement.id),),))


def preview_screen(desk: AnnouncementDesk, language: str) -> Screen:
    """Stand below the preview: now, later, or change something."""
    about = desk.announcement.id
    left = left_standing(desk.announcement.text, ANNOUNCEMENT_NAMES)
    text = render("messages/announcements/preview.j2", language, {"count": desk.count, "left": left})
    return Screen(
        text,
        (
            (
                labelled(Label.SEND_NOW, language, Act.ANNOUNCE_ASK, about, style="primary"),
                labelled(Label.SEND_LATER, language, Act.ANNOUNCE_WHEN, about),
            ),
            (
                labelled(Label.CHANGE_WORDS, language, Act.ANNOUNCE_CONTENT, about),
                labelled(Label.CHANGE_AUDIENCE, language, Act.ANNOUNCE_AUDIENCE, about),
            ),
            _ending(desk, language),
        ),
    )


def when_screen(desk: AnnouncementDesk, language: str, *, now: datetime, problem: str = "") -> Screen:
    """Offer times to send at; another one is typed."""
    about = desk.announcement.id
    text = render("messages/announcements/when.j2", language, {"problem": problem})
    zone = desk.unit.time_zone
    times = [
        button(instant(at, language, zone), Act.ANNOUNCE_ASK, about, write_time(at, zone))
        for at in _times(now, zone)
    ]
    back = labelled(Label.BACK, language, Act.ANNOUNCE_PREVIEW, about)
    return Screen(text, (*in_rows(times, 2), (back,)))


def _times(now: datetime, time_zone: str) -> list[datetime]:
    """Return the next few humane hours."""
    local = now.astimezone(ZoneInfo(time_zone))
    hours = [
        (local + timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0)
        for day in range(3)
        for hour in (9, 18)
    ]
    return [at for at in hours if at > local][:4]


def confirm_screen(desk: AnnouncementDesk, language: str, *, due_at: datetime | None) -> Screen:
    """Show the count once more before anything goes out."""
    about, zone = desk.announcement.id, desk.unit.time_zone
    quiet_until = desk.quiet_until if due_at is None else desk.waits_until(due_at)
    facts = {"count": desk.count, "due_at": due_at, "time_zone": zone, "quiet_until": quiet_until}
    text = render("messages/announcements/confirm.j2", language, facts)
    when = write_time(due_at, zone) if due_at is not None else ""
    return Screen(
        text,
        (
            (labelled(Label.CONFIRM_SEND, language, Act.ANNOUNCE_SEND, about, when, style="success"),),
            (labelled(Label.BACK, language, Act.ANNOUNCE_PREVIEW, about),),
        ),
    )


_ACTIONS = (
    (AnnouncementAction.PAUSE, Label.PAUSE, Act.ANNOUNCE_PAUSE),
    (AnnouncementAction.RESUME, Label.RESUME, Act.ANNOUNCE_RESUME),
    (AnnouncementAction.RECALL, Label.RECALL, Act.ANNOUNCE_RECALL),
    (AnnouncementAction.SEND_AGAIN, Label.SEND_AGAIN, Act.ANNOUNCE_AGAIN),
    (AnnouncementAction.CANCEL, Label.STOP, Act.ANNOUNCE_STOP),
)


def progress_screen(desk: AnnouncementDesk, language: str, *, is_asking: bool = False) -> Screen:
    """Show how far it has come, with what can be done; `is_asking` before it is stopped for good."""
    about, tally = desk.announcement.id, desk.tally
    words = " ".join(desk.announcement.text.split())
    filled = BAR_LENGTH * tally.ended // tally.total if tally.total else 0
    facts = {
        "desk": desk,
        "excerpt": words if len(words) <= EXCERPT_LENGTH else f"{words[:EXCERPT_LENGTH]}…",
        "bar": "▰" * filled + "▱" * (BAR_LENGTH - filled),
        "is_asking": is_asking,
    }
    text = render("messages/announcements/progress.j2", language, facts)
    if is_asking:
        return Screen(
            text,
            (
                (
                    labelled(Label.STOP_NOW, language, Act.ANNOUNCE_STOP_NOW, about, style="danger"),
                    labelled(Label.BACK, language, Act.ANNOUNCE_PROGRESS, about),
                ),
            ),
        )
    buttons = tuple(
        labelled(words, language, act, about) for action, words, act in _ACTIONS if action in desk.actions
    )
    return Screen(text, in_rows(buttons, 2))


def is_over(status: AnnouncementStatus) -> bool:
    """Tell whether nothing more is to be followed."""
    return status in {
        AnnouncementStatus.DONE,
        AnnouncementStatus.CANCELLED,
        AnnouncementStatus.DISCARDED,
        AnnouncementStatus.DRAFT,
    }


def digest_of(screen: Screen) -> str:
    """Return what two screens that look the same have in common."""
    return hashlib.sha256(repr((screen.text, screen.rows)).encode()).hexdigest()
