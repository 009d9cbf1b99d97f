"""The audit trail: told in words, and changed by nobody unseen."""

import re

import pytest
from sqlalchemy import text

from integrations.gateway.audit.service import verify
from tests.support.application import Application
from tests.support.citizen import Citizen
from tests.support.tickets import ticket

SWAP = "UPDATE audit_event SET number = CASE number WHEN 2 THEN -3 ELSE -2 END WHERE number IN (2, 3); UPDATE audit_event SET number = -number WHERE number < 0"


ADD = (
    "INSERT INTO audit_event SELECT number + 1, at, actor, action, subject_kind, subject_id, detail, previous_hash, hash "
    "FROM audit_event ORDER BY number DESC LIMIT 1"
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE audit_event SET detail = '{}' WHERE number = 2", "event 2 was changed"),
        ("UPDATE audit_event SET at = at + interval '1 second' WHERE number = 3", "event 3 was changed"),
        ("DELETE FROM audit_event WHERE number = 2", "event 2 is missing"),
        (SWAP, "event 2 was changed"),
        (ADD, "event "),
    ],
)
async def test_a_changed_deleted_swapped_or_added_event_is_found_by_the_command(application: Application, change: str, found: str) -> None:
    for name in ("lan", "minh", "nam", "hoa", "tam"):
        await application.signed_in(name)
    async with application.transaction() as session:
        assert await verify(session) is None
        await session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        for statement in change.split("; "):
            await session.execute(text(statement))
    async with application.transaction() as session:
        broken = await verify(session)
    assert broken is not None and broken.startswith(found)


async def test_a_cut_off_end_is_found_with_the_hash_kept_elsewhere(application: Application) -> None:
    for name in ("lan", "minh"):
        await application.signed_in(name)
    async with application.transaction() as session:
        last = await session.scalar(text("SELECT hash FROM audit_event ORDER BY number DESC LIMIT 1"))
        await session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        await session.execute(text("DELETE FROM audit_event WHERE number = (SELECT max(number) FROM audit_event)"))
    async with application.transaction() as session:
        assert await verify(session) is None
        assert "another hash" in (await verify(session, expected_last=last) or "")


async def test_the_audit_trail_is_told_in_words(application: Application) -> None:
    auditor, admin, boss = (
        await application.signed_in("tra", "auditor"),
        await application.signed_in("quan", "admin"),
        await application.signed_in("boss", "supervisor"),
    )
    await admin.post("/desk/staff", username="lan.moi", name="Lan", role="agent")
    await boss.post("/desk/configuration/promises", first="3", next="7", resolution="60")
    citizen = Citizen(application)
    await citizen.ask_for_a_person("failed_twice")
    await boss.post(f"/desk/conversations/{citizen.conversation_id}/claim")
    await boss.post(f"/desk/conversations/{citizen.conversation_id}/snooze", until="2026-11-23T10:30")
    made = await ticket(application)
    await boss.post(f"/desk/tickets/{made.id}/result", outcome="follow_up", result="chưa gặp", follow_up="2026-11-24T08:00")
    await auditor.post("/desk/audit/verify")
    page = re.sub(r"<[^>]+>", "", (await auditor.get("/desk/audit")).text)
    for words in (
        "vai trò: Cán bộ trực",
        "tài khoản lan.moi",
        "lý do: Trợ lý không hiểu hai lần",
        "đến: 10:30 23/11/26",
        "kết quả: Cần đi lại",
        "nguyên vẹn: có",
    ):
        assert words in page, words
    assert "cấu hình Hẹn trả lời (phút)" in page
    for raw in (": agent", "chain", "follow_up", "promises", "failed_twice", "+07:00"):
        assert raw not in page, raw


async def test_the_audit_trail_cannot_be_changed_and_a_superusers_change_is_found(application: Application) -> None:
    auditor = await application.signed_in("tra", "auditor")
    await application.signed_in("lan")
    assert "Nhật ký nguyên vẹn." in (await auditor.post("/desk/audit/verify")).text
    with pytest.raises(Exception, match="append-only"):
        async with application.transaction() as session:
            await session.execute(text("UPDATE audit_event SET actor = 'nobody' WHERE number = 1"))
    async with application.transaction() as session:
        await session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        await session.execute(text("UPDATE audit_event SET actor = 'nobody' WHERE number = 1"))
    async with application.transaction() as session:
        assert await verify(session) == "event 1 was changed"
    assert "event 1 was changed" in (await auditor.post("/desk/audit/verify")).text
