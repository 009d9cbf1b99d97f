"""The worked examples of answers.md, table G."""

from datetime import date

import pytest

from integrations.core.card_milestones import birthday, exchange_is_due, next_exchange


@pytest.mark.parametrize(
    ("born", "issued", "expected"),
    [
        (date(2001, 5, 1), date(2024, 6, 1), date(2041, 5, 1)),
        (date(2001, 5, 1), date(2024, 4, 1), date(2026, 5, 1)),
        (date(1986, 3, 10), date(2024, 3, 10), date(2046, 3, 10)),
        (date(1966, 3, 10), date(2024, 4, 1), None),
        (date(1966, 3, 10), date(2024, 2, 1), date(2026, 3, 10)),
        (date(2012, 6, 1), date(2024, 6, 1), date(2037, 6, 1)),
        (date(2012, 6, 1), date(2024, 5, 31), date(2026, 6, 1)),
        (date(1986, 3, 10), date(2026, 3, 10), date(2046, 3, 10)),
        (date(1940, 1, 1), date(2021, 4, 1), None),
        (date(2020, 2, 29), date(2026, 7, 1), date(2034, 2, 28)),
    ],
)
def test_next_exchange(born, issued, expected):
    assert next_exchange(born, issued) == expected


def test_an_exchange_is_due_on_the_day_itself():
    born, issued = date(2001, 5, 1), date(2024, 4, 1)
    assert not exchange_is_due(born, issued, date(2026, 4, 30))
    assert exchange_is_due(born, issued, date(2026, 5, 1))


def test_a_leap_day_child_is_fourteen_on_the_leap_day_when_there_is_one():
    assert birthday(date(2020, 2, 29), 60) == date(2080, 2, 29)
