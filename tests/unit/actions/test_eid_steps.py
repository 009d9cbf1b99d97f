"""The eID journey goes to the step that the citizen's words mean, and back to the check it came from."""

import pytest

from actions.eid import form
from actions.eid.form import EidForm
from tests.unit.actions.support import run, tracker


def at(step: str, **slots) -> dict:
    return {"journey": "eid", "eid_step": step, "eid_trail": [], "eid_warned": True, "failed_turns": 0, **slots}


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("3 ngày rồi", "within"),
        ("hôm kia, được 2 ngày", "within"),
        ("một tuần", "within"),
        ("10 ngày rồi", "over_7_days"),
        ("hai tuần rồi", "over_7_days"),
        ("1 thang roi", "over_7_days"),
        ("qua 7 ngay roi", "over_7_days"),
        ("chưa quá 7 ngày", "within"),
    ],
)
async def test_how_long_ago_is_read_as_a_number_of_days(text, step, monkeypatch):
    monkeypatch.setattr(form, "_service_step", _working)
    _, slots, _ = await run(EidForm(), tracker(text, slots=at("approved_when")))
    assert slots["eid_step"] == ("activate_open" if step == "within" else step)


@pytest.mark.parametrize("text", ["chưa xong", "tôi chưa xong", "chua lam xong", "chưa làm được"])
@pytest.mark.parametrize("intent", ["step_done", "inform"])
async def test_not_done_is_not_done_whatever_the_classifier_says(text, intent):
    _, slots, _ = await run(EidForm(), tracker(text, intent=intent, slots=at("activate_otp")))
    assert slots["eid_step"] == "no_otp"
    _, slots, _ = await run(EidForm(), tracker("xong rồi", intent=intent, slots=at("activate_otp")))
    assert slots["eid_step"] == "activate_password"


@pytest.mark.parametrize(("text", "step"), [("tôi không mất máy cũ", "device_old"), ("may cu khong hong", "device_old"), ("tôi mất máy cũ rồi", "device_lost")])
async def test_an_old_phone_that_is_not_lost(text, step):
    _, slots, _ = await run(EidForm(), tracker(text, slots=at("device")))
    assert slots["eid_step"] == step


@pytest.mark.parametrize(
    ("step", "answer", "slot", "value"),
    [
        ("level1_trouble", "maintenance", "ticket_wanted", "call_back"),
        ("where", "cannot_log_in", "eid_step", "login_trouble"),
        ("approved_when", "within_7_days", "eid_step", "activate_open"),
        ("activate_error", "maintenance", "eid_step", "not_maintenance"),
    ],
)
async def test_after_maintenance_the_check_is_the_one_it_came_from(step, answer, slot, value, monkeypatch):
    monkeypatch.setattr(form, "_service_step", _busy)
    _, slots, _ = await run(EidForm(), tracker(payload=True, entities={"answer": answer}, slots=at(step)))
    assert slots["eid_step"] == "maintenance"
    monkeypatch.setattr(form, "_service_step", _working)
    _, after, _ = await run(EidForm(), tracker(payload=True, entities={"answer": "retry"}, slots=at("maintenance", eid_checked=slots["eid_checked"])))
    assert after[slot] == value


async def test_who_was_activated_by_the_hotline_logs_in():
    _, slots, _ = await run(EidForm(), tracker(intent="step_done", payload=True, slots=at("over_7_days")))
    assert slots["eid_step"] == "already_activated"


async def _working(ok: str, busy: str) -> str:
    return ok


async def _busy(ok: str, busy: str) -> str:
    return busy
