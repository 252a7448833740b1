"""What a rulebook says of posting the head of a list in the unit's group."""

from typing import Annotated

from pydantic import Field

from domain.rulebooks.language.items import Founded
from domain.rulebooks.language.results import PeriodKinds, PlacesChoice


class PublicitySection(Founded):
    """Of which periods the list may go to the unit's group, how many from the top, and with whose names."""

    in_: Annotated[PeriodKinds, Field(alias="in")]
    top: PlacesChoice
    may_hide: bool = False
