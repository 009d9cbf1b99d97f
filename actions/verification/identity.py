"""A conversation whose citizen has just proved at a kiosk who they are. Only the session's id and an end are kept here, never the person's data."""

from datetime import datetime, timedelta
from typing import Any

from actions.common.answers import Answers
from actions.common.turn import Turn
from integrations.services import BackendRejected, Backends, NotFound
from integrations.services.verification import Claims

# "Just verified": long enough to finish what one came for, shorter than the hour for which the service keeps the holder's data.
IDENTITY_LASTS = timedelta(minutes=30)


def proven(session_id: str, turn: Turn) -> dict[str, str]:
    """The slot `identity` from now on."""
    return {"session": session_id, "until": (turn.now + IDENTITY_LASTS).isoformat()}


def session_of(identity: dict[str, Any] | None, turn: Turn) -> str | None:
    """The kiosk session that proves this conversation's identity, while it does."""
    return identity["session"] if identity and turn.now < datetime.fromisoformat(identity["until"]) else None


def identified(answers: Answers, turn: Turn) -> str | None:
    """As `session_of`, for a form."""
    return session_of(answers["identity"], turn)


async def claims_of(clients: Backends, session_id: str) -> Claims | None:
    """What the policy lets us learn about the verified person; None when it is not kept any more. Raises BackendUnavailable."""
    try:
        return (await clients.verification.result(session_id)).claims
    except (NotFound, BackendRejected):
        return None
