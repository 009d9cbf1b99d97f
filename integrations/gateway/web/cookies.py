"""The cookie that a web conversation belongs to. The database knows only its hash, so a copy of the database opens no conversation."""

import secrets
from hashlib import sha256

from fastapi import Request, Response

SECONDS = 48 * 3600
"""An unfinished journey keeps its session for 48 hours; so does the cookie, counted from the last visit."""


def name(request: Request) -> str:
    return "__Host-chat" if request.app.state.settings.production else "chat"


def read(request: Request) -> str | None:
    """The cookie's value when it has the form we give out."""
    token = request.cookies.get(name(request), "")
    return token if len(token) == 43 and token.isascii() else None


def write(request: Request, response: Response, token: str | None = None) -> None:
    """Sets the given token, or a fresh one."""
    response.set_cookie(
        name(request),
        token or secrets.token_urlsafe(32),
        max_age=SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.production,
        path="/",
    )


def clear(request: Request, response: Response) -> None:
    response.delete_cookie(name(request), httponly=True, samesite="lax", secure=request.app.state.settings.production, path="/")


def address(token: str) -> str:
    """The citizen's address on the channel `web`."""
    return sha256(token.encode()).hexdigest()
