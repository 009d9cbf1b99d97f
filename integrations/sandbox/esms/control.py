"""Controls of the stand-in: what a citizen writes, what was received, and what shall go wrong. eSMS has nothing of this."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from integrations.sandbox.esms.dependencies import CallerOf, OfficeOf
from integrations.sandbox.esms.office import national

router = APIRouter(prefix="/_control", tags=["eSMS controls"])


class CitizenMessage(BaseModel):
    """`copies` > 1 delivers the same message again."""

    text: str
    copies: int = Field(1, ge=1, le=20)


class Rules(BaseModel):
    """What the customer may send: regular expressions of the registered templates (none: anything), banned words, networks, messages paid for."""

    templates: list[str] = []
    banned: list[str] = []
    networks: list[int] = [1, 2, 3, 4, 5]
    balance: int = 100_000


@router.post("/citizens/{phone}/messages")
async def write(phone: str, message: CitizenMessage, caller: CallerOf) -> dict[str, Any]:
    """A citizen writes to the short code: the customer gets a signed call."""
    number = national(phone)
    if number is None:
        raise HTTPException(422, "not a Vietnamese mobile number")
    answers = await caller.message(number, message.text, message.copies)
    return {"statuses": [status for status, _ in answers], "bodies": [body for _, body in answers]}


@router.get("/messages")
async def messages(office: OfficeOf, phone: str | None = None) -> list[dict[str, Any]]:
    """What citizens received, in order."""
    wanted = national(phone) if phone else None
    return [asdict(taken) for taken in office.taken if phone is None or taken.phone == wanted]


@router.put("/rules")
async def set_rules(rules: Rules, office: OfficeOf) -> Rules:
    office.templates, office.banned, office.networks, office.balance = rules.templates, rules.banned, set(rules.networks), rules.balance
    return rules


@router.get("/state")
async def state(office: OfficeOf, caller: CallerOf) -> dict[str, Any]:
    """Counters for a test."""
    return {"requests": office.requests, "taken": len(office.taken), "balance": office.balance, "unanswered": caller.unanswered}
