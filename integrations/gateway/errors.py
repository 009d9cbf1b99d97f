"""The errors of the gateway, one tree; each knows the HTTP status it becomes.

GatewayError
├── NotFound            no such conversation, message or session: 404
├── NotOwned            the conversation is not (any more) the caller's to answer: 409
├── AddressTaken        another conversation of the channel has this address: 409
├── IdempotencyConflict the same Idempotency-Key came with another request: 409
├── NoNumber            the conversation has no number of its own (web, Zalo): 422
└── Unauthorized        the caller's token is missing or wrong: 401
"""


class GatewayError(Exception):
    """Root of the tree; `code` is what a machine reads."""

    status = 500
    code = "internal"


class NotFound(GatewayError):
    status = 404
    code = "not_found"


class NotOwned(GatewayError):
    status = 409
    code = "not_owned"


class AddressTaken(GatewayError):
    status = 409
    code = "address_taken"


class IdempotencyConflict(GatewayError):
    status = 409
    code = "idempotency_conflict"


class NoNumber(GatewayError):
    status = 422
    code = "no_number"


class Unauthorized(GatewayError):
    status = 401
    code = "unauthorized"
