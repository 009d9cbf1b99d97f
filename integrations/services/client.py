"""What all backend clients share: one pooled connection, one deadline, one way to read an answer."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from integrations.services.errors import BackendRejected, BackendUnavailable, NotFound

TOTAL_SECONDS = 6.0
CONNECT_SECONDS = 2.0
BUSY = {408, 425, 429}
T = TypeVar("T")
log = logging.getLogger(__name__)


def create_http_client() -> httpx.AsyncClient:
    """A pooled client for all backends of one process; close it with `aclose()`. A refused connection is tried once more."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20)
    return httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=1, limits=limits), timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS))


class BackendClient:
    """Base of the typed clients. `base_url` is chosen by configuration: a stand-in or the province's own system."""

    service: str

    def __init__(self, http: httpx.AsyncClient, base_url: str, headers: Mapping[str, str] | None = None, total_seconds: float = TOTAL_SECONDS) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers or {})
        self._total_seconds = total_seconds

    async def _call(
        self,
        operation: str,
        method: str,
        path: str,
        answer: type[T],
        *,
        body: BaseModel | dict[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> T:
        """Sends one request and reads its answer as `answer`. Raises the tree of `services.errors`, within the total time."""
        headers = self._headers | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})
        content = body.model_dump(mode="json", by_alias=True, exclude_none=True) if isinstance(body, BaseModel) else body
        try:
            async with asyncio.timeout(self._total_seconds):
                response = await self._http.request(method, f"{self._base_url}{path}", json=content, params=params, headers=headers)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise self._unavailable(operation, "timeout") from error
        except httpx.HTTPError as error:
            raise self._unavailable(operation, "connect") from error
        return self._read(operation, response, answer)

    def _read(self, operation: str, response: httpx.Response, answer: type[T]) -> T:
        if response.status_code == 404:
            raise NotFound(self.service, operation)
        if response.status_code in BUSY:
            raise self._unavailable(operation, "busy")
        if 400 <= response.status_code < 500:
            raise BackendRejected(self.service, operation, _code(response), response.status_code)
        if not response.is_success:
            raise self._unavailable(operation, "status")
        try:
            return TypeAdapter(answer).validate_json(response.content)
        except ValidationError:
            raise self._unavailable(operation, "malformed") from None  # the cause carries the answer, which may be personal

    def _unavailable(self, operation: str, reason: Any) -> BackendUnavailable:
        log.warning("backend unavailable", extra={"service": self.service, "operation": operation, "reason": reason})
        return BackendUnavailable(self.service, operation, reason)


def _code(response: httpx.Response) -> str:
    """The backend's own code from `{"code": …}` or `{"detail": {"code": …}}`, else `rejected`."""
    try:
        body = response.json()
    except ValueError:
        return "rejected"
    for part in (body, body.get("detail") if isinstance(body, dict) else None):
        if isinstance(part, dict) and isinstance(part.get("code"), str):
            return part["code"]
    return "rejected"
