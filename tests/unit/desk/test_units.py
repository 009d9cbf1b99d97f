"""What lies with one unit is not seen from another: not its words, not that somebody is writing, not a file of it."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from integrations.desk.accounts.models import StaffUnit
from integrations.gateway.outbox.models import OutboundMessage
from tests.support.application import Application, Browser
from tests.support.citizen import Citizen, at, claimed


@dataclass
class Units:
    """`stranger` is of the other unit; `boss` sees all."""

    application: Application
    boss: Browser
    stranger: Browser
    ours: Browser
    citizen: Citizen
    unit: StaffUnit


@pytest.fixture
async def units(application: Application) -> Units:
    """A citizen whom the stranger has helped before, and whose new matter lies with our unit."""
    north, south = await application.units("Phường Bắc", "Phường Nam")
    stranger = await application.signed_in("la", unit_id=north.id)
    ours = await application.signed_in("minh", unit_id=south.id)
    boss = await application.signed_in("boss", "supervisor")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    await claimed(stranger, citizen)
    await stranger.post(at(citizen, "resolve"), resolution="spam")
    application.pass_time(minutes=1)
    await citizen.ask_for_a_person()
    await claimed(boss, citizen)
    await boss.post(at(citizen, "transfer"), target=str(south.id))
    await citizen.say("chuyện riêng của tôi")
    return Units(application, boss, stranger, ours, citizen, south)


def dead_letter(citizen: Citizen) -> OutboundMessage:
    return OutboundMessage(
        conversation_id=citizen.conversation_id, position=99, channel=citizen.channel, author="assistant", text="x", state="dead",
        created_at=citizen.application.clock,
    )  # fmt: skip


async def test_an_earlier_case_shows_nothing_of_the_new_one(units: Units) -> None:
    for view in ("waiting", "mine", "assigned", "snoozed", "mentions", "failed", "resolved"):
        assert "chuyện riêng" not in (await units.stranger.get(f"/desk/conversations?view={view}")).text, view
    assert "chuyện riêng" in (await units.ours.get("/desk/conversations?view=waiting")).text
    assert (await units.stranger.get(at(units.citizen))).status_code == 404


async def test_every_change_and_every_file_is_refused(units: Units) -> None:
    forms = {
        "claim": {}, "replies": {"reply_id": str(uuid4()), "text": "x"}, "notes": {"note_id": str(uuid4()), "text": "x"}, "typing": {}, "give-back": {},
        "tickets": {"form_id": str(uuid4()), "kind": "call_back", "reason": "x", "phone": "0912345678"}, "resolve": {"resolution": "solved"},
        "transfer": {"target": str(units.stranger.visitor.id)}, "snooze": {"until": "2026-11-23T10:00"}, "reveal": {"reason": "tò mò thôi"},
        f"messages/{uuid4()}/retry": {},
    }  # fmt: skip
    statuses = {name: (await units.stranger.post(at(units.citizen, name), **form)).status_code for name, form in forms.items()}
    assert statuses == dict.fromkeys(forms, 404)
    assert [(await units.stranger.get(at(units.citizen, name))).status_code for name in ("entries", "transcript.txt")] == [404, 404]


async def test_nor_is_it_told_that_something_happens_there(units: Units) -> None:
    answer = await units.stranger.get("/desk/events", params={"conversation": str(units.citizen.conversation_id)})
    assert answer.status_code == 404


async def test_its_failed_messages_and_mentions_are_not_counted(units: Units) -> None:
    async with units.application.transaction() as session:
        session.add(dead_letter(units.citizen))
    await units.ours.post(at(units.citizen, "notes"), note_id=str(uuid4()), text="@la xem giúp")
    assert 'data-mentions="0"' in (await units.stranger.get("/desk/fragments/queue")).text
    assert "Gửi lỗi</a>" in (await units.stranger.get("/desk/fragments/queue")).text
    assert "Gửi lỗi <b>1</b>" in (await units.ours.get("/desk/fragments/queue")).text


async def test_who_gives_a_conversation_away_is_led_back_to_the_queue(units: Units) -> None:
    await claimed(units.ours, units.citizen)
    answer = await units.ours.post(at(units.citizen, "transfer"), target=str(units.stranger.visitor.member.unit_id))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/conversations")
    assert (await units.ours.get(at(units.citizen))).status_code == 404


async def test_a_message_that_did_not_arrive_is_seen_though_no_person_was_ever_asked(application: Application) -> None:
    lan = await application.signed_in("lan")
    citizen = Citizen(application, "zalo")
    await citizen.say("xin chào")
    async with application.transaction() as session:
        session.add(dead_letter(citizen))
    page = (await lan.get("/desk/conversations?view=failed")).text
    assert "Gửi lỗi <b>1</b>" in page and str(citizen.conversation_id) in page


async def test_a_note_that_names_somebody_is_found_after_the_case_is_done(desk) -> None:
    application, lan, citizen = desk
    minh = await application.signed_in("minh")
    await claimed(lan, citizen)
    await lan.post(at(citizen, "notes"), note_id=str(uuid4()), text="@minh xem giúp")
    await lan.post(at(citizen, "resolve"), resolution="spam")
    page = (await minh.get("/desk/conversations?view=mentions")).text
    assert 'data-mentions="1"' in page and str(citizen.conversation_id) in page
    await minh.get(at(citizen))
    assert 'data-mentions="0"' in (await minh.get("/desk/fragments/queue")).text
