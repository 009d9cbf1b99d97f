"""A kiosk of the whole product: enrolled by the command line, and driven over its API where two browsers would be too much."""

from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scripts.local_stack import LocalStack
from tests.support.faces import Person
from tests.support.testchip import Issue
from tests.support.verification import frames_of
from verification_service.chip import AccessKeys, Expected, read
from verification_service.kiosk.client import VerificationClient


@dataclass
class EnrolledKiosk:
    """A device key and the id that the service knows it by."""

    url: str
    id: str
    key: Ed25519PrivateKey

    @classmethod
    def at(cls, stack: LocalStack, commune: str, name: str = "Quầy 1", point: str = "18.343,105.906") -> "EnrolledKiosk":
        """A new kiosk in a commune of Hà Tĩnh."""
        key = Ed25519PrivateKey.generate()
        where = ("--place", f"Công an {commune}", "--commune", commune, "--province", "Hà Tĩnh", "--at", point)
        public = key.public_key().public_bytes_raw().hex()
        device_id = stack.run_tool("verification_service.sessions", "enrol-kiosk", "--name", name, *where, "--public-key", public).strip()
        return cls(stack.url("verification"), device_id, key)

    def check(self, code: str, card: Issue, somebody: Person) -> str:
        """Somebody types the code, lays the card on the reader and does what the camera asks; tried again while the service asks for it."""
        client = VerificationClient(self.url, self.id, self.key, httpx.Client(timeout=300))
        claimed = client.claim(code)
        challenge = claimed.challenge
        while challenge is not None:
            relay, expected = client.authenticator(claimed.session_id), Expected(number=card.holder.number)
            keys = AccessKeys(can=card.holder.can)
            evidence = read(card.chip.present(), keys, challenge=challenge.chip, chip_authenticator=relay, expected=expected)
            ruling = client.upload(claimed.session_id, challenge.id, evidence, frames_of(somebody, challenge.movements))
            challenge = ruling.challenge
        return ruling.outcome
