"""Configuration of the program beside the reader and the camera."""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

THIS_BOX = {"127.0.0.1", "localhost", "::1"}


class KioskSettings(BaseSettings):
    """`kiosk_id` is what enrolling printed; `kiosk_key_file` holds 32 secret bytes in hex (`python -m verification_service.kiosk new-key`).

    `kiosk_reader`: part of the reader's name, empty for the first one. The page is for the box itself; chip files and pictures leave it under TLS only.
    """

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    verification_url: str = "http://127.0.0.1:8200"
    kiosk_id: str = ""
    kiosk_key_file: Path = Path("var/kiosk.key")
    kiosk_reader: str = ""
    kiosk_host: str = "127.0.0.1"
    kiosk_port: int = 8300
    kiosk_idle_seconds: float = 60
    kiosk_card_seconds: float = 30
    kiosk_capture_seconds: float = 18

    @model_validator(mode="after")
    def _nobody_listens_in(self) -> Self:
        server = urlsplit(self.verification_url)
        if server.scheme != "https" and server.hostname not in THIS_BOX:
            raise ValueError("VERIFICATION_URL of a kiosk must be https")
        if self.kiosk_host not in THIS_BOX:
            raise ValueError("KIOSK_HOST must be a loopback address")
        return self

    @property
    def key(self) -> Ed25519PrivateKey:
        """The device key. Raises OSError, ValueError."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.kiosk_key_file.read_text().strip()))
