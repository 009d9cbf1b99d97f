import asyncio
import json
from collections.abc import Callable

import psycopg2
import pytest
import tracker_admin
from encryption import KeyRing
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActionReverted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    FollowupAction,
    LoopInterrupted,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
    deserialise_events,
)
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from tracker_store import RECENT_STATES, RECENT_TURNS, EncryptedTrackerStore, StoredTracker, TrackerUnavailable, TrackerUnreadable, TurnConflict

DOMAIN = Domain.from_yaml("version: '3.1'\nslots:\n  name: {type: text, mappings: [{type: custom}]}\n")
SECRET = "Nguyễn Thị Bí Mật 042198001234"


@pytest.fixture
def url(server: Callable[[], str]) -> str:
    return server()


@pytest.fixture
def store(url: str, keys: str) -> EncryptedTrackerStore:
    store = EncryptedTrackerStore(url, KeyRing(keys), DOMAIN)
    store.create_tables()
    yield store
    store.close()


def run(coroutine):
    return asyncio.run(coroutine)


async def say(store: EncryptedTrackerStore, sender: str, text: str) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    tracker.update(UserUttered(text, {"name": "inform"}, message_id=f"m-{len(tracker.events)}"))
    tracker.update(SlotSet("name", text))
    tracker.update(BotUttered("đã ghi", {"custom": {"signal": "handoff"}}))
    await store.save(tracker)
    return tracker


def query(url: str, statement: str, *parameters: object) -> list:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def test_a_conversation_comes_back_as_it_was(store: EncryptedTrackerStore) -> None:
    written = run(say(store, "a", SECRET))
    run(say(store, "a", "thêm"))
    read = run(store.retrieve("a"))
    assert [event.as_dict() for event in read.events][:3] == [event.as_dict() for event in written.events]
    assert len(read.events) == 6
    assert read.get_slot("name") == "thêm"
    assert run(store.retrieve("b")) is None


def test_every_kind_of_event_comes_back_as_rasa_would_bring_it_back(store: EncryptedTrackerStore) -> None:
    said = [
        ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen", "RulePolicy", 0.9, hide_rule_turn=True),
        UserUttered("chào", {"name": "greet", "confidence": 0.9}, [{"entity": "date", "value": "mai"}], input_channel="sms", message_id="m", metadata={"a": 1}),
        ActiveLoop("lodging_form"), SlotSet("requested_slot", "name"), SlotSet("name", "x"), BotUttered("hỏi", {"buttons": [{"title": "a", "payload": "/a"}]}),
        ActionExecutionRejected("lodging_form", "RulePolicy", 1.0), LoopInterrupted(True), FollowupAction("action_x"), ActiveLoop(None),
        UserUtteranceReverted(), ActionReverted(), AllSlotsReset(), Restarted(),
    ]  # fmt: skip
    tracker = run(store.get_or_create_tracker("all", append_action_listen=False))
    tracker.events.extend(said)
    run(store.save(tracker))
    read = run(store.retrieve("all"))
    stored = json.loads(json.dumps([event.as_dict() for event in said]))
    assert [event.as_dict() for event in read.events] == [event.as_dict() for event in deserialise_events(stored)]


def test_rules_see_the_newest_states_of_a_long_conversation_as_they_are() -> None:
    events = [ActionExecuted("action_listen")]
    for number in range(100):
        events += [UserUttered(f"{number}", {"name": "inform"}), SlotSet("name", f"{number}"), ActionExecuted("utter_x"), ActionExecuted("action_listen")]
    long = StoredTracker.from_events("a", events, DOMAIN.slots)
    full = DialogueStateTracker.from_events("a", events, DOMAIN.slots)
    assert len(full.past_states(DOMAIN)) == 202
    assert long.past_states(DOMAIN) == full.past_states(DOMAIN)[-RECENT_STATES - 1 :]


def test_a_copy_is_what_playing_the_conversation_again_gives_and_stands_on_its_own() -> None:
    events = [ActionExecuted("action_listen"), UserUttered("một", {"name": "inform"}), SlotSet("name", "An"), ActiveLoop("a_form"), BotUttered("Chào")]
    tracker = StoredTracker.from_events("a", [*events, LoopInterrupted(True), FollowupAction("utter_x")], DOMAIN.slots)
    twin, replayed = tracker.copy(), DialogueStateTracker.copy(tracker)
    assert twin.current_state(EventVerbosity.ALL) == replayed.current_state(EventVerbosity.ALL)
    assert twin.past_states(DOMAIN) == replayed.past_states(DOMAIN)
    for event in (SlotSet("name", "Bình"), ActiveLoop(None), LoopInterrupted(False), ActionExecuted("utter_x")):
        twin.update(event)
    assert tracker.current_state(EventVerbosity.ALL) == replayed.current_state(EventVerbosity.ALL)
    assert tracker.get_slot("name") == "An" and tracker.active_loop.is_interrupted


def test_an_action_is_told_the_newest_turns_and_the_store_keeps_them_all() -> None:
    said = [event for number in range(10) for event in (UserUttered(f"{number}", {"name": "inform"}), BotUttered(f"Đáp {number}"))]
    tracker = StoredTracker.from_events("a", said, DOMAIN.slots)
    told = [event["text"] for event in tracker.current_state(EventVerbosity.ALL)["events"]]
    assert told == [text for number in range(10 - RECENT_TURNS, 10) for text in (f"{number}", f"Đáp {number}")]
    assert len(tracker.events) == 20


def test_a_form_can_open_late_in_a_long_conversation() -> None:
    """When every turn of the window was a rule's, and a form has just run, policies that skip rule turns found no state at all."""
    events: list = [ActionExecuted("action_listen")]
    for number in range(RECENT_STATES):
        events += [UserUttered(f"{number}", {"name": "inform"})]
        events += [ActionExecuted("utter_x", hide_rule_turn=True), ActionExecuted("action_listen", hide_rule_turn=True)]
    events += [UserUttered("form", {"name": "inform"}), ActionExecuted("a_form", hide_rule_turn=True), ActiveLoop("a_form")]
    assert StoredTracker.from_events("a", events, DOMAIN.slots).past_states(DOMAIN, ignore_rule_only_turns=True, rule_only_data={})


def test_what_lies_in_the_database_is_unreadable(store: EncryptedTrackerStore, url: str) -> None:
    run(say(store, "a", SECRET))
    ((row,),) = query(url, "SELECT t::text || encode(events, 'escape') FROM turns t")
    assert "Mật" not in row and "042198001234" not in row and "inform" not in row


def test_nothing_new_writes_nothing(store: EncryptedTrackerStore, url: str) -> None:
    tracker = run(say(store, "a", "một"))
    run(store.save(tracker))
    assert query(url, "SELECT count(*) FROM turns") == [(1,)]


def test_the_second_of_two_writers_is_refused(store: EncryptedTrackerStore, url: str, keys: str) -> None:
    run(say(store, "a", "một"))
    elsewhere = EncryptedTrackerStore(url, KeyRing(keys), DOMAIN)
    tracker = run(elsewhere.retrieve("a"))
    run(say(store, "a", "hai"))
    tracker.update(UserUttered("ba", {"name": "inform"}))
    with pytest.raises(TurnConflict):
        run(elsewhere.save(tracker))
    assert [event.text for event in run(store.retrieve("a")).events if isinstance(event, UserUttered)] == ["một", "hai"]
    elsewhere.close()


def test_a_database_that_is_away_is_an_error_and_the_next_turn_finds_it_again(store: EncryptedTrackerStore, url: str) -> None:
    run(say(store, "a", "một"))
    query(url, "ALTER TABLE turns RENAME TO hidden")
    with pytest.raises(TrackerUnavailable):
        run(say(store, "a", "hai"))
    query(url, "ALTER TABLE hidden RENAME TO turns")
    query(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    assert len(run(say(store, "a", "ba")).events) == 6


def test_nobody_listening_is_an_error_at_once(keys: str) -> None:
    store = EncryptedTrackerStore("postgresql://postgres@127.0.0.1:1/x", KeyRing(keys), DOMAIN)
    with pytest.raises(TrackerUnavailable):
        store.create_tables()
    with pytest.raises(TrackerUnavailable):
        run(store.retrieve("a"))


def test_a_row_in_another_place_does_not_open(store: EncryptedTrackerStore, url: str) -> None:
    run(say(store, "a", "một"))
    query(url, "UPDATE turns SET sender_id = 'b'")
    with pytest.raises(TrackerUnreadable):
        run(store.retrieve("b"))


def test_rotation_leaves_every_row_under_the_first_key(store: EncryptedTrackerStore, url: str, keys: str, new_keys: str) -> None:
    for sender in ("a", "b"):
        run(say(store, sender, SECRET))
    rotated = EncryptedTrackerStore(url, KeyRing(new_keys), DOMAIN)
    assert tracker_admin.rotate(rotated) == 2
    assert tracker_admin.rotate(rotated) == 0
    assert query(url, "SELECT DISTINCT key_id FROM turns") == [("k2",)]
    only_new = EncryptedTrackerStore(url, KeyRing(new_keys.split(",")[0]), DOMAIN)
    assert run(only_new.retrieve("a")).get_slot("name") == SECRET
    with pytest.raises(TrackerUnreadable):
        run(EncryptedTrackerStore(url, KeyRing(keys), DOMAIN).retrieve("a"))


def test_rotation_works_in_batches(store: EncryptedTrackerStore, new_keys: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker_admin, "BATCH", 2)
    for number in range(5):
        run(say(store, f"s{number}", "x"))
    assert tracker_admin.rotate(EncryptedTrackerStore(url, KeyRing(new_keys), DOMAIN)) == 5


def test_purge_takes_whole_conversations_that_ended(store: EncryptedTrackerStore, url: str) -> None:
    for sender in ("old", "old", "living", "living"):
        run(say(store, sender, "x"))
    query(url, "UPDATE turns SET stored_at = now() - interval '40 days' WHERE sender_id = 'old' OR seq = 0")
    assert tracker_admin.purge(store, 30) == 2
    assert query(url, "SELECT sender_id, count(*) FROM turns GROUP BY 1") == [("living", 2)]


def test_one_conversation_is_exported_and_erased(store: EncryptedTrackerStore, url: str) -> None:
    run(say(store, "a", SECRET))
    run(say(store, "b", "x"))
    assert SECRET in json.dumps(tracker_admin.export(store, "a"), ensure_ascii=False)
    assert tracker_admin.erase(store, ["a", "nobody"]) == 1
    assert query(url, "SELECT sender_id FROM turns") == [("b",)]
