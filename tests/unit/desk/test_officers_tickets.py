"""Tickets that officers make: once, found by their code, seen by their unit."""

from datetime import datetime
from uuid import uuid4

from integrations.core.clock import VIETNAM
from integrations.desk.accounts.models import StaffUnit
from integrations.desk.caretaker.loop import sweep
from integrations.desk.labels import case_code
from tests.support.application import Application
from tests.support.citizen import Citizen, at


async def test_an_officer_makes_a_ticket_once_and_the_citizen_gets_its_code(application: Application) -> None:
    async with application.transaction() as session:
        unit = StaffUnit(name="Tổ 1", communes=["Cẩm Bình"])
        session.add(unit)
    lan = await application.signed_in("lan")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    form = {"form_id": str(uuid4()), "kind": "home_visit", "phone": "0912345678", "commune": "Xã Cẩm Bình", "hamlet": "thôn 3", "reason": "già yếu"}
    for _ in range(2):
        assert (await lan.post(at(citizen, "tickets"), **form)).status_code == 303
    assert (await lan.post(at(citizen, "tickets"), **form | {"form_id": str(uuid4()), "phone": "", "hamlet": ""})).status_code == 422
    await sweep(application.app)
    made = await citizen.ticket()
    assert (made.kind, made.unit_id, made.due_at) == ("home_visit", unit.id, datetime(2026, 11, 27, 17, tzinfo=VIETNAM))
    assert [made.code in text for text in await citizen.told()].count(True) == 1
    assert made.code in (await lan.get(at(citizen))).text


async def test_a_case_and_a_ticket_are_found_by_the_code_the_citizen_tells(application: Application) -> None:
    lan, team = await application.signed_in("lan"), await application.signed_in("to", "field")
    citizen = Citizen(application)
    await citizen.ask_for_a_person()
    await lan.post(at(citizen, "tickets"), form_id=str(uuid4()), kind="call_back", phone="0912345678", reason="gọi lại")
    code, ticket = case_code((await citizen.case()).id), await citizen.ticket()
    for written in (code, code.lower().replace("-", " ")):
        assert (await lan.post("/desk/find", code=written)).headers["Location"] == at(citizen)
    assert (await lan.post("/desk/find", code=ticket.code)).headers["Location"] == f"/desk/tickets/{ticket.id}"
    for browser, missing in ((lan, "YC-000000"), (lan, "%' OR 1"), (team, code), (team, ticket.code)):
        assert (await browser.post("/desk/find", code=missing)).status_code == 404


async def test_officers_of_a_unit_see_its_tickets_and_those_of_nobody(application: Application) -> None:
    async with application.transaction() as session:
        north, south = StaffUnit(name="Bắc", communes=["Cẩm Bình"]), StaffUnit(name="Nam")
        session.add_all([north, south])
    central = await application.signed_in("trung")
    of_north, of_south = await application.signed_in("bac", unit_id=north.id), await application.signed_in("nam", unit_id=south.id)
    seen = {}
    for commune in ("Thạch Hà", "Cẩm Bình"):
        citizen = Citizen(application)
        await citizen.ask_for_a_person()
        await central.post(at(citizen, "tickets"), form_id=str(uuid4()), kind="home_visit", phone="0912345678", commune=commune, reason="già yếu")
        path = f"/desk/tickets/{(await citizen.ticket()).id}"
        seen[commune] = [(await browser.get(path)).status_code for browser in (central, of_north, of_south)]
    assert seen == {"Thạch Hà": [200, 200, 200], "Cẩm Bình": [200, 200, 404]}
    for action in ("take", "visit", "result", "reveal"):
        assert (await of_south.post(f"{path}/{action}", reason="xem số", visit_at="2026-11-24T08:00", outcome="done", result="x")).status_code == 404
