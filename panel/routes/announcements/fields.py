"""What an announcement's form and address hold."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Form, Path, UploadFile

from domain.announcements import TEXT_LENGTH_MAX, Audience
from domain.errors import AmountRefused, TimeUnreadable
from domain.members import MemberKind, Role
from domain.points import parse_points
from panel.queries import NUMBER_MAX

AnnouncementId = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@dataclass(frozen=True, slots=True)
class Written:
    """The form of an announcement as it was filled in."""

    text: str = ""
    units: list[int] = field(default_factory=list)
    kinds: list[MemberKind] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    below: str = ""
    is_without_report: bool = False
    is_for_group: bool = False
    wants_confirmation: bool = False
    file: UploadFile | None = None
    drops_file: bool = False

    @property
    def audience(self) -> Audience:
        """Whom it is for.

        Raises:
            AmountRefused: the number of points is none.
        """
        below: Fraction | None = None
        if self.below.strip():
            below = parse_points(self.below)
            if below is None or below <= 0:
                raise AmountRefused(what="points")
        return Audience(
            unit_ids=tuple(dict.fromkeys(self.units)),
            kinds=tuple(dict.fromkeys(self.kinds)),
            roles=tuple(dict.fromkeys(self.roles)),
            is_without_report=self.is_without_report,
            below_points=below,
            is_for_group=self.is_for_group,
        )


def written_form(
    text: Annotated[str, Form(max_length=4 * TEXT_LENGTH_MAX)] = "",
    units: Annotated[list[int] | None, Form()] = None,
    kinds: Annotated[list[MemberKind] | None, Form()] = None,
    roles: Annotated[list[Role] | None, Form()] = None,
    below: Annotated[str, Form(max_length=20)] = "",
    *,
    is_without_report: Annotated[bool, Form()] = False,
    is_for_group: Annotated[bool, Form()] = False,
    wants_confirmation: Annotated[bool, Form()] = False,
    file: UploadFile | None = None,
    drops_file: Annotated[bool, Form()] = False,
) -> Written:
    """Return what was filled in."""
    return Written(
        text.replace("\r\n", "\n"),
        units or [],
        kinds or [],
        roles or [],
        below,
        is_without_report,
        is_for_group,
        wants_confirmation,
        file
        if file is not None and file.filename
        else None,  # browsers send an empty one where none was chosen
        drops_file,
    )


def instant_typed(on: str, at: str, time_zone: str) -> datetime:
    """Return the instant of a day and an hour as they were typed.

    Raises:
        TimeUnreadable: they are none.
    """
    try:
        local = datetime.fromisoformat(f"{on.strip()}T{at.strip()}")
    except ValueError:
        raise TimeUnreadable from None
    if local.tzinfo is not None:
        raise TimeUnreadable
    return local.replace(tzinfo=ZoneInfo(time_zone)).astimezone(UTC)


FilledIn = Annotated[Written, Depends(written_form)]
