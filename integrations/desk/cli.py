"""Staff accounts from a terminal: `python -m integrations.desk …`"""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from integrations.desk.accounts import repository, service
from integrations.desk.accounts.models import ROLES, StaffMember
from integrations.desk.accounts.passwords import made_password
from integrations.desk.audit import record
from integrations.desk.errors import DeskError, Refused
from integrations.desk.learning import service as learning
from integrations.desk.oidc import service as oidc
from integrations.gateway.database import create_engine, create_sessions
from integrations.gateway.settings import get_settings

Command = Callable[[AsyncSession, argparse.Namespace], Awaitable[str]]
OFFICER = "canbo"
CANDIDATES = Path("nlu_data/candidates/reviewed.jsonl")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        sys.stdout.write(asyncio.run(_run(options.run, options)) + "\n")
    except DeskError as error:
        sys.stderr.write(f"{error.message % error.values}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m integrations.desk")
    commands = parser.add_subparsers(required=True)
    seed = commands.add_parser("seed", help="development: make sure that one officer exists, and say the password once")
    seed.set_defaults(run=seed_officer)
    candidates = commands.add_parser("candidates", help="what officers have judged, masked, as lines for a person to look through")
    candidates.add_argument("--into", type=Path, default=CANDIDATES)
    candidates.set_defaults(run=write_candidates)
    user = commands.add_parser("user", help="staff accounts").add_subparsers(required=True)
    add = user.add_parser("add", help="a new account with a temporary password, printed once")
    add.add_argument("username")
    add.add_argument("--name", required=True, help="the name that citizens and colleagues see")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--ask-password", action="store_true", help="type a password instead of having one made")
    add.set_defaults(run=add_user)
    listed = user.add_parser("list", help="all accounts")
    listed.set_defaults(run=list_users)
    _one_user(user, "reset", reset_user, "a new temporary password; unlocks, and removes the authenticator")
    _one_user(user, "disable", disable_user, "the account can no longer sign in")
    _one_user(user, "enable", enable_user, "the account can sign in again")
    linked = user.add_parser("link", help="the account is signed in by the provider under this subject (`sub`); empty: no more")
    linked.add_argument("username")
    linked.add_argument("subject")
    linked.set_defaults(run=link_user)
    return parser


def _one_user(user: argparse._SubParsersAction, name: str, run: Command, text: str) -> None:
    command = user.add_parser(name, help=text)
    command.add_argument("username")
    command.set_defaults(run=run)


async def _run(command: Command, options: argparse.Namespace) -> str:
    settings = get_settings()
    engine = create_engine(settings.gateway_database_url, settings.keyring, pool_size=1)
    try:
        async with create_sessions(engine)() as session, session.begin():
            return await command(session, options)
    finally:
        await engine.dispose()


async def seed_officer(session: AsyncSession, options: argparse.Namespace) -> str:
    if get_settings().production:
        return "Production: no account is made by itself. Use: python -m integrations.desk user add"
    if await repository.by_username(session, OFFICER):
        return f"Staff account: {OFFICER} (password as printed when it was made; a new one: python -m integrations.desk user reset {OFFICER})"
    password = made_password()
    now = get_settings().now()
    await service.add_member(session, username=OFFICER, display_name="Cán bộ trực", role="supervisor", password=password, now=now, temporary=False)
    return f"Staff account: {OFFICER}   password: {password}"


async def write_candidates(session: AsyncSession, options: argparse.Namespace) -> str:
    lines = await learning.candidates(session)
    options.into.parent.mkdir(parents=True, exist_ok=True)
    options.into.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return f"{len(lines)} lines in {options.into}"


async def add_user(session: AsyncSession, options: argparse.Namespace) -> str:
    now = get_settings().now()
    password = getpass.getpass("Password: ") if options.ask_password else made_password()
    member = await service.add_member(session, username=options.username, display_name=options.name, role=options.role, password=password, now=now)
    await record(session, now, "terminal", "account_added", "staff", member.id, {"role": member.role})
    return f"{member.username} ({member.role})" + ("" if options.ask_password else f"   temporary password: {password}")


async def list_users(session: AsyncSession, options: argparse.Namespace) -> str:
    return "\n".join(f"{member.username:20} {member.role:10} {_sign_in_of(member)}" for member in await repository.all_staff(session))


def _sign_in_of(member: StaffMember) -> str:
    if member.disabled_at:
        return "disabled"
    ways = [("TOTP" if member.totp_secret else "password only") if member.password_hash else "", "provider" if member.oidc_subject else ""]
    return ", ".join(filter(None, ways))


async def reset_user(session: AsyncSession, options: argparse.Namespace) -> str:
    password = made_password()
    member = await service.reset(session, options.username, password)
    await record(session, get_settings().now(), "terminal", "account_reset", "staff", member.id)
    return f"{member.username}   temporary password: {password}"


async def disable_user(session: AsyncSession, options: argparse.Namespace) -> str:
    now = get_settings().now()
    member = await service.set_disabled(session, options.username, now)
    await record(session, now, "terminal", "account_disabled", "staff", member.id)
    return f"{member.username} disabled"


async def link_user(session: AsyncSession, options: argparse.Namespace) -> str:
    member = await service.existing(session, options.username)
    if options.subject and not await oidc.link(session, member, options.subject):
        raise Refused("another account has this subject")
    if not options.subject:
        member.oidc_subject = None
    await session.flush()
    await record(session, get_settings().now(), "terminal", "account_linked" if options.subject else "account_unlinked", "staff", member.id)
    return f"{member.username} {'linked' if options.subject else 'unlinked'}"


async def enable_user(session: AsyncSession, options: argparse.Namespace) -> str:
    member = await service.set_disabled(session, options.username, None)
    await record(session, get_settings().now(), "terminal", "account_enabled", "staff", member.id)
    return f"{member.username} enabled"
