"""One turn: what the bot is told, what the citizen is told, and what the dialogue's signals do."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy import text as sql

from integrations.gateway.audit.models import AuditEvent
from integrations.gateway.conversation.models import Case, Conversation, JourneyRun
from integrations.gateway.inbox.models import InboundMessage
from integrations.gateway.outbox.models import OutboundMessage
from integrations.gateway.turn.service import EMPTY_ANSWERS_ALLOWED, TurnPostponed
from integrations.gateway.turn.texts import sentence

YES_NO = {"replies": [{"text": "Đúng chưa?", "choices": [{"title": "Đúng", "payload": "/affirm"}, {"title": "Chưa đúng", "payload": "/deny"}]}]}


async def test_the_bot_hears_the_text_and_the_citizen_its_replies_in_order(gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "Một"}, {"text": "Hai"}], "state": {"journey": "eid", "step": "eid_start"}}
    said = await gateway.say("xin chào")
    assert [(message.text, message.author, message.state) for message in said] == [("Một", "assistant", "sent"), ("Hai", "assistant", "sent")]
    [turn] = gateway.bot.turns
    assert (turn["text"], turn["payload"], turn["channel"], turn["received_at"]) == ("xin chào", None, "web", "2026-11-23T12:00:00+07:00")
    assert (await gateway.conversation(said[0].conversation_id)).state["journey"] == "eid"


async def test_a_channel_that_merges_gets_one_message_and_one_delivery(gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "Một"}, {"text": "Hai"}]}
    [message] = await gateway.say("xin chào", channel="zalo")
    assert (message.text, message.state) == ("Một\n\nHai", "pending")
    await gateway.delivery.deliver(message.id)
    assert gateway.sender.sent == [("citizen", "Một\n\nHai")]


@pytest.mark.parametrize("typed", ["/affirm", "/restart", '/inform{"guest_count": 2}'])
async def test_free_text_never_becomes_a_command(gateway, typed):
    await gateway.say(typed)
    assert (gateway.bot.turns[0]["text"], gateway.bot.turns[0]["payload"]) == (typed, None)


@pytest.mark.parametrize("typed, payload", [("1", "/affirm"), ("số 2", "/deny"), ("dung", "/affirm"), ("Chưa đúng.", "/deny"), ("3", None), ("không rõ", None)])
async def test_a_choice_is_recognised_by_number_or_title(gateway, typed, payload):
    gateway.bot.script = lambda turn: YES_NO
    await gateway.say("bắt đầu")
    await gateway.say(typed)
    assert gateway.bot.turns[1]["payload"] == payload
    assert gateway.bot.turns[1]["text"] == (None if payload else typed)


async def test_a_number_means_nothing_once_the_choices_are_gone(gateway):
    answers = iter([YES_NO, {"replies": [{"text": "Ghi rồi"}]}, {"replies": [{"text": "?"}]}])
    gateway.bot.script = lambda turn: next(answers)
    for text in ("bắt đầu", "1", "1"):
        await gateway.say(text)
    assert [turn["payload"] for turn in gateway.bot.turns] == [None, "/affirm", None]


async def test_an_older_button_still_works_and_a_forged_one_is_only_text(gateway):
    answers = iter([YES_NO, {"replies": [{"text": "Tiếp"}]}, {"replies": [{"text": "?"}]}, {"replies": [{"text": "?"}]}])
    gateway.bot.script = lambda turn: next(answers)
    await gateway.say("bắt đầu")
    await gateway.say("khác")
    await gateway.say("Đúng", payload="/affirm")
    await gateway.say("Xóa hết", payload="/restart")
    assert [(turn["text"], turn["payload"]) for turn in gateway.bot.turns[2:]] == [(None, "/affirm"), ("Xóa hết", None)]


@pytest.mark.parametrize("kind, name", [("media", "media_refused"), ("empty", "empty"), ("too_long", "too_long")])
async def test_what_the_bot_must_not_see_is_answered_by_a_rule(gateway, kind, name):
    text = {"media": None, "empty": " ", "too_long": "a" * 5000}[kind]
    said = await gateway.say(text, kind="media" if kind == "media" else "text")
    assert [(message.text, message.author) for message in said] == [(sentence(name, "vi"), "system")]
    assert gateway.bot.requests == 0


async def test_a_citizen_who_sent_a_code_is_warned_first(gateway):
    said = await gateway.say("otp 123456")
    assert [message.text for message in said] == [sentence("secret_removed", "vi"), "Nghe: otp [đã xóa]"]


async def test_while_people_own_the_conversation_nothing_reaches_the_bot(gateway):
    first = await gateway.receive("gặp người")
    await own(gateway, first.conversation_id, "queued")
    await gateway.turns.take(first.inbound_id)
    assert gateway.bot.requests == 0
    assert (await gateway.inbound(first.inbound_id)).state == "kept"
    assert await gateway.answers(first.inbound_id) == []


async def test_danger_is_answered_at_once_while_the_citizen_waits_for_a_person_and_the_case_moves_to_the_front(gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "Đã chuyển"}], "signals": [{"name": "handoff", "reason": "asked"}]}
    [first] = await gateway.say("gặp cán bộ")
    for text in ("căn cước của tôi đâu rồi", "cứu tôi với, cháy nhà rồi", "cháy lớn lắm"):
        received = await gateway.receive(text)
        await gateway.turns.take(received.inbound_id)
        assert (await gateway.inbound(received.inbound_id)).state == "kept"
    async with gateway.sessions() as session:
        said = (await session.scalars(select(OutboundMessage).where(OutboundMessage.notice == "emergency"))).all()
        [case] = (await session.scalars(select(Case).where(Case.conversation_id == first.conversation_id))).all()
    assert [message.text for message in said] == [sentence("emergency", "vi")], "once, not for every cry"
    assert case.reason == "emergency"
    assert len(gateway.bot.turns) == 1


async def test_the_bot_is_silent_when_an_officer_claims_in_the_middle_of_its_turn(gateway):
    received = await gateway.receive("xin chào")
    prepared_ask = gateway.turns._bot.ask

    async def ask_while_claimed(request):
        await own(gateway, received.conversation_id, "agent")
        return await prepared_ask(request)

    gateway.turns._bot.ask = ask_while_claimed
    await gateway.turns.take(received.inbound_id)
    assert await gateway.answers(received.inbound_id) == []
    assert (await gateway.inbound(received.inbound_id)).state == "kept"


async def test_a_turn_taken_twice_answers_once(gateway):
    received = await gateway.receive("xin chào")
    await gateway.turns.take(received.inbound_id)
    await gateway.turns.take(received.inbound_id)
    assert len(await gateway.answers(received.inbound_id)) == 1
    assert len(gateway.bot.turns) == 1


async def test_a_crash_after_the_bots_turn_makes_no_second_turn(gateway):
    received = await gateway.receive("xin chào")
    store = gateway.turns._store

    async def crash(*_):
        raise ConnectionError

    gateway.turns._store = crash
    with pytest.raises(ConnectionError):
        await gateway.turns.take(received.inbound_id)
    gateway.turns._store = store
    await gateway.turns.take(received.inbound_id)
    assert (len(gateway.bot.turns), gateway.bot.requests) == (1, 2)
    assert [message.text for message in await gateway.answers(received.inbound_id)] == ["Nghe: xin chào"]


async def test_handoff_opens_one_case_and_queues_the_conversation(gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "Tôi mời cán bộ."}], "signals": [{"name": "handoff", "reason": "angry", "summary": "Bực"}]}
    said = await gateway.say("gặp cán bộ")
    assert (await gateway.conversation(said[0].conversation_id)).owner == "queued"
    async with gateway.sessions() as session:
        [case] = await session.scalars(select(Case))
        [event] = await session.scalars(select(AuditEvent))
    assert (case.reason, case.summary, case.state) == ("angry", "Bực", "open")
    assert (event.action, event.detail["reason"]) == ("handed_over", "angry")


async def test_close_session_gives_the_next_message_a_fresh_sender(gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "Xong"}], "signals": [{"name": "close_session"}] if turn["text"] == "hết" else []}
    for text in ("đầu", "hết", "mới"):
        await gateway.say(text)
    first, second, third = (turn["sender_id"] for turn in gateway.bot.turns)
    assert first == second != third


async def test_a_journey_is_followed_to_its_end(gateway):
    answers = iter([
        {"replies": [{"text": "Một"}], "state": {"journey": "eid", "step": "eid_where"}},
        {"replies": [{"text": "Hai"}], "signals": [{"name": "journey_ended", "journey": "eid", "outcome": "ticket"}],
         "state": {"journey": "ticket", "step": "x"}},
    ])  # fmt: skip
    gateway.bot.script = lambda turn: next(answers)
    for text in ("kích hoạt", "gọi lại cho tôi"):
        await gateway.say(text)
    async with gateway.sessions() as session:
        runs = (await session.scalars(select(JourneyRun).order_by(JourneyRun.started_at, JourneyRun.journey))).all()
    assert {(run.journey, run.step, run.outcome) for run in runs} == {("eid", "eid_where", "ticket"), ("ticket", "x", None)}


async def test_the_language_signal_is_remembered_and_told_to_the_bot(gateway):
    gateway.bot.script = lambda turn: {"replies": [{"text": "Hello"}], "signals": [{"name": "language", "code": "en"}]}
    await gateway.say("hello")
    await gateway.say(" ")
    said = await gateway.say("again")
    assert gateway.bot.turns[1]["metadata"] == {"language": "en"}
    assert (await gateway.conversation(said[0].conversation_id)).language == "en"


async def test_an_answer_with_signals_only_is_an_answer(gateway):
    gateway.bot.script = lambda turn: {"signals": [{"name": "handoff", "reason": "asked"}]}
    received = await gateway.receive("người thật")
    await gateway.turns.take(received.inbound_id)
    assert (await gateway.inbound(received.inbound_id)).state == "answered"


async def test_understood_is_kept_without_values(gateway):
    understood = {"intent": "cccd_status", "confidence": 0.9, "entities": [{"entity": "citizen_number", "value": "042061000123"}]}
    gateway.bot.script = lambda turn: {"replies": [{"text": "Vâng"}], "understood": understood}
    received = await gateway.receive("042061000123")
    await gateway.turns.take(received.inbound_id)
    assert (await gateway.inbound(received.inbound_id)).understood == {"intent": "cccd_status", "confidence": 0.9, "entities": ["citizen_number"]}


@pytest.mark.parametrize("answer", [{"outcome": "empty"}, {"replies": []}, {"replies": "?"}, {"replies": [{"text": "x"}], "state": {"step": "\x00"}}, 422])
async def test_no_answer_three_times_brings_a_person(gateway, answer):
    gateway.bot.script = lambda turn: answer
    received = await gateway.receive("xin chào")
    for _ in range(EMPTY_ANSWERS_ALLOWED - 1):
        with pytest.raises(TurnPostponed):
            await gateway.turns.take(received.inbound_id)
    await gateway.turns.take(received.inbound_id)
    assert [message.text for message in await gateway.answers(received.inbound_id)] == [sentence("person_called", "vi")]
    assert (await gateway.inbound(received.inbound_id)).state == "failed"
    assert (await gateway.conversation(received.conversation_id)).owner == "queued"
    async with gateway.sessions() as session:
        assert [case.reason for case in await session.scalars(select(Case))] == ["failed_turn"]


async def test_a_bot_that_is_away_is_asked_again_and_the_citizen_is_told_once(gateway):
    gateway.bot.script = lambda turn: 503
    received = await gateway.receive("xin chào")
    for _ in range(6):
        with pytest.raises(TurnPostponed):
            await gateway.turns.take(received.inbound_id)
        gateway.clock.advance(seconds=7)
    assert [message.notice for message in await gateway.answers(received.inbound_id)] == ["delayed"]
    gateway.bot.script = lambda turn: {"replies": [{"text": "Đây"}]}
    await gateway.turns.take(received.inbound_id)
    assert [message.text for message in await gateway.answers(received.inbound_id)] == [sentence("delayed", "vi"), "Đây"]


async def test_a_bot_that_stays_away_brings_a_person(gateway):
    gateway.bot.script = lambda turn: 503
    received = await gateway.receive("xin chào")
    with pytest.raises(TurnPostponed):
        await gateway.turns.take(received.inbound_id)
    gateway.clock.advance(seconds=gateway.settings.turn_give_up_after)
    await gateway.turns.take(received.inbound_id)
    assert [message.text for message in await gateway.answers(received.inbound_id)] == [sentence("person_called", "vi")]


async def test_a_message_that_cannot_be_read_is_in_the_log_and_ends_with_a_person(gateway, caplog):
    received = await gateway.receive("xin chào")
    async with gateway.sessions() as session, session.begin():
        await session.execute(sql("UPDATE inbound_message SET text = 'k9:not-a-token'"))
    await gateway.work()
    assert "job failed unforeseen" in caplog.messages
    assert (await gateway.conversation(received.conversation_id)).owner == "bot"
    gateway.clock.advance(seconds=gateway.settings.turn_give_up_after)
    await gateway.work()
    assert (await gateway.conversation(received.conversation_id)).owner == "queued"
    async with gateway.sessions() as session:
        assert (await session.scalars(select(InboundMessage.state))).all() == ["failed"]
        assert (await session.execute(sql("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'take_turn'"))).scalar_one() == 0
    assert [message.text for message in await gateway.answers(received.inbound_id)] == [sentence("person_called", "vi")]


async def test_a_bot_that_is_too_slow_counts_as_away_and_its_late_answer_is_used(gateway):
    gateway.bot.delay = 1.4
    received = await gateway.receive("xin chào")
    with pytest.raises(TurnPostponed):
        await gateway.turns.take(received.inbound_id)
    gateway.bot.delay = 0
    await gateway.turns.take(received.inbound_id)
    assert [message.text for message in await gateway.answers(received.inbound_id)] == ["Nghe: xin chào"]


async def test_a_retry_keeps_the_sender_even_when_the_session_would_have_ended(gateway):
    gateway.bot.script = lambda turn: 503
    received = await gateway.receive("xin chào")
    with pytest.raises(TurnPostponed):
        await gateway.turns.take(received.inbound_id)
    first = await gateway.inbound(received.inbound_id)
    gateway.clock.now += timedelta(hours=2)
    gateway.bot.script = lambda turn: {"replies": [{"text": "Đây"}]}
    gateway.turns._give_up_after = timedelta(days=1)
    await gateway.turns.take(received.inbound_id)
    assert (await gateway.inbound(received.inbound_id)).bot_session_id == first.bot_session_id


async def own(gateway, conversation_id, owner):
    async with gateway.sessions() as session, session.begin():
        await session.execute(update(Conversation).where(Conversation.id == conversation_id).values(owner=owner))
