"""What must be remembered between leaving for the provider and coming back: an encrypted cookie of this browser, for ten minutes.

`SameSite=Lax`: the way back is a navigation from the provider's site, on which the desk's own strict cookie does not travel.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from integrations.core.crypto import Keyring
from integrations.core.errors import DecryptionError

CONTEXT = "cookie.oidc"
LIFETIME = timedelta(minutes=10)


def open_handshake(request: Request, now: datetime) -> dict[str, Any]:
    """What was kept in this browser, also as `request.session`, where Authlib looks; empty when there is nothing, or it is old or not ours."""
    try:
        kept = json.loads(_keyring(request).decrypt_text(request.cookies.get(_name(request), ""), CONTEXT))
    except DecryptionError:
        kept = {}
    fresh = bool(kept) and now - datetime.fromisoformat(kept["at"]) < LIFETIME
    request.scope["session"] = kept["session"] if fresh else {}
    return request.session


def keep_handshake(request: Request, response: Response, now: datetime) -> None:
    kept = json.dumps({"at": now.isoformat(), "session": request.session})
    response.set_cookie(
        _name(request), _keyring(request).encrypt_text(kept, CONTEXT), max_age=int(LIFETIME.total_seconds()), httponly=True, samesite="lax",
        secure=request.app.state.settings.production, path="/",
    )  # fmt: skip


def end_handshake(request: Request, response: Response) -> None:
    response.delete_cookie(_name(request), httponly=True, samesite="lax", secure=request.app.state.settings.production, path="/")


def _name(request: Request) -> str:
    return "__Host-desk-oidc" if request.app.state.settings.production else "desk-oidc"


def _keyring(request: Request) -> Keyring:
    keyring: Keyring = request.app.state.settings.keyring
    return keyring
