"""A loopback stand-in of the bot that speaks the turn contract (docs/contracts.md), for tests of the pages around it.

What it answers is steered by what the citizen writes: `gap can bo` hands over, `chon` offers two choices, `cham …` answers after a second,
`khan cap` hands over as an emergency; anything else is repeated back. It remembers message ids, as the real one does.
"""

import asyncio
from typing import Any

from fastapi import FastAPI

app = FastAPI()
_answered: dict[str, dict[str, Any]] = {}


@app.get("/webhooks/gateway/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/webhooks/gateway/turn")
async def turn(message: dict[str, Any]) -> dict[str, Any]:
    known = _answered.get(message["message_id"])
    if known:
        return {**known, "repeated": True}
    said = message["text"] or ""
    if said.startswith("cham"):
        await asyncio.sleep(1)
    replies, signals = answer(said, message["payload"])
    made = {
        "outcome": "replied", "repeated": False, "replies": replies, "signals": signals,
        "understood": {"intent": "stand_in", "confidence": 0.42 if "mo ho" in said else 0.97, "entities": []},
        "state": {"journey": "lodging", "step": "lodging_guest_name", "language": "vi", "filled": ["lodging_place"]},
    }  # fmt: skip
    _answered[message["message_id"]] = made
    return made


def answer(said: str, payload: str | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    if payload:
        return [{"text": f"Đã chọn: {payload}", "choices": []}], []
    if said.lower() in {"gặp cán bộ", "gap can bo"}:
        return [{"text": "Tôi đã chuyển ông/bà tới cán bộ.", "choices": []}], [{"name": "handoff", "reason": "asked", "summary": "Người dân muốn gặp cán bộ."}]
    if said == "khan cap":
        return [{"text": "Gọi ngay 113.", "choices": []}], [{"name": "handoff", "reason": "emergency"}]
    if said == "chon":
        return [
            {"text": "Ông/bà cần việc gì?", "choices": [{"title": "Kích hoạt VNeID", "payload": "/eid_activate"}, {"title": "Lưu trú", "payload": "/lodging"}]}
        ], []
    return [{"text": f"Tôi đã nghe: {said}", "choices": []}], []
