"""The one-shot migration job: creates the databases that are missing, then brings every schema to its head. Idempotent.

The server is taken from GATEWAY_DATABASE_URL; the account must be allowed to create databases the first time.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import psycopg.sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

DATABASES = ("GATEWAY_DATABASE_URL", "TRACKER_DATABASE_URL", "VERIFICATION_DATABASE_URL", "SANDBOX_DATABASE_URL")
MIGRATIONS = (["integrations.gateway", "migrate"], ["verification_service.sessions", "migrate"])


def create_missing_databases() -> None:
    server = make_conninfo(**{**conninfo_to_dict(os.environ["GATEWAY_DATABASE_URL"]), "dbname": "postgres"})
    with psycopg.connect(server, autocommit=True) as connection:
        for variable in DATABASES:
            name = conninfo_to_dict(os.environ[variable])["dbname"]
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def main() -> int:
    create_missing_databases()
    for arguments in MIGRATIONS:
        subprocess.run([sys.executable, "-m", *arguments], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
