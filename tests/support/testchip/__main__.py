"""`python -m tests.support.testchip --port 35963`: lays a test card on a running vpcd until interrupted."""

import argparse
import sys
from pathlib import Path

from tests.support.testchip.issue import Profile, issue
from tests.support.testchip.vpcd import VpcdCard
from verification_service.chip.ciphers import CipherName


def main() -> None:
    parser = argparse.ArgumentParser(prog="testchip", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=35963)
    parser.add_argument("--access", choices=["pace", "bac", "both"], default="both")
    parser.add_argument("--active", choices=["ec", "rsa", "none"], default="ec")
    parser.add_argument("--no-chip-authentication", action="store_true")
    parser.add_argument("--csca", type=Path, help="write the test CSCA certificate here, for a trust store")
    arguments = parser.parse_args()
    chip = None if arguments.no_chip_authentication else CipherName.AES128
    issued = issue(Profile(access=arguments.access, active=None if arguments.active == "none" else arguments.active, chip=chip))
    if arguments.csca:
        arguments.csca.write_bytes(issued.pki.csca.der)
    key = issued.holder.mrz_key
    sys.stdout.write(f"CAN {issued.holder.can}  MRZ {key.document_number},{key.birth_date},{key.expiry_date}\n")
    sys.stdout.flush()
    with VpcdCard(issued.chip, arguments.port, arguments.host) as card:
        card.join()


if __name__ == "__main__":
    main()
