"""Tells where on a list somebody stands, and who is left out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.rulebooks.results import Consequence, Selection
from domain.scoring.drafts import Draft
from domain.scoring.outcomes import Listing, is_among_words
from domain.scoring.reasons.kinds import LeftOpen, Place


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists with places of a period, seen by one subject."""

    draft: Draft
    """The subject as it stood when lists were made."""
    listings: Sequence[Listing]
    members: Mapping[str, Draft]

    def place(self, consequence: Consequence) -> Place | None:
        """Return the subject's place on a list, None where it has none or the list has no places."""
        selection = consequence.selection
        if selection is None:
            return None
        for listing in self._of(consequence):
            before = 0
            for group in listing.groups:
                if self.draft.subject in group:
                    measure = self.draft.measure(selection.by)
                    return Place(
                        is_top=selection.is_top,
                        by=selection.by,
                        measure=measure,
                        place=before + 1,
                        equals=len(group),
                        places=listing.places,
                        ranked=listing.ranked,
                    )
                before += len(group)
        return None

    def left_open(self, consequence: Consequence) -> LeftOpen | None:
        """Return that the committee must decide whether the subject is on a list, None where it need not."""
        selection = consequence.selection
        if selection is None:
            return None
        for listing in self._of(consequence):
            if self.draft.subject in listing.tied:
                taken = sum(map(len, listing.groups))
                return LeftOpen(
                    code=consequence.code,
                    by=selection.by,
                    measure=self.draft.measure(selection.by),
                    equals=len(listing.tied),
                    places_left=listing.places - taken,
                    places=listing.places,
                )
        return None

    def would_reach(self, consequence: Consequence, beside: Mapping[str, Draft]) -> bool:
        """Tell whether the subject, were awards open, would come before the end of the places.

        `beside` are those who are ranked together with the subject.
        """
        selection = consequence.selection
        if selection is None:
            return True
        ranked = sum(is_among_words(consequence.among, draft) for draft in beside.values())
        ahead = sum(
            subject in beside and self._is_ahead(subject, selection)
            for listing in self._of(consequence)
            for group in (*listing.groups, listing.tied)
            for subject in group
        )
        return ahead < selection.places(ranked)

    def _is_ahead(self, subject: str, selection: Selection) -> bool:
        other, own = self.members[subject].measure(selection.by), self.draft.measure(selection.by)
        return other > own if selection.is_top else other < own

    def _of(self, consequence: Consequence) -> list[Listing]:
        return [one for one in self.listings if one.consequence == consequence.code]
