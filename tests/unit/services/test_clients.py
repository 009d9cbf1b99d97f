"""The typed clients against the real stand-ins: every answer and every failure ends in one tree."""

from datetime import date, datetime

import httpx
import pytest

from integrations.core.receipt_code import ReceiptCode
from integrations.services import BackendRejected, Backends, BackendUnavailable, NotFound, ServicesSettings
from integrations.services.client import create_http_client
from integrations.services.desk import DeskClient, Ticket
from integrations.services.id_card import IdCardClient, SecondDetail
from integrations.services.identity import IdentityClient
from integrations.services.lodging import Guest, LodgingClient, NotificationDraft, Notifier, Place
from tests.unit.sandbox.support import BY_STATUS

PERSON, APPLICATION = BY_STATUS["posted"]
DETAIL = SecondDetail(kind="birth_date", value=PERSON.birth_date.isoformat())
GUEST = Guest(name="Nguyễn Văn An", birth_date=date(1950, 2, 1), citizen_number="099050001234", reason="Thăm thân")
DRAFT = NotificationDraft(
    place=Place(kind="establishment", name="Nhà nghỉ Hoa Sen/2", province="Hà Tĩnh", commune="Xã Cẩm Xuyên", address="Số 5"),
    notifier=Notifier(name="Trần Thị Bích", phone="+84912345678"),
    guests=[GUEST],
    arrival=datetime.fromisoformat("2026-11-23T20:00:00+07:00"),
    departure=date(2026, 11, 25),
)


def magic(ending: str) -> ReceiptCode:
    return ReceiptCode.parse(f"G01.042.000.000-261105-{ending}")


async def test_service_status(sandbox_http):
    status = await IdentityClient(sandbox_http, "http://sandbox/identity/").service_status()
    assert (status.state, status.trial) == ("ok", True)


async def test_card_status(sandbox_http):
    client = IdCardClient(sandbox_http, "http://sandbox/id-card")
    found = await client.look_up(ReceiptCode.parse(APPLICATION.receipt_code), DETAIL)
    assert (found.status, found.office, found.due_on, found.trial) == ("posted", APPLICATION.office, APPLICATION.due_on, True)
    with pytest.raises(NotFound):
        await client.look_up(ReceiptCode.parse(APPLICATION.receipt_code), SecondDetail(kind="last4", value="9999"))


@pytest.mark.parametrize(("ending", "reason"), [("0500", "status"), ("0503", "status"), ("0999", "malformed"), ("0408", "timeout"), ("0020", "timeout")])
async def test_a_backend_that_is_down_slow_or_wrong_is_unavailable(sandbox_http, ending, reason):
    client = IdCardClient(sandbox_http, "http://sandbox/id-card", total_seconds=0.5)
    with pytest.raises(BackendUnavailable) as caught:
        await client.look_up(magic(ending), DETAIL)
    assert (caught.value.reason, caught.value.retryable, caught.value.service) == (reason, True, "id_card")
    assert PERSON.birth_date.isoformat() not in str(caught.value)


async def test_a_conflict_is_a_rejection_with_its_code(sandbox_http):
    with pytest.raises(BackendRejected) as caught:
        await IdCardClient(sandbox_http, "http://sandbox/id-card").look_up(magic("0409"), DETAIL)
    assert (caught.value.code, caught.value.status, caught.value.retryable) == ("conflict", 409, False)


async def test_nobody_listening_is_unavailable():
    async with create_http_client() as http:
        with pytest.raises(BackendUnavailable) as caught:
            await IdentityClient(http, "http://127.0.0.1:9").service_status()
    assert caught.value.reason == "connect"


async def test_a_lodging_notification_from_submission_to_cancellation(sandbox_http):
    client = LodgingClient(sandbox_http, "http://sandbox/lodging")
    receipt = await client.submit(DRAFT, "key-00000001")
    assert (await client.submit(DRAFT, "key-00000001")).code == receipt.code
    corrected = await client.correct(receipt.code, DRAFT.model_copy(update={"departure": date(2026, 11, 26)}), "key-00000002")
    assert (corrected.status, corrected.departure, corrected.guests) == ("corrected", date(2026, 11, 26), [GUEST])
    assert [item.code for item in await client.of_establishment("Nhà nghỉ Hoa Sen/2", date(2026, 11, 23))] == [receipt.code]
    assert (await client.cancel(receipt.code, "key-00000003")).status == "cancelled"
    assert (await client.get(receipt.code)).status == "cancelled"
    with pytest.raises(BackendRejected, match="cancelled"):
        await client.correct(receipt.code, DRAFT, "key-00000004")
    with pytest.raises(NotFound):
        await client.get("LT-ZZZZZZZZ")


async def test_the_law_s_refusals_arrive_as_codes(sandbox_http):
    with pytest.raises(BackendRejected) as caught:
        await LodgingClient(sandbox_http, "http://sandbox/lodging").submit(DRAFT.model_copy(update={"departure": date(2026, 12, 30)}), "key-00000001")
    assert caught.value.code == "temporary_residence"


@pytest.mark.parametrize("status", [408, 425, 429])
async def test_a_busy_backend_may_be_asked_again(status):
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(status))) as http:
        with pytest.raises(BackendUnavailable) as caught:
            await IdentityClient(http, "http://backend").service_status()
    assert caught.value.reason == "busy"


async def test_the_desk_is_asked_as_the_contract_says():
    seen = []

    answers = {"/internal/v1/tickets": (201, {"code": "HT-7K3F9Q"}), "/internal/v1/attempts": (200, {"allowed": False, "retry_after": 60})}

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        status, body = answers[request.url.path]
        return httpx.Response(status, json=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = DeskClient(http, "http://gateway", {"X-Internal-Token": "token"})
        receipt = await client.open_ticket(Ticket(sender_id="s", kind="home_visit", phone="+84912345678"), "key-1")
        attempt = await client.count_attempt("s", "card_status", "G01")
    assert (receipt.code, attempt.allowed, attempt.retry_after) == ("HT-7K3F9Q", False, 60)
    assert (seen[0].headers["X-Internal-Token"], seen[0].headers["Idempotency-Key"], seen[0].url.path) == ("token", "key-1", "/internal/v1/tickets")
    assert b"hamlet" not in seen[0].content


async def test_one_set_of_clients_per_process():
    async with Backends.create(ServicesSettings(_env_file=None, identity_url="http://127.0.0.1:9")) as backends:
        with pytest.raises(BackendUnavailable):
            await backends.identity.service_status()
    assert backends.http.is_closed
