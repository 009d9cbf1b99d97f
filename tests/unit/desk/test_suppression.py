"""No small number of the weekly report is told or can be worked out."""

import pytest

from integrations.desk.reports import suppression
from integrations.desk.reports.suppression import Sum, protect, suppress


@pytest.mark.parametrize(
    ("parts", "total", "told"),
    [
        ([15, None, 0, 0], 18, ([None, None, 0, 0], 18)),
        ([40, None, 9, 8], 60, ([40, None, 9, None], 60)),
        ([5, None], 6, ([None, None], None)),
        ([None, None, 20], 26, ([None, None, None], 26)),
        ([15, 5, 0], 20, ([15, 5, 0], 20)),
        ([None, 0], None, ([None, 0], None)),
    ],
)
def test_no_small_number_can_be_got_by_subtracting_from_the_total(
    parts: list[int | None], total: int | None, told: tuple[list[int | None], int | None]
) -> None:
    row, rows = {"all": total}, [{"count": part} for part in parts]
    protect([Sum((row, "all"), [(part, "count") for part in rows])])
    assert ([part["count"] for part in rows], row["all"]) == told


def week_of(*, steps: tuple[int, ...], eid: int, id_card: int, visits: tuple[int, ...]) -> dict:
    """A week with these counts: all of them on Zalo, every journey left at its steps, every visit in a commune of its own."""
    nothing = dict.fromkeys(suppression.COUNTED, 0) | {"containment": None}
    abandoned = {"started": eid + id_card, "abandoned": sum(steps), "finished": eid + id_card - sum(steps)}
    zalo = nothing | abandoned | {"activations": eid, "status_questions": id_card, "visits": sum(visits)}
    journeys = [
        {"journey": "eid", "started": eid, "finished": eid - sum(steps)} | dict.fromkeys(suppression.OUTCOMES, 0) | {"abandoned": sum(steps)},
        {"journey": "id_card", "started": id_card, "finished": id_card} | dict.fromkeys(suppression.OUTCOMES, 0),
    ]
    communes = [
        dict.fromkeys(suppression.COUNTS["communes"], 0) | {"commune": str(number), "home_visit": count, "all": count} for number, count in enumerate(visits)
    ]
    return {
        "channels": [{"channel": name, **(zalo if name in ("zalo", "all") else nothing)} for name in ("web", "zalo", "sms", "ussd", "all")],
        "journeys": journeys, "abandoned": [{"journey": "eid", "step": str(number), "count": count} for number, count in enumerate(steps)],
        "communes": communes, "intents": [], "reasons": [],
    }  # fmt: skip


async def test_no_small_number_can_be_got_by_subtracting_across_tables() -> None:
    content = week_of(steps=(30, 3), eid=60, id_card=4, visits=(20, 2))
    suppress(content)
    eid, id_card = content["journeys"]
    every = content["channels"][-1]
    assert (id_card["started"], every["status_questions"]) == (None, None)
    assert None in (every["started"], eid["started"]), "64 - 60 would tell of four who asked for their card"
    assert None in (eid["abandoned"], content["abandoned"][0]["count"]), "33 - 30 would tell of three who stopped at the second step"
    assert None in (every["visits"], content["communes"][0]["home_visit"]), "22 - 20 would tell of two visits in one commune"
    assert every["visits"] is None or content["communes"][0]["all"] is None, "the commune's own total is the same number"


async def test_numbers_that_give_nothing_away_are_told() -> None:
    content = week_of(steps=(30, 10), eid=60, id_card=20, visits=(20, 12))
    before = repr(content)
    suppress(content)
    assert repr(content) == before
