"""The errors of every backend client, one tree:

BackendError                 `service` and `operation` say where, never what was sent
├── BackendUnavailable       no usable answer: `reason` is connect, timeout, busy, status or malformed; asking again later may help
├── BackendRejected          the backend understood and refused (4xx): `code` is its own word for why
└── NotFound                 404: unknown, or not to be known by this caller
"""

from typing import ClassVar, Literal

UnavailableReason = Literal["connect", "timeout", "busy", "status", "malformed"]


class BackendError(Exception):
    """Root of the tree."""

    retryable: ClassVar[bool] = False

    def __init__(self, service: str, operation: str, detail: str) -> None:
        super().__init__(f"{service} {operation}: {detail}")
        self.service = service
        self.operation = operation


class BackendUnavailable(BackendError):
    """No usable answer. A write may have happened; repeating it with the same idempotency key is safe."""

    retryable = True

    def __init__(self, service: str, operation: str, reason: UnavailableReason) -> None:
        super().__init__(service, operation, reason)
        self.reason = reason


class BackendRejected(BackendError):
    """Refused for good with this input."""

    def __init__(self, service: str, operation: str, code: str, status: int) -> None:
        super().__init__(service, operation, f"{status} {code}")
        self.code = code
        self.status = status


class NotFound(BackendError):
    """There is no such thing, or this caller may not know it."""

    def __init__(self, service: str, operation: str) -> None:
        super().__init__(service, operation, "not found")
