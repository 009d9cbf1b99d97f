"""Small numbers of the weekly report: none from 1 to 4 is told, nor one that gives such a number away when it is subtracted from a sum,
be it of the same row, of the same column or of another table.

Each sum is looked at alone: what several of them together, the same week on two days, or bounds (“at least”) would tell is not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SMALLEST = 5
Row = dict[str, Any]
Cell = tuple[Row, str]

COUNTED = (
    "conversations", "handed_over", "started", "finished", "abandoned", "activations", "status_questions", "lodging", "visits", "claimed", "rated",
)  # fmt: skip
FINISHED = ("done", "corrected", "elsewhere")
OUTCOMES = ("ticket", "person", "put_off", "cancelled", "abandoned")
ENDS = ("finished", *OUTCOMES)
TICKET_KINDS = ("home_visit", "call_back", "appointment", "wrong_data")
COUNTS = {
    "channels": COUNTED, "journeys": ("started", *ENDS), "abandoned": ("count",), "intents": ("count",), "reasons": ("count",),
    "communes": ("conversations", *TICKET_KINDS, "all", "done", "overdue"),
}  # fmt: skip
"""The columns of each table that count people or what they did."""


@dataclass(frozen=True)
class Sum:
    """A number that is the sum of others and of `rest`, which no table tells."""

    whole: Cell
    parts: Sequence[Cell]
    rest: int = 0


def suppress(content: Row) -> None:
    """Leaves None in place of every number of the tables that may not be told."""
    sums = [Sum(whole, parts, _count(whole) - sum(map(_count, parts))) for whole, parts in _sums(content)]
    for table, columns in COUNTS.items():
        for row in content[table]:
            row |= {column: shown(row[column]) for column in columns}
    protect(sums)
    for row in content["channels"]:
        if row["handed_over"] is None or row["conversations"] is None:
            row["containment"] = None


def shown(count: int) -> int | None:
    """The number, or None when it is too small to tell; zero tells nothing about anybody."""
    return count if count == 0 or count >= SMALLEST else None


def protect(sums: Sequence[Sum]) -> None:
    """Hides more numbers, one at a time, until no sum gives a hidden one away."""
    while any(_hides_one_more(one) for one in sums):
        pass


def _hides_one_more(one: Sum) -> bool:
    """The smallest part first, at last the whole. What is left when all that is told is subtracted must leave open what it is made of:
    two hidden numbers may be one from 1 to 4 and one of `SMALLEST`; of the rest nobody knows anything."""
    whole, told = _count(one.whole), sorted((count, place) for place, part in enumerate(one.parts) if (count := _count(part)))
    hidden = sum(_count(part) is None for part in one.parts)
    unknown = hidden + (one.rest != 0)
    if whole is None:
        if unknown or not told:
            return False
    else:
        secret = hidden > 0 or 0 < one.rest < SMALLEST
        enough = SMALLEST if one.rest else 2 * SMALLEST
        if not secret or (unknown > 1 and whole - sum(count for count, _place in told) >= enough):
            return False
    row, column = one.parts[told[0][1]] if told else one.whole
    row[column] = None
    return True


def _sums(content: Row) -> Iterator[tuple[Cell, Sequence[Cell]]]:
    """Every number of the report that others of it add up to, or are part of."""
    *channels, every = content["channels"]
    journeys, communes = content["journeys"], content["communes"]
    for column in COUNTED:
        yield (every, column), [(row, column) for row in channels]
    for row in content["channels"]:
        yield (row, "conversations"), [(row, "handed_over")]
        yield (row, "started"), [(row, "finished"), (row, "abandoned")]
    for column in ("started", "finished", "abandoned"):
        yield (every, column), [(row, column) for row in journeys]
    for row in journeys:
        yield (row, "started"), [(row, end) for end in ENDS]
        yield (row, "abandoned"), [(step, "count") for step in content["abandoned"] if step["journey"] == row["journey"]]
        if row["journey"] in _JOURNEY_OF_COLUMN:
            yield (row, _JOURNEY_OF_COLUMN[row["journey"]][0]), [(every, _JOURNEY_OF_COLUMN[row["journey"]][1])]
    yield (every, "visits"), [(row, "home_visit") for row in communes]
    for row in communes:
        yield (row, "all"), [(row, kind) for kind in TICKET_KINDS]
        yield (row, "all"), [(row, "done"), (row, "overdue")]


_JOURNEY_OF_COLUMN = {"eid": ("started", "activations"), "id_card": ("started", "status_questions"), "lodging": ("finished", "lodging")}
"""A journey's column in its own table, and the column of the channels that counts the same or a part of it."""


def _count(cell: Cell) -> Any:
    row, column = cell
    return row[column]
