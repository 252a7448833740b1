"""Writes the table of results: each part keeps its own section, so that one can be measured anew alone."""

import re
from collections.abc import Sequence

from benchmarks.measuring import Row

HEAD = """# How fast, how much

`make bench` measures every row anew and writes this file (about an hour, nearly all of it for the memory
row); `make bench ARGS="--quick"` shows small runs on the screen only; `ARGS="--only photos"` measures one
part, `--journeys 2000` makes the memory row shorter.

A row compares the product with the bare tool below it, in one run on one machine, in turns (ours, theirs,
ours, theirs, …), by medians. Absolute figures depend on the machine and on what else it does; the ratios
are what counts.

- **screens**: from a tap in the sandbox until the message has changed, over HTTP, bot and sandbox in
  processes of their own, pacing off. The bare bot answers the callback and edits the message; ours keeps the
  update, reads or writes the draft, each commit synced to the disk, and edits.
- **dispatch**: the last button of the last table, up to its handler, whose work is replaced by nothing;
  finding the chat's lock and conversation is included. The second line goes on until the callback is
  answered, into the void: ours answers in a task behind the handler, so that a slow answer holds up nobody.
- **use_cases**: 50 callers at once through the use cases' threads. The bare driver (sqlite3, psycopg) says
  the recorded statements with equal parameters on an equal copy of the database, in one hop, commits synced.
  On PostgreSQL the approvals of one branch wait for the end of its chain on both sides alike, so that the
  database sets the rate: shares were 0.87 to 0.93 in short runs with 1, 8 and 50 callers. Why the driver
  alone comes out slower in the long run of the table is not explained; read it as “even”, not as “faster”.
- **scoring**: totals, grades, ranks and consequences of a year for one unit, ten events a member, thirty
  items, from the sums that every approval keeps, without traces. Beside it `SELECT member, SUM(points) …
  GROUP BY member` with a `RANK()` window over as many plain rows without an index, and as an outside mark
  DuckDB with two threads, which works the components, total, ranks and grade out anew from the entries and
  hands the rows to Python; ours makes the objects that screens read. The aim is about the million; the
  smaller sizes only show how the cost grows. A preview reads the windows of one member and prices one report;
  the median of 200. Nothing else ran beside it. The million on SQLite is close to its aim: on a busy machine
  it came out between 2.8 and 4.4.
- **orders**: 50 callers order one product, so that all of them change the same stock. The bare driver makes
  the same five writes in one transaction (balance and stock by conditional update, order, line, what is to
  be told) and asks nothing; ours also reads who asks, the rulebook, the window, the product and whether this
  tap was an order already. On SQLite orders that wait for the writer share one commit, and each is answered
  after it.
- **photos**: taking a photo (decode, resize, thumbnail, hash, two encodings) beside one decode of every
  pixel.
- **cards**: rank cards of six bars, words and edges drawn and compressed, in processor time, so that one
  core is meant; beside it the compression alone. The font is loaded once, before.
- **broadcast**: an announcement from the outbox to everybody's chat. The provable rate is 30/(1 + round
  trip), the window counted from answers; the sandbox refuses what is too fast, in sliding or in fixed
  windows of a second, and a wire of its own adds 0 to 100 ms to each call where it says 50 ms. Somebody
  taps through a report meanwhile, once a second. Preparing is one transaction on SQLite, synced. An
  announcement takes 29 of the thirty places; the answers to the taps, one a second, go through the last one
  and are not counted in the row. With nothing added 0.97 is the most there can be; where
  round trips differ, the rate for their mean is not an exact bound.
- **memory**: resident memory of the bot's process. A journey is a report from 申报 to 提交, the recorder's
  card, 通过 and the member's notice. It grew until about 5,000 journeys and stayed from there on; the page
  caches of SQLite, one for each connection, are the likely reason.
"""
ORDER = ("screens", "dispatch", "use_cases", "scoring", "orders", "photos", "cards", "broadcast", "memory")
COLUMNS = "| what | ours | beside | ratio | aim | |\n| --- | ---: | --- | ---: | --- | --- |"


def results_with(text: str, part: str, rows: Sequence[Row], *, day: str, machine: str) -> str:
    """Return the file's text with this part's section replaced or added."""
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL))
    table = "\n".join([COLUMNS, *(row.line() for row in rows)])
    sections[part] = f"\n{table}\n\nMeasured {day}: {machine}.\n\n"
    body = "\n".join(
        f"## {name}\n{content.rstrip()}\n" for name, content in sorted(sections.items(), key=_place)
    )
    return f"{HEAD}\n{body}"


def _place(section: tuple[str, str]) -> int:
    return ORDER.index(section[0])
