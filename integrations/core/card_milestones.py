"""When an identity card must be exchanged because of age: Luật Căn cước 26/2023/QH15 Điều 21.

At the full age of 14, 25, 40 and 60; a card issued within the two years before a milestone lasts to the next one.
"""

from datetime import date

MILESTONE_AGES = (14, 25, 40, 60)
GRACE_YEARS = 2


def birthday(birth_date: date, age: int) -> date:
    """The day the age is full; a child of 29 February has it on 28 February of a common year."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 2, 28)


def next_exchange(birth_date: date, issued_on: date) -> date | None:
    """The day by which a card issued on `issued_on` must be exchanged, or None when age never asks for it again."""
    return next((birthday(birth_date, age) for age in MILESTONE_AGES if issued_on < birthday(birth_date, age - GRACE_YEARS)), None)


def exchange_is_due(birth_date: date, issued_on: date, today: date) -> bool:
    """Whether the milestone has been reached."""
    milestone = next_exchange(birth_date, issued_on)
    return milestone is not None and today >= milestone
