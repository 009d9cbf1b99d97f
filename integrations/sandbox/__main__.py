"""`python -m integrations.sandbox seed | rotate-keys`"""

import argparse
import asyncio
import sys

from integrations.sandbox.citizens.seed import seed
from integrations.sandbox.database import create_engine
from integrations.sandbox.rotation import rotate_keys
from integrations.sandbox.settings import SandboxSettings


async def run(command: str) -> str:
    """Runs one command and returns what to print."""
    settings = SandboxSettings()
    engine = create_engine(settings.sandbox_database_url, settings.keyring)
    try:
        if command == "rotate-keys":
            return f"{await rotate_keys(engine, settings.keyring)} values moved to key {settings.keyring.current_key_id}"
        return f"{await seed(engine, settings.keyring, settings.sandbox_citizens)} invented applications"
    finally:
        await engine.dispose()


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(prog="python -m integrations.sandbox", description=__doc__)
    parser.add_argument("command", choices=("seed", "rotate-keys"))
    sys.stdout.write(asyncio.run(run(parser.parse_args(arguments).command)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
