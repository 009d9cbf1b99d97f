"""`python -m integrations.gateway <command>`: what an operator does from a terminal."""

import argparse
import sys
from collections.abc import Sequence

from integrations.gateway.migrate import upgrade
from integrations.gateway.settings import get_settings


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m integrations.gateway")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database to the newest revision")
    parser.parse_args(arguments)
    upgrade(get_settings().gateway_database_url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
