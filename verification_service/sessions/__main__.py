"""Administration of the verification service.

python -m verification_service.sessions migrate
python -m verification_service.sessions enrol-kiosk --name "Quầy 1" --place "Công an phường Thành Sen" --commune "Phường Thành Sen" --province "Hà Tĩnh"
    --public-key <64 hex digits> [--at 18.3428,105.9057]
python -m verification_service.sessions place-commune --commune "Xã Thạch Hà" --province "Hà Tĩnh" --at 18.3608,105.8567
python -m verification_service.sessions revoke-kiosk <id>
python -m verification_service.sessions add-operator --name "…"        (the password is read from standard input)
python -m verification_service.sessions rotate-keys
"""

import argparse
import asyncio
import sys
from uuid import UUID

from sqlalchemy import Text, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from verification_service.chip import TrustStore
from verification_service.sessions import kiosks, operators
from verification_service.sessions.database import Base, create_engine
from verification_service.sessions.encryption import EncryptedText, Keyring
from verification_service.sessions.migrate import upgrade
from verification_service.sessions.nearest import Whereabouts
from verification_service.sessions.service import Service
from verification_service.sessions.settings import VerificationSettings


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m verification_service.sessions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate")
    enrol = commands.add_parser("enrol-kiosk")
    for name in ("--name", "--place", "--commune", "--province"):
        enrol.add_argument(name, required=True)
    enrol.add_argument("--public-key", required=True, type=bytes.fromhex)
    enrol.add_argument("--at", type=point, help="latitude,longitude in degrees")
    commune = commands.add_parser("place-commune")
    for name in ("--commune", "--province"):
        commune.add_argument(name, required=True)
    commune.add_argument("--at", type=point, required=True, help="latitude,longitude in degrees")
    commands.add_parser("revoke-kiosk").add_argument("id", type=UUID)
    commands.add_parser("add-operator").add_argument("--name", required=True)
    commands.add_parser("rotate-keys")
    return parser.parse_args(arguments)


def point(text: str) -> tuple[float, float]:
    """`18.34,105.9`. Raises ValueError."""
    latitude, longitude = (float(part) for part in text.split(","))
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(text)
    return latitude, longitude


async def run(options: argparse.Namespace, settings: VerificationSettings) -> str:
    """Runs a command on the database and returns what to print."""
    keyring = Keyring(settings.data_keys.get_secret_value(), settings.index_key.get_secret_value())
    engine = create_engine(settings.verification_database_url, keyring)
    service = Service(settings, async_sessionmaker(engine), keyring, TrustStore(), None, "", asyncio.Semaphore(1))
    try:
        if options.command == "rotate-keys":
            return f"{await rotate_keys(engine, keyring)} values moved to key {keyring.current}"
        async with service.sessions.begin() as transaction:
            if options.command == "enrol-kiosk":
                where = Whereabouts.official(options.commune, options.province)
                device = kiosks.Device(options.name, options.place, where, options.public_key, options.at)
                return str((await kiosks.enrol(service, transaction, device)).id)
            if options.command == "place-commune":
                await kiosks.place_commune(service, transaction, Whereabouts.official(options.commune, options.province), options.at)
                return "placed"
            if options.command == "revoke-kiosk":
                return "revoked" if await kiosks.revoke(service, transaction, options.id) else "unknown kiosk"
            await operators.add(service, transaction, options.name, sys.stdin.readline().strip())
            return "added"
    finally:
        await engine.dispose()


async def rotate_keys(engine: AsyncEngine, keyring: Keyring) -> int:
    """Re-encrypts every encrypted column under the first key; returns the number of values."""
    changed = 0
    async with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            keys = list(table.primary_key.columns)
            for column in (column for column in table.columns if isinstance(column.type, EncryptedText)):
                rows = await connection.execute(select(*keys, column.cast(Text).label("token")).where(column.is_not(None)).with_for_update())
                for row in rows:
                    if not keyring.is_current(row.token):
                        plain = keyring.decrypt(row.token, column.type.context)
                        await connection.execute(update(table).where(*(key == row._mapping[key.name] for key in keys)).values({column.name: plain}))
                        changed += 1
    return changed


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line."""
    options, settings = parse(arguments), VerificationSettings()
    if options.command == "migrate":
        upgrade(settings.verification_database_url)
        return 0
    try:
        done = asyncio.run(run(options, settings))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{done}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
