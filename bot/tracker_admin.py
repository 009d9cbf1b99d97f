"""Care for the stored conversations: `.venv/bin/python tracker_admin.py COMMAND`.

    rotate                   re-encrypts every row that is not under the first key of DATA_KEYS
    purge --days N           deletes conversations whose last turn is older
    erase SENDER_ID …        deletes these conversations
    export SENDER_ID …       prints their events as JSON, one conversation a line

Needs TRACKER_DATABASE_URL and DATA_KEYS. Prints the number of rows; 0 rows is no error, so every command may be run again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any, Dict, List, Sequence

import light_rasa

light_rasa.prepare()

import sqlalchemy as sa  # noqa: E402 (rasa is imported below, after the preparation)
from encryption import EncryptionError, KeyRing  # noqa: E402
from tracker_store import EncryptedTrackerStore, TrackerStoreError, row_context, turns  # noqa: E402

BATCH = 500


def rotate(store: EncryptedTrackerStore) -> int:
    """Re-encrypts in batches, each its own transaction, until none is left; rows being written meanwhile are under the first key already."""
    changed = 0
    while True:
        batch = store.transact(lambda connection: _rotate_batch(store, connection))
        changed += batch
        if not batch:
            return changed


def _rotate_batch(store: EncryptedTrackerStore, connection: sa.engine.Connection) -> int:
    stale = sa.select(turns).where(turns.c.key_id != store.key_ring.current).limit(BATCH).with_for_update()
    rows = connection.execute(stale).all()
    for row in rows:
        context = row_context(row.sender_id, row.seq)
        key_id, sealed = store.key_ring.seal(store.key_ring.open(row.key_id, row.events, context), context)
        place = (turns.c.sender_id == row.sender_id) & (turns.c.seq == row.seq)
        connection.execute(sa.update(turns).where(place).values(key_id=key_id, events=sealed))
    return len(rows)


def purge(store: EncryptedTrackerStore, days: int) -> int:
    """Deletes conversations that ended more than `days` days ago, by the database's clock."""
    old = sa.select(turns.c.sender_id).group_by(turns.c.sender_id).having(sa.func.max(turns.c.stored_at) < sa.text("now() - make_interval(days => :days)"))
    return store.transact(lambda connection: connection.execute(sa.delete(turns).where(turns.c.sender_id.in_(old)), {"days": days}).rowcount)


def erase(store: EncryptedTrackerStore, sender_ids: Sequence[str]) -> int:
    return store.transact(lambda connection: connection.execute(sa.delete(turns).where(turns.c.sender_id.in_(sender_ids))).rowcount)


def export(store: EncryptedTrackerStore, sender_id: str) -> List[Dict[str, Any]]:
    """The events of one conversation in order, decrypted."""
    return [event for row in store.transact(lambda connection: store.rows(connection, sender_id)) for event in store.open_row(row)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("rotate")
    commands.add_parser("purge").add_argument("--days", type=int, required=True)
    for name in ("erase", "export"):
        commands.add_parser(name).add_argument("sender_ids", nargs="+")
    arguments = parser.parse_args()
    store = EncryptedTrackerStore(os.environ["TRACKER_DATABASE_URL"], KeyRing(os.environ["DATA_KEYS"]))
    try:
        store.create_tables()
        if arguments.command == "export":
            for sender_id in arguments.sender_ids:
                sys.stdout.write(json.dumps({"sender_id": sender_id, "events": export(store, sender_id)}, ensure_ascii=False) + "\n")
            return 0
        rows = {
            "rotate": lambda: rotate(store),
            "purge": lambda: purge(store, arguments.days),
            "erase": lambda: erase(store, arguments.sender_ids),
        }[arguments.command]()
    except (TrackerStoreError, EncryptionError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{rows} rows\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
