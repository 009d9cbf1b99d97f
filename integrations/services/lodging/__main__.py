"""`python -m integrations.services.lodging export --establishment "Khách sạn Bình Minh" --date 2026-11-23 [--format csv] [--output file]`"""

import argparse
import asyncio
import sys
from datetime import date
from pathlib import Path

from integrations.services import Backends
from integrations.services.errors import BackendError
from integrations.services.lodging.export import to_csv, to_xlsx

FORMATS = {"xlsx": to_xlsx, "csv": to_csv}


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m integrations.services.lodging", description=__doc__)
    export = parser.add_subparsers(dest="command", required=True).add_parser("export", help="a day's guests of one establishment as a table")
    export.add_argument("--establishment", required=True, help="the establishment's name as it was notified")
    export.add_argument("--date", required=True, type=date.fromisoformat, help="day of arrival, 2026-11-23")
    export.add_argument("--format", choices=FORMATS, default="xlsx")
    export.add_argument("--output", type=Path, help="file to write; by default luu-tru-<date>.<format> here")
    return parser.parse_args(arguments)


async def export(options: argparse.Namespace) -> Path:
    """Writes the file, readable by its owner only, and returns its path. Raises BackendError."""
    async with Backends.create() as backends:
        notifications = await backends.lodging.of_establishment(options.establishment, options.date)
    path = options.output or Path(f"luu-tru-{options.date}.{options.format}")
    path.touch(mode=0o600)
    path.write_bytes(FORMATS[options.format](notifications))
    sys.stdout.write(f"{path}: {sum(len(notification.guests) for notification in notifications)} khách\n")
    return path


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 written, 1 the backend did not answer."""
    try:
        asyncio.run(export(parse(arguments)))
    except BackendError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
