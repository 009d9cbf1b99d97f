"""The channel as the gateway sees it: a real bot process on a real database, with a tiny dialogue."""

import importlib.util
import json
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest

spec = importlib.util.spec_from_file_location("running_bot", Path(__file__).with_name("running_bot.py"))
running_bot = importlib.util.module_from_spec(spec)
spec.loader.exec_module(running_bot)

SECRET = "tôi muốn hỏi căn cước 042198001234 của Nguyễn Bí Mật"


@pytest.fixture(scope="module")
def url(server):
    return server()


@pytest.fixture(scope="module")
def actions():
    actions = running_bot.ActionServer()
    yield actions
    actions.close()


@pytest.fixture(scope="module")
def environment(url, actions, keys, small_model):
    return {"TRACKER_DATABASE_URL": url, "DATA_KEYS": keys, "ACTIONS_URL": actions.url, "BOT_MODEL": str(small_model), "BOT_ACTION_SECONDS": "0.5"}


@pytest.fixture(scope="module")
def bot(environment, tmp_path_factory):
    bot = running_bot.Bot(tmp_path_factory.mktemp("bot") / "bot.log", environment).wait()
    yield bot
    bot.stop()


@pytest.fixture(autouse=True)
def well_behaved(actions):
    actions.answer, actions.failure = {"events": [], "responses": [{"text": "Đã tra xong"}]}, None
    actions.calls.clear()


@pytest.fixture
def sender():
    return uuid4().hex


def execute(url, statement):
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def stored_turns(url, sender):
    return execute(url, f"SELECT count(*) FROM turns WHERE sender_id = '{sender}'")[0][0]


def test_a_turn_is_answered_and_stored(bot, url, sender):
    status, answer = bot.turn(sender, "m1", text="xin chao")
    assert status == 200
    assert answer["outcome"] == "replied" and answer["repeated"] is False
    assert answer["replies"] == [{"text": "Chào ông/bà trên web", "choices": [{"title": "Hỏi", "payload": "/ask"}]}]
    assert answer["signals"] == []
    assert answer["understood"]["intent"] == "greet" and 0 < answer["understood"]["confidence"] <= 1
    assert answer["state"] == {"journey": None, "step": None, "language": "vi", "filled": []}
    assert stored_turns(url, sender) == 1


def test_a_repeat_gives_the_recorded_answer_and_no_new_turn(bot, url, actions, sender):
    first = bot.turn(sender, "m1", text=SECRET)[1]
    bot.turn(sender, "m2", text="xin chào")
    status, again = bot.turn(sender, "m1", text="something else altogether")
    assert status == 200
    assert again == {**first, "repeated": True}
    assert len(actions.calls) == 1
    assert stored_turns(url, sender) == 2


def test_the_same_message_at_the_same_time_is_one_turn(bot, url, actions, sender):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: bot.turn(sender, "m1", text=SECRET), range(8)))
    assert [status for status, _ in answers] == [200] * 8
    assert sum(not answer["repeated"] for _, answer in answers) == 1
    assert len(actions.calls) == 1
    assert stored_turns(url, sender) == 1


def test_a_stored_turn_survives_kill_9(bot, environment, tmp_path, sender):
    other = running_bot.Bot(tmp_path / "log", environment).wait()
    first = other.turn(sender, "m1", text=SECRET)[1]
    other.stop(signal.SIGKILL)
    assert bot.turn(sender, "m1", text=SECRET) == (200, {**first, "repeated": True})


def test_a_long_conversation_is_answered_as_a_short_one(bot, sender):
    fresh = bot.turn(uuid4().hex, "m", text="xin chào")[1]
    for number in range(40):
        answer = bot.turn(sender, f"m{number}", text="xin chào")[1]
    assert answer == fresh


def test_texts_are_those_of_the_citizens_channel(bot, sender):
    assert bot.turn(sender, "m1", text="xin chào", channel="sms")[1]["replies"] == [{"text": "Chao tren SMS", "choices": []}]
    assert bot.turn(sender, "m2", text="xin chào", channel="zalo")[1]["replies"][0]["text"] == "Chào ông/bà trên web"


@pytest.mark.parametrize(
    "text", ["/ask", "/greet", " /ask", "/ask{}", '/ask{"citizen_number": "1"}', "/ask@0.9", "//ask", "/restart", "/session_start", "\u200b/ask@1.0{}"]
)
def test_typed_text_is_never_a_command(bot, actions, sender, text):
    status, answer = bot.turn(sender, "m1", text=text)
    assert status == 200
    assert answer["understood"]["confidence"] < 1
    assert bot.turn(sender, "m2", text="xin chào")[1]["repeated"] is False
    bot.turn(sender, "m3", payload="/ask")
    events = actions.calls[-1]["tracker"]["events"]
    assert [event["text"] for event in events if event["event"] == "user"] == [text.strip(), "xin chào", "/ask"]


def test_a_payload_is_what_it_says(bot, actions, sender):
    status, answer = bot.turn(sender, "m1", payload='/ask{"citizen_number": "042198001234", "guest_count": 2}')
    assert status == 200
    assert answer["understood"] == {
        "intent": "ask", "confidence": 1.0, "entities": [{"entity": "citizen_number", "value": "042198001234"}, {"entity": "guest_count", "value": 2}],
    }  # fmt: skip
    assert answer["state"]["filled"] == ["citizen_number"]
    assert actions.calls[0]["tracker"]["slots"]["citizen_number"] == "042198001234"


def test_actions_get_the_clock_the_channel_and_the_message_id(bot, actions, sender):
    bot.turn(sender, "m1", text=SECRET, channel="ussd", received_at="2027-01-01T10:00:00+07:00", metadata={"hint": 1})
    message = actions.calls[0]["tracker"]["latest_message"]
    assert message["metadata"] == {"hint": 1, "received_at": "2027-01-01T10:00:00+07:00", "channel": "ussd", "message_id": "m1"}
    assert actions.calls[0]["tracker"]["latest_input_channel"] == "ussd"
    assert [entity["value"] for entity in message["entities"]] == ["042198001234"]


def test_signals_and_choices_of_an_action_reach_the_gateway(bot, actions, sender):
    actions.answer = {
        "events": [{"event": "slot", "name": "journey", "value": "eid"}, {"event": "slot", "name": "step", "value": "eid_otp"}],
        "responses": [{"text": "Xin chờ", "buttons": [{"title": "Thôi", "payload": "/wait"}]}, {"custom": {"signal": "handoff", "reason": "asked"}}],
    }
    answer = bot.turn(sender, "m1", text=SECRET)[1]
    assert answer["replies"] == [{"text": "Xin chờ", "choices": [{"title": "Thôi", "payload": "/wait"}]}]
    assert answer["signals"] == [{"name": "handoff", "reason": "asked"}]
    assert answer["state"] == {"journey": "eid", "step": "eid_otp", "language": "vi", "filled": ["citizen_number"]}


def test_a_turn_without_a_word_is_empty(bot, actions, sender):
    actions.answer = {"events": [], "responses": []}
    status, answer = bot.turn(sender, "m1", text=SECRET)
    assert (status, answer["outcome"], answer["replies"]) == (200, "empty", [])


@pytest.mark.parametrize("failure", [500, 404, "malformed", "silent"])
def test_a_failing_action_is_503_and_leaves_nothing(bot, url, actions, sender, failure):
    bot.turn(sender, "m1", text="xin chào")
    actions.failure = failure
    status, answer = bot.turn(sender, "m2", text=SECRET)
    assert (status, answer) == (503, {"error": "ActionFailed"})
    assert stored_turns(url, sender) == 1
    actions.failure = None
    status, answer = bot.turn(sender, "m2", text=SECRET)
    assert status == 200 and answer["repeated"] is False and answer["replies"] == [{"text": "Đã tra xong", "choices": []}]


@pytest.mark.parametrize(
    "nonsense", [[], {}, {"events": []}, {"events": [], "responses": None}, {"events": ["slot"], "responses": []}, {"events": [{}], "responses": []}]
)
def test_an_answer_of_an_action_that_is_none_is_503_and_leaves_nothing(bot, url, actions, sender, nonsense):
    actions.answer = nonsense
    assert bot.turn(sender, "m1", text=SECRET) == (503, {"error": "ActionFailed"})
    assert stored_turns(url, sender) == 0


def test_an_action_that_asks_for_itself_for_ever_is_503(bot, url, actions, sender):
    actions.answer = {"events": [{"event": "followup", "name": "action_ask"}], "responses": [{"text": "noch einmal"}]}
    assert bot.turn(sender, "m1", text=SECRET) == (503, {"error": "DialogueLoop"})
    assert stored_turns(url, sender) == 0


def test_a_database_that_is_away_is_503_and_the_turn_can_be_repeated(bot, url, sender):
    execute(url, "ALTER TABLE turns RENAME TO hidden")
    try:
        assert bot.turn(sender, "m1", text="xin chào") == (503, {"error": "TrackerUnavailable"})
    finally:
        execute(url, "ALTER TABLE hidden RENAME TO turns")
    assert bot.turn(sender, "m1", text="xin chào")[1]["repeated"] is False


@pytest.mark.parametrize("token", [None, "", "wrong", "the-right-tokeN", "ü"])
def test_without_the_token_nothing_happens(bot, token):
    assert bot.post(b"{}", token.encode().decode("latin-1") if token else token) == (401, {"error": "wrong_token"})


@pytest.mark.parametrize(
    "change",
    [
        {"text": None}, {"text": ""}, {"text": " \n"}, {"payload": "/greet"}, {"text": None, "payload": "greet"},
        {"text": None, "payload": "/no_such_intent"}, {"text": None, "payload": "/restart"}, {"text": None, "payload": "/ask{"},
        {"text": None, "payload": "/ask[]"}, {"text": None, "payload": '/ask{"x": 1}'}, {"text": None, "payload": "/ask{}x"},
        {"text": "x" * 10_001}, {"text": 5 * [1]}, {"channel": "telegram"}, {"sender_id": ""}, {"sender_id": "a b"},
        {"message_id": ""}, {"message_id": "m" * 129}, {"received_at": None}, {"message_id": 5}, {"metadata": []}, {"extra": 1},
    ],
)  # fmt: skip
def test_malformed_is_422_and_repeats_no_content(bot, url, sender, change):
    status, answer = bot.turn(sender, "m1", **{"text": "xin chào bí mật", **change})
    assert status == 422
    assert answer["error"] == "malformed" and answer["problems"]
    assert "bí mật" not in json.dumps(answer, ensure_ascii=False)
    assert stored_turns(url, sender) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"text": "\\ud800"}'])
def test_a_body_that_is_no_turn_is_422(bot, body):
    assert bot.post(body)[0] == 422


@pytest.mark.parametrize("text", ["\x00", "😀", "\ud83d", "a" * 10_000, "?", "\u202e\u200b", "漢字", "%s {0} {name}", "'; DROP TABLE turns;--"])
def test_odd_texts_are_answered(bot, sender, text):
    status, answer = bot.turn(sender, "m1", text=text)
    assert status == 200 and answer["outcome"] == "replied"


def test_nothing_else_is_served(bot):
    for path in ("/", "/version", "/status", "/model/parse", "/conversations/x/tracker", "/webhooks/rest/webhook", "/webhooks/gateway/turn"):
        assert bot.get(path)[0] in (404, 405)


def test_health_tells_whether_a_turn_could_be_stored(bot):
    status, answer = bot.get("/webhooks/gateway/health")
    assert status == 200 and answer["status"] == "ready" and answer["model"]


def test_no_failure_writes_a_citizens_words_into_the_log(bot, url, actions, sender):
    for number, failure in enumerate((500, "malformed", "silent")):
        actions.failure = failure
        bot.turn(sender, f"m{number}", text=SECRET)
    execute(url, "ALTER TABLE turns RENAME TO hidden")
    bot.turn(sender, "m9", text=SECRET)
    execute(url, "ALTER TABLE hidden RENAME TO turns")
    bot.turn(sender, "m10", text=None, payload='/ask{"citizen_number": "042198001234", "x": "Bí Mật"}')
    lines = [json.loads(line) for line in bot.log.splitlines()]
    assert {"ActionFailed", "TrackerUnavailable"} <= {line.get("error") for line in lines}
    for secret in ("042198001234", "Bí Mật", "B\\u00ed", "hỏi căn cước", running_bot.TOKEN):
        assert secret not in bot.log


def test_two_processes_never_both_continue_a_conversation(bot, environment, tmp_path, url, sender):
    """The gateway runs one turn at a time; should it ever not, the store refuses one and the retry finds its place."""
    other = running_bot.Bot(tmp_path / "log", environment).wait()
    start = threading.Barrier(2)

    def speak(process, prefix):
        taken = []
        for number in range(15):
            start.wait()
            while process.turn(sender, f"{prefix}{number}", text=SECRET)[0] != 200:
                pass
            taken.append(f"{prefix}{number}")
        return taken

    with ThreadPoolExecutor(2) as pool:
        taken = [task.result() for task in (pool.submit(speak, bot, "a"), pool.submit(speak, other, "b"))]
    other.stop()
    assert stored_turns(url, sender) == 30
    assert all(bot.turn(sender, message, text="?")[1]["repeated"] for messages in taken for message in messages)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"DATA_KEYS": "k1:short"}, "DATA_KEYS"),
        ({"BOT_TOKEN": ""}, "BOT_TOKEN"),
        ({"BOT_TOKEN": "development-only", "TROLY_ENV": "production"}, "BOT_TOKEN must be set in production"),
        ({"BOT_MODEL": "/nowhere"}, "train.py"),
        ({"TRACKER_DATABASE_URL": "postgresql://postgres@127.0.0.1:1/x"}, "database"),
    ],
)
def test_a_start_that_cannot_succeed_says_why_in_one_line(environment, tmp_path, change, said):
    refused = running_bot.Bot(tmp_path / "log", {**environment, **change})
    try:
        assert refused.process.wait(90) == 1
    finally:
        refused.process.kill()
    last = json.loads(refused.log.splitlines()[-1])
    assert last["level"] == "critical" and said in last["event"]
