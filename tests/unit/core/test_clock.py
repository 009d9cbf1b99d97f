"""The one clock."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.core.clock import VIETNAM, shifted_clock, system_clock


def test_the_system_clock_shows_vietnams_time():
    assert system_clock().utcoffset() == timedelta(hours=7)
    assert abs(system_clock() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_moved_clock_starts_there_and_runs_on():
    moments = iter([datetime(2026, 11, 23, 12, tzinfo=VIETNAM), datetime(2026, 11, 23, 12, 5, tzinfo=VIETNAM)])
    clock = shifted_clock(datetime(2027, 1, 1, 3, tzinfo=UTC), lambda: next(moments))
    assert clock().isoformat() == "2027-01-01T10:05:00+07:00"


def test_a_clock_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        shifted_clock(datetime(2027, 1, 1))
