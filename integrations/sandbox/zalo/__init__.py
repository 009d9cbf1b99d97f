"""Zalo's cloud on loopback: OAuth, the Official Account API, signed webhooks, and controls that make it misbehave.

It stands for what `docs` of Zalo and third parties say, with its limits and errors. Like Zalo it knows no client reference, so the
same message sent twice is two messages. `ZALO_API_URL` and `ZALO_OAUTH_URL` of the gateway point to `<sandbox>/zalo`.
"""

from integrations.sandbox.zalo.routes import router

__all__ = ["router"]
