"""The invented people: always the same, nobody's number, nothing readable in the database."""

from itertools import islice

import psycopg

from integrations.core.citizen_number import CitizenNumber
from integrations.core.receipt_code import ReceiptCode
from integrations.sandbox.citizens.generate import UNUSED_PLACE_CODE, generate
from integrations.sandbox.faults import MAGIC_ENDINGS
from tests.unit.sandbox.support import PEOPLE, SEEDED, seed_database


def test_ten_thousand_people_are_distinct_consistent_and_nobody():
    people = list(generate(10_000))
    numbers = {person.number for person, _ in people}
    assert len(numbers) == len({application.receipt_code for _, application in people}) == 10_000
    for person, application in people:
        number = CitizenNumber.parse(person.number)
        assert number.birth_registration_code == UNUSED_PLACE_CODE
        assert number.contradictions(person.birth_date) == ()
        assert not person.number.endswith(MAGIC_ENDINGS) and not application.receipt_code.endswith(MAGIC_ENDINGS)
        assert application.submitted_on <= application.updated_on
        ReceiptCode.parse(application.receipt_code)


def test_the_same_seed_gives_the_same_people():
    assert list(islice(generate(10_000), SEEDED)) == PEOPLE


def test_every_status_and_an_overdue_application_are_among_the_first_eight():
    first = [application for _, application in PEOPLE[:8]]
    assert len({application.status for application in first}) == 7
    assert first[7].status == "processing" and first[7].due_on < first[0].submitted_on


def test_seeding_again_changes_nothing(sandbox_database):
    assert seed_database(sandbox_database) == SEEDED


def test_the_database_holds_no_readable_personal_data(sandbox_database):
    with psycopg.connect(sandbox_database) as connection:
        rows = str(connection.execute("SELECT * FROM card_application").fetchall())
    for person, application in PEOPLE:
        for secret in (person.number, person.name, person.birth_date.isoformat(), application.receipt_code):
            assert secret not in rows
