"""Lodging notifications at the stand-in: once per key, within the law, correctable, and unreadable at rest."""

import asyncio
from base64 import b64encode

import psycopg
import pytest

from integrations.core.settings import DEVELOPMENT_KEY
from integrations.sandbox.database import create_engine
from integrations.sandbox.rotation import rotate_keys
from tests.unit.sandbox.support import SEEDED, sandbox, serving, settings_of


def notification(**changes) -> dict:
    body = {
        "place": {"kind": "establishment", "name": "Nhà nghỉ Hoa Sen", "province": "Hà Tĩnh", "commune": "Xã Cẩm Xuyên", "address": "Số 5"},
        "notifier": {"name": "Trần Thị Bích", "phone": "+84912345678"},
        "guests": [{"name": "Nguyễn Văn An", "birth_date": "1950-02-01", "citizen_number": "099050001234", "reason": "Thăm thân"}],
        "from": "2026-11-23T20:00:00+07:00",
        "to": "2026-11-25",
    }
    return body | changes


async def submit(http, body, key="key-00000001"):
    return await http.post("/lodging/v1/notifications", json=body, headers={"Idempotency-Key": key})


async def test_a_notification_is_taken_in_and_read_back(sandbox_http):
    receipt = (await submit(sandbox_http, notification())).json()
    stored = (await sandbox_http.get(f"/lodging/v1/notifications/{receipt['code'].lower()}")).json()
    assert receipt["code"].startswith("LT-") and receipt["trial"] is True
    assert (stored["status"], stored["guests"][0]["name"], stored["place"]["commune"]) == ("received", "Nguyễn Văn An", "Xã Cẩm Xuyên")


async def test_a_repeat_of_the_key_gives_the_same_receipt_even_at_once(sandbox_http):
    answers = await asyncio.gather(*(submit(sandbox_http, notification()) for _ in range(8)))
    assert len({answer.text for answer in answers}) == 1 and answers[0].status_code == 201
    assert len((await sandbox_http.get("/lodging/v1/establishments/nha nghi hoa sen/notifications", params={"date": "2026-11-23"})).json()) == 1


async def test_a_key_with_another_body_is_refused(sandbox_http):
    await submit(sandbox_http, notification())
    answer = await submit(sandbox_http, notification(to="2026-11-26"))
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")


async def test_correct_then_cancel_then_nothing_more(sandbox_http):
    code = (await submit(sandbox_http, notification())).json()["code"]
    two = notification(
        guests=[*notification()["guests"], {"name": "John Smith", "birth_date": "1980-01-01", "passport_number": "C1234567", "reason": "Du lịch"}]
    )
    corrected = (await sandbox_http.put(f"/lodging/v1/notifications/{code}", json=two)).json()
    assert (corrected["status"], len(corrected["guests"])) == ("corrected", 2)
    for _ in range(2):
        assert (await sandbox_http.post(f"/lodging/v1/notifications/{code}/cancel")).json()["status"] == "cancelled"
    refused = await sandbox_http.put(f"/lodging/v1/notifications/{code}", json=two)
    assert (refused.status_code, refused.json()["code"]) == (409, "cancelled")
    assert (await sandbox_http.get("/lodging/v1/establishments/Nhà nghỉ Hoa Sen/notifications", params={"date": "2026-11-23"})).json() == []


GUEST = notification()["guests"][0]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "2026-12-23"}, "temporary_residence"),
        ({"to": "2026-11-22"}, "ends_before_start"),
        ({"guests": []}, "malformed"),
        ({"guests": [GUEST | {"passport_number": "C1234567"}]}, "one_number_per_guest"),
        ({"guests": [{key: value for key, value in GUEST.items() if key != "citizen_number"}]}, "one_number_per_guest"),
        ({"guests": [GUEST | {"birth_date": "2099-01-01"}]}, "birth_date_in_future"),
        ({"guests": [GUEST | {"citizen_number": "123456789"}]}, "malformed"),
        ({"from": "2026-11-23T20:00:00"}, "malformed"),
        ({"from": "0001-01-01T00:00:00+14:00", "to": "0001-01-01"}, "arrival_out_of_range"),
        ({"notifier": {"name": "A\x00", "phone": "0912345678"}}, "malformed"),
    ],
)
async def test_what_the_law_does_not_call_lodging_is_refused(sandbox_http, changes, code):
    answer = await submit(sandbox_http, notification(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_twenty_nine_nights_are_still_lodging(sandbox_http):
    assert (await submit(sandbox_http, notification(to="2026-12-22"))).status_code == 201


async def test_a_missing_key_or_unknown_code_is_refused(sandbox_http):
    assert (await sandbox_http.post("/lodging/v1/notifications", json=notification())).status_code == 422
    assert (await sandbox_http.get("/lodging/v1/notifications/LT-ZZZZZZZZ")).status_code == 404


@pytest.mark.parametrize(("number", "status"), [("099050000500", 500), ("099050000503", 503), ("099050000409", 409)])
async def test_a_guest_with_a_magic_number_makes_it_fail_and_stores_nothing(sandbox_http, number, status):
    assert (await submit(sandbox_http, notification(guests=[GUEST | {"citizen_number": number}]))).status_code == status
    assert (await sandbox_http.get("/lodging/v1/establishments/Nhà nghỉ Hoa Sen/notifications", params={"date": "2026-11-23"})).json() == []


async def test_nothing_personal_is_readable_in_the_database(sandbox_http, sandbox_database):
    await submit(sandbox_http, notification())
    with psycopg.connect(sandbox_database) as connection:
        tables = str([connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("lodging_notification", "lodging_guest")])
    for secret in ("Nguyễn Văn An", "Trần Thị Bích", "0912345678", "84912345678", "099050001234", "1950-02-01", "Hoa Sen", "Số 5", "Thăm thân"):
        assert secret not in tables


async def test_rotation_moves_every_value_to_the_new_key(own_sandbox_database):
    new = f"k2:{b64encode(b'2' * 32).decode()}"
    settings = settings_of(own_sandbox_database, data_keys=f"{new},development:{DEVELOPMENT_KEY}")
    async with serving(sandbox(own_sandbox_database)) as http:
        code = (await submit(http, notification())).json()["code"]
    engine = create_engine(own_sandbox_database, settings.keyring)
    assert await rotate_keys(engine, settings.keyring) == SEEDED * 4 + 4 + 4
    assert await rotate_keys(engine, settings.keyring) == 0
    await engine.dispose()
    async with serving(sandbox(own_sandbox_database, data_keys=new)) as http:
        assert (await http.get(f"/lodging/v1/notifications/{code}")).json()["guests"][0]["name"] == "Nguyễn Văn An"
