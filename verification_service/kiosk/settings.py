"""Configuration of the program beside the reader and the camera."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic_settings import BaseSettings, SettingsConfigDict


class KioskSettings(BaseSettings):
    """`kiosk_id` is what enrolling printed; `kiosk_key_file` holds 32 secret bytes in hex (`python -m verification_service.kiosk new-key`).

    `kiosk_reader`: part of the reader's name, empty for the first one.
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

    @property
    def key(self) -> Ed25519PrivateKey:
        """The device key. Raises OSError, ValueError."""
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.kiosk_key_file.read_text().strip()))
