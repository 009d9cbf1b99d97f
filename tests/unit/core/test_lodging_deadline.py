"""The worked examples of answers.md, table F."""

from datetime import datetime

import pytest

from integrations.core.lodging_deadline import VIETNAM, lodging_deadline


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("arrival", "deadline", "rule", "interpreted"),
    [
        ("2026-12-01T14:00", "2026-12-01T23:00", "before_23", False),
        ("2026-12-01T22:59", "2026-12-01T23:00", "before_23", False),
        ("2026-12-01T08:00", "2026-12-01T23:00", "before_23", False),
        ("2026-12-01T23:00", "2026-12-02T08:00", "before_08", True),
        ("2026-12-01T23:30", "2026-12-02T08:00", "before_08", False),
        ("2026-12-02T00:00", "2026-12-02T08:00", "before_08", True),
        ("2026-12-02T02:00", "2026-12-02T08:00", "before_08", True),
        ("2026-12-02T04:59", "2026-12-02T08:00", "before_08", True),
        ("2026-12-02T05:00", "2026-12-02T23:00", "before_23", False),
        ("2026-12-02T07:59", "2026-12-02T23:00", "before_23", False),
        ("2026-12-31T23:30", "2027-01-01T08:00", "before_08", False),
        ("2028-02-28T23:30", "2028-02-29T08:00", "before_08", False),
    ],
)
def test_vietnamese_guests(arrival, deadline, rule, interpreted):
    found = lodging_deadline(moment(arrival))
    assert (found.at, found.rule, found.interpreted) == (moment(deadline), rule, interpreted)


@pytest.mark.parametrize(("remote_area", "deadline"), [(False, "2026-12-02T11:30"), (True, "2026-12-02T23:30")])
def test_foreign_guests_never_get_the_evening_limit(remote_area, deadline):
    assert lodging_deadline(moment("2026-12-01T23:30"), foreign=True, remote_area=remote_area).at == moment(deadline)


def test_an_arrival_stamped_elsewhere_counts_in_vietnamese_time():
    assert lodging_deadline(datetime.fromisoformat("2026-12-01T16:30:00+00:00")).at == moment("2026-12-02T08:00")


def test_the_deadline_itself_is_too_late():
    deadline = lodging_deadline(moment("2026-12-01T14:00"))
    assert not deadline.missed(moment("2026-12-01T22:59"))
    assert deadline.missed(moment("2026-12-01T23:00"))
