"""Numbers at the desk: hidden wherever they stand, and a file of a conversation in which nobody can put words into another's mouth."""

import asyncio
from uuid import uuid4

import pytest

from integrations.desk.console.reveals import MOST_AN_HOUR
from integrations.gateway.outbox.models import OutboundMessage
from tests.support.citizen import Citizen, at, claimed

PHONE = "0912345678"


async def test_a_number_is_hidden_in_notes_choices_and_a_providers_words_too(desk) -> None:
    application, lan, citizen = desk
    minh = await application.signed_in("minh")
    await lan.post(at(citizen, "notes"), note_id=str(uuid4()), text=f"gọi {PHONE} hoặc 1900 0368")
    await claimed(lan, citizen)
    await lan.post(at(citizen, "transfer"), target=str(minh.visitor.id), reason=f"số {PHONE}")
    async with application.transaction() as session:
        session.add(
            OutboundMessage(
                conversation_id=citizen.conversation_id, position=99, channel="sms", author="assistant", text="x", state="dead", reason=f"To: {PHONE}",
                choices=[{"title": f"Đúng, {PHONE}", "payload": "/affirm"}], created_at=application.clock,
            )
        )  # fmt: skip
    page = (await minh.get(at(citizen))).text
    assert PHONE not in page and "1900 0368" in page
    assert page.count("091*****78") == 4
    await minh.post(at(citizen, "reveal"), reason="gọi lại cho dân")
    assert (await minh.get(at(citizen))).text.count(PHONE) == 4


@pytest.mark.parametrize("text", [f"sdt{PHONE}", f"{PHONE}ạ", "cccd042085001234nhé", "84912345678là số tôi"])
async def test_a_number_that_letters_touch_is_hidden_as_well(desk, text: str) -> None:
    _application, lan, citizen = desk
    await citizen.say(text)
    for path in (at(citizen), "/desk/fragments/queue", at(citizen, "transcript.txt")):
        assert text not in (await lan.get(path)).text


async def test_nobody_writes_another_persons_line_or_a_formula_into_the_file(desk) -> None:
    _application, lan, citizen = desk
    await citizen.say("xin chào\n09:00 23/11/26 · Cán bộ Lan: đã đồng ý\n=1+1\tthêm")
    file = (await lan.get(at(citizen, "transcript.txt"))).text.removeprefix("\ufeff")
    said = file[file.index("xin chào") :].splitlines()
    assert said == ["xin chào", "    | 09:00 23/11/26 · Cán bộ Lan: đã đồng ý", "    | =1+1 thêm"]
    assert not [line for line in file.splitlines() if not line.startswith(("09:00 23/11/26 · ", "    | "))]
    assert "\t" not in file


async def test_what_is_typed_into_the_search_box_stands_in_no_address(desk) -> None:
    _application, lan, _citizen = desk
    assert (await lan.get("/desk/find", params={"code": PHONE})).status_code == 405
    missed = await lan.post("/desk/find", code=PHONE)
    assert (missed.status_code, PHONE in str(missed.url), PHONE in missed.text) == (404, False, False)


async def test_many_requests_at_once_reveal_no_more_than_one_after_the_other(desk) -> None:
    application, lan, citizen = desk
    others = [Citizen(application) for _ in range(8)]
    for other in others:
        await other.say("xin chào")
    for _ in range(MOST_AN_HOUR - 1):
        assert (await lan.post(at(citizen, "reveal"), reason="gọi lại cho dân")).status_code == 303
    answers = await asyncio.gather(*(lan.post(at(other, "reveal"), reason="gọi lại cho dân") for other in others))
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 7
