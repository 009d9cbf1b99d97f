"""The database's history: one head, up and down, and nothing in the models that the migrations do not make."""

import psycopg
from alembic import command
from alembic.script import ScriptDirectory

from integrations.gateway.migrate import alembic_config, downgrade, upgrade


def test_there_is_one_head(empty_database):
    assert len(ScriptDirectory.from_config(alembic_config(empty_database)).get_heads()) == 1


def test_up_twice_down_and_up_again(empty_database):
    upgrade(empty_database)
    upgrade(empty_database)
    assert "conversation" in tables(empty_database)
    downgrade(empty_database)
    assert tables(empty_database) == {"alembic_version"}
    upgrade(empty_database)
    assert {"conversation", "procrastinate_jobs", "audit_event"} <= tables(empty_database)


def test_models_and_migrations_agree(gateway_database):
    command.check(alembic_config(gateway_database))


def test_a_row_that_goes_finds_what_points_at_it(gateway_database):
    """Each foreign key of a message leads an index: without one, every deleted session or conversation would read the whole table."""
    query = """
        SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c
        WHERE c.contype = 'f' AND c.conrelid IN ('inbound_message'::regclass, 'outbound_message'::regclass)
          AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
    """
    with psycopg.connect(gateway_database) as connection:
        assert connection.execute(query).fetchall() == []


def tables(database: str) -> set[str]:
    with psycopg.connect(database) as connection:
        return {name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
