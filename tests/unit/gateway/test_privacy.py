"""See, correct, erase, forget in time, rotate keys; and an audit trail that shows every change."""

import asyncio
import base64
import json
import os
import zlib

import psycopg
import pytest
from sqlalchemy import select, text

from integrations.channels.base import Reply
from integrations.core.crypto import Keyring
from integrations.gateway.__main__ import main
from integrations.gateway.audit import service as audit
from integrations.gateway.conversation.models import Conversation
from integrations.gateway.conversation.repository import find
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.errors import AddressTaken, NotFound
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.internal.service import open_ticket
from integrations.gateway.privacy.citizen import CitizenRecords
from integrations.gateway.privacy.retention import BOT_SESSIONS, MESSAGES, delete_expired
from integrations.gateway.privacy.rotation import rotate_keys
from integrations.gateway.schema import encrypted_columns, tables_of_a_conversation
from tests.unit.channels.test_responses_fit import VARIATIONS

ADDRESS = "0912 345 678"  # as an operator types it
ARRIVES_AS = "+84912345678"
OTHER = "+84988888888"
TURNS = "CREATE TABLE turns (sender_id text, seq int, key_id text, events bytea, stored_at timestamptz DEFAULT now(), PRIMARY KEY (sender_id, seq))"


@pytest.fixture
async def records(gateway, empty_database):
    """A citizen with a ticket, and what the bot has stored of the conversation."""
    gateway.settings.tracker_database_url = empty_database
    await gateway.say("tôi là Nguyễn Văn Mẫu", address=ARRIVES_AS, channel="sms")
    await gateway.say("người khác", address=OTHER, channel="sms")
    mine, other = (turn["sender_id"] for turn in gateway.bot.turns)
    async with gateway.sessions() as session, session.begin():
        request = {"sender_id": mine, "kind": "home_visit", "contact_name": "Nguyễn Văn Mẫu", "phone": ADDRESS}
        gateway.ticket = (await open_ticket(session, "k" * 64, request, gateway.clock())).code
    with psycopg.connect(empty_database) as connection:
        connection.execute(TURNS)
        for sender in (mine, other):
            key_id, _, sealed = gateway.settings.keyring.encrypt(zlib.compress(json.dumps([{"event": "user"}]).encode()), f"{sender}:0").partition(".")
            connection.execute("INSERT INTO turns VALUES (%s, 0, %s, %s)", [sender, key_id, base64.urlsafe_b64decode(sealed)])
    return CitizenRecords(gateway.sessions, gateway.settings)


async def test_export_shows_everything_in_clear_and_nothing_of_others(records):
    content = await records.export("sms", ADDRESS)
    assert content["conversation"][0]["address"] == ARRIVES_AS
    assert content["inbound_message"][0]["text"] == "tôi là Nguyễn Văn Mẫu"
    assert content["outbound_message"][0]["text"] == "Nghe: tôi là Nguyễn Văn Mẫu"
    assert content["ticket"][0]["contact_name"] == "Nguyễn Văn Mẫu"
    assert [turn["events"] for turn in content["bot_turns"]] == [[{"event": "user"}]]
    assert "người khác" not in json.dumps(content, ensure_ascii=False)


async def test_erase_leaves_nothing_of_the_citizen_and_everything_of_others(records, gateway, empty_database):
    report = await records.erase("sms", ADDRESS)
    assert (report["conversations"], report["bot_turns"]) == (1, 1)
    async with gateway.sessions() as session:
        assert [row.address for row in await session.scalars(select(Conversation))] == [OTHER]
        for table in tables_of_a_conversation():
            left = await session.execute(
                text(f"SELECT count(*) FROM {table.name} t WHERE NOT EXISTS (SELECT 1 FROM conversation c WHERE c.id = t.conversation_id)")
            )
            assert left.scalar_one() == 0
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (1,)


async def test_a_ticket_and_an_address_can_be_corrected(records, gateway):
    await records.correct_ticket("sms", ADDRESS, gateway.ticket, "contact_name", "Nguyễn Văn Mẩu")
    await records.correct_address("sms", ADDRESS, "0977 777 777")
    content = await records.export("sms", "+84977777777")
    assert content["ticket"][0]["contact_name"] == "Nguyễn Văn Mẩu"


async def test_a_number_that_has_a_conversation_of_its_own_is_refused(records):
    with pytest.raises(AddressTaken):
        await records.correct_address("sms", ADDRESS, "0988 888 888")
    with pytest.raises(NotFound):
        await records.export("sms", "no number")


async def test_a_strangers_code_that_was_typed_is_not_the_citizens(records, gateway):
    async with gateway.sessions() as session, session.begin():
        conversation = await find(session, "sms", ARRIVES_AS)
        await gateway.outbox.say(session, conversation, [Reply("Đã gửi. Mã: LT-2222A")], "assistant", gateway.clock())
    await gateway.say("hủy lt 3333b giúp tôi", address=ARRIVES_AS, channel="sms")
    async with gateway.sessions() as session, session.begin():
        conversation = await find(session, "sms", ARRIVES_AS)
        await gateway.outbox.say(session, conversation, [Reply("Hủy thông báo lưu trú LT-3333B?")], "assistant", gateway.clock())
    await gateway.say("không, mã LT-2222A", address=ARRIVES_AS, channel="sms")
    assert (await records.export("sms", ADDRESS))["lodging_notifications"] == [{"code": "LT-2222A"}]


async def test_the_example_in_our_own_question_is_nobodys_notification(records, gateway):
    async with gateway.sessions() as session, session.begin():
        conversation = await find(session, "sms", ARRIVES_AS)
        for text in (dict(VARIATIONS)["utter_lodging_ask_code[0]"]["text"], "Đã gửi. Mã: LT-2222A"):
            await gateway.outbox.say(session, conversation, [Reply(text)], "assistant", gateway.clock())
    assert (await records.export("sms", ADDRESS))["lodging_notifications"] == [{"code": "LT-2222A"}]


async def test_every_use_of_these_rights_is_in_the_audit_trail_without_personal_data(records, gateway):
    await records.export("sms", ADDRESS)
    await records.erase("sms", ADDRESS)
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        events = connection.execute("SELECT action, detail::text, subject_id FROM audit_event ORDER BY number").fetchall()
    assert [event[0] for event in events] == ["citizen_exported", "citizen_erased"]
    assert ARRIVES_AS not in str(events) and "Mẫu" not in str(events)


def test_the_command_line_does_the_same_and_says_what_is_missing(gateway_settings, capsys):
    assert main(["citizen", "export", "--channel", "sms", "--address", "0900000000"], gateway_settings) == 1
    assert "not found: citizen" in capsys.readouterr().err
    assert main(["dead-letters", "list"], gateway_settings) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["audit", "verify"], gateway_settings) == 0
    assert main(["expire"], gateway_settings) == 0


def test_everything_of_a_conversation_goes_with_it():
    tables = tables_of_a_conversation()
    assert {"inbound_message", "outbound_message", "ticket", "consent", "support_case", "bot_session"} <= {table.name for table in tables}
    for table in tables:
        [key] = table.c.conversation_id.foreign_keys
        assert key.ondelete == "CASCADE", table.name


async def test_old_records_are_deleted_and_young_ones_stay(gateway):
    await gateway.say("cũ", address="old")
    gateway.clock.advance(days=MESSAGES.days + 1)
    await gateway.say("mới", address="young")
    deleted = await delete_expired(gateway.sessions, gateway.clock(), "")
    assert (deleted["inbound_message"], deleted["outbound_message"], deleted["conversation"]) == (1, 1, 1)
    async with gateway.sessions() as session:
        assert [row.text for row in await session.scalars(select(InboundMessage))] == ["mới"]


@pytest.mark.parametrize("kept_for_a_ticket", [True, False])
async def test_what_the_bot_remembers_goes_with_its_session(records, gateway, empty_database, kept_for_a_ticket):
    if not kept_for_a_ticket:
        with psycopg.connect(gateway.settings.gateway_database_url) as connection:
            connection.execute("DELETE FROM ticket")
    gateway.clock.advance(days=BOT_SESSIONS.days + 1)
    await gateway.say("vẫn đây", address=OTHER, channel="sms")
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO turns VALUES (%s, 0, 'k', '')", [gateway.bot.turns[-1]["sender_id"]])
    await delete_expired(gateway.sessions, gateway.clock(), empty_database)
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT sender_id FROM turns").fetchall() == [(gateway.bot.turns[-1]["sender_id"],)]


async def test_rotation_puts_every_value_under_the_new_key(records, gateway):
    old_key = gateway.settings.data_keys.get_secret_value()
    both = Keyring(f"new:{base64.b64encode(os.urandom(32)).decode()},{old_key}", gateway.settings.index_key.get_secret_value())
    engine = create_engine(gateway.settings.gateway_database_url, both)
    sessions = create_sessions(engine)
    rotated = await rotate_keys(sessions, both)
    assert rotated["inbound_message.text"] == 2 and rotated["ticket.contact_name"] == 1
    assert set((await rotate_keys(sessions, both)).values()) == {0}
    with psycopg.connect(gateway.settings.gateway_database_url) as connection:
        for column in encrypted_columns():
            stale = connection.execute(f"SELECT count(*) FROM {column.table.name} WHERE {column.name} NOT LIKE 'new.%'").fetchone()
            assert stale == (0,), column
    async with sessions() as session:
        assert {row.text for row in await session.scalars(select(InboundMessage))} == {"tôi là Nguyễn Văn Mẫu", "người khác"}
    await engine.dispose()


def moving_to(gateway, key_id: str, old: str) -> Keyring:
    key = base64.b64encode(os.urandom(32)).decode()
    return Keyring(f"{key_id}:{key},{old}", gateway.settings.index_key.get_secret_value())


async def test_rotation_waits_for_a_value_that_is_in_use(records, gateway):
    keyring = moving_to(gateway, "new", gateway.settings.data_keys.get_secret_value())
    with psycopg.connect(gateway.settings.gateway_database_url) as user, psycopg.connect(gateway.settings.gateway_database_url, autocommit=True) as watcher:
        user.execute("SELECT 1 FROM ticket FOR UPDATE")
        rotation = asyncio.create_task(rotate_keys(gateway.sessions, keyring))
        while not rotation.done() and not watcher.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone():
            await asyncio.sleep(0)
        assert not rotation.done()
        user.rollback()
    assert (await rotation)["ticket.contact_name"] == 1


async def test_an_underscore_in_a_keys_name_is_no_wildcard(records, gateway):
    old = gateway.settings.data_keys.get_secret_value()
    similar = f"kx1:{base64.b64encode(os.urandom(32)).decode()},{old}"
    await rotate_keys(gateway.sessions, Keyring(similar, gateway.settings.index_key.get_secret_value()))
    assert (await rotate_keys(gateway.sessions, moving_to(gateway, "k_1", similar)))["ticket.contact_name"] == 1


def test_every_encrypted_table_can_be_rotated_row_by_row():
    assert {len(column.table.primary_key.columns) for column in encrypted_columns()} == {1}


def test_an_encrypted_column_is_bound_to_its_own_place():
    wrong = [str(column) for column in encrypted_columns() if column.type.context != str(column)]
    assert wrong == []


@pytest.fixture
async def trail(gateway):
    async with gateway.sessions() as session, session.begin():
        for number in range(5):
            await audit.record(session, "officer", "claimed", "conversation", f"c-{number}", {"n": number}, gateway.clock())
    return gateway


async def verdict(gateway, last_hash=None):
    async with gateway.sessions() as session:
        return await audit.verify(session, last_hash)


async def test_an_untouched_trail_is_whole(trail):
    assert await verdict(trail) is None


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"])
def test_the_database_refuses_to_change_the_trail(trail, statement):
    with psycopg.connect(trail.settings.gateway_database_url) as connection, pytest.raises(psycopg.errors.RaiseException):
        connection.execute(statement)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_event SET actor = 'other' WHERE number = 3",
        "UPDATE audit_event SET detail = '{\"n\": 9}' WHERE number = 3",
        "DELETE FROM audit_event WHERE number = 3",
        "DELETE FROM audit_event WHERE number = 1",
        "UPDATE audit_event SET subject_id = CASE number WHEN 2 THEN 'c-2' ELSE 'c-1' END WHERE number IN (2, 3)",
    ],
)
async def test_a_superusers_change_is_found(trail, tampering):
    with psycopg.connect(trail.settings.gateway_database_url) as connection:
        connection.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        connection.execute(tampering)
    assert await verdict(trail) is not None


async def test_a_cut_off_end_is_found_with_the_hash_that_was_noted(trail):
    with psycopg.connect(trail.settings.gateway_database_url) as connection:
        [(last,)] = connection.execute("SELECT hash FROM audit_event ORDER BY number DESC LIMIT 1").fetchall()
        connection.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        connection.execute("DELETE FROM audit_event WHERE number = 5")
    assert await verdict(trail) is None
    assert await verdict(trail, last) is not None
