"""The weekly report: every figure from what happened, nothing from 1 to 4 told, kept and laid down by itself."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from sqlalchemy import select, text

from integrations.channels.base import Inbound
from integrations.desk.caretaker.loop import sweep
from integrations.desk.reports import bottlenecks, service
from integrations.desk.reports.schedule import keep_last_week
from integrations.desk.reports.tables import tables
from integrations.desk.satisfaction.models import Satisfaction
from integrations.desk.settings import get_desk_settings
from integrations.desk.texts import Words
from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.conversation.models import Case, Conversation, JourneyRun
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.inbox.service import receive
from integrations.gateway.internal.models import Ticket
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.turn.bot import TurnAnswer
from integrations.gateway.turn.journeys import note_journeys
from tests.support.application import Application

MONDAY = date(2026, 11, 23)


async def citizens(application: Application, count: int, channel: str = "zalo", words: str = "hỏi việc") -> list[Conversation]:
    """So many have written something that the assistant took for little."""
    found = []
    async with application.transaction() as session:
        for number in range(count):
            inbound = Inbound(channel, uuid4().hex, uuid4().hex, "text", "message", application.clock, text=f"{words} {number}")
            received = await receive(session, inbound, application.clock)
            found.append(await session.get_one(Conversation, received.conversation_id))
    async with application.transaction() as session:
        for message in await session.scalars(select(InboundMessage).where(InboundMessage.state == "received")):
            message.state, message.understood, message.answered_at = "answered", {"intent": "eid_activate", "confidence": 0.3}, application.clock
    return found


async def turns(application: Application, conversation: Conversation, *states: tuple[str | None, str | None], ended: str | None = None) -> None:
    """The dialogue's word after each turn; the last one may end its journey."""
    async with application.transaction() as session:
        for number, (journey, step) in enumerate(states):
            last = ended is not None and number == len(states) - 1
            answer = TurnAnswer.model_validate({
                "outcome": "replied", "replies": [{"text": "."}], "state": {} if last else {"journey": journey, "step": step},
                "signals": [{"name": "journey_ended", "journey": journey, "outcome": ended}] if last else [],
            })  # fmt: skip
            await note_journeys(session, conversation, answer, application.clock)


async def report(application: Application) -> dict:
    async with application.transaction() as session:
        return await service.weekly(session, MONDAY, application.clock)


def row(rows: list[dict], **which: str) -> dict:
    return next(row for row in rows if which.items() <= row.items())


async def test_journeys_are_counted_by_channel_and_by_how_they_ended(application: Application) -> None:
    people = await citizens(application, 6)
    for one in people:
        await turns(application, one, ("eid", "eid_where"), ("eid", "eid_activate_otp"), ("eid", None), ended="done")
        await turns(application, one, ("lodging", "lodging_place_kind"), ("lodging", None), ended="done")
        await turns(application, one, ("id_card", None), ended="done")  # asked and told in one turn
    content = await report(application)
    zalo, everything, web = (row(content["channels"], channel=name) for name in ("zalo", "all", "web"))
    assert (zalo["started"], zalo["finished"], zalo["activations"], zalo["status_questions"], zalo["lodging"]) == (18, 18, 6, 6, 6)
    assert (everything["started"], web["started"]) == (18, 0)
    assert row(content["journeys"], journey="eid") == {
        "journey": "eid", "started": 6, "finished": 6, "ticket": 0, "person": 0, "put_off": 0, "cancelled": 0, "abandoned": 0,
    }  # fmt: skip


async def test_where_citizens_stop_is_named_after_two_days_and_a_person_is_no_stop(application: Application) -> None:
    left = await citizens(application, 5)
    for one in left:
        await turns(application, one, ("eid", "eid_where"), ("eid", "eid_no_otp"))
    helped = await citizens(application, 5)
    for one in helped:
        await turns(application, one, ("lodging", "lodging_commune"))
    application.pass_time(minutes=1)
    async with application.transaction() as session:
        session.add_all(Case(conversation_id=one.id, reason="asked", opened_at=application.clock, state="open") for one in helped)
    assert (await report(application))["abandoned"] == [], "they may go on"
    application.pass_time(hours=49)
    content = await report(application)
    assert content["abandoned"] == [{"journey": "eid", "step": "eid_no_otp", "count": 5}]
    assert row(content["journeys"], journey="lodging")["person"] == 5
    assert row(content["bottlenecks"], kind="step")["step"] == "eid_no_otp"
    shown = next(table for table in tables(content, Words("vi")) if table.title == "Điểm nghẽn trong tuần")
    assert ["5 người dừng ở bước “không nhận được OTP” của việc “Kích hoạt VNeID”."] in shown.rows


async def test_the_same_journey_after_two_days_is_another_attempt(application: Application) -> None:
    [one] = await citizens(application, 1)
    await turns(application, one, ("eid", "eid_where"))
    application.pass_time(hours=49)
    await turns(application, one, ("eid", "eid_where"))
    async with application.transaction() as session:
        runs = (await session.scalars(select(JourneyRun).order_by(JourneyRun.started_at))).all()
    assert [run.outcome for run in runs] == ["abandoned", None]


async def test_no_number_from_one_to_four_is_told_not_even_by_a_ratio(application: Application) -> None:
    people = await citizens(application, 7)
    async with application.transaction() as session:
        session.add_all(Case(conversation_id=one.id, reason="asked", opened_at=application.clock, state="open") for one in people[:2])
        session.add(Ticket(**ticket(people[0], application)))
    for one in people[:4]:
        await turns(application, one, ("eid", "eid_where"))
    content = await report(application)
    zalo = row(content["channels"], channel="zalo")
    assert (zalo["conversations"], zalo["handed_over"], zalo["containment"], zalo["started"], zalo["visits"]) == (7, None, None, None, None)
    assert "ẩn" in str(list(tables(content, Words("vi"))))
    numbers = [value for part in ("channels", "communes", "journeys", "reasons", "intents") for line in content[part] for value in line.values()]
    assert not [value for value in numbers if isinstance(value, int) and 0 < value < 5]


async def test_a_journey_that_was_put_off_and_goes_on_is_one(application: Application) -> None:
    [one] = await citizens(application, 1)
    for outcome in ("put_off", "done"):
        await turns(application, one, ("lodging", "lodging_commune"), ("lodging", None), ended=outcome)
        application.pass_time(hours=24)
    await turns(application, one, ("lodging", "lodging_commune"), ("lodging", None), ended="put_off")
    application.pass_time(hours=49)
    await turns(application, one, ("lodging", "lodging_commune"))
    async with application.transaction() as session:
        runs = (await session.scalars(select(JourneyRun).order_by(JourneyRun.started_at))).all()
    assert [run.outcome for run in runs] == ["done", "put_off", None]


def ticket(one: Conversation, application: Application, **values: object) -> dict[str, object]:
    fields = {"kind": "home_visit", "commune": "xã Cẩm Bình", "created_at": application.clock} | values
    return {"code": f"HT-{uuid4().hex[:6].upper()}", "idempotency_key": uuid4().hex, "request_hash": "-", "conversation_id": one.id, **fields}


async def test_waits_marks_and_failures_are_those_of_the_channel(application: Application) -> None:
    people = await citizens(application, 5)
    async with application.transaction() as session:
        for minutes, one in zip((10, 20, 20, 20, 40), people, strict=True):
            opened = application.clock
            case = Case(id=uuid4(), conversation_id=one.id, reason="asked", opened_at=opened, state="resolved", resolved_at=opened)
            case.assigned_at = opened + timedelta(minutes=minutes)
            session.add(case)
            await session.flush()
            session.add(Satisfaction(case_id=case.id, conversation_id=one.id, asked_at=opened, score=3))
            session.add(OutboundMessage(conversation_id=one.id, position=50, channel="zalo", author="agent", text=".", state="dead", created_at=opened))
    content = await report(application)
    zalo, web = (row(content["channels"], channel=name) for name in ("zalo", "web"))
    assert (zalo["claimed"], zalo["wait_median"], zalo["satisfaction"], zalo["rated"]) == (5, 1200, 3.0, 5)
    assert (web["claimed"], web["wait_median"], web["satisfaction"]) == (0, None, None)
    assert {finding["kind"] for finding in content["bottlenecks"]} == {"wait", "satisfaction", "delivery", "unanswered"}


async def test_a_commune_has_its_visits_its_overdue_ones_and_its_time(application: Application) -> None:
    people = await citizens(application, 10, "web")
    async with application.transaction() as session:
        for one in people[:5]:
            session.add(Ticket(**ticket(one, application, state="done", closed_at=application.clock + timedelta(hours=2))))
        for one in people[5:]:
            session.add(Ticket(**ticket(one, application, due_at=application.clock - timedelta(hours=1))))
    [commune] = (await report(application))["communes"]
    assert commune == {
        "commune": "Xã Cẩm Bình", "conversations": 10, "home_visit": 10, "call_back": 0, "appointment": 0, "wrong_data": 0, "all": 10, "done": 5,
        "overdue": 5, "time_median": 7200, "satisfaction": None,
    }  # fmt: skip


async def test_a_commune_is_one_however_it_is_typed_and_what_is_none_is_not_told(application: Application) -> None:
    people = await citizens(application, 15, "web")
    typed = ["xã Cẩm Bình"] * 5 + ["cam binh"] * 5 + ["nhà ông Nguyễn Văn A, 0912345678"] * 5
    async with application.transaction() as session:
        session.add_all(Ticket(**ticket(one, application, commune=commune)) for one, commune in zip(people, typed, strict=True))
    content = await report(application)
    assert [(line["commune"], line["all"]) for line in content["communes"]] == [("Xã Cẩm Bình", 10), ("–", 5)]
    assert "Nguyễn Văn A" not in str(content)


def test_the_worst_five_are_named() -> None:
    steps = [{"journey": "eid", "step": f"s{number}", "count": 10 * number} for number in range(9, 0, -1)]
    content = {"abandoned": steps, "channels": [], "communes": [{"commune": "x", "overdue": 85}, {"commune": "y", "overdue": None}], "unanswered": []}
    found = bottlenecks.named(content, {"sms": 3, "zalo": 200})
    assert [finding["number"] for finding in found] == [200, 90, 85, 80, 70]


async def test_page_workbook_and_pdf_hold_the_same_figures(application: Application) -> None:
    boss = await application.signed_in("boss", "supervisor")
    for one in await citizens(application, 6):
        await turns(application, one, ("eid", "eid_where"))
    page = (await boss.get("/desk/reports")).text
    assert 'aria-label="Các việc: Bắt đầu"' in page and "<rect" in page
    book = openpyxl.load_workbook(BytesIO((await boss.get("/desk/reports/2026-11-23.xlsx")).content))
    assert book["Các việc"]["B3"].value == 6
    assert [cell.value for cell in book["Theo kênh"][2]] == ["Chỉ số", "Web", "Zalo", "SMS", "USSD", "Tất cả"]
    share = book["Theo kênh"]["F5"]
    assert (share.value, share.number_format, book["Theo kênh"].freeze_panes) == (1, "0%", "B3")
    assert (await boss.get("/desk/reports/2026-11-23.pdf")).content.startswith(b"%PDF-")


async def test_a_text_that_looks_like_a_formula_stays_text_in_the_workbook(application: Application) -> None:
    boss = await application.signed_in("boss", "supervisor")
    await citizens(application, 6, words='=HYPERLINK("http://evil","x")')
    book = openpyxl.load_workbook(BytesIO((await boss.get("/desk/reports/2026-11-23.xlsx")).content))
    cell = book["Câu hỏi chưa trả lời được"]["A3"]
    assert (cell.value[:11], cell.data_type) == ("=HYPERLINK(", "s")


async def test_a_finished_week_is_made_by_itself_and_kept_as_it_was(application: Application) -> None:
    await citizens(application, 6)
    application.pass_time(days=7)
    await sweep(application.app)
    async with application.transaction() as session:
        await session.execute(text("DELETE FROM inbound_message"))
    async with application.transaction() as session:
        content = await service.store(session, MONDAY, application.clock)
    assert row(content["channels"], channel="zalo")["conversations"] == 6
    boss = await application.signed_in("boss", "supervisor")
    assert "Lập tự động lúc" in (await boss.get("/desk/reports?week=2026-11-23")).text


async def test_no_report_is_made_of_weeks_to_come_or_before_the_first_conversation(application: Application) -> None:
    boss = await application.signed_in("boss", "supervisor")
    await citizens(application, 1)
    for day in ("9999-12-31", "2026-11-30", "2026-11-15", "0001-01-01"):
        statuses = [(await boss.get(path)).status_code for path in (f"/desk/reports?week={day}", f"/desk/reports/{day}.xlsx")]
        assert statuses == [404, 404], day
    assert (await boss.get("/desk/reports?week=2026-11-29")).status_code == 200
    async with application.transaction() as session:
        made = (await session.scalars(select(AuditEvent.subject_id).where(AuditEvent.action == "report_made"))).all()
    assert set(made) <= {"2026-11-16"}, "only the sweep makes one, of the week before"


async def test_files_are_laid_down_once_a_week(application: Application, tmp_path: Path) -> None:
    application.pass_time(days=7)
    for _ in range(2):
        await keep_last_week(application.app.state.sessions, application.clock, tmp_path / "reports")
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == ["bao-cao-2026-11-23.pdf", "bao-cao-2026-11-23.xlsx"]


async def test_a_supervisor_finds_the_files_at_the_desk_and_taking_one_is_on_the_trail(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_desk_settings(), "desk_reports", tmp_path / "reports")
    application.pass_time(days=7)
    boss = await application.signed_in("boss", "supervisor")
    await sweep(application.app)
    name = "bao-cao-2026-11-23.pdf"
    assert f'href="/desk/reports/files/{name}"' in (await boss.get("/desk/reports")).text
    assert (await boss.get(f"/desk/reports/files/{name}")).content == (tmp_path / "reports" / name).read_bytes()
    (tmp_path / "secret.pdf").write_text("no report")
    for other in ("bao-cao-2026-11-02.pdf", "..%2Fsecret.pdf", "secret.pdf"):
        assert (await boss.get(f"/desk/reports/files/{other}")).status_code == 404
    async with application.transaction() as session:
        taken = (await session.scalars(select(AuditEvent).where(AuditEvent.action == "report_downloaded"))).all()
    assert [(event.actor, event.subject_id, event.detail) for event in taken] == [(boss.visitor.actor, "2026-11-23", {"kind": "pdf"})]


@pytest.mark.parametrize("outcome", ["done", "corrected", "elsewhere", "ticket", "person", "put_off", "cancelled"])
async def test_every_way_a_journey_can_end_is_counted_somewhere(application: Application, outcome: str) -> None:
    for one in await citizens(application, 5):
        await turns(application, one, ("lodging", None), ended=outcome)
    [line] = (await report(application))["journeys"]
    assert sum(count for name, count in line.items() if name not in ("journey", "started")) == 5
