"""A plain phone that dials and types digits. Every screen it gets is checked for length before the test sees it."""

import uuid
from dataclasses import dataclass, field

import httpx

from integrations.core.text_fitting import Coding, coding_of, units

SEPTETS = 182
TOKEN = "ussd-token-of-the-test"


@dataclass
class Handset:
    """On Africa's Talking: the gateway gets the whole path, and answers CON or END."""

    gateway: str
    msisdn: str = "+84912345678"
    screens: list[str] = field(default_factory=list)
    open: bool = False
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    def dial(self) -> str:
        self._session, self._path = f"AT_{uuid.uuid4().hex}", None
        return self._request("")

    def press(self, *inputs: str) -> str:
        """The last screen after each input."""
        for typed in inputs:
            assert self.open, f"the session is closed: {self.screens[-1]}"
            self._request(typed if self._path in (None, "") else f"{self._path}*{typed}")
        return self.screens[-1]

    def resend(self) -> str:
        """The operator repeats its last request."""
        return self._request(self._path or "")

    def drop(self) -> None:
        """The line breaks; the operator tells us afterwards."""
        form = {"sessionId": self._session, "phoneNumber": self.msisdn, "serviceCode": "*1022#", "status": "Failed"}
        self.client.post(f"{self.gateway}/webhooks/ussd/{TOKEN}/africas-talking/end", data=form).raise_for_status()
        self.open = False

    def _request(self, path: str) -> str:
        self._path = path
        form = {"sessionId": self._session, "phoneNumber": self.msisdn, "networkCode": "45204", "serviceCode": "*1022#", "text": path}
        response = self.client.post(f"{self.gateway}/webhooks/ussd/{TOKEN}/africas-talking", data=form)
        assert response.status_code == 200, response.text
        kind, _, text = response.text.partition(" ")
        assert kind in ("CON", "END")
        assert coding_of(text) is Coding.GSM7 and 0 < units(text) <= SEPTETS, text
        self.open = kind == "CON"
        self.screens.append(text)
        return text
