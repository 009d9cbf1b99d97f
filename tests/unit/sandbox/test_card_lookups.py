"""The card look-up: what is told, what is not, and every magic number."""

import asyncio

import pytest

from integrations.core.crypto import Keyring
from tests.unit.sandbox.support import BY_STATUS, sandbox, serving

PERSON, APPLICATION = BY_STATUS["ready"]


def lookup(code: str, kind: str, value: str) -> dict:
    return {"receipt_code": code, "second_detail": {"kind": kind, "value": value}}


@pytest.mark.parametrize("code", [APPLICATION.receipt_code, APPLICATION.receipt_code.lower().replace(".", " "), APPLICATION.receipt_code.replace("-", "")])
@pytest.mark.parametrize(("kind", "value"), [("last4", PERSON.number[-4:]), ("birth_date", PERSON.birth_date.isoformat())])
async def test_who_knows_the_code_and_a_detail_learns_the_status(sandbox_http, code, kind, value):
    answer = (await sandbox_http.post("/id-card/v1/status-lookups", json=lookup(code, kind, value))).json()
    assert answer == {
        "receipt_code": APPLICATION.receipt_code, "status": "ready", "status_text": "Đã có thẻ, mời đến nhận (dữ liệu thử)", "office": APPLICATION.office,
        "submitted_on": APPLICATION.submitted_on.isoformat(), "due_on": APPLICATION.due_on.isoformat(), "updated_on": APPLICATION.updated_on.isoformat(),
        "collection": APPLICATION.collection, "trial": True,
    }  # fmt: skip


async def test_an_unknown_code_and_a_wrong_detail_are_one_answer(sandbox_http):
    unknown = await sandbox_http.post("/id-card/v1/status-lookups", json=lookup("G01.042.000.000-261105-7777", "last4", "1234"))
    wrong = await sandbox_http.post("/id-card/v1/status-lookups", json=lookup(APPLICATION.receipt_code, "last4", "9876"))
    wrong_date = await sandbox_http.post("/id-card/v1/status-lookups", json=lookup(APPLICATION.receipt_code, "birth_date", "1950-02-01"))
    malformed = await sandbox_http.post("/id-card/v1/status-lookups", json=lookup("??", "last4", "1234"))
    assert {answer.status_code for answer in (unknown, wrong, wrong_date, malformed)} == {404}
    assert unknown.content == wrong.content == wrong_date.content == malformed.content


async def test_an_unknown_code_does_the_same_work_as_a_wrong_detail(sandbox_database, monkeypatch):
    """Counted, not timed: as many queries and as many decryptions."""
    decrypted = []
    original = Keyring.decrypt_text
    monkeypatch.setattr(Keyring, "decrypt_text", lambda self, token, context: decrypted.append(context) or original(self, token, context))
    work = {}
    async with serving(sandbox(sandbox_database)) as http:
        for code in (APPLICATION.receipt_code, "G01.042.000.000-261105-7777"):
            decrypted.clear()
            await http.post("/id-card/v1/status-lookups", json=lookup(code, "last4", "9876"))
            work[code] = list(decrypted)
    first, second = work.values()
    assert first == second and len(first) == 4


@pytest.mark.parametrize(("ending", "status"), [("0500", 500), ("0503", 503), ("0409", 409)])
async def test_magic_codes_fail_with_their_status(sandbox_http, ending, status):
    assert (await sandbox_http.post("/id-card/v1/status-lookups", json=lookup(f"G01.042.000.000-261105-{ending}", "last4", "1234"))).status_code == status


async def test_the_magic_code_for_malformed_json(sandbox_http):
    answer = await sandbox_http.post("/id-card/v1/status-lookups", json=lookup("G01.042.000.000-261105-0999", "last4", "1234"))
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()


@pytest.mark.parametrize("ending", ["0408", "0020"])
async def test_the_magic_codes_that_keep_the_caller_waiting(sandbox_http, ending):
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await sandbox_http.post("/id-card/v1/status-lookups", json=lookup(f"G01.042.000.000-261105-{ending}", "last4", "1234"))


@pytest.mark.parametrize("detail", [{"kind": "last4", "value": "12a4"}, {"kind": "birth_date", "value": "1950-02-30"}, {"kind": "name", "value": "An"}, {}])
async def test_a_malformed_detail_is_refused_without_being_repeated(sandbox_http, detail):
    answer = await sandbox_http.post("/id-card/v1/status-lookups", json={"receipt_code": APPLICATION.receipt_code, "second_detail": detail})
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert not detail or detail["value"] not in answer.text
