"""Client of the lodging backend."""

from datetime import date
from urllib.parse import quote

from integrations.services.client import BackendClient
from integrations.services.lodging.messages import Notification, NotificationDraft, Receipt


class LodgingClient(BackendClient):
    """`LODGING_URL`."""

    service = "lodging"

    async def submit(self, draft: NotificationDraft, idempotency_key: str) -> Receipt:
        """Sends a notification; a repeat of the key gives the same receipt. Raises BackendRejected with the backend's code."""
        return await self._call("submit", "POST", "/v1/notifications", Receipt, body=draft, idempotency_key=idempotency_key)

    async def get(self, code: str) -> Notification:
        """A stored notification. Raises NotFound."""
        return await self._call("get", "GET", f"/v1/notifications/{quote(code, safe='')}", Notification)

    async def correct(self, code: str, draft: NotificationDraft, idempotency_key: str) -> Notification:
        """Replaces the content. Raises NotFound, and BackendRejected("cancelled")."""
        path = f"/v1/notifications/{quote(code, safe='')}"
        return await self._call("correct", "PUT", path, Notification, body=draft, idempotency_key=idempotency_key)

    async def cancel(self, code: str, idempotency_key: str) -> Notification:
        """Cancels; repeating changes nothing. Raises NotFound."""
        return await self._call("cancel", "POST", f"/v1/notifications/{quote(code, safe='')}/cancel", Notification, idempotency_key=idempotency_key)

    async def of_establishment(self, name: str, day: date) -> list[Notification]:
        """The notifications of one establishment whose guests arrived on `day`, without the cancelled ones."""
        path = f"/v1/establishments/{quote(name, safe='')}/notifications"
        return await self._call("of_establishment", "GET", path, list[Notification], params={"date": day.isoformat()})
