"""`python -m verification_service.kiosk` runs the kiosk; `… new-key` makes a device key and prints its public half for enrolling."""

import argparse
import secrets
import sys

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verification_service.chip import wait_for_card
from verification_service.face.eyes import load_eyes
from verification_service.face.matcher import FaceMatcher
from verification_service.face.packs import resolve_pack
from verification_service.kiosk.app import create_app
from verification_service.kiosk.client import VerificationClient
from verification_service.kiosk.controller import Kiosk
from verification_service.kiosk.settings import KioskSettings


def new_key(settings: KioskSettings) -> str:
    """Writes a fresh device key, readable by its owner only; returns the public key in hex. Raises FileExistsError."""
    seed = secrets.token_bytes(32)
    settings.kiosk_key_file.parent.mkdir(parents=True, exist_ok=True)
    settings.kiosk_key_file.touch(mode=0o600, exist_ok=False)
    settings.kiosk_key_file.write_text(seed.hex())
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()


def build(settings: KioskSettings) -> Kiosk:
    """The kiosk with its reader, models and key. Raises PackError, OSError, ValueError."""
    matcher = FaceMatcher(resolve_pack())
    matcher.self_test()
    client = VerificationClient(settings.verification_url, settings.kiosk_id, settings.key)
    reader = settings.kiosk_reader or None
    return Kiosk(
        client,
        matcher,
        lambda seconds, stop: wait_for_card(reader, seconds, stop),
        settings.kiosk_idle_seconds,
        settings.kiosk_card_seconds,
        settings.kiosk_capture_seconds,
        load_eyes(),
    )


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m verification_service.kiosk", description=__doc__)
    parser.add_argument("command", nargs="?", choices=("run", "new-key"), default="run")
    settings = KioskSettings()
    if parser.parse_args(arguments).command == "new-key":
        sys.stdout.write(f"{new_key(settings)}\n")
        return 0
    uvicorn.run(create_app(build(settings)), host=settings.kiosk_host, port=settings.kiosk_port, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
