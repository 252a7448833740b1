"""Names the keys that scoring only keeps: other parts of the product act on them."""

KEPT_FOR_LATER: dict[str, str] = {
    "effective": "stored versions: the day from which one judges; a book read from a file judges every day",
    "shop": "the points shop: what can be spent, how often it opens, how long points last",
    "workflow": "the closing of periods: who does what by when, publicity, objections, signatures",
    "publicity": "the unit's group: of which periods it is shown the head of the frozen list",
    "reminders": "the clock: on which day those are reminded who reported nothing in a month",
    "consequences.follows": "the list of tasks: what follows when the first one had no effect",
    "consequences.enters": "the ledger of another rulebook: the item under which an outcome is entered there",
    "consequences.on": "the clock: the day on which a list is made and read out",
}
"""A section, or `section.key` for a key of its entries, and what will act on it; no score depends on them."""
