"""`python -m integrations.gateway <command>`: what an operator does from a terminal. Prints JSON; 1 when something was not found or not whole."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from integrations.gateway import commands
from integrations.gateway.errors import AddressTaken, NotFound
from integrations.gateway.migrate import upgrade
from integrations.gateway.settings import Settings, get_settings


def main(arguments: Sequence[str] | None = None, settings: Settings | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    settings = settings or get_settings()
    if chosen.command == "migrate":
        upgrade(settings.gateway_database_url)
        return 0
    try:
        result = asyncio.run(chosen.run(settings, chosen))
    except NotFound as error:
        sys.stderr.write(f"not found: {error}\n")
        return 1
    except AddressTaken:
        sys.stderr.write("taken: the new address already has a conversation of its own\n")
        return 1
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    return 1 if isinstance(result, dict) and result.get("whole") is False else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m integrations.gateway", description="The gateway's operator commands.")
    groups = parser.add_subparsers(dest="command", required=True)
    groups.add_parser("migrate", help="bring the database to the newest revision")
    groups.add_parser("expire", help="delete what is past its retention now").set_defaults(run=commands.expire)
    _add_citizen(groups.add_parser("citizen", help="one citizen's data everywhere").add_subparsers(dest="action", required=True))
    keys = groups.add_parser("keys", help="encryption keys").add_subparsers(dest="action", required=True)
    keys.add_parser("rotate", help="put every value under the first of DATA_KEYS").set_defaults(run=commands.keys)
    letters = groups.add_parser("dead-letters", help="messages that were not delivered").add_subparsers(dest="action", required=True)
    letters.add_parser("list", help="dead and ambiguous messages").set_defaults(run=commands.dead_letters)
    retry = letters.add_parser("retry", help="try one again")
    retry.add_argument("id")
    retry.add_argument("--even-ambiguous", action="store_true", help="also when the citizen may already have it")
    retry.set_defaults(run=commands.dead_letters)
    trail = groups.add_parser("audit", help="the audit trail").add_subparsers(dest="action", required=True)
    verify = trail.add_parser("verify", help="check the hash chain")
    verify.add_argument("--last-hash", help="the newest hash as noted elsewhere: shows a cut-off end")
    verify.set_defaults(run=commands.audit_trail)
    return parser


def _add_citizen(actions: argparse._SubParsersAction) -> None:
    for name, explanation in (("export", "print everything held"), ("correct", "change a ticket's field or the address"), ("erase", "delete everything")):
        action = actions.add_parser(name, help=explanation)
        action.add_argument("--channel", required=True, choices=("web", "zalo", "sms", "ussd"))
        action.add_argument("--address", required=True, help="the citizen's address on the channel")
        action.set_defaults(run=commands.citizen)
        if name == "erase":
            action.add_argument("--cancel-lodging", action="store_true", help="also cancel lodging notifications that this citizen has sent")
        if name == "correct":
            action.add_argument("--new-address", default="")
            for option in ("--ticket", "--field", "--value"):
                action.add_argument(option, default="")


if __name__ == "__main__":
    sys.exit(main())
